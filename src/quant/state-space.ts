import { ldl, multiply, solveLower, transpose } from './linear-algebra.ts';

/**
 * A linear Gaussian model in state space form, the same at every time:
 *
 *   y[t] = Z·α[t] + d + ε[t], ε ~ N(0, H);   α[t+1] = T·α[t] + c + η[t], η ~ N(0, Q)
 *
 * Shapes: matrices row-major; m states, p observed series.
 */
export interface StateSpace {
  readonly states: number;
  readonly observed: number;
  /** Z, p×m. */
  readonly design: Float64Array;
  /** T, m×m. */
  readonly transition: Float64Array;
  /** H, p×p. */
  readonly observationCovariance: Float64Array;
  /** Q, m×m. */
  readonly stateCovariance: Float64Array;
  /** d, p values. Default 0. */
  readonly observationIntercept?: Float64Array;
  /** c, m values. Default 0. */
  readonly stateIntercept?: Float64Array;
}

/** What is known of the first state before the first observation. */
export interface InitialState {
  readonly mean: Float64Array;
  /** m×m. */
  readonly covariance: Float64Array;
  /** m×m, multiplied by an infinite variance (exact diffuse). Default none. */
  readonly diffuse?: Float64Array;
}

/** Size under which a diffuse variance counts as spent. */
const DIFFUSE_END = 1e-10;

/** Says what is wrong with a model, its first state or the series; else null. */
export function stateSpaceFault(
  y: Float64Array,
  model: StateSpace,
  initial: InitialState,
): string | null {
  const { states: m, observed: p } = model;
  if (!(Number.isInteger(m) && m >= 1)) return `states is ${m}; at least 1 is needed`;
  if (!(Number.isInteger(p) && p >= 1)) return `observed is ${p}; at least 1 is needed`;
  const parts: readonly [string, Float64Array | undefined, number][] = [
    ['design', model.design, p * m],
    ['transition', model.transition, m * m],
    ['observationCovariance', model.observationCovariance, p * p],
    ['stateCovariance', model.stateCovariance, m * m],
    ['observationIntercept', model.observationIntercept, p],
    ['stateIntercept', model.stateIntercept, m],
    ['mean', initial.mean, m],
    ['covariance', initial.covariance, m * m],
    ['diffuse', initial.diffuse, m * m],
  ];
  for (const [name, values, length] of parts) {
    if (values === undefined) continue;
    if (values.length !== length)
      return `${name} has ${values.length} values; ${length} are needed`;
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) return `${name}[${at}] is ${values[at]}; every value must be finite`;
  }
  if (y.length === 0 || y.length % p !== 0)
    return `y has ${y.length} values; rows of ${p} are needed`;
  const at = y.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
  if (at >= 0) return `y[${at}] is ${y[at]}; values are finite, or NaN where missing`;
  for (const [name, size] of [
    ['observationCovariance', p],
    ['stateCovariance', m],
  ] as const) {
    const fault = covarianceFault(name, model[name], size);
    if (fault !== null) return fault;
  }
  return covarianceFault('covariance', initial.covariance, m);
}

function covarianceFault(name: string, a: Float64Array, n: number): string | null {
  for (let i = 0; i < n; i += 1) {
    if (!(a[i * n + i]! >= 0)) return `${name} has the variance ${a[i * n + i]}; it must be >= 0`;
    for (let j = 0; j < i; j += 1) {
      const apart = Math.abs(a[i * n + j]! - a[j * n + i]!);
      const scale = Math.sqrt(a[i * n + i]! * a[j * n + j]!);
      if (apart > 1e-12 * scale) return `${name} is not symmetric at [${i}][${j}]`;
      if (Math.abs(a[i * n + j]!) > scale * (1 + 1e-12)) {
        return `${name}[${i}][${j}] is ${a[i * n + j]}; it exceeds what the variances allow`;
      }
    }
  }
  return null;
}

/** Whether a square matrix has nothing off its diagonal. */
const isDiagonal = (a: Float64Array, n: number): boolean =>
  a.every((value, at) => value === 0 || at % (n + 1) === 0);

/** A·P·Aᵀ, symmetric to the bit. */
export function sandwich(a: Float64Array, p: Float64Array, n: number): Float64Array {
  const out = multiply(multiply(a, p, n, n, n), transpose(a, n, n), n, n, n);
  for (let i = 0; i < n; i += 1) for (let j = 0; j < i; j += 1) out[j * n + i] = out[i * n + j]!;
  return out;
}

/**
 * Takes the elements of one row of observations one at a time, after H was made diagonal. Missing
 * elements (NaN) are passed over. Keeps what the smoother needs of each.
 *
 * Source: Durbin & Koopman (2012), Time Series Analysis by State Space Methods, 2nd ed., section 6.4;
 *         diffuse elements by Koopman & Durbin (2000), J. of Time Series Analysis 21(3).
 */
export class RowUpdate {
  readonly z: Float64Array;
  readonly innovation: Float64Array;
  /** F*, K* and, for a diffuse element, F∞ above 0 and K∞. */
  readonly variance: Float64Array;
  readonly gain: Float64Array;
  readonly diffuseVariance: Float64Array;
  readonly diffuseGain: Float64Array;
  /** Elements observed in this row, and how many of them were diffuse. */
  count = 0;
  diffuseCount = 0;
  readonly #model: StateSpace;
  readonly #diagonal: boolean;
  readonly #values: Float64Array;
  readonly #noise: Float64Array;

