import { isFinal, Orders, ParentOrders } from '../../src/execution/index.ts';
import type { DomainEvent, ParentOrderId, QtyLots } from '../../src/model/index.ts';

const workingLots = (orders: Orders, parents: ParentOrders, id: ParentOrderId): number =>
  [...(parents.get(id)?.working.keys() ?? [])].reduce((lots, child) => {
    const order = orders.get(child);
    return order === null ? lots : lots + order.request.quantity - order.filled;
  }, 0);

/** Lots that all children of a parent filled. */
export const filledLots = (parents: ParentOrders, id: ParentOrderId): number =>
  [...(parents.get(id)?.roles.values() ?? [])].reduce((lots, { filled }) => lots + filled, 0);

/** Holds every event of algorithms against what must never be, by a fold of its own. */
export class AlgorithmJudge {
  readonly orders = new Orders();
  readonly parents = new ParentOrders();
  readonly faults: string[] = [];
  /** Lots of fills that were reported after the end of their order: nobody can foresee them. */
  lateLots = 0;
  #read = 0;

  /** Reads what is new in a journal. */
  read(events: readonly DomainEvent[]): void {
    for (; this.#read < events.length; this.#read += 1) this.#judge(events[this.#read]!);
  }

  #judge(event: DomainEvent): void {
    const fill = event.kind === 'order-filled' ? event.fill : null;
    const before = fill === null ? null : this.orders.get(fill.clientOrderId);
    if (event.kind === 'order-submitted') this.#judgeChild(event);
    this.orders.apply(event);
    this.parents.apply(event, this.orders);
    if (before !== null && isFinal(before.status)) {
      this.lateLots += (this.orders.get(before.clientOrderId)?.filled ?? 0) - before.filled;
    }
  }

  #judgeChild({ request }: Extract<DomainEvent, { readonly kind: 'order-submitted' }>): void {
    if (request.parent === undefined) return;
    const parent = this.parents.get(request.parent.id);
    if (parent === null || parent.endedBecause !== null) {
      this.faults.push(`a child of ${request.parent.id}, which does not live`);
      return;
    }
    const { spec, id } = parent;
    const worst =
      filledLots(this.parents, id) + workingLots(this.orders, this.parents, id) + request.quantity;
    if (worst > spec.quantity + this.lateLots) {
      this.faults.push(`${id}: ${worst} lots of ${spec.quantity}, ${this.lateLots} of them late`);
    }
    const limit = spec.terms['limitPrice'] ?? spec.terms['price'];
    if (typeof limit === 'number') {
      const isWorse = spec.side === 'buy' ? request.price > limit : request.price < limit;
      if (isWorse) this.faults.push(`${id}: price ${request.price} beyond the limit ${limit}`);
    }
  }

  /** Lots that a parent's children have filled or may still fill. */
  worstCase(id: ParentOrderId): QtyLots {
    const lots = filledLots(this.parents, id) + workingLots(this.orders, this.parents, id);
    return lots as QtyLots;
  }
}
