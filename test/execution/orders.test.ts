import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/index.ts';
import { averageFillPriceE8, Orders } from '../../src/execution/index.ts';
import type { StrategyId } from '../../src/model/index.ts';
import { at, BTC, ETH, fillOf, throughDisk, usdt } from '../portfolio/sample-account.ts';
import { id, life, ordersOf } from './sample-orders.ts';

const statusAfter = (...events: Parameters<typeof ordersOf>) =>
  ordersOf(...events).get(id(1))?.status;

describe('the life of an order', () => {
  it('runs from pending over accepted and partly filled to filled', () => {
    expect(statusAfter(life.submitted())).toBe('pending');
    expect(statusAfter(life.submitted(), life.accepted())).toBe('accepted');
    expect(statusAfter(life.submitted(), life.accepted(), life.filled('1', 4))).toBe(
      'partially-filled',
    );
    expect(
      statusAfter(life.submitted(), life.accepted(), life.filled('1', 4), life.filled('2', 6)),
    ).toBe('filled');
  });

  it('may skip the acknowledgement, which then only names the venue order', () => {
    const orders = ordersOf(life.submitted(), life.filled('1', 4), life.accepted());
    expect(orders.get(id(1))).toMatchObject({
      status: 'partially-filled',
      filled: 4,
      venueOrderId: 'v1',
    });
  });

  it('keeps the reason of a refusal and of an expiry, and none of a cancel', () => {
    expect(ordersOf(life.submitted(), life.rejected()).get(id(1))?.reason).toBe(
      'would take liquidity',
    );
    expect(ordersOf(life.submitted(), life.expired()).get(id(1))?.reason).toBe(
      'rest of an immediate order',
    );
    expect(ordersOf(life.submitted(), life.cancelled()).get(id(1))?.reason).toBeNull();
  });

  it('ends once: what comes after the end changes no status', () => {
    const ended = [life.submitted(), life.accepted(), life.cancelled()];
    expect(statusAfter(...ended, life.accepted())).toBe('cancelled');
    expect(statusAfter(...ended, life.rejected())).toBe('cancelled');
    expect(statusAfter(...ended, life.doubted())).toBe('cancelled');
  });

  it('is cancelled, not rejected, when the venue refuses the rest of a part fill', () => {
    const filledPart = [life.submitted(), life.filled('1', 4)];
    expect(statusAfter(...filledPart, life.rejected())).toBe('cancelled');
    expect(statusAfter(...filledPart, life.doubted(), life.rejected())).toBe('cancelled');
  });

  it('refuses a client order id that is given twice', () => {
    expect(() => ordersOf(life.submitted(), life.submitted())).toThrow(/b4-1-1 is given once/);
  });
});

describe('fills', () => {
  it('are counted once, however often they are reported', () => {
    const orders = ordersOf(
      life.submitted(),
      life.filled('1', 4),
      life.filled('1', 4),
      life.filled('1', 4),
    );
    expect(orders.get(id(1))?.filled).toBe(4);
  });

  it('that come after a cancel are counted and leave the order cancelled', () => {
    const orders = ordersOf(life.submitted(), life.cancelled(), life.filled('1', 4));
    expect(orders.get(id(1))).toMatchObject({ status: 'cancelled', filled: 4 });
  });

  it('beyond the quantity are not added to the order', () => {
    const orders = ordersOf(life.submitted(), life.filled('1', 8), life.filled('2', 3));
    expect(orders.get(id(1))).toMatchObject({ status: 'partially-filled', filled: 8 });
  });

  it('of another side or instrument are not added to the order', () => {
    const wrong = fillOf({ trade: '1', order: id(1), of: ETH, side: 'buy', price: 1, lots: 1 });
    const orders = ordersOf(life.submitted(), { kind: 'order-filled', at: at(1), fill: wrong });
    expect(orders.get(id(1))?.filled).toBe(0);
  });

  it('give the weighted-average price, rounded half to even', () => {
    const orders = ordersOf(
      life.submitted(),
      life.filled('1', 1, 1, 2, 600_000),
      life.filled('2', 2, 1, 2, 600_001),
    );
    const order = orders.get(id(1))!;
    expect(averageFillPriceE8(order, BTC)).toBe(usdt('60000.06666667'));
    expect(averageFillPriceE8(ordersOf(life.submitted()).get(id(1))!, BTC)).toBeNull();
  });
});

