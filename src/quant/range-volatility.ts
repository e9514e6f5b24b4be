import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';

/** Bars as columns, oldest first. */
export interface PriceBars {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/**
 * Variance estimators from the prices of bars; o = log(open / last close), c = log(close / open),
 * u = log(high / open), d = log(low / open).
 *
 * - `close`            sample variance of the log returns of the closes
 * - `parkinson`        (u - d)^2 / (4 log 2)
 * - `garman-klass`     (u - d)^2 / 2 - (2 log 2 - 1) c^2
 * - `garman-klass-yz`  o^2 + the above: Garman and Klass with the jump from the last close
 * - `rogers-satchell`  u (u - c) + d (d - c), free of drift
 * - `yang-zhang`       var(o) + k var(c) + (1 - k) Rogers-Satchell, k = 0.34 / (1.34 + (n+1)/(n-1))
 */
export type RangeEstimator =
  | 'close'
  | 'parkinson'
  | 'garman-klass'
  | 'garman-klass-yz'
  | 'rogers-satchell'
  | 'yang-zhang';

/** Every estimator, in the order of their list above. */
export const RANGE_ESTIMATORS: readonly RangeEstimator[] = [
  'close',
  'parkinson',
  'garman-klass',
  'garman-klass-yz',
  'rogers-satchell',
  'yang-zhang',
];

/** Which estimator over which window. */
export interface RangeOptions {
  readonly estimator: RangeEstimator;
  /** Bars of a window. */
  readonly window: number;
  /** Bars of a year, by which variances are multiplied; 365 for daily bars of crypto markets. */
  readonly barsPerYear: number;
}

/** A rolling statistic, from the first bar at which there is one. */
export interface RollingSeries {
  /** The bar that the first value belongs to. */
  readonly first: number;
  readonly values: Float64Array;
}

function barsFault(bars: PriceBars): string | null {
  const { open, high, low, close } = bars;
  for (const [name, column] of Object.entries({ high, low, close })) {
    if (column.length !== open.length) {
      return `${name} has ${column.length} values and open ${open.length}; both need as many`;
    }
  }
  for (let t = 0; t < open.length; t += 1) {
    for (const [name, column] of [
      ['open', open],
      ['high', high],
      ['low', low],
      ['close', close],
    ] as const) {
      const price = column[t]!;
      if (!(price > 0 && price < Number.POSITIVE_INFINITY)) {
        return `${name}[${t}] is ${price}; a price must be above 0 and finite`;
      }
    }
    if (
      high[t]! < Math.max(open[t]!, close[t]!, low[t]!) ||
      low[t]! > Math.min(open[t]!, close[t]!)
    ) {
      return `bar ${t} has open ${open[t]}, high ${high[t]}, low ${low[t]}, close ${close[t]}; high and low must enclose the others`;
    }
  }
  return null;
}

const squaredRange = (bars: PriceBars, t: number): number =>
  Math.log(bars.high[t]! / bars.low[t]!) ** 2;

const squaredBody = (bars: PriceBars, t: number): number =>
  Math.log(bars.close[t]! / bars.open[t]!) ** 2;

const overnight = (bars: PriceBars, t: number): number =>
  Math.log(bars.open[t]! / bars.close[t - 1]!);

const garmanKlass = (bars: PriceBars, t: number): number =>
  0.5 * squaredRange(bars, t) - (2 * Math.LN2 - 1) * squaredBody(bars, t);

function rogersSatchell(bars: PriceBars, t: number): number {
  const [open, high, low, close] = [bars.open[t]!, bars.high[t]!, bars.low[t]!, bars.close[t]!];
  return (
    Math.log(high / close) * Math.log(high / open) + Math.log(low / close) * Math.log(low / open)
  );
}

/** What each bar gives to an estimator, from the first bar that gives something. */
function column(first: number, length: number, of: (t: number) => number): Float64Array {
  const values = new Float64Array(length);
  for (let t = first; t < length; t += 1) values[t] = of(t);
  return values;
}

const meanOf = (x: Float64Array, from: number, to: number): number => {
  let sum = 0;
  for (let t = from; t < to; t += 1) sum += x[t]!;
  return sum / (to - from);
};

/** Sample variance, by n - 1. */
const varianceOf = (x: Float64Array, from: number, to: number): number => {
  const mean = meanOf(x, from, to);
  let sum = 0;
  for (let t = from; t < to; t += 1) sum += (x[t]! - mean) ** 2;
  return sum / (to - from - 1);
};

/** The variance per bar of the `window` bars that end before `end`, for one estimator. */
function windowVariance(
  estimator: RangeEstimator,
  bars: PriceBars,
  window: number,
): (end: number) => number {
  const n = bars.open.length;
  const average = (x: Float64Array) => (end: number) => meanOf(x, end - window, end);
  switch (estimator) {
    case 'close': {
      const x = column(1, n, (t) => Math.log(bars.close[t]! / bars.close[t - 1]!));
      return (end) => varianceOf(x, end - window + 1, end);
    }
    case 'parkinson':
      return average(column(0, n, (t) => squaredRange(bars, t) / (4 * Math.LN2)));
    case 'garman-klass':
      return average(column(0, n, (t) => garmanKlass(bars, t)));
    case 'garman-klass-yz':
      return average(column(1, n, (t) => overnight(bars, t) ** 2 + garmanKlass(bars, t)));
    case 'rogers-satchell':
      return average(column(0, n, (t) => rogersSatchell(bars, t)));
    case 'yang-zhang': {
      const gap = column(1, n, (t) => overnight(bars, t));
      const body = column(0, n, (t) => Math.log(bars.close[t]! / bars.open[t]!));
      const satchell = column(0, n, (t) => rogersSatchell(bars, t));
      const k = 0.34 / (1.34 + (window + 1) / (window - 1));
      return (end) =>
        varianceOf(gap, end - window, end) +
        k * varianceOf(body, end - window, end) +
        (1 - k) * meanOf(satchell, end - window, end);
    }
  }
}

/**
 * Estimates annualised volatility from rolling windows of bars.
 *
 * Shapes:      n bars in; n - window + 1 values out, n - window for the two estimators that need the
 *              close before the window.
 * Units:       per sqrt(year), as `barsPerYear` defines one.
 * Errors:      `bad-input` for prices that are not positive, bars whose high and low do not enclose
 *              the others, or a window that does not fit.
 * Determinism: plain loops; every window is summed anew, so that no rounding drifts along.
 * Source:      Parkinson (1980), J. of Business 53(1); Garman and Klass (1980), ibid.; Rogers and
 *              Satchell (1991), Annals of Applied Probability 1(4); Yang and Zhang (2000), J. of
 *              Business 73(3). Windows and degrees of freedom as in the R package TTR.
 */
export function rangeVolatility(
  bars: PriceBars,
  options: RangeOptions,
): QuantResult<RollingSeries> {
  const { estimator, window, barsPerYear } = options;
  const n = bars.open.length;
  const needsLastClose = estimator === 'garman-klass-yz' || estimator === 'yang-zhang';
  const least = estimator === 'close' ? 3 : estimator === 'yang-zhang' ? 2 : 1;
  const most = needsLastClose ? n - 1 : n;
  if (!(Number.isInteger(window) && window >= least && window <= most)) {
    return badInput(
      `window is ${window}; ${estimator} over ${n} bars needs a whole number from ${least} to ${most}`,
    );
  }
  if (!(barsPerYear > 0 && Number.isFinite(barsPerYear))) {
    return badInput(`barsPerYear is ${barsPerYear}; it must be above 0 and finite`);
  }
  const fault = barsFault(bars);
  if (fault !== null) return badInput(fault);
  const variance = windowVariance(estimator, bars, window);
  const first = needsLastClose ? window : window - 1;
  const values = new Float64Array(n - first);
  for (let t = first; t < n; t += 1) {
    values[t - first] = Math.sqrt(barsPerYear * Math.max(0, variance(t + 1)));
  }
  return ok({ first, values });
}
