import { assert, ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import {
  HmmDecoder,
  type HmmModel,
  hmmModelLength,
  hmmShape,
  kMaxHmmDimensions,
  kMaxHmmStates,
  observationsFault,
  packHmm,
  unpackHmm,
} from './hidden-markov.ts';
import { hmmStarts, sampleOf } from './hidden-markov-starts.ts';
import { kernel } from './kernel.ts';

/** How a hidden Markov model is fitted. */
export interface HmmFitOptions {
  readonly states: number;
  /** Numbers of an observation; default 1. */
  readonly dimensions?: number;
  /** Default gaussian. */
  readonly density?: 'gaussian' | 'student-t';
  /** Default full. */
  readonly covariance?: 'diagonal' | 'full';
  /** Searches from different starting models, the best of which counts; default 10. */
  readonly restarts?: number;
  /** Seed of the starting models; default 1. */
  readonly seed?: number;
  /** Steps of a search at most; default 500. */
  readonly maxIterations?: number;
  /** A search ends when a step gains no more log-likelihood than this; default 1e-6. */
  readonly tolerance?: number;
  /** Least variance of a state as a part of the variance of the series; default 1e-6. */
  readonly varianceFloor?: number;
  /** Fixed ν of all states for Student-t; null, the default, estimates one per state in [2.1, 200]. */
  readonly degreesOfFreedom?: number | null;
  /** False keeps the initial probabilities of the starting model; default true. */
  readonly estimateInitial?: boolean;
  /** The only starting model; its states keep their order. Default null. */
  readonly start?: HmmModel | null;
}

/** One search for a maximum. */
export interface HmmSearch {
  readonly logLikelihood: number;
  readonly iterations: number;
  /** False when the limit of steps ended the search. */
  readonly converged: boolean;
}

/** A fitted model and how it was found. */
export interface HmmFit extends HmmSearch {
  /** States in ascending order of the first mean, or in the order of the given start. */
  readonly model: HmmModel;
  /** States whose variance stands at the floor: a sign of too many states. */
  readonly statesAtFloor: number;
  /** Free parameters. */
  readonly parameters: number;
  readonly aic: number;
  readonly bic: number;
  /** All searches that ended in a sound model, in the order of their starts. */
  readonly searches: readonly HmmSearch[];
}

type Settings = Required<HmmFitOptions>;

const kDefaults = {
  dimensions: 1,
  density: 'gaussian',
  covariance: 'full',
  restarts: 10,
  seed: 1,
  maxIterations: 500,
  tolerance: 1e-6,
  varianceFloor: 1e-6,
  degreesOfFreedom: null,
  estimateInitial: true,
  start: null,
} as const;

function wholeFault(name: string, value: number, low: number, high: number): string | null {
  if (Number.isInteger(value) && value >= low && value <= high) return null;
  return `${name} is ${value}; a whole number from ${low} to ${high} is allowed`;
}

function rangeFault(name: string, value: number, low: number, high: number): string | null {
  return value >= low && value <= high
    ? null
    : `${name} is ${value}; from ${low} to ${high} is allowed`;
}

function settingsFault(s: Settings): string | null {
  const nu = s.degreesOfFreedom;
  return (
    wholeFault('states', s.states, 1, kMaxHmmStates) ??
    wholeFault('dimensions', s.dimensions, 1, kMaxHmmDimensions) ??
    wholeFault('restarts', s.restarts, 1, 1000) ??
    wholeFault('maxIterations', s.maxIterations, 0, 1_000_000) ??
    rangeFault('tolerance', s.tolerance, 0, 1e6) ??
    rangeFault('varianceFloor', s.varianceFloor, 1e-15, 1) ??
    (nu === null ? null : rangeFault('degreesOfFreedom', nu, 2.1, 1e6))
  );
}

/** The variances of the dimensions by n, or the dimension that is constant. */
function variancesOf(x: Float64Array, dimensions: number): QuantResult<Float64Array> {
  const n = x.length / dimensions;
  const variances = new Float64Array(dimensions);
  for (let d = 0; d < dimensions; d += 1) {
    let mean = 0;
    for (let t = 0; t < n; t += 1) mean += x[t * dimensions + d]! / n;
    let sum = 0;
    for (let t = 0; t < n; t += 1) sum += (x[t * dimensions + d]! - mean) ** 2 / n;
    // Rounding alone gives a constant series about (1e-16 mean)^2.
    if (!(sum > 1e-28 * mean * mean) || sum < 1e-280) {
      return badInput(`dimension ${d} of x is constant; a model of states needs variation`);
    }
    variances[d] = sum;
  }
  return ok(variances);
}

/**
 * Refuses dimensions of which one is a linear combination of those before it: their correlation
 * matrix has a Cholesky pivot of 0 but for rounding.
 */
function collinearRefusal(x: Float64Array, s: Settings, variances: Float64Array) {
  const d = s.dimensions;
  if (s.covariance === 'diagonal' || d === 1) return null;
  const { covariance } = sampleOf(x, d, [[0, x.length / d]]);
  const factor = new Float64Array(d * d);
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let value = covariance[i * d + j]! / Math.sqrt(variances[i]!) / Math.sqrt(variances[j]!);
      for (let m = 0; m < j; m += 1) value -= factor[i * d + m]! * factor[j * d + m]!;
      if (i === j && !(value > 1e-12)) {
        const detail = `dimension ${i} of x is a linear combination of those before it; full covariances need independent ones`;
        return { ok: false, error: { code: 'singular', detail } } as const;
      }
      factor[i * d + j] = i === j ? Math.sqrt(value) : value / factor[j * d + j]!;
    }
  }
  return null;
}

