import { describe, expect, it } from 'vitest';
import { seededRng } from '../../src/core/index.ts';
import {
  type LocalAccount,
  Orders,
  reconcile,
  type VenueAccount,
} from '../../src/execution/index.ts';
import {
  type ClientOrderId,
  type DomainEvent,
  type Money,
  priceTicks,
  qtyLots,
} from '../../src/model/index.ts';
import { Portfolio } from '../../src/portfolio/index.ts';
import fc from '../fast-check.ts';
import { at, BTC, ETH, usdt } from '../portfolio/sample-account.ts';
import { LossyVenue } from './lossy-venue.ts';
import { id, life, request } from './sample-orders.ts';

interface Sides {
  readonly orders: Orders;
  readonly portfolio: Portfolio;
  readonly truth: VenueAccount;
}

const NOW = at(1_000_000);

/** Both sides after a random hour in which the venue lost none of its answers. */
const agreed = (seed: number): Sides => {
  const rng = seededRng(seed);
  const orders = new Orders();
  const portfolio = new Portfolio([BTC, ETH]);
  const record = (event: DomainEvent): void => {
    orders.apply(event);
    portfolio.apply(event);
  };
  const venue = new LossyVenue(rng, 0, record);
  record({ kind: 'cash-deposited', at: at(0), amount: usdt('100000') });
  for (let n = 1; n <= 12; n += 1) {
    const terms = request({
      side: rng.uniform() < 0.5 ? 'buy' : 'sell',
      quantity: qtyLots(2 + (rng.uint32() % 9)),
    });
    record({ kind: 'order-submitted', at: at(n), clientOrderId: id(n), request: terms });
    venue.submit(orders.get(id(n))!, at(n));
    venue.trade(at(n));
    if (n % 4 === 0) venue.cancel(id(n), at(n));
  }
  return { orders, portfolio, truth: venue.account(NOW) };
};

const localOf = ({ orders, portfolio }: Sides): LocalAccount => ({
  at: NOW,
  runEpoch: 1,
  orders,
  positions: portfolio.lots(),
  cash: portfolio.cash,
  deposits: portfolio.deposits,
  fillStanding: (fill) => portfolio.fillStanding(fill),
  instruments: new Map([BTC, ETH].map((each) => [each.id, each])),
  settleMs: 0,
});

type Tampering = (truth: VenueAccount, pick: number) => VenueAccount;

const at0 = <T>(items: readonly T[], pick: number): T => items[pick % items.length]!;

/** Each makes the venue's account untrue in one way; what it returns unchanged it does not fit. */
const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  'cash one unit lower': (truth) => ({ ...truth, cash: (truth.cash - 1n) as Money }),
  'a position one lot larger': (truth) => ({
    ...truth,
    positions: new Map(truth.positions).set(
      BTC.id,
      qtyLots((truth.positions.get(BTC.id) ?? 0) + 1),
    ),
  }),
  'a position in another instrument': (truth) => ({
    ...truth,
    positions: new Map(truth.positions).set(ETH.id, qtyLots(-3)),
  }),
  'an open order with more filled': (truth, pick) => {
    if (truth.openOrders.length === 0) return truth;
    const chosen = at0(truth.openOrders, pick);
    const openOrders = truth.openOrders.map((order) =>
      order === chosen ? { ...order, filled: qtyLots(order.filled + 1) } : order,
    );
    return { ...truth, openOrders };
  },
  'an open order at another price': (truth, pick) => {
    if (truth.openOrders.length === 0) return truth;
    const chosen = at0(truth.openOrders, pick);
    const openOrders = truth.openOrders.map((order) =>
      order === chosen ? { ...order, price: priceTicks(order.price + 1) } : order,
    );
    return { ...truth, openOrders };
  },
  'a foreign order': (truth, pick) => {
    if (truth.openOrders.length === 0) return truth;
    const chosen = at0(truth.openOrders, pick);
    const foreign = { ...chosen, clientOrderId: `hand-${pick}` as ClientOrderId };
    return { ...truth, openOrders: [...truth.openOrders, foreign] };
  },
  'an invented fill': (truth, pick) => {
    if (truth.fills.length === 0) return truth;
    const chosen = at0(truth.fills, pick);
    return { ...truth, fills: [...truth.fills, { ...chosen, tradeId: 'invented' as never }] };
  },
  'a foreign fill': (truth, pick) => {
    if (truth.fills.length === 0) return truth;
    const chosen = { ...at0(truth.fills, pick), clientOrderId: 'hand-1' as ClientOrderId };
    return { ...truth, fills: [...truth.fills, chosen] };
  },
  'an order both open and ended': (truth, pick) => {
    if (truth.openOrders.length === 0) return truth;
    const { clientOrderId } = at0(truth.openOrders, pick);
    return { ...truth, ended: new Map(truth.ended).set(clientOrderId, 'expired') };
  },
  'an order filled by fills that are nowhere': (truth, pick) => {
    if (truth.openOrders.length === 0) return truth;
    const { clientOrderId } = at0(truth.openOrders, pick);
    return {
      ...truth,
      openOrders: truth.openOrders.filter((order) => order.clientOrderId !== clientOrderId),
      ended: new Map(truth.ended).set(clientOrderId, 'filled'),
    };
  },
};

