import { describe, expect, it } from 'vitest';
import { type EventTimeNs, type Rng, seededRng } from '../../src/core/index.ts';
import {
  amendRefusal,
  ClientOrderIds,
  type LocalAccount,
  Orders,
  prepareCancel,
  reconcile,
  resolveDoubts,
} from '../../src/execution/index.ts';
import { type DomainEvent, priceTicks, qtyLots } from '../../src/model/index.ts';
import { Portfolio } from '../../src/portfolio/index.ts';
import { at, BTC, usdt } from '../portfolio/sample-account.ts';
import { LossyVenue } from './lossy-venue.ts';
import { request } from './sample-orders.ts';

const ACK_TIMEOUT_MS = 100;

/** Our side of a run: journal, orders, books; it listens to a venue that loses answers. */
class Service {
  readonly journal: DomainEvent[];
  readonly runEpoch: number;
  readonly orders = new Orders(5_000);
  readonly portfolio = new Portfolio([BTC]);
  readonly ids: ClientOrderIds;

  /** Recovers from a journal, as after a crash. */
  constructor(journal: readonly DomainEvent[], runEpoch: number) {
    this.journal = [];
    this.runEpoch = runEpoch;
    this.ids = new ClientOrderIds(runEpoch);
    for (const event of journal) this.record(event);
  }

  record(event: DomainEvent): void {
    this.journal.push(event);
    this.orders.apply(event);
    this.portfolio.apply(event);
  }

  local(now: EventTimeNs, settleMs: number): LocalAccount {
    return {
      at: now,
      runEpoch: this.runEpoch,
      orders: this.orders,
      positions: this.portfolio.lots(),
      cash: this.portfolio.cash,
      deposits: this.portfolio.deposits,
      fillStanding: (fill) => this.portfolio.fillStanding(fill),
      instruments: new Map([[BTC.id, BTC]]),
      settleMs,
    };
  }
}

const sendOne = (service: Service, venue: LossyVenue, rng: Rng, now: EventTimeNs): void => {
  const clientOrderId = service.ids.next();
  const terms = request({
    side: rng.uniform() < 0.5 ? 'buy' : 'sell',
    price: priceTicks(599_000 + (rng.uint32() % 2_000)),
    quantity: qtyLots(1 + (rng.uint32() % 20)),
  });
  service.record({ kind: 'order-submitted', at: now, clientOrderId, request: terms });
  venue.submit(service.orders.get(clientOrderId)!, now);
};

const cancelOne = (service: Service, venue: LossyVenue, rng: Rng, now: EventTimeNs): void => {
  const open = service.orders.open();
  const order = open[rng.uint32() % Math.max(1, open.length)];
  if (order === undefined) return;
  const prepared = prepareCancel(order, order.clientOrderId, now);
  if (!prepared.ok) return;
  service.record(prepared.value);
  venue.cancel(order.clientOrderId, now);
};

const amendOne = (service: Service, venue: LossyVenue, rng: Rng, now: EventTimeNs): void => {
  const open = service.orders.open();
  const order = open[rng.uint32() % Math.max(1, open.length)];
  if (order === undefined) return;
  const price = priceTicks(order.request.price + (rng.uint32() % 5) - 2);
  const to = { price, quantity: qtyLots(order.filled + 1 + (rng.uint32() % 25)) };
  if (amendRefusal(order, to) !== null) return;
  const { clientOrderId, amendments = 0 } = order;
  const amendment = amendments + 1;
  const event = { kind: 'amend-requested', at: now, clientOrderId, amendment, ...to } as const;
  service.record(event);
  venue.amend(event, now);
};

const settleDoubts = (service: Service, venue: LossyVenue, now: EventTimeNs): void => {
  for (const event of service.orders.overdue(now, ACK_TIMEOUT_MS)) service.record(event);
  const local = service.local(now, ACK_TIMEOUT_MS);
  const { events, differences } = resolveDoubts(local, venue.account(now));
  expect(differences).toEqual([]);
  for (const event of events) service.record(event);
};

