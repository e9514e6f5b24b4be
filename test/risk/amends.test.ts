import { describe, expect, it } from 'vitest';
import {
  type ClientOrderId,
  type Order,
  type OrderRequest,
  priceTicks,
  qtyLots,
} from '../../src/model/index.ts';
import { type RiskCode, RiskGate } from '../../src/risk/index.ts';
import { life, ordersOf } from '../execution/sample-orders.ts';
import { BTC, INSTRUMENTS } from '../portfolio/sample-account.ts';
import { contextOf, limitsWith, requestWith, type Situation } from './sample-context.ts';

const CLIENT_ORDER_ID = 'b4-1-1' as ClientOrderId;

const workingOrder = (terms: Partial<OrderRequest> = {}): Order => ({
  ...ordersOf(life.submitted(), life.accepted()).get(CLIENT_ORDER_ID)!,
  request: requestWith(terms),
});

function judge(
  order: Order,
  to: { readonly price?: number; readonly quantity?: number },
  situation: Situation = {},
  limits: Readonly<Record<string, unknown>> = {},
): RiskCode | 'approved' {
  const gate = new RiskGate(INSTRUMENTS, limitsWith(limits));
  const { price, quantity } = order.request;
  const terms = {
    price: priceTicks(to.price ?? price),
    quantity: qtyLots(to.quantity ?? quantity),
  };
  const clientOrderId = CLIENT_ORDER_ID;
  const verdict = gate.approveAmend(order, { clientOrderId, ...terms }, contextOf(situation));
  return verdict.ok ? 'approved' : verdict.error.code;
}

describe('an amend that can only lessen what its order does', () => {
  const order = workingOrder({ quantity: qtyLots(20) });

  it('passes in every mode, without a mark and beyond the collar', () => {
    const situation: Situation = { mode: 'EMERGENCY', marks: [] };
    expect(judge(order, { quantity: 5 }, situation)).toBe('approved');
    expect(judge(order, { price: 1 }, situation)).toBe('approved');
    const sell = workingOrder({ side: 'sell' });
    expect(judge(sell, { price: 9_000_000 }, situation)).toBe('approved');
  });

  it('waits for the account to be reconciled: earlier amends may be missing from the journal', () => {
    const gate = new RiskGate(INSTRUMENTS, limitsWith());
    const to = { clientOrderId: CLIENT_ORDER_ID, price: order.request.price, quantity: qtyLots(5) };
    const before = { ...contextOf(), reconciled: false };
    const error = { code: 'RISK_NOT_RECONCILED' };
    expect(gate.approveAmend(order, to, before)).toMatchObject({ error });
  });

  it('still has whole lots and ticks above zero', () => {
    expect(judge(order, { quantity: 0 })).toBe('RISK_QUANTITY');
    expect(judge(order, { price: 0 })).toBe('RISK_PRICE');
  });
});

describe('an amend that can make its order do more', () => {
  it('passes in no mode but NORMAL', () => {
    const order = workingOrder();
    expect(judge(order, { quantity: 130 })).toBe('approved');
    expect(judge(order, { quantity: 130 }, { mode: 'PAUSE' })).toBe('RISK_MODE');
    expect(judge(order, { price: order.request.price + 1 }, { mode: 'PAUSE' })).toBe('RISK_MODE');
  });

  it('is held to collar, order value and mark like a new order', () => {
    const order = workingOrder();
    const { price } = order.request;
    expect(judge(order, { price: price * 2 })).toBe('RISK_PRICE_COLLAR');
    expect(judge(order, { quantity: 130 }, { marks: [] })).toBe('RISK_NO_MARK');
    const limits = { maxOrderNotional: '6000' };
    expect(judge(order, { quantity: 101 }, {}, limits)).toBe('RISK_ORDER_NOTIONAL');
  });

  it('counts only its difference against the position limit, beside what is reserved already', () => {
    const order = workingOrder({ quantity: qtyLots(20) });
    const situation: Situation = { reserved: [[BTC, { buyLots: 20 }]] };
    const limits = { maxPositionNotional: '2400', maxOrderNotional: '100000' };
    expect(judge(order, { quantity: 40 }, situation, limits)).toBe('approved');
    expect(judge(order, { quantity: 41 }, situation, limits)).toBe('RISK_POSITION_LIMIT');
  });

  it('of a reduce-only order never closes more than the position', () => {
    const order = workingOrder({ side: 'sell', reduceOnly: true, quantity: qtyLots(20) });
    const situation: Situation = {
      positions: [[BTC, 50]],
      reserved: [[BTC, { reduceOnlySellLots: 30 }]],
      mode: 'PAUSE',
    };
    expect(judge(order, { quantity: 40 }, situation)).toBe('approved');
    expect(judge(order, { quantity: 41 }, situation)).toBe('RISK_REDUCE_ONLY');
  });

  it('takes part in the order rate', () => {
    const gate = new RiskGate(INSTRUMENTS, limitsWith({ maxOrdersPerSecond: 1, orderBurst: 2 }));
    const order = workingOrder();
    const to = { clientOrderId: CLIENT_ORDER_ID, price: order.request.price };
    const amend = (quantity: number) =>
      gate.approveAmend(order, { ...to, quantity: qtyLots(quantity) }, contextOf());
    const terms = { price: order.request.price, quantity: qtyLots(130) };
    for (const amendment of [1, 2]) {
      expect(amend(130).ok).toBe(true);
      const sent = { at: contextOf().at, clientOrderId: CLIENT_ORDER_ID, amendment, ...terms };
      gate.apply({ kind: 'amend-requested', ...sent });
    }
    expect(amend(130)).toMatchObject({ error: { code: 'RISK_ORDER_RATE' } });
    expect(amend(1).ok).toBe(true);
  });
});
