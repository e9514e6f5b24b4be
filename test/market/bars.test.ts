import { describe, expect, it } from 'vitest';
import { BarAggregator, type MarketTrade } from '../../src/market/index.ts';
import { type Bar, priceTicks, qtyLots, type Side } from '../../src/model/index.ts';
import fc from '../fast-check.ts';
import { at, BTC } from '../portfolio/sample-account.ts';

const trade = (ms: number, price: number, lots: number, aggressor: Side = 'buy'): MarketTrade => ({
  at: at(ms),
  price: priceTicks(price),
  quantity: qtyLots(lots),
  aggressor,
});

const barsOf = (intervalMs: number, trades: readonly MarketTrade[], untilMs: number): Bar[] => {
  const aggregator = new BarAggregator(BTC.id, intervalMs);
  const bars = trades.map((each) => aggregator.add(each));
  bars.push(aggregator.closeUntil(at(untilMs)));
  return bars.filter((bar) => bar !== null);
};

describe('a bar', () => {
  it('has the first, highest, lowest and last price and all of the volume', () => {
    const trades = [
      trade(100, 50, 1, 'buy'),
      trade(300, 70, 2, 'sell'),
      trade(500, 30, 3, 'buy'),
      trade(999, 60, 4, 'sell'),
    ];
    expect(barsOf(1_000, trades, 1_000)).toEqual([
      {
        instrument: BTC.id,
        openedAt: at(0),
        intervalMs: 1_000,
        open: 50,
        high: 70,
        low: 30,
        close: 60,
        volume: 10,
        buyVolume: 4,
        trades: 4,
      },
    ]);
  });

  it('closes at the end of its interval and not before', () => {
    const aggregator = new BarAggregator(BTC.id, 1_000);
    aggregator.add(trade(100, 50, 1));
    expect(aggregator.closeUntil(at(999.999999))).toBeNull();
    expect(aggregator.closeUntil(at(1_000))?.close).toBe(50);
    expect(aggregator.closeUntil(at(1_000))).toBeNull();
  });

  it('is closed by the first trade of the next interval, which belongs to the next bar', () => {
    const aggregator = new BarAggregator(BTC.id, 1_000);
    expect(aggregator.add(trade(0, 50, 1))).toBeNull();
    expect(aggregator.add(trade(1_000, 60, 2))).toMatchObject({ close: 50, trades: 1 });
    expect(aggregator.closeUntil(at(2_000))).toMatchObject({ open: 60, openedAt: at(1_000) });
  });

  it('is not made of an interval without trades', () => {
    const bars = barsOf(1_000, [trade(0, 1, 1), trade(5_500, 2, 1)], 9_000);
    expect(bars.map((bar) => bar.openedAt)).toEqual([at(0), at(5_000)]);
  });

  it('starts at a whole multiple of its length since the epoch', () => {
    const [bar] = barsOf(60_000, [trade(0, 1, 1)], 120_000);
    expect(bar!.openedAt % 60_000_000_000n).toBe(0n);
    expect(bar!.openedAt <= at(0)).toBe(true);
  });

  it('is final: a trade that comes after it is counted and changes nothing', () => {
    const aggregator = new BarAggregator(BTC.id, 1_000);
    aggregator.add(trade(1_100, 50, 1));
    aggregator.add(trade(2_100, 60, 1));
    expect(aggregator.add(trade(1_900, 999, 9))).toBeNull();
    expect(aggregator.lateTrades).toBe(1);
    expect(aggregator.closeUntil(at(3_000))).toMatchObject({ high: 60, trades: 1 });
    aggregator.add(trade(2_999, 999, 9));
    expect(aggregator.lateTrades).toBe(2);
  });

  it('needs a whole length above zero', () => {
    for (const length of [0, -1, 0.5]) {
      expect(() => new BarAggregator(BTC.id, length)).toThrow(/a bar lasts/);
    }
  });
});

describe('for any trades in order', () => {
  it('the bars hold every trade once, and their prices are bounded by the trades', () => {
    const anyTrades = fc.array(
      fc.tuple(
        fc.nat({ max: 5_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 1, max: 100 }),
        fc.boolean(),
      ),
      { minLength: 1, maxLength: 80 },
    );
    fc.assert(
      fc.property(anyTrades, (terms) => {
        let ms = 0;
        const trades = terms.map(([wait, price, lots, bought]) => {
          ms += wait;
          return trade(ms, price, lots, bought ? 'buy' : 'sell');
        });
        const bars = barsOf(1_000, trades, ms + 1_000);
        const sum = (of: (bar: Bar) => number) => bars.reduce((all, bar) => all + of(bar), 0);
        expect(sum((bar) => bar.trades)).toBe(trades.length);
        expect(sum((bar) => bar.volume)).toBe(trades.reduce((all, t) => all + t.quantity, 0));
        for (const bar of bars) {
          expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
          expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
          expect(bar.buyVolume).toBeLessThanOrEqual(bar.volume);
        }
        const starts = bars.map((bar) => bar.openedAt);
        expect(new Set(starts).size).toBe(starts.length);
      }),
      { numRuns: 300 },
    );
  });
});
