import { ok } from '../core/index.ts';
import { drawdowns, type PeakConvention } from './drawdowns.ts';
import { badInput, type QuantResult } from './errors.ts';
import { moments } from './moments.ts';
import { covarianceOf, deviationOf, meanOf, ratioOf, returnsFault } from './returns.ts';

/** How returns are measured. */
export interface PerformanceOptions {
  /** Returns of a year. Default 365, daily bars of a market that does not close. */
  readonly periodsPerYear?: number;
  /** Return of a period without risk. Default 0. */
  readonly riskFree?: number;
  /** Return of a period from which on it counts as good, for Sortino and omega. Default 0. */
  readonly minimumAcceptable?: number;
  /** Which drawdowns the ulcer and the pain index take. Default `wealth`. */
  readonly peaks?: PeakConvention;
}

/** Measures of a series of simple returns; null where a divisor is 0. */
export interface Performance {
  readonly periods: number;
  /** Compounded over all periods. */
  readonly cumulativeReturn: number;
  /** Compounded, per year. */
  readonly annualReturn: number;
  /** By n - 1, per year. */
  readonly annualDeviation: number;
  /** Mean excess over its deviation by n - 1, per period. */
  readonly sharpe: number | null;
  /** Compounded excess of a year over its annual deviation. */
  readonly sharpeAnnual: number | null;
  /** Mean excess over the minimum acceptable return, over the downside deviation. */
  readonly sortino: number | null;
  /** sqrt(mean of squared shortfalls), over all periods. */
  readonly downsideDeviation: number;
  /** Annual return over the largest drawdown. */
  readonly calmar: number | null;
  /** Sum of what exceeds the minimum acceptable return over the sum of what falls short of it. */
  readonly omega: number | null;
  /** Sum of gains over sum of losses. */
  readonly gainLoss: number | null;
  readonly maximumDrawdown: number;
  readonly averageDrawdown: number;
  readonly longestDrawdown: number;
  readonly ulcer: number;
  readonly pain: number;
  /** Annual excess return over the ulcer index. */
  readonly martin: number | null;
  /** m3 / m2^1.5, moments by n. */
  readonly skewness: number | null;
  /** m4 / m2^2 - 3, moments by n. */
  readonly excessKurtosis: number | null;
  /** Share of periods above 0. */
  readonly hitRate: number;
}

/** Measures of returns against those of a benchmark; null where a divisor is 0. */
export interface RelativePerformance {
  /** Slope of excess returns on the benchmark's. */
  readonly beta: number | null;
  /** Intercept of that regression, per period. */
  readonly alpha: number | null;
  /** Deviation of the difference by n - 1, per year. */
  readonly trackingError: number;
  /** Difference of the annual returns over the tracking error. */
  readonly informationRatio: number | null;
  /** Annual excess return, compounded, over beta. */
  readonly treynor: number | null;
  readonly correlation: number | null;
}

interface Settings {
  readonly periodsPerYear: number;
  readonly riskFree: number;
  readonly minimumAcceptable: number;
}

function settingsOf(options: PerformanceOptions): Settings | string {
  const { periodsPerYear = 365, riskFree = 0, minimumAcceptable = 0 } = options;
  if (!(periodsPerYear > 0 && periodsPerYear <= 1e9)) {
    return `periodsPerYear is ${periodsPerYear}; it must be above 0 and at most 1e9`;
  }
  for (const [name, value] of Object.entries({ riskFree, minimumAcceptable })) {
    if (!(Math.abs(value) < 1)) return `${name} is ${value}; it must lie between -1 and 1`;
  }
  return { periodsPerYear, riskFree, minimumAcceptable };
}

/** Compounded return of a year; -1 where everything was lost on the way. */
function annualised(returns: Float64Array, periodsPerYear: number): number {
  const wealth = returns.reduce((product, r) => product * (1 + Math.max(-1, r)), 1);
  return wealth ** (periodsPerYear / returns.length) - 1;
}

/** Sums of what lies above and below a level, both positive. */
function partialSums(x: Float64Array, level: number): readonly [above: number, below: number] {
  let above = 0;
  let below = 0;
  for (const r of x) {
    above += Math.max(0, r - level);
    below += Math.max(0, level - r);
  }
  return [above, below];
}

/**
 * Computes the usual measures of performance of simple returns.
 *
 * Units:  returns as fractions of a period, 0.01 for one percent.
 * Errors: `bad-input` for fewer than 2 returns, a value that is not finite or below -1, options out
 *         of range, or annual figures beyond the range of doubles.
 * Source: Bacon (2008), Practical Portfolio Performance Measurement; definitions as R's
 *         PerformanceAnalytics, except where an option says otherwise.
 */
