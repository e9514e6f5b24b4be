import { describe, expect, it } from 'vitest';
import {
  amihudIlliquidity,
  bulkBuyShare,
  byPeriod,
  edgeSpread,
  kyleLambda,
  normalCdf,
  orderFlowEvents,
  rollSpread,
  tradeBars,
  volumeBuckets,
  vpinSeries,
} from '../../src/features/index.ts';

describe('the plain estimators', () => {
  it('give the normal distribution to fourteen places', () => {
    for (const [x, p] of [
      [0, 0.5],
      [1, 0.8413447460685429],
      [-2.5, 0.006209665325776132],
      [-8, 6.220960574271785e-16],
    ] as const) {
      expect(Math.abs(normalCdf(x) - p)).toBeLessThan(1e-14);
      expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan(1e-7);
    }
    expect(normalCdf(50)).toBe(1);
    expect(normalCdf(-50)).toBe(0);
  });

  it('count a better bid whole, a worse one as the loss of the former queue', () => {
    const quote = (bid: number, bidQuantity: number) => ({
      bid,
      bidQuantity,
      ask: 9,
      askQuantity: 4,
    });
    expect(orderFlowEvents([quote(5, 10), quote(6, 3), quote(6, 7), quote(5, 8)])).toEqual([
      3, 4, -7,
    ]);
  });

  it('are null where nothing varies or nothing traded', () => {
    expect(kyleLambda([1, 2, 3, 4], [5, 5, 5, 5])).toBeNull();
    expect(amihudIlliquidity([1, 2, 3], [0, 0, 0])).toBeNull();
    const flat = { open: 1, high: 1, low: 1, close: 1 };
    expect(edgeSpread([flat, flat, flat])).toBeNull();
  });

  it('find the spread of a bouncing price, and none in a trend', () => {
    const bounce = Array.from({ length: 101 }, (_, i) => 100 + (i % 2));
    expect(Math.abs(rollSpread(bounce).spreadPopulation - 2)).toBeLessThan(0.01);
    expect(rollSpread([1, 2, 4, 7, 11, 16]).spreadSample).toBe(0);
  });

  it('refuse times that fall', () => {
    expect(() => byPeriod([2, 1], ['a', 'b'], 1)).toThrow(/times may not fall/);
  });

  it('split bars over buckets without losing volume, in the bar’s own share', () => {
    const trades = [3, 4, 10, 1].map((volume, timeS) => ({ timeS, price: 1, volume }));
    const buckets = volumeBuckets(tradeBars(trades, 1), [1, 0, 0.5, 1], 5);
    expect(buckets.map(({ bought, sold }) => [bought, sold])).toEqual([
      [3, 2],
      [1.5, 3.5],
      [2.5, 2.5],
      [2, 1],
    ]);
    expect(vpinSeries(buckets, 5, 2)).toEqual([null, 0.3, 0.2, 0.1]);
    expect(bulkBuyShare(3, 0)).toBe(0.5);
  });
});
