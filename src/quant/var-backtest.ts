import { ok } from '../core/index.ts';
import { chiSquareSf } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { sampleFault } from './sample-fault.ts';

/** A likelihood ratio and its p-value. */
export interface LikelihoodRatioTest {
  readonly statistic: number;
  readonly pValue: number;
}

/** How the exceedances of a value at risk compare with its promise. */
export interface VarBacktest {
  readonly observations: number;
  /** floor(alpha n). */
  readonly expected: number;
  readonly actual: number;
  /** Kupiec: the share of exceedances is alpha. */
  readonly unconditional: LikelihoodRatioTest;
  /** Christoffersen: an exceedance does not depend on the one before. */
  readonly independence: LikelihoodRatioTest;
  /** Both at once: the sum, two degrees of freedom. */
  readonly conditional: LikelihoodRatioTest;
}

/** k ln p, 0 where k is 0. */
const part = (k: number, p: number): number => (k === 0 ? 0 : k * Math.log(p));

/** The log-likelihood of `hits` among `n` at probability p. */
const bernoulli = (hits: number, n: number, p: number): number =>
  part(hits, p) + part(n - hits, 1 - p);

const ratioTest = (restricted: number, free: number, df: number): LikelihoodRatioTest => {
  const statistic = Math.max(0, -2 * (restricted - free));
  return { statistic, pValue: chiSquareSf(statistic, df) };
};

/**
 * Backtests a value at risk: `valueAtRisk[t]` is the quantile itself (negative for a loss), and an
 * exceedance is a return strictly below it. Pairs of the independence test are the n - 1
 * neighbours.
 *
 * Errors: `bad-input` for unequal lengths, fewer than 2 values or alpha outside (0, 1).
 * Source: Kupiec (1995), J. Derivatives 3(2); Christoffersen (1998), Int. Economic Review 39(4).
 */
export function varBacktest(
  returns: Float64Array,
  valueAtRisk: Float64Array,
  alpha: number,
): QuantResult<VarBacktest> {
  const fault = sampleFault('returns', returns, 2) ?? sampleFault('valueAtRisk', valueAtRisk, 2);
  if (fault !== null) return badInput(fault);
  if (returns.length !== valueAtRisk.length) {
    return badInput(`returns has ${returns.length} values and valueAtRisk ${valueAtRisk.length}`);
  }
  if (!(alpha > 0 && alpha < 1)) return badInput(`alpha is ${alpha}; it must be in (0, 1)`);
  const n = returns.length;
  let actual = 0;
  // counts[2 * before + now]
  const counts = [0, 0, 0, 0];
  let before = 0;
  for (let t = 0; t < n; t += 1) {
    const now = returns[t]! < valueAtRisk[t]! ? 1 : 0;
    actual += now;
    if (t > 0) counts[2 * before + now]! += 1;
    before = now;
  }
  const [n00, n01, n10, n11] = counts as [number, number, number, number];
  const pairs = bernoulli(n01 + n11, n - 1, (n01 + n11) / (n - 1));
  const calm = bernoulli(n01, n00 + n01, n00 + n01 > 0 ? n01 / (n00 + n01) : 0);
  const hit = bernoulli(n11, n10 + n11, n10 + n11 > 0 ? n11 / (n10 + n11) : 0);
  const unconditional = ratioTest(bernoulli(actual, n, alpha), bernoulli(actual, n, actual / n), 1);
  const independence = ratioTest(pairs, calm + hit, 1);
  const statistic = unconditional.statistic + independence.statistic;
  return ok({
    observations: n,
    expected: Math.floor(alpha * n),
    actual,
    unconditional,
    independence,
    conditional: { statistic, pValue: chiSquareSf(statistic, 2) },
  });
}
