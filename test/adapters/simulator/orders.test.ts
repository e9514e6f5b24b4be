import { describe, expect, it } from 'vitest';
import type { SimulatedVenue } from '../../../src/adapters/simulator/index.ts';
import { eventTime } from '../../../src/core/index.ts';
import {
  instrumentId,
  money,
  type OrderRequest,
  priceTicks,
  qtyLots,
} from '../../../src/model/index.ts';
import { accountOf, BTC, brief, ETH, live, openVenue, order, reportsOf, START } from './fixture.ts';

/** A price this many ticks above (or below) the touch of the venue, far enough to rest or to take. */
const priceNear = (venue: SimulatedVenue, ticks: number) =>
  priceTicks(ticks < 0 ? venue.touch(0).bidTicks + ticks : venue.touch(0).askTicks + ticks);

/** Submits and lets the venue answer. */
function send(venue: SimulatedVenue, id: string, request: Partial<OrderRequest>): void {
  venue.submit(order(id, request));
  live(venue, 1);
}

const quiet = (venue: SimulatedVenue) => reportsOf(venue);

describe('orders at the simulated venue', () => {
  it('accepts a resting limit order and shows it among the open ones', () => {
    const venue = openVenue();
    const reports = quiet(venue);
    const price = priceNear(venue, -3000);
    send(venue, 'a', { price });
    expect(reports.map(brief)).toEqual(['accepted a']);
    const { openOrders, cash, positions } = accountOf(venue);
    expect(openOrders).toMatchObject([{ clientOrderId: 'a', price, quantity: 10, filled: 0 }]);
    expect(cash).toBe(10_000_000_000_000n);
    expect(positions.size).toBe(0);
  });

  it('fills a market order at once as taker and books cash, fee and position exactly', () => {
    const venue = openVenue();
    const reports = quiet(venue);
    send(venue, 'a', { type: 'market', price: priceNear(venue, 3000), quantity: qtyLots(700) });
    const kinds = reports.map((report) => report.kind);
    expect(kinds[0]).toBe('order-accepted');
    const fills = reports.flatMap((report) =>
      report.kind === 'order-filled' ? [report.fill] : [],
    );
    expect(fills.reduce((sum, fill) => sum + fill.quantity, 0)).toBe(700);
    let cash = 10_000_000_000_000n;
    for (const fill of fills) {
      expect(fill.liquidity).toBe('taker');
      const value = BigInt(fill.price) * 10_000_000n * BigInt(fill.quantity) * 100_000n;
      expect(fill.fee).toBe((value / 100_000_000n / 10_000n) * 5n);
      cash -= value / 100_000_000n + fill.fee;
    }
    const account = accountOf(venue);
    expect(account.cash).toBe(cash);
    expect(account.positions.get(BTC.id)).toBe(700);
    expect(account.fills).toEqual(fills);
    expect(account.ended.get(order('a').clientOrderId)).toBe('filled');
  });

  it('expires the rest of an immediate-or-cancel order', () => {
    const venue = openVenue({ maxLeverage: 1000 });
    const reports = quiet(venue);
    const { askTicks, askLots } = venue.touch(0);
    const quantity = qtyLots(askLots + 500);
    send(venue, 'a', { price: priceTicks(askTicks), timeInForce: 'ioc', quantity });
    expect(brief(reports.at(-1)!)).toBe('order-expired a unfilled-rest');
    expect(accountOf(venue).positions.get(BTC.id)).toBe(askLots);
  });

  it('rejects a post-only order that would take', () => {
    const venue = openVenue();
    const reports = quiet(venue);
    send(venue, 'a', { price: priceNear(venue, 0), postOnly: true });
    expect(reports.map(brief)).toEqual(['order-rejected a post-only-would-take']);
    expect(accountOf(venue).ended.get(order('a').clientOrderId)).toBe('rejected');
  });

  it('cancels a resting order, and says why it cannot cancel another', () => {
    const venue = openVenue();
    const reports = quiet(venue);
    send(venue, 'a', { price: priceNear(venue, -3000) });
    venue.cancel(order('a'));
    venue.cancel(order('a'));
    venue.cancel(order('b'));
    live(venue, 1);
    expect(reports.map(brief)).toEqual([
      'accepted a',
      'order-cancelled a requested',
      'cancel-rejected a already-cancelled',
      'cancel-rejected b unknown-order',
    ]);
    expect(accountOf(venue).openOrders).toEqual([]);
  });

  it('fills a resting order at the touch as maker when the market comes to it', () => {
    const venue = openVenue({ makerFeeE8: -5_000n });
    const reports = quiet(venue);
    send(venue, 'a', { price: priceNear(venue, -1), quantity: qtyLots(50), postOnly: true });
    for (let i = 0; i < 600 && reports.at(-1)!.kind !== 'order-filled'; i += 1) live(venue, 1000);
    const report = reports.at(-1)!;
    if (report.kind !== 'order-filled') throw new Error(`no fill but ${report.kind}`);
    expect(report.fill).toMatchObject({ liquidity: 'maker', side: 'buy' });
    expect(report.fill.fee).toBeLessThan(0n);
  });

  it.each([
    ['unknown-instrument', { instrument: instrumentId('sim', 'XYZUSDT') }],
    ['unknown-instrument', { instrument: ETH.id }],
    ['bad-quantity', { quantity: qtyLots(0) }],
    ['bad-quantity', { quantity: qtyLots(-5) }],
    ['bad-price', { price: priceTicks(0) }],
    ['post-only-must-rest', { postOnly: true, timeInForce: 'ioc' }],
    ['post-only-must-rest', { postOnly: true, type: 'market' }],
    ['below-minimum-notional', { price: priceTicks(49_999), quantity: qtyLots(1) }],
    ['insufficient-margin', { quantity: qtyLots(17_000) }],
    ['nothing-to-reduce', { reduceOnly: true }],
  ] satisfies [string, Partial<OrderRequest>][])('rejects an order with %s', (reason, request) => {
    const venue = openVenue();
    const reports = quiet(venue);
    send(venue, 'a', request);
    expect(reports.map(brief)).toEqual([`order-rejected a ${reason}`]);
    expect(accountOf(venue).cash).toBe(10_000_000_000_000n);
  });

  it('counts working orders of one side into the margin, and closing orders out of it', () => {
    const venue = openVenue({ initialCash: money(1_000_00000000n), maxLeverage: 10 });
    const reports = quiet(venue);
    const low = priceNear(venue, -3000);
    send(venue, 'a', { price: low, quantity: qtyLots(90) });
    send(venue, 'b', { price: low, quantity: qtyLots(90) });
    send(venue, 'c', { price: priceNear(venue, 3000), quantity: qtyLots(90), side: 'sell' });
    expect(reports.map(brief)).toEqual([
      'accepted a',
      'order-rejected b insufficient-margin',
      'accepted c',
    ]);
  });

  it('never trades with itself: the resting order expires', () => {
    const venue = openVenue({ maxLeverage: 1000 });
    const reports = quiet(venue);
    const { askTicks, askLots } = venue.touch(0);
    const mine = { side: 'sell', price: priceTicks(askTicks), quantity: qtyLots(5) } as const;
    send(venue, 'a', mine);
    send(venue, 'b', { price: priceTicks(askTicks), quantity: qtyLots(askLots + 5_000) });
    const words = reports.map(brief);
    expect(words).toContain('order-expired a self-trade');
    expect(words.filter((word) => word.startsWith('filled a'))).toEqual([]);
  });
});

