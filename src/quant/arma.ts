import { solve } from './linear-algebra.ts';

/** φ and θ of (1 − φ1·B − …)·w = (1 + θ1·B + …)·ε, seasonal factors multiplied out. */
export interface ArmaPolynomials {
  readonly ar: Float64Array;
  readonly ma: Float64Array;
}

/** What a run of the filter leaves behind, in units of the innovation variance. */
export interface ArmaRun {
  /** Σ ln F over the observed values, and their number. */
  readonly logVariances: number;
  readonly count: number;
  /** State and covariance one step beyond the sample, given all of it. */
  readonly state: Float64Array;
  readonly covariance: Float64Array;
}

/** The variance of an innovation beyond 1 under which the filter counts as settled. */
const SETTLED = 1e-14;

/**
 * Coefficients of an autoregression from its partial autocorrelations, each in (−1, 1): every
 * stationary autoregression and no other.
 *
 * Source: Monahan (1984), Biometrika 71(2); Barndorff-Nielsen & Schou (1973).
 */
export function coefficientsOfPartials(partials: Float64Array): Float64Array {
  let held = new Float64Array(0);
  partials.forEach((r, k) => {
    const next = new Float64Array(k + 1);
    for (let i = 0; i < k; i += 1) next[i] = held[i]! - r * held[k - 1 - i]!;
    next[k] = r;
    held = next;
  });
  return held;
}

/**
 * Multiplies 1 + s·Σ a[i]·B^i by 1 + s·Σ b[j]·B^(j·period), s the sign: coefficients in the same sign.
 */
export function withSeason(
  plain: Float64Array,
  seasonal: Float64Array,
  period: number,
  sign: 1 | -1,
): Float64Array {
  const out = new Float64Array(plain.length + seasonal.length * period);
  out.set(plain);
  seasonal.forEach((b, j) => {
    const shift = (j + 1) * period;
    out[shift - 1]! += b;
    plain.forEach((a, i) => {
      out[shift + i]! += sign * a * b;
    });
  });
  return out;
}

/**
 * The exact Gaussian filter of an ARMA process in Harvey's state space form, innovation variance 1.
 *
 * Cost:   O(r²) a value until the variance has settled, O(r) after, r = max(p, q + 1).
 * Source: Harvey (1989), Forecasting, Structural Time Series Models, section 3.3; Gardner, Harvey &
 *         Phillips (1980), Applied Statistics 29(3), AS 154.
 */
export class ArmaFilter {
  readonly size: number;
  readonly #phi: Float64Array;
  readonly #shock: Float64Array;
  readonly #start: Float64Array;

  private constructor(phi: Float64Array, shock: Float64Array, start: Float64Array) {
    this.size = phi.length;
    this.#phi = phi;
    this.#shock = shock;
    this.#start = start;
  }

  /** The filter; null where the autoregression is not stationary to rounding. */
  static create({ ar, ma }: ArmaPolynomials): ArmaFilter | null {
    const r = Math.max(ar.length, ma.length + 1);
    const phi = new Float64Array(r);
    phi.set(ar);
    const shock = new Float64Array(r);
    shock[0] = 1;
    shock.set(ma, 1);
    const start = stationaryCovariance(phi, shock, ar.length);
    return start === null ? null : new ArmaFilter(phi, shock, start);
  }

