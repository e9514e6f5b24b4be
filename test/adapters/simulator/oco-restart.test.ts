import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SimulatedVenue } from '../../../src/adapters/simulator/index.ts';
import { LEDGER_FILE } from '../../../src/adapters/simulator/ledger.ts';
import { OrderDesk } from '../../../src/adapters/simulator/order-desk.ts';
import { VenueTruth } from '../../../src/adapters/simulator/truth.ts';
import { EngineNumbers, heldOrder } from '../../../src/adapters/simulator/working-orders.ts';
import { addMs } from '../../../src/core/index.ts';
import {
  type OcoGroup,
  type OrderRequest,
  priceTicks,
  qtyLots,
  type VenueOrderId,
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
} from './fixture.ts';

const ocoGroup = 'g' as OcoGroup;

function send(venue: SimulatedVenue, id: string, request: Partial<OrderRequest>): void {
  venue.submit(order(id, { side: 'buy', ocoGroup, ...request }));
  live(venue, 1);
}

const openIds = (venue: SimulatedVenue): readonly string[] =>
  accountOf(venue).openOrders.map(({ clientOrderId }) => clientOrderId);

const far = (venue: SimulatedVenue, ticks: number) => priceTicks(venue.touch(0).bidTicks - ticks);

describe('an OCO group at the simulated venue', () => {
  it('ends when one of its orders ran out of time while the venue was closed', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    live(first, 1000);
    const expireAt = addMs(first.now(), 500);
    send(first, 'b', { price: far(first, 2000) });
    send(first, 'a', { price: far(first, 3000), timeInForce: 'gtd', expireAt });
    expect(openIds(first)).toEqual(['b', 'a']);
    first.close();
    const second = openVenue({ directory }, addMs(first.now(), 2000));
    live(second, 10);
    expect(openIds(second)).toEqual([]);
    const ended = [...accountOf(second).ended];
    expect(ended).toEqual([
      ['a', 'expired'],
      ['b', 'cancelled'],
    ]);
  });

  it('ends when the venue was killed between the fill of one order and the end of the other', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    live(first, 1000);
    send(first, 'b', { price: far(first, 2000) });
    const { askTicks } = first.touch(0);
    send(first, 'a', { price: priceTicks(askTicks), quantity: qtyLots(3) });
    first.close();
    const path = join(directory, LEDGER_FILE);
    const lines = readFileSync(path, 'utf8').split('\n');
    const fill = lines.findIndex((line) => line.includes('"fill"') && line.includes('"a"'));
    expect(fill).toBeGreaterThan(0);
    writeFileSync(path, `${lines.slice(0, fill + 1).join('\n')}\n`);
    const second = openVenue({ directory }, addMs(first.now(), 1));
    live(second, 10);
    expect(openIds(second)).toEqual([]);
  });

  it('ends when the engine refuses one of its orders after a restart', () => {
    const truth = new VenueTruth([BTC]);
    for (const name of ['a', 'b']) {
      const { clientOrderId, request } = order(name, { side: 'buy', ocoGroup });
      const held = heldOrder(clientOrderId, `v-${name}` as VenueOrderId, request, request.quantity);
      truth.apply({ kind: 'order', at: 1, order: held });
    }
    const entered: number[] = [];
    const cancelled: number[] = [];
    const desk = new OrderDesk({
      instruments: [BTC],
      engine: {
        place: ({ id }) => entered.push(id),
        cancel: (_symbol, id) => cancelled.push(id),
        amend: () => {},
        position: () => {},
      },
      truth,
      ledger: {
        append: (records) => {
          for (const record of records) truth.apply(record);
        },
      },
      fees: { makerFeeE8: 0n, takerFeeE8: 0n, feeTiers: [] },
      maxLeverage: 1,
      filters: { percentPrice: null, maxOpenOrders: null, maxConditionalOrders: null },
      selfTradePrevention: 'cancelResting',
      mark: () => null,
      report: () => {},
    });
    desk.restore(2);
    const [first, second] = entered;
    desk.rejected(first!, 'book-full', 2);
    expect(desk.trim(2)).toBe(true);
    expect(cancelled).toEqual([second]);
    expect([...truth.ended.values()].map(({ state, reason }) => [state, reason])).toEqual([
      ['expired', 'venue-restarted'],
      ['cancelled', 'one-cancels-other'],
    ]);
  });

  it('keeps the partly filled order that won it over a restart', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    live(first, 1000);
    const { askTicks, askLots } = first.touch(0);
    send(first, 'a', { price: priceTicks(askTicks), quantity: qtyLots(askLots + 500) });
    expect(openIds(first)).toEqual(['a']);
    first.close();
    const second = openVenue({ directory }, addMs(first.now(), 1));
    const reports = reportsOf(second);
    live(second, 1);
    expect(reports.map(brief).filter((line) => line.includes('cancelled'))).toEqual([]);
  });

  it('leaves the order that won it alone when a late one is refused', () => {
    const venue = openVenue();
    const reports = reportsOf(venue);
    live(venue, 1000);
    const { askTicks, askLots } = venue.touch(0);
    send(venue, 'a', { price: priceTicks(askTicks), quantity: qtyLots(askLots + 500) });
    send(venue, 'b', { price: far(venue, 2000) });
    expect(reports.map(brief)).toContain('order-rejected b oco-done');
    expect(reports.map(brief).filter((line) => line.includes('order-cancelled'))).toEqual([]);
  });

  it('leaves no number behind when the engine refuses its only order', () => {
    const forgotten: string[] = [];
    const { forgetGroup } = EngineNumbers.prototype;
    EngineNumbers.prototype.forgetGroup = function (group): void {
      forgotten.push(group);
      forgetGroup.call(this, group);
    };
    try {
      const venue = openVenue();
      const reports = reportsOf(venue);
      live(venue, 1000);
      const price = priceTicks(venue.touch(0).askTicks + 100);
      send(venue, 'a', { price, postOnly: true });
      expect(reports.map(brief)).toEqual(['order-rejected a post-only-would-take']);
      expect(forgotten).toEqual(['g']);
    } finally {
      EngineNumbers.prototype.forgetGroup = forgetGroup;
    }
  });
});
