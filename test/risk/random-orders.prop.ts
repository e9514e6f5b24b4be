import { describe, expect, it } from 'vitest';
import { addMs, type EventTimeNs, type Rng, seededRng } from '../../src/core/index.ts';
import { Orders, remainingLots } from '../../src/execution/index.ts';
import {
  type ClientOrderId,
  type DomainEvent,
  type Instrument,
  notional,
  type Order,
  type OrderRequest,
  priceTicks,
  qtyLots,
  type StrategyId,
  type TradeId,
} from '../../src/model/index.ts';
import { Portfolio } from '../../src/portfolio/index.ts';
import { type RiskContext, RiskGate, type RiskLimits } from '../../src/risk/index.ts';
import { at, BTC, ETH, fillOf, usdt } from '../portfolio/sample-account.ts';
import { limitsWith } from './sample-context.ts';

const TRADED: readonly Instrument[] = [BTC, ETH];

interface World {
  readonly rng: Rng;
  readonly orders: Orders;
  readonly portfolio: Portfolio;
  readonly gate: RiskGate;
  readonly marks: Map<Instrument['id'], ReturnType<typeof priceTicks>>;
  now: EventTimeNs;
  trades: number;
}

const pick = <T>(rng: Rng, from: readonly T[]): T => from[rng.uint32() % from.length]!;

const record = (world: World, event: DomainEvent): void => {
  world.orders.apply(event);
  world.portfolio.apply(event);
  world.gate.apply(event);
};

const contextOf = (world: World): RiskContext => ({
  at: world.now,
  mode: 'NORMAL',
  reconciled: true,
  equity: world.portfolio.value(world.marks).equity,
  mark: (id) => world.marks.get(id) ?? null,
  position: (id) => world.portfolio.position(id).lots,
  reserved: (id, without) => world.orders.reserved(id, without),
  openOrders: world.orders.openCount,
});

const randomRequest = (world: World): OrderRequest => {
  const { rng } = world;
  const instrument = pick(rng, TRADED);
  const mark = world.marks.get(instrument.id)!;
  const offset = Math.round((rng.uniform() - 0.5) * mark * 0.03);
  const scale = pick(rng, [1, 10, 100, 1_000, 10_000]);
  const ioc = rng.uniform() < 0.3;
  return {
    instrument: instrument.id,
    strategy: 'tester' as StrategyId,
    side: pick(rng, ['buy', 'sell']),
    type: ioc && rng.uniform() < 0.3 ? 'market' : 'limit',
    price: priceTicks(Math.max(1, mark + offset)),
    quantity: qtyLots(1 + (rng.uint32() % (9 * scale))),
    timeInForce: ioc ? 'ioc' : 'gtc',
    postOnly: !ioc && rng.uniform() < 0.5,
    reduceOnly: rng.uniform() < 0.15,
  };
};

/** Lots that the venue would still fill: reduce-only orders never beyond the position. */
const fillableLots = (world: World, order: Order): number => {
  const left = remainingLots(order);
  if (!order.request.reduceOnly) return left;
  const position = world.portfolio.position(order.request.instrument).lots;
  const closes = order.request.side === 'buy' ? -position : position;
  return Math.max(0, Math.min(left, closes));
};

const fillSome = (world: World, order: Order): void => {
  const lots = fillableLots(world, order);
  if (lots === 0) return;
  const instrument = TRADED.find((each) => each.id === order.request.instrument)!;
  world.trades += 1;
  const fill = fillOf({
    trade: `${world.trades}` as TradeId,
    order: order.clientOrderId,
    of: instrument,
    side: order.request.side,
    price: order.request.price,
    lots: world.rng.uniform() < 0.5 ? lots : 1 + (world.rng.uint32() % lots),
  });
  record(world, { kind: 'order-filled', at: world.now, fill: { ...fill, at: world.now } });
};

const live = (world: World): void => {
  for (const order of world.orders.open()) {
    const roll = world.rng.uniform();
    if (roll < 0.06) fillSome(world, order);
    else if (roll < 0.1) {
      const { clientOrderId } = order;
      record(world, { kind: 'order-cancelled', at: world.now, clientOrderId, reason: 'random' });
    }
  }
};

/** Everything pending on the worse side filled: what the position could become. */
const worstLots = (world: World, instrument: Instrument): number => {
  const lots = world.portfolio.position(instrument.id).lots;
  const { buyLots, sellLots } = world.orders.reserved(instrument.id);
  return Math.max(Math.abs(lots + buyLots), Math.abs(lots - sellLots));
};

