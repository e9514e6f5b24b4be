import { describe, expect, it } from 'vitest';
import {
  type LocalAccount,
  Orders,
  reconcile,
  resolveDoubts,
  type VenueAccount,
  type VenueOpenOrder,
} from '../../src/execution/index.ts';
import {
  type ClientOrderId,
  type DomainEvent,
  instrumentId,
  priceTicks,
  qtyLots,
  type VenueOrderId,
} from '../../src/model/index.ts';
import { Portfolio } from '../../src/portfolio/index.ts';
import { at, BTC, ETH, fillOf, INSTRUMENTS, usdt } from '../portfolio/sample-account.ts';
import { id, life } from './sample-orders.ts';

const DEPOSIT: DomainEvent = { kind: 'cash-deposited', at: at(0), amount: usdt('100000') };

/** The state of our side after a deposit and the given events. */
class OurSide {
  readonly orders = new Orders();
  readonly portfolio = new Portfolio(INSTRUMENTS, 100);

  constructor(...events: DomainEvent[]) {
    for (const event of [DEPOSIT, ...events]) this.apply(event);
  }

  apply(event: DomainEvent): void {
    this.orders.apply(event);
    this.portfolio.apply(event);
  }

  account(settleMs = 0): LocalAccount {
    return {
      at: at(60_000),
      runEpoch: 2,
      orders: this.orders,
      positions: this.portfolio.lots(),
      cash: this.portfolio.cash,
      deposits: this.portfolio.deposits,
      fillStanding: (fill) => this.portfolio.fillStanding(fill),
      instruments: new Map(INSTRUMENTS.map((each) => [each.id, each])),
      settleMs,
    };
  }
}

const venueWith = (terms: Partial<VenueAccount> = {}): VenueAccount => ({
  at: at(60_000),
  openOrders: [],
  fills: [],
  positions: new Map(),
  cash: usdt('100000'),
  ended: new Map(),
  endedSince: at(0),
  ...terms,
});

const working = (counter = 1, terms: Partial<VenueOpenOrder> = {}): VenueOpenOrder => ({
  clientOrderId: id(counter),
  venueOrderId: `v${counter}` as VenueOrderId,
  instrument: BTC.id,
  side: 'buy',
  price: priceTicks(600_000),
  quantity: qtyLots(10),
  filled: qtyLots(0),
  ...terms,
});

const bought = (trade: string, lots: number, counter = 1) =>
  fillOf({ trade, order: id(counter), side: 'buy', price: 600_000, lots, ms: 10 });

/** Cash and position at the venue after so many lots were bought at 60,000. */
const holding = (lots: number): Partial<VenueAccount> => ({
  cash: (usdt('100000') - usdt('60') * BigInt(lots)) as VenueAccount['cash'],
  positions: new Map([[BTC.id, qtyLots(lots)]]),
});

/** Reconciles, records what it says and reconciles again: nothing may be left to say. */
const resolve = (ours: OurSide, venue: VenueAccount) => {
  const result = reconcile(ours.account(), venue);
  if (result.kind === 'refused') throw new Error(result.differences.join('; '));
  for (const event of result.events) ours.apply(event);
  const again = reconcile(ours.account(), venue);
  expect(again.kind === 'resolved' && again.resolutions).toEqual([]);
  return result;
};

const differences = (ours: OurSide, venue: VenueAccount): readonly string[] => {
  const result = reconcile(ours.account(), venue);
  return result.kind === 'refused' ? result.differences : ['resolved'];
};

const status = (ours: OurSide, counter = 1) => ours.orders.get(id(counter))?.status;

