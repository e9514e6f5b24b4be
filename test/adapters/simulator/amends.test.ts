import { describe, expect, it } from 'vitest';
import {
  FAULT_KINDS,
  type FaultRule,
  type SimulatedVenue,
} from '../../../src/adapters/simulator/index.ts';
import type { Amendment } from '../../../src/execution/ports.ts';
import { type OrderRequest, priceTicks, qtyLots } from '../../../src/model/index.ts';
import {
  accountOf,
  brief,
  freshDirectory,
  live,
  openVenue,
  order,
  reportsOf,
  START,
} from './fixture.ts';

/** A price this many ticks above (or below) the touch. */
const priceNear = (venue: SimulatedVenue, ticks: number) =>
  priceTicks(ticks < 0 ? venue.touch(0).bidTicks + ticks : venue.touch(0).askTicks + ticks);

function send(venue: SimulatedVenue, id: string, request: Partial<OrderRequest>): void {
  venue.submit(order(id, request));
  live(venue, 1);
}

const amendment = (id: string, number: number, price: number, quantity: number): Amendment => ({
  kind: 'amend-requested',
  at: START,
  clientOrderId: order(id).clientOrderId,
  amendment: number,
  price: priceTicks(price),
  quantity: qtyLots(quantity),
});

function amend(venue: SimulatedVenue, id: string, ...to: [number, number, number]): void {
  venue.amend(order(id), amendment(id, ...to));
  live(venue, 1);
}

const openOf = (venue: SimulatedVenue, id: string) =>
  venue.accountNow().openOrders.find((one) => one.clientOrderId === id);

describe('an amend at the simulated venue', () => {
  it('gives a working order another price and quantity, and says what is filled', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    send(venue, 'a', { price: priceNear(venue, -3_000) });
    const price = priceNear(venue, -2_000);
    amend(venue, 'a', 1, price, 25);
    expect(reports.map(brief)).toEqual(['accepted a', `amended a 25 at ${price}, 0 filled`]);
    expect(openOf(venue, 'a')).toMatchObject({ price, quantity: 25, filled: 0, amendments: 1 });
  });

  it('takes at once when the new price meets the other side, up to the new quantity', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    send(venue, 'a', { price: priceNear(venue, -3_000) });
    const price = priceNear(venue, 3_000);
    amend(venue, 'a', 1, price, 12);
    expect(reports.map(brief)[1]).toBe(`amended a 12 at ${price}, 0 filled`);
    const { positions, ended, amended } = accountOf(venue);
    expect([...positions.values()]).toEqual([12]);
    expect([...ended.values()]).toEqual(['filled']);
    expect([...(amended ?? [])]).toEqual([
      ['a', { price, quantity: 12, filled: 12, amendments: 1 }],
    ]);
  });

  it('that repeats the number of one that was carried out changes nothing and is answered', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    send(venue, 'a', { price: priceNear(venue, -3_000) });
    const [first, second] = [priceNear(venue, -2_000), priceNear(venue, -1_000)];
    amend(venue, 'a', 1, first, 25);
    amend(venue, 'a', 2, second, 30);
    amend(venue, 'a', 1, first, 25);
    expect(reports.map(brief).slice(-2)).toEqual([
      `amended a 30 at ${second}, 0 filled`,
      `amended a 30 at ${second}, 0 filled`,
    ]);
    expect(reports.at(-1)).toMatchObject({ amendment: 2 });
  });

  it('is refused by the filters, the margin and the type, and the order stands as it was', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    const price = priceNear(venue, -3_000);
    send(venue, 'a', { price });
    send(venue, 'b', { price: priceNear(venue, -3_000), postOnly: true });
    send(venue, 'c', {
      type: 'stop-limit',
      triggerPrice: priceNear(venue, 9_000),
      price: priceNear(venue, 9_000),
    });
    const before = reports.length;
    amend(venue, 'a', 1, priceNear(venue, 60_000), 10);
    amend(venue, 'a', 2, 3, 1);
    amend(venue, 'a', 3, price, 10_000_000);
    amend(venue, 'a', 4, price, 0);
    amend(venue, 'a', 5, 0, 10);
    amend(venue, 'b', 1, priceNear(venue, 10), 10);
    amend(venue, 'c', 1, price, 20);
    amend(venue, 'unknown', 1, price, 20);
    expect(reports.slice(before).map(brief)).toEqual([
      'amend-rejected a percent-price',
      'amend-rejected a below-minimum-notional',
      'amend-rejected a insufficient-margin',
      'amend-rejected a bad-quantity',
      'amend-rejected a bad-price',
      'amend-rejected b post-only-would-take',
      'amend-rejected c not-amendable',
      'amend-rejected unknown unknown-order',
    ]);
    const works = reports.slice(before).map((one) => 'orderWorks' in one && one.orderWorks);
    expect(works).toEqual([true, true, true, true, true, true, true, false]);
    expect(openOf(venue, 'a')).toMatchObject({ price, quantity: 10 });
    expect(openOf(venue, 'a')).not.toHaveProperty('amendments');
  });

  it('of a reduce-only order closes at most the position, other such orders counted', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    send(venue, 'in', { type: 'market', price: priceNear(venue, 3_000), quantity: qtyLots(50) });
    const price = priceNear(venue, 3_000);
    send(venue, 'a', { side: 'sell', price, reduceOnly: true, quantity: qtyLots(20) });
    send(venue, 'b', { side: 'sell', price, reduceOnly: true, quantity: qtyLots(10) });
    amend(venue, 'a', 1, price, 45);
    expect(brief(reports.at(-1)!)).toBe(`amended a 45 at ${price}, 0 filled`);
    amend(venue, 'b', 1, price, 11);
    expect(openOf(venue, 'b')).toMatchObject({ quantity: 11 });
    expect(reports.map(brief).filter((line) => line.includes('reduce-only'))).toEqual([]);
    amend(venue, 'a', 2, priceNear(venue, -3_000), 45);
    expect([...accountOf(venue).positions.values()]).toEqual([10]);
    expect(brief(reports.at(-1)!)).toBe('order-expired a reduce-only-cut');
  });

  it('that meets the own order on the other side follows the rule against self-trades', () => {
    const venue = openVenue({ maxLeverage: 1_000 });
    const reports = reportsOf(venue);
    send(venue, 'sell', { side: 'sell', price: priceNear(venue, 0), quantity: qtyLots(5) });
    send(venue, 'buy', { price: priceNear(venue, -3_000) });
    amend(venue, 'buy', 1, priceNear(venue, 50), venue.touch(0).askLots + 50);
    const lines = reports.map(brief);
    expect(lines).toContain('order-expired sell self-trade');
    expect(lines.filter((line) => line.startsWith('filled sell'))).toEqual([]);
  });

  it('of an order that has ended is refused and says so', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    const price = priceNear(venue, -3_000);
    send(venue, 'a', { price });
    venue.cancel(order('a'));
    amend(venue, 'a', 1, price, 20);
    expect(brief(reports.at(-1)!)).toBe('amend-rejected a already-cancelled');
    expect(reports.at(-1)).toMatchObject({ orderWorks: false });
  });

  it('to no more than is filled is refused', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    const { askTicks, askLots } = venue.touch(0);
    send(venue, 'a', { price: priceTicks(askTicks), quantity: qtyLots(askLots + 40) });
    amend(venue, 'a', 1, askTicks, askLots);
    expect(brief(reports.at(-1)!)).toBe('amend-rejected a amend-below-filled');
  });

  it('outlives the process of the venue, also in an image of its ledger', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    const price = priceNear(first, -3_000);
    send(first, 'a', { price });
    send(first, 'b', { price });
    amend(first, 'a', 1, price - 100, 25);
    amend(first, 'b', 1, price - 50, 7);
    first.cancel(order('b'));
    live(first, 1);
    const before = first.accountNow();
    first.close();
    for (let n = 0; n < 2; n += 1) {
      const again = openVenue({ directory }, first.now());
      const { openOrders, amended } = again.accountNow();
      expect({ openOrders, amended }).toEqual({
        openOrders: before.openOrders,
        amended: before.amended,
      });
      again.close();
    }
    expect(before.amended?.get(order('b').clientOrderId)).toMatchObject({ quantity: 7 });
  });
});

