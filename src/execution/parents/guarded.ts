import type { ParentSpec, Side } from '../../model/index.ts';
import type { Parent, RoleTotals } from '../parent-entry.ts';
import { EXIT_ROLES } from './exit-roles.ts';

/** Role of what undoes exits that filled more than there was to close. */
export const REPAIR_ROLE = 'repair';

/** Kinds that guard what is held when they are opened; several may stand over the same lots. */
const STANDING_KINDS: ReadonlySet<string> = new Set([
  'stop',
  'stop-limit',
  'trailing-stop',
  'oco',
  'time-stop',
]);

const filledOf = (roles: ReadonlyMap<string, RoleTotals>, role: string): number =>
  roles.get(role)?.filled ?? 0;

/** Side of the orders that close what a parent guards. */
const exitSide = ({ kind, side }: ParentSpec): Side =>
  kind === 'bracket' ? (side === 'buy' ? 'sell' : 'buy') : side;

/** Lots that a parent still has to close, negative when too many were; 0 for one without a guard. */
function lotsGuarded({ spec, roles }: Pick<Parent, 'spec' | 'roles'>): number {
  const isBracket = spec.kind === 'bracket';
  const stands = STANDING_KINDS.has(spec.kind) && spec.terms['reduceOnly'] !== false;
  if (!isBracket && !stands) return 0;
  const closed = EXIT_ROLES.reduce((lots, role) => lots + filledOf(roles, role), 0);
  const goal = isBracket ? filledOf(roles, 'entry') : spec.quantity;
  return goal - closed + filledOf(roles, REPAIR_ROLE);
}

/**
 * Shares out what the venue closed among the parents, in the order given: what no parent guards goes
 * first, then brackets, whose lots add up, one after the other; a guard that stands over a position
 * is cut down to what is left of it.
 *
 *   brackets lose  min(closed, max(0, sum of their lots - left))  in total
 *   another guard  max(0, its lots - left), at most what was closed
 *
 * `side` is that of the closing fill, `left` the lots of the position after it, unsigned.
 */
export function shareClosing<P extends Pick<Parent, 'spec' | 'roles'>>(
  parents: readonly P[],
  side: Side,
  closed: number,
  left: number,
): readonly { readonly parent: P; readonly lots: number }[] {
  const guards = parents.flatMap((parent) => {
    const lots = exitSide(parent.spec) === side ? lotsGuarded(parent) : 0;
    return lots > 0 ? [{ parent, lots }] : [];
  });
  const own = guards.filter(({ parent }) => parent.spec.kind === 'bracket');
  let excess = Math.min(closed, own.reduce((sum, { lots }) => sum + lots, 0) - left);
  return guards.flatMap(({ parent, lots }) => {
    const isBracket = parent.spec.kind === 'bracket';
    const lost = isBracket ? Math.min(lots, excess) : Math.min(lots - left, closed);
    if (lost <= 0) return [];
    if (isBracket) excess -= lost;
    return [{ parent, lots: lost }];
  });
}
