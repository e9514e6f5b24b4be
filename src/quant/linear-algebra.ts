/**
 * Dense linear algebra for the models: matrices are row-major Float64Arrays with explicit sizes.
 * Inputs are never written to. A factorisation that does not exist is `null`.
 *
 * Determinism: plain loops of + - * / and sqrt in a fixed order; the same bits everywhere.
 */

/** Entries beyond this overflow in sums of squares of squares. */
const LARGEST = 1e70;

/** A matrix with its sizes, as models take it: row-major. */
export interface Matrix {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Says what is wrong with a matrix: sizes that do not fit, or a value that is not finite. */
export function matrixFault(name: string, x: Matrix, minimumRows: number): string | null {
  const { data, rows, columns } = x;
  if (!(Number.isInteger(rows) && Number.isInteger(columns)) || rows < minimumRows || columns < 1) {
    return `${name} is ${rows} by ${columns}; at least ${minimumRows} by 1 is needed`;
  }
  if (data.length !== rows * columns) {
    return `${name} holds ${data.length} values; ${rows} by ${columns} needs ${rows * columns}`;
  }
  const at = data.findIndex((value) => !(Math.abs(value) <= LARGEST));
  if (at < 0) return null;
  const place = `${name}[${Math.floor(at / columns)}][${at % columns}]`;
  if (!Number.isFinite(data[at])) return `${place} is ${data[at]}; every value must be finite`;
  return `${place} is ${data[at]}; sizes up to ${LARGEST} can be squared and summed`;
}

/** Relative pivot size under which a matrix counts as singular. */
const SINGULAR = 1e-13;

/** The product A·B. Shapes: a[n×k], b[k×m] in; [n×m] out. */
export function multiply(
  a: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
  m: number,
): Float64Array {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i += 1) {
    const to = i * m;
    let l = 0;
    // Four rows of B a pass: a fourth of the writes.
    for (; l + 4 <= k; l += 4) {
      const from = i * k + l;
      const [a0, a1, a2, a3] = [a[from]!, a[from + 1]!, a[from + 2]!, a[from + 3]!];
      const row = l * m;
      for (let j = 0; j < m; j += 1) {
        const at = row + j;
        const first = a0 * b[at]! + a1 * b[at + m]!;
        out[to + j]! += first + (a2 * b[at + 2 * m]! + a3 * b[at + 3 * m]!);
      }
    }
    for (; l < k; l += 1) {
      const factor = a[i * k + l]!;
      for (let j = 0; j < m; j += 1) out[to + j]! += factor * b[l * m + j]!;
    }
  }
  return out;
}

/** The transpose. Shapes: a[n×m] in; [m×n] out. */
export function transpose(a: Float64Array, n: number, m: number): Float64Array {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i += 1) for (let j = 0; j < m; j += 1) out[j * n + i] = a[i * m + j]!;
  return out;
}

/** Σ values[a + i]·values[b + i] over i < n, in four sums that do not wait for each other. */
export function rangeProduct(values: Float64Array, a: number, b: number, n: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 += values[a + i]! * values[b + i]!;
    s1 += values[a + i + 1]! * values[b + i + 1]!;
    s2 += values[a + i + 2]! * values[b + i + 2]!;
    s3 += values[a + i + 3]! * values[b + i + 3]!;
  }
  for (; i < n; i += 1) s0 += values[a + i]! * values[b + i]!;
  return s0 + s1 + (s2 + s3);
}

/** The identity of size n. */
export function identity(n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) out[i * n + i] = 1;
  return out;
}

/** The cross product Xᵀ·X. Shapes: x[n×p] in; [p×p] out. */
export function gram(x: Float64Array, n: number, p: number): Float64Array {
  const out = new Float64Array(p * p);
  for (let t = 0; t < n; t += 1) {
    for (let i = 0; i < p; i += 1) {
      const left = x[t * p + i]!;
      for (let j = 0; j <= i; j += 1) out[i * p + j]! += left * x[t * p + j]!;
    }
  }
  for (let i = 0; i < p; i += 1) for (let j = 0; j < i; j += 1) out[j * p + i] = out[i * p + j]!;
  return out;
}

/**
 * The lower Cholesky factor L of A = L·Lᵀ, zero above the diagonal; null where A is not positive
 * definite. Reads the lower triangle only.
 */
export function cholesky(a: Float64Array, n: number): Float64Array | null {
  const l = new Float64Array(n * n);
  for (let j = 0; j < n; j += 1) {
    let pivot = a[j * n + j]!;
    for (let k = 0; k < j; k += 1) pivot -= l[j * n + k]! * l[j * n + k]!;
    if (!(pivot > SINGULAR * Math.abs(a[j * n + j]!))) return null;
    const root = Math.sqrt(pivot);
    l[j * n + j] = root;
    for (let i = j + 1; i < n; i += 1) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k += 1) sum -= l[i * n + k]! * l[j * n + k]!;
      l[i * n + j] = sum / root;
    }
  }
  return l;
}

/** Solves L·Y = B with a lower triangle. Shapes: l[n×n], b[n×m] in; [n×m] out. */
export function solveLower(l: Float64Array, b: Float64Array, n: number, m: number): Float64Array {
  const y = Float64Array.from(b);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < m; j += 1) {
      let sum = y[i * m + j]!;
      for (let k = 0; k < i; k += 1) sum -= l[i * n + k]! * y[k * m + j]!;
      y[i * m + j] = sum / l[i * n + i]!;
    }
  }
  return y;
}

