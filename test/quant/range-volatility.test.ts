import { describe, expect, it } from 'vitest';
import { type PriceBars, RANGE_ESTIMATORS, rangeVolatility } from '../../src/quant/index.ts';
import { shocks } from './garch-samples.ts';

/** Bars of a random walk with a known volatility per bar, from many steps each. */
function walk(bars: number, volatility: number, seed: number): PriceBars {
  const steps = 400;
  const next = shocks(seed);
  const columns = [0, 1, 2, 3].map(() => new Float64Array(bars));
  let log = Math.log(100);
  for (let t = 0; t < bars; t += 1) {
    let [high, low] = [log, log];
    const open = log;
    for (let s = 0; s < steps; s += 1) {
      log += (volatility / Math.sqrt(steps)) * next();
      high = Math.max(high, log);
      low = Math.min(low, log);
    }
    [open, high, low, log].forEach((value, i) => {
      columns[i]![t] = Math.exp(value);
    });
  }
  return { open: columns[0]!, high: columns[1]!, low: columns[2]!, close: columns[3]! };
}

describe('range volatility', () => {
  const bars = walk(600, 0.02, 3);

  it('finds the volatility of a random walk, each estimator within a tenth', () => {
    for (const estimator of RANGE_ESTIMATORS) {
      const got = rangeVolatility(bars, { estimator, window: 599, barsPerYear: 1 });
      if (!got.ok) throw new Error(got.error.detail);
      expect(Math.abs(got.value.values.at(-1)! / 0.02 - 1), estimator).toBeLessThan(0.1);
    }
  });

  it('varies less from window to window than the closes do', () => {
    const spread = (estimator: (typeof RANGE_ESTIMATORS)[number]): number => {
      const got = rangeVolatility(bars, { estimator, window: 10, barsPerYear: 1 });
      if (!got.ok) throw new Error(got.error.detail);
      const { values } = got.value;
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
      return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    };
    for (const estimator of ['parkinson', 'garman-klass', 'yang-zhang'] as const) {
      expect(spread(estimator)).toBeLessThan(0.5 * spread('close'));
    }
  });

  it('gives 0 for prices that stand still and grows with the root of the year', () => {
    const flat = new Float64Array(30).fill(5);
    const still = { open: flat, high: flat, low: flat, close: flat };
    for (const estimator of RANGE_ESTIMATORS) {
      const none = rangeVolatility(still, { estimator, window: 5, barsPerYear: 365 });
      expect(none.ok && none.value.values.every((v) => v === 0)).toBe(true);
      const one = rangeVolatility(bars, { estimator, window: 5, barsPerYear: 1 });
      const four = rangeVolatility(bars, { estimator, window: 5, barsPerYear: 4 });
      if (!one.ok || !four.ok) throw new Error('refused');
      expect(four.value.values.at(-1)).toBeCloseTo(2 * one.value.values.at(-1)!, 12);
      expect(one.value.first + one.value.values.length).toBe(600);
    }
  });

  it('refuses bars that cannot be and windows that do not fit', () => {
    const detail = (change: Partial<PriceBars>, window = 5, barsPerYear = 365): string => {
      const options = { estimator: 'yang-zhang', window, barsPerYear } as const;
      const got = rangeVolatility({ ...bars, ...change }, options);
      return got.ok ? 'accepted' : got.error.detail;
    };
    const changed = (value: number): Float64Array =>
      Float64Array.from(bars.low, (v, t) => (t === 4 ? value : v));
    expect(detail({})).toBe('accepted');
    expect(detail({ low: changed(0) })).toContain('low[4] is 0;');
    expect(detail({ low: changed(Number.NaN) })).toContain('low[4] is NaN;');
    expect(detail({ low: changed(1e9) })).toContain('bar 4 has open');
    expect(detail({ close: new Float64Array(3) })).toContain('close has 3 values');
    expect(detail({}, 1)).toContain('window is 1;');
    expect(detail({}, 600)).toContain('window is 600;');
    expect(detail({}, 2.5)).toContain('window is 2.5;');
    expect(detail({}, 5, 0)).toContain('barsPerYear is 0;');
  });
});
