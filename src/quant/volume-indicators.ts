import { badInput, type QuantResult } from './errors.ts';
import { type HighLowCloseVolume, runSingle, windowWorkspace } from './indicator.ts';
import { volumeFault } from './sign-fault.ts';

/** Computes on-balance volume, which begins with the first volume (TTR's convention). */
export function onBalanceVolume(
  price: Float64Array,
  volume: Float64Array,
): QuantResult<Float64Array> {
  const fault = volumeFault(volume);
  if (fault !== null) return badInput(fault);
  const inputs = { price, volume };
  return runSingle({ name: 'taObv', parameters: [], periods: {}, inputs, needs: 1 });
}

/** Computes Williams' and Chaikin's accumulation/distribution line from the first bar on. */
export function accumulationDistribution(bars: HighLowCloseVolume): QuantResult<Float64Array> {
  const { high, low, close, volume } = bars;
  const fault = volumeFault(volume);
  if (fault !== null) return badInput(fault);
  const inputs = { high, low, close, volume };
  return runSingle({ name: 'taAccumulation', parameters: [], periods: {}, inputs, needs: 1 });
}

/** Computes Chaikin's money flow, -1 to 1; 0 without volume. */
export function chaikinMoneyFlow(bars: HighLowCloseVolume, period = 20): QuantResult<Float64Array> {
  const { high, low, close, volume } = bars;
  const fault = volumeFault(volume);
  if (fault !== null) return badInput(fault);
  return runSingle({
    name: 'taChaikinFlow',
    parameters: [period],
    periods: { period },
    inputs: { high, low, close, volume },
    needs: period,
    workspace: windowWorkspace(2, period),
  });
}
