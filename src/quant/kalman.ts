import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { identity, multiply, transpose } from './linear-algebra.ts';
import {
  diffuseLeft,
  type InitialState,
  RowUpdate,
  type StateSpace,
  sandwich,
  stateSpaceFault,
} from './state-space.ts';

/** How the likelihood is counted. */
export interface KalmanOptions {
  /**
   * The −½·ln 2π of observations that a diffuse state takes up: `excluded` (default, as statsmodels) or
   * `included` (as Durbin & Koopman and KFAS).
   */
  readonly diffuseTerms?: 'excluded' | 'included';
}

/** What a filter knows at each time; covariances are m×m blocks one after another. */
export interface KalmanFilter {
  readonly logLikelihood: number;
  /** Observed values, and how many of them a diffuse state took up. */
  readonly observations: number;
  readonly diffuseObservations: number;
  /** State given the observations before t: (n+1)×m; row n is the forecast beyond the sample. */
  readonly predicted: Float64Array;
  readonly predictedCovariance: Float64Array;
  /** The infinite part of the predicted covariances at the first times, while there is one. */
  readonly predictedDiffuse: readonly Float64Array[];
  /** State given the observations up to t: n×m. */
  readonly filtered: Float64Array;
  readonly filteredCovariance: Float64Array;
  /** y[t] minus its forecast: n×p, NaN where missing. */
  readonly innovations: Float64Array;
}

/** The state given all observations. */
export interface KalmanSmoother {
  readonly filter: KalmanFilter;
  /** n×m. */
  readonly smoothed: Float64Array;
  /** n blocks of m×m. */
  readonly smoothedCovariance: Float64Array;
}

const LOG_2_PI = Math.log(2 * Math.PI);

/**
 * Filters observations through a linear Gaussian model.
 *
 * Shapes: y[n×p] row-major, NaN where missing.
 * Errors: `bad-input` for shapes, values that are not finite, covariances that are none; `singular` where
 *         an observation has no variance at all.
 * Cost:   O(n·(m³ + p·m²)).
 * Source: Durbin & Koopman (2012), Time Series Analysis by State Space Methods, 2nd ed., chapters 4-6.
 */
export function kalmanFilter(
  y: Float64Array,
  model: StateSpace,
  initial: InitialState,
  options: KalmanOptions = {},
): QuantResult<KalmanFilter> {
  const fault = stateSpaceFault(y, model, initial);
  if (fault !== null) return badInput(fault);
  const { states: m, observed: p, design, transition, stateCovariance } = model;
  const n = y.length / p;
  const a = Float64Array.from(initial.mean);
  let covariance = Float64Array.from(initial.covariance);
  let diffuse = initial.diffuse === undefined ? null : diffuseLeft(initial.diffuse.slice());
  const predicted = new Float64Array((n + 1) * m);
  const predictedCovariance = new Float64Array((n + 1) * m * m);
  const predictedDiffuse: Float64Array[] = [];
  const filtered = new Float64Array(n * m);
  const filteredCovariance = new Float64Array(n * m * m);
  const innovations = new Float64Array(n * p);
  const row = new RowUpdate(model);
  let [logLikelihood, observations, diffuseObservations] = [0, 0, 0];
  for (let t = 0; t < n; t += 1) {
    predicted.set(a, t * m);
    predictedCovariance.set(covariance, t * m * m);
    if (diffuse) predictedDiffuse.push(diffuse.slice());
    for (let i = 0; i < p; i += 1) {
      let v = y[t * p + i]! - (model.observationIntercept?.[i] ?? 0);
      for (let j = 0; j < m; j += 1) v -= design[i * m + j]! * a[j]!;
      innovations[t * p + i] = v;
    }
    const gained = row.load(y, t) ? row.run(a, covariance, diffuse) : Number.NaN;
    if (!Number.isFinite(gained)) {
      const detail = `row ${t} of y has an element, or elements together, without variance, or overflows`;
      return { ok: false, error: { code: 'singular', detail } };
    }
    logLikelihood += gained;
    observations += row.count;
    diffuseObservations += row.diffuseCount;
    filtered.set(a, t * m);
    filteredCovariance.set(covariance, t * m * m);
    if (diffuse) diffuse = diffuseLeft(diffuse);
    a.set(multiply(transition, a, m, m, 1));
    model.stateIntercept?.forEach((c, j) => {
      a[j]! += c;
    });
    covariance = sandwich(transition, covariance, m).map((v, k) => v + stateCovariance[k]!);
    if (diffuse) diffuse = sandwich(transition, diffuse, m);
  }
  predicted.set(a, n * m);
  predictedCovariance.set(covariance, n * m * m);
  const counted =
    options.diffuseTerms === 'included' ? observations : observations - diffuseObservations;
  return ok({
    logLikelihood: logLikelihood - (counted / 2) * LOG_2_PI,
    observations,
    diffuseObservations,
    predicted,
    predictedCovariance,
    predictedDiffuse,
    filtered,
    filteredCovariance,
    innovations,
  });
}

