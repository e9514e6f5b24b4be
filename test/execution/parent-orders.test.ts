import { describe, expect, it } from 'vitest';
import {
  Orders,
  ParentOrderIds,
  ParentOrders,
  parseParentOrderId,
  RETAINED_FINISHED_CHILDREN,
} from '../../src/execution/index.ts';
import {
  type DomainEvent,
  type ParentOrderId,
  type ParentSpec,
  qtyLots,
  type StrategyId,
} from '../../src/model/index.ts';
import { at, BTC, throughDisk } from '../portfolio/sample-account.ts';
import { id, life, request } from './sample-orders.ts';

const SPEC: ParentSpec = {
  kind: 'bracket',
  instrument: BTC.id,
  strategy: 'tester' as StrategyId,
  side: 'buy',
  quantity: qtyLots(10),
  terms: {},
};
const P1 = 'p-1-1' as ParentOrderId;

const opened = (parent = P1): DomainEvent => ({
  kind: 'parent-opened',
  at: at(0),
  parent,
  spec: SPEC,
});
const ended = (parent = P1): DomainEvent => ({
  kind: 'parent-ended',
  at: at(9),
  parent,
  reason: 'done',
});
const child = (counter: number, role = 'entry', parent = P1): DomainEvent =>
  life.submitted(counter, 0, { parent: { id: parent, role } });

/** Both folds after the given events. */
function foldOf(...events: DomainEvent[]): { orders: Orders; parents: ParentOrders } {
  const orders = new Orders();
  const parents = new ParentOrders(2);
  for (const event of events) {
    orders.apply(event);
    parents.apply(event, orders);
  }
  return { orders, parents };
}

