import { parseClientOrderId } from './client-order-ids.ts';
import type { VenueAccount } from './ports.ts';

const NO_ORDER_OF_OURS = 'works at the venue and is no order of this bot';

/** What a comparison says of a foreign order, in one line. */
export const foreignDifference = (clientOrderId: string): string =>
  `order ${clientOrderId} ${NO_ORDER_OF_OURS}`;

/** Whether a difference is about a foreign order, which `foreignOrders` tells with its terms. */
export const isForeignDifference = (line: string): boolean => line.endsWith(NO_ORDER_OF_OURS);

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