/** Solves Lᵀ·X = B with a lower triangle. Shapes: l[n×n], b[n×m] in; [n×m] out. */
export function solveLowerTransposed(
  l: Float64Array,
  b: Float64Array,
  n: number,
  m: number,
): Float64Array {
  const x = Float64Array.from(b);
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let j = 0; j < m; j += 1) {
      let sum = x[i * m + j]!;
      for (let k = i + 1; k < n; k += 1) sum -= l[k * n + i]! * x[k * m + j]!;
      x[i * m + j] = sum / l[i * n + i]!;
    }
  }
  return x;
}

/** Solves A·X = B from the Cholesky factor of A. Shapes: l[n×n], b[n×m] in; [n×m] out. */
export function choleskySolve(
  l: Float64Array,
  b: Float64Array,
  n: number,
  m: number,
): Float64Array {
  return solveLowerTransposed(l, solveLower(l, b, n, m), n, m);
}

/** The inverse of A from its Cholesky factor. */
export function choleskyInverse(l: Float64Array, n: number): Float64Array {
  return choleskySolve(l, identity(n), n, n);
}

/** ln det A from the Cholesky factor of A. */
export function choleskyLogDeterminant(l: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += Math.log(l[i * n + i]!);
  return 2 * sum;
}

/** A = L·D·Lᵀ with a unit lower triangle L and a diagonal D. */
export interface Ldl {
  readonly l: Float64Array;
  readonly d: Float64Array;
}

/** The LDLᵀ factors of a symmetric matrix, unpivoted; null where a pivot vanishes. */
export function ldl(a: Float64Array, n: number): Ldl | null {
  const l = identity(n);
  const d = new Float64Array(n);
  for (let j = 0; j < n; j += 1) {
    let pivot = a[j * n + j]!;
    for (let k = 0; k < j; k += 1) pivot -= l[j * n + k]! * l[j * n + k]! * d[k]!;
    if (!(Math.abs(pivot) > SINGULAR * Math.abs(a[j * n + j]!))) return null;
    d[j] = pivot;
    for (let i = j + 1; i < n; i += 1) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k += 1) sum -= l[i * n + k]! * l[j * n + k]! * d[k]!;
      l[i * n + j] = sum / pivot;
    }
  }
  return { l, d };
}

/** P·A = L·U with partial pivoting: both triangles in one matrix, and the row order. */
export interface Lu {
  readonly n: number;
  readonly lu: Float64Array;
  readonly rows: Int32Array;
  readonly determinant: number;
}

/** The LU factors of a square matrix; null where it is singular to rounding. */
export function luFactor(a: Float64Array, n: number): Lu | null {
  const lu = Float64Array.from(a);
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const scale = lu.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  let determinant = 1;
  for (let k = 0; k < n; k += 1) {
    let best = k;
    for (let i = k + 1; i < n; i += 1) {
      if (Math.abs(lu[i * n + k]!) > Math.abs(lu[best * n + k]!)) best = i;
    }
    if (best !== k) {
      for (let j = 0; j < n; j += 1) {
        const held = lu[k * n + j]!;
        lu[k * n + j] = lu[best * n + j]!;
        lu[best * n + j] = held;
      }
      const row = rows[k]!;
      rows[k] = rows[best]!;
      rows[best] = row;
      determinant = -determinant;
    }
    const pivot = lu[k * n + k]!;
    if (!(Math.abs(pivot) > 1e-15 * scale)) return null;
    determinant *= pivot;
    for (let i = k + 1; i < n; i += 1) {
      const factor = lu[i * n + k]! / pivot;
      lu[i * n + k] = factor;
      for (let j = k + 1; j < n; j += 1) lu[i * n + j]! -= factor * lu[k * n + j]!;
    }
  }
  return { n, lu, rows, determinant };
}

/** Solves A·X = B from the LU factors of A. Shapes: b[n×m] in; [n×m] out. */
export function luSolve(factors: Lu, b: Float64Array, m: number): Float64Array {
  const { n, lu, rows } = factors;
  const x = new Float64Array(n * m);
  for (let j = 0; j < m; j += 1) {
    for (let i = 0; i < n; i += 1) {
      let sum = b[rows[i]! * m + j]!;
      for (let k = 0; k < i; k += 1) sum -= lu[i * n + k]! * x[k * m + j]!;
      x[i * m + j] = sum;
    }
    for (let i = n - 1; i >= 0; i -= 1) {
      let sum = x[i * m + j]!;
      for (let k = i + 1; k < n; k += 1) sum -= lu[i * n + k]! * x[k * m + j]!;
      x[i * m + j] = sum / lu[i * n + i]!;
    }
  }
  return x;
}

/** Solves A·X = B; null where A is singular. Shapes: a[n×n], b[n×m] in; [n×m] out. */
export function solve(a: Float64Array, b: Float64Array, n: number, m: number): Float64Array | null {
  const factors = luFactor(a, n);
  return factors === null ? null : luSolve(factors, b, m);
}

/** The inverse; null where the matrix is singular. */
export function inverse(a: Float64Array, n: number): Float64Array | null {
  return solve(a, identity(n), n, n);
}

/** The determinant; 0 where the matrix is singular to rounding. */
export function determinant(a: Float64Array, n: number): number {
  return luFactor(a, n)?.determinant ?? 0;
}
