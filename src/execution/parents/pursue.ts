import { addMs } from '../../core/index.ts';
import { type PriceTicks, qtyLots, type Side } from '../../model/index.ts';
import { unamendable } from '../amendment.ts';
import { remainingLots } from '../order-entry.ts';
import {
  type ParentAction,
  type ParentChild,
  type ParentView,
  totalsOf,
} from '../parent-machine.ts';
import { isInReach, worstPrice } from './prices.ts';

/** Wait after the first failure of a role, doubled with each further one up to the longest. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 16_000;

/** More resting children of one role than this are made one. */
const MAX_RESTING = 4;

/** Which lots are to be worked, at most. */
export interface Pursuit {
  readonly side: Side;
  readonly reduceOnly: boolean;
  /** Lots that all children of `roles` together may ever fill. */
  readonly goal: number;
  /** Every role that works towards the goal. */
  readonly roles: readonly string[];
}

/** The children that should work now. */
export type Wanted =
  | { readonly kind: 'rest'; readonly role: string; readonly price: PriceTicks }
  | { readonly kind: 'take'; readonly role: string; readonly reachBps: number }
  | { readonly kind: 'nothing' };

/** Whether a role may try again after its failures. */
export function isDue(view: ParentView, role: string): boolean {
  const { failures, refusals, lastEndAt } = totalsOf(view, role);
  const tries = failures + refusals;
  if (tries === 0 || lastEndAt === null) return true;
  const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 16));
  return addMs(lastEndAt, waitMs) <= view.now;
}

/** Lots that the children of a pursuit filled so far. */
export const pursuedLots = (view: ParentView, roles: readonly string[]): number =>
  roles.reduce((lots, role) => lots + totalsOf(view, role).filled, 0);

/** Cancels of the children that are not being cancelled yet. */
export const cancelsOf = (children: readonly ParentChild[]): ParentAction[] =>
  children
    .filter(({ order }) => !order.cancelRequested)
    .map(({ order: { clientOrderId } }) => ({ kind: 'cancel', clientOrderId }));

/** What an amend can do about the one child that rests where another price or quantity is wanted. */
function amendOf(
  view: ParentView,
  { side, reduceOnly }: Pursuit,
  wanted: Extract<Wanted, { readonly kind: 'rest' }>,
  { role, order }: ParentChild,
  left: number,
): readonly ParentAction[] | null {
  if (role !== wanted.role || order.amendRefused !== undefined) return null;
  // One without an answer keeps the worse of both terms: nothing is placed beside it.
  if (order.amend !== undefined) return order.status === 'unknown' ? null : [];
  if (unamendable(order) !== null || totalsOf(view, role).refusals > 0) return null;
  if (!isInReach(view, wanted.price)) return null;
  const rest = remainingLots(order);
  const lots = reduceOnly ? Math.min(left, rest + view.reducible[side]) : left;
  const { clientOrderId, request, filled } = order;
  const isAsWanted = lots === rest && request.price === wanted.price;
  if (lots <= 0 || isAsWanted) return null;
  const quantity = qtyLots(filled + lots);
  return [{ kind: 'amend', clientOrderId, price: wanted.price, quantity }];
}

const isWanted = ({ role, order }: ParentChild, wanted: Wanted): boolean =>
  wanted.kind !== 'nothing' &&
  role === wanted.role &&
  (wanted.kind === 'take' || order.request.price === wanted.price);

/** The newest children that must go so that the others can fill at most `left`. */
export function surplusOf(children: readonly ParentChild[], left: number): readonly ParentChild[] {
  let working = children.reduce((lots, { order }) => lots + remainingLots(order), 0);
  const surplus: ParentChild[] = [];
  for (const child of [...children].reverse()) {
    if (working <= left) break;
    surplus.push(child);
    working -= remainingLots(child.order);
  }
  return surplus;
}

/**
 * What leads from the children that work to those that are wanted. Nothing is placed while anything
 * else of the pursuit may still fill: cancelled first, replaced once the end is confirmed. A single
 * child that rests is amended where the venue can, which counts all that it ever filled. So the worst
 * case of all children, unknown ones included, never exceeds the goal.
 */
export function pursue(
  view: ParentView,
  pursuit: Pursuit,
  wanted: Wanted,
): readonly ParentAction[] {
  const { side, reduceOnly, goal, roles } = pursuit;
  const children = view.children.filter(({ role }) => roles.includes(role));
  const left = goal - pursuedLots(view, roles);
  const [only] = children;
  if (view.canAmend && wanted.kind === 'rest' && only !== undefined && children.length === 1) {
    const amended = amendOf(view, pursuit, wanted, only, left);
    if (amended !== null) return amended;
  }
  const misfits = children.filter((child) => !isWanted(child, wanted));
  if (misfits.length > 0) return cancelsOf(misfits);
  const surplus = surplusOf(children, left);
  if (surplus.length > 0) return cancelsOf(surplus);
  if (wanted.kind === 'nothing') return [];
  if (wanted.kind === 'take' && children.length > 0) return [];
  // What is being cancelled or in doubt may still fill: it takes its room like the others.
  const room = left - children.reduce((lots, { order }) => lots + remainingLots(order), 0);
  const lots = reduceOnly ? Math.min(room, view.reducible[side]) : room;
  if (lots <= 0 || !isDue(view, wanted.role)) return [];
  if (children.length >= MAX_RESTING) return cancelsOf(children);
  // An amend that was given up may still arrive and make its order larger.
  const mayGrow = children.filter(({ order }) => order.amendRefused !== undefined);
  if (mayGrow.length > 0) return cancelsOf(mayGrow);
  return submission(view, pursuit, wanted, lots);
}

function submission(
  view: ParentView,
  { side, reduceOnly }: Pursuit,
  wanted: Exclude<Wanted, { readonly kind: 'nothing' }>,
  lots: number,
): readonly ParentAction[] {
  const { touch } = view;
  if (touch === null) return [];
  const { role } = wanted;
  const common = { side, quantity: qtyLots(lots), postOnly: false, reduceOnly };
  if (wanted.kind === 'take') {
    const price = worstPrice(view, touch, side, wanted.reachBps);
    const request = { ...common, type: 'market', price, timeInForce: 'ioc' } as const;
    return [{ kind: 'submit', role, request }];
  }
  if (!isInReach(view, wanted.price)) return [];
  const { price } = wanted;
  const request = { ...common, type: 'limit', price, timeInForce: 'gtc' } as const;
  return [{ kind: 'submit', role, request }];
}
