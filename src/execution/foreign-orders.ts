import { parseClientOrderId } from './client-order-ids.ts';
import type { VenueAccount } from './ports.ts';

/**
 * Names the orders that work at the venue without being ours, one line each: their ids are not of
 * our form, or of a run that has not been. Whoever placed them has our keys.
 */
export function foreignOrders(venue: VenueAccount, runEpoch: number): readonly string[] {
  return venue.openOrders.flatMap(({ clientOrderId, instrument, side, quantity, price }) => {
    const parts = parseClientOrderId(clientOrderId);
    if (parts !== null && parts.runEpoch <= runEpoch) return [];
    return [
      `foreign order ${clientOrderId}: ${side} ${quantity} lots of ${instrument} at ${price} ticks`,
    ];
  });
}