describe('a repeated client order id', () => {
  it('is answered with the order that it names, never with a second one', () => {
    const venue = openVenue();
    const reports = quiet(venue);
    const resting = { price: priceNear(venue, -3000) };
    send(venue, 'a', resting);
    send(venue, 'a', { ...resting, quantity: qtyLots(999) });
    expect(reports).toHaveLength(2);
    expect({ ...reports[1]!, at: 0n }).toEqual({ ...reports[0]!, at: 0n });
    expect(accountOf(venue).openOrders).toMatchObject([{ clientOrderId: 'a', quantity: 10 }]);
    venue.cancel(order('a'));
    live(venue, 1);
    send(venue, 'a', resting);
    expect(reports.slice(3).map(brief)).toEqual(['accepted a', 'order-cancelled a requested']);
    expect(accountOf(venue).openOrders).toEqual([]);
  });

  it('brings the same fills with the same trade ids', () => {
    const venue = openVenue();
    const reports = quiet(venue);
    const market = { type: 'market', price: priceNear(venue, 3000) } as const;
    send(venue, 'a', market);
    const first = reports.splice(0);
    send(venue, 'a', market);
    const timeless = (list: typeof reports) => list.map((report) => ({ ...report, at: 0n }));
    expect(timeless(reports)).toEqual(timeless(first));
    expect(accountOf(venue).positions.get(BTC.id)).toBe(10);
  });

  it('of a refused order stays refused', () => {
    const venue = openVenue();
    const reports = quiet(venue);
    send(venue, 'a', { quantity: qtyLots(0) });
    send(venue, 'a', { price: priceNear(venue, -3000) });
    expect(reports.map(brief)).toEqual([
      'order-rejected a bad-quantity',
      'order-rejected a bad-quantity',
    ]);
  });
});

