import { addMs, assert, type EventTimeNs, eventTime, msBetween } from '../core/index.ts';
import {
  type Instrument,
  type InstrumentId,
  type Order,
  reportedOrder,
  type VenueReport,
} from '../model/index.ts';
import type { Amendment } from './amendment.ts';
import { CancelQueue, MOST_CANCEL_ATTEMPTS } from './cancel-queue.ts';
import type { OrderGateway, VenueAccount, VenueNotice, VenueUnavailable } from './ports.ts';

/** Cancels that go out in one turn of the timer once a venue takes requests again. */
const CANCELS_PER_TURN = 20;

/** A question about the account waits at most so long for a restriction to end, ms. */
const LONGEST_QUESTION_WAIT_MS = 5_000;

/** Questions that wait; one more is answered `venue-unavailable` at once. */
const MOST_QUESTIONS = 8;

/** Most doublings of what the venue asks us to wait, while nothing succeeds in between. */
const MOST_DOUBLINGS = 5;

/** Longest wait that a restriction imposes, ms. */
const LONGEST_RESTRICTION_MS = 600_000;

/** Age above which a measured clock difference says nothing any more, ms. */
const SKEW_MEMORY_MS = 120_000;

/** A round trip longer than this measures no clock difference, ms. */
const SKEW_ROUND_TRIP_MS = 2_000;

type Answer = Parameters<OrderGateway['account']>[1];

interface Restriction {
  readonly until: EventTimeNs;
  readonly reason: string;
  /** Whether the venue is gone altogether, rather than slowing us down for a moment. */
  readonly isOutage: boolean;
}

const WORDS = {
  'rate-limited': 'the venue limits our requests',
  banned: 'the venue has banned this account for a time',
  maintenance: 'the venue is under maintenance',
} as const;

/** Reports about an order after which a cancel of it may still be under way. */
const TELLS_NOTHING_OF_CANCELS: ReadonlySet<VenueReport['kind']> = new Set([
  'order-accepted',
  'order-amended',
  'amend-rejected',
]);

const farFuture = eventTime(2n ** 62n);

/**
 * What stands between our orders and a venue: keeps to what the venue asks for.
 *
 * - Rate limit, ban, maintenance: nothing goes out for the time that the venue names, twice as long
 *   each time it repeats itself without a success in between (at most 32 times, ten minutes).
 * - Afterwards cancels go first; orders are refused while one has not been sent or is due again,
 *   unless they only reduce. A cancel that failed and waits for its next attempt stops nothing.
 * - A cancel that failed is repeated with growing waits (`CancelQueue`); an order never is: one that
 *   was not taken is rejected, one without answer becomes unknown and is asked about.
 * - After a ban, maintenance or a lost connection the account must be compared before new orders.
 * - An instrument that the venue halted takes no orders and amends, cancels pass.
 * - Amends are never repeated and never wait: one that may not go out now is refused. Those that only
 *   lessen what an order does go out before a comparison and before cancels.
 * - The time of an account answer is when it was asked, by our clock: a venue whose clock is wrong
 *   cannot make an order look older than it is. The difference is measured (`clockSkewMs`).
 *
 * Determinism: a function of the calls; time comes from `onTimer`, orders, reports and notices.
 */
export class VenueAccess {
  readonly #gateway: OrderGateway;
  readonly #cancels = new CancelQueue();
  readonly #halted = new Set<InstrumentId>();
  #questions: { readonly since: EventTimeNs; readonly answer: Answer }[] = [];
  #receive: ((report: VenueReport) => void) | null = null;
  #restriction: Restriction | null = null;
  #repeats = 0;
  #isConnected = true;
  #comparisonDue = false;
  #skew: { readonly at: EventTimeNs; readonly ms: number } | null = null;
  #now: EventTimeNs = eventTime(0n);

