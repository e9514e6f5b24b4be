import { ok } from '../core/index.ts';
import { normalSf } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { sampleFault } from './sample-fault.ts';

/** The variance ratio test of a random walk at one horizon. */
export interface VarianceRatioTest {
  readonly horizon: number;
  /** 1 for a random walk; above, trends; below, reversals. */
  readonly ratio: number;
  /** Under one variance. */
  readonly z: number;
  readonly pValue: number;
  /** Under changing variance. */
  readonly robustZ: number;
  readonly robustPValue: number;
}

/**
 * Tests the null that log prices x are a random walk: the variance of `horizon`-step differences
 * over `horizon` times that of one step, overlapping, unbiased.
 *
 * Errors: `bad-input` for a horizon outside 2..(n - 1) / 2 or steps without variance.
 * Source: Lo & MacKinlay (1988), Review of Financial Studies 1(1), M_r and z*.
 */
export function varianceRatioTest(
  x: Float64Array,
  horizon: number,
): QuantResult<VarianceRatioTest> {
  const fault = sampleFault('x', x, 8);
  if (fault !== null) return badInput(fault);
  const n = x.length - 1;
  const most = Math.floor(n / 2);
  if (!Number.isInteger(horizon) || horizon < 2 || horizon > most) {
    return badInput(`horizon is ${horizon}; it must be an integer from 2 to ${most}`);
  }
  const q = horizon;
  const mu = (x[n]! - x[0]!) / n;
  const d = Float64Array.from({ length: n }, (_, t) => x[t + 1]! - x[t]! - mu);
  const square = d.reduce((sum, value) => sum + value * value, 0);
  const size = x.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  if (!(square > n * (1e-14 * size) ** 2))
    return badInput('the steps of x are all equal; they must vary');
  let long = 0;
  for (let t = q; t <= n; t += 1) long += (x[t]! - x[t - q]! - q * mu) ** 2;
  const ratio = long / (q * (n - q + 1) * (1 - q / n)) / (square / (n - 1));
  let robust = 0;
  for (let k = 1; k < q; k += 1) {
    let delta = 0;
    for (let t = k; t < n; t += 1) delta += d[t]! ** 2 * d[t - k]! ** 2;
    robust += ((2 * (q - k)) / q) ** 2 * (delta / square ** 2);
  }
  const z = (ratio - 1) / Math.sqrt((2 * (2 * q - 1) * (q - 1)) / (3 * q * n));
  const robustZ = (ratio - 1) / Math.sqrt(robust);
  const twoSided = (value: number) => Math.min(1, 2 * normalSf(Math.abs(value)));
  return ok({ horizon, ratio, z, pValue: twoSided(z), robustZ, robustPValue: twoSided(robustZ) });
}