  /**
   * Filters w (NaN where missing) and writes innovations divided by the root of their variance; a
   * missing value has 0.
   */
  run(w: Float64Array, innovations: Float64Array): ArmaRun {
    const r = this.size;
    const [phi, shock] = [this.#phi, this.#shock];
    const a = new Float64Array(r + 1);
    const p = Float64Array.from(this.#start);
    let [logVariances, count, calm] = [0, 0, 0];
    for (let t = 0; t < w.length; t += 1) {
      const observed = w[t]!;
      if (Number.isNaN(observed)) {
        innovations[t] = 0;
        if (calm >= r) this.#settledCovariance(p);
        calm = 0;
        const level = a[0]!;
        for (let i = 0; i < r; i += 1) a[i] = phi[i]! * level + a[i + 1]!;
        this.#predictUnseen(p);
        continue;
      }
      count += 1;
      const v = observed - a[0]!;
      if (calm >= r) {
        innovations[t] = v;
        for (let i = 0; i < r - 1; i += 1) {
          a[i] = phi[i]! * observed + a[i + 1]! + shock[i + 1]! * v;
        }
        a[r - 1] = phi[r - 1]! * observed;
        continue;
      }
      const f = p[0]!;
      logVariances += Math.log(f);
      innovations[t] = v / Math.sqrt(f);
      // Full knowledge of the last r innovations leaves no variance but that of the next one.
      calm = f - 1 < SETTLED ? calm + 1 : 0;
      const gain = v / f;
      for (let i = 0; i < r - 1; i += 1) {
        a[i] = phi[i]! * observed + a[i + 1]! + p[i + 1]! * gain;
      }
      a[r - 1] = phi[r - 1]! * observed;
      this.#predictSeen(p, f);
    }
    if (calm >= r) this.#settledCovariance(p);
    return { logVariances, count, state: a.slice(0, r), covariance: p };
  }

  /** The covariance one step on, after an observation: P[i+1][j+1] less what it told, and the shock. */
  #predictSeen(p: Float64Array, f: number): void {
    const r = this.size;
    const shock = this.#shock;
    const column = p.slice(0, r);
    for (let i = 0; i < r; i += 1) {
      for (let j = 0; j < r; j += 1) {
        const inner = i + 1 < r && j + 1 < r;
        const left = inner ? p[(i + 1) * r + j + 1]! - (column[i + 1]! * column[j + 1]!) / f : 0;
        p[i * r + j] = left + shock[i]! * shock[j]!;
      }
    }
  }

  /** The covariance one step on, without an observation. */
  #predictUnseen(p: Float64Array): void {
    const r = this.size;
    const [phi, shock] = [this.#phi, this.#shock];
    const column = new Float64Array(r + 1);
    column.set(p.subarray(0, r));
    for (let i = 0; i < r; i += 1) {
      for (let j = 0; j < r; j += 1) {
        const inner = i + 1 < r && j + 1 < r ? p[(i + 1) * r + j + 1]! : 0;
        const outer = phi[i]! * phi[j]! * column[0]! + shock[i]! * shock[j]!;
        p[i * r + j] = inner + outer + phi[i]! * column[j + 1]! + phi[j]! * column[i + 1]!;
      }
    }
  }

  #settledCovariance(p: Float64Array): void {
    const r = this.size;
    for (let i = 0; i < r; i += 1) {
      for (let j = 0; j < r; j += 1) p[i * r + j] = this.#shock[i]! * this.#shock[j]!;
    }
  }
}

/** The process's responses ψ to one innovation, and its autocovariances γ at lags 0 … r. */
function moments(phi: Float64Array, shock: Float64Array, p: number) {
  const r = phi.length;
  const psi = Float64Array.from(shock);
  for (let j = 1; j < r; j += 1) {
    for (let i = 1; i <= Math.min(j, p); i += 1) psi[j]! += phi[i - 1]! * psi[j - i]!;
  }
  const noise = (k: number): number => {
    let sum = 0;
    for (let j = k; j < r; j += 1) sum += shock[j]! * psi[j - k]!;
    return sum;
  };
  const system = new Float64Array((p + 1) * (p + 1));
  const right = Float64Array.from({ length: p + 1 }, (_, k) => noise(k));
  for (let k = 0; k <= p; k += 1) {
    system[k * (p + 1) + k]! += 1;
    for (let i = 1; i <= p; i += 1) system[k * (p + 1) + Math.abs(k - i)]! -= phi[i - 1]!;
  }
  const first = solve(system, right, p + 1, 1);
  if (first === null) return null;
  const gamma = new Float64Array(r + 1);
  gamma.set(first.subarray(0, Math.min(p, r) + 1));
  for (let k = p + 1; k <= r; k += 1) {
    gamma[k] = noise(k);
    for (let i = 1; i <= p; i += 1) gamma[k]! += phi[i - 1]! * gamma[k - i]!;
  }
  return { psi, gamma };
}

/** The covariance of the state of a stationary process; null where there is none. */
function stationaryCovariance(
  phi: Float64Array,
  shock: Float64Array,
  p: number,
): Float64Array | null {
  const r = phi.length;
  const found = moments(phi, shock, p);
  if (found === null || !(found.gamma[0]! >= 1 - 1e-9)) return null;
  const { psi, gamma } = found;
  const out = new Float64Array(r * r);
  const first = new Float64Array(r + 1);
  for (let j = 0; j < r; j += 1) {
    for (let i = j; i < r; i += 1)
      first[j]! += phi[i]! * gamma[1 + i - j]! + shock[i]! * psi[i - j]!;
  }
  for (let i = r - 1; i >= 0; i -= 1) {
    for (let j = r - 1; j >= 0; j -= 1) {
      const inner = i + 1 < r && j + 1 < r ? out[(i + 1) * r + j + 1]! : 0;
      const outer = phi[i]! * phi[j]! * first[0]! + shock[i]! * shock[j]!;
      out[i * r + j] = inner + outer + phi[i]! * first[j + 1]! + phi[j]! * first[i + 1]!;
    }
  }
  return out;
}
