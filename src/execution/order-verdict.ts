import type { EventTimeNs } from '../core/index.ts';
import type { Fill, Order, VenueReport } from '../model/index.ts';
import type { VenueAccount, VenueOpenOrder } from './ports.ts';

/** What the venue's account says about one order that is not final here. */
export interface OrderVerdict {
  /** To be recorded after the order's new fills. */
  readonly events: readonly VenueReport[];
  readonly resolutions: readonly string[];
  readonly differences: readonly string[];
}

const AGREED: OrderVerdict = { events: [], resolutions: [], differences: [] };

const differs = (...differences: string[]): OrderVerdict => ({ ...AGREED, differences });

const resolved = (resolution: string, ...events: VenueReport[]): OrderVerdict => ({
  events,
  resolutions: [resolution],
  differences: [],
});

/** Names the terms in which the venue's order is not the one that was sent. */
function differingTerms(order: Order, open: VenueOpenOrder): string[] {
  const sent = order.request;
  const terms = [
    ['instrument', sent.instrument, open.instrument],
    ['side', sent.side, open.side],
    ['price', sent.price, open.price],
    ['quantity', sent.quantity, open.quantity],
  ] as const;
  return terms
    .filter(([, here, there]) => here !== there)
    .map(
      ([term, here, there]) =>
        `order ${order.clientOrderId}: ${term} ${here} here, ${there} at the venue`,
    );
}

function judgeWorking(
  order: Order,
  filled: number,
  open: VenueOpenOrder,
  at: EventTimeNs,
): OrderVerdict {
  const id = order.clientOrderId;
  const differences = differingTerms(order, open);
  if (filled !== open.filled) {
    differences.push(`order ${id}: ${filled} lots filled here, ${open.filled} at the venue`);
  }
  if (differences.length > 0) return differs(...differences);
  if (order.status !== 'pending' && order.status !== 'unknown') return AGREED;
  return resolved(`order ${id} was ${order.status} here and works at the venue: accepted`, {
    kind: 'order-accepted',
    at,
    clientOrderId: id,
    venueOrderId: open.venueOrderId,
  });
}

function judgeEnded(
  order: Order,
  filled: number,
  end: 'filled' | 'cancelled' | 'rejected' | 'expired',
  at: EventTimeNs,
): OrderVerdict {
  const id = order.clientOrderId;
  const quantity = order.request.quantity;
  if (end === 'filled') {
    if (filled === quantity) return AGREED;
    return differs(
      `order ${id} is filled at the venue, but its fills here sum to ${filled} of ${quantity} lots`,
    );
  }
  if (filled === quantity) return AGREED;
  if (end === 'rejected' && filled > 0) {
    return differs(`order ${id} is rejected at the venue, but ${filled} lots of it are filled`);
  }
  const reason = `${end} at the venue while this service was not listening`;
  return resolved(`order ${id} was ${order.status} here and is ${end} at the venue: ended`, {
    kind: `order-${end}`,
    at,
    clientOrderId: id,
    reason,
  });
}

function judgeAbsent(order: Order, filled: number, at: EventTimeNs): OrderVerdict {
  const id = order.clientOrderId;
  if (filled === order.request.quantity) return AGREED;
  if (order.venueOrderId === null && filled === 0) {
    return resolved(`order ${id} is not known at the venue: rejected`, {
      kind: 'order-rejected',
      at,
      clientOrderId: id,
      reason: 'never arrived at the venue',
    });
  }
  return resolved(`order ${id} no longer works at the venue: cancelled`, {
    kind: 'order-cancelled',
    at,
    clientOrderId: id,
    reason: 'no longer at the venue',
  });
}

/**
 * Judges one order by an answer of the venue that is younger than everything on its way.
 *
 * `fills` are the order's fills that are not in the books yet; the verdict holds once they are.
 */
export function judgeOrder(
  order: Order,
  fills: readonly Fill[],
  venue: VenueAccount,
  at: EventTimeNs,
): OrderVerdict {
  const id = order.clientOrderId;
  let filled: number = order.filled;
  for (const fill of fills) {
    if (fill.instrument !== order.request.instrument || fill.side !== order.request.side) {
      return differs(
        `trade ${fill.tradeId} is a ${fill.side} of ${fill.instrument}, its order ${id} a ${order.request.side} of ${order.request.instrument}`,
      );
    }
    filled += fill.quantity;
  }
  if (filled > order.request.quantity) {
    return differs(
      `order ${id} over ${order.request.quantity} lots has fills of ${filled} lots at the venue`,
    );
  }
  const open = venue.openOrders.find((each) => each.clientOrderId === id);
  const end = venue.ended.get(id);
  if (open !== undefined && end !== undefined) {
    return differs(`order ${id} is both working and ${end} at the venue`);
  }
  if (open !== undefined) return judgeWorking(order, filled, open, at);
  return end === undefined ? judgeAbsent(order, filled, at) : judgeEnded(order, filled, end, at);
}
