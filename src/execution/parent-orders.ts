import { assert, type Json } from '../core/index.ts';
import type {
  ClientOrderId,
  DomainEvent,
  InstrumentId,
  Order,
  ParentOrderId,
} from '../model/index.ts';
import { type Parent, ParentEntry } from './parent-entry.ts';
import { OTHERS_ROLE } from './parents/exit-roles.ts';
import { excessOf, REPAIR_ROLE, shareClosing } from './parents/guarded.ts';

type PositionClosed = Extract<DomainEvent, { readonly kind: 'position-closed' }>;
type ParentEnded = Extract<DomainEvent, { readonly kind: 'parent-ended' }>;

/** Parent orders that may live at once; one more is refused. */
export const MAX_OPEN_PARENTS = 256;

/**
 * Ended parents that are kept for late fills of their children and for people; those that never sent
 * a child make room first.
 */
export const RETAINED_ENDED_PARENTS = 256;

/** Where the fold finds what an order has come to. */
export interface OrderLookup {
  get(id: ClientOrderId): Order | null;
}

/**
 * Our parent orders: a fold over their events and those of their children.
 *
 * What children filled is taken from `Orders`, where repeated reports change nothing; so the same
 * event must be folded there first. A fill that comes after a parent's end makes it live again, for
 * its machine to deal with.
 */
export class ParentOrders {
  readonly #retained: number;
  readonly #open = new Map<ParentOrderId, ParentEntry>();
  readonly #ended = new Map<ParentOrderId, ParentEntry>();
  readonly #parentOf = new Map<ClientOrderId, ParentEntry>();

  constructor(retained: number = RETAINED_ENDED_PARENTS) {
    this.#retained = retained;
  }

  /** Rebuilds the parents from a snapshot. */
  static restore(snapshot: Json, retained: number = RETAINED_ENDED_PARENTS): ParentOrders {
    const { open, ended } = snapshot as {
      readonly open: readonly Json[];
      readonly ended: readonly Json[];
    };
    const parents = new ParentOrders(retained);
    for (const each of [...open, ...ended]) parents.#keep(ParentEntry.restore(each));
    return parents;
  }

