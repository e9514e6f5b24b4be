import {
  type AccountCharge,
  type ChargeId,
  type ClientOrderId,
  type ClosingCause,
  type Fill,
  type Instrument,
  type Money,
  money,
  notional,
  type PriceTicks,
  qtyLots,
  type TradeId,
  ZERO_MONEY,
} from '../../model/index.ts';
import type { SentReport } from './desk-reports.ts';
import { fundingDue, fundingPayment, hourlyInterest, instantsBetween } from './funding.ts';
import {
  deleveragingOrder,
  liquidationStep,
  type MarginPosition,
  type TakeOver,
} from './margin.ts';
import type { RecordSink } from './order-desk.ts';
import { toEventTime, type VenueTimeUs } from './schedule.ts';
import type { SettlementRules } from './settlement-rules.ts';
import type { VenueTruth } from './truth.ts';

/** Time between two looks at the account, us; full seconds, so that no funding time is missed. */
export const SETTLE_EVERY_US = 1_000_000;

const MINUTE_US = 60_000_000;

/** Steps of one liquidation: far more than tiers times instruments. */
const MOST_STEPS = 1_000;

interface SettlementDeps {
  readonly instruments: readonly Instrument[];
  readonly rules: SettlementRules;
  readonly truth: VenueTruth;
  readonly ledger: RecordSink;
  readonly startAt: VenueTimeUs;
  /** Null while nothing is known of the price: the account is looked at later. */
  readonly mark: (instrument: Instrument) => PriceTicks | null;
  readonly report: (report: SentReport) => void;
  /** Cancels every open order of the account. */
  readonly cancelAll: (at: VenueTimeUs) => void;
  /** The account's position changed without an order. */
  readonly moved: (instrument: Instrument) => void;
}

/**
 * What happens to the account without an order of its own: funding, interest, liquidation,
 * auto-deleveraging. Everything is written to the ledger before it is reported.
 *
 * What was due while the venue did not run is not charged. Ids name the instrument and the time due,
 * so no charge has two.
 *
 * Determinism: a function of the marks and the calls.
 */
export class Settlement {
  readonly #deps: SettlementDeps;
  #settledUpTo: VenueTimeUs;
  #minute: number;
  readonly #minuteMarks = new Map<Instrument, PriceTicks>();

  constructor(deps: SettlementDeps) {
    this.#deps = deps;
    this.#settledUpTo = deps.startAt;
    this.#minute = Math.floor(deps.startAt / MINUTE_US);
  }

  /** Whether the rules let anything happen at all. */
  get isNeeded(): boolean {
    const { funding, borrowRateE8, marginTiers, deleveraging } = this.#deps.rules;
    const pays = funding.kind === 'recorded' || funding.rateE8 !== 0n || borrowRateE8 !== 0n;
    return pays || marginTiers.length > 0 || deleveraging !== null;
  }

  /**
   * Charges what was due up to `at`, then deleverages and liquidates. Answers whether a position was
   * closed, so that the engine is to be run.
   */
  turn(at: VenueTimeUs): boolean {
    const positions = this.#positions();
    if (positions === null) return false;
    this.#charge(positions, at);
    this.#settledUpTo = Math.max(this.#settledUpTo, at);
    const before = this.#deps.truth.closingCount;
    this.#deleverage(positions, at);
    this.#liquidate(at);
    return this.#deps.truth.closingCount > before;
  }

