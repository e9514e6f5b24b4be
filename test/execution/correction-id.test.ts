import { describe, expect, it } from 'vitest';
import { correctionId, foreignOrders, namedCorrections } from '../../src/execution/index.ts';
import type { ClientOrderId, DomainEvent, InstrumentId } from '../../src/model/index.ts';
import { priceTicks, qtyLots, type VenueOrderId } from '../../src/model/index.ts';
import { at, fillOf } from '../portfolio/sample-account.ts';
import { id } from './sample-orders.ts';

const fill = fillOf({ trade: 't1', order: id(1), side: 'buy', price: 600_000, lots: 3, ms: 10 });
const filled = (ms: number, over = {}): DomainEvent => ({
  kind: 'order-filled',
  at: at(ms),
  fill: { ...fill, ...over },
});
const rejected = (ms: number, counter = 1): DomainEvent => ({
  kind: 'order-rejected',
  at: at(ms),
  clientOrderId: id(counter),
  reason: 'never arrived at the venue',
});

describe('the id of a correction', () => {
  it('is the same whenever the same difference is found again', () => {
    expect(correctionId('sim', filled(60_000))).toBe(correctionId('sim', filled(90_000)));
    expect(correctionId('sim', rejected(60_000))).toBe(correctionId('sim', rejected(61_000)));
    expect(correctionId('sim', filled(0))).toMatch(/^rc-[0-9a-f]{16}$/);
  });

  it('is another for another account, order, trade or content', () => {
    const ids = [
      correctionId('sim', filled(0)),
      correctionId('kraken', filled(0)),
      correctionId('sim', filled(0, { tradeId: 't2' })),
      correctionId('sim', filled(0, { quantity: qtyLots(4) })),
      correctionId('sim', filled(0, { fee: 1n })),
      correctionId('sim', rejected(0)),
      correctionId('sim', rejected(0, 2)),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('stands in the closing event, one line for each correction', () => {
    const closing: DomainEvent = { kind: 'reconciled', at: at(1), resolutions: ['found'] };
    const events = namedCorrections('sim', [filled(1), rejected(1, 2), closing]);
    expect(events.slice(0, 2)).toEqual([filled(1), rejected(1, 2)]);
    expect(events[2]).toMatchObject({
      resolutions: [
        'found',
        `${correctionId('sim', filled(1))}: order-filled t1 of ${id(1)}`,
        `${correctionId('sim', rejected(1, 2))}: order-rejected ${id(2)}`,
      ],
    });
  });
});

describe('a foreign order', () => {
  it('is one whose id is not ours or of a run that has not been', () => {
    const order = (clientOrderId: string) => ({
      clientOrderId: clientOrderId as ClientOrderId,
      venueOrderId: 'v1' as VenueOrderId,
      instrument: 'sim:BTCUSDT' as InstrumentId,
      side: 'sell' as const,
      price: priceTicks(600_000),
      quantity: qtyLots(5),
      filled: qtyLots(0),
    });
    const account = {
      at: at(0),
      openOrders: ['b4-2-1', 'b4-3-1', 'theirs', 'b4-1-zz'].map(order),
      fills: [],
      positions: new Map(),
      cash: 0n as never,
      ended: new Map(),
      endedSince: at(0),
    };
    expect(foreignOrders(account, 2)).toEqual([
      'foreign order b4-3-1: sell 5 lots of sim:BTCUSDT at 600000 ticks',
      'foreign order theirs: sell 5 lots of sim:BTCUSDT at 600000 ticks',
    ]);
  });
});
