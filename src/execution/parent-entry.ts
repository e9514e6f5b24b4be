import { type EventTimeNs, type Json, msBetween } from '../core/index.ts';
import {
  type ClientOrderId,
  type Fill,
  type Order,
  type ParentOrderId,
  type ParentSpec,
  type PlainRecord,
  type QtyLots,
  qtyLots,
} from '../model/index.ts';
import { isFinal } from './order-machine.ts';

/** Finished children of one parent whose late fills are still told apart. */
export const RETAINED_FINISHED_CHILDREN = 64;

/** A child that the venue took and worked for so long begins the row of failures anew, ms. */
const WORKED_MS = 10_000;

/** What all children of one role came to, since the parent was opened. */
export interface RoleTotals {
  readonly submitted: number;
  readonly filled: QtyLots;
  /** Sum of price * quantity over the fills, in ticks * lots, exact. */
  readonly filledTickLots: bigint;
  /**
   * Children in a row that the venue refused or ended without a fill and without being asked to. A
   * fill begins anew, and so does a child that worked for ten seconds before it ended.
   */
  readonly failures: number;
  /** Attempts in a row that risk refused. A submission begins anew. */
  readonly refusals: number;
  /** When the latest child ended or was refused; null before. */
  readonly lastEndAt: EventTimeNs | null;
}

/** A parent order and what its children came to. */
export interface Parent {
  readonly id: ParentOrderId;
  readonly spec: ParentSpec;
  readonly openedAt: EventTimeNs;
  /** What its machine asked to remember last; empty before. */
  readonly memory: PlainRecord;
  /** Why it ended; null while it lives. A fill of a child after the end makes it live again. */
  readonly endedBecause: string | null;
  readonly roles: ReadonlyMap<string, RoleTotals>;
  /** Children that are not final, oldest first, with their role. */
  readonly working: ReadonlyMap<ClientOrderId, string>;
}

/** The totals of a role without children. */
export const NO_TOTALS: RoleTotals = {
  submitted: 0,
  filled: qtyLots(0),
  filledTickLots: 0n,
  failures: 0,
  refusals: 0,
  lastEndAt: null,
};

/** One child as far as its parent has counted it. */
interface Child {
  readonly role: string;
  filled: number;
  filledTickLots: bigint;
  cancelAsked: boolean;
}

/** A parent that the fold changes in place. */
export class ParentEntry implements Parent {
  readonly id: ParentOrderId;
  readonly spec: ParentSpec;
  readonly openedAt: EventTimeNs;
  memory: PlainRecord = {};
  endedBecause: string | null = null;
  readonly roles = new Map<string, RoleTotals>();
  readonly working = new Map<ClientOrderId, string>();
  readonly #children = new Map<ClientOrderId, Child>();

  constructor(id: ParentOrderId, spec: ParentSpec, openedAt: EventTimeNs) {
    this.id = id;
    this.spec = spec;
    this.openedAt = openedAt;
  }

  /** Every child that is still told apart, working or finished. */
  children(): Iterable<ClientOrderId> {
    return this.#children.keys();
  }

