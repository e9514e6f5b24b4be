import { assert, type EventTimeNs, ok, type Result } from '../../core/index.ts';
import type {
  Amendment,
  OrderGateway,
  VenueAccount,
  VenueNotice,
  VenueUnavailable,
} from '../../execution/ports.ts';
import type { MarketFeed, MarketFrame } from '../../market/ports.ts';
import type { Order, VenueReport } from '../../model/index.ts';
import { ticksFromE8 } from '../../model/index.ts';
import type { MemoryOptions, MemoryPreparation, Touch } from '../../native/index.ts';
import { accountAnswer } from './account-answer.ts';
import { Connection, type VenueRequest } from './connection.ts';
import { Exchange } from './exchange.ts';
import { checkRules } from './fault-rules.ts';
import { checkTiers } from './fee-tiers.ts';
import { Ledger, type LedgerFailure } from './ledger.ts';
import { checkMarginTiers } from './margin.ts';
import {
  DEFAULT_VENUE_OPTIONS,
  type SimulatedInstrument,
  type SimulatedVenueOptions,
} from './options.ts';
import { firstIdOf, OrderDesk } from './order-desk.ts';
import { Outages } from './outages.ts';
import { Schedule, toEventTime, toVenueTime, type VenueTimeUs } from './schedule.ts';
import { SETTLE_EVERY_US, Settlement } from './settlement.ts';
import { VenueTruth } from './truth.ts';

/** How often the last prices are written down, us: a restarted market goes on from them. */
const MARKS_EVERY_US = 5_000_000;

/** What must be said of a venue; the rest has defaults (`DEFAULT_VENUE_OPTIONS`). */
export type VenueOptionsGiven = Pick<SimulatedVenueOptions, 'instruments' | 'directory'> &
  Partial<SimulatedVenueOptions>;

/**
 * A futures venue in this process, with its own clockwork: a generated market, a matching engine,
 * one margin account, delays on every line, and a ledger that outlives the process.
 *
 * Nothing moves by itself: the owner calls `advanceTo(now)` (real time or virtual time), and the
 * venue does everything that is due up to then, in order, calling the receivers as messages arrive.
 * `nextEventAt` says when it has something to do next. Calls such as `submit` made inside a receiver
 * count from the moment of that message; others from the last `advanceTo`.
 *
 * Determinism: the same options, ledger and calls give the same frames and reports, byte for byte.
 * Cost:        an hour of one instrument takes seconds; test/adapters/simulator/statistics.test.ts
 */
export class SimulatedVenue implements MarketFeed, OrderGateway {
  readonly #options: SimulatedVenueOptions;
  readonly #schedule = new Schedule();
  readonly #connection: Connection;
  readonly #outages: Outages;
  readonly #truth: VenueTruth;
  readonly #ledger: Ledger;
  readonly #exchange: Exchange;
  readonly #desk: OrderDesk;
  readonly #settlement: Settlement;
  readonly #snapshotsUnderWay = new Set<number>();
  #now: VenueTimeUs;
  #receiveFrame: ((frame: MarketFrame) => void) | null = null;
  #closed = false;

