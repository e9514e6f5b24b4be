import { addMs, type EventTimeNs, eventTime, msBetween } from '../../core/index.ts';
import {
  amendRefusal,
  type ClientOrderIds,
  foreignOrders,
  isFinal,
  type LocalAccount,
  namedCorrections,
  parseClientOrderId,
  prepareAmend,
  prepareCancel,
  type Reconciliation,
  reconcile,
  resolveDoubts,
  submissionEvent,
  type VenueAccess,
  type VenueAccount,
} from '../../execution/index.ts';
import {
  type AmendRequest,
  type ClientOrderId,
  type ClosingCause,
  type DomainEvent,
  type Fill,
  type Instrument,
  type InstrumentId,
  lowersExposure,
  type MarketMoment,
  type Order,
  type OrderRequest,
  type VenueReport,
} from '../../model/index.ts';
import { AWAITING_RECONCILIATION, automaticCause } from '../../safety/index.ts';
import { AccountAt, type MarkSource } from './account-at.ts';
import type { Recorder } from './recorder.ts';
import type { TradingState } from './trading-state.ts';

/** Equal refusals within this time are counted but not journalled again. */
const REFUSAL_QUIET_MS = 1_000;

/** Least time between two questions about orders in doubt. */
const DOUBT_INTERVAL_MS = 1_000;

/** Reports may be this late, ms: what happened earlier than this before the latest fill is known. */
const REPORT_MARGIN_MS = 600_000;

/** Code of a refusal that is the venue's, not risk's: nothing new can be sent to it now. */
export const VENUE_CLOSED = 'VENUE_CLOSED';

/** What the order desk works with. */
export interface OrderDeskDeps {
  readonly state: TradingState;
  readonly recorder: Recorder;
  readonly gateway: VenueAccess;
  readonly ids: ClientOrderIds;
  readonly runEpoch: number;
  readonly instruments: ReadonlyMap<InstrumentId, Instrument>;
  readonly marks: MarkSource;
  /** The market that an order is measured against; absent, or null while it is not fresh: none. */
  readonly momentOf?: (instrument: InstrumentId) => MarketMoment | null;
  readonly ackTimeoutMs: number;
}

/** What happened to our orders in this process. */
export interface OrderCounts {
  submitted: number;
  refused: number;
  rejected: number;
  fills: number;
  repeated: number;
}

/** Brings requests through risk to the venue and the venue's reports back into the state. */
export class OrderDesk {
  readonly counts: OrderCounts = { submitted: 0, refused: 0, rejected: 0, fills: 0, repeated: 0 };
  readonly refusalsByCode = new Map<string, number>();
  readonly #deps: OrderDeskDeps;
  readonly #refusedAt = new Map<string, EventTimeNs>();
  readonly #acknowledgementMs: number[] = [];
  #askedAboutDoubtsAt: EventTimeNs | null = null;
  #doubtQuestionOpen = false;
  #mismatch = false;
  /** Contradictions found so far: an answer lifts none that is younger than its question. */
  #contradictions = 0;
  #foreign: readonly string[] = [];
  #doubts: readonly string[] = [];
  #venueFailure: string | null = null;

  constructor(deps: OrderDeskDeps) {
    this.#deps = deps;
  }

  /** Whether the last comparison with the venue found what it could not explain. */
  get mismatch(): boolean {
    return this.#mismatch;
  }

  /** Why the venue did not answer the last question; null when it did. */
  get venueFailure(): string | null {
    return this.#deps.gateway.failure ?? this.#venueFailure;
  }

  /** The same for an instrument; null when this account does not trade it. */
  venueFailureOf({ venue }: Pick<Instrument, 'venue'>): string | null {
    const traded = this.#deps.gateway.venue ?? venue;
    return traded === venue ? this.venueFailure : null;
  }

  /** What could not be settled about orders in doubt, one line each. */
  get doubts(): readonly string[] {
    return this.#doubts;
  }

