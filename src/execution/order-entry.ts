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
import { wholeProduct } from './costs/attribution.ts';
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

/** Whether a cancel that is under way stays so in a status. */
const keepsCancel = (status: OrderStatus): boolean => !isFinal(status) && status !== 'unknown';

/** Moves an entry by a trigger; `reason` is kept for what was rejected, expired or doubted. */
export function moveEntry(
  entry: OrderEntry,
  trigger: OrderTrigger,
  at: EventTimeNs,
  reason: string | null,
  venueOrderId: VenueOrderId | null = entry.order.venueOrderId,
): OrderEntry {
  const { order, trades } = entry;
  const next = transition(order.status, trigger).to;
  if (next === null) return entry;
  const cancelling = keepsCancel(next);
  // A doubt keeps its age: asking in vain once more makes it no younger.
  const doubtedAgain = trigger === 'doubted' && order.status === 'unknown';
  return {
    order: {
      ...order,
      venueOrderId,
      status: next,
      updatedAt: doubtedAgain ? order.updatedAt : later(order.updatedAt, at),
      cancelRequested: cancelling && order.cancelRequested,
      reason,
    },
    cancelAt: cancelling ? entry.cancelAt : null,
    trades,
  };
}

/** Gives an entry the venue's id, and moves it by the acknowledgement that brought it. */
export function acceptEntry(
  entry: OrderEntry,
  trigger: OrderTrigger,
  at: EventTimeNs,
  venueOrderId: VenueOrderId,
): OrderEntry {
  const moved = moveEntry(entry, trigger, at, null, venueOrderId);
  if (moved !== entry) return moved;
  const { order, cancelAt, trades } = entry;
  return { order: { ...order, venueOrderId }, cancelAt, trades };
}

/** Notes that a cancel went out, or, with null, that none is under way any more. */
export function withCancel(entry: OrderEntry, cancelAt: EventTimeNs | null): OrderEntry {
  const { order, trades } = entry;
  return { order: { ...order, cancelRequested: cancelAt !== null }, cancelAt, trades };
}

/** Adds a fill that fits to what is filled, whatever the status; the status moves by the table. */
export function fillEntry(entry: OrderEntry, fill: Fill, at: EventTimeNs): OrderEntry {
  const { order, trades } = entry;
  const trigger = fillTrigger(order, fill);
  if (trigger === 'overfill') return entry;
  const next = transition(order.status, trigger).to;
  const cancelling = next === null || keepsCancel(next);
  return {
    order: {
      ...order,
      status: next ?? order.status,
      filled: qtyLots(order.filled + fill.quantity),
      filledTickLots: order.filledTickLots + wholeProduct(fill.price, fill.quantity),
      updatedAt: later(order.updatedAt, at),
      cancelRequested: cancelling && order.cancelRequested,
      reason: next === null ? order.reason : null,
    },
    cancelAt: cancelling ? entry.cancelAt : null,
    trades: trades.length === 0 ? [fill.tradeId] : [...trades, fill.tradeId],
  };
}

/** An entry as canonical JSON; a thousand are written at once, and sorted keys cost the least. */
export const entrySnapshot = ({ order, cancelAt, trades }: OrderEntry): Json => ({
  cancelAt,
  cancelRequested: order.cancelRequested,
  clientOrderId: order.clientOrderId,
  createdAt: order.createdAt,
  filled: order.filled,
  filledTickLots: order.filledTickLots,
  reason: order.reason,
  request: order.request as unknown as Json,
  status: order.status,
  trades,
  updatedAt: order.updatedAt,
  venueOrderId: order.venueOrderId,
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
