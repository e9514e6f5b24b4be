import { describe, expect, it } from 'vitest';
import { notional, priceTicks } from '../../src/model/index.ts';
import {
  MOMENTUM_TAKER,
  type OrderAction,
  type Parameters,
  type TakePolicy,
} from '../../src/strategy/index.ts';
import { at, BTC, usdt } from '../portfolio/sample-account.ts';
import { FLAT, holding, quotes, strategyOf, take, workingOrder } from './sample-intents.ts';

const taker = strategyOf(MOMENTUM_TAKER, { maxHoldS: 30, stopLossBps: 30, collarBps: 2 });

const told = (actions: readonly OrderAction[]): string[] =>
  actions.map((action) => {
    if (action.kind === 'cancel') return `cancel ${action.clientOrderId}`;
    const { side, quantity, price, reduceOnly } = action.request;
    return `${side} ${quantity} at ${price}${reduceOnly ? ' reduce-only' : ''}`;
  });

const touch = (bid: number) => ({ bid: priceTicks(bid), ask: priceTicks(bid + 10) });

describe('the momentum taker', () => {
  it('enters from flat with an immediate order at the limit of the intent', () => {
    const actions = taker.onIntent(take('buy', 600_100), [], FLAT);
    expect(told(actions)).toEqual(['buy 5 at 600100']);
    expect(actions[0]).toMatchObject({ request: { timeInForce: 'ioc', postOnly: false } });
  });

  it('waits while an order of its own is out', () => {
    const working = [workingOrder(1, 'buy', 600_000)];
    expect(taker.onIntent(take('sell'), working, holding(5))).toEqual([]);
    expect(taker.onTime(at(99_000), touch(600_000), working, holding(5))).toEqual([]);
  });

  it('does not add to a position', () => {
    expect(taker.onIntent(take('buy'), [], holding(5))).toEqual([]);
    expect(taker.onIntent(take('sell'), [], holding(-5))).toEqual([]);
  });

  it('closes the whole position on the opposite signal, reduce-only', () => {
    expect(told(taker.onIntent(take('sell', 599_900), [], holding(12)))).toEqual([
      'sell 12 at 599900 reduce-only',
    ]);
    expect(told(taker.onIntent(take('buy', 600_100), [], holding(-12)))).toEqual([
      'buy 12 at 600100 reduce-only',
    ]);
  });

  it('closes a position whose time is up, at the touch less the collar', () => {
    expect(taker.onTime(at(29_999), touch(600_000), [], holding(5))).toEqual([]);
    expect(told(taker.onTime(at(30_000), touch(600_000), [], holding(5)))).toEqual([
      'sell 5 at 599880 reduce-only',
    ]);
    expect(told(taker.onTime(at(30_000), touch(600_000), [], holding(-5)))).toEqual([
      'buy 5 at 600130 reduce-only',
    ]);
  });

  it('closes a position that lost too much, and no earlier', () => {
    expect(taker.onTime(at(10), touch(598_201), [], holding(5, 600_000))).toEqual([]);
    expect(told(taker.onTime(at(10), touch(598_200), [], holding(5, 600_000)))).toHaveLength(1);
    expect(taker.onTime(at(10), touch(601_789), [], holding(-5, 600_000))).toEqual([]);
    expect(told(taker.onTime(at(10), touch(601_790), [], holding(-5, 600_000)))).toHaveLength(1);
  });

  it('lets a gain run until its time is up', () => {
    expect(taker.onTime(at(10), touch(700_000), [], holding(5, 600_000))).toEqual([]);
  });

  it('does nothing in time while it is flat or the book cannot be trusted', () => {
    expect(taker.onTime(at(99_000), touch(600_000), [], FLAT)).toEqual([]);
    expect(taker.onTime(at(99_000), null, [], holding(5))).toEqual([]);
  });

  it('asks for the same things when it is asked twice', () => {
    const ask = () => taker.onIntent(take('sell'), [], holding(7));
    expect(ask()).toEqual(ask());
  });

  it('is a bug to be given an intent of another kind', () => {
    expect(() => taker.onIntent(quotes(1, 2), [], FLAT)).toThrow(/take intents/);
  });
});

describe('its policy', () => {
  const policy = (given: Parameters = {}, equity = '100000'): TakePolicy =>
    strategyOf(MOMENTUM_TAKER, given).policy({
      referencePrice: priceTicks(600_000),
      equity: usdt(equity),
    }) as TakePolicy;

  it('stakes a share of the equity, and nothing when there is none', () => {
    expect(policy({ budgetFraction: 0.12, maxStake: 0.5 })).toMatchObject({
      budgetLots: 200,
      maxOrderLots: 100,
      maxPositionLots: 100,
    });
    expect(policy({}, '-50').budgetLots).toBe(0);
  });

  it('weighs the round-trip cost against the expected move', () => {
    expect(policy({ roundTripCostBps: 12, expectedMoveBps: 48 }).cost).toBe(0.25);
  });

  it('takes both directions at the same distance from even', () => {
    const { buyThreshold, sellThreshold } = policy({ threshold: 0.8 });
    expect(buyThreshold - 0.5).toBeCloseTo(0.5 - sellThreshold, 12);
  });

  it('never decides less than the venue accepts', () => {
    const { minimumLots } = policy();
    expect(notional(BTC, priceTicks(600_000), minimumLots)).toBeGreaterThanOrEqual(BTC.minNotional);
  });

  it('can decide something with its defaults, and only where it pays', () => {
    const { model, buyThreshold, payoff, cost } = policy();
    const strongest = Object.values(model.weights).reduce((sum, w) => sum + 4 * Math.abs(w), 0);
    const p = 1 / (1 + Math.exp(-strongest));
    expect(p).toBeGreaterThan(buyThreshold);
    expect(p * payoff - (1 - p) - cost).toBeGreaterThan(0);
    expect(buyThreshold * payoff - (1 - buyThreshold) - cost).toBeGreaterThan(0);
  });
});