  #keep(entry: ParentEntry): void {
    const into = entry.endedBecause === null ? this.#open : this.#ended;
    into.set(entry.id, entry);
    for (const child of entry.children()) this.#parentOf.set(child, entry);
  }

  /** Folds one event, after `orders` has folded it. */
  apply(event: DomainEvent, orders: OrderLookup): void {
    switch (event.kind) {
      case 'parent-opened':
        assert(this.get(event.parent) === null, `parent order id ${event.parent} is given once`);
        this.#keep(new ParentEntry(event.parent, event.spec, event.at));
        return;
      case 'parent-updated': {
        const entry = this.#open.get(event.parent);
        if (entry !== undefined) entry.memory = event.memory;
        return;
      }
      case 'parent-ended':
        this.#end(event.parent, event.reason);
        return;
      case 'order-submitted':
        this.#adopt(event);
        return;
      case 'order-refused': {
        const { parent } = event.request;
        if (parent !== undefined) this.#open.get(parent.id)?.refused(parent.role, event.at);
        return;
      }
      case 'cancel-requested':
      case 'cancel-rejected': {
        const asked = event.kind === 'cancel-requested';
        this.#parentOf.get(event.clientOrderId)?.cancelling(event.clientOrderId, asked);
        return;
      }
      case 'order-filled':
        this.#observe(event.fill.clientOrderId, event, orders);
        return;
      case 'order-cancelled':
      case 'order-rejected':
      case 'order-expired':
      case 'order-amended':
      case 'amend-rejected':
        this.#observe(event.clientOrderId, event, orders);
        return;
      default:
        return;
    }
  }

  /**
   * Folds what the venue closed without an order of ours: the parents that guarded it lose it, so that
   * nothing closes it again. `position` is what is left of the account's position, signed.
   */
  applyClosing({ cause, fill }: PositionClosed, position: number): void {
    const { instrument, side, quantity } = fill;
    const left = Math.max(0, side === 'sell' ? position : -position);
    for (const { parent, lots } of shareClosing(this.#openIn(instrument), side, quantity, left)) {
      parent.closedElsewhere(cause, lots, fill);
    }
  }

  /**
   * Folds that the exits of a parent that ended, late fills among them, closed more than was its own:
   * the others that guard the same position lose it, once. `position` is the account's, signed.
   */
  applyExcess({ parent: id, at }: ParentEnded, position: number): void {
    const ended = this.#ended.get(id);
    const excess = ended === undefined ? null : excessOf(ended);
    if (ended === undefined || excess === null) return;
    const { lots: over, side, price } = excess;
    const left = Math.max(0, side === 'sell' ? position : -position);
    let [ofBrackets, most] = [0, 0];
    for (const { parent, lots } of shareClosing(
      this.#openIn(ended.spec.instrument),
      side,
      over,
      left,
    )) {
      parent.closedElsewhere(OTHERS_ROLE, lots, { price, at });
      if (parent.spec.kind === 'bracket') ofBrackets += lots;
      most = Math.max(most, ofBrackets, lots);
    }
    // It counts as undone, so that a later fill shares out no more than itself.
    if (most > 0) ended.closedElsewhere(REPAIR_ROLE, most, { price, at });
  }

  #openIn(instrument: InstrumentId): ParentEntry[] {
    return [...this.#open.values()].filter((each) => each.spec.instrument === instrument);
  }

  #adopt(event: Extract<DomainEvent, { readonly kind: 'order-submitted' }>): void {
    const { parent } = event.request;
    const entry = parent === undefined ? undefined : this.#open.get(parent.id);
    if (parent === undefined || entry === undefined) return;
    entry.submitted(event.clientOrderId, parent.role);
    this.#parentOf.set(event.clientOrderId, entry);
  }

  #observe(id: ClientOrderId, { at }: Pick<DomainEvent, 'at'>, orders: OrderLookup): void {
    const entry = this.#parentOf.get(id);
    const order = entry === undefined ? null : orders.get(id);
    if (entry === undefined || order === null) return;
    const filled = entry.observe(order, at, (child) => this.#parentOf.delete(child));
    if (!filled || entry.endedBecause === null) return;
    entry.endedBecause = null;
    this.#ended.delete(entry.id);
    this.#open.set(entry.id, entry);
  }

  #end(id: ParentOrderId, reason: string): void {
    const entry = this.#open.get(id);
    if (entry === undefined) return;
    entry.endedBecause = reason;
    this.#open.delete(id);
    this.#ended.set(id, entry);
    if (this.#ended.size <= this.#retained) return;
    const forgotten = this.#leastNeeded();
    if (forgotten === null) return;
    this.#ended.delete(forgotten.id);
    for (const child of forgotten.children()) this.#parentOf.delete(child);
  }

  /** The oldest ended parent, of those that sent nothing if there are any: no fill can come late. */
  #leastNeeded(): ParentEntry | null {
    let oldest: ParentEntry | null = null;
    for (const entry of this.#ended.values()) {
      if ([...entry.roles.values()].every(({ submitted }) => submitted === 0)) return entry;
      oldest ??= entry;
    }
    return oldest;
  }

  /** One parent, also an ended one that is still kept; null otherwise. */
  get(id: ParentOrderId): Parent | null {
    return this.#open.get(id) ?? this.#ended.get(id) ?? null;
  }

  /** The parent of an order; null when it has none, or none that is still kept. */
  parentOf(id: ClientOrderId): Parent | null {
    return this.#parentOf.get(id) ?? null;
  }

  /** Parents that live, in the order of their opening; those of one instrument when it is named. */
  open(instrument?: InstrumentId): readonly Parent[] {
    const all = [...this.#open.values()];
    return instrument === undefined
      ? all
      : all.filter(({ spec }) => spec.instrument === instrument);
  }

  /** Ended parents that are still kept, in the order of their end. */
  ended(): readonly Parent[] {
    return [...this.#ended.values()];
  }

  /** Number of parents that live. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Whether there never was a parent, as far as is known. */
  get isEmpty(): boolean {
    return this.#open.size === 0 && this.#ended.size === 0;
  }

  /** The state as canonical JSON. */
  snapshot(): Json {
    return {
      open: [...this.#open.values()].map((entry) => entry.snapshot()),
      ended: [...this.#ended.values()].map((entry) => entry.snapshot()),
    };
  }
}
