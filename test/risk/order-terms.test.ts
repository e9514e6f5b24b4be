import { describe, expect, it } from 'vitest';
import { Orders } from '../../src/execution/index.ts';
import {
  type OcoGroup,
  type OrderRequest,
  priceTicks,
  qtyLots,
  termsOf,
} from '../../src/model/index.ts';
import { type RiskCode, type RiskContext, RiskGate } from '../../src/risk/index.ts';
import { at, BTC, INSTRUMENTS } from '../portfolio/sample-account.ts';
import { contextOf, limitsWith, requestWith, type Situation, submitted } from './sample-context.ts';

// The mark is 600,000 ticks unless a situation says otherwise.
const judge = (terms: Partial<OrderRequest>, situation: Situation = {}) =>
  new RiskGate(INSTRUMENTS, limitsWith()).approve(requestWith(terms), contextOf(situation));

const answer = (terms: Partial<OrderRequest>, situation: Situation = {}): RiskCode | 'approved' => {
  const result = judge(terms, situation);
  return result.ok ? 'approved' : result.error.code;
};

const buyStop = (terms: Partial<OrderRequest> = {}): Partial<OrderRequest> => ({
  type: 'stop',
  triggerPrice: priceTicks(610_000),
  price: priceTicks(611_000),
  ...terms,
});

const sellTrail = (terms: Partial<OrderRequest> = {}): Partial<OrderRequest> => ({
  type: 'trailing-stop',
  side: 'sell',
  trailOffset: 5_000,
  price: priceTicks(594_000),
  ...terms,
});

describe('stops', () => {
  it('are approved with a trigger ahead of the market and a worst price beyond it', () => {
    expect(answer(buyStop())).toBe('approved');
    expect(
      answer({
        type: 'stop',
        side: 'sell',
        triggerPrice: priceTicks(590_000),
        price: priceTicks(589_000),
      }),
    ).toBe('approved');
    expect(answer(buyStop({ type: 'stop-limit', price: priceTicks(609_000) }))).toBe('approved');
    expect(answer(sellTrail())).toBe('approved');
  });

  it('are refused when the market has passed the trigger', () => {
    expect(answer(buyStop({ triggerPrice: priceTicks(600_000) }))).toBe('RISK_TRIGGER');
    const sell = { side: 'sell', price: priceTicks(600_000), triggerPrice: priceTicks(600_001) };
    expect(answer(buyStop(sell as Partial<OrderRequest>))).toBe('RISK_TRIGGER');
  });

  it('are refused when they could never trade at their trigger', () => {
    expect(answer(buyStop({ price: priceTicks(609_999) }))).toBe('RISK_TRIGGER');
    expect(answer(buyStop({ price: priceTicks(610_000) }))).toBe('approved');
  });

  it('need the trigger or the trail of their type and no other', () => {
    const { triggerPrice: _, ...bare } = buyStop();
    expect(answer(bare)).toBe('RISK_TRIGGER');
    expect(answer({ triggerPrice: priceTicks(610_000) })).toBe('RISK_TRIGGER');
    expect(answer({ trailOffset: 10 })).toBe('RISK_TRIGGER');
    expect(answer(buyStop({ trailOffset: 10 }))).toBe('RISK_TRIGGER');
    expect(answer(sellTrail({ trailOffset: 0 }))).toBe('RISK_TRIGGER');
    expect(answer(sellTrail({ trailOffset: 1.5 }))).toBe('RISK_TRIGGER');
  });

  it('have their collar measured from where they trigger, not from the mark', () => {
    const far = buyStop({ triggerPrice: priceTicks(800_000), price: priceTicks(801_000) });
    expect(answer({ ...far, quantity: qtyLots(10) })).toBe('approved');
    expect(answer({ ...far, quantity: qtyLots(10), price: priceTicks(900_000) })).toBe(
      'RISK_PRICE_COLLAR',
    );
    expect(answer(sellTrail({ price: priceTicks(400_000) }))).toBe('RISK_PRICE_COLLAR');
  });

  it('reserve exposure at their worst price', () => {
    const large = { quantity: qtyLots(165) };
    expect(answer(large)).toBe('approved');
    expect(answer(buyStop(large))).toBe('RISK_ORDER_NOTIONAL');
  });

  it('cannot be immediate or post-only, except that a stop-limit may be either', () => {
    expect(answer(buyStop({ timeInForce: 'ioc' }))).toBe('RISK_ORDER_SHAPE');
    expect(answer(buyStop({ postOnly: true }))).toBe('RISK_ORDER_SHAPE');
    expect(answer(buyStop({ type: 'stop-limit', timeInForce: 'fok' }))).toBe('approved');
    expect(answer(buyStop({ type: 'stop-limit', postOnly: true }))).toBe('approved');
  });
});

describe('times in force', () => {
  it('refuses post-only with market, immediate and all-or-nothing orders', () => {
    expect(answer({ type: 'market', timeInForce: 'ioc', postOnly: true })).toBe('RISK_ORDER_SHAPE');
    expect(answer({ timeInForce: 'fok', postOnly: true })).toBe('RISK_ORDER_SHAPE');
    expect(answer({ timeInForce: 'fok' })).toBe('approved');
  });

  it('wants a future expiry with gtd, and only there', () => {
    expect(answer({ timeInForce: 'gtd' })).toBe('RISK_EXPIRY');
    expect(answer({ expireAt: at(1) })).toBe('RISK_EXPIRY');
    expect(answer({ timeInForce: 'gtd', expireAt: at(0) })).toBe('RISK_EXPIRY');
    expect(answer({ timeInForce: 'gtd', expireAt: at(1) })).toBe('approved');
  });
});