describe('reconciliation resolves', () => {
  it('nothing when both sides agree, and says so with a reconciled event', () => {
    const ours = new OurSide(life.submitted(), life.accepted());
    const result = resolve(ours, venueWith({ openOrders: [working()] }));
    expect(result.events).toEqual([{ kind: 'reconciled', at: at(60_000), resolutions: [] }]);
  });

  it('the first run by taking the opening balance from the venue', () => {
    const orders = new Orders();
    const portfolio = new Portfolio(INSTRUMENTS);
    const empty = { ...new OurSide().account(), orders, cash: usdt('0'), deposits: usdt('0') };
    const result = reconcile(empty, venueWith());
    expect(result).toMatchObject({ kind: 'resolved', cancels: [] });
    if (result.kind === 'resolved') for (const event of result.events) portfolio.apply(event);
    expect(portfolio.cash).toBe(usdt('100000'));
  });

  it('an order whose acknowledgement was missed', () => {
    const ours = new OurSide(life.submitted());
    resolve(ours, venueWith({ openOrders: [working()] }));
    expect(ours.orders.get(id(1))).toMatchObject({ status: 'accepted', venueOrderId: 'v1' });
  });

  it('an order in doubt that works at the venue', () => {
    const ours = new OurSide(life.submitted(), life.doubted());
    resolve(ours, venueWith({ openOrders: [working()] }));
    expect(status(ours)).toBe('accepted');
  });

  it('an order that never arrived by rejecting it', () => {
    const ours = new OurSide(life.submitted(), life.doubted());
    const result = resolve(ours, venueWith());
    expect(status(ours)).toBe('rejected');
    expect(ours.orders.get(id(1))?.reason).toBe('never arrived at the venue');
    expect(result.resolutions).toEqual(['order b4-1-1 is not known at the venue: rejected']);
  });

  it('a fill that was missed, and with it the position and the cash', () => {
    const ours = new OurSide(life.submitted(), life.accepted());
    resolve(
      ours,
      venueWith({
        ...holding(4),
        fills: [bought('1', 4)],
        openOrders: [working(1, { filled: qtyLots(4) })],
      }),
    );
    expect(status(ours)).toBe('partially-filled');
    expect(ours.portfolio.position(BTC.id).lots).toBe(4);
  });

  it('an order that was filled completely while nobody listened', () => {
    const ours = new OurSide(life.submitted());
    resolve(
      ours,
      venueWith({
        ...holding(10),
        fills: [bought('1', 4), bought('2', 6)],
        ended: new Map([[id(1), 'filled']]),
      }),
    );
    expect(status(ours)).toBe('filled');
  });

  it('a part fill whose rest was cancelled at the venue', () => {
    const ours = new OurSide(life.submitted(), life.accepted());
    resolve(
      ours,
      venueWith({
        ...holding(4),
        fills: [bought('1', 4)],
        ended: new Map([[id(1), 'cancelled']]),
      }),
    );
    expect(ours.orders.get(id(1))).toMatchObject({ status: 'cancelled', filled: 4 });
  });

  it.each(['cancelled', 'rejected', 'expired'] as const)('an order %s at the venue', (end) => {
    const ours = new OurSide(life.submitted());
    resolve(ours, venueWith({ ended: new Map([[id(1), end]]) }));
    expect(status(ours)).toBe(end);
  });

  it('an accepted order that the venue no longer lists by cancelling it here', () => {
    const ours = new OurSide(life.submitted(), life.accepted());
    resolve(ours, venueWith());
    expect(status(ours)).toBe('cancelled');
  });

  it('a late fill of an order that is cancelled here', () => {
    const ours = new OurSide(life.submitted(), life.accepted(), life.cancelled());
    resolve(
      ours,
      venueWith({
        ...holding(4),
        fills: [bought('1', 4)],
        ended: new Map([[id(1), 'cancelled']]),
      }),
    );
    expect(ours.orders.get(id(1))).toMatchObject({ status: 'cancelled', filled: 4 });
  });

  it('fills that are booked already, and a trade that the venue lists twice', () => {
    const ours = new OurSide(life.submitted(), life.accepted(), life.filled('1', 4));
    const result = reconcile(
      ours.account(),
      venueWith({
        ...holding(10),
        fills: [bought('1', 4), bought('2', 6), bought('2', 6)],
        ended: new Map([[id(1), 'filled']]),
      }),
    );
    if (result.kind === 'refused') throw new Error(result.differences.join('; '));
    for (const event of result.events) ours.apply(event);
    expect(ours.portfolio.position(BTC.id).lots).toBe(10);
    expect(result.resolutions).toContain('trade 2 was reported twice: counted once');
  });

  it('an order of ours that the journal lost by taking it over and cancelling it', () => {
    const ours = new OurSide();
    const result = resolve(ours, venueWith({ openOrders: [working(7)] }));
    expect(result.cancels).toEqual([id(7)]);
    expect(ours.orders.get(id(7))).toMatchObject({
      status: 'accepted',
      request: { strategy: 'recovered', side: 'buy', quantity: 10 },
    });
  });

  it('a lost order that is partly filled, fills included', () => {
    const ours = new OurSide();
    const result = reconcile(
      ours.account(),
      venueWith({
        ...holding(4),
        fills: [bought('1', 4, 7)],
        openOrders: [working(7, { filled: qtyLots(4) })],
      }),
    );
    if (result.kind === 'refused') throw new Error(result.differences.join('; '));
    for (const event of result.events) ours.apply(event);
    expect(ours.orders.get(id(7))).toMatchObject({ status: 'partially-filled', filled: 4 });
    expect(ours.portfolio.position(BTC.id).lots).toBe(4);
  });

  it('a lost order that is already gone by booking its fills', () => {
    const ours = new OurSide();
    resolve(
      ours,
      venueWith({
        ...holding(10),
        fills: [bought('1', 10, 7)],
        ended: new Map([[id(7), 'filled']]),
      }),
    );
    expect(ours.portfolio.position(BTC.id).lots).toBe(10);
    expect(ours.orders.get(id(7))).toBeNull();
  });

  it('a fill older than the window by the totals, which prove that it is booked', () => {
    const ours = new OurSide(life.submitted(1, 0, { quantity: qtyLots(500) }), life.accepted());
    for (let n = 0; n < 120; n += 1) ours.apply(life.filled(`t${n}`, 1, 1, n));
    const old = fillOf({ trade: 't3', order: id(1), side: 'buy', price: 600_000, lots: 1, ms: 3 });
    expect(ours.portfolio.fillStanding(old)).toBe('older-than-window');
    const open = working(1, { quantity: qtyLots(500), filled: qtyLots(120) });
    resolve(ours, venueWith({ ...holding(120), fills: [old], openOrders: [open] }));
    expect(ours.portfolio.position(BTC.id).lots).toBe(120);
  });
});