  /** Median time from submission to acknowledgement of the latest orders, ms; null before any. */
  get acknowledgementMs(): number | null {
    const sorted = [...this.#acknowledgementMs].sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? null;
  }

  /**
   * Puts a request before risk; when approved it is journalled, applied and sent. Gives null when it
   * went out, else why not.
   */
  place(request: OrderRequest, at: EventTimeNs): string | null {
    const { state, recorder, gateway, ids } = this.#deps;
    const closed = gateway.refusalOf(request.instrument, request.reduceOnly);
    if (closed !== null) {
      this.countRefusal(VENUE_CLOSED);
      return `${VENUE_CLOSED}: ${closed}`;
    }
    const verdict = state.risk.approve(request, new AccountAt(at, state, this.#deps.marks));
    if (!verdict.ok) {
      const { code, detail } = verdict.error;
      this.refuse(request, code, detail, at);
      return `${code}: ${detail}`;
    }
    const market = this.#deps.momentOf?.(request.instrument) ?? null;
    const event = submissionEvent(verdict.value, ids, at, market);
    const sent = recorder.record(event, () => {
      this.counts.submitted += 1;
      gateway.submit(state.orders.get(event.clientOrderId)!);
    });
    return sent ? null : `the journal refuses writes: ${recorder.failure?.detail}`;
  }

  /** Whether the venue gives working orders other terms. */
  get canAmend(): boolean {
    return this.#deps.gateway.canAmend;
  }

  /**
   * Puts other terms of a working order before risk; when they are approved the amend is journalled,
   * applied and sent. Gives null when it went out, else why not.
   */
  amend(to: AmendRequest, at: EventTimeNs): string | null {
    const { state, recorder, gateway } = this.#deps;
    const order = state.orders.get(to.clientOrderId);
    if (order === null) return `order-unknown-here: no order ${to.clientOrderId}`;
    const { request } = order;
    const impossible = amendRefusal(order, to);
    if (impossible !== null) return `${impossible.code}: ${impossible.detail}`;
    const closed = gateway.amendRefusal({ id: request.instrument }, lowersExposure(request, to));
    if (closed !== null) {
      this.countRefusal(VENUE_CLOSED);
      return `${VENUE_CLOSED}: ${closed}`;
    }
    const verdict = state.risk.approveAmend(order, to, new AccountAt(at, state, this.#deps.marks));
    if (!verdict.ok) {
      const { code, detail } = verdict.error;
      const { price, quantity } = to;
      this.refuse({ ...request, price, quantity }, code, `amend: ${detail}`, at);
      return `${code}: ${detail}`;
    }
    const prepared = prepareAmend(order, verdict.value, at);
    if (!prepared.ok) return `${prepared.error.code}: ${prepared.error.detail}`;
    const sent = recorder.record(prepared.value, () => gateway.amend(order, prepared.value));
    return sent ? null : `the journal refuses writes: ${recorder.failure?.detail}`;
  }

  /** Journals and sends a cancel. Never blocked by risk, a mode or the journal. */
  cancel(id: ClientOrderId, at: EventTimeNs): void {
    const { state, recorder, gateway } = this.#deps;
    const order = state.orders.get(id);
    const prepared = prepareCancel(order, id, at);
    if (!prepared.ok || order === null) return;
    recorder.record(prepared.value);
    gateway.cancel(order);
  }

  /** Cancels every order that is not final; gives their number. */
  cancelAll(at: EventTimeNs): number {
    const open = this.#deps.state.orders.open();
    for (const order of open) this.cancel(order.clientOrderId, at);
    return open.length;
  }

  /** Takes a report of the venue. Gives the order that it ended, or null. */
  onReport(report: VenueReport): Order | null {
    const { state, recorder } = this.#deps;
    if (report.kind === 'account-charged' || report.kind === 'position-closed') {
      this.#onAccountReport(report);
      return null;
    }
    const id = report.kind === 'order-filled' ? report.fill.clientOrderId : report.clientOrderId;
    const before = state.orders.get(id);
    const finding = state.orders.examine(report);
    const booked =
      report.kind === 'order-filled' && state.portfolio.fillStanding(report.fill) === 'duplicate';
    if (finding.kind === 'repeated' || booked) {
      this.counts.repeated += 1;
      return null;
    }
    const isStranger = finding.kind === 'unknown-order';
    const isUnasked = finding.kind === 'contradiction' && report.kind === 'order-amended';
    if ((isStranger || isUnasked) && this.#mayBeForgotten(id)) {
      // Reconciliation, which is still to come, takes the order over; a fill is booked at once.
      if (report.kind !== 'order-filled') return null;
    } else if (finding.kind === 'contradiction' || isStranger) {
      const cause = automaticCause('order-contradiction', 'PAUSE', finding.detail, report.at);
      const raised = state.safety.raise(cause);
      if (raised !== null) recorder.record(raised);
      this.#noteContradiction();
      if (finding.kind === 'unknown-order' && report.kind !== 'order-filled') return null;
    }
    const unbooked = state.portfolio.unbookedFills;
    recorder.record(report);
    if (report.kind === 'order-filled') this.counts.fills += 1;
    if (state.portfolio.unbookedFills !== unbooked)
      this.#noteUnbooked(`a fill of ${id}`, report.at);
    if (report.kind === 'order-rejected') this.counts.rejected += 1;
    if (before !== null && before.status === 'pending' && report.kind === 'order-accepted') {
      this.#acknowledgementMs.push(Math.max(0, msBetween(before.createdAt, report.at)));
      if (this.#acknowledgementMs.length > 101) this.#acknowledgementMs.shift();
    }
    const after = state.orders.get(id);
    const ended = after !== null && isFinal(after.status);
    const isKnown = after !== null && !ended && after.status !== 'unknown';
    const isGone = report.kind === 'amend-rejected' && !report.orderWorks;
    if ((report.kind === 'cancel-rejected' || isGone) && isKnown) {
      // The venue ended it, or never knew it, and we have not heard: its report was lost.
      const what = isGone ? 'amend' : 'cancel';
      const reason = `the venue refused its ${what}: ${report.reason}`;
      recorder.record({ kind: 'order-doubted', at: report.at, clientOrderId: id, reason });
    }
    return ended && before !== null && !isFinal(before.status) ? after : null;
  }

  /** Books a charge, or what the venue closed; a repeated one changes nothing. */
  #onAccountReport(
    report: Extract<VenueReport, { readonly kind: 'account-charged' | 'position-closed' }>,
  ): void {
    const { state, recorder } = this.#deps;
    const { portfolio } = state;
    const isCharge = report.kind === 'account-charged';
    const standing = isCharge
      ? portfolio.chargeStanding(report.charge)
      : portfolio.fillStanding(report.fill);
    if (standing === 'duplicate') {
      this.counts.repeated += 1;
      return;
    }
    const unbooked = portfolio.unbookedFills;
    recorder.record(report);
    const what = isCharge ? `charge ${report.charge.chargeId}` : `closing ${report.fill.tradeId}`;
    if (portfolio.unbookedFills !== unbooked) this.#noteUnbooked(what, report.at);
    if (!isCharge) this.#noteClosing(report.fill, report.cause, report.at);
  }

  /** The venue took a position away: nothing new is opened until somebody has looked. */
  #noteClosing({ side, quantity, instrument }: Fill, why: ClosingCause, at: EventTimeNs): void {
    const { state, recorder } = this.#deps;
    const detail = `${why}: ${side} ${quantity} lots of ${instrument}`;
    const cause = automaticCause('position-closed-by-venue', 'PAUSE', detail, at);
    const raised = state.safety.raise(cause);
    if (raised !== null) recorder.record(raised);
  }

  #noteUnbooked(what: string, at: EventTimeNs): void {
    const { state, recorder } = this.#deps;
    const detail = `${what} could not be booked: reconciliation is due`;
    const raised = state.safety.raise(automaticCause('order-contradiction', 'PAUSE', detail, at));
    if (raised !== null) recorder.record(raised);
    this.#noteContradiction();
  }

  #noteContradiction(): void {
    this.#mismatch = true;
    this.#contradictions += 1;
  }

  /** Whether the journal may have lost an order of an earlier run, as a power cut makes it. */
  #mayBeForgotten(id: ClientOrderId): boolean {
    const { state, runEpoch } = this.#deps;
    const parts = parseClientOrderId(id);
    const isEarlier = parts !== null && parts.runEpoch < runEpoch;
    return isEarlier && state.safety.cause(AWAITING_RECONCILIATION) !== null;
  }

  /** Doubts orders whose answer is overdue and asks the venue about those in doubt. */
  onTimer(now: EventTimeNs): void {
    const { state, recorder, ackTimeoutMs } = this.#deps;
    for (const event of state.orders.overdue(now, ackTimeoutMs)) recorder.record(event);
    const asked = this.#askedAboutDoubtsAt;
    const due = asked === null || msBetween(asked, now) >= DOUBT_INTERVAL_MS;
    if (!due || this.#doubtQuestionOpen || state.orders.doubted().length === 0) return;
    this.#askedAboutDoubtsAt = now;
    this.#doubtQuestionOpen = true;
    this.#ask((account) => {
      this.#doubtQuestionOpen = false;
      if (account === null) return;
      const { ackTimeoutMs: settleMs } = this.#deps;
      const { events, differences } = resolveDoubts(this.#local(account.at, settleMs), account);
      for (const event of events) this.onReport(event);
      this.#doubts = differences;
      if (differences.length > 0) this.#noteContradiction();
    });
  }

  /**
   * Asks the venue for its truth and makes both accounts equal, or says what differs; null when the
   * venue did not answer. An order younger than `settleMs` may still be on its way to the venue.
   *
   * `suspects` are what the comparison before this one could not explain while trading went on: a
   * difference then counts as a mismatch once it was seen twice, since an answer may be older than
   * what the venue reported meanwhile. A foreign order counts at once. null: everything counts.
   */
  reconcile(
    settleMs: number,
    done: (outcome: Reconciliation | null) => void,
    suspects: readonly string[] | null = null,
  ): void {
    const known = this.#contradictions;
    this.#ask((account) => {
      if (account === null) {
        done(null);
        return;
      }
      const local = this.#local(account.at, settleMs);
      this.#foreign = foreignOrders(account, local.runEpoch);
      const outcome = reconcile(local, account);
      const counts = outcome.kind === 'refused' && this.#counts(outcome.differences, suspects);
      // What was contradicted since the question was asked is not in its answer.
      this.#mismatch = counts || this.#contradictions !== known;
      if (outcome.kind === 'resolved') this.#correct(outcome.events);
      for (const id of outcome.cancels) this.#cancelAtVenue(id, account.at);
      done(outcome);
    });
  }

  #counts(differences: readonly string[], suspects: readonly string[] | null): boolean {
    if (suspects === null || this.#foreign.length > 0) return true;
    return differences.some((each) => suspects.includes(each));
  }

  /** Records what a comparison corrects; each correction has the same id whenever it is found. */
  #correct(events: readonly DomainEvent[]): void {
    for (const event of namedCorrections(this.#accountName(), events)) {
      if (event.kind === 'order-filled') this.counts.fills += 1;
      this.#deps.recorder.record(event);
      if (event.kind === 'position-closed') this.#noteClosing(event.fill, event.cause, event.at);
    }
  }

  #accountName(): string {
    const { gateway, instruments } = this.#deps;
    if (gateway.venue !== undefined) return gateway.venue;
    return [...new Set([...instruments.values()].map(({ venue }) => venue))].join(' ');
  }

  /** Orders at the venue that are not ours, as the last comparison found them, one line each. */
  get foreign(): readonly string[] {
    return this.#foreign;
  }

  /** Whether no order waits for an answer or is in doubt, so that a comparison is not about to be overtaken. */
  get isQuiet(): boolean {
    const open = this.#deps.state.orders.open();
    return open.every(
      ({ status, cancelRequested, amend }) =>
        status !== 'pending' && status !== 'unknown' && !cancelRequested && amend === undefined,
    );
  }

  /** Cancels also what ended here but works at the venue. */
  #cancelAtVenue(id: ClientOrderId, at: EventTimeNs): void {
    const order = this.#deps.state.orders.get(id);
    if (order !== null && isFinal(order.status)) this.#deps.gateway.cancel(order);
    else this.cancel(id, at);
  }

  /**
   * From when on the venue is asked: everything before is in the books. After a comparison that
   * failed the question reaches back to the last one that did not.
   */
  #since(): EventTimeNs {
    const { portfolio, orders, reconciledAt, lastFillAt } = this.#deps.state;
    const known = addMs(lastFillAt, -REPORT_MARGIN_MS);
    let since = this.#mismatch || known < reconciledAt ? addMs(reconciledAt, -60_000) : known;
    for (const { createdAt } of orders.doubted()) {
      const before = addMs(createdAt, -60_000);
      if (before < since) since = before;
    }
    if (since < portfolio.fillHorizon) since = portfolio.fillHorizon;
    return since < 0n ? eventTime(0n) : since;
  }

  #ask(answer: (account: VenueAccount | null) => void): void {
    const { gateway } = this.#deps;
    gateway.account(this.#since(), (result) => {
      this.#venueFailure = result.ok ? null : result.error.detail;
      answer(result.ok ? result.value : null);
    });
  }

  #local(at: EventTimeNs, settleMs: number): LocalAccount {
    const { state, instruments, runEpoch } = this.#deps;
    const { portfolio } = state;
    return {
      at,
      runEpoch,
      orders: state.orders,
      positions: portfolio.lots(),
      cash: portfolio.cash,
      deposits: portfolio.deposits,
      fillStanding: (fill) => portfolio.fillStanding(fill),
      chargeStanding: (charge) => portfolio.chargeStanding(charge),
      instruments,
      settleMs,
    };
  }

  /** Counts a request that was refused, without a record of it. */
  countRefusal(code: string): void {
    this.counts.refused += 1;
    this.refusalsByCode.set(code, (this.refusalsByCode.get(code) ?? 0) + 1);
  }

  /** Counts and records a request that was refused; equal ones within a second are counted only. */
  refuse(request: OrderRequest, code: string, detail: string, at: EventTimeNs): void {
    this.countRefusal(code);
    const key = `${request.instrument}|${code}`;
    const last = this.#refusedAt.get(key);
    // A parent counts the refusals of its children from the journal, and waits longer each time.
    const quiet = request.parent === undefined && last !== undefined;
    if (quiet && msBetween(last, at) < REFUSAL_QUIET_MS) return;
    this.#refusedAt.set(key, at);
    this.#deps.recorder.record({ kind: 'order-refused', at, request, code, detail });
  }
}
