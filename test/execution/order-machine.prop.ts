import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/index.ts';
import {
  isFinal,
  ORDER_STATUSES,
  ORDER_TRIGGERS,
  Orders,
  transition,
  worstQuantity,
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

const amendments = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 20 }));

/** What happens to an order that is amended, too: asked for, answered late, twice, or out of turn. */
const anyAmend: fc.Arbitrary<DomainEvent> = fc.oneof(
  amendments.map(([number, quantity]) => life.amendRequested(number, { quantity })),
  amendments.map(([number, quantity]) => life.amended(number, { quantity })),
  fc.integer({ min: 1, max: 3 }).map((number) => life.amendRejected(number)),
);

const amendedStory = fc.array(
  fc.oneof({ arbitrary: anyEvent, weight: 2 }, { arbitrary: anyAmend, weight: 1 }),
  { maxLength: 30 },
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

describe('whatever is amended besides', () => {
  it('what is filled never falls, never exceeds the quantity, and agrees with the status', () => {
    fc.assert(
      fc.property(amendedStory, (events) => {
        let [before, ended]: [number, string | null] = [0, null];
        for (const order of steps(events)) {
          const { status, filled, request } = order;
          expect(filled).toBeGreaterThanOrEqual(before);
          expect(filled).toBeLessThanOrEqual(request.quantity);
          if (ended !== null) expect(status).toBe(ended);
          // One lot short of nothing: a filled order has no rest but that of an amend never answered.
          if (status === 'filled') expect(filled).toBe(worstQuantity(order));
          if (status === 'pending' || status === 'accepted') expect(filled).toBe(0);
          if (status === 'partially-filled') expect(filled).toBeLessThan(worstQuantity(order));
          if (isFinal(status)) ended = status;
          before = filled;
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('the worse of both terms is reserved until the amend is answered', () => {
    fc.assert(
      fc.property(amendedStory, (events) => {
        const orders = new Orders();
        orders.apply(life.submitted());
        for (const event of events) {
          orders.apply(event);
          const { status, filled, request, amend } = orders.get(id(1))!;
          const most = Math.max(request.quantity, amend?.quantity ?? 0);
          const left = isFinal(status) ? 0 : most - filled;
          expect(orders.reserved(BTC.id).buyLots).toBe(left);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('a restart between any two events changes nothing, and examining foretells recording', () => {
    fc.assert(
      fc.property(amendedStory, fc.nat(), (events, cut) => {
        const until = cut % (events.length + 1);
        const straight = new Orders();
        const first = new Orders();
        for (const orders of [straight, first]) orders.apply(life.submitted());
        for (const event of events.slice(0, until)) first.apply(event);
        for (const event of events) {
          const before = straight.get(id(1))!;
          const finding =
            event.kind === 'order-amended' || event.kind === 'amend-rejected'
              ? straight.examine(event).kind
              : null;
          straight.apply(event);
          if (finding === 'repeated') expect(straight.get(id(1))).toEqual(before);
        }
        const restored = Orders.restore(throughDisk(first.snapshot()));
        for (const event of events.slice(until)) restored.apply(event);
        expect(canonicalJson(restored.snapshot())).toBe(canonicalJson(straight.snapshot()));
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
