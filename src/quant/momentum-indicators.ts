import { badInput, type QuantResult } from './errors.ts';
import {
  type HighLowClose,
  type HighLowCloseVolume,
  positiveFault,
  runNamed,
  runSingle,
  windowWorkspace,
} from './indicator.ts';
import { lowFault, priceFault, volumeFault } from './sign-fault.ts';

/** Computes Wilder's relative strength index, 0 to 100; 50 where nothing moved. */
export const rsi = (x: Float64Array, period = 14): QuantResult<Float64Array> =>
  runSingle({
    name: 'taRsi',
    parameters: [period],
    periods: { period },
    inputs: { x },
    needs: period + 1,
    workspace: x.length,
  });

/** Periods of `macd`. */
export interface MacdOptions {
  /** Default 12. */
  readonly fast?: number;
  /** Default 26. */
  readonly slow?: number;
  /** Default 9. */
  readonly signal?: number;
  /** 'difference' of the two means, or 'percent' of the slow one, of prices above 0. Default 'difference'. */
  readonly scale?: 'difference' | 'percent';
}

/** Computes the difference of two exponential means and its exponential mean. */
export function macd(
  x: Float64Array,
  options: MacdOptions = {},
): QuantResult<Readonly<Record<'macd' | 'signal', Float64Array>>> {
  const { fast = 12, slow = 26, signal = 9, scale = 'difference' } = options;
  const fault = scale === 'percent' ? priceFault(x) : null;
  if (fault !== null) return badInput(fault);
  return runNamed(['macd', 'signal'], {
    name: 'taMacd',
    parameters: [fast, slow, signal, scale === 'percent' ? 1 : 0],
    periods: { fast, slow, signal },
    inputs: { x },
    needs: Math.max(fast, slow) + signal - 1,
  });
}

/** Periods of `stochastic`. */
export interface StochasticOptions {
  /** Default 14. */
  readonly fastK?: number;
  /** Default 3. */
  readonly fastD?: number;
  /** Default 3. */
  readonly slowD?: number;
}

/** Computes the stochastic oscillator as fractions 0 to 1 (TTR's scale); 0.5 in a range of 0. */
export function stochastic(
  bars: HighLowClose,
  options: StochasticOptions = {},
): QuantResult<Readonly<Record<'fastK' | 'fastD' | 'slowD', Float64Array>>> {
  const { fastK = 14, fastD = 3, slowD = 3 } = options;
  const { high, low, close } = bars;
  return runNamed(['fastK', 'fastD', 'slowD'], {
    name: 'taStochastic',
    parameters: [fastK, fastD, slowD],
    periods: { fastK, fastD, slowD },
    inputs: { high, low, close },
    needs: fastK + fastD + slowD - 2,
    workspace: windowWorkspace(2, fastK, fastD, slowD),
  });
}

/**
 * Computes the commodity channel index: departure of the typical price from its mean over `scale`
 * (0.015) mean deviations; 0 where all are equal. O(n period).
 */
export function cci(bars: HighLowClose, period = 20, scale = 0.015): QuantResult<Float64Array> {
  const fault = positiveFault({ scale });
  if (fault !== null) return badInput(fault);
  const { high, low, close } = bars;
  return runSingle({
    name: 'taCci',
    parameters: [period, scale],
    periods: { period },
    inputs: { high, low, close },
    needs: period,
    workspace: 2 * close.length + windowWorkspace(3, period),
  });
}

/**
 * Computes the money flow index, 0 to 100; 100 without a falling flow, 50 without any. Prices and
 * volumes may not be below 0.
 */
export function mfi(bars: HighLowCloseVolume, period = 14): QuantResult<Float64Array> {
  const { high, low, close, volume } = bars;
  const fault = volumeFault(volume) ?? lowFault(low);
  if (fault !== null) return badInput(fault);
  return runSingle({
    name: 'taMfi',
    parameters: [period],
    periods: { period },
    inputs: { high, low, close, volume },
    needs: period + 1,
    workspace: close.length + windowWorkspace(2, period),
  });
}

/** Computes Chande's momentum oscillator, -100 to 100; 0 where nothing moved. */
export const cmo = (x: Float64Array, period = 14): QuantResult<Float64Array> =>
  runSingle({
    name: 'taCmo',
    parameters: [period],
    periods: { period },
    inputs: { x },
    needs: period + 1,
    workspace: windowWorkspace(2, period),
  });

/** Computes Williams' %R as a fraction 0 to 1 below the highest (TTR's scale); 0.5 in a range of 0. */
export function williamsR(bars: HighLowClose, period = 14): QuantResult<Float64Array> {
  const { high, low, close } = bars;
  return runSingle({
    name: 'taWilliams',
    parameters: [period],
    periods: { period },
    inputs: { high, low, close },
    needs: period,
    workspace: windowWorkspace(2, period),
  });
}

/** Periods and weights of `ultimateOscillator`. */
export interface UltimateOptions {
  /** Default 7, 14, 28. */
  readonly periods?: readonly [number, number, number];
  /** Default 4, 2, 1. */
  readonly weights?: readonly [number, number, number];
}