describe('a cancel', () => {
  it('is under way until the venue answers', () => {
    const asked = [life.submitted(), life.accepted(), life.cancelRequested()];
    expect(ordersOf(...asked).get(id(1))?.cancelRequested).toBe(true);
    expect(ordersOf(...asked, life.cancelRejected()).get(id(1))).toMatchObject({
      cancelRequested: false,
      status: 'accepted',
    });
    expect(ordersOf(...asked, life.cancelled()).get(id(1))).toMatchObject({
      cancelRequested: false,
      status: 'cancelled',
    });
  });

  it('stays under way while part fills come in', () => {
    const orders = ordersOf(
      life.submitted(),
      life.accepted(),
      life.cancelRequested(),
      life.filled('1', 4),
    );
    expect(orders.get(id(1))?.cancelRequested).toBe(true);
  });
});

describe('silence of the venue', () => {
  it('puts an order in doubt at exactly the time limit', () => {
    const orders = ordersOf(life.submitted(1, 0));
    expect(orders.overdue(at(4_999), 5_000)).toEqual([]);
    expect(orders.overdue(at(5_000), 5_000)).toEqual([life.doubted(1, 5_000)]);
  });

  it('about a cancel puts the order in doubt as well', () => {
    const orders = ordersOf(life.submitted(), life.accepted(), life.cancelRequested(1, 100));
    expect(orders.overdue(at(5_099), 5_000)).toEqual([]);
    expect(orders.overdue(at(5_100), 5_000)).toMatchObject([
      { kind: 'order-doubted', reason: 'no answer to the cancel within 5000 ms' },
    ]);
  });

  it('is noted once, and keeps the exposure reserved', () => {
    const orders = ordersOf(life.submitted(), life.doubted());
    expect(orders.overdue(at(60_000), 5_000)).toEqual([]);
    expect(orders.doubted().map((order) => order.clientOrderId)).toEqual([id(1)]);
    expect(orders.reserved(BTC.id).buyLots).toBe(10);
    expect(orders.openCount).toBe(1);
  });

  it('about the cancel of an order in doubt lets the cancel be sent again', () => {
    const orders = ordersOf(life.submitted(), life.doubted(), life.cancelRequested(1, 6_000));
    expect(orders.get(id(1))?.cancelRequested).toBe(true);
    const events = orders.overdue(at(11_000), 5_000);
    expect(events).toHaveLength(1);
    for (const event of events) orders.apply(event);
    expect(orders.get(id(1))).toMatchObject({
      status: 'unknown',
      cancelRequested: false,
      updatedAt: at(5_000),
    });
    expect(orders.overdue(at(99_000), 5_000)).toEqual([]);
  });

  it('ends with any answer', () => {
    const doubted = [life.submitted(), life.doubted()];
    expect(statusAfter(...doubted, life.accepted())).toBe('accepted');
    expect(statusAfter(...doubted, life.filled('1', 4))).toBe('partially-filled');
    expect(statusAfter(...doubted, life.filled('1', 10))).toBe('filled');
    expect(statusAfter(...doubted, life.rejected())).toBe('rejected');
    expect(ordersOf(...doubted, life.accepted()).get(id(1))?.reason).toBeNull();
  });

  it('after a part fill returns to partly filled when the venue confirms the order', () => {
    const orders = ordersOf(life.submitted(), life.filled('1', 4), life.doubted(), life.accepted());
    expect(orders.get(id(1))?.status).toBe('partially-filled');
  });
});

describe('reserved exposure', () => {
  it('is what is left of every order that is not final, reduce-only ones apart', () => {
    const orders = ordersOf(
      life.submitted(1),
      life.filled('1', 4, 1),
      life.submitted(2, 0, { side: 'sell' }),
      life.submitted(3, 0, { side: 'sell', reduceOnly: true }),
      life.submitted(4, 0, { reduceOnly: true }),
      life.submitted(5),
      life.cancelled(5),
      life.submitted(6, 0, { instrument: ETH.id }),
    );
    expect(orders.reserved(BTC.id)).toEqual({
      buyLots: 6,
      sellLots: 10,
      reduceOnlyBuyLots: 10,
      reduceOnlySellLots: 10,
    });
    expect(orders.reserved(ETH.id).buyLots).toBe(10);
  });
});

