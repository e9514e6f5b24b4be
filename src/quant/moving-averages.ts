import { badInput, type QuantResult } from './errors.ts';
import { runNamed, runSingle, windowWorkspace } from './indicator.ts';
import { volumeFault } from './sign-fault.ts';

/**
 * Computes the mean of the last `period` values.
 *
 * Every indicator gives one value a bar, NaN before its first, the same bits on every CPU, and
 * `bad-input` for values that are not finite, unequal lengths, too few bars or a period below 1.
 */
export const sma = (x: Float64Array, period: number): QuantResult<Float64Array> =>
  runSingle({
    name: 'taSma',
    parameters: [period],
    periods: { period },
    inputs: { x },
    needs: period,
    workspace: windowWorkspace(1, period),
  });

/** How `ema` weighs. */
export interface EmaOptions {
  /** 'standard' weighs the new value 2 / (period + 1), 'wilder' 1 / period. Default 'standard'. */
  readonly smoothing?: 'standard' | 'wilder';
}

/** Computes the exponential mean, seeded with the mean of the first `period` values (as TTR does). */
export const ema = (
  x: Float64Array,
  period: number,
  options: EmaOptions = {},
): QuantResult<Float64Array> =>
  runSingle({
    name: 'taEma',
    parameters: [period, options.smoothing === 'wilder' ? 1 / period : 2 / (period + 1)],
    periods: { period },
    inputs: { x },
    needs: period,
  });

/** Computes the linearly weighted mean, the latest value weighing `period`. O(n period). */
export const wma = (x: Float64Array, period: number): QuantResult<Float64Array> =>
  runSingle({
    name: 'taWma',
    parameters: [period],
    periods: { period },
    inputs: { x },
    needs: period,
  });

/** Computes the double exponential mean 2 EMA - EMA(EMA). */
export const dema = (x: Float64Array, period: number): QuantResult<Float64Array> =>
  runSingle({
    name: 'taDema',
    parameters: [period],
    periods: { period },
    inputs: { x },
    needs: 2 * period - 1,
  });

/** Computes Hull's mean: WMA over trunc(sqrt(period)) of 2 WMA(trunc(period / 2)) - WMA(period). */
export const hma = (x: Float64Array, period: number): QuantResult<Float64Array> => {
  const root = Math.trunc(Math.sqrt(period));
  return runSingle({
    name: 'taHma',
    parameters: [period, Math.trunc(period / 2), root],
    periods: { period },
    least: 2,
    inputs: { x },
    needs: period + root - 1,
    workspace: 2 * x.length,
  });
};

/** Computes the zero-lag exponential mean: the EMA of 2 x[i] - x[i - (period + 1) / 2]. */
export const zlema = (x: Float64Array, period: number): QuantResult<Float64Array> =>
  runSingle({
    name: 'taZlema',
    parameters: [period],
    periods: { period },
    least: 2,
    inputs: { x },
    needs: period,
  });

/** Computes the mean price weighted by volume over `period` bars; the price where volume is 0. */
export function vwap(
  price: Float64Array,
  volume: Float64Array,
  period: number,
): QuantResult<Float64Array> {
  const fault = volumeFault(volume);
  if (fault !== null) return badInput(fault);
  return runSingle({
    name: 'taVwap',
    parameters: [period],
    periods: { period },
    inputs: { price, volume },
    needs: period,
    workspace: windowWorkspace(2, period),
  });
}

/** Computes Kaufman's adaptive mean between the speeds of `fast` (2) and `slow` (30) bars. */
export const kama = (
  x: Float64Array,
  period = 10,
  fast = 2,
  slow = 30,
): QuantResult<Float64Array> =>
  runSingle({
    name: 'taKama',
    parameters: [period, fast, slow],
    periods: { period, fast, slow },
    inputs: { x },
    needs: period,
    workspace: windowWorkspace(1, period),
  });

/** Mean, variance and deviation of rolling windows. */
export type RollingMoments = Readonly<Record<'mean' | 'variance' | 'deviation', Float64Array>>;

/**
 * Computes mean, variance and deviation of the last `period` values; `ddof` (0 or 1, default 0) is
 * taken off the count. No error is carried from window to window.
 */
export function rollingMoments(
  x: Float64Array,
  period: number,
  ddof: 0 | 1 = 0,
): QuantResult<RollingMoments> {
  if (ddof !== 0 && ddof !== 1) return badInput(`ddof is ${ddof}; allowed are 0 and 1`);
  return runNamed(['mean', 'variance', 'deviation'], {
    name: 'rollingMoments',
    parameters: [period, ddof],
    periods: { period },
    least: 1 + ddof,
    inputs: { x },
    needs: period,
    workspace: windowWorkspace(3, period),
  });
}

/** Greatest and least value of rolling windows. */
export type RollingExtremes = Readonly<Record<'greatest' | 'least', Float64Array>>;

/** Computes the greatest and the least of the last `period` values, at the same cost for any period. */
export const rollingExtremes = (x: Float64Array, period: number): QuantResult<RollingExtremes> =>
  runNamed(['greatest', 'least'], {
    name: 'rollingExtremes',
    parameters: [period],
    periods: { period },
    inputs: { x },
    needs: period,
    workspace: windowWorkspace(2, period),
  });
