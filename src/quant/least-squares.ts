/** A linear regression without an intercept of its own: put a column of ones into X. */
export interface LeastSquares {
  /** p values, in the order of the columns. */
  readonly coefficients: Float64Array;
  /** Square roots of sigma2 · diag((XᵀX)⁻¹); NaN where n = p. */
  readonly standardErrors: Float64Array;
  readonly residuals: Float64Array;
  readonly residualSumOfSquares: number;
  /** Residual variance by n − p; NaN where n = p. */
  readonly sigma2: number;
  /** (XᵀX)⁻¹, p×p. */
  readonly xtxInverse: Float64Array;
}

/** Column norm left by the reflections, relative to the column, under which X is collinear. */
const COLLINEAR = 1e-11;

/** Applies the k-th reflection, kept below the diagonal of column k, to column j of `target`. */
function reflect(
  q: Float64Array,
  p: number,
  k: number,
  target: Float64Array,
  width: number,
  j: number,
  n: number,
): void {
  let sum = 0;
  for (let i = k; i < n; i += 1) sum += q[i * p + k]! * target[i * width + j]!;
  sum = -sum / q[k * p + k]!;
  for (let i = k; i < n; i += 1) target[i * width + j]! += sum * q[i * p + k]!;
}

/** Turns `q` into Householder vectors, `d` into the diagonal of R; false where X is collinear. */
function householder(q: Float64Array, d: Float64Array, n: number, p: number): boolean {
  for (let k = 0; k < p; k += 1) {
    let whole = 0;
    for (let i = 0; i < n; i += 1) whole += q[i * p + k]! * q[i * p + k]!;
    let rest = 0;
    for (let i = k; i < n; i += 1) rest += q[i * p + k]! * q[i * p + k]!;
    let norm = Math.sqrt(rest);
    if (!(norm > COLLINEAR * Math.sqrt(whole))) return false;
    if (q[k * p + k]! < 0) norm = -norm;
    for (let i = k; i < n; i += 1) q[i * p + k]! /= norm;
    q[k * p + k]! += 1;
    for (let j = k + 1; j < p; j += 1) reflect(q, p, k, q, p, j, n);
    d[k] = -norm;
  }
  return true;
}

/** The inverse of the upper triangle R (diagonal in `d`, the rest above the diagonal of `q`). */
function invertR(q: Float64Array, d: Float64Array, p: number): Float64Array {
  const inverse = new Float64Array(p * p);
  for (let j = 0; j < p; j += 1) {
    inverse[j * p + j] = 1 / d[j]!;
    for (let i = j - 1; i >= 0; i -= 1) {
      let sum = 0;
      for (let k = i + 1; k <= j; k += 1) sum += q[i * p + k]! * inverse[k * p + j]!;
      inverse[i * p + j] = -sum / d[i]!;
    }
  }
  return inverse;
}

/**
 * Ordinary least squares by Householder QR; null where the columns are collinear or n < p.
 *
 * Shapes:      x[n×p] row-major, y[n].
 * Determinism: plain loops in a fixed order.
 * Cost:        O(n·p²).
 * Source:      Golub & Van Loan (2013), Matrix Computations, 4th ed., algorithm 5.3.2.
 */
export function leastSquares(
  x: Float64Array,
  y: Float64Array,
  n: number,
  p: number,
): LeastSquares | null {
  if (n < p) return null;
  const q = Float64Array.from(x);
  const d = new Float64Array(p);
  if (!householder(q, d, n, p)) return null;
  const rotated = Float64Array.from(y);
  for (let k = 0; k < p; k += 1) reflect(q, p, k, rotated, 1, 0, n);
  const inverse = invertR(q, d, p);
  const coefficients = new Float64Array(p);
  const xtxInverse = new Float64Array(p * p);
  for (let i = 0; i < p; i += 1) {
    for (let k = i; k < p; k += 1) coefficients[i]! += inverse[i * p + k]! * rotated[k]!;
    for (let j = 0; j < p; j += 1) {
      let sum = 0;
      for (let k = Math.max(i, j); k < p; k += 1) sum += inverse[i * p + k]! * inverse[j * p + k]!;
      xtxInverse[i * p + j] = sum;
    }
  }
  const residuals = new Float64Array(n);
  let residualSumOfSquares = 0;
  for (let t = 0; t < n; t += 1) {
    let residual = y[t]!;
    for (let j = 0; j < p; j += 1) residual -= x[t * p + j]! * coefficients[j]!;
    residuals[t] = residual;
    residualSumOfSquares += residual * residual;
  }
  const sigma2 = residualSumOfSquares / (n - p);
  const standardErrors = coefficients.map((_, i) => Math.sqrt(sigma2 * xtxInverse[i * p + i]!));
  if (n === p) standardErrors.fill(Number.NaN);
  return {
    coefficients,
    standardErrors,
    residuals,
    residualSumOfSquares,
    sigma2: n === p ? Number.NaN : sigma2,
    xtxInverse,
  };
}
