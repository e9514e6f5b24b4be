import type { DomainEvent, Order } from '../model/index.ts';
import { moveEntry, type OrderEntry, withTerms } from './order-entry.ts';
import { isFinal } from './order-machine.ts';

type EventOf<K extends DomainEvent['kind']> = Extract<DomainEvent, { readonly kind: K }>;

/** Notes an amend that goes out; one at a time, and none of an order that ended. */
export function amendingEntry(entry: OrderEntry, event: EventOf<'amend-requested'>): OrderEntry {
  const { order } = entry;
  if (isFinal(order.status) || order.amend !== undefined) return entry;
  const { amendment: number, price, quantity, at } = event;
  const amend = { number, price, quantity, at };
  return { ...entry, order: { ...order, amendments: number, amend } };
}

/**
 * The answer that an order works with other terms; ignored when it answers no amend. Of an order that
 * ended only what was asked for is noted.
 */
export function amendedEntry(entry: OrderEntry, event: EventOf<'order-amended'>): OrderEntry {
  if (!isAmendAnswer(entry.order, event) || event.quantity < entry.order.filled) return entry;
  if (isFinal(entry.order.status) && !isAsAsked(entry.order, event)) return entry;
  const { amend: _, amendRefused: __, ...order } = entry.order;
  const request = withTerms(order.request, event);
  const amended = { ...entry, order: { ...order, request, amendments: event.amendment } };
  return moveEntry(amended, amendTrigger(order, event.quantity), event.at, null);
}

/** The answer that an amend was not carried out. */
export function unamendedEntry(entry: OrderEntry, event: EventOf<'amend-rejected'>): OrderEntry {
  if (entry.order.amend?.number !== event.amendment) return entry;
  const { amend: _, ...order } = entry.order;
  const refused = { ...entry, order: { ...order, amendRefused: event.reason } };
  const isComplete = order.filled >= order.request.quantity;
  return isComplete ? moveEntry(refused, 'completed', event.at, null) : refused;
}

/** Whether an amend is the last of its order and counts as not carried out. */
export const isGivenUp = (
  { amend, amendments, amendRefused }: Order,
  amendment: number | undefined,
): boolean => amend === undefined && amendRefused !== undefined && amendments === amendment;

/**
 * Whether an answer is one to an amend under way, or tells of one that the journal lost or that was
 * given up too early.
 */
export const isAmendAnswer = (
  order: Order,
  { amendment }: Pick<EventOf<'order-amended'>, 'amendment'>,
): boolean =>
  order.amend?.number === amendment ||
  amendment > (order.amendments ?? 0) ||
  isGivenUp(order, amendment);

/** Whether an answer gives an order just the terms that were asked for. */
export const isAsAsked = (
  { amend }: Order,
  { amendment, price, quantity }: EventOf<'order-amended'>,
): boolean => amend?.number === amendment && amend.price === price && amend.quantity === quantity;

/** How an amended order looks to the state machine. */
export function amendTrigger(
  { filled }: Pick<Order, 'filled'>,
  quantity: number,
): 'amended' | 'amended-partly' | 'completed' {
  if (filled >= quantity) return 'completed';
  return filled > 0 ? 'amended-partly' : 'amended';
}

/** Whether a fill beyond the old quantity has proved the amend that is under way. */
export const isAmendProven = ({ request, amend }: Order): boolean =>
  amend !== undefined && amend.price === request.price && amend.quantity === request.quantity;