/** Computes Williams' ultimate oscillator, 0 to 100. */
export function ultimateOscillator(
  bars: HighLowClose,
  options: UltimateOptions = {},
): QuantResult<Float64Array> {
  const [short, medium, long] = options.periods ?? [7, 14, 28];
  const [a, b, c] = options.weights ?? [4, 2, 1];
  const fault = positiveFault({ 'weights[0]': a, 'weights[1]': b, 'weights[2]': c });
  if (fault !== null) return badInput(fault);
  const { high, low, close } = bars;
  const longest = Math.max(short, medium, long);
  return runSingle({
    name: 'taUltimate',
    parameters: [short, medium, long, a, b, c],
    periods: { short, medium, long },
    inputs: { high, low, close },
    needs: longest + 1,
    workspace: 2 * close.length + windowWorkspace(2, longest),
  });
}

/**
 * Computes 100 times the relative change of a triple exponential mean, and its exponential mean.
 * Prices must be above 0.
 */
export function trix(
  x: Float64Array,
  period = 20,
  signal = 9,
): QuantResult<Readonly<Record<'trix' | 'signal', Float64Array>>> {
  const fault = priceFault(x);
  if (fault !== null) return badInput(fault);
  return runNamed(['trix', 'signal'], {
    name: 'taTrix',
    parameters: [period, signal],
    periods: { period, signal },
    inputs: { x },
    needs: 3 * period - 1,
  });
}

/** Computes x[i] - x[i - period]. */
export const momentum = (x: Float64Array, period = 1): QuantResult<Float64Array> =>
  runSingle({
    name: 'taChange',
    parameters: [period, 0],
    periods: { period },
    inputs: { x },
    needs: period + 1,
  });

/** Computes the discrete rate of change x[i] / x[i - period] - 1. Prices must be above 0. */
export function rateOfChange(x: Float64Array, period = 1): QuantResult<Float64Array> {
  const fault = priceFault(x);
  if (fault !== null) return badInput(fault);
  return runSingle({
    name: 'taChange',
    parameters: [period, 1],
    periods: { period },
    inputs: { x },
    needs: period + 1,
  });
}

/** Periods and weights of `knowSureThing`. */
export interface KnowSureThingOptions {
  /** Windows of the four means. Default 10, 10, 10, 15. */
  readonly means?: readonly [number, number, number, number];
  /** Bars of the four changes. Default 10, 15, 20, 30. */
  readonly changes?: readonly [number, number, number, number];
  /** Default 1, 2, 3, 4. */
  readonly weights?: readonly [number, number, number, number];
  /** Default 9. */
  readonly signal?: number;
}

/** Computes Pring's sum of smoothed logarithmic changes, and its mean. Prices must be above 0. */
export function knowSureThing(
  x: Float64Array,
  options: KnowSureThingOptions = {},
): QuantResult<Readonly<Record<'kst' | 'signal', Float64Array>>> {
  const { means = [10, 10, 10, 15], changes = [10, 15, 20, 30], signal = 9 } = options;
  const weights = options.weights ?? [1, 2, 3, 4];
  const fault = priceFault(x) ?? positiveFault(Object.fromEntries(Object.entries(weights)));
  if (fault !== null) return badInput(fault);
  const first = Math.max(...means.map((n, k) => n + changes[k]!));
  return runNamed(['kst', 'signal'], {
    name: 'taKnowSureThing',
    parameters: [...means, ...changes, ...weights, signal],
    periods: {
      ...Object.fromEntries([...means, ...changes].map((n, k) => [`period ${k}`, n])),
      signal,
    },
    inputs: { 'log x': x.map(Math.log) },
    needs: first + signal - 1,
    workspace: windowWorkspace(1, ...means, signal),
  });
}

/** Computes Blau's true strength index, -100 to 100, with first-seeded means; 0 where nothing moved. */
export const trueStrength = (x: Float64Array, slow = 25, fast = 13): QuantResult<Float64Array> =>
  runSingle({
    name: 'taTrueStrength',
    parameters: [slow, fast],
    periods: { slow, fast },
    inputs: { x },
    needs: slow + fast,
  });

/** Periods of `schaffTrendCycle`. */
export interface SchaffOptions {
  /** Default 23. */
  readonly fast?: number;
  /** Default 50. */
  readonly slow?: number;
  /** Default 10. */
  readonly cycle?: number;
  /** Default 3. */
  readonly smooth1?: number;
  /** Default 3. */
  readonly smooth2?: number;
}

/** Computes Schaff's trend cycle, 0 to 100, with first-seeded means; 50 in a range of 0. */
export function schaffTrendCycle(
  x: Float64Array,
  options: SchaffOptions = {},
): QuantResult<Float64Array> {
  const { fast = 23, slow = 50, cycle = 10, smooth1 = 3, smooth2 = 3 } = options;
  return runSingle({
    name: 'taSchaff',
    parameters: [fast, slow, cycle, smooth1, smooth2],
    periods: { fast, slow, cycle, smooth1, smooth2 },
    inputs: { x },
    needs: Math.max(fast, slow) + 2 * cycle + smooth1 + smooth2 - 4,
    workspace: 2 * x.length + windowWorkspace(2, cycle),
  });
}
