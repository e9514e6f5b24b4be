import {
  cholesky,
  multiply,
  solveLower,
  solveLowerTransposed,
  transpose,
} from './linear-algebra.ts';

/** Eigenvalues in descending order; vector k is column k of the row-major n×n `vectors`. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

const MAX_SWEEPS = 60;

/** Rotates columns i and j of a row-major matrix of `rows` rows. */
function rotateColumns(
  a: Float64Array,
  rows: number,
  width: number,
  i: number,
  j: number,
  c: number,
  s: number,
): void {
  for (let k = 0; k < rows; k += 1) {
    const left = a[k * width + i]!;
    const right = a[k * width + j]!;
    a[k * width + i] = c * left - s * right;
    a[k * width + j] = s * left + c * right;
  }
}

/** The rotation that makes the pair (p, q) of a symmetric matrix diagonal: its tangent. */
function jacobiTangent(app: number, aqq: number, apq: number): number {
  const theta = (aqq - app) / (2 * apq);
  return (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
}

/** Orders the columns of `vectors` by descending `values`, and makes each column's sign fixed. */
function sorted(values: Float64Array, vectors: Float64Array, n: number): SymmetricEigen {
  const order = [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b);
  const outValues = Float64Array.from(order, (k) => values[k]!);
  const out = new Float64Array(n * n);
  order.forEach((from, to) => {
    let largest = 0;
    for (let i = 0; i < n; i += 1) {
      const value = vectors[i * n + from]!;
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    const sign = largest < 0 ? -1 : 1;
    for (let i = 0; i < n; i += 1) out[i * n + to] = sign * vectors[i * n + from]!;
  });
  return { values: outValues, vectors: out };
}

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric matrix, by cyclic Jacobi rotations. The
 * element of largest magnitude of each vector is positive.
 *
 * Shapes:      a[n×n] in, symmetric.
 * Determinism: + - * / and sqrt in a fixed order; the same bits everywhere.
 * Cost:        O(n³) a sweep, 6 to 10 sweeps.
 * Source:      Golub & Van Loan (2013), Matrix Computations, 4th ed., section 8.5.
 */
export function symmetricEigen(a: Float64Array, n: number): SymmetricEigen {
  const m = Float64Array.from(a);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep += 1) {
    let rotated = false;
    for (let p = 0; p < n - 1; p += 1) {
      for (let q = p + 1; q < n; q += 1) {
        const apq = m[p * n + q]!;
        const app = m[p * n + p]!;
        const aqq = m[q * n + q]!;
        const level = Math.sqrt(Math.abs(app)) * Math.sqrt(Math.abs(aqq));
        if (Math.abs(apq) <= 1e-17 * level || apq === 0 || Math.abs(apq) < 1e-300) continue;
        rotated = true;
        const t = jacobiTangent(app, aqq, apq);
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        rotateColumns(m, n, n, p, q, c, s);
        for (let k = 0; k < n; k += 1) {
          const upper = m[p * n + k]!;
          const lower = m[q * n + k]!;
          m[p * n + k] = c * upper - s * lower;
          m[q * n + k] = s * upper + c * lower;
        }
        m[p * n + q] = 0;
        m[q * n + p] = 0;
        rotateColumns(vectors, n, n, p, q, c, s);
      }
    }
    if (!rotated) break;
  }
  return sorted(
    Float64Array.from({ length: n }, (_, i) => m[i * n + i]!),
    vectors,
    n,
  );
}

/**
 * Solves A·v = λ·B·v for a symmetric A and a positive definite B; null where B is not. The vectors
 * are scaled so that vᵀ·B·v = 1.
 *
 * Source: Golub & Van Loan (2013), Matrix Computations, 4th ed., algorithm 8.7.1.
 */
export function generalisedSymmetricEigen(
  a: Float64Array,
  b: Float64Array,
  n: number,
): SymmetricEigen | null {
  const l = cholesky(b, n);
  if (l === null) return null;
  const half = solveLower(l, a, n, n);
  const reduced = solveLower(l, transpose(half, n, n), n, n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const mean = (reduced[i * n + j]! + reduced[j * n + i]!) / 2;
      reduced[i * n + j] = mean;
      reduced[j * n + i] = mean;
    }
  }
  const { values, vectors } = symmetricEigen(reduced, n);
  return { values, vectors: solveLowerTransposed(l, vectors, n, n) };
}

/** A = U·diag(s)·Vᵀ with s descending: u is n×p, v is p×p, both row-major. */
export interface SingularValues {
  readonly u: Float64Array;
  readonly s: Float64Array;
  readonly v: Float64Array;
}

/**
 * The thin singular value decomposition by one-sided Jacobi rotations; columns of U whose singular
 * value is 0 are zero.
 *
 * Shapes: a[n×p] in.
 * Cost:   O(n·p²) a sweep.
 * Source: Golub & Van Loan (2013), Matrix Computations, 4th ed., section 8.6.4.
 */
export function singularValues(a: Float64Array, n: number, p: number): SingularValues {
  const work = Float64Array.from(a);
  const v = new Float64Array(p * p);
  for (let i = 0; i < p; i += 1) v[i * p + i] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep += 1) {
    let rotated = false;
    for (let i = 0; i < p - 1; i += 1) {
      for (let j = i + 1; j < p; j += 1) {
        let aii = 0;
        let ajj = 0;
        let aij = 0;
        for (let k = 0; k < n; k += 1) {
          const left = work[k * p + i]!;
          const right = work[k * p + j]!;
          aii += left * left;
          ajj += right * right;
          aij += left * right;
        }
        if (Math.abs(aij) <= 1e-15 * Math.sqrt(aii) * Math.sqrt(ajj)) continue;
        rotated = true;
        const t = jacobiTangent(aii, ajj, aij);
        const c = 1 / Math.sqrt(t * t + 1);
        rotateColumns(work, n, p, i, j, c, t * c);
        rotateColumns(v, p, p, i, j, c, t * c);
      }
    }
    if (!rotated) break;
  }
  const norms = Float64Array.from({ length: p }, (_, j) => {
    let sum = 0;
    for (let k = 0; k < n; k += 1) sum += work[k * p + j]! * work[k * p + j]!;
    return Math.sqrt(sum);
  });
  const { values, vectors } = sorted(norms, v, p);
  const u = multiply(a, vectors, n, p, p);
  for (let j = 0; j < p; j += 1) {
    const s = values[j]!;
    for (let k = 0; k < n; k += 1) u[k * p + j] = s > 0 ? u[k * p + j]! / s : 0;
  }
  return { u, s: values, v: vectors };
}