describe('icebergs', () => {
  it('show at least the minimum and at most what they have', () => {
    expect(answer({ displayQuantity: qtyLots(10) })).toBe('approved');
    expect(answer({ displayQuantity: qtyLots(101) })).toBe('RISK_DISPLAY_QUANTITY');
    expect(answer({ displayQuantity: qtyLots(0) })).toBe('RISK_DISPLAY_QUANTITY');
    const marks = [[BTC, 1]] as const;
    const cheap = { price: priceTicks(1), quantity: qtyLots(100_000_000) };
    expect(answer({ ...cheap, displayQuantity: qtyLots(1) }, { marks })).toBe(
      'RISK_DISPLAY_QUANTITY',
    );
  });

  it('must be able to rest', () => {
    const displayQuantity = qtyLots(10);
    expect(answer({ displayQuantity, timeInForce: 'ioc' })).toBe('RISK_ORDER_SHAPE');
    expect(answer(buyStop({ displayQuantity }))).toBe('RISK_ORDER_SHAPE');
  });
});

describe('terms that only some orders have', () => {
  it('do not make an OCO group of orders that never rest', () => {
    const ocoGroup = 'g1' as OcoGroup;
    expect(answer({ ocoGroup, timeInForce: 'ioc' })).toBe('RISK_ORDER_SHAPE');
    expect(answer({ ocoGroup })).toBe('approved');
    expect(answer(buyStop({ ocoGroup }))).toBe('approved');
  });

  it('are copied without inventing members', () => {
    expect(Object.keys(termsOf(requestWith()))).toEqual([]);
    const terms = { triggerPrice: priceTicks(5), ocoGroup: 'g' as OcoGroup };
    expect(termsOf(requestWith(terms))).toEqual(terms);
  });

  it('tell a stop from a limit order of the same price', () => {
    const gate = new RiskGate(INSTRUMENTS, limitsWith());
    gate.apply(submitted(requestWith({ price: priceTicks(611_000) }), 0));
    const context = contextOf({ at: at(1) });
    expect(gate.approve(requestWith(buyStop()), context).ok).toBe(true);
    gate.apply(submitted(requestWith(buyStop()), 1));
    const again = gate.approve(requestWith(buyStop()), contextOf({ at: at(2) }));
    expect(!again.ok && again.error.code).toBe('RISK_DUPLICATE_ORDER');
  });
});

describe('orders of an OCO group', () => {
  const group = { ocoGroup: 'g1' as OcoGroup } as const;
  const send = (orders: Orders, id: string, terms: Partial<OrderRequest>) =>
    orders.apply(submitted(requestWith(terms), 0, id));
  const contextFor = (orders: Orders, lots: number): RiskContext => ({
    ...contextOf({ at: at(60_000), positions: [[BTC, lots]] }),
    reserved: (id, without) => orders.reserved(id, without),
  });
  const judgeIn = (context: RiskContext, terms: Partial<OrderRequest>) => {
    const result = new RiskGate(INSTRUMENTS, limitsWith()).approve(requestWith(terms), context);
    return result.ok ? 'approved' : result.error.code;
  };
  const target = { ...group, side: 'sell', reduceOnly: true, price: priceTicks(606_000) } as const;
  const protect = {
    ...target,
    type: 'stop',
    triggerPrice: priceTicks(590_000),
    price: priceTicks(588_000),
  } as const;

  it('may each close the whole position, since only one of them can', () => {
    const orders = new Orders();
    send(orders, 'a', target);
    expect(judgeIn(contextFor(orders, 100), protect)).toBe('approved');
    const { ocoGroup: _, ...alone } = protect;
    expect(judgeIn(contextFor(orders, 100), alone)).toBe('RISK_REDUCE_ONLY');
    const other = { ...protect, ocoGroup: 'g2' as OcoGroup };
    expect(judgeIn(contextFor(orders, 100), other)).toBe('RISK_REDUCE_ONLY');
  });

  it('reserve what the largest of them can fill, and no more', () => {
    const orders = new Orders();
    send(orders, 'a', { ...group, quantity: qtyLots(30) });
    send(orders, 'b', { ...group, quantity: qtyLots(50), price: priceTicks(599_000) });
    send(orders, 'c', { quantity: qtyLots(7) });
    expect(orders.reserved(BTC.id).buyLots).toBe(57);
    expect(orders.reserved(BTC.id, group.ocoGroup).buyLots).toBe(7);
  });

  it('are still held to the position limit by the largest of them', () => {
    const orders = new Orders();
    send(orders, 'a', { ...group, quantity: qtyLots(160) });
    const context = contextFor(orders, 250);
    expect(judgeIn(context, { ...group, quantity: qtyLots(150) })).toBe('approved');
    expect(judgeIn(context, { quantity: qtyLots(150) })).toBe('RISK_POSITION_LIMIT');
    const beyond = contextFor(orders, 260);
    expect(judgeIn(beyond, { ...group, quantity: qtyLots(10) })).toBe('RISK_POSITION_LIMIT');
  });
});