const expectReserved = (service: Service, venue: LossyVenue): void => {
  const { buyLots, sellLots } = service.orders.reserved(BTC.id);
  expect(buyLots).toBeGreaterThanOrEqual(venue.workingLots('buy'));
  expect(sellLots).toBeGreaterThanOrEqual(venue.workingLots('sell'));
};

const expectEqualBooks = (service: Service, venue: LossyVenue, now: EventTimeNs): void => {
  const truth = venue.account(now);
  expect(service.portfolio.cash).toBe(truth.cash);
  expect(service.portfolio.lots()).toEqual(truth.positions);
  const open = service.orders.open().map((order) => order.clientOrderId);
  expect([...open].sort()).toEqual(truth.openOrders.map((order) => order.clientOrderId).sort());
};

const reconcileFully = (service: Service, venue: LossyVenue, now: EventTimeNs): void => {
  const result = reconcile(service.local(now, 0), venue.account(now));
  if (result.kind === 'refused') throw new Error(result.differences.join('; '));
  for (const event of result.events) service.record(event);
  expectEqualBooks(service, venue, now);
};

const start = (): DomainEvent[] => [{ kind: 'cash-deposited', at: at(0), amount: usdt('100000') }];

describe('when the venue loses 5 % of its answers', () => {
  it('2,000 orders lead to no duplicate, every doubt is settled, and exposure stays reserved', () => {
    const rng = seededRng(7);
    const service = new Service(start(), 1);
    const venue = new LossyVenue(rng, 0.05, (report) => service.record(report));
    let doubts = 0;
    for (let n = 0; n < 2_000; n += 1) {
      const now = at(n * 20);
      sendOne(service, venue, rng, now);
      if (n % 2 === 0) amendOne(service, venue, rng, now);
      if (n % 3 === 0) cancelOne(service, venue, rng, now);
      venue.trade(now);
      expectReserved(service, venue);
      if (n % 10 === 0) {
        settleDoubts(service, venue, now);
        doubts = service.journal.filter((event) => event.kind === 'order-doubted').length;
      }
      if (n % 200 === 199) reconcileFully(service, venue, now);
    }
    reconcileFully(service, venue, at(99_000_000));
    expect(venue.duplicateSubmissions).toBe(0);
    expect(venue.lost).toBeGreaterThan(100);
    const kinds = service.journal.map((event) => event.kind);
    expect(kinds.filter((kind) => kind === 'order-amended').length).toBeGreaterThan(300);
    expect(doubts).toBeGreaterThan(50);
  });
});

describe('when the process is killed and the unsynced tail of its journal is gone', () => {
  it('each of 300 restarts ends with the books and orders of the venue, and no id comes twice', () => {
    const rng = seededRng(11);
    let service = new Service(start(), 1);
    let heard = service;
    const venue = new LossyVenue(rng, 0.05, (report) => heard.record(report));
    let taken = 0;
    for (let cycle = 1; cycle <= 300; cycle += 1) {
      for (let n = 0; n < 8; n += 1) {
        const now = at(cycle * 1_000 + n * 10);
        sendOne(service, venue, rng, now);
        if (n % 2 === 0) amendOne(service, venue, rng, now);
        if (n % 3 === 0) cancelOne(service, venue, rng, now);
        venue.trade(now);
      }
      const synced = service.journal.findLastIndex((event) => event.kind === 'reconciled') + 1;
      const keep = Math.max(synced, service.journal.length - (rng.uint32() % 20), 1);
      service = new Service(service.journal.slice(0, keep), cycle + 1);
      heard = service;
      const now = at(cycle * 1_000 + 500);
      const result = reconcile(service.local(now, 0), venue.account(now));
      if (result.kind === 'refused') throw new Error(result.differences.join('; '));
      for (const event of result.events) service.record(event);
      expectEqualBooks(service, venue, now);
      for (const id of result.cancels) {
        taken += 1;
        service.record({ kind: 'cancel-requested', at: now, clientOrderId: id });
        venue.cancel(id, now);
      }
    }
    expect(venue.duplicateSubmissions).toBe(0);
    expect(taken).toBeGreaterThan(50);
  });
});