describe('the fold of parent orders', () => {
  it('takes what an ended parent closed beyond its own from the others, each lot once', () => {
    const P2 = 'p-1-2' as ParentOrderId;
    const { orders, parents } = foldOf(
      ...[
        opened(),
        opened(P2),
        child(1),
        child(2, 'entry', P2),
        child(3, 'exit'),
        child(4, 'exit'),
      ],
      ...[life.filled('a', 10, 1), life.filled('b', 8, 2), life.filled('c', 10, 3)],
      ...[life.filled('d', 4, 4, 2, 600_070), life.cancelled(4), ended()],
    );
    const othersOf = (parent: ParentOrderId) => parents.get(parent)?.roles.get('others')?.filled;
    parents.applyExcess(ended() as never, 4);
    parents.applyExcess(ended() as never, 4);
    expect([othersOf(P1), othersOf(P2)]).toEqual([undefined, 4]);
    expect(parents.get(P2)?.roles.get('others')?.filledTickLots).toBe(4n * 600_020n);
    for (const event of [life.filled('e', 1, 4), ended()]) {
      orders.apply(event);
      parents.apply(event, orders);
    }
    parents.applyExcess(ended() as never, 3);
    expect([othersOf(P1), othersOf(P2)]).toEqual([undefined, 5]);
    const restored = ParentOrders.restore(throughDisk(parents.snapshot()), 2);
    expect(restored.snapshot()).toEqual(parents.snapshot());
  });

  it('leaves to the others what the position still holds for all of them', () => {
    const P2 = 'p-1-2' as ParentOrderId;
    const { parents } = foldOf(
      ...[
        opened(),
        opened(P2),
        child(1),
        child(2, 'entry', P2),
        child(3, 'exit'),
        child(4, 'exit'),
      ],
      ...[life.filled('a', 6, 1), life.filled('b', 8, 2), life.filled('c', 9, 3), ended()],
    );
    // The excess of 3 came out of 3 lots that no parent guards.
    parents.applyExcess(ended() as never, 8);
    expect(parents.get(P2)?.roles.has('others')).toBe(false);
  });

  it('counts what children of a role fill, each trade once, with its weighted price', () => {
    const { parents } = foldOf(
      opened(),
      child(1),
      life.filled('a', 4, 1, 2, 600_000),
      life.filled('a', 4, 1, 2, 600_000),
      life.filled('b', 1, 1, 2, 600_010),
    );
    const entry = parents.get(P1)?.roles.get('entry');
    expect(entry).toMatchObject({ submitted: 1, filled: 5, filledTickLots: 3_000_010n });
    expect([...parents.get(P1)!.working]).toEqual([[id(1), 'entry']]);
  });

  it('counts as failures what the venue ended unfilled, but not what was asked to end', () => {
    const venue = foldOf(opened(), child(1), life.rejected(1), child(2), life.cancelled(2));
    expect(venue.parents.get(P1)?.roles.get('entry')?.failures).toBe(2);
    const asked = foldOf(opened(), child(1), life.cancelRequested(1), life.cancelled(1));
    expect(asked.parents.get(P1)?.roles.get('entry')?.failures).toBe(0);
    const filled = foldOf(opened(), child(1), life.rejected(1), child(2), life.filled('a', 1, 2));
    expect(filled.parents.get(P1)?.roles.get('entry')?.failures).toBe(0);
  });

  it('begins the row of failures anew with a child that worked for a while before it ended', () => {
    const failuresAfter = (ms: number) =>
      foldOf(
        opened(),
        child(1),
        life.rejected(1),
        child(2),
        life.accepted(2),
        life.cancelled(2, ms),
      )
        .parents.get(P1)
        ?.roles.get('entry')?.failures;
    expect(failuresAfter(9_000)).toBe(2);
    expect(failuresAfter(10_000)).toBe(1);
  });

  it('keeps an ended parent whose child may fill late rather than those that sent nothing', () => {
    const idle = ['p-1-2', 'p-1-3', 'p-1-4'] as ParentOrderId[];
    const { parents } = foldOf(
      opened(),
      child(1),
      life.cancelRequested(1),
      life.cancelled(1),
      ended(),
      ...idle.flatMap((each) => [opened(each), ended(each)]),
      life.filled('late', 2, 1),
    );
    expect(parents.open().map((each) => each.id)).toEqual([P1]);
    expect(parents.ended().map((each) => each.id)).toEqual(idle.slice(2));
  });

  it('counts what risk refused until something is submitted', () => {
    const refused: DomainEvent = {
      kind: 'order-refused',
      at: at(5),
      request: { ...request(), parent: { id: P1, role: 'exit' } },
      code: 'RISK_NO_MARK',
      detail: '',
    };
    const before = foldOf(opened(), refused, refused).parents.get(P1)?.roles.get('exit');
    expect(before).toMatchObject({ refusals: 2, failures: 0, lastEndAt: at(5) });
    const after = foldOf(opened(), refused, child(1, 'exit')).parents.get(P1);
    expect(after?.roles.get('exit')?.refusals).toBe(0);
  });

  it('makes a parent live again when a fill comes after its end', () => {
    const { parents } = foldOf(
      opened(),
      child(1),
      life.cancelRequested(1),
      life.cancelled(1),
      ended(),
      life.filled('late', 2, 1),
    );
    expect(parents.openCount).toBe(1);
    expect(parents.get(P1)).toMatchObject({ endedBecause: null });
    expect(parents.get(P1)?.roles.get('entry')?.filled).toBe(2);
  });

  it('forgets the oldest ended parents with their children, and the oldest finished children', () => {
    const ids = [1, 2, 3].map((n) => `p-1-${n}` as ParentOrderId);
    const { parents } = foldOf(
      ...ids.flatMap((parent, index) => [
        opened(parent),
        child(index + 1, 'entry', parent),
        life.cancelled(index + 1),
        ended(parent),
      ]),
    );
    expect(parents.get(ids[0]!)).toBeNull();
    expect(parents.parentOf(id(1))).toBeNull();
    expect(parents.ended().map((parent) => parent.id)).toEqual(ids.slice(1));
    const many = Array.from({ length: RETAINED_FINISHED_CHILDREN + 5 }, (_, n) => n + 1);
    const busy = foldOf(opened(), ...many.flatMap((n) => [child(n), life.cancelled(n)])).parents;
    expect(many.filter((n) => busy.parentOf(id(n)) === null)).toEqual([1, 2, 3, 4, 5]);
    expect(busy.get(P1)?.roles.get('entry')?.submitted).toBe(many.length);
  });

  it('comes back from a snapshot as it was and goes on alike', () => {
    const events = [opened(), child(1), life.filled('a', 4), child(2, 'exit'), life.rejected(2)];
    const { orders, parents } = foldOf(...events);
    const restored = ParentOrders.restore(throughDisk(parents.snapshot()), 2);
    expect(throughDisk(restored.snapshot())).toEqual(throughDisk(parents.snapshot()));
    const next = life.filled('b', 6);
    orders.apply(next);
    for (const each of [parents, restored]) each.apply(next, orders);
    expect(restored.get(P1)?.roles.get('entry')?.filled).toBe(10);
    expect(throughDisk(restored.snapshot())).toEqual(throughDisk(parents.snapshot()));
  });

  it('is given each id once', () => {
    expect(() => foldOf(opened(), opened())).toThrow('parent order id p-1-1 is given once');
  });
});

describe('parent order ids', () => {
  it('carry the run epoch and a counter, and are read back', () => {
    const ids = new ParentOrderIds(36);
    expect([ids.next(), ids.next()]).toEqual(['p-10-1', 'p-10-2']);
    expect(parseParentOrderId('p-10-2')).toEqual({ runEpoch: 36, counter: 2 });
    expect(parseParentOrderId('b4-10-2')).toBeNull();
    expect(parseParentOrderId('p-010-2')).toBeNull();
  });
});
