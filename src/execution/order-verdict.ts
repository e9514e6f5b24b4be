import type { EventTimeNs } from '../core/index.ts';
import type { Fill, Order, VenueReport } from '../model/index.ts';
import { type JudgingSide, judgeTerms, type TermsVerdict } from './amend-verdict.ts';
import { worstQuantity } from './order-entry.ts';
import type { VenueAccount, VenueOpenOrder } from './ports.ts';

/** What the venue's account says about one order that is not final here. */
export interface OrderVerdict {
  /** What the venue says of its amends; to be recorded before its new fills, which they allow. */
  readonly terms: readonly VenueReport[];
  /** To be recorded after them. */
  readonly events: readonly VenueReport[];
  readonly resolutions: readonly string[];
  readonly differences: readonly string[];
}

const AGREED: OrderVerdict = { terms: [], events: [], resolutions: [], differences: [] };

const differs = (...differences: string[]): OrderVerdict => ({ ...AGREED, differences });

const resolved = (resolution: string, ...events: VenueReport[]): OrderVerdict => ({
  terms: [],
  events,
  resolutions: [resolution],
  differences: [],
});

/** Names what the venue's order can never have become. */
function differingOrder(order: Order, open: VenueOpenOrder): string[] {
  const sent = order.request;
  const terms = [
    ['instrument', sent.instrument, open.instrument],
    ['side', sent.side, open.side],
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
  terms: TermsVerdict,
  at: EventTimeNs,
): OrderVerdict {
  const id = order.clientOrderId;
  const differences = [...differingOrder(order, open), ...terms.differences];
  if (filled !== open.filled) {
    differences.push(`order ${id}: ${filled} lots filled here, ${open.filled} at the venue`);
  }
  if (differences.length > 0) return differs(...differences);
  const isAmended = terms.events.some(({ kind }) => kind === 'order-amended');
  const { events, resolutions } = terms;
  const settled = order.status !== 'pending' && order.status !== 'unknown';
  if (settled || isAmended) return { terms: events, events: [], resolutions, differences };
  return {
    terms: events,
    events: [{ kind: 'order-accepted', at, clientOrderId: id, venueOrderId: open.venueOrderId }],
    resolutions: [
      ...resolutions,
      `order ${id} was ${order.status} here and works at the venue: accepted`,
    ],
    differences,
  };
}

function judgeEnded(
  order: Order,
  filled: number,
  end: 'filled' | 'cancelled' | 'rejected' | 'expired',
  terms: TermsVerdict | null,
  at: EventTimeNs,
): OrderVerdict {
  const id = order.clientOrderId;
  if (terms !== null && terms.differences.length > 0) return differs(...terms.differences);
  const quantity = terms?.quantity ?? order.request.quantity;
  const known = { terms: terms?.events ?? [], resolutions: terms?.resolutions ?? [] };
  if (filled === quantity) {
    const { amend } = order;
    // The last fill alone does not end an order that an amend may have made larger.
    if (amend === undefined || known.terms.length > 0 || filled === worstQuantity(order)) {
      return { ...known, events: [], differences: [] };
    }
    const reason = 'the order was filled before it';
    const { number: amendment } = amend;
    return resolved(`order ${id} was filled without amend ${amendment}: not amended`, {
      ...{ kind: 'amend-rejected', at, clientOrderId: id, amendment },
      ...{ reason, orderWorks: false },
    });
  }
  if (end === 'filled') {
    return differs(
      `order ${id} is filled at the venue, but its fills here sum to ${filled} of ${quantity} lots`,
    );
  }
  if (end === 'rejected' && filled > 0) {
    return differs(`order ${id} is rejected at the venue, but ${filled} lots of it are filled`);
  }
  const reason = `${end} at the venue while this service was not listening`;
  const said = `order ${id} was ${order.status} here and is ${end} at the venue: ended`;
  return {
    terms: known.terms,
    events: [{ kind: `order-${end}`, at, clientOrderId: id, reason }],
    resolutions: [...known.resolutions, said],
    differences: [],
  };
}

function judgeAbsent(order: Order, filled: number, at: EventTimeNs): OrderVerdict {
  const id = order.clientOrderId;
  if (filled === worstQuantity(order)) return AGREED;
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
  local: JudgingSide,
): OrderVerdict {
  const { clientOrderId: id, request } = order;
  let filled: number = order.filled;
  for (const fill of fills) {
    if (fill.instrument !== request.instrument || fill.side !== request.side) {
      return differs(
        `trade ${fill.tradeId} is a ${fill.side} of ${fill.instrument}, its order ${id} a ${request.side} of ${request.instrument}`,
      );
    }
    filled += fill.quantity;
  }
  const open = venue.openOrders.find((each) => each.clientOrderId === id);
  const end = venue.ended.get(id);
  const there = open ?? venue.amended?.get(id);
  const terms = there === undefined ? null : judgeTerms(order, there, venue.at, local);
  const most = Math.max(worstQuantity(order), terms?.quantity ?? 0);
  if (filled > most) {
    return differs(`order ${id} over ${most} lots has fills of ${filled} lots at the venue`);
  }
  if (open !== undefined && end !== undefined) {
    return differs(`order ${id} is both working and ${end} at the venue`);
  }
  const { at } = local;
  if (open !== undefined) return judgeWorking(order, filled, open, terms!, at);
  return end === undefined
    ? judgeAbsent(order, filled, at)
    : judgeEnded(order, filled, end, terms, at);
}