  /** Every position with its mark; null while one of the marks is not known. */
  #positions(): readonly MarginPosition[] | null {
    const { instruments, truth, mark } = this.#deps;
    const positions: MarginPosition[] = [];
    for (const instrument of instruments) {
      const lots = truth.account.position(instrument.id);
      if (lots === 0) continue;
      const price = mark(instrument);
      if (price === null) return null;
      positions.push({ instrument, lots, mark: price });
    }
    return positions;
  }

  #equity(positions: readonly MarginPosition[]): Money {
    let equity: bigint = this.#deps.truth.account.cash;
    for (const { instrument, lots, mark } of positions) equity += notional(instrument, mark, lots);
    return money(equity);
  }

  #charge(positions: readonly MarginPosition[], at: VenueTimeUs): void {
    const charges = [...this.#funding(positions, at), ...this.#interest(positions, at)].filter(
      ({ amount }) => amount !== 0n,
    );
    const { ledger, report } = this.#deps;
    ledger.append(charges.map((charge) => ({ kind: 'charge', at, charge })));
    for (const charge of charges) report({ kind: 'account-charged', charge });
  }

  #funding(positions: readonly MarginPosition[], at: VenueTimeUs): AccountCharge[] {
    const { funding } = this.#deps.rules;
    return positions.flatMap(({ instrument, lots, mark }) =>
      fundingDue(funding, instrument.id, this.#settledUpTo, at).map((due) => ({
        chargeId: `funding-${instrument.symbol}-${due.at}` as ChargeId,
        cause: 'funding' as const,
        instrument: instrument.id,
        amount: fundingPayment(instrument, lots, mark, due.rateE8),
        at: toEventTime(due.at),
      })),
    );
  }

  /** Interest on borrowed cash, and on borrowed base currency, which is what a short sold. */
  #interest(positions: readonly MarginPosition[], at: VenueTimeUs): AccountCharge[] {
    const { rules, truth } = this.#deps;
    if (rules.borrowRateE8 === 0n) return [];
    const { cash } = truth.account;
    const borrowed = [
      { name: 'cash', instrument: null, amount: cash < 0n ? -cash : 0n },
      ...positions.map(({ instrument, lots, mark }) => ({
        name: instrument.symbol,
        instrument: instrument.id,
        amount: lots < 0 ? -notional(instrument, mark, lots) : 0n,
      })),
    ];
    return instantsBetween(1, this.#settledUpTo, at).flatMap((due) =>
      borrowed.map(({ name, instrument, amount }) => ({
        chargeId: `borrow-${name}-${due}` as ChargeId,
        cause: 'borrow' as const,
        instrument,
        amount: hourlyInterest(amount, rules.borrowRateE8),
        at: toEventTime(due),
      })),
    );
  }

  /** At each full minute: takes the winners of the minute for the bankruptcy of others. */
  #deleverage(positions: readonly MarginPosition[], at: VenueTimeUs): void {
    const rule = this.#deps.rules.deleveraging;
    const minute = Math.floor(at / MINUTE_US);
    if (rule === null || minute === this.#minute) return;
    this.#minute = minute;
    const earlier = (instrument: Instrument) => this.#minuteMarks.get(instrument) ?? null;
    const taken = deleveragingOrder(positions, earlier, this.#equity(positions), rule);
    for (const { instrument, lots, mark } of taken) {
      const quantity = qtyLots(Math.max(1, Math.floor(Math.abs(lots) * rule.share)));
      const side = lots > 0 ? 'sell' : 'buy';
      this.#close(
        'auto-deleveraging',
        { instrument, side, quantity, price: mark, fee: ZERO_MONEY },
        at,
      );
    }
    this.#minuteMarks.clear();
    for (const instrument of this.#deps.instruments) {
      const mark = this.#deps.mark(instrument);
      if (mark !== null) this.#minuteMarks.set(instrument, mark);
    }
  }

  #liquidate(at: VenueTimeUs): void {
    const { marginTiers, liquidationFeeE8 } = this.#deps.rules;
    if (marginTiers.length === 0) return;
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      const positions = this.#positions() ?? [];
      const equity = this.#equity(positions);
      const step = liquidationStep(marginTiers, positions, equity, liquidationFeeE8);
      if (step === null) return;
      if (steps === 0) this.#deps.cancelAll(at);
      this.#close('liquidation', step, at);
    }
  }

  #close(
    cause: ClosingCause,
    { instrument, side, quantity, price, fee }: TakeOver,
    at: VenueTimeUs,
  ) {
    const { truth, ledger, report, moved } = this.#deps;
    const number = truth.closingCount + 1;
    const fill: Fill = {
      tradeId: `${instrument.symbol}-V${number}` as TradeId,
      clientOrderId: `${cause}-${number}` as ClientOrderId,
      instrument: instrument.id,
      side,
      price,
      quantity,
      fee,
      liquidity: 'taker',
      at: toEventTime(at),
    };
    ledger.append([{ kind: 'closing', at, cause, fill }]);
    moved(instrument);
    report({ kind: 'position-closed', cause, fill });
  }
}
