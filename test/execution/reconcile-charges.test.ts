import { describe, expect, it } from 'vitest';
import {
  type LocalAccount,
  Orders,
  reconcile,
  type VenueAccount,
  type VenueClosing,
} from '../../src/execution/index.ts';
import {
  type AccountCharge,
  type ChargeId,
  type DomainEvent,
  instrumentId,
  money,
  qtyLots,
} from '../../src/model/index.ts';
import { Portfolio } from '../../src/portfolio/index.ts';
import { at, BTC, filled, fillOf, INSTRUMENTS, usdt } from '../portfolio/sample-account.ts';

const portfolioWith = (...events: DomainEvent[]): Portfolio => {
  const portfolio = new Portfolio(INSTRUMENTS);
  portfolio.apply({ kind: 'cash-deposited', at: at(0), amount: usdt('100000') });
  for (const event of events) portfolio.apply(event);
  return portfolio;
};

const accountOf = (portfolio: Portfolio): LocalAccount => ({
  at: at(60_000),
  runEpoch: 2,
  orders: new Orders(),
  positions: portfolio.lots(),
  cash: portfolio.cash,
  deposits: portfolio.deposits,
  fillStanding: (fill) => portfolio.fillStanding(fill),
  chargeStanding: (charge) => portfolio.chargeStanding(charge),
  instruments: new Map(INSTRUMENTS.map((each) => [each.id, each])),
  settleMs: 0,
});

const venueWith = (terms: Partial<VenueAccount>): VenueAccount => ({
  at: at(60_000),
  openOrders: [],
  fills: [],
  positions: new Map(),
  cash: usdt('100000'),
  ended: new Map(),
  endedSince: at(0),
  ...terms,
});

const funding = (id: string, amount: string): AccountCharge => ({
  chargeId: id as ChargeId,
  cause: 'funding',
  instrument: BTC.id,
  amount: usdt(amount),
  at: at(10),
});

const resolve = (portfolio: Portfolio, venue: VenueAccount): readonly string[] => {
  const result = reconcile(accountOf(portfolio), venue);
  if (result.kind === 'refused') throw new Error(result.differences.join('; '));
  for (const event of result.events) portfolio.apply(event);
  return result.resolutions;
};

describe('reconciliation', () => {
  it('books a charge whose report was lost, once, and the cash agrees', () => {
    const portfolio = portfolioWith();
    const charge = funding('funding-1', '12.5');
    const venue = venueWith({ charges: [charge, charge], cash: usdt('99987.5') });
    expect(resolve(portfolio, venue)).toEqual(['charge funding-1 was missing here: booked']);
    expect(portfolio.cash).toBe(usdt('99987.5'));
    expect(resolve(portfolio, venue)).toEqual([]);
  });

  it('leaves a charge that is booked already alone', () => {
    const charge = funding('funding-1', '-3');
    const portfolio = portfolioWith({ kind: 'account-charged', at: at(11), charge });
    expect(resolve(portfolio, venueWith({ charges: [charge], cash: usdt('100003') }))).toEqual([]);
  });

  it('refuses when the cash differs by a charge that the venue does not name', () => {
    const result = reconcile(accountOf(portfolioWith()), venueWith({ cash: usdt('99999') }));
    expect(result).toMatchObject({
      kind: 'refused',
      differences: ['cash: 100000.00000000 here, 99999.00000000 at the venue'],
    });
  });

  it('books a liquidation whose report was lost: position, price and fee', () => {
    const portfolio = portfolioWith(
      filled({ trade: '1', side: 'buy', price: 600_000, lots: 10, ms: 5 }),
    );
    const fill = fillOf({
      trade: 'V1',
      order: 'liquidation-1',
      side: 'sell',
      price: 500_000,
      lots: 10,
      fee: '2.5',
      ms: 20,
    });
    const closings: readonly VenueClosing[] = [{ cause: 'liquidation', fill }];
    const cash = money(usdt('100000') - usdt('600') + usdt('500') - usdt('2.5'));
    expect(resolve(portfolio, venueWith({ closings, cash }))).toEqual([
      'liquidation V1 of sim:BTCUSDT was missing here: booked',
    ]);
    expect(portfolio.position(BTC.id).lots).toBe(qtyLots(0));
    expect(resolve(portfolio, venueWith({ closings, cash }))).toEqual([]);
  });

  it('refuses a liquidation in an instrument that is not configured', () => {
    const fill = { ...fillOf({ trade: 'V1', side: 'sell', price: 1, lots: 1 }) };
    const strange = { ...fill, instrument: instrumentId('sim', 'XRPUSDT') };
    const result = reconcile(
      accountOf(portfolioWith()),
      venueWith({ closings: [{ cause: 'liquidation', fill: strange }] }),
    );
    expect(result).toMatchObject({
      kind: 'refused',
      differences: ['liquidation V1 is in sim:XRPUSDT, not configured here'],
    });
  });
});
