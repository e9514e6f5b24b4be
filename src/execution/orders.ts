import { addMs, assert, ChurnMap, type EventTimeNs, type Json, LatestMap } from '../core/index.ts';
import type {
  ClientOrderId,
  DomainEvent,
  Fill,
  InstrumentId,
  OcoGroup,
  Order,
  StrategyId,
  VenueReport,
} from '../model/index.ts';
import type { ReservedExposure } from '../risk/index.ts';
import {
  amendedEntry,
  amendingEntry,
  amendTrigger,
  isAmendAnswer,
  isAmendProven,
  isAsAsked,
  isGivenUp,
  unamendedEntry,
} from './order-amends.ts';
import {
  acceptEntry,
  entrySnapshot,
  fillEntry,
  fillTrigger,
  moveEntry,
  type OrderEntry,
  restoreEntry,
  submittedEntry,
  withCancel,
} from './order-entry.ts';
import { isFinal, type OrderTrigger, transition } from './order-machine.ts';
import { ReservedTotals } from './reserved-totals.ts';

/** Finished orders that are kept for late fills and for people; older ones are forgotten. */
export const RETAINED_FINISHED_ORDERS = 1_000;

/** What a venue's report would do, for the caller to judge before it is recorded. */
export type ReportFinding =
  | { readonly kind: 'regular' }
  /** Already known, or too late to change anything; harmless. */
  | { readonly kind: 'repeated'; readonly detail: string }
  /** A fill that came after the end of its order; it is counted. */
  | { readonly kind: 'late-fill'; readonly detail: string }
  /** The venue contradicts itself or the order: reconciliation is due. */
  | { readonly kind: 'contradiction'; readonly detail: string }
  /** No such order here, or no longer. */
  | { readonly kind: 'unknown-order'; readonly detail: string };

/** The orders of one instrument or strategy. */
export interface OrderFilter {
  readonly instrument?: InstrumentId;
  readonly strategy?: StrategyId;
  /** Leaves out the children of parent orders. */
  readonly withoutParent?: boolean;
}

const reportTrigger = (
  order: Order,
  report: Exclude<
    VenueReport,
    {
      readonly kind: 'cancel-rejected' | 'amend-rejected' | 'account-charged' | 'position-closed';
    }
  >,
): OrderTrigger => {
  switch (report.kind) {
    case 'order-accepted':
      return order.filled > 0 ? 'accepted-partly' : 'accepted';
    case 'order-rejected':
      // A refusal after fills can only mean the rest: what is filled stays filled.
      return order.filled > 0 && !isFinal(order.status) ? 'cancelled' : 'rejected';
    case 'order-amended':
      return amendTrigger(order, report.quantity);
    case 'order-cancelled':
      return 'cancelled';
    case 'order-expired':
      return 'expired';
    case 'order-filled':
      return fillTrigger(order, report.fill);
  }
};

const REGULAR: ReportFinding = { kind: 'regular' };

/** What an answer to an amend would do. */
function examineAmend(
  order: Order,
  report: Extract<VenueReport, { readonly kind: 'order-amended' | 'amend-rejected' }>,
): ReportFinding {
  const { clientOrderId: id, amend } = order;
  const name = `amend ${report.amendment} of ${id}`;
  if (amend?.number === report.amendment) {
    if (report.kind === 'amend-rejected') {
      if (!isAmendProven(order)) return REGULAR;
      return { kind: 'contradiction', detail: `${name} is refused, but a fill has proved it` };
    }
    if (report.quantity < order.filled) {
      const detail = `${name} to ${report.quantity} lots, of which ${order.filled} are filled`;
      return { kind: 'contradiction', detail };
    }
    if (!isAsAsked(order, report)) {
      const { price, quantity } = report;
      const detail = `${name} gave ${quantity} lots at ${price} ticks, which was not asked for`;
      return { kind: 'contradiction', detail };
    }
    const step = transition(order.status, reportTrigger(order, report));
    if (!step.contradiction) return REGULAR;
    return { kind: 'contradiction', detail: `${name}: ${step.ignored}` };
  }
  const isUnasked = report.kind === 'order-amended' && isAmendAnswer(order, report);
  if (!isUnasked) return { kind: 'repeated', detail: `${name} is answered already` };
  const why = isGivenUp(order, report.amendment) ? 'counted as not carried out' : 'not asked for';
  return { kind: 'contradiction', detail: `${name} was ${why}` };
}

