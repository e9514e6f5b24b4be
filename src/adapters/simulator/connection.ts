import { crc32 } from 'node:zlib';
import { seededRng } from '../../core/index.ts';
import type { Amendment, VenueNotice } from '../../execution/ports.ts';
import {
  type ClientOrderId,
  type Order,
  reportedOrder,
  type VenueReport,
} from '../../model/index.ts';
import { type SentReport, unamended } from './desk-reports.ts';
import { FaultSchedule } from './fault-schedule.ts';
import { FaultyFeed, rulesOf } from './faults.ts';
import { FrameQueue } from './frame-queue.ts';
import { FrontDoor, type RequestFate } from './front-door.ts';
import { DelayLine, delaySource } from './latency.ts';
import type { SimulatedVenueOptions } from './options.ts';
import type { SentNotice } from './outages.ts';
import { type Schedule, toEventTime, type VenueTimeUs } from './schedule.ts';

/** A question that finds no connection is answered with a time-out after this, us. */
const QUESTION_LIMIT_US = 1_000_000;

/** How much later a report comes that others overtake, us. */
const OVERTAKEN_BY_US = 50_000;

/** Something that is asked of the venue about an order. */
export type VenueRequest =
  | { readonly kind: 'submit' | 'cancel'; readonly order: Order }
  | { readonly kind: 'amend'; readonly order: Order; readonly amendment: Amendment };

/** How a question came out. */
export type QuestionFate = 'answered' | 'refused' | 'no-connection';

/**
 * Everything between the venue and its client: three delay lines (market messages, requests,
 * answers), the front door, and the faults of all of them.
 *
 * Determinism: a function of the options, the seed and the calls; without faults nothing is drawn
 *              but delays.
 */
export class Connection {
  readonly faults: FaultSchedule;
  /** Market messages under way. */
  readonly frames = new FrameQueue();
  readonly door: FrontDoor;
  readonly #schedule: Schedule;
  readonly #now: () => VenueTimeUs;
  readonly #feedLine: DelayLine;
  readonly #orderLine: DelayLine;
  readonly #responseLine: DelayLine;
  readonly #faultyFeed: FaultyFeed;
  readonly #symbols: ReadonlyMap<string, number>;
  #receiveReport: ((report: VenueReport) => void) | null = null;
  #receiveNotice: ((notice: VenueNotice) => void) | null = null;
  /** The order whose request is carried out without a word; null for all others. */
  #muted: ClientOrderId | null = null;

