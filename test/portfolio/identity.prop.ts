import { describe, expect, it } from 'vitest';
import { type Fill, notional, priceTicks, qtyLots, sideSign } from '../../src/model/index.ts';
import { Portfolio } from '../../src/portfolio/index.ts';
import fc from '../fast-check.ts';
import { at, fillOf, INSTRUMENTS, throughDisk, usdt } from './sample-account.ts';

const anyFill = fc.record({
  instrument: fc.nat({ max: INSTRUMENTS.length - 1 }),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  price: fc.integer({ min: 1, max: 2_000_000 }),
  lots: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5_000_000 })),
  feeUnits: fc.integer({ min: -1_000_000, max: 100_000_000 }),
});

const fills = fc.array(anyFill, { minLength: 1, maxLength: 60 }).map((terms) =>
  terms.map(({ instrument, side, price, lots, feeUnits }, index) => ({
    ...fillOf({ trade: `${index}`, of: INSTRUMENTS[instrument]!, side, price, lots, ms: index }),
    fee: BigInt(feeUnits) as Fill['fee'],
  })),
);

const apply = (portfolio: Portfolio, booked: readonly Fill[]): void => {
  for (const fill of booked) portfolio.apply({ kind: 'order-filled', at: fill.at, fill });
};

const open = (): Portfolio => {
  const portfolio = new Portfolio(INSTRUMENTS);
  portfolio.apply({ kind: 'cash-deposited', at: at(0), amount: usdt('100000') });
  return portfolio;
};

describe('for any fills, flips through zero included', () => {
  it('cash + positions = deposits + realised + unrealised - fees, to the last 1e-8', () => {
    fc.assert(
      fc.property(fills, fc.array(fc.integer({ min: 1, max: 2_000_000 })), (booked, prices) => {
        const portfolio = open();
        let cash: bigint = usdt('100000');
        for (const fill of booked) {
          portfolio.apply({ kind: 'order-filled', at: fill.at, fill });
          const instrument = INSTRUMENTS.find((each) => each.id === fill.instrument)!;
          const value = notional(instrument, fill.price, fill.quantity);
          cash -= BigInt(sideSign(fill.side)) * value + fill.fee;
        }
        const marks = new Map(
          INSTRUMENTS.slice(0, prices.length).map((each, n) => [each.id, priceTicks(prices[n]!)]),
        );
        const value = portfolio.value(marks);
        expect(value.cash).toBe(cash);
        expect(value.equity).toBe(cash + value.net);
        expect(value.equity).toBe(value.deposits + value.realised + value.unrealised - value.fees);
      }),
      { numRuns: 400 },
    );
  });

  it('positions are the signed sums of the fills, and flat ones cost nothing', () => {
    fc.assert(
      fc.property(fills, (booked) => {
        const portfolio = open();
        apply(portfolio, booked);
        for (const { instrument, lots, cost, openedAt } of portfolio.positions()) {
          const sum = booked
            .filter((fill) => fill.instrument === instrument)
            .reduce((total, fill) => total + sideSign(fill.side) * fill.quantity, 0);
          expect(lots + 0).toBe(sum + 0);
          if (lots === 0) expect([cost, openedAt]).toEqual([0n, null]);
          else expect(Math.sign(Number(cost))).toBe(cost === 0n ? 0 : Math.sign(lots));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('repeats, a restart at any point and the order of repeats change nothing', () => {
    fc.assert(
      fc.property(fills, fc.nat(), fc.array(fc.nat()), (booked, cut, repeats) => {
        const straight = open();
        apply(straight, booked);
        const until = cut % (booked.length + 1);
        const first = open();
        apply(first, booked.slice(0, until));
        const restored = Portfolio.restore(throughDisk(first.snapshot()), INSTRUMENTS);
        apply(restored, booked.slice(until));
        apply(
          restored,
          repeats.map((index) => booked[index % booked.length]!),
        );
        expect(throughDisk(restored.snapshot())).toEqual(throughDisk(straight.snapshot()));
      }),
      { numRuns: 200 },
    );
  });

  it('closing everything at one price turns all of the unrealised into realised', () => {
    fc.assert(
      fc.property(fills, fc.integer({ min: 1, max: 2_000_000 }), (booked, ticks) => {
        const portfolio = open();
        apply(portfolio, booked);
        const marks = new Map(INSTRUMENTS.map((each) => [each.id, priceTicks(ticks)]));
        const before = portfolio.value(marks);
        portfolio.positions().forEach(({ lots }, index) => {
          if (lots === 0) return;
          const fill = fillOf({
            trade: `close-${index}`,
            of: INSTRUMENTS[index]!,
            side: lots > 0 ? 'sell' : 'buy',
            price: ticks,
            lots: qtyLots(Math.abs(lots)),
            ms: 1_000,
          });
          portfolio.apply({ kind: 'order-filled', at: fill.at, fill });
        });
        const after = portfolio.value(marks);
        expect(after.realised).toBe(before.realised + before.unrealised);
        expect(after.equity).toBe(before.equity);
        expect(after.gross).toBe(0n);
      }),
      { numRuns: 200 },
    );
  });
});
