import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SimulatedVenue } from '../../../src/adapters/simulator/index.ts';
import { LEDGER_FILE } from '../../../src/adapters/simulator/ledger.ts';
import { KEPT_ENDED_US, VenueTruth } from '../../../src/adapters/simulator/truth.ts';
import { decodeRecord } from '../../../src/adapters/simulator/truth-decode.ts';
import { encodeRecord } from '../../../src/adapters/simulator/truth-record.ts';
import { addMs } from '../../../src/core/index.ts';
import {
  money,
  type OcoGroup,
  type OrderRequest,
  priceTicks,
  qtyLots,
  type VenueReport,
} from '../../../src/model/index.ts';
import {
  accountOf,
  BTC,
  brief,
  freshDirectory,
  live,
  openVenue,
  order,
  reportsOf,
  START,
} from './fixture.ts';

const at = (ticks: number) => priceTicks(ticks);
const lots = (count: number) => qtyLots(count);
const group = (name: string) => name as OcoGroup;

function send(venue: SimulatedVenue, id: string, request: Partial<OrderRequest>): void {
  venue.submit(order(id, request));
  live(venue, 1);
}

/** Lives until a report matches, at most ten minutes of the venue's time. */
function until(venue: SimulatedVenue, reports: VenueReport[], word: RegExp): boolean {
  for (let waited = 0; waited < 600_000; waited += 250) {
    if (reports.some((report) => word.test(brief(report)))) return true;
    live(venue, 250);
  }
  return false;
}

const cancel = (venue: SimulatedVenue, id: string, request: Partial<OrderRequest> = {}): void => {
  venue.cancel(order(id, request));
  live(venue, 1);
};

describe('stops at the simulated venue', () => {
  it('wait until the market trades at their trigger, then take', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    const trigger = venue.touch(0).bidTicks - 4;
    const stop = { side: 'sell', type: 'stop', triggerPrice: at(trigger) } as const;
    send(venue, 'a', { ...stop, price: at(trigger - 5000), quantity: lots(2) });
    expect(reports.map(brief)).toEqual(['accepted a']);
    expect(until(venue, reports, /^filled a/)).toBe(true);
    const fill = reports.find((report) => report.kind === 'order-filled')!;
    expect(fill.kind === 'order-filled' && fill.fill.liquidity).toBe('taker');
    expect(fill.kind === 'order-filled' && fill.fill.price).toBeLessThanOrEqual(trigger + 1);
    expect(accountOf(venue).positions.get(BTC.id)).toBe(-2);
  });

  it('are refused when the last trade has reached their trigger', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    live(venue, 5_000);
    const trigger = at(venue.touch(0).bidTicks - 50);
    send(venue, 'a', { type: 'stop', triggerPrice: trigger, price: at(trigger + 100) });
    expect(reports.map(brief)).toEqual(['order-rejected a would-trigger']);
  });

  it('trail the market and survive a restart with their water mark', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    const trail = { side: 'sell', type: 'trailing-stop', trailOffset: 600 } as const;
    send(first, 'a', { ...trail, price: at(500_000), quantity: lots(3) });
    live(first, 5_000);
    first.close();
    expect(readFileSync(join(directory, LEDGER_FILE), 'utf8')).toContain('"waterMark":');
    const second = openVenue({ directory }, first.now());
    const reports = reportsOf(second);
    expect(accountOf(second).openOrders).toMatchObject([{ clientOrderId: 'a', quantity: 3 }]);
    expect(until(second, reports, /^filled a/)).toBe(true);
  });
});

describe('good-till-date orders', () => {
  it('expire at their time to the microsecond, and not before', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    const expireAt = addMs(venue.now(), 5_000);
    send(venue, 'a', { timeInForce: 'gtd', expireAt });
    live(venue, 4_998);
    expect(reports.map(brief)).toEqual(['accepted a']);
    live(venue, 1);
    expect(reports.map(brief)).toEqual(['accepted a', 'order-expired a timed-out']);
    expect(reports[1]!.at).toBe(expireAt);
  });

  it('are refused when their time is past, and expire when it passed while the venue was down', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    const reports = reportsOf(first);
    live(first, 10);
    send(first, 'a', { timeInForce: 'gtd', expireAt: START });
    expect(reports.map(brief)).toEqual(['order-rejected a bad-expiry']);
    send(first, 'b', { timeInForce: 'gtd', expireAt: addMs(first.now(), 500) });
    first.close();
    const second = openVenue({ directory }, addMs(first.now(), 1_000));
    const { openOrders, ended } = accountOf(second);
    expect(openOrders).toEqual([]);
    expect(ended.get(order('b').clientOrderId)).toBe('expired');
  });
});

