import { ok } from '../core/index.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';
import { kernel } from './kernel.ts';

/** The first four moments of a sample, each by n (population). */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
  /** m3 / m2^1.5; NaN where the variance is 0. */
  readonly skewness: number;
  /** m4 / m2^2, 3 for a normal sample; NaN where the variance is 0. */
  readonly kurtosis: number;
}

/**
 * Computes mean, variance, skewness and kurtosis about the mean, in two passes.
 *
 * Errors:      `bad-input` for an empty series or a value that is not finite.
 * Determinism: bit-identical on every target.
 */
export function moments(x: Float64Array): QuantResult<Moments> {
  const fault = seriesFault('x', x, 1);
  if (fault !== null) return badInput(fault);
  const sums = new Float64Array(4);
  kernel('centralMoments')(x, sums);
  const n = x.length;
  const variance = sums[1]! / n;
  return ok({
    n,
    mean: sums[0]!,
    variance,
    skewness: sums[2]! / n / variance ** 1.5,
    kurtosis: sums[3]! / n / (variance * variance),
  });
}
