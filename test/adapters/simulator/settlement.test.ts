import { describe, expect, it } from 'vitest';
import type { SentReport } from '../../../src/adapters/simulator/desk-reports.ts';
import {
  DEFAULT_VENUE_OPTIONS,
  type SettlementRules,
} from '../../../src/adapters/simulator/index.ts';
import type { RecordSink } from '../../../src/adapters/simulator/order-desk.ts';
import { toVenueTime } from '../../../src/adapters/simulator/schedule.ts';
import { Settlement } from '../../../src/adapters/simulator/settlement.ts';
import { VenueTruth } from '../../../src/adapters/simulator/truth.ts';
import { decodeRecord } from '../../../src/adapters/simulator/truth-decode.ts';
import { encodeRecord } from '../../../src/adapters/simulator/truth-record.ts';
import { addMs, eventTime } from '../../../src/core/index.ts';
import {
  type Instrument,
  money,
  priceTicks,
  qtyLots,
  type Side,
} from '../../../src/model/index.ts';
import {
  accountOf,
  BTC,
  ETH,
  freshDirectory,
  live,
  openVenue,
  order,
  reportsOf,
} from './fixture.ts';

const HOUR_MS = 3_600_000;
/** 00:00 UTC. */
const MIDNIGHT = eventTime(1_700_006_400_000_000_000n);
const QUIET = DEFAULT_VENUE_OPTIONS.settlement;
const usdt = (whole: number) => money(BigInt(whole) * 100_000_000n);

/** An account with a deposit and positions, whose marks the test sets. */
class Account {
  readonly truth = new VenueTruth([BTC, ETH]);
  readonly reports: SentReport[] = [];
  readonly marks = new Map<Instrument, number>([
    [BTC, 600_000],
    [ETH, 300_000],
  ]);
  readonly cancels: number[] = [];
  readonly settlement: Settlement;

  constructor(rules: Partial<SettlementRules>, deposit = 10_000) {
    const ledger: RecordSink = {
      append: (records) => {
        for (const record of records) {
          const again = decodeRecord(encodeRecord(record));
          if ('wrong' in again) throw new Error(again.wrong);
          this.truth.apply(again.record);
        }
      },
    };
    const startAt = toVenueTime(MIDNIGHT);
    ledger.append([{ kind: 'deposit', at: startAt, amount: usdt(deposit) }]);
    this.settlement = new Settlement({
      instruments: [BTC, ETH],
      rules: { ...QUIET, ...rules },
      truth: this.truth,
      ledger,
      startAt,
      mark: (instrument) => priceTicks(this.marks.get(instrument)!),
      report: (report) => this.reports.push(report),
      cancelAll: (at) => this.cancels.push(at),
      moved: () => undefined,
    });
  }

  hold(instrument: Instrument, side: Side, lots: number): void {
    const price = priceTicks(this.marks.get(instrument)!);
    this.truth.account.fill(instrument, side, price, qtyLots(lots), money(0n));
  }

  turn(ms: number): boolean {
    return this.settlement.turn(toVenueTime(addMs(MIDNIGHT, ms)));
  }

  charges(): readonly (readonly [string, bigint])[] {
    return this.truth.charges.map(({ chargeId, amount }) => [chargeId, amount] as const);
  }

  equity(): bigint {
    return this.truth.account.equity([BTC, ETH], (one) => priceTicks(this.marks.get(one)!));
  }
}