/** An event that changes an order that is here. */
type OrderChange = Extract<
  DomainEvent,
  {
    readonly kind:
      | 'cancel-requested'
      | 'cancel-rejected'
      | 'amend-requested'
      | 'order-amended'
      | 'amend-rejected'
      | 'order-doubted'
      | 'order-accepted'
      | 'order-filled'
      | 'order-cancelled'
      | 'order-rejected'
      | 'order-expired';
  }
>;

/** The entry after an event; the entry itself when the event changes nothing. */
function changedEntry(entry: OrderEntry, event: OrderChange): OrderEntry {
  const { order } = entry;
  switch (event.kind) {
    case 'cancel-requested':
      return isFinal(order.status) ? entry : withCancel(entry, event.at);
    case 'cancel-rejected':
      return withCancel(entry, null);
    case 'amend-requested':
      return amendingEntry(entry, event);
    case 'order-amended':
      return amendedEntry(entry, event);
    case 'amend-rejected':
      return unamendedEntry(entry, event);
    case 'order-doubted':
      return moveEntry(entry, 'doubted', event.at, event.reason);
    case 'order-accepted':
      return acceptEntry(entry, reportTrigger(order, event), event.at, event.venueOrderId);
    case 'order-filled': {
      const { fill } = event;
      const counts = !entry.trades.includes(fill.tradeId) && fillMatches(order, fill);
      return counts ? fillEntry(entry, fill, event.at) : entry;
    }
    case 'order-cancelled':
      return moveEntry(entry, 'cancelled', event.at, null);
    case 'order-rejected':
    case 'order-expired':
      return moveEntry(entry, reportTrigger(order, event), event.at, event.reason);
  }
}

const fillMatches = (order: Order, fill: Fill): boolean =>
  fill.instrument === order.request.instrument && fill.side === order.request.side;

/**
 * Our orders: a fold over the events of their lives.
 *
 * A fill is known by its order and the venue's trade id, so a repeated report changes nothing; a
 * late fill of an ended order is counted, since the venue's truth wins. Orders that are not final
 * are all kept (risk limits their number); of the final ones the latest `retained` are.
 */
export class Orders {
  readonly #open = new ChurnMap<ClientOrderId, OrderEntry>();
  readonly #finished: LatestMap<ClientOrderId, OrderEntry>;
  readonly #reserved = new ReservedTotals();

  constructor(retained: number = RETAINED_FINISHED_ORDERS) {
    this.#finished = new LatestMap(retained);
  }

  /** Rebuilds the orders from a snapshot. */
  static restore(snapshot: Json, retained: number = RETAINED_FINISHED_ORDERS): Orders {
    const { open, finished } = snapshot as {
      readonly open: readonly Json[];
      readonly finished: readonly Json[];
    };
    const orders = new Orders(retained);
    for (const each of open) orders.#keep(restoreEntry(each));
    for (const each of finished) orders.#keep(restoreEntry(each));
    return orders;
  }

  /** Folds one event. Events that concern no order of ours change nothing. */
  apply(event: DomainEvent): void {
    switch (event.kind) {
      case 'order-submitted':
        assert(
          this.#find(event.clientOrderId) === undefined,
          () => `client order id ${event.clientOrderId} is given once`,
        );
        this.#keep(submittedEntry(event));
        return;
      case 'order-filled':
        this.#update(event.fill.clientOrderId, event);
        return;
      case 'cancel-requested':
      case 'cancel-rejected':
      case 'amend-requested':
      case 'order-amended':
      case 'amend-rejected':
      case 'order-doubted':
      case 'order-accepted':
      case 'order-cancelled':
      case 'order-rejected':
      case 'order-expired':
        this.#update(event.clientOrderId, event);
        return;
      default:
        return;
    }
  }