describe('fill-or-kill and iceberg orders', () => {
  it('fill wholly or expire', () => {
    const venue = openVenue({ initialCash: money(10n ** 17n) });
    const reports = reportsOf(venue);
    const touch = venue.touch(0);
    const fok = { timeInForce: 'fok', price: at(touch.askTicks) } as const;
    send(venue, 'a', { ...fok, quantity: lots(touch.askLots + 100_000) });
    expect(reports.map(brief)).toEqual(['accepted a', 'order-expired a not-fillable']);
    send(venue, 'b', { ...fok, price: at(touch.askTicks + 20), quantity: lots(1) });
    expect(reports.slice(2).map(brief)).toEqual(['accepted b', 'filled b 1 taker']);
  });

  it('show the market only their slice', () => {
    const venue = openVenue();
    const texts: string[] = [];
    venue.onFrame((frame) => texts.push(Buffer.from(frame.bytes).toString('latin1')));
    send(venue, 'a', { price: at(512_345), quantity: lots(80), displayQuantity: lots(20) });
    live(venue, 200);
    const seen = texts.flatMap((text) => /\["51234\.5","([\d.]+)"\]/.exec(text)?.[1] ?? []);
    expect(seen).toEqual(['0.020']);
  });
});

describe('OCO groups', () => {
  const target = { side: 'sell', price: at(640_000), ocoGroup: group('g') } as const;
  const protect = {
    side: 'sell',
    type: 'stop',
    triggerPrice: at(580_000),
    price: at(570_000),
    ocoGroup: group('g'),
  } as const;

  it('end as a whole when one of their orders is cancelled, and take no more', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    send(venue, 'a', target);
    send(venue, 'b', protect);
    cancel(venue, 'a');
    expect(reports.slice(2).map(brief)).toEqual([
      'order-cancelled a requested',
      'order-cancelled b one-cancels-other',
    ]);
    send(venue, 'c', target);
    expect(reports.map(brief).at(-1)).toBe('order-rejected c oco-done');
  });

  it('end when one of their orders is refused on arrival', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    send(venue, 'a', target);
    send(venue, 'b', { ...protect, triggerPrice: at(0) });
    expect(reports.slice(1).map(brief)).toEqual([
      'order-rejected b bad-trigger',
      'order-cancelled a one-cancels-other',
    ]);
    expect(accountOf(venue).openOrders).toEqual([]);
  });

  it('close a position with either order: both may cover all of it, and only one trades', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    send(venue, 'in', { type: 'market', timeInForce: 'ioc', price: at(620_000) });
    const trigger = at(venue.touch(0).bidTicks - 4);
    const exit = { side: 'sell', reduceOnly: true, ocoGroup: group('x') } as const;
    send(venue, 'up', { ...exit, price: at(venue.touch(0).askTicks + 3000) });
    send(venue, 'down', { ...exit, type: 'stop', triggerPrice: trigger, price: at(550_000) });
    expect(accountOf(venue).openOrders).toHaveLength(2);
    expect(until(venue, reports, /order-cancelled up one-cancels-other/)).toBe(true);
    live(venue, 10);
    expect(accountOf(venue).positions.size).toBe(0);
    expect(accountOf(venue).openOrders).toEqual([]);
  });

  it('are still linked after a restart', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    send(first, 'a', target);
    send(first, 'b', protect);
    first.close();
    const second = openVenue({ directory }, first.now());
    const reports = reportsOf(second);
    expect(accountOf(second).openOrders).toHaveLength(2);
    cancel(second, 'b');
    expect(reports.map(brief)).toEqual([
      'order-cancelled b requested',
      'order-cancelled a one-cancels-other',
    ]);
  });
});