export function performance(
  returns: Float64Array,
  options: PerformanceOptions = {},
): QuantResult<Performance> {
  const fault = returnsFault('returns', returns, 2);
  if (fault !== null) return badInput(fault);
  const settings = settingsOf(options);
  if (typeof settings === 'string') return badInput(settings);
  const falls = drawdowns(returns, options.peaks);
  if (!falls.ok) return falls;
  const found = moments(returns);
  if (!found.ok) return found;
  const { periodsPerYear, riskFree, minimumAcceptable } = settings;
  const { skewness, kurtosis } = found.value;
  const n = returns.length;
  const root = Math.sqrt(periodsPerYear);
  const deviation = deviationOf(returns);
  const annualReturn = annualised(returns, periodsPerYear);
  const excessReturn = annualised(
    returns.map((r) => r - riskFree),
    periodsPerYear,
  );
  if (!Number.isFinite(annualReturn) || !Number.isFinite(excessReturn)) {
    return badInput(
      `periodsPerYear is ${periodsPerYear}; these returns compounded overflow a year`,
    );
  }
  const mean = meanOf(returns);
  const squares = returns.reduce((s, r) => s + Math.min(0, r - minimumAcceptable) ** 2, 0);
  const downsideDeviation = Math.sqrt(squares / n);
  const { maximum, average, longest, ulcer, pain } = falls.value;
  return ok({
    periods: n,
    cumulativeReturn: returns.reduce((wealth, r) => wealth * (1 + r), 1) - 1,
    annualReturn,
    annualDeviation: deviation * root,
    sharpe: ratioOf(mean - riskFree, deviation),
    sharpeAnnual: ratioOf(excessReturn, deviation * root),
    sortino: ratioOf(mean - minimumAcceptable, downsideDeviation),
    downsideDeviation,
    calmar: ratioOf(annualReturn, maximum),
    omega: ratioOf(...partialSums(returns, minimumAcceptable)),
    gainLoss: ratioOf(...partialSums(returns, 0)),
    maximumDrawdown: maximum,
    averageDrawdown: average,
    longestDrawdown: longest,
    ulcer,
    pain,
    martin: ratioOf(excessReturn, ulcer),
    skewness: deviation > 0 ? skewness : null,
    excessKurtosis: deviation > 0 && kurtosis !== null ? kurtosis - 3 : null,
    hitRate: returns.reduce((count, r) => count + (r > 0 ? 1 : 0), 0) / n,
  });
}

/**
 * Measures returns against those of a benchmark over the same periods.
 *
 * Errors: `bad-input` as `performance`, and for lengths that differ.
 * Source: Jensen (1968); Treynor (1965); Sharpe (1994) for the information ratio.
 */
export function relativePerformance(
  returns: Float64Array,
  benchmark: Float64Array,
  options: PerformanceOptions = {},
): QuantResult<RelativePerformance> {
  const fault = returnsFault('returns', returns, 2) ?? returnsFault('benchmark', benchmark, 2);
  if (fault !== null) return badInput(fault);
  if (returns.length !== benchmark.length) {
    return badInput(`returns have ${returns.length} values, benchmark ${benchmark.length}`);
  }
  const settings = settingsOf(options);
  if (typeof settings === 'string') return badInput(settings);
  const { periodsPerYear, riskFree } = settings;
  const own = returns.map((r) => r - riskFree);
  const [deviation, other] = [deviationOf(returns), deviationOf(benchmark)];
  const covariance = covarianceOf(returns, benchmark);
  const beta = ratioOf(covariance, other * other);
  const trackingError =
    deviationOf(returns.map((r, i) => r - benchmark[i]!)) * Math.sqrt(periodsPerYear);
  const difference = annualised(returns, periodsPerYear) - annualised(benchmark, periodsPerYear);
  const excessReturn = annualised(own, periodsPerYear);
  if (!Number.isFinite(difference) || !Number.isFinite(excessReturn)) {
    return badInput(
      `periodsPerYear is ${periodsPerYear}; these returns compounded overflow a year`,
    );
  }
  return ok({
    beta,
    alpha: beta === null ? null : meanOf(own) - beta * (meanOf(benchmark) - riskFree),
    trackingError,
    informationRatio: ratioOf(difference, trackingError),
    treynor: beta === null || beta === 0 ? null : excessReturn / beta,
    correlation: ratioOf(covariance, deviation * other),
  });
}