describe('funding', () => {
  const rules = { funding: { kind: 'constant', rateE8: 10_000n, intervalHours: 8 } } as const;

  it('is paid by the long and received by the short at the mark, at each interval of UTC', () => {
    const account = new Account(rules);
    account.hold(BTC, 'buy', 1_000);
    account.hold(ETH, 'sell', 2_000);
    account.turn(8 * HOUR_MS - 1);
    expect(account.charges()).toEqual([]);
    account.marks.set(BTC, 500_000);
    account.turn(8 * HOUR_MS);
    const at = toVenueTime(addMs(MIDNIGHT, 8 * HOUR_MS));
    expect(account.charges()).toEqual([
      [`funding-BTCUSDT-${at}`, 5_00000000n],
      [`funding-ETHUSDT-${at}`, -60000000n],
    ]);
    account.turn(8 * HOUR_MS + 1);
    expect(account.charges()).toHaveLength(2);
  });

  it('is charged for every interval that a late look finds, once each', () => {
    const account = new Account(rules);
    account.hold(BTC, 'buy', 1_000);
    const before = account.truth.account.cash;
    account.turn(25 * HOUR_MS);
    expect(account.charges()).toHaveLength(3);
    expect(before - account.truth.account.cash).toBe(18_00000000n);
    expect(account.reports.map(({ kind }) => kind)).toEqual(Array(3).fill('account-charged'));
  });

  it('takes recorded rates at their own times', () => {
    const rates = new Map([
      [
        BTC.id,
        [1, 2, 30].map((hour) => ({
          at: addMs(MIDNIGHT, hour * HOUR_MS),
          rateE8: -BigInt(hour) * 1_000n,
        })),
      ],
    ]);
    const account = new Account({ funding: { kind: 'recorded', rates } });
    account.hold(BTC, 'buy', 1_000);
    account.hold(ETH, 'buy', 100);
    account.turn(1.5 * HOUR_MS);
    account.turn(29 * HOUR_MS);
    expect(account.charges().map(([, amount]) => amount)).toEqual([-60000000n, -1_20000000n]);
  });
});

describe('interest', () => {
  it('is charged each hour on borrowed cash and on the value of shorts', () => {
    const account = new Account({ borrowRateE8: 8_760_000n, marginTiers: [] }, 10_000);
    account.hold(BTC, 'buy', 500);
    account.hold(ETH, 'sell', 1_000);
    account.turn(HOUR_MS);
    const at = toVenueTime(addMs(MIDNIGHT, HOUR_MS));
    expect(account.truth.account.cash).toBe(usdt(-17_000) - 17000000n - 3000000n);
    expect(account.charges()).toEqual([
      [`borrow-cash-${at}`, 17000000n],
      [`borrow-ETHUSDT-${at}`, 3000000n],
    ]);
  });
});

describe('liquidation', () => {
  it('leaves an account alone while its equity covers the maintenance margin', () => {
    const account = new Account({}, 10_000);
    account.hold(BTC, 'buy', 1_000);
    account.marks.set(BTC, 503_000);
    expect(account.turn(1_000)).toBe(false);
    expect(account.reports).toEqual([]);
  });

  it('cancels orders first, then takes positions over until the rest is covered or all is gone', () => {
    const account = new Account({}, 10_000);
    account.hold(BTC, 'buy', 1_000);
    account.marks.set(BTC, 502_000);
    expect(account.turn(1_000)).toBe(true);
    expect(account.cancels).toHaveLength(1);
    const [first] = account.truth.closings;
    expect(first).toMatchObject({
      cause: 'liquidation',
      fill: { side: 'sell', liquidity: 'taker' },
    });
    expect(account.reports[0]).toMatchObject({ kind: 'position-closed', cause: 'liquidation' });
    expect(account.turn(2_000)).toBe(false);
    expect(account.equity() >= 0n).toBe(true);
  });

  it('never leaves a debt when the price falls through the bankruptcy price', () => {
    const account = new Account({}, 10_000);
    account.hold(BTC, 'buy', 1_000);
    account.marks.set(BTC, 400_000);
    account.turn(1_000);
    expect(account.truth.account.positions.size).toBe(0);
    expect(account.equity() >= 0n).toBe(true);
    expect(account.equity() <= 10000000n * 1_000n).toBe(true);
  });
});

