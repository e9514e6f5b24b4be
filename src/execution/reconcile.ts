import { msBetween } from '../core/index.ts';
import {
  type AccountCharge,
  type ClientOrderId,
  type DomainEvent,
  type Fill,
  formatE8,
  type InstrumentId,
  notional,
  type Order,
  sideSign,
  type VenueReport,
} from '../model/index.ts';
import { type LocalAccount, RECOVERED_STRATEGY, type Reconciliation } from './account.ts';
import { parseClientOrderId } from './client-order-ids.ts';
import { foreignDifference } from './foreign-orders.ts';
import { isFirstMeeting, openBooks } from './open-books.ts';
import { judgeOrder, type OrderVerdict } from './order-verdict.ts';
import type { VenueAccount, VenueClosing, VenueOpenOrder } from './ports.ts';

interface Findings {
  readonly events: DomainEvent[];
  readonly resolutions: string[];
  readonly differences: string[];
  readonly cancels: ClientOrderId[];
}

const isSameFill = (a: Fill, b: Fill): boolean =>
  a.instrument === b.instrument &&
  a.side === b.side &&
  a.price === b.price &&
  a.quantity === b.quantity &&
  a.fee === b.fee;

const fillKey = (fill: Fill): string => `${fill.clientOrderId}|${fill.tradeId}`;

const isOurs = (id: ClientOrderId, runEpoch: number): boolean => {
  const parts = parseClientOrderId(id);
  return parts !== null && parts.runEpoch <= runEpoch;
};

/** The venue's fills that are not in the books yet, each once; differences for impossible ones. */
function newFills(local: LocalAccount, venue: VenueAccount, found: Findings): Fill[] {
  const seen = new Map<string, Fill>();
  const fresh: Fill[] = [];
  for (const fill of venue.fills) {
    const before = seen.get(fillKey(fill));
    if (before !== undefined) {
      if (isSameFill(before, fill))
        found.resolutions.push(`trade ${fill.tradeId} was reported twice: counted once`);
      else found.differences.push(`trade ${fill.tradeId} was reported with two different contents`);
      continue;
    }
    seen.set(fillKey(fill), fill);
    if (!isOurs(fill.clientOrderId, local.runEpoch)) {
      found.differences.push(
        `trade ${fill.tradeId} belongs to ${fill.clientOrderId}, which is no order of this bot`,
      );
      continue;
    }
    if (!local.instruments.has(fill.instrument)) {
      found.differences.push(`trade ${fill.tradeId} is in ${fill.instrument}, not configured here`);
      continue;
    }
    if (local.fillStanding(fill) === 'new') fresh.push(fill);
  }
  return fresh;
}

/** The venue's charges that are not in the books yet, each once. */
function newCharges(local: LocalAccount, venue: VenueAccount): readonly AccountCharge[] {
  const seen = new Set<string>();
  return (venue.charges ?? []).filter((charge) => {
    const isNew = !seen.has(charge.chargeId) && (local.chargeStanding?.(charge) ?? 'new') === 'new';
    seen.add(charge.chargeId);
    return isNew;
  });
}

/** What the venue closed by itself and is not in the books yet; differences for impossible ones. */
function newClosings(
  local: LocalAccount,
  venue: VenueAccount,
  found: Findings,
): readonly VenueClosing[] {
  const seen = new Set<string>();
  return (venue.closings ?? []).filter(({ fill, cause }) => {
    if (seen.has(fillKey(fill))) return false;
    seen.add(fillKey(fill));
    if (local.instruments.has(fill.instrument)) return local.fillStanding(fill) === 'new';
    found.differences.push(
      `${cause} ${fill.tradeId} is in ${fill.instrument}, not configured here`,
    );
    return false;
  });
}

