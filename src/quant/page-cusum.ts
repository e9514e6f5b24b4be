import { ok } from '../core/index.ts';
import { seriesRefusal } from './change-point-costs.ts';
import { badInput, type QuantResult } from './errors.ts';

/** The two-sided control chart of Page. */
export interface PageCusumOptions {
  /** Level that the series should have. */
  readonly target: number;
  /** Allowance: half the shift that matters, in units of x. */
  readonly allowance: number;
  /** Sum above which there is an alarm, in units of x. */
  readonly threshold: number;
}

/** Sums of one point, and whether one of them passed the threshold. */
export interface PageCusumState {
  readonly high: number;
  readonly low: number;
  readonly alarm: 'up' | 'down' | null;
}

/** The chart over a series. */
export interface PageCusumResult {
  /** Indices of the alarms, 0-based. */
  readonly alarms: readonly number[];
  /** Sums for a rise, before a reset. */
  readonly high: Float64Array;
  /** Sums for a fall, before a reset. */
  readonly low: Float64Array;
}

function optionsFault(options: PageCusumOptions): string | null {
  const { target, allowance, threshold } = options;
  if (!Number.isFinite(target)) return `target is ${target}; it must be finite`;
  if (!(allowance >= 0 && allowance < 1e100)) {
    return `allowance is ${allowance}; a number from 0 is allowed`;
  }
  if (threshold > 0 && threshold < 1e100) return null;
  return `threshold is ${threshold}; a number above 0 is allowed`;
}

/**
 * Watches a level point by point; both sums start again after an alarm.
 *
 *   high = max(0, high + x − target − allowance),  low = max(0, low − x + target − allowance)
 *
 * Source: Page (1954), Biometrika 41(1–2).
 */
export class PageCusum {
  readonly #options: PageCusumOptions;
  #high = 0;
  #low = 0;

  private constructor(options: PageCusumOptions) {
    this.#options = options;
  }

  /** A chart at zero, or what is wrong with the options. */
  static create(options: PageCusumOptions): QuantResult<PageCusum> {
    const fault = optionsFault(options);
    return fault === null ? ok(new PageCusum(options)) : badInput(fault);
  }

  /** Takes the next point. */
  update(x: number): QuantResult<PageCusumState> {
    if (!(Math.abs(x) <= 1e100)) return badInput(`x is ${x}; a number up to 1e100 is allowed`);
    const { target, allowance, threshold } = this.#options;
    const high = Math.max(0, this.#high + x - target - allowance);
    const low = Math.max(0, this.#low - x + target - allowance);
    const alarm = high > threshold ? 'up' : low > threshold ? 'down' : null;
    this.#high = alarm === null ? high : 0;
    this.#low = alarm === null ? low : 0;
    return ok({ high, low, alarm });
  }
}

/**
 * Runs the chart of Page over a series.
 *
 * Errors: `bad-input` for an empty series, values that are not finite, options out of range.
 */
export function pageCusum(
  x: Float64Array,
  options: PageCusumOptions,
): QuantResult<PageCusumResult> {
  const refusal = seriesRefusal(x, 1);
  if (refusal !== null) return refusal;
  const chart = PageCusum.create(options);
  if (!chart.ok) return chart;
  const alarms: number[] = [];
  const high = new Float64Array(x.length);
  const low = new Float64Array(x.length);
  for (let t = 0; t < x.length; t += 1) {
    const state = chart.value.update(x[t]!);
    if (!state.ok) return state;
    high[t] = state.value.high;
    low[t] = state.value.low;
    if (state.value.alarm !== null) alarms.push(t);
  }
  return ok({ alarms, high, low });
}
