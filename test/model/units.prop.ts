import { describe, expect, it } from 'vitest';
import {
  divideHalfEven,
  formatE8,
  gridDecimals,
  type Instrument,
  instrumentId,
  lotsFromE8,
  notional,
  parseE8,
  priceTicks,
  qtyLots,
  ticksFromE8,
} from '../../src/model/index.ts';
import fc from '../fast-check.ts';

const instrument: Instrument = {
  id: instrumentId('sim', 'BTCUSDT'),
  index: 0,
  venue: 'sim',
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  tickSizeE8: 10_000_000n,
  stepSizeE8: 100_000n,
  minNotional: 500_000_000n as never,
  sequenceRule: 'binance-futures',
};

describe('exact decimals', () => {
  it('reads back every amount that it writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (units) => {
        expect(parseE8(formatE8(units))).toBe(units);
      }),
    );
  });

  it.each(['', '1e5', '1.123456789', ' 1', '+1', '1.', '.5', '0x10', 'NaN', '1,5', '--1'])(
    'refuses %j as an amount',
    (text) => expect(parseE8(text)).toBeNull(),
  );

  it('rounds halves to the even neighbour, also below zero', () => {
    const quotients = [-5n, -3n, -1n, 1n, 3n, 5n].map((n) => divideHalfEven(n, 2n));
    expect(quotients).toEqual([-2n, -2n, 0n, 0n, 2n, 2n]);
  });

  it('divides to within half a unit of the true quotient', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        (numerator, denominator) => {
          const error = 2n * (divideHalfEven(numerator, denominator) * denominator - numerator);
          expect(error <= denominator && error >= -denominator).toBe(true);
        },
      ),
    );
  });
});

describe('an instrument', () => {
  it('values a quantity at a price exactly: 61800.2 * 2.507 = 154933.1014', () => {
    expect(formatE8(notional(instrument, priceTicks(618_002), qtyLots(2_507)))).toBe(
      '154933.10140000',
    );
  });

  it('gives a short position a negative value of the same size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 1, max: 1e9 }),
        (ticks, lots) => {
          const long = notional(instrument, priceTicks(ticks), qtyLots(lots));
          expect(notional(instrument, priceTicks(ticks), qtyLots(-lots))).toBe(-long);
        },
      ),
    );
  });

  it('refuses prices and quantities off its grid', () => {
    expect(ticksFromE8(instrument, parseE8('61800.25')!)).toBeNull();
    expect(ticksFromE8(instrument, parseE8('61800.20')!)).toBe(618_002);
    expect(lotsFromE8(instrument, parseE8('0.0005')!)).toBeNull();
    expect(lotsFromE8(instrument, parseE8('0.002')!)).toBe(2);
  });

  it('knows how many decimals its grids need', () => {
    expect([1n, 100_000n, 10_000_000n, 100_000_000n, 1_000_000_000n].map(gridDecimals)).toEqual([
      8, 3, 1, 0, 0,
    ]);
  });

  it('refuses ticks beyond the safe integers', () => {
    expect(() => priceTicks(2 ** 53)).toThrow(/safe integer/);
  });
});
