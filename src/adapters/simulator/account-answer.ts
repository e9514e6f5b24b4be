import { type EventTimeNs, err, ok, type Result, toIso } from '../../core/index.ts';
import type {
  VenueAccount,
  VenueOpenOrder,
  VenueTerms,
  VenueUnavailable,
} from '../../execution/ports.ts';
import type { ClientOrderId } from '../../model/index.ts';
import { toEventTime, toVenueTime, type VenueTimeUs } from './schedule.ts';
import type { VenueTruth } from './truth.ts';
import type { EndState, HeldOrder } from './truth-record.ts';

const openOrder = (order: HeldOrder): VenueOpenOrder => ({
  clientOrderId: order.clientOrderId,
  venueOrderId: order.venueOrderId,
  instrument: order.instrument,
  side: order.side,
  price: order.price,
  quantity: order.quantity,
  filled: order.filled,
  ...(order.amendments !== undefined && { amendments: order.amendments }),
});

/** The records of `list`, oldest first, that are not earlier than asked. */
function latest<T>(list: readonly T[], isAsked: (one: T) => boolean): readonly T[] {
  let from = list.length;
  while (from > 0 && isAsked(list[from - 1]!)) from -= 1;
  return list.slice(from);
}

/**
 * The venue's answer about its account: everything at or after `since`.
 *
 * Forgotten ends of orders do not refuse an answer: `endedSince` says from when they are known.
 *
 * Errors: `venue-unavailable` when the question fails, and when fills at or after `since` may be
 *         forgotten, since an answer with a hole would read as "nothing happened".
 */
export function accountAnswer(
  truth: VenueTruth,
  since: EventTimeNs,
  now: VenueTimeUs,
  fails: boolean,
): Result<VenueAccount, VenueUnavailable> {
  if (fails) return err({ code: 'venue-unavailable', detail: 'the simulated venue is down' });
  const { fillsForgottenUpTo, endsForgottenUpTo } = truth;
  const kept = toEventTime(fillsForgottenUpTo);
  if (fillsForgottenUpTo > 0 && since <= kept) {
    const asked = `asked since ${toIso(since)}`;
    return err({
      code: 'venue-unavailable',
      detail: `${asked}, but the venue keeps only the fills that came after ${toIso(kept)}`,
    });
  }
  const endsKept = endsForgottenUpTo > 0 ? toEventTime(endsForgottenUpTo + 1) : since;
  const sinceUs = toVenueTime(since);
  const ended = new Map<ClientOrderId, EndState>();
  const amended = new Map<ClientOrderId, VenueTerms>();
  for (const end of truth.ended.values()) {
    if (end.at < sinceUs) continue;
    ended.set(end.clientOrderId, end.state);
    if (end.amended !== undefined) amended.set(end.clientOrderId, end.amended);
  }
  return ok({
    at: toEventTime(now),
    openOrders: [...truth.open.values()].map(openOrder),
    fills: latest(truth.fills, (fill) => fill.at >= since),
    charges: latest(truth.charges, (charge) => charge.at >= since),
    closings: latest(truth.closings, ({ fill }) => fill.at >= since),
    positions: new Map(truth.account.positions),
    cash: truth.account.cash,
    ended,
    ...(amended.size > 0 && { amended }),
    endedSince: endsKept > since ? endsKept : since,
  });
}
