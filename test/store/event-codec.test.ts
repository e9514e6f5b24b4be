import { describe, expect, it } from 'vitest';
import { eventTime, InvariantError } from '../../src/core/index.ts';
import type { DomainEvent } from '../../src/model/index.ts';
import { decodeEvent, encodeEvent } from '../../src/store/index.ts';

const stopped: DomainEvent = { kind: 'run-stopped', at: eventTime(17n), reason: 'signal' };

const refusal = (json: unknown): string => {
  const decoded = decodeEvent(json);
  return decoded.ok ? 'accepted' : `${decoded.error.code}: ${decoded.error.detail}`;
};

describe('decoding an event', () => {
  it('refuses an unknown kind and lists the known ones', () => {
    expect(refusal({ kind: 'order-vanished', at: '1' })).toMatch(
      /^event-shape: event\.kind is "order-vanished", must be one of order-accepted, /,
    );
  });

  it.each([[null], [7], ['x'], [[]], [{}], [{ kind: 3 }], [{ kind: 'constructor' }]])(
    'refuses %j',
    (json) => {
      expect(refusal(json)).toMatch(/^event-shape: event\.kind is /);
    },
  );

  it('refuses an unknown member and names it', () => {
    const json = { ...(JSON.parse(encodeEvent(stopped)) as object), extra: 1 };
    expect(refusal(json)).toBe('event-shape: event.extra is unknown; known are at, kind, reason');
  });

  it('refuses a time written as a number, since it lost digits', () => {
    expect(refusal({ kind: 'run-stopped', at: 17, reason: '' })).toBe(
      'event-shape: event.at is 17, must be a string of decimal digits',
    );
  });

  it.each(['', ' 1', '+1', '1.0', '1e3', '0x10', '--1', '-0', '007'])(
    'refuses %j as a bigint, since only one spelling of a number is canonical',
    (at) => {
      expect(refusal({ kind: 'run-stopped', at, reason: '' })).toContain('event.at is');
    },
  );

  it('names the path of a wrong field deep inside', () => {
    const event = {
      kind: 'equity-sampled',
      at: '1',
      equity: '1',
      cash: '1',
      realised: '0',
      unrealised: '0',
      fees: '0',
      marks: [
        { instrument: 'a', price: 1 },
        { instrument: 'b', price: 1.5 },
      ],
    };
    expect(refusal(event)).toBe('event-shape: event.marks[1].price is 1.5, must be a safe integer');
  });
});

describe('encoding an event', () => {
  it('sorts the members and writes bigints as strings', () => {
    expect(encodeEvent(stopped)).toBe('{"at":"17","kind":"run-stopped","reason":"signal"}');
  });

  it.each([
    ['a missing member', { kind: 'run-stopped', at: 17n }],
    ['a number for a time', { kind: 'run-stopped', at: 17, reason: '' }],
    ['a fraction for a price', { kind: 'cash-deposited', at: 1n, amount: 1.5 }],
    [
      'a probability that is not a number',
      {
        kind: 'decision-sampled',
        at: 1n,
        instrument: 'x',
        side: 'buy',
        quantity: 1,
        probability: Number.NaN,
        edge: 0,
        reasonBits: 0,
      },
    ],
  ])('throws for %s: what could not be read back is never written', (_, event) => {
    expect(() => encodeEvent(event as unknown as DomainEvent)).toThrow(InvariantError);
  });
});

describe('orders and parent orders', () => {
  const BYTES =
    '{"at":"17","clientOrderId":"b4-1-1","kind":"order-submitted","request":{"instrument":"sim:BTCUSDT","postOnly":true,"price":600000,"quantity":10,"reduceOnly":false,"side":"buy","strategy":"s","timeInForce":"gtc","type":"limit"}}';

  it('reads an order of the time before parents, and writes it byte for byte as it was', () => {
    const decoded = decodeEvent(JSON.parse(BYTES));
    if (!decoded.ok) throw new Error(decoded.error.detail);
    expect(encodeEvent(decoded.value)).toBe(BYTES);
    expect('parent' in (decoded.value as { request: object }).request).toBe(false);
  });

  it('refuses a parent without a role', () => {
    const json = JSON.parse(BYTES);
    json.request.parent = { id: 'p-1-1' };
    expect(refusal(json)).toBe('event-shape: event.request.parent.role is missing');
  });

  it('does not write a memory that would come back as something else', () => {
    const updated = { kind: 'parent-updated', at: eventTime(1n), parent: 'p-1-1' };
    for (const value of [1n, Number.NaN, undefined, { deep: [2n] }]) {
      const event = { ...updated, memory: { value } } as unknown as DomainEvent;
      expect(() => encodeEvent(event)).toThrow(InvariantError);
    }
  });
});
