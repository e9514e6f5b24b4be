import { describe, expect, it } from 'vitest';
import { BinanceWire } from '../../../src/adapters/simulator/wire.ts';
import { formatE8 } from '../../../src/model/index.ts';
import fc from '../../fast-check.ts';
import { BTC, ETH } from './fixture.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const AT = 1_700_000_000_123_456;

describe('BinanceWire', () => {
  const wire = new BinanceWire(BTC);

  it('writes depth updates as the futures stream does, field for field', () => {
    const bytes = wire.depthUpdate({
      at: AT,
      firstId: 11,
      lastId: 14,
      previousLastId: 10,
      bids: [
        { ticks: 599_999, lots: 0 },
        { ticks: 600_000, lots: 1234 },
      ],
      asks: [{ ticks: 600_010, lots: 5 }],
    });
    expect(text(bytes)).toBe(
      '{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1700000000123,' +
        '"T":1700000000123,"s":"BTCUSDT","U":11,"u":14,"pu":10,' +
        '"b":[["59999.9","0.000"],["60000.0","1.234"]],"a":[["60001.0","0.005"]]}}',
    );
  });

  it('writes trades, quotes and snapshots as the venue does', () => {
    expect(
      text(wire.trade({ at: AT, tradeId: 7, ticks: 600_001, lots: 6, buyerIsMaker: true })),
    ).toBe(
      '{"stream":"btcusdt@trade","data":{"e":"trade","E":1700000000123,"T":1700000000123,' +
        '"s":"BTCUSDT","t":7,"p":"60000.1","q":"0.006","X":"MARKET","m":true}}',
    );
    const bid = { ticks: 600_000, lots: 10 };
    const ask = { ticks: 600_001, lots: 2000 };
    expect(text(wire.bookTicker({ at: AT, updateId: 9, bid, ask }))).toBe(
      '{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":9,"s":"BTCUSDT",' +
        '"b":"60000.0","B":"0.010","a":"60000.1","A":"2.000","T":1700000000123,"E":1700000000123}}',
    );
    expect(text(wire.snapshot({ at: AT, lastUpdateId: 9, bids: [bid], asks: [] }))).toBe(
      '{"lastUpdateId":9,"E":1700000000123,"T":1700000000123,"bids":[["60000.0","0.010"]],"asks":[]}',
    );
  });

  it.each([
    [10_000_000n, 100_000n],
    [1n, 1n],
    [100_000_000n, 100_000_000n],
    [50_000_000n, 2_500_000n],
    [100_000_000_000n, 1_000n],
  ])('writes prices and quantities on grids %s and %s exactly', (tickSizeE8, stepSizeE8) => {
    const grid = new BinanceWire({ ...ETH, tickSizeE8, stepSizeE8 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (steps) => {
        const message = JSON.parse(
          text(
            grid.snapshot({
              at: AT,
              lastUpdateId: 1,
              bids: [{ ticks: steps, lots: steps }],
              asks: [],
            }),
          ),
        ) as { bids: [string, string][] };
        const [price, quantity] = message.bids[0]!;
        const units = (decimal: string) => {
          const [whole, fraction = ''] = decimal.split('.');
          return BigInt(whole! + fraction.padEnd(8, '0'));
        };
        expect(units(price)).toBe(BigInt(steps) * tickSizeE8);
        expect(units(quantity)).toBe(BigInt(steps) * stepSizeE8);
        expect(formatE8(units(price))).toContain(price);
      }),
    );
  });
});
