import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { kernel } from './kernel.ts';
import { sampleFault } from './sample-fault.ts';

/** The first four moments of a sample, each by n (population). */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
  /** m3 / m2^1.5; null for a constant series. */
  readonly skewness: number | null;
  /** m4 / m2^2, 3 for a normal sample; null for a constant series. */
  readonly kurtosis: number | null;
}

/**
 * Computes mean, variance, skewness and kurtosis about the mean, in two passes.
 *
 * Errors:      `bad-input` for an empty series, a value that is not finite, or a scale whose fourth
 *              powers leave the range of doubles.
 * Determinism: bit-identical on every target.
 */
export function moments(x: Float64Array): QuantResult<Moments> {
  const fault = sampleFault('x', x, 1);
  if (fault !== null) return badInput(fault);
  const sums = new Float64Array(4);
  kernel('centralMoments')(x, sums);
  const n = x.length;
  // Of a constant series the sums hold the rounding of its mean, and ratios of them mean nothing.
  if (x.every((value) => value === x[0])) {
    return ok({ n, mean: x[0]!, variance: 0, skewness: null, kurtosis: null });
  }
  const variance = sums[1]! / n;
  return ok({
    n,
    mean: sums[0]!,
    variance,
    skewness: sums[2]! / n / variance ** 1.5,
    kurtosis: sums[3]! / n / (variance * variance),
  });
}