const worstValue = (world: World, instrument: Instrument): bigint =>
  notional(instrument, world.marks.get(instrument.id)!, qtyLots(worstLots(world, instrument)));

const breaches = (world: World, limits: RiskLimits, request: OrderRequest): string[] => {
  const found: string[] = [];
  const instrument = TRADED.find((each) => each.id === request.instrument)!;
  const mark = world.marks.get(instrument.id)!;
  const value = notional(instrument, request.price, request.quantity);
  if (!request.reduceOnly && value > limits.maxOrderNotional) found.push('order notional');
  if (!request.reduceOnly && value < instrument.minNotional) found.push('minimum notional');
  if ((Math.abs(request.price - mark) / mark) * 1e4 > limits.priceCollarBps + 1e-9) {
    found.push('collar');
  }
  const mostOpen = limits.maxOpenOrders * (request.reduceOnly ? 2 : 1);
  if (world.orders.openCount > mostOpen) found.push('open orders');
  if (request.reduceOnly) return found;
  const worst = worstValue(world, instrument);
  const total = TRADED.reduce((sum, each) => sum + worstValue(world, each), 0n);
  const { equity } = world.portfolio.value(world.marks);
  const position = world.portfolio.position(instrument.id).lots;
  const { buyLots, sellLots } = world.orders.reserved(instrument.id);
  const sided = request.side === 'buy' ? position + buyLots : sellLots - position;
  const grows = sided === worstLots(world, instrument);
  if (!grows || sided <= 0) return found;
  if (worst > limits.maxPositionNotional) found.push('position');
  if (total > limits.maxGrossNotional) found.push('gross');
  if (total * 1_000n > equity * BigInt(limits.maxLeverage * 1_000)) found.push('buying power');
  return found;
};

describe('100,000 random orders against a living account', () => {
  it('leave no approved order over a limit, and both answers are common', () => {
    const limits = limitsWith({
      maxPositionNotional: '30000',
      maxGrossNotional: '40000',
      maxLeverage: 1.5,
      maxOrdersPerSecond: 5,
      orderBurst: 10,
      maxOpenOrders: 9,
    });
    const world: World = {
      rng: seededRng(20_240_808),
      orders: new Orders(10),
      portfolio: new Portfolio(TRADED),
      gate: new RiskGate(TRADED, limits),
      marks: new Map([
        [BTC.id, priceTicks(600_000)],
        [ETH.id, priceTicks(300_000)],
      ]),
      now: at(0),
      trades: 0,
    };
    record(world, { kind: 'cash-deposited', at: at(0), amount: usdt('25000') });
    const codes = new Map<string, number>();
    const sentAt: EventTimeNs[] = [];
    const found: string[] = [];
    for (let n = 0; n < 100_000; n += 1) {
      world.now = addMs(world.now, world.rng.uniform() * 60);
      const request = randomRequest(world);
      const result = world.gate.approve(request, contextOf(world));
      const code = result.ok ? 'approved' : result.error.code;
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (result.ok) {
        const clientOrderId = `b4-1-${n}` as ClientOrderId;
        record(world, { kind: 'order-submitted', at: world.now, clientOrderId, request });
        sentAt.push(world.now);
        for (const breach of breaches(world, limits, request)) found.push(`${n}: ${breach}`);
      }
      if (n % 3 === 0) live(world);
      if (n % 50 === 0) {
        for (const [id, mark] of world.marks) {
          const move = 1 + (world.rng.uniform() - 0.5) * 0.002;
          world.marks.set(id, priceTicks(Math.round(mark * move)));
        }
      }
    }
    expect(found).toEqual([]);
    const burst = limits.orderBurst * 2;
    for (let n = burst; n < sentAt.length; n += 1) {
      const span = Number(sentAt[n]! - sentAt[n - burst]!) / 1e9;
      expect(span * limits.maxOrdersPerSecond).toBeGreaterThan(1 - 1e-6);
    }
    expect(codes.get('approved')).toBeGreaterThan(5_000);
    for (const code of [
      'RISK_PRICE_COLLAR',
      'RISK_MIN_NOTIONAL',
      'RISK_ORDER_NOTIONAL',
      'RISK_REDUCE_ONLY',
      'RISK_POSITION_LIMIT',
      'RISK_GROSS_NOTIONAL',
      'RISK_BUYING_POWER',
      'RISK_OPEN_ORDERS',
      'RISK_ORDER_RATE',
    ]) {
      expect(codes.get(code) ?? 0, code).toBeGreaterThan(20);
    }
  });
});
