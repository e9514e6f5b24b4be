import { ok, seededRng, standardNormal } from '../core/index.ts';
import { symmetricEigen } from './eigen.ts';
import { badInput, type QuantResult } from './errors.ts';
import { type Matrix, multiply, transpose } from './linear-algebra.ts';
import { principalComponents } from './principal-components.ts';

/** How independent components are searched. */
export interface FastIcaOptions {
  /** Number of components. Default all columns. */
  readonly components?: number;
  /** Contrast: ln cosh (default), the Gauss function −exp(−u²/2), or kurtosis u⁴/4. */
  readonly contrast?: 'logcosh' | 'exp' | 'cube';
  /** Slope of ln cosh, in [1, 2]. Default 1. */
  readonly slope?: number;
  /** Ends where no direction turns by more: max | |cos| − 1 |. Default 1e-12. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /** Seeds the first directions. */
  readonly seed?: number;
}

/** Independent components; their order and signs are arbitrary, their variance (by n) is 1. */
export interface IndependentComponents {
  /** rows × components. */
  readonly sources: Float64Array;
  /** components × columns: sources = (x − mean)·unmixingᵀ. */
  readonly unmixing: Float64Array;
  /** columns × components: x − mean ≈ sources·mixingᵀ. */
  readonly mixing: Float64Array;
  readonly mean: Float64Array;
  readonly iterations: number;
}

/** (W·Wᵀ)^(−1/2)·W: the orthonormal rows that are nearest to those of W. */
function orthonormalised(w: Float64Array, k: number): Float64Array {
  const { values, vectors } = symmetricEigen(multiply(w, transpose(w, k, k), k, k, k), k);
  const scaled = vectors.map((v, at) => v / Math.sqrt(Math.max(values[at % k]!, 1e-300)));
  return multiply(multiply(scaled, transpose(vectors, k, k), k, k, k), w, k, k, k);
}

/** One fixed-point step of all rows: E[z·g(w·z)] − E[g'(w·z)]·w, g the contrast's derivative. */
function fixedPointStep(
  z: Float64Array,
  n: number,
  k: number,
  w: Float64Array,
  contrast: 'logcosh' | 'exp' | 'cube',
  slope: number,
): Float64Array {
  const next = new Float64Array(k * k);
  for (let c = 0; c < k; c += 1) {
    let curvature = 0;
    for (let i = 0; i < n; i += 1) {
      let u = 0;
      for (let j = 0; j < k; j += 1) u += w[c * k + j]! * z[i * k + j]!;
      let g = u * u * u;
      if (contrast === 'logcosh') {
        g = Math.tanh(slope * u);
        curvature += slope * (1 - g * g);
      } else if (contrast === 'exp') {
        const e = Math.exp((-u * u) / 2);
        g = u * e;
        curvature += (1 - u * u) * e;
      } else curvature += 3 * u * u;
      for (let j = 0; j < k; j += 1) next[c * k + j]! += g * z[i * k + j]!;
    }
    for (let j = 0; j < k; j += 1) {
      next[c * k + j] = (next[c * k + j]! - curvature * w[c * k + j]!) / n;
    }
  }
  return orthonormalised(next, k);
}

/** The largest turn between the rows of two orthonormal matrices. */
function turn(a: Float64Array, b: Float64Array, k: number): number {
  let largest = 0;
  for (let c = 0; c < k; c += 1) {
    let cosine = 0;
    for (let j = 0; j < k; j += 1) cosine += a[c * k + j]! * b[c * k + j]!;
    largest = Math.max(largest, Math.abs(Math.abs(cosine) - 1));
  }
  return largest;
}

/**
 * Separates mixed signals into independent ones, all at a time (parallel FastICA).
 *
 * Shapes:      x[n×p].
 * Errors:      `bad-input` as for principal components, and for fewer directions with variance than
 *              components; `not-converged` where the iterations run out.
 * Determinism: given the seed.
 * Source:      Hyvärinen & Oja (2000), Neural Networks 13(4-5), section 6.
 */
export function fastIca(
  x: Matrix,
  options: FastIcaOptions = {},
): QuantResult<IndependentComponents> {
  const { components: k = x.columns, contrast = 'logcosh', slope = 1, seed = 1 } = options;
  const { tolerance = 1e-12, maxIterations = 1000 } = options;
  if (!(slope >= 1 && slope <= 2)) return badInput(`slope is ${slope}; it must lie in [1, 2]`);
  if (!(tolerance > 0)) return badInput(`tolerance is ${tolerance}; it must be above 0`);
  if (!(Number.isInteger(maxIterations) && maxIterations >= 1)) {
    return badInput(`maxIterations is ${maxIterations}; at least 1 is needed`);
  }
  const pca = principalComponents(x, { components: k });
  if (!pca.ok) return pca;
  const { rows: n, columns: p } = x;
  const { eigenvalues, mean } = pca.value;
  const short = eigenvalues.findIndex((value) => !(value > 1e-12 * eigenvalues[0]!));
  if (short >= 0) {
    return badInput(`x varies in ${short} directions only; ${k} components were asked for`);
  }
  // Variance 1 by n: the eigenvalues divide by n − 1.
  const deviations = eigenvalues.map((value) => Math.sqrt((value * (n - 1)) / n));
  const z = pca.value.scores.map((v, at) => v / deviations[at % k]!);
  const rng = seededRng(seed);
  let w = orthonormalised(
    Float64Array.from({ length: k * k }, () => standardNormal(rng)),
    k,
  );
  let iterations = 0;
  for (let moved = Number.POSITIVE_INFINITY; moved > tolerance; iterations += 1) {
    if (iterations === maxIterations) {
      const detail = `directions still turn by ${moved} after ${maxIterations} iterations`;
      return { ok: false, error: { code: 'not-converged', detail } };
    }
    const next = fixedPointStep(z, n, k, w, contrast, slope);
    moved = turn(next, w, k);
    w = next;
  }
  const sources = multiply(z, transpose(w, k, k), n, k, k);
  const whitening = pca.value.components.map((v, at) => v / deviations[Math.floor(at / p)]!);
  const colouring = pca.value.components.map((v, at) => v * deviations[Math.floor(at / p)]!);
  return ok({
    sources,
    unmixing: multiply(w, whitening, k, k, p),
    mixing: transpose(multiply(w, colouring, k, k, p), k, p),
    mean,
    iterations,
  });
}
