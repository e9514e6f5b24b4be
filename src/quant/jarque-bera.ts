import { ok } from '../core/index.ts';
import { chiSquareSf } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { moments } from './moments.ts';
import { sampleFault } from './sample-fault.ts';

/** The Jarque-Bera test of normality, with the moments it rests on. */
export interface JarqueBeraTest {
  readonly statistic: number;
  readonly pValue: number;
  /** m3 / m2^1.5, moments by n. */
  readonly skewness: number;
  /** m4 / m2^2, moments by n: 3 for a normal sample. */
  readonly kurtosis: number;
  /** g1 sqrt(n (n - 1)) / (n - 2); null for n < 3. */
  readonly skewnessUnbiased: number | null;
  /** (n - 1) / ((n - 2)(n - 3)) ((n + 1) g2 + 6); null for n < 4. */
  readonly excessKurtosisUnbiased: number | null;
}

/**
 * Tests the null that x is normal: n / 6 (skewness^2 + (kurtosis - 3)^2 / 4) against chi-square(2).
 *
 * Errors: `bad-input`; a constant series is one.
 * Source: Jarque & Bera (1987), Int. Statistical Review 55(2).
 */
export function jarqueBeraTest(x: Float64Array): QuantResult<JarqueBeraTest> {
  const fault = sampleFault('x', x, 1);
  if (fault !== null) return badInput(fault);
  const found = moments(x);
  if (!found.ok) return found;
  const { n, skewness, kurtosis } = found.value;
  if (skewness === null || kurtosis === null) {
    return badInput(`x has ${n} values, all ${x[0]}; at least 2 that differ are needed`);
  }
  const excess = kurtosis - 3;
  const statistic = (n / 6) * (skewness * skewness + (excess * excess) / 4);
  return ok({
    statistic,
    pValue: chiSquareSf(statistic, 2),
    skewness,
    kurtosis,
    skewnessUnbiased: n < 3 ? null : (skewness * Math.sqrt(n * (n - 1))) / (n - 2),
    excessKurtosisUnbiased: n < 4 ? null : ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * excess + 6),
  });
}
