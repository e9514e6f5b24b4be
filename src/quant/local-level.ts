import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { sampleFault } from './sample-fault.ts';
import type { InitialState, StateSpace } from './state-space.ts';

/** A random walk observed with noise: y = μ + ε, μ[t+1] = μ[t] + η. */
export interface LocalLevelFit {
  readonly observationVariance: number;
  readonly levelVariance: number;
  /** Exact diffuse, without the ln 2π of the first observation. */
  readonly logLikelihood: number;
}

/** The state space form of a local level with given variances; the first level is diffuse. */
export function localLevelModel(
  observationVariance: number,
  levelVariance: number,
): { readonly model: StateSpace; readonly initial: InitialState } {
  const model = {
    states: 1,
    observed: 1,
    design: Float64Array.of(1),
    transition: Float64Array.of(1),
    observationCovariance: Float64Array.of(observationVariance),
    stateCovariance: Float64Array.of(levelVariance),
  };
  const zero = Float64Array.of(0);
  return { model, initial: { mean: zero, covariance: zero, diffuse: Float64Array.of(1) } };
}

/**
 * Likelihood of the variance ratio: noise 1 − share, level share, the common scale in closed form. The
 * share form reaches both ends, pure noise and a pure random walk.
 */
function concentrated(y: Float64Array, share: number): { value: number; scale: number } {
  const noise = 1 - share;
  let [level, variance, squares, logs, count] = [0, -1, 0, 0, 0];
  for (const observed of y) {
    // A variance below 0 stands for the diffuse start, before the first observation.
    if (variance >= 0) variance += share;
    if (Number.isNaN(observed)) continue;
    if (variance < 0) {
      level = observed;
      variance = noise;
      continue;
    }
    const f = variance + noise;
    const v = observed - level;
    squares += (v * v) / f;
    logs += Math.log(f);
    count += 1;
    level += (variance / f) * v;
    variance -= (variance * variance) / f;
  }
  const scale = squares / count;
  return { value: -0.5 * (count * (Math.log(2 * Math.PI * scale) + 1) + logs), scale };
}

const GRID = 24;
const STEPS = 42;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Fits the two variances of a local level by maximum likelihood, the first level exactly diffuse.
 *
 * Shapes: y[n], NaN where missing.
 * Errors: `bad-input` for fewer than 3 values, one that is infinite or too large to be squared, or a
 *         constant series.
 * Source: Durbin & Koopman (2012), 2nd ed., section 2.10.2.
 */
export function fitLocalLevel(y: Float64Array): QuantResult<LocalLevelFit> {
  const seen = y.filter((value) => !Number.isNaN(value));
  if (seen.length < 3)
    return badInput(`y has ${seen.length} observed values; at least 3 are needed`);
  // A missing value stands as one that was seen, so that places keep their numbers.
  const whole = y.map((value) => (Number.isNaN(value) ? seen[0]! : value));
  const fault = sampleFault('y', whole, 3);
  if (fault !== null) return badInput(fault);
  if (seen.every((value) => value === seen[0])) {
    return badInput(`y is constant at ${seen[0]}; it must vary`);
  }
  // The logistic of a grid spreads shares towards both ends, where likelihoods turn fast.
  const shareAt = (u: number) => (u <= -30 ? 0 : u >= 30 ? 1 : 1 / (1 + Math.exp(-u)));
  const valueAt = (u: number) => concentrated(y, shareAt(u)).value;
  const step = 60 / GRID;
  let [best, peak] = [-30, valueAt(-30)];
  for (let k = 1; k <= GRID; k += 1) {
    const value = valueAt(-30 + k * step);
    if (value > peak) [best, peak] = [-30 + k * step, value];
  }
  let [low, high] = [Math.max(best - step, -30), Math.min(best + step, 30)];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [valueAt(left), valueAt(right)];
  for (let k = 0; k < STEPS; k += 1) {
    if (atLeft >= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = valueAt(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = valueAt(right);
    }
  }
  const inner = (low + high) / 2;
  const u = valueAt(inner) >= peak ? inner : best;
  const share = shareAt(u);
  const { value, scale } = concentrated(y, share);
  return ok({
    observationVariance: scale * (1 - share),
    levelVariance: scale * share,
    logLikelihood: value,
  });
}
