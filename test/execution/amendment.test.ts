import { describe, expect, it } from 'vitest';
import { amendRefusal, prepareAmend, remainingLots } from '../../src/execution/index.ts';
import {
  type DomainEvent,
  type Order,
  type OrderRequest,
  priceTicks,
  qtyLots,
  type VenueReport,
} from '../../src/model/index.ts';
import { RiskGate } from '../../src/risk/index.ts';
import { at, BTC, INSTRUMENTS } from '../portfolio/sample-account.ts';
import { contextOf, limitsWith } from '../risk/sample-context.ts';
import { id, life, ordersOf, request } from './sample-orders.ts';

const orderAfter = (...events: DomainEvent[]): Order => ordersOf(...events).get(id(1))!;
const working = [life.submitted(), life.accepted()];
const terms = (price: number, quantity: number) => ({
  price: priceTicks(price),
  quantity: qtyLots(quantity),
});
const codeOf = (order: Order, price = 600_100, quantity = 20) =>
  amendRefusal(order, terms(price, quantity))?.code ?? 'may go out';

describe('an amend', () => {
  it('goes out numbered, once risk approved it', () => {
    const order = orderAfter(...working, life.amendRequested(1), life.amendRejected(1));
    const to = { clientOrderId: id(1), ...terms(600_100, 20) };
    const gate = new RiskGate(INSTRUMENTS, limitsWith());
    const approved = gate.approveAmend(order, to, contextOf());
    if (!approved.ok) throw new Error(approved.error.detail);
    expect(prepareAmend(order, approved.value, at(9))).toEqual({
      ok: true,
      value: { kind: 'amend-requested', at: at(9), amendment: 2, ...to },
    });
    expect(() => prepareAmend(order, to as never, at(9))).toThrow(/risk approved/);
  });

  it('does not go out for an order that is not known to work, ends, or has one under way', () => {
    expect(codeOf(orderAfter(...working))).toBe('may go out');
    expect(codeOf(orderAfter(...working, life.filled('1', 4)))).toBe('may go out');
    expect(codeOf(orderAfter(life.submitted()))).toBe('order-unsettled');
    expect(codeOf(orderAfter(...working, life.doubted()))).toBe('order-unsettled');
    expect(codeOf(orderAfter(...working, life.cancelled()))).toBe('order-final');
    expect(codeOf(orderAfter(...working, life.cancelRequested()))).toBe('cancel-under-way');
    expect(codeOf(orderAfter(...working, life.amendRequested()))).toBe('amend-under-way');
    expect(codeOf(orderAfter(...working, life.amendRequested(), life.amended()), 600_000, 20)).toBe(
      'nothing-to-amend',
    );
    expect(codeOf(orderAfter(...working, life.filled('1', 4)), 600_100, 4)).toBe('quantity-filled');
  });

  it.each([
    { type: 'stop-limit', triggerPrice: priceTicks(1) },
    { timeInForce: 'ioc' },
  ] as Partial<OrderRequest>[])('does not go out for %j', (changed) => {
    const order = { ...orderAfter(...working), request: request(changed) };
    expect(codeOf(order)).toBe('not-amendable');
  });
});

