import { describe, expect, it } from 'vitest';
import { type EventTimeNs, eventTime } from '../../src/core/index.ts';
import { ORDER_TYPES, type OrderRequest, waitsForTrigger } from '../../src/model/index.ts';
import { RecentOrders } from '../../src/risk/recent-orders.ts';
import fc from '../fast-check.ts';

const WINDOW_MS = 5;
const WINDOW_NS = 5_000_000n;

const keyOf = (request: OrderRequest): string => {
  const { instrument, side, price, quantity, type } = request;
  const plain = `${instrument}|${side}|${price}|${quantity}`;
  const trigger = request.triggerPrice ?? request.trailOffset;
  return waitsForTrigger(type) ? `${plain}|${type}|${trigger}` : plain;
};

/** The rule in its plainest form: one map in the order of sending. */
class PlainRecent {
  readonly sentAt = new Map<string, bigint>();

  equalSentAt(request: OrderRequest, at: bigint): bigint | null {
    const sent = this.sentAt.get(keyOf(request));
    return sent !== undefined && at - sent < WINDOW_NS ? sent : null;
  }

  add(request: OrderRequest, at: bigint): void {
    for (const [key, sent] of this.sentAt) {
      if (at - sent < WINDOW_NS) break;
      this.sentAt.delete(key);
    }
    this.sentAt.delete(keyOf(request));
    this.sentAt.set(keyOf(request), at);
  }
}

const request = fc
  .record({
    instrument: fc.constantFrom('sim:BTC', 'sim:ETH'),
    side: fc.constantFrom('buy', 'sell'),
    type: fc.constantFrom(...ORDER_TYPES),
    price: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(2 ** 40 + 1, 2 ** 40 + 2)),
    quantity: fc.integer({ min: 1, max: 3 }),
    trigger: fc.option(fc.integer({ min: 1, max: 2 })),
  })
  .map(({ trigger, ...rest }) => {
    const term = rest.type === 'trailing-stop' ? 'trailOffset' : 'triggerPrice';
    return { ...rest, ...(trigger !== null && { [term]: trigger }) } as unknown as OrderRequest;
  });

const step = fc.record({
  request,
  waitNs: fc.constantFrom(0n, 1n, 40_000n, 3_000_000n, 5_000_000n),
  isRestart: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
});

describe('the memory of recent orders', () => {
  it('answers, counts and is written like one map, over any orders, times and restarts', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 100, maxLength: 300 }), (steps) => {
        let recent = new RecentOrders(WINDOW_MS);
        const plain = new PlainRecent();
        let now: EventTimeNs = eventTime(1_700_000_000_000_000_000n);
        for (const { request: each, waitNs, isRestart } of steps) {
          now = eventTime(now + waitNs);
          if (isRestart) {
            recent = new RecentOrders(WINDOW_MS, recent.snapshot() as [string, bigint][]);
          }
          expect(recent.equalSentAt(each, now)).toBe(plain.equalSentAt(each, now));
          plain.add(each, now);
          recent.add(each, now);
          expect(recent.size).toBe(plain.sentAt.size);
          expect(recent.snapshot()).toEqual([...plain.sentAt]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('remembers thousands within the window and forgets them all after it', () => {
    const recent = new RecentOrders(WINDOW_MS);
    const start = 1_700_000_000_000_000_000n;
    const order = (price: number): OrderRequest =>
      ({ instrument: 'sim:BTC', side: 'buy', type: 'limit', price, quantity: 1 }) as OrderRequest;
    for (let i = 0; i < 5_000; i += 1) recent.add(order(i), eventTime(start + BigInt(i)));
    expect(recent.size).toBe(5_000);
    for (let i = 0; i < 5_000; i += 1) {
      expect(recent.equalSentAt(order(i), eventTime(start + 5_000n))).toBe(start + BigInt(i));
    }
    recent.add(order(9_999), eventTime(start + 5_000n + WINDOW_NS));
    expect(recent.size).toBe(1);
  });
});