describe('looking orders up', () => {
  it('finds open ones by instrument and strategy, oldest first', () => {
    const orders = ordersOf(
      life.submitted(2),
      life.submitted(1, 0, { strategy: 'other' as StrategyId }),
      life.submitted(3, 0, { instrument: ETH.id }),
      life.submitted(4),
      life.rejected(4),
    );
    const ids = (found: ReturnType<Orders['open']>) => found.map((order) => order.clientOrderId);
    expect(ids(orders.open())).toEqual([id(2), id(1), id(3)]);
    expect(ids(orders.open({ instrument: BTC.id }))).toEqual([id(2), id(1)]);
    expect(ids(orders.open({ strategy: 'other' as StrategyId }))).toEqual([id(1)]);
    expect(orders.isOpen(id(4))).toBe(false);
    expect(orders.get(id(4))?.status).toBe('rejected');
    expect(orders.get(id(99))).toBeNull();
  });

  it('forgets the oldest finished orders and never an open one', () => {
    const orders = new Orders(3);
    for (let n = 1; n <= 10; n += 1) {
      orders.apply(life.submitted(n));
      if (n !== 2) orders.apply(life.cancelled(n));
    }
    expect(orders.finished().map((order) => order.clientOrderId)).toEqual([id(8), id(9), id(10)]);
    expect(orders.isOpen(id(2))).toBe(true);
    expect(orders.get(id(1))).toBeNull();
  });
});

describe('a report, examined before it is recorded', () => {
  const orders = ordersOf(
    life.submitted(1),
    life.accepted(1),
    life.filled('1', 4, 1),
    life.submitted(2),
    life.cancelled(2),
    life.submitted(3),
    life.rejected(3),
    life.submitted(4),
    life.filled('2', 10, 4),
  );
  const finding = (report: Parameters<Orders['examine']>[0]) => orders.examine(report).kind;

  it('is regular when it moves the order on', () => {
    expect(finding(life.filled('9', 6))).toBe('regular');
    expect(finding(life.cancelled(1))).toBe('regular');
    expect(finding(life.cancelRejected(1))).toBe('regular');
  });

  it('is repeated when it is known already', () => {
    expect(finding(life.filled('1', 4))).toBe('repeated');
    expect(finding(life.accepted(1))).toBe('repeated');
    expect(finding(life.cancelled(2))).toBe('repeated');
    expect(finding(life.accepted(2))).toBe('repeated');
  });

  it('is a late fill when its order has ended without it', () => {
    expect(finding(life.filled('9', 3, 2))).toBe('late-fill');
  });

  it('is a contradiction when the venue takes back what it said', () => {
    expect(finding(life.accepted(3))).toBe('contradiction');
    expect(finding(life.filled('9', 3, 3))).toBe('contradiction');
    expect(finding(life.filled('9', 1, 4))).toBe('contradiction');
    expect(finding(life.filled('9', 7, 1))).toBe('contradiction');
    expect(finding(life.rejected(4))).toBe('contradiction');
    const wrong = fillOf({ trade: '9', order: id(1), side: 'sell', price: 1, lots: 1 });
    expect(orders.examine({ kind: 'order-filled', at: at(1), fill: wrong })).toEqual({
      kind: 'contradiction',
      detail: 'trade 9 is a sell of sim:BTCUSDT, order b4-1-1 a buy of sim:BTCUSDT',
    });
  });

  it('names an order that is not here', () => {
    expect(finding(life.accepted(77))).toBe('unknown-order');
  });
});

describe('a restart', () => {
  it('continues from a snapshot as if nothing had happened', () => {
    const first = [
      life.submitted(1),
      life.accepted(1),
      life.filled('1', 4, 1),
      life.submitted(2),
      life.doubted(2),
      life.submitted(3),
      life.cancelRequested(3, 50),
      life.submitted(4),
      life.rejected(4),
    ];
    const then = [
      life.filled('1', 4, 1),
      life.filled('2', 6, 1),
      life.accepted(2),
      life.cancelled(3),
      life.filled('5', 2, 4),
    ];
    const restored = Orders.restore(throughDisk(ordersOf(...first).snapshot()));
    expect(restored.overdue(at(5_050), 5_000)).toEqual(
      ordersOf(...first).overdue(at(5_050), 5_000),
    );
    for (const event of then) restored.apply(event);
    expect(canonicalJson(restored.snapshot())).toBe(
      canonicalJson(ordersOf(...first, ...then).snapshot()),
    );
  });
});
