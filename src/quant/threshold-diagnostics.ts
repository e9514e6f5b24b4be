import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { excesses, fitExcesses, type GpdFit } from './gpd.ts';
import { sampleFault } from './sample-fault.ts';

/** Mean excess over one threshold. */
export interface MeanExcessPoint {
  readonly threshold: number;
  readonly exceedances: number;
  readonly meanExcess: number;
  /** Sample standard deviation of the excesses over sqrt(count); null for one exceedance. */
  readonly standardError: number | null;
}

/**
 * The quantile of R's type 7: linear between order statistics. Requires sorted, not empty; 0 <= p
 * <= 1.
 */
export function quantileSorted(sorted: Float64Array, p: number): number {
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}

const faultOfThresholds = (thresholds: readonly number[]): string | null => {
  const bad = thresholds.findIndex((u) => !Number.isFinite(u));
  if (thresholds.length === 0) return 'thresholds has 0 values; at least 1 is needed';
  return bad < 0 ? null : `thresholds[${bad}] is ${thresholds[bad]}; every value must be finite`;
};

/**
 * Mean excess at each threshold: rising in a straight line beyond a good one when xi > 0.
 *
 * Errors: `bad-input`; a threshold without exceedance is one of them.
 */
export function meanExcess(
  x: Float64Array,
  thresholds: readonly number[],
): QuantResult<readonly MeanExcessPoint[]> {
  const fault = sampleFault('x', x, 1) ?? faultOfThresholds(thresholds);
  if (fault !== null) return badInput(fault);
  const points: MeanExcessPoint[] = [];
  for (const threshold of thresholds) {
    const y = excesses(x, threshold);
    const n = y.length;
    if (n === 0) return badInput(`no value exceeds the threshold ${threshold}`);
    const mean = y.reduce((sum, value) => sum + value, 0) / n;
    const square = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const standardError = n > 1 ? Math.sqrt(square / (n - 1) / n) : null;
    points.push({ threshold, exceedances: n, meanExcess: mean, standardError });
  }
  return ok(points);
}

/** A fit with the scale that does not depend on the threshold where the model holds. */
export interface StabilityPoint extends GpdFit {
  /** beta - xi u. */
  readonly modifiedScale: number;
}

/** Fits at each threshold: xi and the modified scale stay level beyond a good one. */
export function parameterStability(
  x: Float64Array,
  thresholds: readonly number[],
  method: 'ml' | 'pwm' = 'ml',
): QuantResult<readonly StabilityPoint[]> {
  const fault = sampleFault('x', x, 1) ?? faultOfThresholds(thresholds);
  if (fault !== null) return badInput(fault);
  const points: StabilityPoint[] = [];
  for (const threshold of thresholds) {
    const fit = fitExcesses(excesses(x, threshold), x.length, { threshold, method });
    if (!fit.ok) return fit;
    points.push({ ...fit.value, modifiedScale: fit.value.beta - fit.value.xi * threshold });
  }
  return ok(points);
}

/** Hill's estimate from the k largest values. */
export interface HillEstimate {
  readonly k: number;
  /** Tail index alpha = 1 / xi. */
  readonly tailIndex: number;
  readonly standardError: number;
}

/**
 * Hill's tail index: one over the mean of ln x - ln x(k+1) over the k largest values.
 *
 * Errors: `bad-input` for k outside 1..n-1, an order statistic not above 0, or k equal largest
 *         values.
 * Source: Hill (1975), Annals of Statistics 3(5).
 */
export function hill(x: Float64Array, k: number): QuantResult<HillEstimate> {
  const fault = sampleFault('x', x, 2);
  if (fault !== null) return badInput(fault);
  if (!Number.isInteger(k) || k < 1 || k >= x.length) {
    return badInput(`k is ${k}; it must be an integer from 1 to ${x.length - 1}`);
  }
  const sorted = x.slice().sort();
  const base = sorted[sorted.length - k - 1]!;
  if (!(base > 0)) return badInput(`the value of rank ${k + 1} is ${base}; it must be above 0`);
  let sum = 0;
  for (let i = sorted.length - k; i < sorted.length; i += 1) sum += Math.log(sorted[i]! / base);
  if (!(sum > 0))
    return badInput(`the ${k + 1} largest values all equal ${base}; they must differ`);
  const tailIndex = k / sum;
  return ok({ k, tailIndex, standardError: tailIndex / Math.sqrt(k) });
}
