import { ok } from '../core/index.ts';
import { normalCdf, normalPdf, normalQuantile } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { moments } from './moments.ts';
import { sampleFault } from './sample-fault.ts';
import { quantileSorted } from './threshold-diagnostics.ts';

/** A quantile of returns and the mean return beyond it: signed, so that losses are negative. */
export interface ReturnTail {
  readonly valueAtRisk: number;
  /** null where no return lies beyond the quantile. */
  readonly expectedShortfall: number | null;
}

/** The lower tail of returns by three estimators, as R's PerformanceAnalytics defines them. */
export interface ReturnTails {
  readonly level: number;
  /** Quantile of type 7; mean of the returns strictly below it. */
  readonly historical: ReturnTail;
  /** Mean and deviation by n. */
  readonly gaussian: ReturnTail;
  /** Cornish-Fisher quantile; mean beyond it by the Edgeworth expansion, no less a loss. */
  readonly modified: ReturnTail;
}

/** Integral of t^power phi(t) from minus infinity to h, for the powers that the expansion has. */
function partialMoments(h: number): (power: number) => number {
  const density = normalPdf(h);
  const below = [normalCdf(h), -density];
  for (let k = 2; k <= 7; k += 1) below[k] = (k - 1) * below[k - 2]! - h ** (k - 1) * density;
  return (power) => below[power]!;
}

/** Mean of the standardised Edgeworth density below h, times -1. */
function edgeworthTail(h: number, skewness: number, excess: number): number {
  const at = partialMoments(h);
  // t He_k(t) phi(t): He3, He4 and He6 carry skewness, kurtosis and squared skewness.
  const third = at(4) - 3 * at(2);
  const fourth = at(5) - 6 * at(3) + 3 * at(1);
  const sixth = at(7) - 15 * at(5) + 45 * at(3) - 15 * at(1);
  return -(at(1) + (skewness / 6) * third + (excess / 24) * fourth + (skewness ** 2 / 72) * sixth);
}

function historicalTail(x: Float64Array, tail: number): ReturnTail {
  const sorted = x.slice().sort();
  const quantile = quantileSorted(sorted, tail);
  const beyond = sorted.filter((r) => r < quantile);
  const mean = beyond.reduce((sum, r) => sum + r, 0) / beyond.length;
  return { valueAtRisk: quantile, expectedShortfall: beyond.length === 0 ? null : mean };
}

/**
 * Value at risk and expected shortfall of returns, signed, by the conventions of
 * PerformanceAnalytics; `valueAtRisk` is the function for risk limits, this one for reports.
 *
 *   h = z + (z^2 - 1) s/6 + (z^3 - 3z) k/24 - (2z^3 - 5z) s^2/36, z normal at 1 - level
 *
 * Errors: `bad-input` for fewer than 2 returns, a constant series, a level outside [0.5, 1).
 * Source: Boudt, Peterson & Croux (2008), J. of Risk 11(2), for the modified shortfall.
 */
export function returnTails(returns: Float64Array, level = 0.95): QuantResult<ReturnTails> {
  const fault = sampleFault('returns', returns, 2);
  if (fault !== null) return badInput(fault);
  if (!(level >= 0.5 && level < 1)) {
    return badInput(`level is ${level}; it must be at least 0.5 and below 1`);
  }
  const found = moments(returns);
  if (!found.ok) return found;
  const { mean, variance, skewness: s, kurtosis } = found.value;
  if (s === null || kurtosis === null) {
    return badInput(`returns are all ${returns[0]}; they must vary`);
  }
  const k = kurtosis - 3;
  const sigma = Math.sqrt(variance);
  const tail = 1 - level;
  const z = normalQuantile(tail);
  const h =
    z + ((z * z - 1) * s) / 6 + ((z ** 3 - 3 * z) * k) / 24 - ((2 * z ** 3 - 5 * z) * s * s) / 36;
  return ok({
    level,
    historical: historicalTail(returns, tail),
    gaussian: {
      valueAtRisk: mean + sigma * z,
      expectedShortfall: mean - (sigma * normalPdf(z)) / tail,
    },
    modified: {
      valueAtRisk: mean + sigma * h,
      expectedShortfall: mean - sigma * Math.max(edgeworthTail(h, s, k) / tail, -h),
    },
  });
}
