import { formatE8 } from '../model/index.ts';
import type { LocalAccount, Reconciliation } from './account.ts';
import type { VenueAccount } from './ports.ts';

/** Whether our side has no books at all yet. */
export function isFirstMeeting(local: LocalAccount): boolean {
  const flat = [...local.positions.values()].every((lots) => lots === 0);
  return local.deposits === 0n && local.cash === 0n && flat && local.orders.isEmpty;
}

/**
 * On the first run there are no books: an account without positions or orders opens them with the
 * cash that the venue holds. Anything else is of unknown origin and refused.
 */
export function openBooks(local: LocalAccount, venue: VenueAccount): Reconciliation {
  const differences: string[] = [];
  for (const [id, lots] of venue.positions) {
    if (lots !== 0) {
      differences.push(`first run, but the venue holds ${lots} lots of ${id} of unknown origin`);
    }
  }
  for (const open of venue.openOrders) {
    differences.push(`first run, but order ${open.clientOrderId} works at the venue`);
  }
  if (venue.cash <= 0n) {
    differences.push(`first run, but the venue holds no cash: ${formatE8(venue.cash)}`);
  }
  if (differences.length > 0) return { kind: 'refused', differences, cancels: [] };
  const resolutions = [`opening balance ${formatE8(venue.cash)} taken from the venue`];
  return {
    kind: 'resolved',
    events: [
      { kind: 'cash-deposited', at: local.at, amount: venue.cash },
      { kind: 'reconciled', at: local.at, resolutions },
    ],
    resolutions,
    cancels: [],
  };
}