  private constructor(
    options: SimulatedVenueOptions,
    truth: VenueTruth,
    ledger: Ledger,
    startAt: VenueTimeUs,
  ) {
    this.#options = options;
    this.#truth = truth;
    this.#ledger = ledger;
    this.#now = startAt;
    const session = truth.session + 1;
    const opening = [{ kind: 'session', at: startAt, session }] as const;
    const deposit = { kind: 'deposit', at: startAt, amount: options.initialCash } as const;
    ledger.append(truth.session === 0 ? [...opening, deposit] : opening);
    const seed = (options.seed + Math.imul(session, 0x85ebca6b)) | 0;
    const connection = new Connection({
      options,
      seed,
      startAt,
      schedule: this.#schedule,
      now: () => this.#now,
    });
    this.#connection = connection;
    const { clock } = connection;
    this.#exchange = new Exchange({
      instruments: options.instruments,
      seed,
      startAt,
      firstId: firstIdOf(session),
      startPrice: (one) => truth.mark(one.instrument.id) ?? startTicks(one),
      publish: (symbol, bytes) => connection.publish(symbol, bytes),
      clock,
      maxOrders: options.maxOrders,
    });
    const instruments = options.instruments.map((one) => one.instrument);
    this.#desk = new OrderDesk({
      instruments,
      engine: this.#exchange.engine,
      truth,
      ledger,
      fees: options,
      maxLeverage: options.maxLeverage,
      filters: options.filters,
      selfTradePrevention: options.selfTradePrevention,
      mark: (instrument) => this.#exchange.mark(instrument),
      report: (report) => connection.send(report),
      clock,
    });
    this.#settlement = new Settlement({
      instruments,
      rules: options.settlement,
      truth,
      ledger,
      startAt,
      mark: (instrument) => this.#exchange.mark(instrument),
      report: (report) => connection.send(report),
      cancelAll: (at) => this.#desk.cancelAll(at),
      moved: (instrument) => this.#desk.moved(instrument),
    });
    this.#outages = new Outages({
      faults: connection.faults,
      instruments,
      tell: (notice) => connection.tell(notice, this.#now),
      freeze: (symbol, us) => this.#exchange.freeze(symbol, us),
    });
    this.#exchange.open(this.#desk);
    for (const { index } of instruments) this.#planDepth(index);
    this.#planMarks();
    if (this.#settlement.isNeeded) this.#planSettlement();
    this.#planOutages();
  }

  /**
   * Opens the venue on its directory at a moment of event time: a new ledger gets the initial cash,
   * an old one gives back its orders, fills, cash, positions and last prices.
   *
   * Errors: a damaged or unusable ledger.
   */
  static open(
    given: VenueOptionsGiven,
    startAt: EventTimeNs,
  ): Result<SimulatedVenue, LedgerFailure> {
    const options: SimulatedVenueOptions = { ...DEFAULT_VENUE_OPTIONS, ...given };
    checkOptions(options);
    const truth = new VenueTruth(options.instruments.map((one) => one.instrument));
    const ledger = Ledger.open(options.directory, truth);
    if (!ledger.ok) return ledger;
    const at = Math.max(toVenueTime(startAt), truth.at);
    return ok(new SimulatedVenue(options, truth, ledger.value, at));
  }

  /** The venue that its instruments name. */
  get venue(): string {
    return this.#options.instruments[0]!.instrument.venue;
  }

  /** Gives the memory of the resting orders these options. */
  prepareMemory(options: MemoryOptions): MemoryPreparation {
    return this.#exchange.engine.prepareMemory(options);
  }

  /** The venue's present moment: the latest thing it did, or the latest `advanceTo`. */
  now(): EventTimeNs {
    return toEventTime(this.#now);
  }

  /** When the venue has something to do next; always something, since the market never rests. */
  nextEventAt(): EventTimeNs {
    return toEventTime(this.#nextAt());
  }

  /** Does everything that is due up to `now`, in order of time. An earlier `now` does nothing. */
  advanceTo(now: EventTimeNs): void {
    assert(!this.#closed, 'a closed venue is not advanced');
    const until = toVenueTime(now);
    for (let next = this.#nextAt(); next <= until; next = this.#nextAt()) {
      this.#now = Math.max(this.#now, next);
      if (this.#schedule.nextAt <= next) this.#schedule.runNext();
      else if (this.#connection.frames.nextAt <= next) this.#deliver();
      else this.#exchange.step(next);
    }
    this.#now = Math.max(this.#now, until);
  }

  /**
   * Jumps to `now` without living through the time between: for a process that was suspended.
   * Messages under way and the market go on from there as if no time had passed.
   */
  skipTo(now: EventTimeNs): void {
    const gap = toVenueTime(now) - this.#now;
    if (gap <= 0) return;
    this.#now += gap;
    this.#schedule.delay(gap);
    this.#exchange.delay(gap);
    this.#connection.delay(gap);
  }

  onFrame(receive: (frame: MarketFrame) => void): void {
    this.#receiveFrame = receive;
  }

  requestSnapshot(symbol: number): void {
    assert(this.#options.instruments[symbol] !== undefined, `symbol ${symbol} is traded here`);
    if (this.#snapshotsUnderWay.has(symbol)) return;
    this.#snapshotsUnderWay.add(symbol);
    this.#connection.fetch(() => this.#answerSnapshot(symbol));
  }

  submit(order: Order): void {
    const { clientOrderId, request } = order;
    this.#request({ kind: 'submit', order }, () =>
      this.#desk.arrive(clientOrderId, request, this.#now),
    );
  }

  cancel(order: Order): void {
    this.#request({ kind: 'cancel', order }, () => this.#desk.arriveCancel(order));
  }

  amend(order: Order, amendment: Amendment): void {
    this.#request({ kind: 'amend', order, amendment }, () => this.#desk.arriveAmend(amendment));
  }

  onReport(receive: (report: VenueReport) => void): void {
    this.#connection.onReport(receive);
  }

  onNotice(receive: (notice: VenueNotice) => void): void {
    this.#connection.onNotice(receive);
  }

  account(
    since: EventTimeNs,
    answer: (
      result:
        | { readonly ok: true; readonly value: VenueAccount }
        | { readonly ok: false; readonly error: VenueUnavailable },
    ) => void,
  ): void {
    this.#connection.ask((fate) => {
      if (fate === 'no-connection') {
        const error = { code: 'venue-timeout', detail: 'no connection to the venue' } as const;
        return () => answer({ ok: false, error });
      }
      const at = this.#connection.clock(this.#now);
      const result = accountAnswer(this.#truth, since, at, fate === 'refused');
      return () => answer(result);
    });
  }

  /** The account as it stands at the venue now, for tests and displays of the simulation itself. */
  accountNow(): VenueAccount {
    const since = toEventTime(this.#truth.fillsForgottenUpTo + 1);
    const result = accountAnswer(this.#truth, since, this.#now, false);
    assert(result.ok, 'the venue knows its own account');
    return result.value;
  }

  /** How often it banned the account for not respecting a rate limit. */
  get bans(): number {
    return this.#connection.door.bans;
  }

  /** Best prices of a symbol at the venue now, for tests and displays of the simulation itself. */
  touch(symbol: number): Touch {
    const touch = { bidTicks: 0, bidLots: 0, askTicks: 0, askLots: 0 };
    this.#exchange.engine.touch(symbol, touch);
    return touch;
  }

  /**
   * Writes the last prices and closes the ledger; the venue does nothing afterwards.
   *
   * Errors: throws `LedgerWriteError` when the ledger does not take them, after everything is
   *         released: nothing is left to close. What was reported before stands.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ledger.close([{ kind: 'marks', at: this.#now, marks: this.#exchange.marks() }]);
  }

  #nextAt(): VenueTimeUs {
    return Math.min(this.#schedule.nextAt, this.#connection.frames.nextAt, this.#exchange.nextAt);
  }

  #request(wanted: VenueRequest, arrive: () => void): void {
    assert(!this.#closed, 'a closed venue takes no requests');
    this.#connection.request(wanted, () => {
      arrive();
      this.#exchange.run(this.#now);
    });
  }

  #deliver(): void {
    const frame = this.#connection.frames.take();
    if (frame !== null) this.#hand(frame.symbol, frame.at, frame.bytes);
  }

  #hand(symbol: number, at: VenueTimeUs, bytes: Uint8Array): void {
    const seconds = Math.floor(at / 1e6);
    const nanoseconds = (at - seconds * 1e6) * 1000;
    this.#receiveFrame?.({ symbol, seconds, nanoseconds, bytes });
  }

  /**
   * Takes the snapshot between two changes that one depth update will gather, so that this update
   * spans the snapshot's id, as the venue's rule for the first update wants.
   */
  #answerSnapshot(symbol: number): void {
    const cutOff = this.#connection.faults.until('disconnect', this.#now);
    if (cutOff !== null) {
      this.#schedule.add(cutOff, () => this.#answerSnapshot(symbol));
      return;
    }
    if (!this.#exchange.changed(symbol)) {
      const retry = Math.min(this.#exchange.nextAt, this.#now + 1000);
      this.#schedule.add(Math.max(retry, this.#now) + 1, () => this.#answerSnapshot(symbol));
      return;
    }
    const bytes = this.#exchange.snapshot(symbol, this.#now);
    this.#connection.bring(() => {
      this.#snapshotsUnderWay.delete(symbol);
      this.#hand(symbol, this.#now, bytes);
    });
  }

  #planDepth(symbol: number): void {
    this.#schedule.add(this.#now + this.#options.depthIntervalMs * 1000, () => {
      this.#exchange.flushDepth(symbol, this.#now);
      this.#planDepth(symbol);
    });
  }

  #planOutages(): void {
    const next = this.#outages.nextAt(this.#now);
    if (next === Number.POSITIVE_INFINITY) return;
    this.#schedule.add(next, () => {
      this.#outages.turn(this.#now);
      this.#planOutages();
    });
  }

  /** Looks at the account at each full second. */
  #planSettlement(): void {
    const due = (Math.floor(this.#now / SETTLE_EVERY_US) + 1) * SETTLE_EVERY_US;
    this.#schedule.add(due, () => {
      if (this.#settlement.turn(this.#now)) this.#exchange.run(this.#now);
      this.#planSettlement();
    });
  }

  #planMarks(): void {
    this.#schedule.add(this.#now + MARKS_EVERY_US, () => {
      this.#ledger.append([{ kind: 'marks', at: this.#now, marks: this.#exchange.marks() }]);
      this.#planMarks();
    });
  }
}

function startTicks({ instrument, market }: SimulatedInstrument) {
  const ticks = ticksFromE8(instrument, market.startPriceE8);
  assert(ticks !== null, `the start price of ${instrument.id} lies on its tick grid`);
  return ticks;
}

function checkOptions(options: SimulatedVenueOptions): void {
  assert(options.instruments.length > 0, 'the venue trades at least one instrument');
  assert(options.maxLeverage > 0, 'the largest leverage is positive');
  assert(options.depthIntervalMs >= 1, 'depth updates are at least 1 ms apart');
  assert(options.requestWindowMs > 0, 'the window of requests is above 0 ms');
  checkRules(options.faults.rules ?? []);
  checkTiers(options.feeTiers);
  checkMarginTiers(options.settlement.marginTiers);
  options.instruments.forEach(({ instrument }, index) => {
    const { id, sequenceRule } = instrument;
    assert(instrument.index === index, `${id} has the index of its place in the list`);
    assert(sequenceRule === 'binance-futures', `${id} follows the futures sequence rule`);
  });
}