function parametersOf(s: Settings): number {
  const [k, d] = [s.states, s.dimensions];
  const chain = k * (k - 1) + (s.estimateInitial ? k - 1 : 0);
  const spread = s.covariance === 'full' ? (d * (d + 1)) / 2 : d;
  const nu = s.density === 'student-t' && s.degreesOfFreedom === null ? 1 : 0;
  return chain + k * (d + spread + nu);
}

function startsFor(x: Float64Array, s: Settings): QuantResult<Float64Array> {
  if (s.start === null) return ok(hmmStarts(x, s));
  const checked = HmmDecoder.create(s.start);
  if (!checked.ok) return checked;
  const { states, dimensions } = checked.value;
  const same =
    states === s.states &&
    dimensions === s.dimensions &&
    s.start.density === s.density &&
    s.start.covariance === s.covariance;
  return same
    ? ok(packHmm(s.start))
    : badInput('start differs from the options in states, dimensions, density or covariance');
}

/**
 * Fits a hidden Markov model by expectation and maximisation (Baum–Welch) from several seeded
 * starting models, all searches in one native call.
 *
 * Shapes:      x holds n observations of D numbers, one after the other.
 * Errors:      `bad-input` for options out of range, fewer than 2 K (D + 1) observations, values
 *              that are not finite, a constant dimension; `singular` for full covariances of collinear
 *              dimensions; `not-converged` when no search ends in a
 *              sound model. A search ended by its limit is a result with `converged` false.
 * Determinism: bit-identical on every target for the same seed.
 * Cost:        bench/quant/regime.mjs.
 * Source:      Baum, Petrie, Soules & Weiss (1970); Peel & McLachlan (2000) for Student-t.
 */
export function fitHmm(x: Float64Array, options: HmmFitOptions): QuantResult<HmmFit> {
  const settings: Settings = { ...kDefaults, ...options };
  const { states, dimensions } = settings;
  const fault =
    settingsFault(settings) ?? observationsFault(x, dimensions, 2 * states * (dimensions + 1));
  if (fault !== null) return badInput(fault);
  const variances = variancesOf(x, dimensions);
  if (!variances.ok) return variances;
  const refusal = collinearRefusal(x, settings, variances.value);
  if (refusal !== null) return refusal;
  const starts = startsFor(x, settings);
  if (!starts.ok) return starts;
  const outcomes = new Float64Array(5 * (starts.value.length / hmmModelLength(dimensions)));
  kernel('hmmFit')(
    Float64Array.from([
      ...hmmShape(states, dimensions, settings),
      settings.maxIterations,
      settings.tolerance,
      settings.density === 'student-t' && settings.degreesOfFreedom === null ? 1 : 0,
      settings.estimateInitial ? 1 : 0,
    ]),
    x,
    variances.value.map((variance) => variance * settings.varianceFloor),
    starts.value,
    outcomes,
    new Float64Array((x.length / dimensions) * 42),
  );
  return bestOf(x.length / dimensions, settings, starts.value, outcomes);
}

function bestOf(
  n: number,
  settings: Settings,
  models: Float64Array,
  outcomes: Float64Array,
): QuantResult<HmmFit> {
  const searches: (HmmSearch & { readonly at: number })[] = [];
  for (let at = 0; at < outcomes.length / 5; at += 1) {
    const [logLikelihood, iterations, settled, , status] = outcomes.subarray(5 * at, 5 * at + 5);
    assert(logLikelihood !== undefined && iterations !== undefined, 'an outcome has five numbers');
    if (status !== 0 || !Number.isFinite(logLikelihood)) continue;
    searches.push({ logLikelihood, iterations, converged: settled === 1, at });
  }
  const first = searches[0];
  if (first === undefined) {
    const detail = `none of ${outcomes.length / 5} searches ended in a sound model`;
    return { ok: false, error: { code: 'not-converged', detail } };
  }
  const best = searches.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a), first);
  const length = hmmModelLength(settings.dimensions);
  const packed = models.subarray(best.at * length, (best.at + 1) * length);
  const order = Array.from({ length: settings.states }, (_, k) => k);
  // Eight lanes of initial probabilities and 64 transitions stand before the first mean.
  if (settings.start === null) order.sort((a, b) => packed[72 + a]! - packed[72 + b]!);
  const parameters = parametersOf(settings);
  const { density, covariance } = settings;
  const { at: _, ...search } = best;
  return ok({
    ...search,
    model: unpackHmm(packed, order, settings.dimensions, { density, covariance }),
    statesAtFloor: outcomes[5 * best.at + 3]!,
    parameters,
    aic: 2 * parameters - 2 * best.logLikelihood,
    bic: parameters * Math.log(n) - 2 * best.logLikelihood,
    searches: searches.map(({ at: _at, ...each }) => each),
  });
}