  #find(id: ClientOrderId): OrderEntry | undefined {
    return this.#open.get(id) ?? this.#finished.get(id);
  }

  #update(id: ClientOrderId, event: OrderChange): void {
    const entry = this.#find(id);
    if (entry === undefined) return;
    const changed = changedEntry(entry, event);
    if (changed !== entry) this.#keep(changed);
  }

  #keep(entry: OrderEntry): void {
    const id = entry.order.clientOrderId;
    const before = this.#open.get(id);
    if (before !== undefined) this.#reserved.remove(before.order);
    if (!isFinal(entry.order.status)) {
      this.#open.set(id, entry);
      this.#reserved.add(entry.order);
      return;
    }
    this.#open.delete(id);
    this.#finished.set(id, entry);
  }

  /** What a report would do, before it is recorded. Changes nothing. */
  examine(report: VenueReport): ReportFinding {
    if (report.kind === 'account-charged' || report.kind === 'position-closed') {
      return REGULAR;
    }
    const id = report.kind === 'order-filled' ? report.fill.clientOrderId : report.clientOrderId;
    const entry = this.#find(id);
    if (entry === undefined) return { kind: 'unknown-order', detail: `no order ${id} here` };
    const { order } = entry;
    if (report.kind === 'cancel-rejected') return REGULAR;
    if (report.kind === 'order-amended' || report.kind === 'amend-rejected') {
      return examineAmend(order, report);
    }
    if (report.kind === 'order-filled') {
      const { fill } = report;
      if (entry.trades.includes(fill.tradeId)) {
        return { kind: 'repeated', detail: `trade ${fill.tradeId} of ${id} is counted already` };
      }
      if (!fillMatches(order, fill)) {
        return {
          kind: 'contradiction',
          detail: `trade ${fill.tradeId} is a ${fill.side} of ${fill.instrument}, order ${id} a ${order.request.side} of ${order.request.instrument}`,
        };
      }
    }
    const step = transition(order.status, reportTrigger(order, report));
    if (step.to !== null) return REGULAR;
    const detail = `${report.kind} for ${id}, which is ${order.status}: ${step.ignored}`;
    if (step.contradiction) return { kind: 'contradiction', detail };
    return { kind: report.kind === 'order-filled' ? 'late-fill' : 'repeated', detail };
  }

  /** One order by its client id, also a finished one that is still kept; null otherwise. */
  get(id: ClientOrderId): Order | null {
    return this.#find(id)?.order ?? null;
  }

  /** Orders that are not final, oldest first. */
  open(filter: OrderFilter = {}): readonly Order[] {
    const { instrument, strategy, withoutParent } = filter;
    const found: Order[] = [];
    for (let place = this.#open.oldest; place >= 0; place = this.#open.after(place)) {
      const { order } = this.#open.at(place);
      const { request } = order;
      if (instrument !== undefined && request.instrument !== instrument) continue;
      if (strategy !== undefined && request.strategy !== strategy) continue;
      if (withoutParent === true && request.parent !== undefined) continue;
      found.push(order);
    }
    return found;
  }

  /** Whether an order is here and not final. */
  isOpen(id: ClientOrderId): boolean {
    return this.#open.has(id);
  }

  /** Whether there is no order at all, not even a finished one that is still kept. */
  get isEmpty(): boolean {
    return this.#open.size === 0 && this.#finished.size === 0;
  }

  /** Number of orders that are not final. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Final orders that are still kept, in the order of their end. */
  finished(): readonly Order[] {
    return [...this.#finished.values()].map((entry) => entry.order);
  }

  /** Orders whose fate is not known. */
  doubted(): readonly Order[] {
    return this.open().filter((order) => order.status === 'unknown');
  }

  /** What all orders that are not final could still do to an instrument's position. */
  reserved(instrument: InstrumentId, without?: OcoGroup): ReservedExposure {
    return this.#reserved.of(instrument, without);
  }

  /**
   * The events that put orders in doubt: submitted without acknowledgement, or cancelled or amended
   * without an answer, for `timeoutMs` or longer. Their exposure stays reserved until the venue is asked, and a
   * cancel that got no answer may be sent again.
   */
  overdue(
    now: EventTimeNs,
    timeoutMs: number,
  ): readonly Extract<DomainEvent, { readonly kind: 'order-doubted' }>[] {
    const events: Extract<DomainEvent, { readonly kind: 'order-doubted' }>[] = [];
    for (let place = this.#open.oldest; place >= 0; place = this.#open.after(place)) {
      const { order, cancelAt } = this.#open.at(place);
      const { status, amend } = order;
      const unanswered = status === 'pending' && addMs(order.createdAt, timeoutMs) <= now;
      const cancelUnanswered = cancelAt !== null && addMs(cancelAt, timeoutMs) <= now;
      const amendUnanswered =
        amend !== undefined && status !== 'unknown' && addMs(amend.at, timeoutMs) <= now;
      if (!unanswered && !cancelUnanswered && !amendUnanswered) continue;
      const to = cancelUnanswered ? 'cancel' : 'amend';
      const what = unanswered ? 'acknowledgement' : `answer to the ${to}`;
      const reason = `no ${what} within ${timeoutMs} ms`;
      events.push({ kind: 'order-doubted', at: now, clientOrderId: order.clientOrderId, reason });
    }
    return events;
  }

  /** The state as canonical JSON. */
  snapshot(): Json {
    return {
      open: [...this.#open.values()].map(entrySnapshot),
      finished: [...this.#finished.values()].map(entrySnapshot),
    };
  }
}