describe('reconciliation refuses, and says what differs,', () => {
  it('a foreign order', () => {
    const foreign = working(1, { clientOrderId: 'web-17' as ClientOrderId });
    expect(differences(new OurSide(), venueWith({ openOrders: [foreign] }))).toEqual([
      'order web-17 works at the venue and is no order of this bot',
    ]);
  });

  it('an order of a run that has not been yet', () => {
    const future = working(1, { clientOrderId: id(1, 3) });
    expect(differences(new OurSide(), venueWith({ openOrders: [future] }))).toEqual([
      'order b4-3-1 works at the venue and is no order of this bot',
    ]);
  });

  it('a foreign fill', () => {
    const fill = { ...bought('1', 1), clientOrderId: 'web-17' as ClientOrderId };
    expect(differences(new OurSide(), venueWith({ ...holding(1), fills: [fill] }))).toContain(
      'trade 1 belongs to web-17, which is no order of this bot',
    );
  });

  it('a position that differs', () => {
    expect(
      differences(new OurSide(), venueWith({ positions: new Map([[ETH.id, qtyLots(3)]]) })),
    ).toEqual(['position of sim:ETHUSDT: 0 lots here, 3 lots at the venue']);
  });

  it('a position that the venue does not have', () => {
    const ours = new OurSide(life.submitted(), life.filled('1', 10));
    const venue = venueWith({ cash: usdt('99400') });
    expect(differences(ours, venue)).toEqual([
      'position of sim:BTCUSDT: 10 lots here, 0 lots at the venue',
    ]);
  });

  it('cash that differs by the smallest unit', () => {
    const venue = venueWith({ cash: usdt('99999.99999999') });
    expect(differences(new OurSide(), venue)).toEqual([
      'cash: 100000.00000000 here, 99999.99999999 at the venue',
    ]);
  });

  it('an order that is filled at the venue by fills that are nowhere', () => {
    const ours = new OurSide(life.submitted(), life.accepted());
    const venue = venueWith({ ...holding(10), ended: new Map([[id(1), 'filled']]) });
    expect(differences(ours, venue)).toContain(
      'order b4-1-1 is filled at the venue, but its fills here sum to 0 of 10 lots',
    );
  });

  it('an order whose filled quantity differs', () => {
    const ours = new OurSide(life.submitted(), life.accepted());
    const venue = venueWith({ openOrders: [working(1, { filled: qtyLots(2) })] });
    expect(differences(ours, venue)).toEqual(['order b4-1-1: 0 lots filled here, 2 at the venue']);
  });

  it('an order whose terms differ, each of them named', () => {
    const ours = new OurSide(life.submitted(), life.accepted());
    const open = working(1, { side: 'sell', price: priceTicks(1), quantity: qtyLots(9) });
    expect(differences(ours, venueWith({ openOrders: [open] }))).toEqual([
      'order b4-1-1: side buy here, sell at the venue',
      'order b4-1-1: price 600000 here, 1 at the venue',
      'order b4-1-1: quantity 10 here, 9 at the venue',
    ]);
  });

  it('fills beyond the quantity of their order', () => {
    const ours = new OurSide(life.submitted(), life.accepted());
    const venue = venueWith({ ...holding(11), fills: [bought('1', 11)] });
    expect(differences(ours, venue)).toEqual([
      'order b4-1-1 over 10 lots has fills of 11 lots at the venue',
    ]);
  });

  it('a fill on the wrong side of its order', () => {
    const ours = new OurSide(life.submitted(), life.accepted());
    const fill = { ...bought('1', 1), side: 'sell' as const };
    expect(differences(ours, venueWith({ fills: [fill] }))[0]).toBe(
      'trade 1 is a sell of sim:BTCUSDT, its order b4-1-1 a buy of sim:BTCUSDT',
    );
  });

  it('one trade id with two different contents', () => {
    const venue = venueWith({ ...holding(1), fills: [bought('1', 1), bought('1', 2)] });
    expect(differences(new OurSide(life.submitted()), venue)).toContain(
      'trade 1 was reported with two different contents',
    );
  });

  it('an order that is both working and ended', () => {
    const ours = new OurSide(life.submitted(), life.accepted());
    const venue = venueWith({ openOrders: [working()], ended: new Map([[id(1), 'expired']]) });
    expect(differences(ours, venue)).toEqual([
      'order b4-1-1 is both working and expired at the venue',
    ]);
  });

  it('an order that the venue rejected although a part of it is filled', () => {
    const ours = new OurSide(life.submitted(), life.filled('1', 4));
    const venue = venueWith({ ...holding(4), ended: new Map([[id(1), 'rejected']]) });
    expect(differences(ours, venue)).toEqual([
      'order b4-1-1 is rejected at the venue, but 4 lots of it are filled',
    ]);
  });

  it('an order that ended here but works at the venue, and has it cancelled', () => {
    const ours = new OurSide(life.submitted(), life.rejected());
    const result = reconcile(ours.account(), venueWith({ openOrders: [working()] }));
    expect(result).toEqual({
      kind: 'refused',
      cancels: [id(1)],
      differences: ['order b4-1-1 is rejected here but works at the venue: to be cancelled'],
    });
  });

  it('a lost order with fills that are not all there', () => {
    const open = working(7, { filled: qtyLots(4) });
    const venue = venueWith({ ...holding(3), fills: [bought('1', 3, 7)], openOrders: [open] });
    expect(differences(new OurSide(), venue)).toEqual([
      'order b4-1-7 has 4 lots filled at the venue, its fills sum to 3',
    ]);
  });

  it('orders and fills of an instrument that is not configured', () => {
    const other = instrumentId('sim', 'XRPUSDT');
    const venue = venueWith({
      openOrders: [working(7, { instrument: other })],
      fills: [{ ...bought('1', 1, 8), instrument: other }],
    });
    expect(differences(new OurSide(), venue)).toEqual([
      'trade 1 is in sim:XRPUSDT, not configured here',
      'order b4-1-7 is in sim:XRPUSDT, not configured here',
    ]);
  });

  it('a first run on an account that holds positions or works orders', () => {
    const local = { ...new OurSide().account(), cash: usdt('0'), deposits: usdt('0') };
    const result = reconcile(local, venueWith({ ...holding(2), openOrders: [working()] }));
    expect(result.kind === 'refused' && result.differences).toEqual([
      'first run, but the venue holds 2 lots of sim:BTCUSDT of unknown origin',
      'first run, but order b4-1-1 works at the venue',
    ]);
    expect(reconcile(local, venueWith({ cash: usdt('0') })).kind).toBe('refused');
  });
});

