import { sampleFault } from './sample-fault.ts';

/** A spread this much smaller than the values themselves is rounding. */
const ROUNDING = 1e-13;

/** The mean of a series. */
export const meanOf = (x: Float64Array): number => x.reduce((sum, v) => sum + v, 0) / x.length;

/** Products of deviations from the means, summed, over n - 1. Requires equal lengths >= 2. */
export function covarianceOf(x: Float64Array, y: Float64Array): number {
  const [a, b] = [meanOf(x), meanOf(y)];
  return x.reduce((sum, v, i) => sum + (v - a) * (y[i]! - b), 0) / (x.length - 1);
}

/** The standard deviation by n - 1; 0 where the values differ by rounding only. */
export function deviationOf(x: Float64Array): number {
  const size = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const deviation = Math.sqrt(covarianceOf(x, x));
  return deviation <= ROUNDING * size ? 0 : deviation;
}

/** a / b, null where b is not above 0. */
export const ratioOf = (a: number, b: number): number | null => (b > 0 ? a / b : null);

/**
 * Says what is wrong with simple returns: what `sampleFault` says, more than everything lost, or
 * growth beyond the range of doubles; else null.
 */
export function returnsFault(name: string, x: Float64Array, minimum: number): string | null {
  const fault = sampleFault(name, x, minimum);
  if (fault !== null) return fault;
  const at = x.findIndex((r) => r < -1);
  if (at >= 0) return `${name}[${at}] is ${x[at]}; a simple return is at least -1`;
  const wealth = x.reduce((product, r) => product * (1 + r), 1);
  return Number.isFinite(wealth) && wealth < 1e150
    ? null
    : `${name} compound to a wealth above 1e150; are they fractions, 0.01 for one percent?`;
}