/** Weighted sums of later innovations: r and N, with r1, N1 and N2 while the state is diffuse. */
interface Backward {
  r: Float64Array;
  n: Float64Array;
  r1: Float64Array;
  n1: Float64Array;
  n2: Float64Array;
}

/** Takes element i back through an ordinary update: r = z·v/F + Lᵀr, N = zzᵀ/F + LᵀNL. */
function backOrdinary(
  row: RowUpdate,
  i: number,
  m: number,
  back: Backward,
  diffuse: boolean,
): void {
  const z = row.z.subarray(i * m, (i + 1) * m);
  const f = row.variance[i]!;
  const g = row.gain.subarray(i * m, (i + 1) * m).map((k) => k / f);
  const dot = (u: Float64Array, v: Float64Array) => u.reduce((sum, x, j) => sum + x * v[j]!, 0);
  const through = (r: Float64Array, extra: number) => {
    const change = extra - dot(g, r);
    for (let j = 0; j < m; j += 1) r[j]! += z[j]! * change;
  };
  const throughMatrix = (n: Float64Array, extra: number) => {
    const ng = multiply(n, g, m, m, 1);
    const middle = dot(g, ng) + extra;
    for (let j = 0; j < m; j += 1) {
      for (let l = 0; l < m; l += 1) {
        n[j * m + l]! += z[j]! * z[l]! * middle - z[j]! * ng[l]! - ng[j]! * z[l]!;
      }
    }
  };
  through(back.r, row.innovation[i]! / f);
  throughMatrix(back.n, 1 / f);
  if (!diffuse) return;
  through(back.r1, 0);
  throughMatrix(back.n1, 0);
  throughMatrix(back.n2, 0);
}

/** Takes element i back through a diffuse update. */
function backDiffuse(row: RowUpdate, i: number, m: number, back: Backward): void {
  const z = row.z.subarray(i * m, (i + 1) * m);
  const f = row.variance[i]!;
  const fInf = row.diffuseVariance[i]!;
  const l = identity(m);
  const l0 = new Float64Array(m * m);
  for (let j = 0; j < m; j += 1) {
    const kInf = row.diffuseGain[i * m + j]! / fInf;
    const k0 = (kInf * f - row.gain[i * m + j]!) / fInf;
    for (let c = 0; c < m; c += 1) {
      l[j * m + c]! -= kInf * z[c]!;
      l0[j * m + c] = k0 * z[c]!;
    }
  }
  const lt = transpose(l, m, m);
  const l0t = transpose(l0, m, m);
  const product = (a: Float64Array, b: Float64Array, c: Float64Array) =>
    multiply(multiply(a, b, m, m, m), c, m, m, m);
  const cross = product(l0t, back.n, l);
  const cross1 = product(l0t, back.n1, l);
  const own = product(l0t, back.n, l0);
  const n1 = product(lt, back.n1, l);
  const n2 = product(lt, back.n2, l);
  const v = row.innovation[i]!;
  const kept = multiply(lt, back.r1, m, m, 1);
  const moved = multiply(l0t, back.r, m, m, 1);
  for (let j = 0; j < m; j += 1) {
    back.r1[j] = (z[j]! * v) / fInf + kept[j]! + moved[j]!;
    for (let c = 0; c < m; c += 1) {
      const at = j * m + c;
      const mirrored = c * m + j;
      const outer = (z[j]! * z[c]!) / fInf;
      n1[at]! += outer + cross[at]! + cross[mirrored]!;
      n2[at]! += own[at]! + cross1[at]! + cross1[mirrored]! - (outer * f) / fInf;
    }
  }
  back.r = multiply(lt, back.r, m, m, 1);
  back.n = product(lt, back.n, l);
  back.n1 = n1;
  back.n2 = n2;
}