/** Records what moved the account without an order of ours. */
function recordSettlements(
  charges: readonly AccountCharge[],
  closings: readonly VenueClosing[],
  local: LocalAccount,
  found: Findings,
): void {
  for (const { cause, fill } of closings) {
    found.events.push({ kind: 'position-closed', at: local.at, cause, fill });
    found.resolutions.push(
      `${cause} ${fill.tradeId} of ${fill.instrument} was missing here: booked`,
    );
  }
  for (const charge of charges) {
    found.events.push({ kind: 'account-charged', at: local.at, charge });
    found.resolutions.push(`charge ${charge.chargeId} was missing here: booked`);
  }
}

const filledSince = (venue: VenueAccount, id: ClientOrderId): number => {
  const seen = new Set<string>();
  let sum = 0;
  for (const fill of venue.fills) {
    if (fill.clientOrderId !== id || seen.has(fill.tradeId)) continue;
    seen.add(fill.tradeId);
    sum += fill.quantity;
  }
  return sum;
};

/** Re-creates an order that the venue knows as ours but the journal lost, and has it cancelled. */
function adopt(
  local: LocalAccount,
  venue: VenueAccount,
  open: VenueOpenOrder,
  found: Findings,
): void {
  const sum = filledSince(venue, open.clientOrderId);
  if (sum !== open.filled) {
    found.differences.push(
      `order ${open.clientOrderId} has ${open.filled} lots filled at the venue, its fills sum to ${sum}`,
    );
  }
  found.events.push({
    kind: 'order-submitted',
    at: local.at,
    clientOrderId: open.clientOrderId,
    request: {
      instrument: open.instrument,
      strategy: RECOVERED_STRATEGY,
      side: open.side,
      type: 'limit',
      price: open.price,
      quantity: open.quantity,
      timeInForce: 'gtc',
      postOnly: false,
      reduceOnly: false,
    },
  });
  found.events.push({
    kind: 'order-accepted',
    at: local.at,
    clientOrderId: open.clientOrderId,
    venueOrderId: open.venueOrderId,
  });
  found.cancels.push(open.clientOrderId);
  found.resolutions.push(
    `order ${open.clientOrderId} works at the venue but is missing here: taken over, to be cancelled`,
  );
}

/** Looks at every order that works at the venue and is not working here. */
function judgeStrangers(local: LocalAccount, venue: VenueAccount, found: Findings): void {
  for (const open of venue.openOrders) {
    const here = local.orders.get(open.clientOrderId);
    if (here === null) {
      if (!isOurs(open.clientOrderId, local.runEpoch)) {
        found.differences.push(foreignDifference(open.clientOrderId));
      } else if (!local.instruments.has(open.instrument)) {
        found.differences.push(
          `order ${open.clientOrderId} is in ${open.instrument}, not configured here`,
        );
      } else adopt(local, venue, open, found);
    } else if (!local.orders.isOpen(open.clientOrderId)) {
      found.cancels.push(open.clientOrderId);
      found.differences.push(
        `order ${open.clientOrderId} is ${here.status} here but works at the venue: to be cancelled`,
      );
    }
  }
}

function recordFills(fresh: readonly Fill[], local: LocalAccount, found: Findings): void {
  for (const fill of fresh) {
    found.events.push({ kind: 'order-filled', at: local.at, fill });
    found.resolutions.push(
      `trade ${fill.tradeId} of order ${fill.clientOrderId} was missing here: booked`,
    );
  }
}

/** Compares what the books will show after the new fills with what the venue says. */
function checkTotals(
  local: LocalAccount,
  venue: VenueAccount,
  fresh: readonly Fill[],
  charges: readonly AccountCharge[],
  found: Findings,
): void {
  const lots = new Map<InstrumentId, number>(local.positions);
  let cash: bigint = local.cash;
  for (const { amount } of charges) cash -= amount;
  for (const fill of fresh) {
    const instrument = local.instruments.get(fill.instrument)!;
    const sign = sideSign(fill.side);
    lots.set(fill.instrument, (lots.get(fill.instrument) ?? 0) + sign * fill.quantity);
    cash -= BigInt(sign) * notional(instrument, fill.price, fill.quantity) + fill.fee;
  }
  for (const id of new Set([...lots.keys(), ...venue.positions.keys()])) {
    const here = lots.get(id) ?? 0;
    const there = venue.positions.get(id) ?? 0;
    if (here !== there) {
      found.differences.push(`position of ${id}: ${here} lots here, ${there} lots at the venue`);
    }
  }
  if (cash !== venue.cash) {
    found.differences.push(`cash: ${formatE8(cash)} here, ${formatE8(venue.cash)} at the venue`);
  }
}

