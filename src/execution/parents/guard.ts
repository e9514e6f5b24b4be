import type { EventTimeNs } from '../../core/index.ts';
import { CLOSING_CAUSES, oppositeSide, type PriceTicks, type Side } from '../../model/index.ts';
import { cancelAndEnd, type ParentAction, type ParentView, totalsOf } from '../parent-machine.ts';
import { EXIT_ROLES, OTHERS_ROLE } from './exit-roles.ts';
import type { GuardState } from './guard-state.ts';
import { REPAIR_ROLE } from './guarded.ts';
import { isHit } from './prices.ts';
import { pursue, pursuedLots, type Wanted } from './pursue.ts';

/** Failures in a row after which a resting exit is given up for one at the market. */
export const MAX_FAILURES = 5;

/** What is guarded, and how. */
export interface Guard {
  /** Side of the exits. */
  readonly exit: Side;
  readonly reduceOnly: boolean;
  /** Lots that the exits may fill in total: what the entry filled, or the quantity of the order. */
  readonly goal: number;
  /** Price of the resting exit; null without one. */
  readonly target: PriceTicks | null;
  /** Price that sets off the exit at the market; null without one. */
  readonly stop: PriceTicks | null;
  /** Where the exit rests once the stop was reached; null: at the market. */
  readonly stopLimit: PriceTicks | null;
  /** `touch` or `last`: which price sets the stop off. */
  readonly trigger: string;
  /** When it closes whatever the price; null never. */
  readonly deadline: EventTimeNs | null;
  /** How far beyond the touch an exit at the market may execute, bps. */
  readonly reachBps: number;
  /** Whether winding down closes what is left or leaves it. */
  readonly closesOnWindDown: boolean;
}

/** Why the guard closes now; null while it waits. Once set it stays. */
export function causeOf(view: ParentView, guard: Guard, state: GuardState): string | null {
  if (state.cause !== null) return state.cause;
  if (guard.goal <= 0) return null;
  if (state.windDown !== null && guard.closesOnWindDown) return 'wind-down';
  if (guard.deadline !== null && guard.deadline <= view.now) return 'time';
  const { stop, exit, trigger } = guard;
  if (stop !== null && isHit(view, stop, exit, trigger)) return 'stop';
  if (totalsOf(view, 'target').failures >= MAX_FAILURES) return 'target-refused';
  return null;
}

function wantedOf(view: ParentView, guard: Guard, cause: string | null): Wanted {
  const { target, stopLimit, reachBps } = guard;
  if (cause === null) {
    // In REDUCE safety closes in stages, and needs the room that a resting exit reserves.
    if (target === null || view.mode === 'REDUCE') return { kind: 'nothing' };
    return { kind: 'rest', role: 'target', price: target };
  }
  const limitHolds = !guard.reduceOnly || totalsOf(view, 'limit').failures < MAX_FAILURES;
  if (cause === 'stop' && stopLimit !== null && limitHolds) {
    return { kind: 'rest', role: 'limit', price: stopLimit };
  }
  return { kind: 'take', role: 'exit', reachBps };
}

/** Lots that are still to be closed; negative when exits filled more than there was. */
export const lotsToClose = (view: ParentView, { goal }: Pick<Guard, 'goal'>): number =>
  goal - pursuedLots(view, EXIT_ROLES) + totalsOf(view, REPAIR_ROLE).filled;

/** Whether the position that is guarded is no longer there: something else closed it. */
export const isClosedElsewhere = (view: ParentView, { exit, reduceOnly }: Guard): boolean =>
  reduceOnly && (exit === 'sell' ? view.position <= 0 : view.position >= 0);

const isGivenUp = (view: ParentView, { reduceOnly }: Guard): boolean =>
  !reduceOnly &&
  EXIT_ROLES.some((role) => {
    const { failures, refusals } = totalsOf(view, role);
    return failures + refusals >= MAX_FAILURES;
  });

/** What the guard wants of its exits now. */
export function guardActions(
  view: ParentView,
  guard: Guard,
  cause: string | null,
): readonly ParentAction[] {
  const { exit, reduceOnly } = guard;
  const left = lotsToClose(view, guard);
  const repaired = totalsOf(view, REPAIR_ROLE).filled;
  const exits = { side: exit, reduceOnly, goal: guard.goal + repaired, roles: EXIT_ROLES };
  const over = repaired - left;
  const undone = {
    side: oppositeSide(exit),
    reduceOnly: true,
    goal: Math.max(0, over),
    roles: [REPAIR_ROLE],
  };
  const gone = left > 0 && isClosedElsewhere(view, guard);
  const repair: Wanted =
    left < 0 ? { kind: 'take', role: REPAIR_ROLE, reachBps: guard.reachBps } : { kind: 'nothing' };
  const wanted: Wanted =
    left <= 0 || gone || isGivenUp(view, guard)
      ? { kind: 'nothing' }
      : wantedOf(view, guard, cause);
  return [...pursue(view, undone, repair), ...pursue(view, exits, wanted)];
}

/** What the venue closed of it, in words; null when it closed nothing. */
function closedByVenue(view: ParentView): string | null {
  const closings = CLOSING_CAUSES.flatMap((cause) => {
    const { filled } = totalsOf(view, cause);
    return filled > 0 ? [`${cause} of ${filled} ${filled === 1 ? 'lot' : 'lots'}`] : [];
  });
  return closings.length === 0 ? null : `by the venue, ${closings.join(', ')}`;
}

function closedBecause(view: ParentView, cause: string | null): string {
  const byVenue = closedByVenue(view);
  const own = ['target', 'limit', 'exit'].some((role) => totalsOf(view, role).filled > 0);
  if (byVenue === null && !own && totalsOf(view, OTHERS_ROLE).filled > 0) {
    return 'closed by exits of another parent';
  }
  if (byVenue === null) return `closed: ${cause ?? 'target'}`;
  return own ? `closed: ${cause ?? 'target'}, and ${byVenue}` : `closed ${byVenue}`;
}

/** Why a guard without children has nothing to do any more; null while it has. */
export function guardEnd(view: ParentView, guard: Guard, cause: string | null): string | null {
  const left = lotsToClose(view, guard);
  if (left === 0) return guard.goal === 0 ? null : closedBecause(view, cause);
  if (left > 0 && isClosedElsewhere(view, guard)) {
    // What still undoes the exits of another parent may bring a part of the position back.
    const mayComeBack = view.reducing[oppositeSide(guard.exit)] > 0;
    return mayComeBack ? null : 'the position was closed elsewhere';
  }
  const flat = guard.exit === 'sell' ? view.position >= 0 : view.position <= 0;
  if (left < 0 && flat) return `exits filled ${-left} lots too many; the position is closed`;
  return isGivenUp(view, guard) ? 'refused again and again' : null;
}

/** A guard of a position that is there already: its exits, and its end. */
export function guardStanding(
  view: ParentView,
  guard: Guard,
  state: GuardState,
  cause: string | null,
): readonly ParentAction[] {
  if (!guard.reduceOnly && view.mode === 'REDUCE') {
    return cancelAndEnd(view, 'REDUCE: nothing is opened');
  }
  if (state.windDown !== null && !guard.closesOnWindDown) {
    return cancelAndEnd(view, state.windDown);
  }
  const reason = view.children.length === 0 ? guardEnd(view, guard, cause) : null;
  return reason === null ? guardActions(view, guard, cause) : [{ kind: 'end', reason }];
}