/** Takes the sums back over one transition. */
function backTransition(transposed: Float64Array, m: number, back: Backward): void {
  back.r = multiply(transposed, back.r, m, m, 1);
  back.r1 = multiply(transposed, back.r1, m, m, 1);
  back.n = sandwich(transposed, back.n, m);
  back.n1 = sandwich(transposed, back.n1, m);
  back.n2 = sandwich(transposed, back.n2, m);
}

/**
 * Smooths: the mean and covariance of every state given all observations, by the backward recursions
 * that need no inverse of a covariance, exact also while the state is diffuse.
 *
 * Shapes, Errors, Cost: as `kalmanFilter`.
 * Source: Durbin & Koopman (2012), 2nd ed., sections 4.4, 5.3 and 6.4.
 */
export function kalmanSmoother(
  y: Float64Array,
  model: StateSpace,
  initial: InitialState,
  options: KalmanOptions = {},
): QuantResult<KalmanSmoother> {
  const run = kalmanFilter(y, model, initial, options);
  if (!run.ok) return run;
  const filter = run.value;
  const { states: m, observed: p } = model;
  const n = y.length / p;
  const transposed = transpose(model.transition, m, m);
  const smoothed = new Float64Array(n * m);
  const smoothedCovariance = new Float64Array(n * m * m);
  const square = () => new Float64Array(m * m);
  const back: Backward = {
    r: new Float64Array(m),
    n: square(),
    r1: new Float64Array(m),
    n1: square(),
    n2: square(),
  };
  const row = new RowUpdate(model);
  for (let t = n - 1; t >= 0; t -= 1) {
    const a = filter.predicted.slice(t * m, (t + 1) * m);
    const covariance = filter.predictedCovariance.slice(t * m * m, (t + 1) * m * m);
    const diffuse = filter.predictedDiffuse[t] ?? null;
    row.load(y, t);
    row.run(a.slice(), covariance.slice(), diffuse?.slice() ?? null);
    for (let i = row.count - 1; i >= 0; i -= 1) {
      if (row.diffuseVariance[i]! > 0) backDiffuse(row, i, m, back);
      else backOrdinary(row, i, m, back, diffuse !== null);
    }
    const shift = multiply(covariance, back.r, m, m, 1);
    const shrink = sandwich(covariance, back.n, m);
    if (diffuse) {
      const far = multiply(diffuse, back.r1, m, m, 1);
      const farShrink = sandwich(diffuse, back.n2, m);
      const mixed = multiply(multiply(diffuse, back.n1, m, m, m), covariance, m, m, m);
      for (let j = 0; j < m; j += 1) shift[j]! += far[j]!;
      for (let k = 0; k < m * m; k += 1) {
        shrink[k]! += farShrink[k]! + mixed[k]! + mixed[(k % m) * m + Math.floor(k / m)]!;
      }
    }
    for (let j = 0; j < m; j += 1) smoothed[t * m + j] = a[j]! + shift[j]!;
    for (let k = 0; k < m * m; k += 1)
      smoothedCovariance[t * m * m + k] = covariance[k]! - shrink[k]!;
    backTransition(transposed, m, back);
  }
  return ok({ filter, smoothed, smoothedCovariance });
}
