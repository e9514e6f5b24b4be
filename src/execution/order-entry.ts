import type { EventTimeNs, Json } from '../core/index.ts';
import {
  type ClientOrderId,
  type DomainEvent,
  type Fill,
  type Order,
  type OrderRequest,
  type OrderStatus,
  qtyLots,
  type TradeId,
  type VenueOrderId,
} from '../model/index.ts';
import { isFinal, type OrderTrigger, transition } from './order-machine.ts';

/** An order with what the fold needs beside it. */
export interface OrderEntry {
  readonly order: Order;
  /** When the unanswered cancel went out; null when none is under way. */
  readonly cancelAt: EventTimeNs | null;
  /** Venue ids of the executions counted in `order.filled`. */
  readonly trades: readonly TradeId[];
}

/** Lots that can still fill. */
export const remainingLots = (order: Order): number => order.request.quantity - order.filled;

/** Shared by all orders without fills; a fill replaces it. */
const NO_TRADES: readonly TradeId[] = [];

/** The entry that `order-submitted` opens. */
export const submittedEntry = (
  event: Extract<DomainEvent, { readonly kind: 'order-submitted' }>,
): OrderEntry => ({
  order: {
    clientOrderId: event.clientOrderId,
    venueOrderId: null,
    request: event.request,
    status: 'pending',
    filled: qtyLots(0),
    filledTickLots: 0n,
    createdAt: event.at,
    updatedAt: event.at,
    cancelRequested: false,
    reason: null,
  },
  cancelAt: null,
  trades: NO_TRADES,
});

/** How a fill looks to the state machine. */
export function fillTrigger(order: Order, fill: Fill): 'fill' | 'last-fill' | 'overfill' {
  const left = remainingLots(order);
  if (fill.quantity > left) return 'overfill';
  return fill.quantity === left ? 'last-fill' : 'fill';
}

const later = (a: EventTimeNs, b: EventTimeNs): EventTimeNs => (a > b ? a : b);

/** Moves an entry by a trigger; `reason` is kept for what was rejected, expired or doubted. */
export function moveEntry(
  entry: OrderEntry,
  trigger: OrderTrigger,
  at: EventTimeNs,
  reason: string | null,
): OrderEntry {
  const next = transition(entry.order.status, trigger).to;
  if (next === null) return entry;
  const keepsCancel = !isFinal(next) && next !== 'unknown';
  return {
    ...entry,
    cancelAt: keepsCancel ? entry.cancelAt : null,
    order: {
      ...entry.order,
      status: next,
      // A doubt keeps its age: asking in vain once more makes it no younger.
      updatedAt:
        trigger === 'doubted' && entry.order.status === 'unknown'
          ? entry.order.updatedAt
          : later(entry.order.updatedAt, at),
      cancelRequested: keepsCancel && entry.order.cancelRequested,
      reason,
    },
  };
}

/** Adds a fill that fits to what is filled, whatever the status; the status moves by the table. */
export function fillEntry(entry: OrderEntry, fill: Fill, at: EventTimeNs): OrderEntry {
  const trigger = fillTrigger(entry.order, fill);
  if (trigger === 'overfill') return entry;
  const moved = moveEntry(entry, trigger, at, null);
  return {
    ...moved,
    trades: [...entry.trades, fill.tradeId],
    order: {
      ...moved.order,
      updatedAt: later(moved.order.updatedAt, at),
      filled: qtyLots(entry.order.filled + fill.quantity),
      filledTickLots: entry.order.filledTickLots + BigInt(fill.price) * BigInt(fill.quantity),
    },
  };
}

/** An entry as canonical JSON. */
export const entrySnapshot = (entry: OrderEntry): Json => ({
  ...entry.order,
  request: { ...entry.order.request } as unknown as Json,
  cancelAt: entry.cancelAt,
  trades: [...entry.trades],
});

/** A request of a snapshot, its one bigint restored. */
function restoreRequest(
  from: Omit<OrderRequest, 'expireAt'> & { readonly expireAt?: string },
): OrderRequest {
  const { expireAt, ...request } = from;
  return expireAt === undefined
    ? request
    : { ...request, expireAt: BigInt(expireAt) as EventTimeNs };
}

/** Reads what `entrySnapshot` wrote, bigints as decimal strings. */
export function restoreEntry(snapshot: Json): OrderEntry {
  const from = snapshot as unknown as {
    readonly clientOrderId: ClientOrderId;
    readonly venueOrderId: VenueOrderId | null;
    readonly request: Omit<OrderRequest, 'expireAt'> & { readonly expireAt?: string };
    readonly status: OrderStatus;
    readonly filled: number;
    readonly filledTickLots: string;
    readonly createdAt: string;
    readonly updatedAt: string;
    readonly cancelRequested: boolean;
    readonly reason: string | null;
    readonly cancelAt: string | null;
    readonly trades: readonly TradeId[];
  };
  return {
    order: {
      clientOrderId: from.clientOrderId,
      venueOrderId: from.venueOrderId,
      request: restoreRequest(from.request),
      status: from.status,
      filled: qtyLots(from.filled),
      filledTickLots: BigInt(from.filledTickLots),
      createdAt: BigInt(from.createdAt) as EventTimeNs,
      updatedAt: BigInt(from.updatedAt) as EventTimeNs,
      cancelRequested: from.cancelRequested,
      reason: from.reason,
    },
    cancelAt: from.cancelAt === null ? null : (BigInt(from.cancelAt) as EventTimeNs),
    trades: from.trades,
  };
}
