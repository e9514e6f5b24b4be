import { cholesky, solveLower, solveLowerTransposed, transpose } from './linear-algebra.ts';

/** Eigenvalues in descending order; vector k is column k of the row-major n×n `vectors`. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** QL steps for one eigenvalue at most. */
const MAX_SWEEPS = 60;

/** Rows whose elements are all below this are scaled before they are squared. */
const SMALLEST_ROW = 1e-130;

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

/** One Householder reflection of `tridiagonalise` on row i; the sum of squares kept in the row. */
function reflectRow(
  v: Float64Array,
  d: Float64Array,
  e: Float64Array,
  n: number,
  i: number,
  scale: number,
): number {
  // Squares of smaller elements would vanish, and with them the reflection's length.
  const unit = scale < SMALLEST_ROW ? scale : 1;
  if (unit !== 1) for (let k = 0; k < i; k += 1) d[k]! /= unit;
  let f = d[i - 1]!;
  let h = 0;
  for (let k = 0; k < i; k += 1) h += d[k]! * d[k]!;
  const g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
  e[i] = unit * g;
  h -= f * g;
  d[i - 1] = f - g;
  e.fill(0, 0, i);
  for (let j = 0; j < i; j += 1) {
    f = d[j]!;
    v[j * n + i] = f;
    let sum = e[j]! + v[j * n + j]! * f;
    for (let k = j + 1; k < i; k += 1) {
      sum += v[k * n + j]! * d[k]!;
      e[k]! += v[k * n + j]! * f;
    }
    e[j] = sum;
  }
  f = 0;
  for (let j = 0; j < i; j += 1) {
    e[j]! /= h;
    f += e[j]! * d[j]!;
  }
  const half = f / (h + h);
  for (let j = 0; j < i; j += 1) e[j]! -= half * d[j]!;
  for (let j = 0; j < i; j += 1) {
    f = d[j]!;
    const ej = e[j]!;
    for (let k = j; k < i; k += 1) v[k * n + j]! -= f * e[k]! + ej * d[k]!;
    d[j] = v[(i - 1) * n + j]!;
    v[i * n + j] = 0;
  }
  return h;
}

/** Householder reduction to a tridiagonal matrix: diagonal d, below it e; v gathers the reflections. */
function tridiagonalise(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  d.set(v.subarray((n - 1) * n));
  for (let i = n - 1; i > 0; i -= 1) {
    let scale = 0;
    for (let k = 0; k < i; k += 1) scale = Math.max(scale, Math.abs(d[k]!));
    let h = 0;
    if (scale === 0) {
      e[i] = d[i - 1]!;
      for (let j = 0; j < i; j += 1) {
        d[j] = v[(i - 1) * n + j]!;
        v[i * n + j] = 0;
        v[j * n + i] = 0;
      }
    } else h = reflectRow(v, d, e, n, i, scale);
    d[i] = h;
  }
  for (let i = 0; i < n - 1; i += 1) {
    v[(n - 1) * n + i] = v[i * n + i]!;
    v[i * n + i] = 1;
    const h = d[i + 1]!;
    if (h !== 0) {
      for (let k = 0; k <= i; k += 1) d[k] = v[k * n + i + 1]! / h;
      for (let j = 0; j <= i; j += 1) {
        let g = 0;
        for (let k = 0; k <= i; k += 1) g += v[k * n + i + 1]! * v[k * n + j]!;
        for (let k = 0; k <= i; k += 1) v[k * n + j]! -= g * d[k]!;
      }
    }
    for (let k = 0; k <= i; k += 1) v[k * n + i + 1] = 0;
  }
  for (let j = 0; j < n; j += 1) {
    d[j] = v[(n - 1) * n + j]!;
    v[(n - 1) * n + j] = 0;
  }
  v[n * n - 1] = 1;
  e[0] = 0;
}

/** sqrt(a^2 + b^2), also where the squares leave the range of doubles. */
function radius(a: number, b: number): number {
  const largest = Math.max(Math.abs(a), Math.abs(b));
  if (largest > SMALLEST_ROW && largest < 1 / SMALLEST_ROW) return Math.sqrt(a * a + b * b);
  const [x, y] = [a / largest, b / largest];
  return largest * Math.sqrt(x * x + y * y);
}

/** Implicit QL steps on a tridiagonal matrix until it is diagonal; v follows. */
function diagonalise(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  e.copyWithin(0, 1);
  e[n - 1] = 0;
  let shift = 0;
  let size = 0;
  for (let l = 0; l < n; l += 1) {
    size = Math.max(size, Math.abs(d[l]!) + Math.abs(e[l]!));
    let m = l;
    while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * size) m += 1;
    for (let sweep = 0; m > l && sweep < MAX_SWEEPS; sweep += 1) {
      let g = d[l]!;
      let p = (d[l + 1]! - g) / (2 * e[l]!);
      const r0 = (p < 0 ? -1 : 1) * radius(p, 1);
      d[l] = e[l]! / (p + r0);
      d[l + 1] = e[l]! * (p + r0);
      const next = d[l + 1]!;
      const moved = g - d[l]!;
      for (let i = l + 2; i < n; i += 1) d[i]! -= moved;
      shift += moved;
      p = d[m]!;
      let [c, c2, c3, s, s2] = [1, 1, 1, 0, 0];
      const below = e[l + 1]!;
      for (let i = m - 1; i >= l; i -= 1) {
        c3 = c2;
        c2 = c;
        s2 = s;
        g = c * e[i]!;
        const h = c * p;
        const r = radius(p, e[i]!);
        e[i + 1] = s * r;
        s = e[i]! / r;
        c = p / r;
        p = c * d[i]! - s * g;
        d[i + 1] = h + s * (c * g + s * d[i]!);
        rotateColumns(v, n, n, i, i + 1, c, s);
      }
      p = -s * s2 * c3 * below * (e[l]! / next);
      e[l] = s * p;
      d[l] = c * p;
      if (Math.abs(e[l]!) <= Number.EPSILON * size) break;
    }
    d[l]! += shift;
    e[l] = 0;
  }
}

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric matrix, by Householder reduction and QL
 * steps. The element of largest magnitude of each vector is positive.
 *
 * Shapes:      a[n×n] in, symmetric.
 * Determinism: + - * / and sqrt in a fixed order; the same bits everywhere.
 * Cost:        O(n³).
 * Source:      Bowdler, Martin, Reinsch & Wilkinson (1968), Numerische Mathematik 11 (tred2, tql2), in the
 *              form of JAMA.
 */
export function symmetricEigen(a: Float64Array, n: number): SymmetricEigen {
  const vectors = Float64Array.from(a);
  const values = new Float64Array(n);
  const below = new Float64Array(n);
  tridiagonalise(vectors, values, below, n);
  diagonalise(vectors, values, below, n);
  return sorted(values, vectors, n);
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