  #change(role: string, change: (totals: RoleTotals) => Partial<RoleTotals>): void {
    const totals = this.roles.get(role) ?? NO_TOTALS;
    this.roles.set(role, { ...totals, ...change(totals) });
  }

  /** Takes a new child in. */
  submitted(id: ClientOrderId, role: string): void {
    this.#children.set(id, { role, filled: 0, filledTickLots: 0n, cancelAsked: false });
    this.working.set(id, role);
    this.#change(role, ({ submitted }) => ({ submitted: submitted + 1, refusals: 0 }));
  }

  /** Counts an attempt that risk refused. */
  refused(role: string, at: EventTimeNs): void {
    this.#change(role, ({ refusals }) => ({ refusals: refusals + 1, lastEndAt: at }));
  }

  /** Notes that a cancel of a child went out, or came back without effect. */
  cancelling(id: ClientOrderId, asked: boolean): void {
    const child = this.#children.get(id);
    if (child !== undefined && this.working.has(id)) child.cancelAsked = asked;
  }

  /** Counts what is new about a child. True when a fill was; gives forgotten children to `drop`. */
  observe(order: Order, at: EventTimeNs, drop: (id: ClientOrderId) => void): boolean {
    const child = this.#children.get(order.clientOrderId);
    if (child === undefined) return false;
    const lots = order.filled - child.filled;
    const tickLots = order.filledTickLots - child.filledTickLots;
    if (lots > 0) {
      child.filled = order.filled;
      child.filledTickLots = order.filledTickLots;
      this.#change(child.role, (totals) => ({
        filled: qtyLots(totals.filled + lots),
        filledTickLots: totals.filledTickLots + tickLots,
        failures: 0,
      }));
    }
    if (isFinal(order.status) && this.working.delete(order.clientOrderId)) {
      const failed = child.filled === 0 && !child.cancelAsked ? 1 : 0;
      const worked = order.venueOrderId !== null && msBetween(order.createdAt, at) >= WORKED_MS;
      this.#change(child.role, (totals) => ({
        failures: (worked ? 0 : totals.failures) + failed,
        lastEndAt: at,
      }));
      this.#forget(drop);
    }
    return lots > 0;
  }

  /** Counts lots that no child filled: for `role` those that the venue, or another parent, closed. */
  closedElsewhere(role: string, lots: number, { price, at }: Pick<Fill, 'price' | 'at'>): void {
    this.#change(role, ({ filled, filledTickLots }) => ({
      filled: qtyLots(filled + lots),
      filledTickLots: filledTickLots + BigInt(price) * BigInt(lots),
      lastEndAt: at,
    }));
  }

  #forget(drop: (id: ClientOrderId) => void): void {
    let surplus = this.#children.size - this.working.size - RETAINED_FINISHED_CHILDREN;
    for (const id of this.#children.keys()) {
      if (surplus <= 0) return;
      if (this.working.has(id)) continue;
      this.#children.delete(id);
      drop(id);
      surplus -= 1;
    }
  }

  /** The entry as canonical JSON. */
  snapshot(): Json {
    return {
      id: this.id,
      spec: this.spec as unknown as Json,
      openedAt: this.openedAt,
      memory: this.memory,
      endedBecause: this.endedBecause,
      roles: [...this.roles].map(([role, totals]) => ({ role, ...totals })),
      children: [...this.#children].map(([id, child]) => {
        return { id, ...child, working: this.working.has(id) };
      }),
    };
  }

  /** Reads what `snapshot` wrote, bigints as decimal strings. */
  static restore(snapshot: Json): ParentEntry {
    const from = snapshot as unknown as ParentSnapshot;
    const entry = new ParentEntry(from.id, from.spec, BigInt(from.openedAt) as EventTimeNs);
    entry.memory = from.memory;
    entry.endedBecause = from.endedBecause;
    for (const {
      role,
      submitted,
      filled,
      filledTickLots,
      failures,
      refusals,
      lastEndAt,
    } of from.roles) {
      entry.roles.set(role, {
        submitted,
        filled: qtyLots(filled),
        filledTickLots: BigInt(filledTickLots),
        failures,
        refusals,
        lastEndAt: lastEndAt === null ? null : (BigInt(lastEndAt) as EventTimeNs),
      });
    }
    for (const { id, role, filled, filledTickLots, cancelAsked, working } of from.children) {
      const counted = { filled, filledTickLots: BigInt(filledTickLots) };
      entry.#children.set(id, { role, ...counted, cancelAsked });
      if (working) entry.working.set(id, role);
    }
    return entry;
  }
}

interface ParentSnapshot {
  readonly id: ParentOrderId;
  readonly spec: ParentSpec;
  readonly openedAt: string;
  readonly memory: PlainRecord;
  readonly endedBecause: string | null;
  readonly roles: readonly {
    readonly role: string;
    readonly submitted: number;
    readonly filled: number;
    readonly filledTickLots: string;
    readonly failures: number;
    readonly refusals: number;
    readonly lastEndAt: string | null;
  }[];
  readonly children: readonly {
    readonly id: ClientOrderId;
    readonly role: string;
    readonly filled: number;
    readonly filledTickLots: string;
    readonly cancelAsked: boolean;
    readonly working: boolean;
  }[];
}
