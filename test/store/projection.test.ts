import { describe, expect, it } from 'vitest';
import { eventTime } from '../../src/core/index.ts';
import { type DomainEvent, E8, formatE8, type JournalEntry } from '../../src/model/index.ts';
import {
  APPENDED_TABLES,
  BAR_COLUMNS,
  NEW_ORDER_COLUMNS,
  projectionBatch,
  storable,
  timestamp,
  unitsOf,
} from '../../src/store/ports.ts';
import fc from '../fast-check.ts';
import { anyEvent } from './arbitrary-events.ts';

const numbered = (events: readonly DomainEvent[]): JournalEntry[] =>
  events.map((event, index) => ({ seq: BigInt(index + 1), event }));
const batchOf = (...events: unknown[]) => projectionBatch(numbered(events as DomainEvent[]));
const at = eventTime(1_700_000_000_123_456_789n);

describe('projecting journal entries', () => {
  it('gives rows as wide as their tables, for any events', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        const batch = projectionBatch(numbered(events));
        for (const [table, columns] of Object.entries(APPENDED_TABLES)) {
          for (const row of batch.appended[table as keyof typeof APPENDED_TABLES]) {
            expect(row.length).toBe(1 + Object.keys(columns).length);
            expect(row).not.toContain(undefined);
          }
        }
        const widths = (rows: readonly (readonly unknown[])[]) =>
          new Set(rows.map((r) => r.length));
        const orders = Object.keys(NEW_ORDER_COLUMNS).length;
        const bars = Object.keys(BAR_COLUMNS).length;
        expect([...widths(batch.newOrders)].every((width) => width === orders)).toBe(true);
        expect([...widths(batch.bars)].every((width) => width === bars)).toBe(true);
      }),
    );
  });

  it('loses no entry: each one is a row, a part of a change, or a newer state of its bar', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        const batch = projectionBatch(numbered(events));
        const rows = Object.values(batch.appended).flat().length;
        const changes = new Set<string>();
        const bars = new Set<string>();
        let others = 0;
        for (const event of events) {
          if (event.kind === 'bar-closed') {
            const { instrument, intervalMs, openedAt } = event.bar;
            bars.add(`${storable(instrument)} ${intervalMs} ${timestamp(openedAt)}`);
          } else if (event.kind === 'order-filled') changes.add(storable(event.fill.clientOrderId));
          else if (event.kind === 'order-submitted') others += 0;
          else if ('clientOrderId' in event) changes.add(storable(event.clientOrderId));
          else others += 1;
        }
        expect(rows).toBe(others);
        expect(batch.orderChanges.length).toBe(changes.size);
        expect(batch.bars.length).toBe(bars.size);
        const fills = events.filter(
          ({ kind }) => kind === 'order-filled' || kind === 'position-closed',
        );
        expect(batch.fills.length).toBe(fills.length);
        expect(batch.newOrders.length).toBe(
          events.filter((e) => e.kind === 'order-submitted').length,
        );
      }),
    );
  });

  it('folds what a batch says of one order into one change, the later word winning', () => {
    const { orderChanges } = batchOf(
      { kind: 'order-doubted', at, clientOrderId: 'a', reason: 'no answer' },
      { kind: 'order-accepted', at, clientOrderId: 'a', venueOrderId: 'v' },
      { kind: 'cancel-requested', at, clientOrderId: 'a' },
      { kind: 'order-cancelled', at: eventTime(at + 1_000n), clientOrderId: 'a', reason: 'asked' },
      { kind: 'order-doubted', at, clientOrderId: 'b', reason: 'no answer' },
      { kind: 'amend-requested', at, clientOrderId: 'b', amendment: 1, price: 7, quantity: 8 },
      {
        kind: 'order-amended',
        at,
        clientOrderId: 'b',
        amendment: 1,
        price: 7,
        quantity: 8,
        filled: 0,
      },
    );
    expect(orderChanges).toEqual([
      {
        clientOrderId: 'a',
        venueOrderId: 'v',
        ended: 'cancelled',
        reason: 'asked',
        doubted: false,
        cancelRequested: true,
        price: null,
        quantity: null,
        updatedAt: '2023-11-14T22:13:20.123457Z',
      },
      {
        clientOrderId: 'b',
        venueOrderId: null,
        ended: null,
        reason: 'no answer',
        doubted: false,
        cancelRequested: false,
        price: 7,
        quantity: 8,
        updatedAt: '2023-11-14T22:13:20.123456Z',
      },
    ]);
  });

  it('keeps one row of a bar whose instruments become the same text', () => {
    const bar = { openedAt: at, intervalMs: 1, open: 1, high: 1, low: 1, close: 1, volume: 1 };
    const more = { ...bar, buyVolume: 1, trades: 1 };
    const { bars } = batchOf(
      { kind: 'bar-closed', at, bar: { ...more, instrument: 'a\0' } },
      { kind: 'bar-closed', at, bar: { ...more, instrument: 'a\uFFFD', close: 2 } },
    );
    expect(bars.length).toBe(1);
  });

  it('of nothing is nothing', () => {
    const batch = projectionBatch([]);
    expect([batch.newOrders, batch.orderChanges, batch.fills, batch.bars]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect(Object.values(batch.appended).flat()).toEqual([]);
  });
});

describe('the values of rows', () => {
  it('are times to the microsecond, cut and not rounded', () => {
    expect(timestamp(eventTime(0n))).toBe('1970-01-01T00:00:00.000000Z');
    expect(timestamp(eventTime(1_999n))).toBe('1970-01-01T00:00:00.000001Z');
    expect(timestamp(eventTime(999_999_999n))).toBe('1970-01-01T00:00:00.999999Z');
  });

  it('are amounts that come back as they were', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), (units) => {
        expect(unitsOf(formatE8(units))).toBe(units);
      }),
    );
    expect(unitsOf('3')).toBe(3n * E8);
    expect(() => unitsOf('1.123456789')).toThrow(RangeError);
    expect(() => unitsOf('NaN')).toThrow(RangeError);
  });

  it('are texts that a database can hold, and other texts unchanged', () => {
    expect(storable('a\0b')).toBe('a\uFFFDb');
    expect(storable('half \ud83d pair')).toBe('half \uFFFD pair');
    expect(storable('whole 😀 pair, ü, \n')).toBe('whole 😀 pair, ü, \n');
  });
});
