import { assert } from '../core/index.ts';

/** Best bid and ask with their quantities, in any one unit of price and of quantity. */
export interface Quote {
  readonly bid: number;
  readonly bidQuantity: number;
  readonly ask: number;
  readonly askQuantity: number;
}

/** A line y = intercept + slope x by ordinary least squares. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
  readonly r2: number;
  /** t statistic of the slope with n - 2 degrees of freedom; `null` where the fit is perfect. */
  readonly t: number | null;
}

/** The price impact of signed volume. */
export interface KyleImpact extends Line {
  /** Slope of the line through the origin. */
  readonly slopeThroughOrigin: number;
}

/** Roll's spread with both divisors of the covariance. A covariance above zero gives spread 0. */
export interface RollSpread {
  readonly covariancePopulation: number;
  readonly covarianceSample: number;
  readonly spreadPopulation: number;
  readonly spreadSample: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

/** The mean. Requires a value. */
export function mean(values: readonly number[]): number {
  assert(values.length > 0, 'the mean of no values');
  return sum(values) / values.length;
}

/** The changes from each value to the next. */
export function differences(values: readonly number[]): readonly number[] {
  return values.slice(1).map((x, i) => x - values[i]!);
}

/**
 * The standard deviation with divisor n - 1.
 *
 * Requires: two values.
 */
export function sampleDeviation(values: readonly number[]): number {
  assert(values.length > 1, 'the sample deviation of fewer than two values');
  const centre = mean(values);
  return Math.sqrt(sum(values.map((x) => (x - centre) ** 2)) / (values.length - 1));
}

/**
 * The microprice of a quote.
 *
 *   (pb qa + pa qb) / (qb + qa)
 *
 * Requires: a quantity above zero.
 * Source:   Gatheral & Oomen (2010), Finance and Stochastics 14.
 */
export function microprice({ bid, bidQuantity, ask, askQuantity }: Quote): number {
  assert(bidQuantity + askQuantity > 0, 'a quote without quantity');
  return (bid * askQuantity + ask * bidQuantity) / (bidQuantity + askQuantity);
}

/**
 * The order flow between successive quotes: what buyers added and sellers took back.
 *
 *   e_n = [pb >= pb'] qb - [pb <= pb'] qb' - [pa <= pa'] qa + [pa >= pa'] qa'
 *
 * Shapes: n quotes give n - 1 events.
 * Units:  those of the quantities.
 * Source: Cont, Kukanov & Stoikov (2014), Journal of Financial Econometrics 12(1), eq. 4-5.
 */
export function orderFlowEvents(quotes: readonly Quote[]): readonly number[] {
  return quotes.slice(1).map((now, i) => {
    const before = quotes[i]!;
    return (
      (now.bid >= before.bid ? now.bidQuantity : 0) -
      (now.bid <= before.bid ? before.bidQuantity : 0) -
      (now.ask <= before.ask ? now.askQuantity : 0) +
      (now.ask >= before.ask ? before.askQuantity : 0)
    );
  });
}

/**
 * Groups values by whole periods of time and gives each group to `reduce`, in the order of time.
 *
 * Units:    `times` and `period` in one unit.
 * Requires: `times` as long as `values`, not falling; period > 0.
 */
export function byPeriod<T>(
  times: readonly number[],
  values: readonly T[],
  period: number,
): readonly { readonly period: number; readonly values: readonly T[] }[] {
  assert(times.length === values.length && period > 0, 'as many times as values, period above 0');
  const groups: { period: number; values: T[] }[] = [];
  values.forEach((value, i) => {
    const at = Math.floor(times[i]! / period);
    const last = groups.at(-1);
    assert(last === undefined || last.period <= at, 'times may not fall');
    if (last?.period === at) last.values.push(value);
    else groups.push({ period: at, values: [value] });
  });
  return groups;
}

/**
 * The least-squares line of y on x; `null` where x does not vary or fewer than three points are.
 *
 * Requires: as many x as y.
 */
export function leastSquares(x: readonly number[], y: readonly number[]): Line | null {
  assert(x.length === y.length, 'as many x as y');
  if (x.length < 3) return null;
  const [mx, my] = [mean(x), mean(y)];
  const xx = sum(x.map((value) => (value - mx) ** 2));
  const yy = sum(y.map((value) => (value - my) ** 2));
  const xy = sum(x.map((value, i) => (value - mx) * (y[i]! - my)));
  if (!(xx > 0)) return null;
  const slope = xy / xx;
  const intercept = my - slope * mx;
  const residual = sum(x.map((value, i) => (y[i]! - intercept - slope * value) ** 2));
  const error = Math.sqrt(residual / (x.length - 2) / xx);
  return {
    slope,
    intercept,
    r2: yy > 0 ? 1 - residual / yy : 0,
    t: error > 0 ? slope / error : null,
  };
}

/**
 * Kyle's lambda: the price change that a unit of signed volume makes, from bars of equal length.
 *
 *   p_t - p_{t-1} = a + lambda v_t + error,   v signed, buyers +
 *
 * Shapes: n prices and n volumes give n - 1 points; the first volume is not used.
 * Units:  price per quantity.
 * Errors: `null` where the volumes do not vary.
 * Source: Kyle (1985), Econometrica 53(6).
 */
export function kyleLambda(
  prices: readonly number[],
  signedVolumes: readonly number[],
): KyleImpact | null {
  assert(prices.length === signedVolumes.length, 'as many prices as volumes');
  const volumes = signedVolumes.slice(1);
  const changes = differences(prices);
  const line = leastSquares(volumes, changes);
  if (line === null) return null;
  const slopeThroughOrigin =
    sum(volumes.map((v, i) => v * changes[i]!)) / sum(volumes.map((v) => v * v));
  return { ...line, slopeThroughOrigin };
}

/**
 * The impact of the signed square root of volume, as `kyleLambda` with sign(v) sqrt|v| for v.
 *
 * Units:  price per square root of quantity.
 * Source: Hasbrouck (2009), Journal of Finance 64(3).
 */
export function hasbrouckLambda(
  prices: readonly number[],
  signedVolumes: readonly number[],
): KyleImpact | null {
  return kyleLambda(
    prices,
    signedVolumes.map((v) => Math.sign(v) * Math.sqrt(Math.abs(v))),
  );
}

/**
 * Amihud's illiquidity: the mean of |log return| / notional over bars.
 *
 * Shapes: n prices and n notionals give n - 1 ratios; bars without notional are left out.
 * Units:  1 / notional.
 * Errors: `null` where no bar has notional.
 * Source: Amihud (2002), Journal of Financial Markets 5(1), eq. 1.
 */
export function amihudIlliquidity(
  prices: readonly number[],
  notionals: readonly number[],
): number | null {
  assert(prices.length === notionals.length, 'as many prices as notionals');
  const ratios = prices.slice(1).flatMap((price, i) => {
    const notional = notionals[i + 1]!;
    return notional > 0 ? [Math.abs(Math.log(price / prices[i]!)) / notional] : [];
  });
  return ratios.length === 0 ? null : mean(ratios);
}

/**
 * Roll's effective spread from the covariance of successive price changes.
 *
 *   2 sqrt(-cov(dp_t, dp_{t-1})),   0 where the covariance is not negative
 *
 * Units:    those of the prices.
 * Requires: four prices.
 * Source:   Roll (1984), Journal of Finance 39(4).
 */
export function rollSpread(prices: readonly number[]): RollSpread {
  assert(prices.length >= 4, 'Roll needs four prices');
  const changes = differences(prices);
  const [now, before] = [changes.slice(1), changes.slice(0, -1)];
  const [mNow, mBefore] = [mean(now), mean(before)];
  const total = sum(now.map((x, i) => (x - mNow) * (before[i]! - mBefore)));
  const spread = (covariance: number): number => (covariance < 0 ? 2 * Math.sqrt(-covariance) : 0);
  const [population, sample] = [total / now.length, total / (now.length - 1)];
  return {
    covariancePopulation: population,
    covarianceSample: sample,
    spreadPopulation: spread(population),
    spreadSample: spread(sample),
  };
}
