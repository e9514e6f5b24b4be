import { describe, expect, it } from 'vitest';
import type { ImpactModel } from '../../../src/adapters/simulator/index.ts';
import { faded, MarketImpact } from '../../../src/adapters/simulator/market-impact.ts';
import {
  money,
  notional,
  type PriceTicks,
  priceTicks,
  qtyLots,
  type Side,
} from '../../../src/model/index.ts';
import fc from '../../fast-check.ts';
import { BTC } from './fixture.ts';
import { Replay } from './replay-world.ts';

const SECOND_US = 1_000_000;

/** 1 bps temporary and half of that permanent at 6,000 USDT, which is 100 lots at 60,000. */
const MODEL: ImpactModel = {
  kind: 'almgren-chriss',
  rateE8: 10_000n,
  reference: money(600_000_000_000n),
  permanentE8: 5_000n,
  halfLifeMs: 1_000,
};

const order = (side: Side, price: number, lots: number, taken = lots) => ({
  side,
  limit: priceTicks(side === 'buy' ? 2 * price : 1),
  price: priceTicks(price),
  quantity: qtyLots(lots),
  taken: qtyLots(taken),
});

const moves = (impact: MarketImpact): number[] => {
  const all: number[] = [];
  impact.takeMoves((_symbol, ticks) => all.push(ticks));
  return all;
};

describe('the impact of Almgren and Chriss', () => {
  it('is what is computed by hand', () => {
    const impact = new MarketImpact(MODEL);
    // 600,000 ticks * 1 bps = 60, and half of that for good.
    expect(impact.take(BTC, order('buy', 600_000, 100), 0)).toBe(600_060);
    expect(moves(impact)).toEqual([30]);
    // The same order again: twice as much is fresh.
    expect(impact.take(BTC, order('buy', 600_000, 100, 200), 0)).toBe(600_120);
    expect(moves(impact)).toEqual([60]);
    expect(moves(impact)).toEqual([]);
    // A second later 6,000 of the 12,000 have faded; 6,000.6 are added: 600,060 * 2.0001 bps.
    expect(impact.take(BTC, order('buy', 600_060, 100), SECOND_US)).toBe(600_060 + 121);
    expect(moves(impact)).toEqual([90]);
    // What was bought does not help who sells: 600,090 * 0.5 bps * 1.00015.
    expect(impact.take(BTC, order('sell', 600_090, 50), SECOND_US)).toBe(600_090 - 31);
    expect(moves(impact)).toEqual([75]);
  });

  it('is the order’s own alone without a half-life', () => {
    const { halfLifeMs: _, ...model } = MODEL;
    const impact = new MarketImpact(model);
    expect(impact.take(BTC, order('buy', 600_000, 100), 0)).toBe(600_060);
    expect(impact.take(BTC, order('buy', 600_000, 100), 1)).toBe(600_060);
  });

  it('never goes beyond the limit of an order', () => {
    const impact = new MarketImpact(MODEL);
    const limited = { ...order('buy', 600_000, 100), limit: priceTicks(600_007) };
    expect(impact.take(BTC, limited, 0)).toBe(600_007);
  });

  it('halves in every half-life, and is gone after 128', () => {
    expect(faded(1_000_000n, 3, 1)).toBe(125_000n);
    expect(faded(-1_000_000n, 1, 1)).toBe(-500_000n);
    expect(faded(7n, 128, 1)).toBe(0n);
    expect(faded(7n, 1, 0)).toBe(0n);
    const ages = fc.tuple(
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: 1, max: 10_000 }),
    );
    fc.assert(
      fc.property(ages, ([age, halfLife]) => {
        const exact = 1e15 * 2 ** (-age / halfLife);
        const got = Number(faded(10n ** 15n, age, halfLife));
        expect(Math.abs(got - exact)).toBeLessThanOrEqual(1 + exact * 2e-5);
      }),
    );
  });

  it('never helps an order, and never earns by buying and selling again', () => {
    const lots = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 8 });
    const rates = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(lots, lots, rates, fc.integer({ min: 0, max: 5 }), (buys, sells, bps, gap) => {
        const rateE8 = BigInt(bps) * 10_000n;
        const impact = new MarketImpact({ ...MODEL, rateE8, permanentE8: 2n * rateE8 });
        let [at, shift, cash] = [0, 0, 0];
        const trade = (side: Side, quantity: number): void => {
          const sign = side === 'buy' ? 1 : -1;
          const price: PriceTicks = priceTicks(600_000 + shift);
          const paid = impact.take(BTC, order(side, price, quantity), at);
          expect(sign * (paid - price)).toBeGreaterThanOrEqual(0);
          cash -= sign * paid * quantity;
          impact.takeMoves((_symbol, ticks) => {
            shift = ticks;
          });
          at += gap * SECOND_US;
        };
        const total = sells.reduce((sum, each) => sum + each, 0);
        const bought = buys.reduce((sum, each) => sum + each, 0);
        for (const each of buys) trade('buy', each);
        for (const each of sells) trade('sell', Math.max(1, Math.floor((each * bought) / total)));
        const sold = sells.reduce(
          (sum, each) => sum + Math.max(1, Math.floor((each * bought) / total)),
          0,
        );
        if (bought > sold) trade('sell', bought - sold);
        if (sold > bought) trade('buy', sold - bought);
        // Ticks of the permanent move are cut toward zero: at most one a trade.
        expect(cash).toBeLessThanOrEqual(bought + sold);
      }),
    );
  });

  it('costs the account of a replay what the formula says', () => {
    const slices = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(slices, (lots) => {
        const replay = new Replay({
          impact: MODEL,
          initialCash: money(10n ** 18n),
          makerFeeE8: 0n,
          takerFeeE8: 0n,
        });
        replay.synchronise();
        const deep = Array.from({ length: 2_000 }, (_, i) => [600_010 + i, 0] as const);
        replay.depth(1, [], [[600_010, 1_000_000], ...deep.slice(1)]);
        const before = replay.account().cash;
        lots.forEach((quantity, index) => {
          // Far apart, so that the temporary part has faded.
          replay.send(`a${index}`, {
            price: priceTicks(630_000),
            timeInForce: 'ioc',
            quantity: qtyLots(quantity),
          });
          replay.pass(200_000);
          replay.depth(1, [], [[600_010, 1_000_000 + index]]);
        });
        // In reference quantities: sum q(k) (permanent * sum of earlier q + temporary * q(k)).
        const [price, reference] = [600_010, 100 / 1.0000166];
        let [earlier, cost] = [0, 0];
        for (const quantity of lots) {
          const moved = price * (0.5e-4 * (earlier / reference));
          const temporary = (price + moved) * 1e-4 * (quantity / reference);
          cost += quantity * (moved + temporary);
          earlier += quantity;
        }
        const bought = qtyLots(earlier);
        const plain = notional(BTC, priceTicks(price), bought);
        const account = replay.account();
        expect(account.positions.get(BTC.id)).toBeDefined();
        const paid = Number(before - account.cash - plain);
        const tick = Number(notional(BTC, priceTicks(1), qtyLots(1)));
        // A tick of rounding for each part of each lot, and what moves compound.
        expect(Math.abs(paid / tick - cost)).toBeLessThanOrEqual(2 * earlier + cost * 2e-3);
      }),
      { numRuns: 40 },
    );
  });
});
