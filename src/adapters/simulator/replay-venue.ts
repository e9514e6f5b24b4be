import { assert, type EventTimeNs, seededRng } from '../../core/index.ts';
import type {
  Amendment,
  OrderGateway,
  VenueAccount,
  VenueUnavailable,
} from '../../execution/ports.ts';
import {
  type Instrument,
  type Money,
  type Order,
  type PriceTicks,
  priceTicks,
  qtyLots,
  type VenueReport,
} from '../../model/index.ts';
import {
  type Engine,
  type MatchReason,
  type QueueModel,
  ReplayMatcher,
  type ReplayVisitor,
} from '../../native/index.ts';
import { accountAnswer } from './account-answer.ts';
import type { SentReport } from './desk-reports.ts';
import { checkTiers } from './fee-tiers.ts';
import { type ImpactModel, NO_IMPACT } from './impact.ts';
import { DelayLine, delaySource } from './latency.ts';
import { checkMarginTiers } from './margin.ts';
import { MarketImpact } from './market-impact.ts';
import {
  DEFAULT_VENUE_OPTIONS,
  type FeeSchedule,
  type LatencyModel,
  type VenueFilters,
} from './options.ts';
import { OrderDesk, type RecordSink } from './order-desk.ts';
import type { OrderTape } from './order-tape.ts';
import { Schedule, toEventTime, toVenueTime, type VenueTimeUs } from './schedule.ts';
import { Settlement } from './settlement.ts';
import type { SettlementRules } from './settlement-rules.ts';
import { VenueTruth } from './truth.ts';

/** Orders of the account that may rest at a time. */
const MAX_ORDERS = 4096;

/** Recorded changes that are carried out in one run; the desk may write as many commands again. */
const CHANGES_A_RUN = 1024;

/** What a replay venue is made of. */
export interface ReplayVenueOptions extends FeeSchedule {
  /** In the order of `instrument.index`; the same as the engine's. */
  readonly instruments: readonly Instrument[];
  /** The engine that replays the record; takes no other replay venue. */
  readonly engine: Engine;
  /** 32-bit unsigned; for the delays alone. */
  readonly seed: number;
  readonly initialCash: Money;
  /** `feedMs` is not used: the record's own receive times are the feed. */
  readonly latency: LatencyModel;
  readonly maxLeverage: number;
  readonly filters: VenueFilters;
  readonly settlement: SettlementRules;
  /** Of orders that take from the recorded book; absent: none. */
  readonly impact?: ImpactModel;
  /** Absent: `proportional`. */
  readonly queueModel?: QueueModel;
  /** The orders of the market, with the model `exact` alone: orders meet these, not the engine's. */
  readonly orders?: OrderTape;
}

/** What must be said of a replay venue; the rest has the defaults of the simulated venue. */
export type ReplayOptionsGiven = Pick<ReplayVenueOptions, 'instruments' | 'engine'> &
  Partial<ReplayVenueOptions>;

/**
 * The order side of a venue whose market is a recorded one: same account, rules, fees and delays as
 * the simulated venue, fills by the replay matcher over the engine's own book. Memory only.
 *
 * The backtest drives both: `engine.run(venue.nextEventAt())`; when it returned `attention`,
 * `venue.collect()`; then `venue.advanceTo(t)` with t = that time when the engine says `until`, else
 * `engine.now()`, before intents are acted on. Event time, as everywhere: no clock is read.
 *
 * Determinism: the same record, options and calls give the same reports.
 */
export class ReplayVenue implements OrderGateway {
  readonly #engine: Engine;
  readonly #matcher: ReplayMatcher;
  readonly #schedule = new Schedule();
  readonly #orderLine: DelayLine;
  readonly #responseLine: DelayLine;
  readonly #truth: VenueTruth;
  readonly #desk: OrderDesk;
  readonly #settlement: Settlement;
  readonly #impact: MarketImpact;
  readonly #orders: OrderTape | null;
  readonly #visitor: ReplayVisitor;
  #now: VenueTimeUs;
  #executions = 0;
  #receive: ((report: VenueReport) => void) | null = null;

