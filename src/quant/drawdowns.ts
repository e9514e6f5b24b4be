import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { returnsFault } from './returns.ts';

/**
 * How falls from a peak are added up for the ulcer and the pain index: `wealth` (default) takes the
 * drawdowns of compounded wealth; `performance-analytics` compounds returns of a hundredth of the
 * size, as the R package does since it takes them for percentages.
 */
export type PeakConvention = 'wealth' | 'performance-analytics';

/** Falls of compounded wealth, which starts at 1, from its highest value so far. */
export interface Drawdowns {
  /** wealth / peak - 1 after each return: 0 at a peak, else negative. */
  readonly series: Float64Array;
  /** The deepest fall, as a positive share of the peak. */
  readonly maximum: number;
  /** Mean depth of the falls, the last also when it is not over; 0 without a fall. */
  readonly average: number;
  /** Stretches below a peak. */
  readonly count: number;
  /** Most returns in a row below a peak. */
  readonly longest: number;
  /** Share of the peak that is still missing at the end. */
  readonly current: number;
  /** sqrt(mean of squared drawdowns). */
  readonly ulcer: number;
  /** Mean of the drawdowns, positive. */
  readonly pain: number;
}

function fromPercentages(returns: Float64Array): Float64Array {
  let value = 1;
  return returns.map((r) => {
    value *= 1 + r / 100;
    if (value > 1) value = 1;
    return (value - 1) * 100;
  });
}

function fromWealth(returns: Float64Array): Float64Array {
  let wealth = 1;
  let peak = 1;
  return returns.map((r) => {
    wealth *= 1 + r;
    peak = Math.max(peak, wealth);
    return wealth / peak - 1;
  });
}

function depths(series: Float64Array): { readonly deepest: number[]; readonly longest: number } {
  const deepest: number[] = [];
  let length = 0;
  let longest = 0;
  for (const fall of series) {
    length = fall < 0 ? length + 1 : 0;
    longest = Math.max(longest, length);
    if (length === 1) deepest.push(-fall);
    else if (length > 1) deepest.push(Math.max(deepest.pop()!, -fall));
  }
  return { deepest, longest };
}

/**
 * Computes the drawdowns of simple returns and what is commonly said about them.
 *
 * Units:  returns as fractions, 0.01 for one percent.
 * Errors: `bad-input` for no return, a value that is not finite or below -1.
 * Source: Martin & McCann (1989) for the ulcer index; Becker (2006) for the pain index.
 */
export function drawdowns(
  returns: Float64Array,
  convention: PeakConvention = 'wealth',
): QuantResult<Drawdowns> {
  const fault = returnsFault('returns', returns, 1);
  if (fault !== null) return badInput(fault);
  const series = fromWealth(returns);
  const { deepest, longest } = depths(series);
  const falls = convention === 'wealth' ? series : fromPercentages(returns);
  const n = returns.length;
  return ok({
    series,
    maximum: deepest.reduce((most, depth) => Math.max(most, depth), 0),
    average: deepest.reduce((sum, depth) => sum + depth, 0) / Math.max(1, deepest.length),
    count: deepest.length,
    longest,
    current: 0 - series[n - 1]!,
    ulcer: Math.sqrt(falls.reduce((sum, fall) => sum + fall * fall, 0) / n),
    pain: falls.reduce((sum, fall) => sum - fall, 0) / n,
  });
}
