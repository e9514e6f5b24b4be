import {
  accumulationDistribution,
  adx,
  aroon,
  averageTrueRange,
  cci,
  chaikinMoneyFlow,
  chaikinVolatility,
  donchianChannel,
  type HighLow,
  type HighLowClose,
  type HighLowCloseVolume,
  ichimoku,
  keltnerChannel,
  massIndex,
  mfi,
  onBalanceVolume,
  parabolicSar,
  type QuantResult,
  stochastic,
  ultimateOscillator,
  vortex,
  williamsR,
} from '../../../quant/index.ts';
import { type Columns, columns, model, type QuantModel, type Roles } from '../model.ts';
import { choice, integer, number, numbers, or } from '../parameters.ts';

const window = integer('bars of the window');
const HIGH_LOW = columns('high', 'low');
const HIGH_LOW_CLOSE = columns('high', 'low', 'close');
const WITH_VOLUME = columns('high', 'low', 'close', 'volume');

const highLow = (given: Columns): HighLow => ({ high: given.at(0), low: given.at(1) });

const highLowClose = (given: Columns): HighLowClose => ({ ...highLow(given), close: given.at(2) });

const withVolume = (given: Columns): HighLowCloseVolume => ({
  ...highLowClose(given),
  volume: given.at(3),
});

/** An indicator of bars whose only option is its window. */
const ofBars =
  <B>(roles: Roles, read: (given: Columns) => B) =>
  (
    name: string,
    about: string,
    period: number,
    run: (bars: B, period: number) => QuantResult<unknown>,
  ): QuantModel =>
    model({
      name,
      about,
      roles,
      parameters: { period: or(window, period) },
      run: (given, values) => run(read(given), values.period),
    });

const ofHighLow = ofBars(HIGH_LOW, highLow);
const ofHighLowClose = ofBars(HIGH_LOW_CLOSE, highLowClose);
const ofVolume = ofBars(WITH_VOLUME, withVolume);

/** Three numbers; a list of another length reads as NaN, which is refused by name. */
const three = (of: readonly number[]): readonly [number, number, number] =>
  of.length === 3 ? [of[0]!, of[1]!, of[2]!] : [Number.NaN, Number.NaN, Number.NaN];

/** Indicators of highs, lows and closes. */
const RANGE_INDICATORS: readonly QuantModel[] = [
  model({
    name: 'stochastic',
    about: 'stochastic oscillator, 0 to 1',
    roles: HIGH_LOW_CLOSE,
    parameters: {
      fastK: or(integer('bars of the range'), 14),
      fastD: or(integer('bars of the first mean'), 3),
      slowD: or(integer('bars of the second mean'), 3),
    },
    run: (given, values) => stochastic(highLowClose(given), values),
  }),
  model({
    name: 'cci',
    about: 'commodity channel index',
    roles: HIGH_LOW_CLOSE,
    parameters: { period: or(window, 20), scale: or(number('of the mean deviation'), 0.015) },
    run: (given, { period, scale }) => cci(highLowClose(given), period, scale),
  }),
  ofHighLowClose('williams-r', "Williams' %R as a fraction below the highest", 14, williamsR),
  model({
    name: 'ultimate-oscillator',
    about: "Williams' ultimate oscillator",
    roles: HIGH_LOW_CLOSE,
    parameters: {
      periods: or(numbers('bars of the three windows'), [7, 14, 28]),
      weights: or(numbers('of the three windows'), [4, 2, 1]),
    },
    run: (given, { periods, weights }) =>
      ultimateOscillator(highLowClose(given), { periods: three(periods), weights: three(weights) }),
  }),
  ofHighLowClose('adx', "Wilder's directional index", 14, adx),
  ofHighLow('aroon', 'how recent the highest high and the lowest low are', 20, aroon),
  model({
    name: 'parabolic-sar',
    about: "Wilder's parabolic stop and reverse",
    roles: HIGH_LOW,
    parameters: {
      acceleration: or(number('first acceleration and its step'), 0.02),
      maximum: or(number('greatest acceleration'), 0.2),
      gap: number('first stop below the first low; default: deviation of high - low'),
    },
    run: (given, values) => parabolicSar(highLow(given), values),
  }),
  model({
    name: 'ichimoku',
    about: "Ichimoku's lines, spans not shifted ahead",
    roles: HIGH_LOW,
    parameters: {
      conversion: or(integer('bars of the conversion line'), 9),
      base: or(integer('bars of the base line'), 26),
      span: or(integer('bars of span B'), 52),
      spanWindow: or(choice('span B before its window is full', ['full', 'partial']), 'full'),
    },
    run: (given, values) => ichimoku(highLow(given), values),
  }),
  ofHighLowClose('vortex', 'vortex indicator', 14, vortex),
  ofHighLowClose('true-range', "true range and Wilder's mean of it", 14, averageTrueRange),
  ofHighLow('donchian', "Donchian's channel", 20, donchianChannel),
  ofHighLow('chaikin-volatility', 'change of the mean range', 10, chaikinVolatility),
  model({
    name: 'keltner',
    about: "Keltner's channel",
    roles: HIGH_LOW_CLOSE,
    parameters: {
      period: or(integer('bars of the mean'), 20),
      rangePeriod: or(integer('bars of the true range'), 10),
      width: or(number('mean true ranges to a band'), 2),
    },
    run: (given, values) => keltnerChannel(highLowClose(given), values),
  }),
  model({
    name: 'mass-index',
    about: "Dorsey's mass index",
    roles: HIGH_LOW,
    parameters: {
      period: or(integer('bars of the means'), 9),
      sum: or(integer('bars of the sum'), 25),
    },
    run: (given, { period, sum }) => massIndex(highLow(given), period, sum),
  }),
];

/** Indicators that take volume. */
const VOLUME_INDICATORS: readonly QuantModel[] = [
  ofVolume('money-flow-index', 'money flow index, 0 to 100', 14, mfi),
  model({
    name: 'on-balance-volume',
    about: 'volume summed by the sign of the price change',
    roles: columns('price', 'volume'),
    parameters: {},
    run: (given) => onBalanceVolume(given.at(0), given.at(1)),
  }),
  model({
    name: 'accumulation-distribution',
    about: 'accumulation/distribution line',
    roles: WITH_VOLUME,
    parameters: {},
    run: (given) => accumulationDistribution(withVolume(given)),
  }),
  ofVolume('chaikin-money-flow', "Chaikin's money flow, -1 to 1", 20, chaikinMoneyFlow),
];

/** Indicators of bars. */
export const BAR_INDICATORS: readonly QuantModel[] = [...RANGE_INDICATORS, ...VOLUME_INDICATORS];
