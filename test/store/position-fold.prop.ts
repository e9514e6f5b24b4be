import { describe, expect, it } from 'vitest';
import { eventTime } from '../../src/core/index.ts';
import {
  type ClientOrderId,
  type Fill,
  type Instrument,
  instrumentId,
  money,
  notional,
  priceTicks,
  qtyLots,
  type TradeId,
} from '../../src/model/index.ts';
import { bookFill, flatPosition } from '../../src/portfolio/index.ts';
import { foldFill, NO_POSITION } from '../../src/store/ports.ts';
import fc from '../fast-check.ts';

const instrument: Instrument = {
  id: instrumentId('sim', 'ODDUSDT'),
  index: 0,
  venue: 'sim',
  symbol: 'ODDUSDT',
  base: 'ODD',
  quote: 'USDT',
  // Grids whose product is no whole number of 1e-8, so that rounding matters.
  tickSizeE8: 333n,
  stepSizeE8: 777n,
  minNotional: money(0n),
  sequenceRule: 'binance-spot',
};

const anyFill: fc.Arbitrary<Fill> = fc
  .record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    price: fc.integer({ min: 1, max: 10_000_000 }),
    quantity: fc.integer({ min: 1, max: 1_000_000 }),
    fee: fc.bigInt({ min: -1_000n, max: 1_000_000n }),
  })
  .map(({ side, price, quantity, fee }) => ({
    tradeId: 't' as TradeId,
    clientOrderId: 'c' as ClientOrderId,
    instrument: instrument.id,
    side,
    price: priceTicks(price),
    quantity: qtyLots(quantity),
    fee: money(fee),
    liquidity: 'taker',
    at: eventTime(1n),
  }));

describe('the projected position', () => {
  it('is to the unit what the portfolio books, after any fills', () => {
    fc.assert(
      fc.property(fc.array(anyFill, { maxLength: 60 }), (fills) => {
        let projected = NO_POSITION;
        let booked = flatPosition(instrument.id);
        for (const fill of fills) {
          projected = foldFill(projected, instrument, fill);
          booked = bookFill(booked, instrument, fill);
          const { lots, cost, realised, fees, fills: count } = booked;
          expect(projected).toEqual({ lots, cost, realised, fees, fills: count });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never loses a unit: what was paid is in cost and realised', () => {
    fc.assert(
      fc.property(fc.array(anyFill, { maxLength: 60 }), (fills) => {
        let position = NO_POSITION;
        let paid = 0n;
        for (const fill of fills) {
          position = foldFill(position, instrument, fill);
          const value = notional(instrument, fill.price, fill.quantity);
          paid += fill.side === 'buy' ? value : -value;
          expect(position.cost - position.realised).toBe(paid);
        }
      }),
      { numRuns: 500 },
    );
  });
});