function applyVerdict(verdict: OrderVerdict, found: Findings): void {
  found.events.push(...verdict.events);
  found.resolutions.push(...verdict.resolutions);
  found.differences.push(...verdict.differences);
}

const isSettled = (order: Order, venue: VenueAccount, settleMs: number): boolean =>
  msBetween(order.createdAt, venue.at) >= settleMs;

/**
 * Compares our account with the venue's and says how to make them equal.
 *
 * Missing fills, charges and liquidations are booked, orders that ended at the venue end here, orders that never arrived are
 * rejected, orders that the journal lost are taken over and cancelled. Anything that cannot be
 * explained (a foreign order, a position or cash that still differs) refuses the whole: nothing is
 * recorded, and trading stays paused. To be called only with an answer of the venue: no answer is
 * no news, never "not found".
 *
 * Determinism: a function of its arguments; changes nothing.
 */
export function reconcile(local: LocalAccount, venue: VenueAccount): Reconciliation {
  if (isFirstMeeting(local)) return openBooks(local, venue);
  const found: Findings = { events: [], resolutions: [], differences: [], cancels: [] };
  const fresh = newFills(local, venue, found);
  const charges = newCharges(local, venue);
  const closings = newClosings(local, venue, found);
  judgeStrangers(local, venue, found);
  const verdicts = local.orders
    .open()
    .filter((order) => isSettled(order, venue, local.settleMs))
    .map((order) => {
      const fills = fresh.filter((fill) => fill.clientOrderId === order.clientOrderId);
      return judgeOrder(order, fills, venue, local);
    });
  for (const { terms } of verdicts) found.events.push(...terms);
  recordFills(fresh, local, found);
  recordSettlements(charges, closings, local, found);
  for (const verdict of verdicts) applyVerdict(verdict, found);
  const closed = closings.map((closing) => closing.fill);
  checkTotals(local, venue, [...fresh, ...closed], charges, found);
  const { events, resolutions, differences, cancels } = found;
  if (differences.length > 0) return { kind: 'refused', differences, cancels };
  events.push({ kind: 'reconciled', at: local.at, resolutions });
  return { kind: 'resolved', events, resolutions, cancels };
}

/**
 * Settles only the orders in doubt while trading goes on: no totals are compared, since other
 * orders may be on their way. Events come with the fills of those orders first.
 */
export function resolveDoubts(
  local: LocalAccount,
  venue: VenueAccount,
): { readonly events: readonly VenueReport[]; readonly differences: readonly string[] } {
  const events: VenueReport[] = [];
  const differences: string[] = [];
  for (const order of local.orders.doubted()) {
    if (!isSettled(order, venue, local.settleMs)) continue;
    const seen = new Set<string>();
    const fills = venue.fills.filter((fill) => {
      const fresh =
        fill.clientOrderId === order.clientOrderId &&
        !seen.has(fill.tradeId) &&
        local.fillStanding(fill) === 'new';
      if (fresh) seen.add(fill.tradeId);
      return fresh;
    });
    const verdict = judgeOrder(order, fills, venue, local);
    differences.push(...verdict.differences);
    if (verdict.differences.length > 0) continue;
    events.push(...verdict.terms);
    for (const fill of fills) events.push({ kind: 'order-filled', at: local.at, fill });
    events.push(...verdict.events);
  }
  return { events, differences };
}
