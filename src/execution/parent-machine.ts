import type { EventTimeNs } from '../core/index.ts';
import type {
  AmendRequest,
  ClientOrderId,
  ControlMode,
  Instrument,
  Order,
  OrderRequest,
  ParentSpec,
  PlainRecord,
  PriceTicks,
  QtyLots,
} from '../model/index.ts';
import { remainingLots } from './order-entry.ts';
import { NO_TOTALS, type Parent, type RoleTotals } from './parent-entry.ts';
import type { OrderLookup } from './parent-orders.ts';

/** What the market and the account are at one moment, for the parents of one instrument. */
export interface ParentFacts {
  readonly now: EventTimeNs;
  readonly instrument: Instrument;
  readonly mode: ControlMode;
  /** Best prices of a synchronised, fresh book; null otherwise. */
  readonly touch: ParentTouch | null;
  /** Price of the latest trade; null before the first of this run. */
  readonly lastTrade: PriceTicks | null;
  /** Signed position of the account. */
  readonly position: QtyLots;
  /** Lots that a further reduce-only order of each side could close. */
  readonly reducible: { readonly buy: QtyLots; readonly sell: QtyLots };
  /** Lots that the reduce-only orders of each side which work, in doubt or not, could still fill. */
  readonly reducing: { readonly buy: QtyLots; readonly sell: QtyLots };
  /** Largest distance of a price from the mark that risk allows, bps. */
  readonly collarBps: number;
  /** Standard deviation of the return over one second, fraction; null until it is known. */
  readonly volatility: number | null;
  /** Whether the venue gives working orders other terms. */
  readonly canAmend: boolean;
  /** Lots that traded in the market since the parent was opened, of those that this run saw. */
  readonly tradedVolume: QtyLots;
}

/** Best bid and ask with what rests there. */
export interface ParentTouch {
  readonly bid: PriceTicks;
  readonly bidLots: QtyLots;
  readonly ask: PriceTicks;
  readonly askLots: QtyLots;
}

/** A child that is not final, and what it is there for. */
export interface ParentChild {
  readonly role: string;
  readonly order: Order;
}

/** All that a machine may know when it decides. */
export interface ParentView extends ParentFacts {
  readonly openedAt: EventTimeNs;
  /** Whether an earlier run opened it. */
  readonly resumed: boolean;
  /** Children that are not final, oldest first; `unknown` ones among them. */
  readonly children: readonly ParentChild[];
  /** What all children of each role came to, finished ones included. */
  readonly roles: ReadonlyMap<string, RoleTotals>;
}

/** A child order to be; instrument, owner and parent are added on its way. */
export type ChildRequest = Omit<OrderRequest, 'instrument' | 'strategy' | 'parent'>;

/**
 * What a machine wants. Carried out in this order: remember, cancel, amend, submit, end. A submission may
 * be refused by risk, which counts as a failure of its role.
 */
export type ParentAction =
  | { readonly kind: 'submit'; readonly role: string; readonly request: ChildRequest }
  | { readonly kind: 'cancel'; readonly clientOrderId: ClientOrderId }
  /** Other terms of a child that works. Refused by risk it counts like a submission. */
  | ({ readonly kind: 'amend' } & AmendRequest)
  | { readonly kind: 'remember'; readonly memory: PlainRecord }
  | { readonly kind: 'end'; readonly reason: string };

/**
 * How parents of one kind work: a function of the facts, without state of its own. It is asked on
 * fills and ends of children, on market data (at most every 10 ms) and on timers; asking twice with
 * the same facts must do no harm.
 */
export interface ParentMachine {
  readonly kind: string;
  /**
   * Whether it guards a position: then it is asked in REDUCE too, where it may only shrink, and winds
   * itself down when its memory says `windDown`. All others are cancelled and end.
   */
  readonly protective: boolean;
  /** Why the spec cannot be worked, with what is allowed; null when it can. */
  check(spec: ParentSpec): string | null;
  /** What is to be done now. */
  decide(spec: ParentSpec, memory: PlainRecord, view: ParentView): readonly ParentAction[];
}

/** Name in the memory under which stands why a parent is to come to its end. */
export const WIND_DOWN = 'windDown';

/** The totals of a role; zeros where it has none. */
export const totalsOf = ({ roles }: Pick<ParentView, 'roles'>, role: string): RoleTotals =>
  roles.get(role) ?? NO_TOTALS;

/** Lots that the working children of a role could still fill. */
export function workingLots({ children }: Pick<ParentView, 'children'>, role: string): number {
  let lots = 0;
  for (const child of children) {
    if (child.role === role) lots += remainingLots(child.order);
  }
  return lots;
}

/** A parent with the facts of the moment, for its machine. */
export function parentView(
  parent: Parent,
  orders: OrderLookup,
  facts: ParentFacts & { readonly resumed: boolean },
): ParentView {
  const children: ParentChild[] = [];
  for (const [id, role] of parent.working) {
    const order = orders.get(id);
    if (order !== null) children.push({ role, order });
  }
  return { ...facts, openedAt: parent.openedAt, children, roles: parent.roles };
}

/** Cancels of all children that are not being cancelled; the end once none is left. */
export function cancelAndEnd(view: ParentView, reason: string): readonly ParentAction[] {
  if (view.children.length === 0) return [{ kind: 'end', reason }];
  return view.children
    .filter(({ order }) => !order.cancelRequested)
    .map(({ order: { clientOrderId } }) => ({ kind: 'cancel', clientOrderId }));
}

/** Mode and wind-down first, then what the machine wants. */
export function decideParent(
  machine: ParentMachine,
  parent: Parent,
  view: ParentView,
): readonly ParentAction[] {
  const { mode } = view;
  if (mode === 'EMERGENCY') return cancelAndEnd(view, 'EMERGENCY: safety closes the position');
  if (!machine.protective) {
    if (mode === 'REDUCE') return cancelAndEnd(view, 'REDUCE: nothing is opened');
    const why = parent.memory[WIND_DOWN];
    if (typeof why === 'string') return cancelAndEnd(view, why);
  }
  const actions = machine.decide(parent.spec, parent.memory, view);
  if (mode === 'NORMAL') return actions;
  // Nothing but NORMAL opens anything; asking risk in vain would count as failures.
  return actions.filter((action) => {
    if (action.kind === 'amend') return onlyReduces(view, action.clientOrderId);
    return action.kind !== 'submit' || action.request.reduceOnly;
  });
}

const onlyReduces = ({ children }: ParentView, id: ClientOrderId): boolean =>
  children.some(({ order }) => order.clientOrderId === id && order.request.reduceOnly);
