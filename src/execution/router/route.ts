import { addMs, type EventTimeNs } from '../../core/index.ts';
import type { RouteQuestion, VenueLiquidity } from './liquidity.ts';
import { type RouteSplit, splitOrder } from './split.ts';

/** Wait after a venue refused an order, doubled with each refusal in a row up to the longest. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** An order that was sent for a parent, as it stands now. */
export interface SentLeg {
  readonly venue: string;
  readonly quantityE8: bigint;
  readonly filledE8: bigint;
  /** `unknown`: its fate is not known, it may still fill. `refused`: ended without a fill. */
  readonly state: 'working' | 'unknown' | 'ended' | 'refused';
  /** When it took this state. */
  readonly since: EventTimeNs;
}

/** Quantity of a parent that may still be sent: what is neither filled nor may still fill; never negative. */
export function unsentE8(quantityE8: bigint, legs: readonly SentLeg[]): bigint {
  let left = quantityE8;
  for (const { state, quantityE8: sent, filledE8 } of legs) {
    left -= state === 'working' || state === 'unknown' ? sent : filledE8;
  }
  return left > 0n ? left : 0n;
}

/** Whether a venue is passed over: it owes an answer, or refused lately. */
export function isPassedOver(venue: string, legs: readonly SentLeg[], now: EventTimeNs): boolean {
  let refusals = 0;
  let refusedAt: EventTimeNs | null = null;
  for (const leg of legs) {
    if (leg.venue !== venue) continue;
    if (leg.state === 'unknown') return true;
    refusals = leg.state === 'refused' ? refusals + 1 : 0;
    refusedAt = leg.state === 'refused' ? leg.since : refusedAt;
  }
  if (refusals === 0 || refusedAt === null) return false;
  const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(refusals - 1, 16));
  return addMs(refusedAt, waitMs) > now;
}

/**
 * What is to be sent next for a parent, given all that was sent before (oldest first): the rest that is neither filled
 * nor in doubt, split over the venues that are up. A venue whose circuit is open, that refused
 * lately, or that owes an answer is passed over, and the others take its part.
 *
 * All legs together, `unknown` ones included, never exceed the parent's quantity.
 */
export function nextRoute(
  question: RouteQuestion,
  legs: readonly SentLeg[],
  venues: readonly VenueLiquidity[],
  now: EventTimeNs,
): RouteSplit {
  const quantityE8 = unsentE8(question.quantityE8, legs);
  const usable = venues.filter(({ venue }) => !isPassedOver(venue, legs, now));
  return splitOrder(usable, { ...question, quantityE8 });
}
