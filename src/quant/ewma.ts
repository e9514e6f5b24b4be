import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { sampleFault } from './sample-fault.ts';

/** How the past is weighed. */
export interface EwmaOptions {
  /** The weight of the past, between 0 and 1; 0.94 for daily data in RiskMetrics, the default. */
  readonly decay?: number;
  /** The variance before the first return: the mean square of all returns by default, or a number. */
  readonly initialVariance?: number;
}

/** The exponentially weighted variance along a series. */
export interface Ewma {
  /** The variance expected of each return from those before it. */
  readonly variance: Float64Array;
  /** The variance expected of the return after the last: the forecast of every horizon per bar. */
  readonly nextVariance: number;
}

/** The variance after one more return: decay v + (1 - decay) r^2. */
export const stepEwma = (decay: number, variance: number, r: number): number =>
  decay * variance + (1 - decay) * r * r;

/** The decay whose weights halve in `halfLife` bars. */
export const ewmaDecay = (halfLife: number): number => 2 ** (-1 / halfLife);

/**
 * Exponentially weighted variance of returns about zero.
 *
 *   v[t+1] = decay v[t] + (1 - decay) r[t]^2
 *
 * Errors: `bad-input`.
 * Source: RiskMetrics Technical Document (1996), 4th ed., section 5.2.
 */
export function ewma(returns: Float64Array, options: EwmaOptions = {}): QuantResult<Ewma> {
  const { decay = 0.94, initialVariance } = options;
  const fault = sampleFault('returns', returns, 1);
  if (fault !== null) return badInput(fault);
  if (!(decay > 0 && decay < 1)) return badInput(`decay is ${decay}; it must lie between 0 and 1`);
  if (initialVariance !== undefined && !(initialVariance >= 0 && initialVariance < 1e300)) {
    return badInput(`initialVariance is ${initialVariance}; it must be finite and not below 0`);
  }
  let state = initialVariance ?? returns.reduce((sum, r) => sum + r * r, 0) / returns.length;
  const variance = new Float64Array(returns.length);
  for (let t = 0; t < returns.length; t += 1) {
    variance[t] = state;
    state = stepEwma(decay, state, returns[t]!);
  }
  return ok({ variance, nextVariance: state });
}