describe('an order that may still be on its way', () => {
  it('is not judged before it had time to arrive', () => {
    const ours = new OurSide(life.submitted(1, 58_000));
    const early = reconcile(ours.account(5_000), venueWith());
    expect(early.kind === 'resolved' && early.resolutions).toEqual([]);
    const late = reconcile(ours.account(2_000), venueWith());
    expect(late.kind === 'resolved' && late.resolutions).toHaveLength(1);
  });
});

describe('doubts are settled while trading goes on', () => {
  const doubted = () =>
    new OurSide(
      life.submitted(1),
      life.doubted(1),
      life.submitted(2),
      life.accepted(2),
      life.submitted(3),
      life.doubted(3),
    );

  it('one order at a time, and orders that are not in doubt are left alone', () => {
    const ours = doubted();
    const venue = venueWith({
      fills: [bought('1', 4, 1), bought('1', 4, 1)],
      ended: new Map([[id(1), 'cancelled']]),
    });
    const { events, differences: none } = resolveDoubts(ours.account(), venue);
    expect(none).toEqual([]);
    for (const event of events) ours.apply(event);
    expect(ours.orders.get(id(1))).toMatchObject({ status: 'cancelled', filled: 4 });
    expect(status(ours, 2)).toBe('accepted');
    expect(status(ours, 3)).toBe('rejected');
  });

  it('an order that the venue contradicts stays in doubt and is named', () => {
    const ours = doubted();
    const venue = venueWith({ openOrders: [working(1, { quantity: qtyLots(9) }), working(3)] });
    const { events, differences: found } = resolveDoubts(ours.account(), venue);
    for (const event of events) ours.apply(event);
    expect(found).toEqual(['order b4-1-1: quantity 10 here, 9 at the venue']);
    expect([status(ours, 1), status(ours, 3)]).toEqual(['unknown', 'accepted']);
  });
});