describe('an account that is untrue in one way', () => {
  it('that is true needs no resolution', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const sides = agreed(seed);
        const result = reconcile(localOf(sides), sides.truth);
        expect(result).toMatchObject({ kind: 'resolved', resolutions: [], cancels: [] });
      }),
      { numRuns: 100 },
    );
  });

  it.each(Object.entries(TAMPERINGS))('%s is always refused, and names something', (_, tamper) => {
    let fitted = 0;
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, pick) => {
        const sides = agreed(seed);
        const untrue = tamper(sides.truth, pick);
        if (untrue === sides.truth) return;
        fitted += 1;
        const before = JSON.stringify(sides.orders.open().map((order) => order.status));
        const result = reconcile(localOf(sides), untrue);
        expect(result.kind).toBe('refused');
        if (result.kind === 'refused') expect(result.differences.length).toBeGreaterThan(0);
        expect(JSON.stringify(sides.orders.open().map((order) => order.status))).toBe(before);
      }),
      { numRuns: 100 },
    );
    expect(fitted).toBeGreaterThan(30);
  });

  it('a lost fill on our side is always found and booked', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 10 }), (seed, lots) => {
        const truth: VenueAccount = {
          at: NOW,
          openOrders: [],
          fills: [],
          positions: new Map([[BTC.id, qtyLots(lots)]]),
          cash: (usdt('100000') - usdt('60') * BigInt(lots)) as Money,
          ended: new Map([[id(1), lots === 10 ? 'filled' : 'cancelled']]),
          endedSince: at(0),
        };
        const orders = new Orders();
        const portfolio = new Portfolio([BTC, ETH]);
        const lost = life.filled(`t${seed}`, lots);
        for (const event of [life.submitted(), life.accepted()]) orders.apply(event);
        portfolio.apply({ kind: 'cash-deposited', at: at(0), amount: usdt('100000') });
        const fills = lost.kind === 'order-filled' ? [lost.fill] : [];
        const sides = { orders, portfolio, truth };
        const result = reconcile(localOf(sides), { ...truth, fills });
        if (result.kind === 'refused') throw new Error(result.differences.join('; '));
        for (const event of result.events) {
          orders.apply(event);
          portfolio.apply(event);
        }
        expect(portfolio.cash).toBe(truth.cash);
        expect(orders.get(id(1))).toMatchObject({
          filled: lots,
          status: lots === 10 ? 'filled' : 'cancelled',
        });
      }),
      { numRuns: 50 },
    );
  });
});