describe('the filters of the simulated venue', () => {
  const filters = { percentPrice: { up: 1.01, down: 0.99 }, maxOpenOrders: 3 };

  it('refuse limit prices too far on their eager side', () => {
    const venue = openVenue({ filters: { ...filters, maxConditionalOrders: null } });
    const reports = reportsOf(venue);
    send(venue, 'a', { price: at(607_000) });
    send(venue, 'b', { side: 'sell', price: at(593_000) });
    send(venue, 'c', { price: at(500_000) });
    expect(reports.map(brief)).toEqual([
      'order-rejected a percent-price',
      'order-rejected b percent-price',
      'accepted c',
    ]);
  });

  it('refuse more orders, and more stops among them, than the venue keeps', () => {
    const venue = openVenue({ filters: { ...filters, maxConditionalOrders: 1 } });
    const reports = reportsOf(venue);
    const stop = { type: 'stop', triggerPrice: at(610_000), price: at(620_000) } as const;
    send(venue, 'a', stop);
    send(venue, 'b', stop);
    for (const id of ['c', 'd', 'e']) send(venue, id, {});
    expect(reports.map(brief)).toEqual([
      'accepted a',
      'order-rejected b too-many-orders',
      'accepted c',
      'accepted d',
      'order-rejected e too-many-orders',
    ]);
  });
});

describe('self-trade prevention', () => {
  it.each([
    ['cancelNew', ['order-expired b self-trade']],
    ['cancelBoth', ['order-expired a self-trade', 'order-expired b self-trade']],
    ['decrement', ['order-expired b self-trade']],
  ] as const)('in the way %s ends what it should', (selfTradePrevention, ends) => {
    const venue = openVenue({ selfTradePrevention });
    const reports = reportsOf(venue);
    const { bidTicks, askTicks } = venue.touch(0);
    expect(askTicks - bidTicks).toBeGreaterThanOrEqual(1);
    // At the touch our order stands behind the crowd's: a sweep of that level reaches it.
    const ask = venue.touch(0).askLots;
    send(venue, 'a', { side: 'sell', price: at(askTicks), quantity: lots(50) });
    const sweep = { timeInForce: 'ioc', price: at(askTicks), quantity: lots(ask + 20) } as const;
    send(venue, 'b', sweep);
    const ended = reports.map(brief).filter((line) => line.startsWith('order-'));
    expect(ended).toEqual(ends);
    const left = accountOf(venue).openOrders;
    expect(left.map((open) => open.clientOrderId)).toEqual(ends.length === 1 ? ['a'] : []);
    expect(reports.map(brief).join()).not.toContain('filled a');
  });
});

describe('what the ledger keeps of such orders', () => {
  it('reads back every member as it was written, and changes as they were', () => {
    const terms = {
      ...order('a').request,
      clientOrderId: order('a').clientOrderId,
      venueOrderId: '7' as never,
      taken: lots(10),
      filled: lots(0),
      triggerPrice: at(5),
      trailOffset: 3,
      displayQuantity: lots(2),
      expiresAt: 99,
      ocoGroup: group('g'),
      triggered: true,
      waterMark: at(6),
      prevented: lots(1),
    };
    const { strategy: _, ...held } = terms;
    const records = [
      { kind: 'order', at: 1, order: held },
      { kind: 'change', at: 2, clientOrderId: held.clientOrderId, triggered: true },
      { kind: 'change', at: 3, clientOrderId: held.clientOrderId, waterMark: at(9) },
      { kind: 'change', at: 4, clientOrderId: held.clientOrderId, prevented: lots(2) },
    ] as const;
    for (const record of records) expect(decodeRecord(encodeRecord(record))).toEqual({ record });
  });

  it('forgets an ended order, and its id, after 24 hours', () => {
    const truth = new VenueTruth([BTC]);
    const end = (id: string, time: number) => {
      const { clientOrderId } = order(id);
      const ended = { clientOrderId, venueOrderId: null, state: 'rejected', reason: 'x' } as const;
      truth.apply({ kind: 'end', at: time, end: { ...ended, at: time, ocoGroup: group(id) } });
    };
    end('a', 1_000);
    end('b', 1_000 + KEPT_ENDED_US);
    expect([...truth.ended.keys()]).toEqual(['a', 'b']);
    end('c', 1_001 + KEPT_ENDED_US);
    expect([...truth.ended.keys()]).toEqual(['b', 'c']);
    expect(truth.endsForgottenUpTo).toBe(1_000);
    expect([group('a'), group('b')].map((name) => truth.isGroupDone(name))).toEqual([false, true]);
  });
});