describe('auto-deleveraging', () => {
  it('closes a share of a position that won a large move within a minute, at the mark, without a fee', () => {
    const account = new Account({ deleveraging: { atMove: 0.05, share: 0.25 } }, 100_000);
    account.hold(BTC, 'buy', 1_000);
    account.turn(60_000);
    account.marks.set(BTC, 640_000);
    expect(account.turn(119_000)).toBe(false);
    expect(account.turn(120_000)).toBe(true);
    expect(account.truth.closings).toMatchObject([
      {
        cause: 'auto-deleveraging',
        fill: { side: 'sell', price: 640_000, quantity: 250, fee: 0n },
      },
    ]);
    expect(account.turn(180_000)).toBe(false);
  });
});

describe('a simulated venue', () => {
  const lift = {
    side: 'buy',
    type: 'limit',
    timeInForce: 'ioc',
    price: priceTicks(620_000),
  } as const;

  it('charges funding, reports it, answers it, and remembers it and the volume over a restart', () => {
    const directory = freshDirectory();
    const settlement: SettlementRules = {
      ...QUIET,
      funding: { kind: 'constant', rateE8: 10_000n, intervalHours: 1 },
    };
    const startAt = addMs(MIDNIGHT, -5_000);
    const venue = openVenue({ directory, settlement }, startAt);
    const reports = reportsOf(venue);
    venue.submit(order('b4-1-1', { ...lift, quantity: qtyLots(10) }));
    live(venue, 6_000);
    const charged = reports.filter(({ kind }) => kind === 'account-charged');
    expect(charged).toHaveLength(1);
    const account = accountOf(venue);
    expect(account.charges).toHaveLength(1);
    expect(account.charges![0]).toMatchObject({
      cause: 'funding',
      instrument: BTC.id,
      at: MIDNIGHT,
    });
    venue.close();
    const again = openVenue({ directory, settlement }, venue.now());
    expect(accountOf(again).charges).toEqual(account.charges);
    expect(accountOf(again).cash).toBe(account.cash);
    again.close();
  });

  it('takes the fees of the tier that the volume before the fill reached', () => {
    const feeTiers = [{ fromVolume: usdt(500), makerFeeE8: -1_000n, takerFeeE8: 10_000n }];
    const venue = openVenue({ feeTiers });
    reportsOf(venue);
    venue.submit(order('b4-1-1', { ...lift, quantity: qtyLots(10) }));
    live(venue, 100);
    venue.submit(order('b4-1-2', { ...lift, quantity: qtyLots(10) }));
    live(venue, 100);
    const rates = accountOf(venue).fills.map(({ clientOrderId, fee, price, quantity }) => {
      const value = BigInt(price) * BigInt(quantity) * 10_000n;
      return `${clientOrderId} ${(fee * 100_000_000n) / value}`;
    });
    expect(new Set(rates)).toEqual(new Set(['b4-1-1 50000', 'b4-1-2 10000']));
    venue.close();
  });

  it('liquidates an account whose maintenance margin is not covered and cancels its orders', () => {
    const settlement: SettlementRules = {
      ...QUIET,
      marginTiers: [{ upTo: null, rateE8: 50_000_000n }],
    };
    const venue = openVenue({ settlement, initialCash: usdt(1_000) });
    const reports = reportsOf(venue);
    const resting = { ...lift, timeInForce: 'gtc', price: priceTicks(580_000) } as const;
    venue.submit(order('b4-1-1', { ...lift, quantity: qtyLots(50) }));
    venue.submit(order('b4-1-2', { ...resting, quantity: qtyLots(10) }));
    live(venue, 1_500);
    expect(reports.filter(({ kind }) => kind === 'position-closed')).toHaveLength(1);
    expect(reports).toContainEqual(
      expect.objectContaining({ kind: 'order-cancelled', reason: 'liquidation' }),
    );
    const account = accountOf(venue);
    expect([account.positions.size, account.openOrders.length]).toEqual([0, 0]);
    expect(account.cash >= 0n).toBe(true);
    venue.close();
  });
});
