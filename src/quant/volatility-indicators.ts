import { badInput, type QuantResult } from './errors.ts';
import {
  type HighLow,
  type HighLowClose,
  positiveFault,
  runNamed,
  runSingle,
  windowWorkspace,
} from './indicator.ts';
import { priceFault } from './sign-fault.ts';

/** Computes Bollinger's bands: mean -+ `width` (2) population deviations, and the place of x in them. */
export function bollingerBands(
  x: Float64Array,
  period = 20,
  width = 2,
): QuantResult<Readonly<Record<'lower' | 'middle' | 'upper' | 'place', Float64Array>>> {
  const fault = positiveFault({ width });
  if (fault !== null) return badInput(fault);
  return runNamed(['lower', 'middle', 'upper', 'place'], {
    name: 'taBollinger',
    parameters: [period, width],
    periods: { period },
    inputs: { x },
    needs: period,
    workspace: windowWorkspace(3, period),
  });
}

/** Computes the true range, its Wilder mean, the true high and the true low; from the second bar on. */
export function averageTrueRange(
  bars: HighLowClose,
  period = 14,
): QuantResult<Readonly<Record<'range' | 'average' | 'trueHigh' | 'trueLow', Float64Array>>> {
  const { high, low, close } = bars;
  return runNamed(['range', 'average', 'trueHigh', 'trueLow'], {
    name: 'taAtr',
    parameters: [period],
    periods: { period },
    inputs: { high, low, close },
    needs: period + 1,
  });
}

/** Computes Donchian's channel of the last `period` bars, this one included. */
export const donchianChannel = (
  bars: HighLow,
  period = 20,
): QuantResult<Readonly<Record<'high' | 'middle' | 'low', Float64Array>>> =>
  runNamed(['high', 'middle', 'low'], {
    name: 'taDonchian',
    parameters: [period],
    periods: { period },
    inputs: { high: bars.high, low: bars.low },
    needs: period,
    workspace: windowWorkspace(2, period),
  });

/** Computes the relative change over `period` bars of the exponential mean of high - low. */
export const chaikinVolatility = (bars: HighLow, period = 10): QuantResult<Float64Array> =>
  runSingle({
    name: 'taChaikinVolatility',
    parameters: [period],
    periods: { period },
    inputs: { high: bars.high, low: bars.low },
    needs: 2 * period,
    workspace: bars.high.length,
  });

/** Periods of `keltnerChannel`. */
export interface KeltnerOptions {
  /** Of the mean. Default 20. */
  readonly period?: number;
  /** Of the true range. Default 10. */
  readonly rangePeriod?: number;
  /** Default 2. */
  readonly width?: number;
}

/** Computes Keltner's channel: first-seeded EMA of the close -+ `width` mean true ranges. */
export function keltnerChannel(
  bars: HighLowClose,
  options: KeltnerOptions = {},
): QuantResult<Readonly<Record<'lower' | 'middle' | 'upper', Float64Array>>> {
  const { period = 20, rangePeriod = 10, width = 2 } = options;
  const fault = positiveFault({ width });
  if (fault !== null) return badInput(fault);
  const { high, low, close } = bars;
  return runNamed(['lower', 'middle', 'upper'], {
    name: 'taKeltner',
    parameters: [period, rangePeriod, width],
    periods: { period, rangePeriod },
    inputs: { high, low, close },
    needs: Math.max(period, rangePeriod),
  });
}

/** Computes Dorsey's mass index over `sum` (25) bars with first-seeded means of `period` (9). */
export const massIndex = (bars: HighLow, period = 9, sum = 25): QuantResult<Float64Array> =>
  runSingle({
    name: 'taMassIndex',
    parameters: [period, sum],
    periods: { period, sum },
    inputs: { high: bars.high, low: bars.low },
    needs: 2 * period + sum - 2,
    workspace: bars.high.length + windowWorkspace(1, sum),
  });

/** Computes the rolling ulcer index in percent. Prices must be above 0. */
export function rollingUlcer(x: Float64Array, period = 14): QuantResult<Float64Array> {
  const fault = priceFault(x);
  if (fault !== null) return badInput(fault);
  return runSingle({
    name: 'taUlcer',
    parameters: [period],
    periods: { period },
    inputs: { x },
    needs: period,
    workspace: x.length + windowWorkspace(2, period),
  });
}
