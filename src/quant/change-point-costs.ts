import { badInput, type QuantError, type QuantResult, seriesFault } from './errors.ts';

/** What a segment costs; all are twice a negative log-likelihood up to a constant. */
export type SegmentCost =
  /** Change in mean with variance 1: sum of squared deviations from the segment's mean. */
  | 'mean'
  /** Change in variance about the mean of the whole series, normal. */
  | 'variance'
  /** Change in mean and variance, normal. */
  | 'mean-variance';

/** Cost of the points [from, to). */
export type CostOf = (from: number, to: number) => number;

const kLogTwoPi = Math.log(2 * Math.PI);

/**
 * A variance of 0 counts as this, as in the R package changepoint; of a series that varies by less
 * than 1, as returns do, as this part of its own variance, so that its unit changes nothing.
 */
const kLeastVariance = 1e-11;

const normalCost = (squares: number, n: number, least: number): number =>
  n * (kLogTwoPi + Math.log(Math.max(squares / n, least)) + 1);

/**
 * Prepares a cost: sums of powers about the mean of the series, so that each call is O(1).
 *
 * Units:  those of x, squared, for `mean`; twice the negative log-likelihood for the others.
 * Source: Killick, Fearnhead & Eckley (2012), JASA 107(500), section 2.
 */
export function segmentCost(x: Float64Array, kind: SegmentCost): CostOf {
  const n = x.length;
  let mean = 0;
  for (const value of x) mean += value / n;
  const sums = new Float64Array(n + 1);
  const squares = new Float64Array(n + 1);
  for (let t = 0; t < n; t += 1) {
    const deviation = x[t]! - mean;
    sums[t + 1] = sums[t]! + deviation;
    squares[t + 1] = squares[t]! + deviation * deviation;
  }
  const about = (from: number, to: number): number => {
    const sum = sums[to]! - sums[from]!;
    return Math.max(0, squares[to]! - squares[from]! - (sum * sum) / (to - from));
  };
  const whole = squares[n]! / n;
  // 1e-300: below, a constant series would have no logarithm.
  const least = Math.max(1e-300, kLeastVariance * Math.min(1, whole));
  switch (kind) {
    case 'mean':
      return about;
    case 'variance':
      return (from, to) => normalCost(squares[to]! - squares[from]!, to - from, least);
    case 'mean-variance':
      return (from, to) => normalCost(about(from, to), to - from, least);
  }
}

/** Fewest points of a segment that a cost can take: a variance about a mean needs two. */
export const leastSegment = (kind: SegmentCost): number => (kind === 'mean' ? 1 : 2);

/** Refuses a series that no search can take: too short, not finite, or above 1e100 in size. */
export function seriesRefusal(
  x: Float64Array,
  minimum: number,
): { readonly ok: false; readonly error: QuantError } | null {
  const fault = seriesFault('x', x, minimum);
  if (fault !== null) return badInput(fault);
  const at = x.findIndex((value) => Math.abs(value) > 1e100);
  return at < 0 ? null : badInput(`x[${at}] is ${x[at]}; at most 1e100 in size is allowed`);
}

/** Checks a minimal segment length against the cost and the series. */
export function segmentRefusal(
  x: Float64Array,
  kind: SegmentCost,
  minimum: number,
): Extract<QuantResult<never>, { readonly ok: false }> | null {
  const least = leastSegment(kind);
  if (!Number.isInteger(minimum) || minimum < least) {
    return badInput(`minSegment is ${minimum}; a whole number from ${least} is allowed`);
  }
  return seriesRefusal(x, minimum);
}
