import { describe, expect, it } from 'vitest';
import {
  CHARGE_CAUSES,
  type ChargeId,
  type DomainEvent,
  money,
  notional,
  priceTicks,
  sideSign,
} from '../../src/model/index.ts';
import { Portfolio } from '../../src/portfolio/index.ts';
import fc from '../fast-check.ts';
import { at, fillOf, INSTRUMENTS, throughDisk, usdt } from './sample-account.ts';

const anyEvent = fc.record({
  kind: fc.constantFrom('order-filled', 'position-closed', 'account-charged'),
  instrument: fc.nat({ max: INSTRUMENTS.length - 1 }),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  price: fc.integer({ min: 1, max: 2_000_000 }),
  lots: fc.integer({ min: 1, max: 5_000 }),
  amount: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
  cause: fc.constantFrom(...CHARGE_CAUSES),
});

const events = fc.array(anyEvent, { minLength: 1, maxLength: 60 }).map((terms) =>
  terms.map(({ kind, instrument, side, price, lots, amount, cause }, index): DomainEvent => {
    const of = INSTRUMENTS[instrument]!;
    if (kind === 'account-charged') {
      const chargeId = `${cause}-${index}` as ChargeId;
      const charge = { chargeId, cause, instrument: of.id, amount: money(amount), at: at(index) };
      return { kind, at: at(index), charge };
    }
    const fill = fillOf({ trade: `${index}`, of, side, price, lots, fee: '0.5', ms: index });
    return kind === 'order-filled'
      ? { kind, at: fill.at, fill }
      : { kind: 'position-closed', at: fill.at, cause: 'liquidation', fill };
  }),
);

const open = (): Portfolio => {
  const portfolio = new Portfolio(INSTRUMENTS);
  portfolio.apply({ kind: 'cash-deposited', at: at(0), amount: usdt('100000') });
  return portfolio;
};

describe('with funding, interest and liquidations', () => {
  it('cash + positions = deposits + realised + unrealised - fees - charges, to the last 1e-8', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 2_000_000 }), (booked, price) => {
        const portfolio = open();
        let cash: bigint = usdt('100000');
        let charges = 0n;
        for (const event of booked) {
          portfolio.apply(event);
          if (event.kind === 'account-charged') {
            cash -= event.charge.amount;
            charges += event.charge.amount;
          } else if (event.kind === 'order-filled' || event.kind === 'position-closed') {
            const { fill } = event;
            const instrument = INSTRUMENTS.find((each) => each.id === fill.instrument)!;
            const value = notional(instrument, fill.price, fill.quantity);
            cash -= BigInt(sideSign(fill.side)) * value + fill.fee;
          }
        }
        const marks = new Map(INSTRUMENTS.map((each) => [each.id, priceTicks(price)]));
        const value = portfolio.value(marks);
        expect([value.cash, value.charges]).toEqual([cash, charges]);
        const { deposits, realised, unrealised, fees } = value;
        expect(value.equity).toBe(deposits + realised + unrealised - fees - charges);
        expect(portfolio.chargesOf('funding') + portfolio.chargesOf('borrow')).toBe(charges);
      }),
      { numRuns: 300 },
    );
  });

  it('repeats and a restart at any point change nothing', () => {
    fc.assert(
      fc.property(events, fc.nat(), fc.array(fc.nat()), (booked, cut, repeats) => {
        const straight = open();
        for (const event of booked) straight.apply(event);
        const until = cut % (booked.length + 1);
        const first = open();
        for (const event of booked.slice(0, until)) first.apply(event);
        const restored = Portfolio.restore(throughDisk(first.snapshot()), INSTRUMENTS);
        for (const event of booked.slice(until)) restored.apply(event);
        for (const index of repeats) restored.apply(booked[index % booked.length]!);
        expect(throughDisk(restored.snapshot())).toEqual(throughDisk(straight.snapshot()));
      }),
      { numRuns: 200 },
    );
  });

  it('an account that was never charged keeps the snapshot of earlier versions', () => {
    expect(Object.keys(throughDisk(open().snapshot()) as object)).not.toContain('charges');
  });
});
