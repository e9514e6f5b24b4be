import { ok } from '../core/index.ts';
import { normalCdf, normalQuantile } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { moments } from './moments.ts';
import { deviationOf } from './returns.ts';
import { sampleFault } from './sample-fault.ts';

/** Euler's constant: the mean of the standard Gumbel distribution. */
const EULER = 0.5772156649015329;

/** What the sampling distribution of a Sharpe ratio depends on; nothing here is annualised. */
export interface SharpeSample {
  /** Mean over deviation (by n - 1) of a period. */
  readonly sharpe: number;
  /** By n. */
  readonly skewness: number;
  /** By n, raw: 3 for a normal sample. */
  readonly kurtosis: number;
  readonly observations: number;
}

/**
 * Measures returns for the functions below.
 *
 * Errors: `bad-input` for fewer than 2 returns, values that are not finite or a constant series.
 */
export function sharpeSample(returns: Float64Array, riskFree = 0): QuantResult<SharpeSample> {
  const fault = sampleFault('returns', returns, 2);
  if (fault !== null) return badInput(fault);
  if (!Number.isFinite(riskFree)) return badInput(`riskFree is ${riskFree}; it must be finite`);
  const deviation = deviationOf(returns);
  const found = moments(returns);
  if (!found.ok) return found;
  const { n, mean, skewness, kurtosis } = found.value;
  if (deviation === 0 || skewness === null || kurtosis === null) {
    return badInput(`returns are all ${returns[0]}; they must vary`);
  }
  return ok({ sharpe: (mean - riskFree) / deviation, skewness, kurtosis, observations: n });
}

/** (n - 1) times the variance of an estimated Sharpe ratio; a string says why there is none. */
function spread(sample: SharpeSample): number | string {
  const { sharpe, skewness, kurtosis, observations } = sample;
  for (const [name, value] of Object.entries({ sharpe, skewness, kurtosis })) {
    if (!Number.isFinite(value)) return `${name} is ${value}; it must be finite`;
  }
  if (!(observations >= 2)) return `observations is ${observations}; at least 2 are needed`;
  const found = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;
  return found > 0 && Number.isFinite(found)
    ? found
    : `sharpe ${sharpe}, skewness ${skewness} and kurtosis ${kurtosis} give the variance ` +
        `${found}; it must be above 0`;
}

/**
 * The probability that the true Sharpe ratio is above a reference.
 *
 *   Phi((SR - reference) sqrt(n - 1) / sqrt(1 - s SR + (k - 1)/4 SR^2))
 *
 * Errors: `bad-input` for values that are not finite, fewer than 2 observations, or moments that no
 *         sample has.
 * Source: Bailey & Lopez de Prado (2012), J. of Risk 15(2).
 */
export function probabilisticSharpe(sample: SharpeSample, reference = 0): QuantResult<number> {
  const found = spread(sample);
  if (typeof found === 'string') return badInput(found);
  if (!Number.isFinite(reference)) return badInput(`reference is ${reference}; it must be finite`);
  const root = Math.sqrt((sample.observations - 1) / found);
  return ok(normalCdf((sample.sharpe - reference) * root));
}

/**
 * Observations needed before the Sharpe ratio is above a reference with the given confidence; null
 * where it is not above it.
 *
 *   1 + (1 - s SR + (k - 1)/4 SR^2) (z / (SR - reference))^2
 *
 * Errors: as `probabilisticSharpe`, and for a level outside (0.5, 1).
 * Source: Bailey & Lopez de Prado (2012), J. of Risk 15(2), section 4.
 */
export function minimumTrackRecord(
  sample: Omit<SharpeSample, 'observations'>,
  reference = 0,
  level = 0.95,
): QuantResult<number | null> {
  const found = spread({ ...sample, observations: 2 });
  if (typeof found === 'string') return badInput(found);
  if (!Number.isFinite(reference)) return badInput(`reference is ${reference}; it must be finite`);
  if (!(level > 0.5 && level < 1)) {
    return badInput(`level is ${level}; it must lie between 0.5 and 1`);
  }
  const edge = sample.sharpe - reference;
  if (edge <= 0) return ok(null);
  const needed = 1 + found * (normalQuantile(level) / edge) ** 2;
  return ok(Number.isFinite(needed) ? needed : null);
}

/**
 * The largest Sharpe ratio to expect of `trials` strategies without skill.
 *
 *   sqrt(V) ((1 - g) Z(1 - 1/N) + g Z(1 - 1/(N e))), g Euler's constant; 0 for one trial
 *
 * Requires: trials >= 1, variance >= 0.
 * Source: Bailey & Lopez de Prado (2014), J. of Portfolio Management 40(5), equation 1.
 */
export function expectedMaximumSharpe(trials: number, variance: number): number {
  if (trials <= 1) return 0;
  const first = (1 - EULER) * normalQuantile(1 - 1 / trials);
  const second = EULER * normalQuantile(1 - 1 / (trials * Math.E));
  return Math.sqrt(variance) * Math.max(0, first + second);
}

/** A Sharpe ratio held against the best of many trials. */
export interface DeflatedSharpe {
  /** Largest Sharpe ratio expected without skill, per period. */
  readonly expectedMaximum: number;
  /** The probability that the true Sharpe ratio is above it. */
  readonly probability: number;
}

/**
 * The probabilistic Sharpe ratio against the largest expected of as many trials without skill.
 *
 *   trials:        independent strategies tried, this one included
 *   trialVariance: variance of their Sharpe ratios, per period
 *
 * Errors: as `probabilisticSharpe`, and for fewer than 1 trial or a variance below 0.
 * Source: Bailey & Lopez de Prado (2014), J. of Portfolio Management 40(5).
 */
export function deflatedSharpe(
  sample: SharpeSample,
  trials: number,
  trialVariance: number,
): QuantResult<DeflatedSharpe> {
  if (!(trials >= 1 && trials <= 1e15)) {
    return badInput(`trials is ${trials}; it must be from 1 to 1e15`);
  }
  if (!(trialVariance >= 0 && Number.isFinite(trialVariance))) {
    return badInput(`trialVariance is ${trialVariance}; it must be at least 0`);
  }
  const expectedMaximum = expectedMaximumSharpe(trials, trialVariance);
  const probability = probabilisticSharpe(sample, expectedMaximum);
  return probability.ok ? ok({ expectedMaximum, probability: probability.value }) : probability;
}
