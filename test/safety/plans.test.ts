import { describe, expect, it } from 'vitest';
import {
  type DomainEvent,
  type Instrument,
  type Order,
  type PriceTicks,
  priceTicks,
  qtyLots,
  type StrategyId,
} from '../../src/model/index.ts';
import {
  type ExposureView,
  planEmergency,
  planPause,
  planReduce,
  SAFETY_STRATEGY,
} from '../../src/safety/index.ts';
import { life, ordersOf } from '../execution/sample-orders.ts';
import { at, BTC, ETH } from '../portfolio/sample-account.ts';
import { thresholdsWith } from './sample-causes.ts';

const THRESHOLDS = thresholdsWith();

const view = (
  lots: number,
  terms: Partial<ExposureView> = {},
  instrument: Instrument = BTC,
): ExposureView => ({
  instrument,
  lots: qtyLots(lots),
  bid: priceTicks(600_000),
  ask: priceTicks(600_010),
  lastReductionAt: null,
  ...terms,
});

const openOf = (...events: DomainEvent[]): readonly Order[] => ordersOf(...events).open();

const reduceAt = (ms: number, views: readonly ExposureView[], orders: readonly Order[] = []) =>
  planReduce(views, orders, at(ms), THRESHOLDS);

const emergencyAt = (ms: number, views: readonly ExposureView[], orders: readonly Order[] = []) =>
  planEmergency(views, orders, at(ms), at(0), THRESHOLDS);

const blind = { bid: null, ask: null };

describe('PAUSE', () => {
  it('does nothing while nothing works', () => {
    expect(planPause([])).toEqual({
      phase: 'nothing',
      cancels: [],
      requests: [],
      note: 'no action',
    });
  });

  it('cancels what could open exposure and keeps reduce-only orders', () => {
    const orders = openOf(
      life.submitted(1),
      life.submitted(2, 0, { reduceOnly: true }),
      life.submitted(3),
      life.cancelRequested(3),
      life.submitted(4),
      life.doubted(4, 1),
    );
    expect(planPause(orders)).toEqual({
      phase: 'cancelling',
      cancels: ['b4-1-1', 'b4-1-4'],
      requests: [],
      note: '3 orders that could open exposure are being withdrawn',
    });
  });

  it('has nothing to do for reduce-only orders alone', () => {
    const orders = openOf(life.submitted(1, 0, { reduceOnly: true }));
    expect(planPause(orders)).toMatchObject({ phase: 'nothing', cancels: [] });
  });
});

describe('REDUCE', () => {
  it('cancels what could open exposure and leaves reduce-only orders', () => {
    const orders = openOf(
      life.submitted(1),
      life.submitted(2, 0, { reduceOnly: true }),
      life.submitted(3),
      life.cancelRequested(3),
    );
    expect(reduceAt(10, [view(100)], orders).cancels).toEqual(['b4-1-1']);
  });

  it('closes a quarter of a long position with a collared reduce-only order', () => {
    const plan = reduceAt(10, [view(101)]);
    expect(plan.phase).toBe('reducing');
    expect(plan.requests).toEqual([
      {
        instrument: BTC.id,
        strategy: SAFETY_STRATEGY,
        side: 'sell',
        type: 'limit',
        price: 597_000,
        quantity: 26,
        timeInForce: 'ioc',
        postOnly: false,
        reduceOnly: true,
      },
    ]);
  });

  it('buys a short position back above the ask', () => {
    const [request] = reduceAt(10, [view(-100)]).requests;
    expect(request).toMatchObject({ side: 'buy', quantity: 25, price: 603_010 });
  });

  it('waits the whole interval between two stages', () => {
    const staged = view(75, { lastReductionAt: at(1_000) });
    expect(reduceAt(30_999, [staged])).toMatchObject({ phase: 'waiting', requests: [] });
    expect(reduceAt(31_000, [staged]).requests).toHaveLength(1);
  });

  it('waits for its own order that is still out', () => {
    const orders = openOf(
      life.submitted(1, 0, { strategy: SAFETY_STRATEGY, reduceOnly: true, side: 'sell' }),
    );
    expect(reduceAt(99_000, [view(100)], orders)).toMatchObject({ phase: 'waiting', requests: [] });
  });

  it('closes a rest of less than four minimum orders in one go', () => {
    const small = view(-6, { bid: priceTicks(300_000), ask: priceTicks(300_000) }, ETH);
    expect(reduceAt(10, [small]).requests[0]?.quantity).toBe(6);
    const larger = view(-7, { bid: priceTicks(300_000), ask: priceTicks(300_000) }, ETH);
    expect(reduceAt(10, [larger]).requests[0]?.quantity).toBe(2);
  });

  it('reaches flat in a bounded number of stages', () => {
    let lots = 123_456;
    let stages = 0;
    for (; lots > 0 && stages < 100; stages += 1) {
      lots -= reduceAt(stages * 30_000, [view(lots)]).requests[0]!.quantity;
    }
    expect(lots).toBe(0);
    expect(stages).toBeLessThan(60);
  });

  it('treats each instrument by itself and says when one has no price', () => {
    const plan = reduceAt(10, [view(100), view(50, blind, ETH)]);
    expect(plan.requests.map((request) => request.instrument)).toEqual([BTC.id]);
    expect(reduceAt(10, [view(50, blind, ETH)])).toMatchObject({
      phase: 'blocked',
      note: '1 position is being reduced; no price for sim:ETHUSDT',
    });
  });

  it('is flat when nothing is held and nothing works', () => {
    expect(reduceAt(10, [view(0)]).phase).toBe('flat');
    expect(reduceAt(10, [view(0)], openOf(life.submitted())).phase).toBe('cancelling');
  });
});

