import { type EventTimeNs, err, ok, type Result, toIso } from '../../core/index.ts';
import type { VenueAccount, VenueOpenOrder, VenueUnavailable } from '../../execution/ports.ts';
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
});

/**
 * The venue's answer about its account: everything at or after `since`.
 *
 * Errors: `venue-unavailable` when the question fails, and when records at or after `since` are no
 *         longer kept, since an answer with a hole would read as "nothing happened".
 */
export function accountAnswer(
  truth: VenueTruth,
  since: EventTimeNs,
  now: VenueTimeUs,
  fails: boolean,
): Result<VenueAccount, VenueUnavailable> {
  if (fails) return err({ code: 'venue-unavailable', detail: 'the simulated venue is down' });
  const kept = toEventTime(truth.forgottenUpTo);
  if (truth.forgottenUpTo > 0 && since <= kept) {
    return err({
      code: 'venue-unavailable',
      detail: `asked since ${toIso(since)}, but the venue keeps only what came after ${toIso(kept)}`,
    });
  }
  const sinceUs = toVenueTime(since);
  const ended = new Map<ClientOrderId, EndState>();
  for (const end of truth.ended.values()) {
    if (end.at >= sinceUs) ended.set(end.clientOrderId, end.state);
  }
  return ok({
    at: toEventTime(now),
    openOrders: [...truth.open.values()].map(openOrder),
    fills: truth.fills.filter((fill) => fill.at >= since),
    positions: new Map(truth.account.positions),
    cash: truth.account.cash,
    ended,
  });
}
