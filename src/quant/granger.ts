import { ok } from '../core/index.ts';
import { chiSquareSf, fSf } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { leastSquares } from './least-squares.ts';
import { sampleFault } from './sample-fault.ts';

/** Whether lags of `cause` help to predict `effect`: the F test and its two asymptotic forms. */
export interface GrangerTest {
  readonly order: number;
  readonly statistic: number;
  readonly pValue: number;
  readonly degreesOfFreedom: readonly [number, number];
  /** n (ssr0 - ssr1) / ssr1 and its p-value by chi-square(order). */
  readonly wald: number;
  readonly waldPValue: number;
  /** n ln(ssr0 / ssr1) and its p-value by chi-square(order). */
  readonly likelihoodRatio: number;
  readonly likelihoodRatioPValue: number;
}

/** A row: 1, then for each series its lags 1..order. */
function lagged(all: readonly Float64Array[], order: number): Float64Array {
  const rows = all[0]!.length - order;
  const width = 1 + all.length * order;
  const design = new Float64Array(rows * width);
  for (let i = 0; i < rows; i += 1) {
    design[i * width] = 1;
    for (const [s, x] of all.entries()) {
      for (let k = 1; k <= order; k += 1) {
        design[i * width + s * order + k] = x[i + order - k]!;
      }
    }
  }
  return design;
}

/**
 * Tests the null that `cause` does not Granger-cause `effect`: F of leaving its lags out of a
 * regression of the effect on a constant and `order` lags of both.
 *
 * Errors: `bad-input` for unequal lengths or an order that leaves no degree of freedom; `singular`
 *         for collinear lags or an effect predicted without error.
 * Source: Granger (1969), Econometrica 37(3).
 */
export function grangerTest(
  cause: Float64Array,
  effect: Float64Array,
  order: number,
): QuantResult<GrangerTest> {
  const fault = sampleFault('cause', cause, 5) ?? sampleFault('effect', effect, 5);
  if (fault !== null) return badInput(fault);
  if (cause.length !== effect.length) {
    return badInput(`cause has ${cause.length} values and effect ${effect.length}`);
  }
  const most = Math.floor((cause.length - 2) / 3);
  if (!Number.isInteger(order) || order < 1 || order > most) {
    return badInput(`order is ${order}; it must be an integer from 1 to ${most}`);
  }
  const n = cause.length - order;
  const y = effect.slice(order);
  const free = leastSquares(lagged([effect, cause], order), y, n, 1 + 2 * order);
  const bound = leastSquares(lagged([effect], order), y, n, 1 + order);
  if (free === null || bound === null || !(free.residualSumOfSquares > 0)) {
    const detail = 'the lags are collinear or predict the effect without error';
    return { ok: false, error: { code: 'singular', detail } };
  }
  const ssr = free.residualSumOfSquares;
  const gain = bound.residualSumOfSquares - ssr;
  const degreesOfFreedom = [order, n - 1 - 2 * order] as const;
  const statistic = Math.max(0, gain / order / (ssr / degreesOfFreedom[1]));
  const wald = Math.max(0, (n * gain) / ssr);
  const likelihoodRatio = Math.max(0, n * Math.log(bound.residualSumOfSquares / ssr));
  return ok({
    order,
    statistic,
    pValue: fSf(statistic, ...degreesOfFreedom),
    degreesOfFreedom,
    wald,
    waldPValue: chiSquareSf(wald, order),
    likelihoodRatio,
    likelihoodRatioPValue: chiSquareSf(likelihoodRatio, order),
  });
}
