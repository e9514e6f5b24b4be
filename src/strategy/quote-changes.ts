import type { Order, Side } from '../model/index.ts';
import type { QuoteSide } from './intent.ts';

/** What to do about one side of a quote: cancel these, and place this once nothing else rests. */
export interface QuoteChange {
  readonly cancels: readonly Order[];
  readonly place: QuoteSide | null;
}

/** An order that has this many times the wanted lots left is too large to stay. */
const OVERSIZE = 1.25;

const keeps = (order: Order, wanted: QuoteSide): boolean =>
  order.request.price === wanted.price &&
  order.request.quantity - order.filled <= wanted.quantity * OVERSIZE &&
  !order.cancelRequested &&
  order.status !== 'unknown';

/**
 * Leads one side from its working orders to the wanted quote: cancel first, place when the side is
 * empty, so that at most one order a side ever works. An order at the wanted price stays, also when
 * partly filled, since cancelling it would lose its place in the queue, unless far more of it is left
 * than wanted.
 */
export function quoteChange(
  side: Side,
  wanted: QuoteSide | null,
  workingOrders: readonly Order[],
): QuoteChange {
  const onSide = workingOrders.filter((order) => order.request.side === side);
  if (onSide.length === 0) return { cancels: [], place: wanted };
  const kept = wanted === null ? undefined : onSide.find((order) => keeps(order, wanted));
  const cancels = onSide.filter((order) => order !== kept && !order.cancelRequested);
  return { cancels, place: null };
}
