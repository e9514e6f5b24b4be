import { badInput, type QuantResult } from './errors.ts';
import {
  type HighLow,
  type HighLowClose,
  positiveFault,
  runNamed,
  runSingle,
  windowWorkspace,
} from './indicator.ts';
import { kernel } from './kernel.ts';

/** Computes Wilder's directional index: +DI, -DI, DX and ADX, 0 to 100. */
export function adx(
  bars: HighLowClose,
  period = 14,
): QuantResult<Readonly<Record<'plus' | 'minus' | 'index' | 'average', Float64Array>>> {
  const { high, low, close } = bars;
  return runNamed(['plus', 'minus', 'index', 'average'], {
    name: 'taAdx',
    parameters: [period],
    periods: { period },
    inputs: { high, low, close },
    needs: 2 * period,
  });
}

/**
 * Computes how recent the highest high and the lowest low of period + 1 bars are, 100 when it is the
 * current bar.
 */
export const aroon = (
  bars: HighLow,
  period = 20,
): QuantResult<Readonly<Record<'up' | 'down' | 'oscillator', Float64Array>>> =>
  runNamed(['up', 'down', 'oscillator'], {
    name: 'taAroon',
    parameters: [period],
    periods: { period },
    inputs: { high: bars.high, low: bars.low },
    needs: period,
    workspace: windowWorkspace(2, period + 1),
  });

/** Parameters of `parabolicSar`. */
export interface ParabolicOptions {
  /** First acceleration and its step. Default 0.02. */
  readonly acceleration?: number;
  /** Greatest acceleration. Default 0.2. */
  readonly maximum?: number;
  /** How far below the first low the stop begins. Default: deviation (n - 1) of high - low (TTR). */
  readonly gap?: number;
}

/** Sample deviation of high - low; NaN for fewer than two bars. */
function rangeDeviation({ high, low }: HighLow): number {
  const out = new Float64Array(1);
  if (high.length === low.length) kernel('rangeDeviation')(high, low, out);
  return out[0]!;
}

/** Computes Wilder's parabolic stop and reverse; begins rising. */
export function parabolicSar(
  bars: HighLow,
  options: ParabolicOptions = {},
): QuantResult<Float64Array> {
  const { acceleration = 0.02, maximum = 0.2 } = options;
  const fault = positiveFault({ acceleration, maximum });
  if (fault !== null) return badInput(fault);
  const { gap } = options;
  if (gap !== undefined && !(gap >= 0 && Number.isFinite(gap))) {
    return badInput(`gap is ${gap}; it must be finite and not below 0`);
  }
  return runSingle({
    name: 'taParabolic',
    parameters: [acceleration, maximum, gap ?? rangeDeviation(bars)],
    periods: {},
    inputs: { high: bars.high, low: bars.low },
    needs: 2,
  });
}

/** Periods of `ichimoku`. */
export interface IchimokuOptions {
  /** Default 9. */
  readonly conversion?: number;
  /** Default 26. */
  readonly base?: number;
  /** Default 52. */
  readonly span?: number;
  /** 'partial' gives span B over the bars there are from the first on (the package ta). Default 'full'. */
  readonly spanWindow?: 'full' | 'partial';
}

/** Computes Ichimoku's lines; the spans are not shifted ahead. */
export function ichimoku(
  bars: HighLow,
  options: IchimokuOptions = {},
): QuantResult<Readonly<Record<'conversion' | 'base' | 'spanA' | 'spanB', Float64Array>>> {
  const { conversion = 9, base = 26, span = 52, spanWindow = 'full' } = options;
  const partial = spanWindow === 'partial';
  // Over the bars there are, a span longer than the series is one as long.
  const window = partial ? Math.min(span, Math.max(1, bars.high.length)) : span;
  return runNamed(['conversion', 'base', 'spanA', 'spanB'], {
    name: 'taIchimoku',
    parameters: [conversion, base, window, partial ? 1 : 0],
    periods: { conversion, base, span },
    inputs: { high: bars.high, low: bars.low },
    needs: Math.max(conversion, base, partial ? 1 : span),
    workspace: windowWorkspace(2, conversion, base, window),
  });
}

/** Computes the vortex indicator; 1 in a range of 0. */
export function vortex(
  bars: HighLowClose,
  period = 14,
): QuantResult<Readonly<Record<'plus' | 'minus', Float64Array>>> {
  const { high, low, close } = bars;
  return runNamed(['plus', 'minus'], {
    name: 'taVortex',
    parameters: [period],
    periods: { period },
    inputs: { high, low, close },
    needs: period + 1,
    workspace: windowWorkspace(3, period),
  });
}
