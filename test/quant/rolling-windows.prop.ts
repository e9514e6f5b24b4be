import { describe, expect, it } from 'vitest';
import { seededRng } from '../../src/core/index.ts';
import * as quant from '../../src/quant/index.ts';
import fc from '../fast-check.ts';

/** Lengths beyond one chunk of windows, windows beyond it too, and prices with many equal ones. */
const cases = fc
  .record({
    length: fc.integer({ min: 1, max: 2500 }),
    period: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1400 })),
    level: fc.constantFrom(1, 100, 1e6),
    ties: fc.boolean(),
    seed: fc.integer({ min: 1, max: 1e9 }),
  })
  .map(({ length, period, level, ties, seed }) => {
    const rng = seededRng(seed);
    const price = () => level * (1 + (ties ? Math.floor(4 * rng.uniform()) / 8 : rng.uniform()));
    return { x: Float64Array.from({ length: length + period }, price), period };
  });

const value = <T>(result: quant.QuantResult<T>): T => {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
};

/** A few windows, the first, the last and some between, each by `check`. */
function forWindows(
  x: Float64Array,
  period: number,
  check: (i: number, window: Float64Array) => void,
): void {
  const step = 1 + Math.floor(x.length / 37);
  for (let i = x.length - 1; i >= period - 1; i -= step) {
    check(i, x.subarray(i + 1 - period, i + 1));
  }
  check(period - 1, x.subarray(0, period));
}

describe('windows that double in length', () => {
  it('hold what their bars hold, whatever their length', () => {
    fc.assert(
      fc.property(cases, ({ x, period }) => {
        const mean = value(quant.sma(x, period));
        const { greatest, least } = value(quant.rollingExtremes(x, period));
        const spread = value(quant.rollingMoments(x, period));
        forWindows(x, period, (i, window) => {
          const exact = window.reduce((sum, v) => sum + v, 0) / period;
          const squares = window.reduce((sum, v) => sum + (v - exact) ** 2, 0);
          expect(Math.abs(mean[i]! / exact - 1)).toBeLessThan(1e-13);
          expect(greatest[i]).toBe(Math.max(...window));
          expect(least[i]).toBe(Math.min(...window));
          expect(Math.abs(spread.mean[i]! / exact - 1)).toBeLessThan(1e-13);
          const off = Math.abs(spread.variance[i]! - squares / period);
          expect(off).toBeLessThanOrEqual(1e-12 * (exact * exact * 1e-3 + squares / period));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('know the latest of equal extremes', () => {
    fc.assert(
      fc.property(cases, ({ x, period }) => {
        const { up, down } = value(quant.aroon({ high: x, low: x }, period));
        forWindows(x, period + 1, (i, window) => {
          if (i < period) return;
          const age = (best: number) => period - window.lastIndexOf(best);
          expect(up[i]).toBe((100 * (period - age(Math.max(...window)))) / period);
          expect(down[i]).toBe((100 * (period - age(Math.min(...window)))) / period);
        });
      }),
      { numRuns: 60 },
    );
  });
});
