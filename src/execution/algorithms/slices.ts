import { type JitterStream, jitterAt } from './jitter.ts';

/** How a quantity is cut into slices over a horizon. */
export interface SlicePlan {
  readonly quantity: number;
  readonly slices: number;
  /** Share of the quantity that is due once slice k began, for k = 0 .. slices; 0 first, 1 last. */
  readonly cumulative: (k: number) => number;
  /** Size of the random shifts, 0 to 1: of a whole neighbour slice, and of the time between two. */
  readonly sizeJitter: number;
  readonly timeJitter: number;
  readonly seed: number;
}

/** What is to be done by now, in lots. */
export interface DueLots {
  readonly due: number;
  /** What was due before the latest slice began: to be made good without patience. */
  readonly overdue: number;
}

const drawn = ({ seed }: SlicePlan, stream: JitterStream, size: number, k: number): number =>
  size === 0 ? 0 : size * jitterAt(seed, stream, k);

/**
 * Lots due once slice k began.
 *
 *   c[k] = round(quantity * (F[k] + jitter * u[k] * min(F[k] - F[k-1], F[k+1] - F[k])))
 *
 * with u in [-1/2, 1/2): what one slice gains its neighbour loses, so c never falls and ends at the
 * quantity, whatever is drawn.
 */
export function lotsAfter(plan: SlicePlan, k: number): number {
  const { quantity, slices, cumulative, sizeJitter } = plan;
  if (k <= 0) return 0;
  if (k >= slices) return quantity;
  const here = cumulative(k);
  const room = Math.min(here - cumulative(k - 1), cumulative(k + 1) - here);
  const share = here + drawn(plan, 'size', sizeJitter, k) * Math.max(0, room);
  return Math.min(quantity, Math.max(0, Math.round(quantity * share)));
}

/** When slice k begins, as a share of the horizon; slice 0 at once. */
export const sliceBegin = (plan: SlicePlan, k: number): number =>
  k <= 0 ? 0 : (k + drawn(plan, 'time', plan.timeJitter, k)) / plan.slices;

/** What is due after a share of the horizon, 0 to 1. */
export function dueAfter(plan: SlicePlan, elapsed: number): DueLots {
  if (elapsed >= 1) return { due: plan.quantity, overdue: plan.quantity };
  // A begin is shifted by at most half a slice: only these two are open.
  const whole = Math.floor(elapsed * plan.slices);
  let begun = whole;
  for (const k of [whole, whole + 1]) {
    if (k < plan.slices && sliceBegin(plan, k) <= elapsed) begun = k + 1;
  }
  return { due: lotsAfter(plan, begun), overdue: lotsAfter(plan, begun - 1) };
}