  constructor(given: ReplayOptionsGiven, startAt: EventTimeNs) {
    const options: ReplayVenueOptions = { ...DEFAULT_VENUE_OPTIONS, ...given };
    this.#engine = options.engine;
    const isExact = options.queueModel === 'exact';
    assert(isExact === (options.orders !== undefined), 'the exact model alone needs a record');
    this.#orders = options.orders ?? null;
    this.#matcher = new ReplayMatcher(
      options.engine,
      MAX_ORDERS,
      options.queueModel ?? 'proportional',
    );
    this.#now = toVenueTime(startAt);
    this.#impact = new MarketImpact(options.impact ?? NO_IMPACT);
    const { latency } = options;
    this.#orderLine = new DelayLine(
      delaySource(latency, 'order'),
      seededRng(options.seed ^ 0x1002),
    );
    this.#responseLine = new DelayLine(
      delaySource(latency, 'response'),
      seededRng(options.seed ^ 0x1003),
    );
    this.#truth = new VenueTruth(options.instruments);
    checkTiers(options.feeTiers);
    checkMarginTiers(options.settlement.marginTiers);
    const ledger: RecordSink = {
      append: (records) => records.forEach((record) => void this.#truth.apply(record)),
    };
    const opening = { kind: 'session', at: this.#now, session: 1 } as const;
    this.#truth.apply(opening);
    this.#truth.apply({ kind: 'deposit', at: this.#now, amount: options.initialCash });
    this.#desk = new OrderDesk({
      instruments: options.instruments,
      engine: this.#matcher,
      truth: this.#truth,
      ledger,
      fees: options,
      impact: this.#impact,
      maxLeverage: options.maxLeverage,
      filters: options.filters,
      selfTradePrevention: 'cancelResting',
      mark: (instrument) => this.#mark(instrument),
      report: (report) => this.#send(report),
    });
    this.#settlement = new Settlement({
      instruments: options.instruments,
      rules: options.settlement,
      truth: this.#truth,
      ledger,
      startAt: this.#now,
      mark: (instrument) => this.#mark(instrument),
      report: (report) => this.#send(report),
      cancelAll: (at) => this.#desk.cancelAll(at),
      moved: (instrument) => this.#desk.moved(instrument),
    });
    this.#visitor = this.#makeVisitor();
  }

  /** Changes of the record of orders that contradicted those before them. */
  get refusedChanges(): number {
    return this.#matcher.refusedChanges;
  }

  /** The venue's present moment: the latest thing it did, or the latest `advanceTo`. */
  now(): EventTimeNs {
    return toEventTime(this.#now);
  }

  /** When an order arrives or ends, or a report is due next; null when nothing is under way. */
  nextEventAt(): EventTimeNs | null {
    const next = this.#nextAt();
    return next === Number.POSITIVE_INFINITY ? null : toEventTime(next);
  }

  /** Takes the fills of the last frame: to be called when the engine returned `attention`. */
  collect(): void {
    this.#matcher.run(this.#visitor);
    while (this.#desk.trim(this.#now)) this.#matcher.run(this.#visitor);
    let moved = false;
    this.#impact.takeMoves((symbol, ticks) => {
      this.#matcher.shift(symbol, ticks);
      moved = true;
    });
    if (moved) this.#matcher.run(this.#visitor);
    this.#desk.settle();
  }

  /** Does what is due up to `now`. */
  advanceTo(now: EventTimeNs): void {
    const until = toVenueTime(now);
    for (let next = this.#nextAt(); next <= until; next = this.#nextAt()) {
      this.#now = Math.max(this.#now, next);
      if (this.#orders !== null && this.#orders.nextAt <= next) {
        this.#replayOrders(this.#orders, next);
      } else if (this.#desk.nextExpiry <= next) {
        this.#matcher.clock(next);
        this.collect();
      } else {
        this.#schedule.runNext();
      }
    }
    this.#now = Math.max(this.#now, until);
  }

  /**
   * Charges funding and interest that are due, deleverages and liquidates: to be called with every
   * timer of the backtest, after `advanceTo`. The positions of this moment count.
   */
  settle(): void {
    if (this.#settlement.turn(this.#now)) this.collect();
  }

  onReport(receive: (report: VenueReport) => void): void {
    this.#receive = receive;
  }

  submit(order: Order): void {
    const { clientOrderId, request } = order;
    this.#schedule.add(this.#orderLine.arrival(this.#now), () => {
      this.#desk.arrive(clientOrderId, request, this.#now);
      this.collect();
    });
  }

  cancel(order: Order): void {
    this.#schedule.add(this.#orderLine.arrival(this.#now), () => {
      this.#desk.arriveCancel(order);
      this.collect();
    });
  }

  amend(_order: Order, amendment: Amendment): void {
    this.#schedule.add(this.#orderLine.arrival(this.#now), () => {
      this.#desk.arriveAmend(amendment);
      this.collect();
    });
  }

  account(
    since: EventTimeNs,
    answer: (
      result:
        | { readonly ok: true; readonly value: VenueAccount }
        | { readonly ok: false; readonly error: VenueUnavailable },
    ) => void,
  ): void {
    this.#schedule.add(this.#orderLine.arrival(this.#now), () => {
      const result = accountAnswer(this.#truth, since, this.#now, false);
      this.#schedule.add(this.#responseLine.arrival(this.#now), () => answer(result));
    });
  }

  #nextAt(): VenueTimeUs {
    const recorded = this.#orders?.nextAt ?? Number.POSITIVE_INFINITY;
    return Math.min(this.#schedule.nextAt, this.#desk.nextExpiry, recorded);
  }

  /** Lets the recorded market do what it did at a time, at most as much as a run takes. */
  #replayOrders(orders: OrderTape, at: VenueTimeUs): void {
    for (let i = 0; i < CHANGES_A_RUN && orders.nextAt <= at; i += 1) {
      this.#matcher.record(orders.take());
    }
    this.collect();
  }

  /** The venue lives at the time of the frame that did something, if a frame did it. */
  #at(us: VenueTimeUs | null): VenueTimeUs {
    if (us !== null) this.#now = Math.max(this.#now, us);
    return this.#now;
  }

  #send(report: SentReport): void {
    this.#schedule.add(this.#responseLine.arrival(this.#now), () => {
      this.#receive?.({ ...report, at: toEventTime(this.#now) } as VenueReport);
    });
  }

  /** Middle of the book, rounded down; the last one known while the book is not synchronised. */
  #mark(instrument: Instrument): PriceTicks | null {
    const touch = this.#engine.touch(instrument.index);
    if (touch === null) return this.#truth.mark(instrument.id);
    const middle = priceTicks(Math.floor((touch.bid + touch.ask) / 2));
    this.#truth.apply({ kind: 'marks', at: this.#now, marks: [[instrument.id, middle]] });
    return middle;
  }

  #makeVisitor(): ReplayVisitor {
    return {
      accepted: () => this.#desk.accepted(this.#now),
      rejected: (id: number, reason: MatchReason) => this.#desk.rejected(id, reason, this.#now),
      executed: (id, { ticks, lots, maker, atUs }) => {
        this.#executions += 1;
        const trade = {
          publicId: this.#executions,
          price: priceTicks(ticks),
          quantity: qtyLots(lots),
          liquidity: maker ? 'maker' : 'taker',
        } as const;
        this.#desk.executed(id, trade, this.#at(atUs));
      },
      cancelled: (id, reason, atUs) => {
        if (this.#desk.works(id)) this.#desk.removed(id, reason, this.#at(atUs));
      },
      expired: (id, reason, atUs) => this.#desk.expired(id, reason, this.#at(atUs)),
      triggered: (id, atUs) => this.#desk.triggered(id, this.#at(atUs)),
      cancelRejected: (id) => {
        assert(!this.#desk.works(id), `the desk cancels orders that rest: ${id}`);
      },
      amended: (id) => this.#desk.amended(id, this.#now),
      amendRejected: (id, reason) => this.#desk.amendRejected(id, reason),
    };
  }
}