describe('an amend under way', () => {
  it('keeps the larger of both quantities reserved, whichever that is', () => {
    for (const [quantity, most] of [
      [20, 20],
      [5, 10],
    ] as const) {
      const orders = ordersOf(...working, life.amendRequested(1, { quantity }));
      expect(orders.reserved(BTC.id).buyLots).toBe(most);
      expect(remainingLots(orders.get(id(1))!)).toBe(most);
      orders.apply(life.doubted());
      expect(orders.reserved(BTC.id).buyLots).toBe(most);
      orders.apply(life.amendRejected(1));
      expect(orders.reserved(BTC.id).buyLots).toBe(10);
    }
  });

  it('puts the order in doubt when it is not answered in time', () => {
    const orders = ordersOf(...working, life.amendRequested(1, {}, 1, 100));
    expect(orders.overdue(at(5_099), 5_000)).toEqual([]);
    const [doubt] = orders.overdue(at(5_100), 5_000);
    expect(doubt).toMatchObject({ reason: 'no answer to the amend within 5000 ms' });
    orders.apply(doubt!);
    expect(orders.overdue(at(9_000), 5_000)).toEqual([]);
    orders.apply(life.filled('1', 2));
    expect(orders.overdue(at(9_000), 5_000)).toHaveLength(1);
  });

  it('lets no fill of the old quantity end an order that may be larger', () => {
    const asked = [...working, life.amendRequested(1, { quantity: 20 }), life.filled('1', 10)];
    expect(orderAfter(...asked)).toMatchObject({ status: 'partially-filled', filled: 10 });
    expect(orderAfter(...asked, life.amendRejected(1, false))).toMatchObject({ status: 'filled' });
    const proved = orderAfter(...asked, life.filled('2', 3));
    expect(proved).toMatchObject({ status: 'partially-filled', request: { quantity: 20 } });
    expect(orderAfter(...asked, life.filled('2', 10))).toMatchObject({
      status: 'filled',
      filled: 20,
    });
  });

  it('ends the order when the answer says that what is filled is all of it', () => {
    const asked = [...working, life.amendRequested(1, { quantity: 4 }), life.filled('1', 4)];
    expect(orderAfter(...asked)).toMatchObject({ status: 'partially-filled' });
    expect(orderAfter(...asked, life.amended(1, { quantity: 4, filled: 4 }))).toMatchObject({
      status: 'filled',
      filled: 4,
    });
  });

  it('ends with its order when a cancel was faster, and late fills of both quantities count', () => {
    const ended = [
      ...working,
      life.amendRequested(1, { quantity: 20 }),
      life.cancelRequested(),
      life.cancelled(),
    ];
    expect(orderAfter(...ended, life.filled('1', 15))).toMatchObject({
      status: 'cancelled',
      filled: 15,
    });
    expect(ordersOf(...ended).reserved(BTC.id).buyLots).toBe(0);
  });
});

describe('an answer to an amend', () => {
  const findingOf = (events: readonly DomainEvent[], report: VenueReport) =>
    ordersOf(...events).examine(report);
  const asked = [...working, life.amendRequested()];

  it('counts once; an earlier or a repeated one changes nothing', () => {
    expect(findingOf(asked, life.amended()).kind).toBe('regular');
    expect(findingOf([...asked, life.amended()], life.amended()).kind).toBe('repeated');
    expect(findingOf([...asked, life.amended()], life.amendRejected()).kind).toBe('repeated');
    const second = [...asked, life.amended(), life.amendRequested(2, { quantity: 30 })];
    expect(findingOf(second, life.amended(1)).kind).toBe('repeated');
    expect(findingOf(second, life.amendRejected(1)).kind).toBe('repeated');
    expect(findingOf(second, life.amended(2, { quantity: 30 })).kind).toBe('regular');
  });

  it('that nobody asked for, or to what nobody asked for, is a contradiction', () => {
    expect(findingOf(working, life.amended(1))).toMatchObject({
      kind: 'contradiction',
      detail: 'amend 1 of b4-1-1 was not asked for',
    });
    expect(findingOf(asked, life.amended(1, { quantity: 21 })).kind).toBe('contradiction');
    const filled = [...working, life.filled('1', 6), life.amendRequested(1, { quantity: 7 })];
    const late = [...filled, life.filled('2', 2)];
    expect(findingOf(late, life.amended(1, { quantity: 7 })).kind).toBe('contradiction');
    const proved = [...asked, life.filled('1', 12)];
    expect(findingOf(proved, life.amendRejected(1)).kind).toBe('contradiction');
    expect(findingOf(proved, life.amended(1)).kind).toBe('regular');
  });

  it('of refusal is remembered until an amend is carried out', () => {
    const refused = [...asked, life.amendRejected()];
    expect(orderAfter(...refused)).toMatchObject({ amendRefused: 'too late', status: 'accepted' });
    const again = [...refused, life.amendRequested(2), life.amended(2)];
    expect(orderAfter(...again)).not.toHaveProperty('amendRefused');
    expect(orderAfter(...again)).toMatchObject({ amendments: 2, request: { quantity: 20 } });
  });
});
