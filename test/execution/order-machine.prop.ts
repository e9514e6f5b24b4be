import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/index.ts';
import {
  isFinal,
  ORDER_STATUSES,
  ORDER_TRIGGERS,
  Orders,
  transition,
} from '../../src/execution/index.ts';
import type { DomainEvent, Order } from '../../src/model/index.ts';
import fc from '../fast-check.ts';
import { BTC, throughDisk } from '../portfolio/sample-account.ts';
import { id, life } from './sample-orders.ts';

const QUANTITY = 10;

const fill = fc
  .tuple(fc.nat({ max: 5 }), fc.integer({ min: 1, max: 12 }))
  .map(([trade, lots]) => life.filled(`${trade}`, lots));

const anyEvent: fc.Arbitrary<DomainEvent> = fc.oneof(
  { arbitrary: fill, weight: 4 },
  fc.constant(life.accepted()),
  fc.constant(life.cancelled()),
  fc.constant(life.rejected()),
  fc.constant(life.expired()),
  fc.constant(life.cancelRequested()),
  fc.constant(life.cancelRejected()),
  fc.constant(life.doubted()),
);

const story = fc.array(anyEvent, { maxLength: 25 });

const steps = (events: readonly DomainEvent[]): Order[] => {
  const orders = new Orders();
  orders.apply(life.submitted());
  const seen = [orders.get(id(1))!];
  for (const event of events) {
    orders.apply(event);
    seen.push(orders.get(id(1))!);
  }
  return seen;
};

describe('whatever the venue reports, in whatever order and however often', () => {
  it('what is filled never falls and never exceeds the quantity', () => {
    fc.assert(
      fc.property(story, (events) => {
        let before = 0;
        for (const order of steps(events)) {
          expect(order.filled).toBeGreaterThanOrEqual(before);
          expect(order.filled).toBeLessThanOrEqual(QUANTITY);
          expect(order.filledTickLots).toBe(BigInt(order.filled) * 600_000n);
          before = order.filled;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('an order that ended never leaves its end', () => {
    fc.assert(
      fc.property(story, (events) => {
        let ended: Order | null = null;
        for (const order of steps(events)) {
          if (ended !== null) expect(order.status).toBe(ended.status);
          if (isFinal(order.status)) ended = order;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('the status agrees with what is filled', () => {
    fc.assert(
      fc.property(story, (events) => {
        for (const { status, filled } of steps(events)) {
          if (status === 'filled') expect(filled).toBe(QUANTITY);
          if (status === 'pending' || status === 'accepted') expect(filled).toBe(0);
          if (status === 'partially-filled') {
            expect(filled).toBeGreaterThan(0);
            expect(filled).toBeLessThan(QUANTITY);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('exposure is reserved exactly while the order is not final', () => {
    fc.assert(
      fc.property(story, (events) => {
        const orders = new Orders();
        orders.apply(life.submitted());
        for (const event of events) {
          orders.apply(event);
          const { status, filled } = orders.get(id(1))!;
          const left = isFinal(status) ? 0 : QUANTITY - filled;
          expect(orders.reserved(BTC.id).buyLots).toBe(left);
          expect(orders.openCount).toBe(isFinal(status) ? 0 : 1);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('the fills of a fitting set sum up the same in every order, with repeats between', () => {
    const lots = [1, 2, 3, 4];
    const fills = lots.map((each, index) => life.filled(`${index}`, each));
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...fills, ...fills, life.accepted(), life.accepted()], {
          minLength: 10,
          maxLength: 10,
        }),
        fc.boolean(),
        (events, cancelFirst) => {
          const all = cancelFirst ? [life.cancelled(), ...events] : events;
          const last = steps(all).at(-1)!;
          expect(last.filled).toBe(QUANTITY);
          expect(last.status).toBe(cancelFirst ? 'cancelled' : 'filled');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('a restart between any two events changes nothing', () => {
    fc.assert(
      fc.property(story, fc.nat(), (events, cut) => {
        const until = cut % (events.length + 1);
        const straight = new Orders();
        const first = new Orders();
        for (const orders of [straight, first]) orders.apply(life.submitted());
        for (const event of events) straight.apply(event);
        for (const event of events.slice(0, until)) first.apply(event);
        const restored = Orders.restore(throughDisk(first.snapshot()));
        for (const event of events.slice(until)) restored.apply(event);
        expect(canonicalJson(restored.snapshot())).toBe(canonicalJson(straight.snapshot()));
      }),
      { numRuns: 500 },
    );
  });

  it('examining a report foretells what recording it does', () => {
    fc.assert(
      fc.property(story, (events) => {
        const orders = new Orders();
        orders.apply(life.submitted());
        for (const event of events) {
          if (event.kind === 'cancel-requested' || event.kind === 'order-doubted') {
            orders.apply(event);
            continue;
          }
          const before = orders.get(id(1))!;
          const finding = orders.examine(event as Parameters<Orders['examine']>[0]);
          orders.apply(event);
          const now = orders.get(id(1))!;
          if (finding.kind === 'repeated') {
            expect([now.status, now.filled]).toEqual([before.status, before.filled]);
          }
          if (finding.kind === 'late-fill') {
            expect(now.status).toBe(before.status);
            expect(now.filled).toBeGreaterThan(before.filled);
          }
          if (finding.kind === 'contradiction') expect(now.status).toBe(before.status);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('with several orders at once', () => {
  it('what is reserved is the sum over the orders that are not final, also after a restart', () => {
    const events = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 }), fc.nat({ max: 3 })),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(events, (stream) => {
        const orders = new Orders(2);
        for (let n = 1; n <= 5; n += 1) {
          orders.apply(life.submitted(n, 0, { side: 'buy', reduceOnly: n % 2 === 0 }));
        }
        stream.forEach(([n, lots, kind], index) => {
          if (kind <= 1) orders.apply(life.filled(`${index}`, lots, n));
          else orders.apply(kind === 2 ? life.doubted(n) : life.cancelled(n));
        });
        const sum = (reduceOnly: boolean): number =>
          orders
            .open()
            .filter(({ request }) => request.reduceOnly === reduceOnly)
            .reduce((total, { request, filled }) => total + request.quantity - filled, 0);
        const restored = Orders.restore(throughDisk(orders.snapshot()), 2);
        for (const each of [orders, restored]) {
          expect(each.reserved(BTC.id)).toEqual({
            buyLots: sum(false),
            sellLots: 0,
            reduceOnlyBuyLots: sum(true),
            reduceOnlySellLots: 0,
          });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the table', () => {
  it('has an answer for every status and trigger, and none leads out of an end', () => {
    for (const status of ORDER_STATUSES) {
      for (const trigger of ORDER_TRIGGERS) {
        const { to, ignored } = transition(status, trigger);
        expect(to === null).toBe(ignored !== null);
        if (isFinal(status)) expect(to, `${status} x ${trigger}`).toBeNull();
        if (trigger === 'overfill') expect(transition(status, trigger).contradiction).toBe(true);
      }
    }
  });

  it('reaches every status from pending', () => {
    const reached = new Set<string>(['pending']);
    for (let size = 0; size !== reached.size; ) {
      size = reached.size;
      for (const status of ORDER_STATUSES) {
        if (!reached.has(status)) continue;
        for (const trigger of ORDER_TRIGGERS) {
          const { to } = transition(status, trigger);
          if (to !== null) reached.add(to);
        }
      }
    }
    expect([...reached].sort()).toEqual([...ORDER_STATUSES].sort());
  });
});
