import type { EventTimeNs, Json } from '../core/index.ts';
import {
  type AmendTerms,
  type ClientOrderId,
  type DomainEvent,
  type Fill,
  type Order,
  type OrderRequest,
  type OrderStatus,
  type PendingAmend,
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

/** Lots of an order in the worst case: an amend without an answer may have made them more. */
export const worstQuantity = ({ request: { quantity }, amend }: Order): number =>
  amend !== undefined && amend.quantity > quantity ? amend.quantity : quantity;

/** Lots that can still fill, in the worst case. */
export const remainingLots = (order: Order): number => worstQuantity(order) - order.filled;

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

/** A request with other terms. */
export const withTerms = (
  request: OrderRequest,
  { price, quantity }: AmendTerms,
): OrderRequest => ({
  ...request,
  price,
  quantity,
});

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

/**
 * Adds a fill that fits to what is filled, whatever the status; the status moves by the table. A fill
 * beyond the quantity proves that the amend without an answer was carried out.
 */
export function fillEntry(entry: OrderEntry, fill: Fill, at: EventTimeNs): OrderEntry {
  const { order, trades } = entry;
  const trigger = fillTrigger(order, fill);
  if (trigger === 'overfill') return entry;
  const next = transition(order.status, trigger).to;
  const cancelling = next === null || keepsCancel(next);
  const filled = qtyLots(order.filled + fill.quantity);
  const { request, amend } = order;
  const isProven = amend !== undefined && filled > request.quantity;
  return {
    order: {
      ...order,
      request: isProven ? withTerms(request, amend) : request,
      status: next ?? order.status,
      filled,
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
export function entrySnapshot({ order, cancelAt, trades }: OrderEntry): Json {
  const plain = {
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
  };
  const { amend, amendments, amendRefused } = order;
  if (amend === undefined && amendments === undefined && amendRefused === undefined) return plain;
  return {
    ...plain,
    ...(amend !== undefined && { amend: { ...amend } }),
    ...(amendments !== undefined && { amendments }),
    ...(amendRefused !== undefined && { amendRefused }),
  };
}

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
    readonly amendments?: number;
    readonly amend?: Omit<PendingAmend, 'at'> & { readonly at: string };
    readonly amendRefused?: string;
  };
  const { amendments, amend, amendRefused } = from;
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
      ...(amendments !== undefined && { amendments }),
      ...(amend !== undefined && { amend: { ...amend, at: BigInt(amend.at) as EventTimeNs } }),
      ...(amendRefused !== undefined && { amendRefused }),
    },
    cancelAt: from.cancelAt === null ? null : (BigInt(from.cancelAt) as EventTimeNs),
    trades: from.trades,
  };
}
