import { describe, expect, it } from 'vitest';
import { addMs } from '../../../src/core/index.ts';
import { money, priceTicks, qtyLots } from '../../../src/model/index.ts';
import { Engine, NativeError, ReplayMatcher } from '../../../src/native/index.ts';
import { BTC, brief, order, START } from './fixture.ts';
import { Replay } from './replay-world.ts';

const take = { price: priceTicks(600_010), timeInForce: 'ioc' } as const;

describe('ReplayVenue', () => {
  it.each([
    ['proportional', ['accepted a', 'filled a 2 maker']],
    ['risk-averse', ['accepted a']],
    ['power-2', ['accepted a']],
    ['log', ['accepted a', 'filled a 5 maker']],
  ] as const)('takes cancels off the queue by its model: %s', (queueModel, expected) => {
    const replay = new Replay({ queueModel });
    replay.synchronise();
    replay.send('a', { price: priceTicks(600_000), quantity: qtyLots(5) });
    replay.pass(10);
    // 10 ahead of us, 30 behind; then 20 of the 40 are cancelled and, long after, 7 trade.
    replay.depth(10, [[600_000, 40]], []);
    replay.depth(10, [[600_000, 20]], []);
    replay.pass(300);
    replay.trade(10, 600_000, 7, true);
    replay.pass(10);
    expect(replay.reports.map(brief)).toEqual(expected);
  });

  it('keeps the place in the queue of an order that is amended to fewer lots at its price', () => {
    const replay = new Replay({ queueModel: 'risk-averse' });
    replay.synchronise();
    replay.send('a', { price: priceTicks(600_000), quantity: qtyLots(5) });
    replay.pass(10);
    // 10 ahead of us, then 30 behind; 12 trade, of which 2 are ours.
    replay.depth(10, [[600_000, 40]], []);
    replay.amend('a', 1, 600_000, 3);
    replay.pass(10);
    replay.trade(10, 600_000, 12, true);
    replay.pass(10);
    expect(replay.reports.map(brief)).toEqual([
      'accepted a',
      'amended a 3 at 600000, 0 filled',
      'filled a 2 maker',
    ]);
    replay.trade(300, 600_000, 12, true);
    replay.pass(10);
    expect(brief(replay.reports.at(-1)!)).toBe('filled a 1 maker');
    expect(replay.account().ended.get(order('a').clientOrderId)).toBe('filled');
  });

  it.each([
    ['more lots', 600_000, 6],
    ['another price', 599_990, 5],
  ])('puts an order that is amended to %s at the back of the queue', (_what, price, lots) => {
    const replay = new Replay({ queueModel: 'risk-averse' });
    replay.synchronise();
    replay.send('a', { price: priceTicks(600_000), quantity: qtyLots(5) });
    replay.pass(10);
    replay.depth(10, [[600_000, 40]], []);
    replay.amend('a', 1, price, lots);
    replay.pass(10);
    replay.trade(10, price, 12, true);
    replay.pass(10);
    expect(replay.reports.map(brief)).toEqual([
      'accepted a',
      `amended a ${lots} at ${price}, 0 filled`,
    ]);
  });

  it('lets an amended order take, unless it is post-only, and refuses what it does not know', () => {
    const replay = new Replay();
    replay.synchronise();
    replay.send('a', { price: priceTicks(600_000), quantity: qtyLots(5) });
    replay.send('b', { price: priceTicks(600_000), quantity: qtyLots(5), postOnly: true });
    replay.pass(10);
    replay.amend('a', 1, 600_010, 5);
    replay.amend('b', 1, 600_010, 5);
    replay.amend('c', 1, 600_010, 5);
    replay.pass(10);
    expect(replay.reports.map(brief).slice(2)).toEqual([
      'amended a 5 at 600010, 0 filled',
      'filled a 5 taker',
      'amend-rejected b post-only-would-take',
      'amend-rejected c unknown-order',
    ]);
  });

  it('lets an order that takes pay the impact of what it took, up to its limit', () => {
    const impact = {
      kind: 'linear',
      rateE8: 1_000_000n,
      reference: money(60_000_000_000n),
    } as const;
    const prices = (price: number): readonly number[] => {
      const replay = new Replay({ impact });
      replay.synchronise();
      replay.send('a', { price: priceTicks(price), timeInForce: 'ioc', quantity: qtyLots(5) });
      replay.pass(10);
      return replay.reports.flatMap((one) => (one.kind === 'order-filled' ? [one.fill.price] : []));
    };
    // A hundredth of the price at 600 USDT; five lots are worth half of that.
    expect(prices(610_000)).toEqual([600_010 + 3_001]);
    expect(prices(601_000)).toEqual([601_000]);
  });

  it('lets an order take the displayed quantity after its delay, and reports after another', () => {
    const replay = new Replay();
    replay.synchronise();
    replay.send('a', { ...take, quantity: qtyLots(15) });
    replay.pass(4.9);
    expect(replay.reports).toEqual([]);
    replay.pass(0.2);
    expect(replay.reports.map(brief)).toEqual([
      'accepted a',
      'filled a 10 taker',
      'order-expired a unfilled-rest',
    ]);
    const fill = replay.reports[1]!;
    if (fill.kind !== 'order-filled') throw new Error(fill.kind);
    expect(fill.fill).toMatchObject({ price: 600_010, fee: 30_000_500n });
    expect(fill.at - fill.fill.at).toBe(3_000_000n);
  });

  it('sees the book of the moment in which the order arrives, not of that in which it was sent', () => {
    const replay = new Replay();
    replay.synchronise();
    replay.send('a', { ...take, quantity: qtyLots(15) });
    replay.depth(1, [], [[600_010, 3]]);
    replay.depth(5, [], [[600_010, 9]]);
    replay.pass(10);
    expect(replay.reports.map(brief)).toContain('filled a 3 taker');
  });

  it('fills a resting order from the tape once the queue ahead has traded', () => {
    const replay = new Replay();
    replay.synchronise();
    replay.send('a', { price: priceTicks(600_000), quantity: qtyLots(5), postOnly: true });
    replay.pass(10);
    replay.trade(1, 600_000, 8, true);
    replay.trade(1, 600_000, 4, true);
    replay.pass(10);
    expect(replay.reports.map(brief)).toEqual(['accepted a', 'filled a 2 maker']);
    const report = replay.reports[1]!;
    if (report.kind !== 'order-filled') throw new Error(report.kind);
    expect(report.fill.at).toBe(addMs(START, 14));
    expect(replay.account().openOrders).toMatchObject([{ clientOrderId: 'a', filled: 2 }]);
  });

  it('fills a resting order when the recorded book crosses it', () => {
    const replay = new Replay();
    replay.synchronise();
    replay.send('a', { price: priceTicks(600_005), quantity: qtyLots(5) });
    replay.pass(10);
    replay.depth(1, [[600_000, 0]], [[600_004, 50]]);
    replay.pass(10);
    expect(replay.reports.map(brief)).toEqual(['accepted a', 'filled a 5 maker']);
    const account = replay.account();
    expect(account.positions.get(BTC.id)).toBe(5);
    expect(account.fills).toMatchObject([{ price: 600_005, liquidity: 'maker' }]);
  });

  it('cancels, refuses, and keeps the rules of the simulated venue', () => {
    const replay = new Replay();
    replay.synchronise();
    replay.send('a', { price: priceTicks(599_000) });
    replay.venue.cancel(order('a'));
    replay.send('b', { price: priceTicks(600_010), postOnly: true });
    replay.send('c', { side: 'sell', reduceOnly: true });
    replay.send('d', { quantity: qtyLots(100_000) });
    replay.send('a', { price: priceTicks(599_000) });
    replay.pass(20);
    expect(replay.reports.map(brief)).toEqual([
      'accepted a',
      'order-cancelled a requested',
      'order-rejected b post-only-would-take',
      'order-rejected c nothing-to-reduce',
      'order-rejected d insufficient-margin',
      'accepted a',
      'order-cancelled a requested',
    ]);
  });

  it('refuses orders before the first book', () => {
    const replay = new Replay();
    replay.send('a', {});
    replay.pass(20);
    expect(replay.reports.map(brief)).toEqual(['order-rejected a no-market']);
  });

  it('expires reduce-only orders that the position no longer covers', () => {
    const replay = new Replay();
    replay.synchronise();
    replay.send('open', { ...take, quantity: qtyLots(10) });
    replay.pass(20);
    const exit = { side: 'sell', price: priceTicks(601_000), reduceOnly: true } as const;
    replay.send('a', { ...exit, quantity: qtyLots(6) });
    replay.send('b', { ...exit, quantity: qtyLots(6) });
    replay.send('close', {
      side: 'sell',
      price: priceTicks(600_000),
      timeInForce: 'ioc',
      quantity: qtyLots(7),
    });
    replay.pass(20);
    expect(replay.reports.slice(2).map(brief)).toEqual([
      'accepted a',
      'accepted b',
      'accepted close',
      'filled close 7 taker',
      'order-expired b reduce-only-excess',
      'order-expired a reduce-only-excess',
    ]);
    expect(replay.account().positions.get(BTC.id)).toBe(3);
  });

  it('says when it has something to do, and null when nothing is under way', () => {
    const replay = new Replay();
    replay.synchronise();
    expect(replay.venue.nextEventAt()).toBeNull();
    replay.send('a', {});
    expect(replay.venue.nextEventAt()).toBe(addMs(START, 4));
    replay.pass(20);
    expect(replay.venue.nextEventAt()).toBeNull();
  });

  it('takes the only place that an engine has for a replay', () => {
    const replay = new Replay();
    expect(() => new ReplayMatcher(replay.engine, 16)).toThrow('one replay matcher at most');
    expect(() => new ReplayMatcher(new Engine({ instruments: [BTC] }), 0)).toThrow(NativeError);
  });
});