  constructor(model: StateSpace) {
    const { states: m, observed: p } = model;
    this.#model = model;
    this.#diagonal = isDiagonal(model.observationCovariance, p);
    this.#values = new Float64Array(p);
    this.#noise = new Float64Array(p);
    this.z = new Float64Array(p * m);
    this.innovation = new Float64Array(p);
    this.variance = new Float64Array(p);
    this.gain = new Float64Array(p * m);
    this.diffuseVariance = new Float64Array(p);
    this.diffuseGain = new Float64Array(p * m);
  }

  /** Reads row t of y; false where the covariance of what was observed is not positive definite. */
  load(y: Float64Array, t: number): boolean {
    const { states: m, observed: p, design, observationCovariance: h } = this.#model;
    const intercept = this.#model.observationIntercept;
    const seen: number[] = [];
    for (let i = 0; i < p; i += 1) {
      if (Number.isNaN(y[t * p + i]!)) continue;
      const at = seen.length;
      for (let j = 0; j < m; j += 1) this.z[at * m + j] = design[i * m + j]!;
      this.#values[at] = y[t * p + i]! - (intercept?.[i] ?? 0);
      this.#noise[at] = h[i * p + i]!;
      seen.push(i);
    }
    this.count = seen.length;
    if (this.#diagonal || this.count < 2) return true;
    const k = this.count;
    const part = Float64Array.from({ length: k * k }, (_, at) => {
      return h[seen[Math.floor(at / k)]! * p + seen[at % k]!]!;
    });
    const factors = ldl(part, k);
    if (factors === null || factors.d.some((d) => d < 0)) return false;
    this.z.set(solveLower(factors.l, this.z.subarray(0, k * m), k, m));
    this.#values.set(solveLower(factors.l, this.#values.subarray(0, k), k, 1));
    this.#noise.set(factors.d);
    return true;
  }

  /**
   * Updates the state's mean and covariances in place with the row that was loaded. Returns the
   * log-likelihood without its −½·ln 2π terms; NaN where an element has no variance.
   */
  run(a: Float64Array, p: Float64Array, diffuse: Float64Array | null): number {
    let sum = 0;
    this.diffuseCount = 0;
    for (let i = 0; i < this.count; i += 1) sum += this.#element(i, a, p, diffuse);
    return sum;
  }

  #element(i: number, a: Float64Array, p: Float64Array, diffuse: Float64Array | null): number {
    const m = a.length;
    let v = this.#values[i]!;
    let f = this.#noise[i]!;
    let fInf = 0;
    let size = 0;
    for (let j = 0; j < m; j += 1) {
      const zj = this.z[i * m + j]!;
      v -= zj * a[j]!;
      size += zj * zj;
      let [k, kInf] = [0, 0];
      for (let l = 0; l < m; l += 1) k += p[j * m + l]! * this.z[i * m + l]!;
      if (diffuse) for (let l = 0; l < m; l += 1) kInf += diffuse[j * m + l]! * this.z[i * m + l]!;
      this.gain[i * m + j] = k;
      this.diffuseGain[i * m + j] = kInf;
      f += zj * k;
      fInf += zj * kInf;
    }
    this.innovation[i] = v;
    this.variance[i] = f;
    const isDiffuse = diffuse !== null && fInf > DIFFUSE_END * size;
    this.diffuseVariance[i] = isDiffuse ? fInf : 0;
    if (isDiffuse) {
      this.#updateDiffuse(i, a, p, diffuse);
      this.diffuseCount += 1;
      return -0.5 * Math.log(fInf);
    }
    if (!(f > 0)) return Number.NaN;
    for (let j = 0; j < m; j += 1) {
      const kj = this.gain[i * m + j]!;
      a[j]! += (kj * v) / f;
      for (let l = 0; l < m; l += 1) p[j * m + l]! -= (kj * this.gain[i * m + l]!) / f;
    }
    return -0.5 * (Math.log(f) + (v * v) / f);
  }

  #updateDiffuse(i: number, a: Float64Array, p: Float64Array, diffuse: Float64Array): void {
    const m = a.length;
    const f = this.variance[i]!;
    const fInf = this.diffuseVariance[i]!;
    const v = this.innovation[i]!;
    for (let j = 0; j < m; j += 1) {
      const kj = this.gain[i * m + j]!;
      const kInfJ = this.diffuseGain[i * m + j]!;
      a[j]! += (kInfJ * v) / fInf;
      for (let l = 0; l < m; l += 1) {
        const kl = this.gain[i * m + l]!;
        const kInfL = this.diffuseGain[i * m + l]!;
        p[j * m + l]! += (kInfJ * kInfL * f) / (fInf * fInf) - (kj * kInfL + kInfJ * kl) / fInf;
        diffuse[j * m + l]! -= (kInfJ * kInfL) / fInf;
      }
    }
  }
}

/** The diffuse part after a row; null once nothing of it is left. */
export const diffuseLeft = (diffuse: Float64Array): Float64Array | null =>
  diffuse.some((value) => Math.abs(value) > DIFFUSE_END) ? diffuse : null;