  constructor(deps: {
    readonly options: SimulatedVenueOptions;
    readonly seed: number;
    readonly startAt: VenueTimeUs;
    readonly schedule: Schedule;
    readonly now: () => VenueTimeUs;
  }) {
    const { options, seed, startAt } = deps;
    const { latency } = options;
    this.#schedule = deps.schedule;
    this.#now = deps.now;
    this.#feedLine = new DelayLine(delaySource(latency, 'feed'), seededRng(seed ^ 0x1001));
    this.#orderLine = new DelayLine(delaySource(latency, 'order'), seededRng(seed ^ 0x1002));
    this.#responseLine = new DelayLine(delaySource(latency, 'response'), seededRng(seed ^ 0x1003));
    this.faults = new FaultSchedule(rulesOf(options.faults), startAt, (name) =>
      seededRng(seed ^ crc32(name)),
    );
    this.#faultyFeed = new FaultyFeed(this.faults, seededRng(seed ^ 0x1004));
    this.door = new FrontDoor(this.faults, options.requestWindowMs);
    this.#symbols = new Map(
      options.instruments.map(({ instrument }) => [instrument.id, instrument.index]),
    );
  }

  /** What the venue's clock shows at a time. */
  readonly clock = (at: VenueTimeUs): VenueTimeUs => at + this.door.skewUs(at);

  /** Registers the one receiver of reports. */
  onReport(receive: (report: VenueReport) => void): void {
    this.#receiveReport = receive;
  }

  /** Registers the one receiver of notices. */
  onNotice(receive: (notice: VenueNotice) => void): void {
    this.#receiveNotice = receive;
  }

  /** Sends a request to the venue, which carries it out, or not, when it arrives. */
  request(wanted: VenueRequest, carryOut: () => void): void {
    const { kind, order } = wanted;
    const sentAt = this.#now();
    const extraUs = this.faults.delayUs('delay-requests', sentAt);
    const arrival = this.#orderLine.arrival(sentAt, extraUs);
    const { clientOrderId, request } = order;
    const symbol = this.#symbols.get(request.instrument) ?? null;
    if (this.#isCutOff() || this.faults.touches('lose-requests', sentAt) !== null) return;
    this.#schedule.add(arrival, () => {
      if (this.#isCutOff()) return;
      const fate = this.door.judge({ kind, sentAt, symbol }, this.#now());
      this.#answerRequest(wanted, fate);
      if (fate.kind !== 'carried-out') return;
      this.#muted = fate.isReported ? null : clientOrderId;
      carryOut();
      this.#muted = null;
    });
  }

  /**
   * Asks the venue about the account: `look` is called when the question arrives, and what it gives
   * is called when the answer is back.
   */
  ask(look: (fate: QuestionFate) => () => void): void {
    const sentAt = this.#now();
    if (this.#isCutOff()) {
      this.#schedule.add(sentAt + QUESTION_LIMIT_US, look('no-connection'));
      return;
    }
    this.#schedule.add(this.#orderLine.arrival(sentAt), () => {
      const now = this.#now();
      const fate = this.door.judge({ kind: 'account', symbol: null, sentAt }, now);
      const isRefused =
        fate.kind !== 'carried-out' || this.faults.touches('fail-account', now) !== null;
      const hand = look(isRefused ? 'refused' : 'answered');
      const back = this.#responseLine.arrival(now);
      if (fate.kind === 'refused' && fate.limit !== null) this.tell(fate.limit, back);
      this.#schedule.add(back, hand);
    });
  }

  /** Asks for something that is never refused, such as a snapshot. */
  fetch(arrive: () => void): void {
    this.#schedule.add(this.#orderLine.arrival(this.#now()), arrive);
  }

  /** Brings back what was fetched. */
  bring(hand: () => void): void {
    this.#schedule.add(this.#responseLine.arrival(this.#now()), hand);
  }

  /** Sends a report back. */
  send(report: SentReport): void {
    const { faults } = this;
    const now = this.#now();
    const arrival = this.#responseLine.arrival(now, faults.delayUs('delay-reports', now));
    const id = reportedOrder(report as VenueReport);
    if ((id !== null && id === this.#muted) || this.#isCutOff()) return;
    if (faults.touches('lose-reports', now) !== null) return;
    const isOvertaken = faults.touches('reorder-reports', now) !== null;
    const copies = faults.touches('duplicate-reports', now) === null ? 1 : 2;
    for (let copy = 0; copy < copies; copy += 1) {
      this.#schedule.add(arrival + (isOvertaken ? OVERTAKEN_BY_US : 0), () => {
        this.#receiveReport?.({ ...report, at: toEventTime(this.#now()) } as VenueReport);
      });
    }
  }

  /** Gives a notice at a time. */
  tell(notice: SentNotice, at: VenueTimeUs): void {
    this.#schedule.add(at, () => {
      this.#receiveNotice?.({ ...notice, at: toEventTime(this.#now()) } as VenueNotice);
    });
  }

  /** Sends a market message out. */
  publish(symbol: number, bytes: Uint8Array): void {
    const now = this.#now();
    const extraUs = this.faults.delayUs('delay-frames', now);
    const frame = { at: this.#feedLine.arrival(now, extraUs), symbol, bytes };
    for (const arriving of this.#faultyFeed.frames(frame, now)) this.frames.add(arriving);
  }

  /** Moves what is under way later by `us` microseconds. */
  delay(us: number): void {
    this.frames.delay(us);
    this.faults.delay(us);
    this.door.delay(us);
    for (const line of [this.#feedLine, this.#orderLine, this.#responseLine]) line.delay(us);
  }

  #isCutOff(): boolean {
    return this.faults.holds('disconnect', this.#now()) !== null;
  }

  /** Tells of a request that failed or was refused; what is carried out is told by reports. */
  #answerRequest(wanted: VenueRequest, fate: RequestFate): void {
    const { kind } = wanted;
    const { clientOrderId: id } = wanted.order;
    if (fate.kind === 'carried-out' && !fate.isFailed) return;
    const back = this.#responseLine.arrival(this.#now());
    const isRefused = fate.kind === 'refused';
    if (isRefused && fate.limit !== null) this.tell(fate.limit, back);
    if (kind === 'submit') {
      if (isRefused) this.send({ kind: 'order-rejected', clientOrderId: id, reason: fate.reason });
      return;
    }
    if (kind === 'amend') {
      if (isRefused) this.send(unamended(wanted.amendment, fate.reason, true));
      return;
    }
    const detail = isRefused ? fate.reason : 'server error';
    this.tell({ kind: 'cancel-failed', clientOrderId: id, detail }, back);
  }
}