describe('EMERGENCY', () => {
  const others = openOf(
    life.submitted(1),
    life.submitted(2, 0, { reduceOnly: true, strategy: 'tester' as StrategyId }),
    life.submitted(3),
    life.doubted(3, 1),
  );

  it('cancels everything first, reduce-only orders and those in doubt included', () => {
    const plan = emergencyAt(10, [view(100)], others);
    expect(plan).toMatchObject({ phase: 'cancelling', requests: [] });
    expect(plan.cancels).toEqual(['b4-1-1', 'b4-1-2', 'b4-1-3']);
  });

  it('waits for the cancels to be confirmed', () => {
    const asked = openOf(life.submitted(1), life.cancelRequested(1));
    expect(emergencyAt(4_999, [view(100)], asked)).toMatchObject({
      phase: 'cancelling',
      cancels: [],
      requests: [],
    });
  });

  it('flattens anyway when the confirmation does not come in time', () => {
    const asked = openOf(life.submitted(1), life.cancelRequested(1));
    expect(emergencyAt(5_000, [view(100)], asked)).toMatchObject({ phase: 'reducing' });
  });

  it('flattens at once when nothing works', () => {
    const [request] = emergencyAt(1, [view(100)]).requests;
    expect(request).toMatchObject({ side: 'sell', quantity: 25, reduceOnly: true });
    expect(request).toMatchObject({ timeInForce: 'ioc', price: 597_000 });
  });

  it('sends a slice each interval until it is flat', () => {
    let [lots, ms] = [1_000, 0];
    let last: ReturnType<typeof at> | null = null;
    const seen: number[] = [];
    for (; lots > 0 && ms < 60_000; ms += 250) {
      const [request] = emergencyAt(ms, [view(lots, { lastReductionAt: last })]).requests;
      if (request === undefined) continue;
      lots -= request.quantity;
      last = at(ms);
      seen.push(ms);
    }
    expect(lots).toBe(0);
    expect(seen.slice(0, 3)).toEqual([0, 500, 1_000]);
  });

  it('is flat when neither orders nor positions are left', () => {
    expect(emergencyAt(9_000, [view(0), view(0, {}, ETH)])).toMatchObject({
      phase: 'flat',
      cancels: [],
      requests: [],
    });
    expect(emergencyAt(9_000, [view(0)], others).phase).toBe('cancelling');
  });

  it('needs only the price of the side that closes', () => {
    const noBid = { bid: null, ask: 600_010 as PriceTicks };
    expect(emergencyAt(1, [view(-100, noBid)]).requests).toHaveLength(1);
    expect(emergencyAt(1, [view(100, noBid)]).phase).toBe('blocked');
  });

  it('is blocked while its orders are refused, says why, and keeps trying', () => {
    const refused = view(100, { lastRefusal: 'RISK_PRICE_COLLAR: too far from the mark' });
    const plan = emergencyAt(1, [refused]);
    expect(plan).toMatchObject({
      phase: 'blocked',
      note: '1 position is being flattened; refused for sim:BTCUSDT: RISK_PRICE_COLLAR: too far from the mark',
    });
    expect(plan.requests).toHaveLength(1);
    expect(reduceAt(1, [refused])).toMatchObject({
      phase: 'blocked',
      note: expect.stringContaining('refused for sim:BTCUSDT'),
    });
  });

  it('names the blocked positions while others are being closed', () => {
    const refused = view(100, { lastRefusal: 'RISK_NO_MARK: none' }, ETH);
    const plan = emergencyAt(1, [view(100), refused]);
    expect(plan.phase).toBe('reducing');
    expect(plan.note).toBe(
      '2 positions are being flattened; refused for sim:ETHUSDT: RISK_NO_MARK: none',
    );
    expect(emergencyAt(1, [view(50, blind), refused])).toMatchObject({
      phase: 'blocked',
      note: '2 positions are being flattened; no price for sim:BTCUSDT; refused for sim:ETHUSDT: RISK_NO_MARK: none',
    });
  });

  it('is not blocked by a refusal of the past, nor by one of an instrument that is flat', () => {
    const flat = view(0, { lastRefusal: 'RISK_NO_MARK: none' }, ETH);
    const plan = emergencyAt(1, [view(100, { lastRefusal: null }), flat]);
    expect(plan).toMatchObject({ phase: 'reducing', note: '1 position is being flattened' });
  });

  it('never asks for a price below one tick', () => {
    const cheap = view(1_000_000, { bid: priceTicks(1), ask: priceTicks(2) });
    expect(emergencyAt(1, [cheap]).requests[0]?.price).toBe(1);
  });
});
