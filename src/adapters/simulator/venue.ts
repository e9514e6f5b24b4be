import { assert, type EventTimeNs, ok, type Result, seededRng } from '../../core/index.ts';
import type { OrderGateway, VenueAccount, VenueUnavailable } from '../../execution/ports.ts';
import type { MarketFeed, MarketFrame } from '../../market/ports.ts';
import type { Order, VenueReport } from '../../model/index.ts';
import { ticksFromE8 } from '../../model/index.ts';
import type { MemoryOptions, MemoryPreparation, Touch } from '../../native/index.ts';
import { accountAnswer } from './account-answer.ts';
import { Exchange } from './exchange.ts';
import { FaultyLine } from './faults.ts';
import { FrameQueue } from './frame-queue.ts';
import { DelayLine } from './latency.ts';
import { Ledger, type LedgerFailure } from './ledger.ts';
import {
  DEFAULT_VENUE_OPTIONS,
  type SimulatedInstrument,
  type SimulatedVenueOptions,
} from './options.ts';
import { firstIdOf, OrderDesk, type SentReport } from './order-desk.ts';
import { Schedule, toEventTime, toVenueTime, type VenueTimeUs } from './schedule.ts';
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
  readonly #frames = new FrameQueue();
  readonly #feedLine: DelayLine;
  readonly #orderLine: DelayLine;
  readonly #responseLine: DelayLine;
  readonly #faults: FaultyLine;
  readonly #truth: VenueTruth;
  readonly #ledger: Ledger;
  readonly #exchange: Exchange;
  readonly #desk: OrderDesk;
  readonly #snapshotsUnderWay = new Set<number>();
  #now: VenueTimeUs;
  #receiveFrame: ((frame: MarketFrame) => void) | null = null;
  #receiveReport: ((report: VenueReport) => void) | null = null;
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
    const { feedMs, orderMs, responseMs, sigma } = options.latency;
    const { feedSigma = sigma, orderSigma = sigma } = options.latency;
    this.#feedLine = new DelayLine(feedMs, feedSigma, seededRng(seed ^ 0x1001));
    this.#orderLine = new DelayLine(orderMs, orderSigma, seededRng(seed ^ 0x1002));
    this.#responseLine = new DelayLine(responseMs, orderSigma, seededRng(seed ^ 0x1003));
    this.#faults = new FaultyLine(options.faults, seededRng(seed ^ 0x1004));
    this.#exchange = new Exchange({
      instruments: options.instruments,
      seed,
      startAt,
      firstId: firstIdOf(session),
      startPrice: (one) => truth.mark(one.instrument.id) ?? startTicks(one),
      publish: (symbol, bytes) => this.#publish(symbol, bytes),
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
      mark: (instrument) => this.#exchange.mark(instrument),
      report: (report) => this.#send(report),
    });
    this.#exchange.open(this.#desk);
    for (const { index } of instruments) this.#planDepth(index);
    this.#planMarks();
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
      else if (this.#frames.nextAt <= next) this.#deliver();
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
    this.#frames.delay(gap);
    this.#exchange.delay(gap);
    for (const line of [this.#feedLine, this.#orderLine, this.#responseLine]) line.delay(gap);
  }

  onFrame(receive: (frame: MarketFrame) => void): void {
    this.#receiveFrame = receive;
  }

  requestSnapshot(symbol: number): void {
    assert(this.#options.instruments[symbol] !== undefined, `symbol ${symbol} is traded here`);
    if (this.#snapshotsUnderWay.has(symbol)) return;
    this.#snapshotsUnderWay.add(symbol);
    this.#schedule.add(this.#orderLine.arrival(this.#now), () => this.#answerSnapshot(symbol));
  }

  submit(order: Order): void {
    const { clientOrderId, request } = order;
    this.#request(() => this.#desk.arrive(clientOrderId, request, this.#now));
  }

  cancel(order: Order): void {
    this.#request(() => this.#desk.arriveCancel(order));
  }

  onReport(receive: (report: VenueReport) => void): void {
    this.#receiveReport = receive;
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
      const result = accountAnswer(this.#truth, since, this.#now, this.#faults.failsAccount());
      this.#schedule.add(this.#responseLine.arrival(this.#now), () => answer(result));
    });
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
    return Math.min(this.#schedule.nextAt, this.#frames.nextAt, this.#exchange.nextAt);
  }

  #request(arrive: () => void): void {
    assert(!this.#closed, 'a closed venue takes no requests');
    const arrival = this.#orderLine.arrival(this.#now);
    if (this.#faults.losesRequest()) return;
    this.#schedule.add(arrival, () => {
      arrive();
      this.#exchange.run(this.#now);
    });
  }

  #send(report: SentReport): void {
    const arrival = this.#responseLine.arrival(this.#now);
    if (this.#faults.losesReport()) return;
    this.#schedule.add(arrival, () => {
      this.#receiveReport?.({ ...report, at: toEventTime(this.#now) } as VenueReport);
    });
  }

  #publish(symbol: number, bytes: Uint8Array): void {
    const frame = { at: this.#feedLine.arrival(this.#now), symbol, bytes };
    for (const arriving of this.#faults.frames(frame)) this.#frames.add(arriving);
  }

  #deliver(): void {
    const frame = this.#frames.take();
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
    if (!this.#exchange.changed(symbol)) {
      const retry = Math.min(this.#exchange.nextAt, this.#now + 1000);
      this.#schedule.add(Math.max(retry, this.#now) + 1, () => this.#answerSnapshot(symbol));
      return;
    }
    const bytes = this.#exchange.snapshot(symbol, this.#now);
    this.#schedule.add(this.#responseLine.arrival(this.#now), () => {
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
  options.instruments.forEach(({ instrument }, index) => {
    const { id, sequenceRule } = instrument;
    assert(instrument.index === index, `${id} has the index of its place in the list`);
    assert(sequenceRule === 'binance-futures', `${id} follows the futures sequence rule`);
  });
}
