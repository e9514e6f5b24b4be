import { ok } from '../core/index.ts';
import { symmetricEigen } from './eigen.ts';
import { badInput, type QuantResult } from './errors.ts';
import { type Matrix, matrixFault, multiply, rangeProduct, transpose } from './linear-algebra.ts';

/** What the columns are divided by before: nothing, or their deviation by n or by n − 1. */
export type ColumnScale = 'none' | 'population' | 'sample';

/** How principal components are computed. */
export interface PrincipalComponentsOptions {
  /** Default `none`: components of the covariance; the other two are those of the correlation. */
  readonly scale?: ColumnScale;
  /** Number of components kept. Default all. */
  readonly components?: number;
}

/** Principal components, the largest variance first. */
export interface PrincipalComponents {
  readonly mean: Float64Array;
  /** What each column was divided by. */
  readonly scale: Float64Array;
  /** Variances of the scores, by n − 1. */
  readonly eigenvalues: Float64Array;
  /** Share of the whole variance. */
  readonly ratio: Float64Array;
  /** Unit vectors as rows, components × columns; the largest element of each is positive. */
  readonly components: Float64Array;
  /** Rows of the input in the components: rows × components. */
  readonly scores: Float64Array;
}

/** The columns' means and what they are divided by; a string names a column that does not vary. */
function columnScales(x: Matrix, scale: ColumnScale) {
  const { data, rows: n, columns: p } = x;
  const mean = new Float64Array(p);
  const deviation = new Float64Array(p).fill(1);
  for (let j = 0; j < p; j += 1) {
    let sum = 0;
    for (let i = 0; i < n; i += 1) sum += data[i * p + j]!;
    mean[j] = sum / n;
    if (scale === 'none') continue;
    let square = 0;
    for (let i = 0; i < n; i += 1) square += (data[i * p + j]! - mean[j]!) ** 2;
    deviation[j] = Math.sqrt(square / (scale === 'sample' ? n - 1 : n));
    if (!(deviation[j]! > 1e-13 * Math.abs(mean[j]!))) {
      return `column ${j} of x is constant at ${mean[j]}; a scaled column must vary`;
    }
  }
  return { mean, deviation };
}

/**
 * Computes principal components from the eigenvectors of the covariance, which divides by n − 1.
 *
 * Shapes:      x[n×p], n >= 2.
 * Errors:      `bad-input` for sizes, values that are not finite, no variance at all, a constant column
 *              to be scaled, more components than columns.
 * Determinism: fixed order of + - * / and sqrt.
 * Cost:        O(n·p² + p³).
 * Source:      Jolliffe (2002), Principal Component Analysis, 2nd ed., section 1.1.
 */
export function principalComponents(
  x: Matrix,
  options: PrincipalComponentsOptions = {},
): QuantResult<PrincipalComponents> {
  const fault = matrixFault('x', x, 2);
  if (fault !== null) return badInput(fault);
  const { data, rows: n, columns: p } = x;
  const { scale = 'none', components: kept = p } = options;
  if (!(Number.isInteger(kept) && kept >= 1 && kept <= p)) {
    return badInput(`components is ${kept}; it must lie in [1, ${p}]`);
  }
  const columns = columnScales(x, scale);
  if (typeof columns === 'string') return badInput(columns);
  const { mean, deviation } = columns;
  const centred = new Float64Array(n * p);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < p; j += 1) {
      centred[j * n + i] = (data[i * p + j]! - mean[j]!) / deviation[j]!;
    }
  }
  const covariance = new Float64Array(p * p);
  for (let j = 0; j < p; j += 1) {
    for (let k = 0; k <= j; k += 1) {
      const value = rangeProduct(centred, j * n, k * n, n) / (n - 1);
      covariance[j * p + k] = value;
      covariance[k * p + j] = value;
    }
  }
  const { values, vectors } = symmetricEigen(covariance, p);
  // Rounding can leave an eigenvalue of a singular covariance a little below 0.
  const variances = values.map((value) => Math.max(value, 0));
  const total = variances.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) return badInput('x has the same row throughout, to rounding; it must vary');
  const components = new Float64Array(kept * p);
  for (let c = 0; c < kept; c += 1) {
    for (let j = 0; j < p; j += 1) components[c * p + j] = vectors[j * p + c]!;
  }
  const turned = transpose(components, kept, p);
  const scores = multiply(transpose(centred, p, n), turned, n, p, kept);
  const eigenvalues = variances.slice(0, kept);
  const ratio = eigenvalues.map((value) => value / total);
  return ok({ mean, scale: deviation, eigenvalues, ratio, components, scores });
}