describe('reduce-only orders', () => {
  const long = (venue: SimulatedVenue, lots: number) =>
    send(venue, 'open', {
      type: 'market',
      price: priceNear(venue, 3000),
      quantity: qtyLots(lots),
    });

  it('are cut to the position and expire when the cut part is filled', () => {
    const venue = openVenue();
    const reports = quiet(venue);
    long(venue, 100);
    reports.splice(0);
    const price = priceNear(venue, -3000);
    send(venue, 'a', {
      side: 'sell',
      type: 'market',
      price,
      quantity: qtyLots(500),
      reduceOnly: true,
    });
    expect(reports.map(brief).at(-1)).toBe('order-expired a reduce-only-cut');
    const account = accountOf(venue);
    expect(account.positions.size).toBe(0);
    expect(account.ended.get(order('a').clientOrderId)).toBe('expired');
  });

  it('share what is left to reduce among those that rest', () => {
    const venue = openVenue();
    const reports = quiet(venue);
    long(venue, 100);
    reports.splice(0);
    const exit = { side: 'sell', reduceOnly: true, price: priceNear(venue, 3000) } as const;
    send(venue, 'a', { ...exit, quantity: qtyLots(60) });
    send(venue, 'b', { ...exit, quantity: qtyLots(60) });
    send(venue, 'c', { ...exit, quantity: qtyLots(60) });
    expect(reports.map(brief)).toEqual([
      'accepted a',
      'accepted b',
      'order-rejected c nothing-to-reduce',
    ]);
    send(venue, 'd', {
      side: 'sell',
      type: 'market',
      price: priceNear(venue, -3000),
      quantity: qtyLots(50),
    });
    expect(reports.map(brief)).toContain('order-expired b reduce-only-excess');
    const after = accountOf(venue);
    expect(after.openOrders.map((open) => open.clientOrderId)).toEqual([]);
    expect(after.ended.get(order('a').clientOrderId)).toBe('expired');
  });

  it('never turn the position round', () => {
    const venue = openVenue();
    quiet(venue);
    long(venue, 100);
    send(venue, 'a', {
      side: 'buy',
      type: 'market',
      price: priceNear(venue, 3000),
      reduceOnly: true,
    });
    expect(accountOf(venue).positions.get(BTC.id)).toBe(100);
  });
});

describe('delays', () => {
  it('separate the order, its arrival and the report by the medians asked for', () => {
    const latency = { feedMs: 1, orderMs: 20, responseMs: 30, sigma: 0 };
    const venue = openVenue({ latency });
    const reports = quiet(venue);
    venue.submit(order('a', { price: priceNear(venue, -3000) }));
    live(venue, 49.999);
    expect(reports).toEqual([]);
    live(venue, 0.001);
    expect(reports).toMatchObject([{ kind: 'order-accepted', at: START + 50_000_000n }]);
  });

  it('date a fill by its execution and its report by its arrival', () => {
    const venue = openVenue({ latency: { feedMs: 1, orderMs: 20, responseMs: 30, sigma: 0 } });
    const reports = quiet(venue);
    venue.submit(order('a', { type: 'market', price: priceNear(venue, 3000) }));
    live(venue, 100);
    const report = reports.at(-1)!;
    if (report.kind !== 'order-filled') throw new Error(`no fill but ${report.kind}`);
    expect(report.at).toBe(START + 50_000_000n);
    expect(report.fill.at).toBe(START + 20_000_000n);
  });

  it('keep a cancel behind the order that it cancels', () => {
    const venue = openVenue({ latency: { feedMs: 1, orderMs: 5, responseMs: 5, sigma: 1.5 } });
    const reports = quiet(venue);
    for (let n = 0; n < 200; n += 1) {
      venue.submit(order(`o${n}`, { price: priceNear(venue, -3000) }));
      venue.cancel(order(`o${n}`));
    }
    live(venue, 5000);
    const wanted = Array.from({ length: 200 }, (_, n) => [
      `accepted o${n}`,
      `order-cancelled o${n} requested`,
    ]);
    expect(reports.map(brief)).toEqual(wanted.flat());
  });

  it('make the account answer late, with the truth of the moment it was asked there', () => {
    const venue = openVenue({ latency: { feedMs: 1, orderMs: 20, responseMs: 30, sigma: 0 } });
    quiet(venue);
    let at: bigint | null = null;
    venue.account(eventTime(0n), (result) => {
      if (result.ok) at = result.value.at;
    });
    live(venue, 49);
    expect(at).toBeNull();
    live(venue, 2);
    expect(at).toBe(START + 20_000_000n);
  });
});
