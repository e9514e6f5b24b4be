import { addMs } from '../../core/index.ts';
import {
  divideHalfEven,
  type Instrument,
  notional,
  type ParentSpec,
  type PriceTicks,
  priceTicks,
  qtyLots,
} from '../../model/index.ts';
import {
  cancelAndEnd,
  type ParentAction,
  type ParentChild,
  type ParentTouch,
  type ParentView,
  totalsOf,
} from '../parent-machine.ts';
import { isInReach, touchFor, worstPrice } from '../parents/prices.ts';
import { isDue } from '../parents/pursue.ts';

/** The one role of an algorithm's children. */
export const SLICE = 'slice';

/** Failures in a row after which an algorithm gives up. */
const MAX_FAILURES = 5;

/** A resting child is not moved to a new price sooner than this. */
const REQUOTE_MS = 1_000;

/** How the children of an algorithm are made. */
export interface WorkTerms {
  readonly style: 'take' | 'rest';
  /** The worst price that any child may have; null: risk's collar alone. */
  readonly limitPrice: PriceTicks | null;
  /** How far beyond the touch a child that takes may execute, bps. */
  readonly reachBps: number;
  readonly reduceOnly: boolean;
}

/** What is to be worked now, in lots of the whole life of the parent. */
export interface WorkLots {
  readonly due: number;
  readonly overdue: number;
  /** The most that the next child may have; absent: no bound. */
  readonly most?: number;
}

/** The smallest order of the venue at a price, lots, with two percent to spare for its move. */
function leastLots(instrument: Instrument, price: PriceTicks): number {
  const perLotE8 = notional(instrument, price, qtyLots(1_000_000));
  if (perLotE8 <= 0n) return 1;
  const wanted = divideHalfEven(instrument.minNotional * 102n, 100n) * 1_000_000n;
  return Math.max(1, Number((wanted + perLotE8 - 1n) / perLotE8));
}

/** Whether `price` is no worse than the limit for the side of the spec. */
const isWithin = ({ side }: ParentSpec, price: PriceTicks, limit: PriceTicks | null): boolean =>
  limit === null || (side === 'buy' ? price <= limit : price >= limit);

const bounded = ({ side }: ParentSpec, price: PriceTicks, limit: PriceTicks | null): PriceTicks => {
  if (limit === null) return price;
  return priceTicks(side === 'buy' ? Math.min(price, limit) : Math.max(price, limit));
};

const restingPrice = (spec: ParentSpec, touch: ParentTouch, terms: WorkTerms): PriceTicks =>
  bounded(spec, spec.side === 'buy' ? touch.bid : touch.ask, terms.limitPrice);

/** Resting children that are to go: the market left them, or patience is over. */
function misplaced(
  spec: ParentSpec,
  view: ParentView,
  terms: WorkTerms,
  isBehind: boolean,
): readonly ParentAction[] {
  const goes = ({ order }: ParentChild): boolean => {
    const { timeInForce, price } = order.request;
    if (timeInForce !== 'gtc' || order.cancelRequested) return false;
    if (isBehind || view.touch === null) return true;
    const moved = price !== restingPrice(spec, view.touch, terms);
    return moved && addMs(order.createdAt, REQUOTE_MS) <= view.now;
  };
  return view.children
    .filter(goes)
    .map(({ order: { clientOrderId } }) => ({ kind: 'cancel', clientOrderId }));
}

/** Why nothing more can come of it; null while something can. */
function endReason(spec: ParentSpec, view: ParentView, terms: WorkTerms): string | null {
  const { filled, failures } = totalsOf(view, SLICE);
  if (filled > spec.quantity) {
    return `filled, and ${filled - spec.quantity} lots more that were reported late`;
  }
  if (filled === spec.quantity) return 'filled';
  if (failures >= MAX_FAILURES) return 'refused again and again';
  const held = spec.side === 'sell' ? view.position : -view.position;
  if (terms.reduceOnly && held <= 0 && view.children.length === 0) {
    return 'the position was closed elsewhere';
  }
  return null;
}

/** The price of the next child and whether it takes; null where the market forbids both. */
function priceOf(
  spec: ParentSpec,
  view: ParentView,
  terms: WorkTerms,
  takes: boolean,
): PriceTicks | null {
  const { touch } = view;
  if (touch === null) return null;
  if (takes) {
    if (!isWithin(spec, touchFor(touch, spec.side), terms.limitPrice)) return null;
    return bounded(spec, worstPrice(view, touch, spec.side, terms.reachBps), terms.limitPrice);
  }
  const price = restingPrice(spec, touch, terms);
  return isInReach(view, price) ? price : null;
}

/**
 * What leads from what is filled to what is due, one child at a time: while any child may still
 * fill, an `unknown` one too, no other is placed. So filled and working together never exceed the
 * quantity. A rest that the venue would not take is added to the last child, or ends the parent.
 */
export function workTowards(
  spec: ParentSpec,
  view: ParentView,
  terms: WorkTerms,
  { due, overdue, most }: WorkLots,
): readonly ParentAction[] {
  const reason = endReason(spec, view, terms);
  if (reason !== null) return cancelAndEnd(view, reason);
  const { filled } = totalsOf(view, SLICE);
  const isBehind = filled < Math.min(overdue, spec.quantity);
  if (view.children.length > 0) return misplaced(spec, view, terms, isBehind);
  const takes = terms.style === 'take' || isBehind;
  const price = priceOf(spec, view, terms, takes);
  if (price === null) return [];
  const left = spec.quantity - filled;
  const least = terms.reduceOnly ? 1 : leastLots(view.instrument, price);
  if (left < least) {
    return [{ kind: 'end', reason: `a rest of ${left} lots is below the venue's minimum` }];
  }
  // What is overdue may be less than the venue takes: then more of what is due goes with it.
  const urgent = Math.max(overdue, Math.min(due, filled + least));
  const goal = Math.min(takes && terms.style === 'rest' ? urgent : due, spec.quantity);
  let lots = Math.min(goal - filled, most ?? left);
  if (lots < least) return [];
  if (left - lots < least) lots = left;
  if (terms.reduceOnly) lots = Math.min(lots, view.reducible[spec.side]);
  if (lots <= 0 || !isDue(view, SLICE)) return [];
  const request = {
    side: spec.side,
    type: 'limit',
    price,
    quantity: qtyLots(lots),
    timeInForce: takes ? 'ioc' : 'gtc',
    postOnly: false,
    reduceOnly: terms.reduceOnly,
  } as const;
  return [{ kind: 'submit', role: SLICE, request }];
}