describe('an amend through faults', () => {
  const amendedUnder = (rule: FaultRule) => {
    const venue = openVenue({ faults: { rules: [rule] } });
    const reports = reportsOf(venue);
    live(venue, 10);
    const price = priceNear(venue, -3_000);
    send(venue, 'a', { price });
    live(venue, 100);
    const before = reports.length;
    live(venue, 900);
    amend(venue, 'a', 1, price - 100, 25);
    live(venue, 5_000);
    const isDone = openOf(venue, 'a')?.quantity === 25;
    return { isDone, said: reports.slice(before).map(brief), price };
  };
  const during = { atMs: [1_000], durationMs: 1_000 };

  it.each([
    ['lose-requests', {}, false, []],
    ['unanswered', {}, true, []],
    ['server-errors', {}, false, []],
    ['lose-reports', {}, true, []],
    ['disconnect', {}, false, []],
    ['rate-limit', {}, false, ['amend-rejected a rate-limited']],
    ['ban', {}, false, ['amend-rejected a banned']],
    ['maintenance', {}, false, ['amend-rejected a maintenance']],
    ['halt', {}, false, ['amend-rejected a symbol-halted']],
    ['clock-skew', { skewMs: 60_000 }, false, ['amend-rejected a timestamp-outside-window']],
    ['duplicate-reports', {}, true, ['amended', 'amended']],
    ['delay-reports', { delayMs: 300 }, true, ['amended']],
    ['reorder-reports', {}, true, ['amended']],
    ['delay-requests', { delayMs: 300 }, true, ['amended']],
    ['fail-account', {}, true, ['amended']],
    ['drop-frames', {}, true, ['amended']],
    ['duplicate-frames', {}, true, ['amended']],
    ['reorder-frames', {}, true, ['amended']],
    ['corrupt-frames', {}, true, ['amended']],
    ['delay-frames', {}, true, ['amended']],
  ] as const)('%s', (kind, more, carriedOut, lines) => {
    expect(FAULT_KINDS).toHaveProperty(kind);
    const { isDone, said, price } = amendedUnder({ kind, ...during, ...more });
    const amended = `amended a 25 at ${price - 100}, 0 filled`;
    expect(isDone).toBe(carriedOut);
    expect(said).toEqual(lines.map((line) => (line === 'amended' ? amended : line)));
  });
});