  constructor(gateway: OrderGateway) {
    this.#gateway = gateway;
    gateway.onNotice?.((notice) => this.#onNotice(notice));
  }

  /** The venue of the instruments it trades; undefined: that of every instrument. */
  get venue(): string | undefined {
    return this.#gateway.venue;
  }

  /** Why the venue is not there at all; null while it is, also when it only slows us down. */
  get failure(): string | null {
    if (!this.#isConnected) return 'the connection to the venue is lost';
    return this.#restriction?.isOutage ? this.#restriction.reason : null;
  }

  /** Whether the account must be compared with the venue before new orders. */
  get comparisonDue(): boolean {
    return this.#comparisonDue;
  }

  /** Our clock less the venue's, ms, as the last account answer showed it; null when not known. */
  get clockSkewMs(): number | null {
    if (this.#skew === null || msBetween(this.#skew.at, this.#now) > SKEW_MEMORY_MS) return null;
    return this.#skew.ms;
  }

  /**
   * Why no order for an instrument may go out now, in plain words; null when one may. What only
   * reduces does not wait for cancels.
   */
  refusal({ id }: Pick<Instrument, 'id'>, reduceOnly = false): string | null {
    return this.refusalOf(id, reduceOnly);
  }

  /** The same by the instrument's name. */
  refusalOf(id: InstrumentId, reduceOnly: boolean): string | null {
    if (this.#restriction !== null) return this.#restriction.reason;
    if (!this.#isConnected) return this.failure;
    if (this.#comparisonDue) return 'the account must be compared with the venue first';
    if (this.#halted.has(id)) return `the venue has halted ${id}`;
    const waits = !reduceOnly && this.#cancels.isPressing(this.#now);
    return waits ? 'cancels that wait go first' : null;
  }

  /** Whether the venue gives a working order other terms. */
  get canAmend(): boolean {
    return this.#gateway.amend !== undefined;
  }

  /**
   * Why no amend of an order for an instrument may go out now; null when one may. One that only
   * lessens what the order does waits neither for a comparison nor for cancels.
   */
  amendRefusal(instrument: Pick<Instrument, 'id'>, lowers: boolean): string | null {
    if (!this.canAmend) return 'the venue cannot amend orders';
    if (!lowers) return this.refusal(instrument);
    if (this.#isClosed()) return this.#restriction?.reason ?? this.failure;
    return this.#halted.has(instrument.id) ? `the venue has halted ${instrument.id}` : null;
  }

  /** Sends an amend that `amendRefusal` lets pass. */
  amend(order: Order, amendment: Amendment): void {
    this.#moveTo(amendment.at);
    assert(this.#gateway.amend !== undefined, 'only a venue that can amend is asked to');
    this.#gateway.amend(order, amendment);
  }

  /** Notes that the account was compared with the venue and agrees. */
  noteCompared(): void {
    if (this.failure === null) this.#comparisonDue = false;
  }

  /** Gives the time: ends restrictions, sends the cancels that are due, asks what waits. */
  onTimer(now: EventTimeNs): void {
    this.#moveTo(now);
    if (this.#restriction !== null && this.#restriction.until <= now) this.#restriction = null;
    if (this.#isClosed()) {
      this.#dropLongQuestions();
      return;
    }
    for (const order of this.#cancels.due(now, CANCELS_PER_TURN)) this.#gateway.cancel(order);
    const waiting = this.#questions;
    this.#questions = [];
    for (const { since, answer } of waiting) this.#ask(since, answer);
  }

  submit(order: Order): void {
    this.#moveTo(order.createdAt);
    this.#gateway.submit(order);
  }

  /** Sends a cancel, now or as soon as the venue takes requests. */
  cancel(order: Order): void {
    if (this.#isClosed()) {
      this.#cancels.add(order, this.#now, this.#restriction?.until ?? this.#now);
      return;
    }
    this.#cancels.add(order, this.#now, null);
    this.#gateway.cancel(order);
  }

  onReport(receive: (report: VenueReport) => void): void {
    this.#receive = receive;
    this.#gateway.onReport((report) => {
      this.#moveTo(report.at);
      this.#noteReport(report);
      receive(report);
    });
  }

  account(since: EventTimeNs, answer: Answer): void {
    if (!this.#isClosed()) {
      this.#ask(since, answer);
      return;
    }
    if (this.#mayWait() && this.#questions.length < MOST_QUESTIONS) {
      this.#questions.push({ since, answer });
    } else answer({ ok: false, error: this.#unavailable() });
  }

  #isClosed(): boolean {
    return !this.#isConnected || this.#restriction !== null;
  }

  #mayWait(): boolean {
    const until = this.#isConnected ? (this.#restriction?.until ?? this.#now) : farFuture;
    return msBetween(this.#now, until) <= LONGEST_QUESTION_WAIT_MS;
  }

  #unavailable(): VenueUnavailable {
    const detail = this.#restriction?.reason ?? this.failure ?? 'too many questions wait';
    return { code: 'venue-unavailable', detail };
  }

  #dropLongQuestions(): void {
    if (this.#questions.length === 0 || this.#mayWait()) return;
    const dropped = this.#questions;
    this.#questions = [];
    for (const { answer } of dropped) answer({ ok: false, error: this.#unavailable() });
  }

  #ask(since: EventTimeNs, answer: Answer): void {
    const askedAt = this.#now;
    this.#gateway.account(since, (result) => {
      if (!result.ok) {
        answer(result);
        return;
      }
      this.#measureSkew(askedAt, result.value);
      answer({ ok: true, value: { ...result.value, at: askedAt } });
    });
  }

  #measureSkew(askedAt: EventTimeNs, { at }: VenueAccount): void {
    const roundTripMs = msBetween(askedAt, this.#now);
    if (roundTripMs > SKEW_ROUND_TRIP_MS) return;
    const ms = msBetween(at, askedAt) + roundTripMs / 2;
    this.#skew = { at: this.#now, ms };
  }

  #noteReport(report: VenueReport): void {
    const id = reportedOrder(report);
    if (report.kind === 'order-filled' || id === null) return;
    // Anything but a refusal shows that requests are carried out again.
    if (report.kind !== 'order-rejected' && report.kind !== 'amend-rejected') this.#repeats = 0;
    if (!TELLS_NOTHING_OF_CANCELS.has(report.kind)) this.#cancels.done(id);
  }

  #onNotice(notice: VenueNotice): void {
    this.#moveTo(notice.at);
    switch (notice.kind) {
      case 'rate-limited':
        this.#restrict(notice.banned ? 'banned' : 'rate-limited', notice.retryAfterMs);
        return;
      case 'maintenance':
        this.#restrict('maintenance', notice.retryAfterMs);
        return;
      case 'disconnected':
        this.#isConnected = false;
        this.#comparisonDue = true;
        return;
      case 'reconnected':
        this.#isConnected = true;
        this.#comparisonDue = true;
        return;
      case 'halted':
        this.#halted.add(notice.instrument);
        return;
      case 'resumed':
        this.#halted.delete(notice.instrument);
        return;
      case 'cancel-failed':
        if (this.#cancels.failed(notice.clientOrderId, this.#now)) return;
        this.#receive?.({
          kind: 'cancel-rejected',
          at: this.#now,
          clientOrderId: notice.clientOrderId,
          reason: `failed ${MOST_CANCEL_ATTEMPTS} times: ${notice.detail}`,
        });
        return;
    }
  }

  /** Answers to requests that were under way together count as one. */
  #restrict(why: keyof typeof WORDS, retryAfterMs: number): void {
    const isOutage = why !== 'rate-limited';
    if (isOutage) this.#comparisonDue = true;
    if (this.#restriction === null) this.#repeats += 1;
    const doublings = Math.min(Math.max(this.#repeats - 1, 0), MOST_DOUBLINGS);
    const waitMs = Math.min(retryAfterMs * 2 ** doublings, LONGEST_RESTRICTION_MS);
    const until = addMs(this.#now, Math.max(1, Math.ceil(waitMs)));
    const before = this.#restriction;
    if (before !== null && before.until >= until && (before.isOutage || !isOutage)) return;
    this.#restriction = {
      until: before !== null && before.until > until ? before.until : until,
      reason: WORDS[why],
      isOutage,
    };
  }

  #moveTo(at: EventTimeNs): void {
    if (at > this.#now) this.#now = at;
  }
}
