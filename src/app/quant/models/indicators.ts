import {
  bollingerBands,
  cmo,
  dema,
  ema,
  hma,
  kama,
  knowSureThing,
  macd,
  momentum,
  type QuantResult,
  rateOfChange,
  rollingExtremes,
  rollingMoments,
  rollingUlcer,
  rsi,
  schaffTrendCycle,
  sma,
  trix,
  trueStrength,
  vwap,
  wma,
  zlema,
} from '../../../quant/index.ts';
import { columns, model, type QuantModel, refused } from '../model.ts';
import { choice, integer, needed, number, numbers, or } from '../parameters.ts';

const window = integer('bars of the window');
const signal = or(integer('bars of the signal'), 9);

/** An indicator of one series whose only option is its window; needed where it has no default. */
const ofSeries = (
  name: string,
  about: string,
  period: number | null,
  run: (x: Float64Array, period: number) => QuantResult<unknown>,
): QuantModel =>
  model({
    name,
    about,
    roles: columns('x'),
    parameters: { period: period === null ? needed(window) : or(window, period) },
    run: (given, values) => run(given.at(0), values.period),
  });

/** As many numbers as are asked for; a list of another length reads as NaN, which is refused by name. */
const four = (of: readonly number[]): readonly [number, number, number, number] =>
  of.length === 4
    ? [of[0]!, of[1]!, of[2]!, of[3]!]
    : [Number.NaN, Number.NaN, Number.NaN, Number.NaN];

/** Rolling means and their relatives. */
const AVERAGES: readonly QuantModel[] = [
  ofSeries('sma', 'mean of the last values', null, sma),
  model({
    name: 'ema',
    about: 'exponential mean, seeded with the mean of the first window',
    roles: columns('x'),
    parameters: {
      period: needed(window),
      smoothing: or(choice('weight of a new value', ['standard', 'wilder']), 'standard'),
    },
    run: (given, { period, smoothing }) => ema(given.at(0), period, { smoothing }),
  }),
  ofSeries('wma', 'linearly weighted mean', null, wma),
  ofSeries('dema', 'double exponential mean', null, dema),
  ofSeries('hma', "Hull's mean", null, hma),
  ofSeries('zlema', 'exponential mean without lag', null, zlema),
  model({
    name: 'vwap',
    about: 'mean price weighted by volume',
    roles: columns('price', 'volume'),
    parameters: { period: needed(window) },
    run: (given, { period }) => vwap(given.at(0), given.at(1), period),
  }),
  model({
    name: 'kama',
    about: "Kaufman's adaptive mean",
    roles: columns('x'),
    parameters: {
      period: or(window, 10),
      fast: or(integer('bars of the fastest mean'), 2),
      slow: or(integer('bars of the slowest mean'), 30),
    },
    run: (given, { period, fast, slow }) => kama(given.at(0), period, fast, slow),
  }),
  model({
    name: 'rolling-moments',
    about: 'mean, variance and deviation of the last values',
    roles: columns('x'),
    parameters: {
      period: needed(window),
      ddof: or(integer('taken off the count of the variance, 0 or 1'), 0),
    },
    run: (given, { period, ddof }) =>
      ddof === 0 || ddof === 1
        ? rollingMoments(given.at(0), period, ddof)
        : refused(`ddof is ${ddof}; allowed are 0 and 1`),
  }),
  ofSeries('rolling-extremes', 'greatest and least of the last values', null, rollingExtremes),
];

/** Oscillators and bands of one series. */
const OSCILLATORS: readonly QuantModel[] = [
  ofSeries('rsi', "Wilder's relative strength index", 14, rsi),
  model({
    name: 'macd',
    about: 'difference of two exponential means and its signal',
    roles: columns('x'),
    parameters: {
      fast: or(integer('bars of the fast mean'), 12),
      slow: or(integer('bars of the slow mean'), 26),
      signal,
      scale: or(choice('unit', ['difference', 'percent']), 'difference'),
    },
    run: (given, values) => macd(given.at(0), values),
  }),
  ofSeries('cmo', "Chande's momentum oscillator", 14, cmo),
  model({
    name: 'trix',
    about: 'change of a triple exponential mean and its signal',
    roles: columns('x'),
    parameters: { period: or(window, 20), signal },
    run: (given, values) => trix(given.at(0), values.period, values.signal),
  }),
  ofSeries('momentum', 'change over the window', 1, momentum),
  ofSeries('rate-of-change', 'relative change over the window', 1, rateOfChange),
  model({
    name: 'know-sure-thing',
    about: "Pring's weighted sum of smoothed changes and its signal",
    roles: columns('x'),
    parameters: {
      means: or(numbers('bars of the four means'), [10, 10, 10, 15]),
      changes: or(numbers('bars of the four changes'), [10, 15, 20, 30]),
      weights: or(numbers('of the four changes'), [1, 2, 3, 4]),
      signal,
    },
    run: (given, { means, changes, weights, ...rest }) =>
      knowSureThing(given.at(0), {
        ...rest,
        means: four(means),
        changes: four(changes),
        weights: four(weights),
      }),
  }),
  model({
    name: 'true-strength',
    about: "Blau's true strength index",
    roles: columns('x'),
    parameters: {
      slow: or(integer('bars of the first mean'), 25),
      fast: or(integer('bars of the second mean'), 13),
    },
    run: (given, { slow, fast }) => trueStrength(given.at(0), slow, fast),
  }),
  model({
    name: 'schaff-trend-cycle',
    about: "Schaff's trend cycle",
    roles: columns('x'),
    parameters: {
      fast: or(integer('bars of the fast mean'), 23),
      slow: or(integer('bars of the slow mean'), 50),
      cycle: or(integer('bars of the ranges'), 10),
      smooth1: or(integer('bars of the first smoothing'), 3),
      smooth2: or(integer('bars of the second smoothing'), 3),
    },
    run: (given, values) => schaffTrendCycle(given.at(0), values),
  }),
  model({
    name: 'bollinger',
    about: "Bollinger's bands and the place of x in them",
    roles: columns('x'),
    parameters: { period: or(window, 20), width: or(number('deviations to a band'), 2) },
    run: (given, { period, width }) => bollingerBands(given.at(0), period, width),
  }),
  ofSeries('rolling-ulcer', 'ulcer index of the last prices, in percent', 14, rollingUlcer),
];

/** Indicators of one series. */
export const SERIES_INDICATORS: readonly QuantModel[] = [...AVERAGES, ...OSCILLATORS];
