import { describe, expect, it } from 'vitest';
import { notional, type Order, priceTicks, qtyLots } from '../../src/model/index.ts';
import {
  AVELLANEDA_STOIKOV,
  type OrderAction,
  type Parameters,
  type QuoteIntent,
  type QuotePolicy,
  spreadConstant,
} from '../../src/strategy/index.ts';
import { at, BTC, DUST, usdt } from '../portfolio/sample-account.ts';
import {
  FLAT,
  holding,
  parametersOf,
  quotes,
  strategyOf,
  take,
  workingOrder,
} from './sample-intents.ts';

const maker = strategyOf(AVELLANEDA_STOIKOV);

const told = (actions: readonly OrderAction[]): string[] =>
  actions.map((action) =>
    action.kind === 'cancel'
      ? `cancel ${action.clientOrderId}`
      : `${action.request.side} ${action.request.quantity} at ${action.request.price}`,
  );

const actionsFor = (intent: QuoteIntent, ...orders: Order[]) =>
  told(maker.onIntent(intent, orders, FLAT));

describe('the market maker', () => {
  it('places both sides post-only when nothing works', () => {
    const actions = maker.onIntent(quotes(599_990, 600_010), [], FLAT);
    expect(told(actions)).toEqual(['buy 10 at 599990', 'sell 10 at 600010']);
    for (const action of actions) {
      expect(action).toMatchObject({
        request: { postOnly: true, reduceOnly: false, timeInForce: 'gtc', type: 'limit' },
      });
    }
  });

  it('does nothing when the working orders are the wanted ones', () => {
    const orders = [workingOrder(1, 'buy', 599_990), workingOrder(2, 'sell', 600_010)];
    expect(actionsFor(quotes(599_990, 600_010), ...orders)).toEqual([]);
  });

  it('cancels first and places only when the side is empty', () => {
    const old = workingOrder(1, 'buy', 599_980);
    expect(actionsFor(quotes(599_990, null), old)).toEqual(['cancel b4-1-1']);
    const cancelling = workingOrder(1, 'buy', 599_980, 'cancelling');
    expect(actionsFor(quotes(599_990, null), cancelling)).toEqual([]);
    expect(actionsFor(quotes(599_990, null))).toEqual(['buy 10 at 599990']);
  });

  it('keeps a partly filled order, and replaces one that is far larger than wanted', () => {
    const order = workingOrder(1, 'buy', 599_990);
    const want = (lots: number): QuoteIntent => ({
      ...quotes(null, null),
      bid: { price: priceTicks(599_990), quantity: qtyLots(lots) },
    });
    expect(actionsFor(want(20), { ...order, filled: qtyLots(9) })).toEqual([]);
    expect(actionsFor(want(8), order)).toEqual([]);
    expect(actionsFor(want(7), order)).toEqual(['cancel b4-1-1']);
    expect(actionsFor(want(7), { ...order, filled: qtyLots(3) })).toEqual([]);
  });

  it('moves one side without touching the other', () => {
    const orders = [workingOrder(1, 'buy', 599_990), workingOrder(2, 'sell', 600_020)];
    expect(actionsFor(quotes(599_990, 600_010), ...orders)).toEqual(['cancel b4-1-2']);
  });

  it('withdraws a side that is no longer wanted', () => {
    const orders = [workingOrder(1, 'buy', 599_990), workingOrder(2, 'sell', 600_010)];
    expect(actionsFor(quotes(null, 600_010), ...orders)).toEqual(['cancel b4-1-1']);
  });

  it('never has two orders on a side: extra ones are cancelled, the right one is kept', () => {
    const orders = [
      workingOrder(1, 'buy', 599_980),
      workingOrder(2, 'buy', 599_990),
      workingOrder(3, 'buy', 599_990),
    ];
    expect(actionsFor(quotes(599_990, null), ...orders)).toEqual([
      'cancel b4-1-1',
      'cancel b4-1-3',
    ]);
  });

  it('does not count on an order in doubt, nor replaces it before its fate is known', () => {
    const doubted = workingOrder(1, 'buy', 599_990, 'unknown');
    expect(actionsFor(quotes(599_990, null), doubted)).toEqual(['cancel b4-1-1']);
  });

  it('withdraws everything while the book cannot be trusted', () => {
    const orders = [
      workingOrder(1, 'buy', 599_990),
      workingOrder(2, 'sell', 600_010, 'cancelling'),
    ];
    expect(told(maker.onTime(at(0), null, orders, FLAT))).toEqual(['cancel b4-1-1']);
    const touch = { bid: priceTicks(600_000), ask: priceTicks(600_001) };
    expect(maker.onTime(at(0), touch, orders, holding(5))).toEqual([]);
  });

  it('is a bug to be given an intent of another kind or instrument', () => {
    expect(() => maker.onIntent(take('buy'), [], FLAT)).toThrow(/quote intents/);
    const foreign = { ...quotes(1, 2), instrument: DUST.id };
    expect(() => maker.onIntent(foreign, [], FLAT)).toThrow(/sim:BTCUSDT/);
  });
});

describe('its policy', () => {
  const policyAt = (ticks: number, given: Parameters = {}, instrument = BTC): QuotePolicy =>
    AVELLANEDA_STOIKOV.create(parametersOf(AVELLANEDA_STOIKOV, given), instrument).policy({
      referencePrice: priceTicks(ticks),
      equity: usdt('100000'),
    }) as QuotePolicy;

  it('means the same in basis points at every price', () => {
    const [low, high] = [policyAt(300_000), policyAt(600_000)];
    expect(high.halfSpreadTicks / low.halfSpreadTicks).toBeCloseTo(2, 12);
    expect(high.minHalfSpreadTicks / low.minHalfSpreadTicks).toBeCloseTo(2, 12);
    expect(high.gamma / low.gamma).toBeCloseTo(0.5, 12);
    const shiftBps = (policy: QuotePolicy, ticks: number) =>
      (policy.gamma * (ticks / 10_000) ** 2 * policy.horizonS) / (ticks / 10_000);
    expect(shiftBps(low, 300_000)).toBeCloseTo(shiftBps(high, 600_000), 12);
  });

  it('computes the constant half spread from risk aversion and arrival decay', () => {
    const policy = policyAt(600_000, { riskAversion: 0.5, arrivalDecay: 2 });
    expect(policy.halfSpreadTicks).toBeCloseTo((spreadConstant(0.5, 2) / 2) * 60, 10);
    const inTicks = spreadConstant(policy.gamma, 2 / 60) / 2;
    expect(policy.halfSpreadTicks).toBeCloseTo(inTicks, 10);
  });

  it('sizes a quote by its value, never below the venue minimum', () => {
    const policy = policyAt(600_000, { quoteNotional: 1_200 });
    expect(policy.quoteLots).toBe(20);
    expect(policy.inventoryUnitLots).toBe(20);
    expect(policy.maxPositionLots).toBe(100);
    const least = policyAt(5_000_000_000, { quoteNotional: 1 }, DUST);
    const value = notional(DUST, priceTicks(5_000_000_000), least.quoteLots);
    expect(value).toBeGreaterThanOrEqual(DUST.minNotional);
  });

  it('names only features with a weight, each with mean and deviation', () => {
    const { model } = policyAt(600_000, { weightTradeSign: 0 });
    expect(Object.keys(model.weights)).not.toContain('tradeSign');
    expect(Object.keys(model.means)).toEqual(Object.keys(model.weights));
    expect(Object.keys(model.deviations)).toEqual(Object.keys(model.weights));
    expect(Math.min(...Object.values(model.deviations))).toBeGreaterThan(0);
  });
});
