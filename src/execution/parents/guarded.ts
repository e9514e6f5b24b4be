import { type ParentSpec, type PriceTicks, priceTicks, type Side } from '../../model/index.ts';
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

/** Weighted price of what closed a parent's position, whole ticks; 1 before anything did. */
function averageExit({ roles }: Pick<Parent, 'roles'>): PriceTicks {
  let [lots, tickLots] = [0n, 0n];
  for (const role of EXIT_ROLES) {
    lots += BigInt(filledOf(roles, role));
    tickLots += roles.get(role)?.filledTickLots ?? 0n;
  }
  return priceTicks(lots === 0n ? 1 : Number(tickLots / lots));
}

/** What an ended parent closed that was not its own: the lots, the side and the price. */
export function excessOf(
  parent: Pick<Parent, 'spec' | 'roles'>,
): { readonly lots: number; readonly side: Side; readonly price: PriceTicks } | null {
  const lots = -lotsGuarded(parent);
  if (lots <= 0) return null;
  return { lots, side: exitSide(parent.spec), price: averageExit(parent) };
}

/**
 * Shares out what the venue, or another parent beyond its own, closed among the parents, in the order
 * given: what no parent guards goes first, then brackets, whose lots add up, one after the other; a
 * guard that stands over a position is cut down to what is left of it.
 *
 *   brackets lose  min(closed, max(0, sum of their lots - left))  in total
 *   another guard  max(0, its lots - left), at most what was closed
 *
 * `side` is that of what closed it, `left` the lots of the position after it, unsigned.
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
