import { describe, expect, it } from 'vitest';
import { attributeCost, NO_SUMS, sumsOf } from '../../../src/execution/index.ts';
import { money, notional, priceTicks, qtyLots } from '../../../src/model/index.ts';
import fc from '../../fast-check.ts';
import { BTC, fillOf, INSTRUMENTS, usdt } from '../../portfolio/sample-account.ts';

const touch = fc
  .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 100 }))
  .map(([bid, spread]) => ({ bid: priceTicks(bid), ask: priceTicks(bid + spread) }));
const fills = fc.array(
  fc.record({
    price: fc.integer({ min: 1, max: 1_000_000 }),
    lots: fc.integer({ min: 1, max: 100_000 }),
    fee: fc.integer({ min: -10_000, max: 10_000 }),
    takes: fc.boolean(),
    submission: touch,
  }),
  { minLength: 1, maxLength: 10 },
);

describe('the attribution of a realised cost', () => {
  it('sums to the total to the last unit, whatever the fills', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...INSTRUMENTS),
        fc.constantFrom('buy' as const, 'sell' as const),
        touch,
        fills,
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
        (instrument, side, arrival, list, funding) => {
          let sums = NO_SUMS;
          let beyond = 0n;
          for (const [i, { price, lots, fee, takes, submission }] of list.entries()) {
            const named = fillOf({ trade: `${i}`, side, price, lots, fee: `${fee}` });
            const fill = { ...named, liquidity: takes ? ('taker' as const) : ('maker' as const) };
            const one = sumsOf(fill, submission, arrival);
            sums = {
              fees: sums.fees + one.fees,
              shortfall: sums.shortfall + one.shortfall,
              spread: sums.spread + one.spread,
              delay: sums.delay + one.delay,
            };
            const twice = BigInt(2 * price - arrival.bid - arrival.ask) * BigInt(lots);
            beyond += side === 'buy' ? twice : -twice;
          }
          const cost = attributeCost(instrument, sums, money(funding));
          const parts = cost.fees + cost.spread + cost.impact + cost.delay + cost.funding;
          expect(parts).toBe(cost.total);
          const exactE16 = beyond * instrument.tickSizeE8 * instrument.stepSizeE8;
          const priced = (cost.total - cost.fees - cost.funding) * 200_000_000n;
          const off = priced > exactE16 ? priced - exactE16 : exactE16 - priced;
          expect(off).toBeLessThanOrEqual(100_000_000n);
        },
      ),
    );
  });

  it('gives each cause its part', () => {
    const at = (bid: number, ask: number) => ({ bid: priceTicks(bid), ask: priceTicks(ask) });
    const fill = fillOf({ trade: '1', side: 'buy', price: 600_016, lots: 10, fee: '0.5' });
    const sums = sumsOf(fill, at(600_008, 600_012), at(600_000, 600_002));
    const cost = attributeCost(BTC, sums, usdt('0.25'));
    const worth = (ticks: number) => notional(BTC, priceTicks(ticks), qtyLots(10));
    expect(cost).toEqual({
      fees: usdt('0.5'),
      // The mid rose by 9 ticks before the order went out.
      delay: worth(9),
      spread: worth(2),
      impact: worth(4),
      funding: usdt('0.25'),
      total: usdt('0.75') + worth(15),
    });
  });
});
