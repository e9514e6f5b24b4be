import { describe, expect, it } from 'vitest';
import { addMs, type EventTimeNs } from '../../../src/core/index.ts';
import {
  type OcoGroup,
  type OrderRequest,
  priceTicks,
  qtyLots,
  type VenueReport,
} from '../../../src/model/index.ts';
import { brief, START } from './fixture.ts';
import { Replay } from './replay-world.ts';

const at = (ticks: number) => priceTicks(ticks);
const group = (name: string) => name as OcoGroup;

function opened(): Replay {
  const replay = new Replay();
  replay.synchronise();
  return replay;
}

/** Sends an order, lets it arrive, and its answer, too. */
function sent(replay: Replay, id: string, request: Partial<OrderRequest>): void {
  replay.send(id, request);
  replay.pass(10);
}

/** What was reported since the last call. */
function news(replay: Replay): string[] {
  replay.pass(10);
  return replay.reports.splice(0).map(brief);
}

const stop = { type: 'stop', side: 'buy', timeInForce: 'ioc', price: at(610_000) } as const;
const hold = { price: at(610_000), timeInForce: 'ioc' } as const;

/** Bids 600000 (10), asks 600010 (10) and 600020 (20); see `Replay.synchronise`. */
describe('order terms in a replay', () => {
  it('let a stop wait for a recorded trade, then take in the same moment', () => {
    const replay = opened();
    sent(replay, 'a', { ...stop, triggerPrice: at(600_010), quantity: qtyLots(12) });
    expect(news(replay)).toEqual(['accepted a']);
    replay.trade(5, 600_000, 1, true);
    expect(news(replay)).toEqual([]);
    replay.trade(5, 600_010, 4, false);
    expect(news(replay)).toEqual(['filled a 6 taker', 'filled a 6 taker']);
  });

  it('stamp what a stop did with the time of the trade that woke it', () => {
    const replay = opened();
    sent(replay, 'a', { ...stop, triggerPrice: at(600_010), quantity: qtyLots(1) });
    const before = replay.venue.now();
    replay.trade(7, 600_010, 4, false);
    replay.pass(10);
    const fill = replay.reports.find((one: VenueReport) => one.kind === 'order-filled');
    expect(fill?.kind === 'order-filled' && fill.fill.at).toBe(addMs(before as EventTimeNs, 7));
  });

  it('let a stop-limit order rest at its price once it is triggered', () => {
    const replay = opened();
    sent(replay, 'a', {
      type: 'stop-limit',
      triggerPrice: at(600_010),
      price: at(600_000),
      quantity: qtyLots(3),
    });
    replay.trade(5, 600_010, 1, false);
    expect(news(replay)).toEqual(['accepted a']);
    replay.trade(5, 600_000, 12, true);
    expect(news(replay)).toEqual(['filled a 2 maker']);
  });

  it('let a trailing stop follow the trades', () => {
    const replay = opened();
    replay.trade(5, 600_000, 1, true);
    sent(replay, 'a', {
      type: 'trailing-stop',
      side: 'sell',
      timeInForce: 'ioc',
      price: at(590_000),
      trailOffset: at(30),
      quantity: qtyLots(3),
    });
    replay.trade(5, 600_050, 1, false);
    replay.trade(5, 600_021, 1, true);
    expect(news(replay)).toEqual(['accepted a']);
    replay.trade(5, 600_020, 1, true);
    expect(news(replay)).toEqual(['filled a 3 taker']);
  });

  it('fill or kill by what the book shows', () => {
    const replay = opened();
    sent(replay, 'a', { price: at(600_010), timeInForce: 'fok', quantity: qtyLots(11) });
    expect(news(replay)).toEqual(['accepted a', 'order-expired a not-fillable']);
    sent(replay, 'b', { price: at(600_020), timeInForce: 'fok', quantity: qtyLots(11) });
    expect(news(replay)).toEqual(['accepted b', 'filled b 10 taker', 'filled b 1 taker']);
  });

  it('end a good-till-date order at its time, with or without a market', () => {
    const replay = opened();
    const expireAt = addMs(replay.venue.now(), 50);
    const gtd = { price: at(600_000), timeInForce: 'gtd', expireAt } as const;
    sent(replay, 'a', { ...gtd, quantity: qtyLots(3) });
    expect(news(replay)).toEqual(['accepted a']);
    expect(replay.venue.nextEventAt()).toBe(expireAt);
    replay.pass(50);
    const end = replay.reports.at(-1);
    expect(news(replay)).toEqual(['order-expired a timed-out']);
    expect(end?.at).toBe(addMs(expireAt, 3));
    expect(replay.venue.nextEventAt()).toBeNull();
  });

  it('show an iceberg slice by slice', () => {
    const replay = opened();
    sent(replay, 'a', { price: at(600_000), displayQuantity: qtyLots(2), quantity: qtyLots(5) });
    replay.trade(5, 600_000, 15, true);
    expect(news(replay)).toEqual(['accepted a', 'filled a 2 maker']);
    replay.trade(5, 599_990, 5, true);
    expect(news(replay)).toEqual(['filled a 3 maker']);
  });

  it('cancel the rest of an OCO group with its first execution', () => {
    const replay = opened();
    sent(replay, 'entry', { ...hold, quantity: qtyLots(5) });
    const exit = { side: 'sell', reduceOnly: true, quantity: qtyLots(5), ocoGroup: group('x') };
    sent(replay, 'target', { ...exit, side: 'sell', price: at(600_030) });
    sent(replay, 'stop', {
      ...exit,
      ...stop,
      side: 'sell',
      price: at(590_000),
      triggerPrice: at(599_990),
    });
    news(replay);
    replay.trade(5, 600_040, 50, false);
    expect(news(replay)).toEqual([
      'filled target 5 maker',
      'order-cancelled stop one-cancels-other',
    ]);
    sent(replay, 'late', { ...exit, side: 'sell', price: at(600_030) });
    expect(news(replay)).toEqual(['order-rejected late oco-done']);
    expect(replay.account().openOrders).toEqual([]);
  });

  it('close a position by the stop of a group, and never twice', () => {
    const replay = opened();
    sent(replay, 'entry', { ...hold, quantity: qtyLots(5) });
    const exit = { reduceOnly: true, quantity: qtyLots(5), ocoGroup: group('x') } as const;
    sent(replay, 'target', { ...exit, side: 'sell', price: at(600_030) });
    sent(replay, 'stop', {
      ...stop,
      ...exit,
      side: 'sell',
      price: at(590_000),
      triggerPrice: at(599_990),
    });
    news(replay);
    replay.trade(5, 599_990, 1, true);
    expect(news(replay).sort()).toEqual([
      'filled stop 5 taker',
      'order-cancelled target one-cancels-other',
    ]);
    expect([...replay.account().positions.values()].filter((lots) => lots !== 0)).toEqual([]);
  });

  it('cut a reduce-only order to the position, also within one frame', () => {
    const replay = opened();
    sent(replay, 'entry', { ...hold, quantity: qtyLots(5) });
    sent(replay, 'plain', { side: 'sell', price: at(600_020), quantity: qtyLots(3) });
    sent(replay, 'exit', {
      side: 'sell',
      price: at(600_030),
      quantity: qtyLots(9),
      reduceOnly: true,
    });
    news(replay);
    replay.trade(5, 600_040, 50, false);
    const told = news(replay);
    expect(told).toContain('filled plain 3 maker');
    expect(told).toContain('filled exit 2 maker');
    expect(replay.account().openOrders).toEqual([]);
  });

  it('give the same reports for the same record', () => {
    const run = (): string => {
      const replay = opened();
      sent(replay, 'a', { ...stop, triggerPrice: at(600_010), quantity: qtyLots(12) });
      sent(replay, 'b', { price: at(600_000), displayQuantity: qtyLots(2), quantity: qtyLots(5) });
      replay.trade(5, 600_010, 4, false);
      replay.trade(5, 599_990, 40, true);
      replay.pass(100);
      return JSON.stringify(replay.reports, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value - START) : value,
      );
    };
    expect(run()).toBe(run());
  });
});
