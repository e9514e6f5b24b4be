import { describe, expect, it } from 'vitest';
import { MarginAccount } from '../../../src/adapters/simulator/account.ts';
import { DEFAULT_VENUE_OPTIONS } from '../../../src/adapters/simulator/index.ts';
import {
  checkMarginTiers,
  deleveragingOrder,
  liquidationStep,
  type MarginPosition,
  type MarginTier,
  maintenanceMargin,
} from '../../../src/adapters/simulator/margin.ts';
import { money, notional, priceTicks, qtyLots } from '../../../src/model/index.ts';
import fc from '../../fast-check.ts';
import { BTC, ETH, SOL } from './fixture.ts';

const TIERS = DEFAULT_VENUE_OPTIONS.settlement.marginTiers;
const INSTRUMENTS = [BTC, ETH, SOL];

const tiers: fc.Arbitrary<readonly MarginTier[]> = fc
  .tuple(
    fc.uniqueArray(fc.bigInt({ min: 1n, max: 10n ** 15n }), { maxLength: 5 }),
    fc.array(fc.bigInt({ min: 1n, max: 20_000_000n }), { minLength: 6, maxLength: 6 }),
  )
  .map(([bounds, rates]) => {
    const ends = bounds.toSorted((a, b) => (a < b ? -1 : 1)).map((end) => money(end));
    const rising = rates.toSorted((a, b) => (a < b ? -1 : 1));
    return [...ends, null].map((upTo, index) => ({ upTo, rateE8: rising[index]! }));
  });

const world = fc.record({
  tiers,
  feeE8: fc.bigInt({ min: 0n, max: 2_000_000n }),
  /** Equity per thousand of the gross value. */
  covered: fc.bigInt({ min: -200n, max: 500n }),
  held: fc.array(
    fc.record({
      lots: fc.integer({ min: -50_000, max: 50_000 }).filter((lots) => lots !== 0),
      mark: fc.integer({ min: 100, max: 2_000_000 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

const equityOf = (cash: bigint, positions: readonly MarginPosition[]): bigint =>
  positions.reduce(
    (sum, { instrument, lots, mark }) => sum + notional(instrument, mark, lots),
    cash,
  );

const requiredOf = (used: readonly MarginTier[], positions: readonly MarginPosition[]): bigint =>
  positions.reduce((sum, { instrument, lots, mark }) => {
    const value = notional(instrument, mark, qtyLots(Math.abs(lots)));
    return sum + maintenanceMargin(used, value);
  }, 0n);

describe('maintenance margin', () => {
  it('is the sum of each part of the value at the rate of its tier', () => {
    const used = [
      { upTo: money(1_000n), rateE8: 1_000_000n },
      { upTo: null, rateE8: 5_000_000n },
    ];
    expect(maintenanceMargin(used, 1_000n)).toBe(10n);
    expect(maintenanceMargin(used, 3_000n)).toBe(110n);
    expect(maintenanceMargin(used, 0n)).toBe(0n);
  });

  it('never falls as the value rises, and is at most the highest rate of it', () => {
    fc.assert(
      fc.property(tiers, fc.bigInt({ min: 0n, max: 10n ** 16n }), (used, value) => {
        checkMarginTiers(used);
        const margin = maintenanceMargin(used, value);
        expect(maintenanceMargin(used, value + 1_000n) >= margin).toBe(true);
        const highest = used.at(-1)!.rateE8;
        expect(margin <= (value * highest) / 100_000_000n + BigInt(used.length)).toBe(true);
      }),
    );
  });
});

describe('a liquidation', () => {
  it('ends with the margin covered or without positions, and never below zero', () => {
    fc.assert(
      fc.property(world, ({ tiers: used, feeE8, covered, held }) => {
        const account = new MarginAccount();
        const marks = new Map(held.map(({ mark }, n) => [INSTRUMENTS[n]!.id, priceTicks(mark)]));
        for (const [n, { lots, mark }] of held.entries()) {
          const side = lots > 0 ? 'buy' : 'sell';
          const quantity = qtyLots(Math.abs(lots));
          account.fill(INSTRUMENTS[n]!, side, priceTicks(mark), quantity, money(0n));
          const value = notional(INSTRUMENTS[n]!, priceTicks(mark), quantity);
          account.deposit(money((value * covered) / 1_000n));
        }
        const positions = (): readonly MarginPosition[] =>
          [...account.positions].map(([id, lots]) => {
            const instrument = INSTRUMENTS.find((each) => each.id === id)!;
            return { instrument, lots, mark: marks.get(id)! };
          });
        let steps = 0;
        for (;;) {
          const equity = money(equityOf(account.cash, positions()));
          const step = liquidationStep(used, positions(), equity, feeE8);
          if (step === null) break;
          expect(equity < requiredOf(used, positions())).toBe(true);
          const before = account.position(step.instrument.id);
          expect(step.side).toBe(before > 0 ? 'sell' : 'buy');
          expect(step.quantity).toBeLessThanOrEqual(Math.abs(before));
          account.fill(step.instrument, step.side, step.price, step.quantity, step.fee);
          steps += 1;
          expect(steps).toBeLessThan(100);
        }
        const left = positions();
        const equity = equityOf(account.cash, left);
        if (left.length > 0) expect(equity >= requiredOf(used, left)).toBe(true);
        else if (steps > 0) expect(equity >= 0n).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('takes the position with the largest maintenance margin, down to the tier below', () => {
    const mark = priceTicks(600_000);
    const positions = [
      { instrument: ETH, lots: qtyLots(100), mark: priceTicks(300_000) },
      { instrument: BTC, lots: qtyLots(2_000), mark },
    ];
    const step = liquidationStep(TIERS, positions, money(1n), 0n);
    expect(step?.instrument.id).toBe(BTC.id);
    const kept = qtyLots(2_000 - step!.quantity);
    expect(notional(BTC, mark, kept)).toBe(50_000_00000000n - 20_00000000n);
  });

  it('costs the whole share of the equity, fee included, within a tick', () => {
    const positions = [{ instrument: BTC, lots: qtyLots(100), mark: priceTicks(600_000) }];
    const equity = money(20_00000000n);
    const step = liquidationStep(TIERS, positions, equity, 500_000n)!;
    const lost = 6_000_00000000n - notional(BTC, step.price, step.quantity) + step.fee;
    expect(step.quantity).toBe(100);
    expect(equity - lost >= 0n).toBe(true);
    expect(equity - lost <= notional(BTC, priceTicks(1), qtyLots(100))).toBe(true);
  });
});

describe('auto-deleveraging', () => {
  it('takes winners of a large move, by profit times leverage', () => {
    const earlier = new Map([
      [BTC.id, priceTicks(600_000)],
      [ETH.id, priceTicks(300_000)],
      [SOL.id, priceTicks(150_000)],
    ]);
    const positions = [
      { instrument: BTC, lots: qtyLots(10), mark: priceTicks(660_000) },
      { instrument: ETH, lots: qtyLots(1_000), mark: priceTicks(330_000) },
      { instrument: SOL, lots: qtyLots(-100_000), mark: priceTicks(165_000) },
    ];
    const order = deleveragingOrder(
      positions,
      (instrument) => earlier.get(instrument.id) ?? null,
      money(10_000_00000000n),
      { atMove: 0.05, share: 0.5 },
    );
    expect(order.map(({ instrument }) => instrument.id)).toEqual([ETH.id, BTC.id]);
  });
});
