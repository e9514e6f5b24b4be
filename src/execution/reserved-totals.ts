import {
  type ClientOrderId,
  type InstrumentId,
  type OcoGroup,
  type Order,
  type QtyLots,
  qtyLots,
} from '../model/index.ts';
import type { ReservedExposure } from '../risk/index.ts';
import { remainingLots } from './order-entry.ts';

type Mutable = { -readonly [Key in keyof ReservedExposure]: ReservedExposure[Key] };

const nothing = (): Mutable => {
  const none: QtyLots = qtyLots(0);
  return {
    buyLots: none,
    sellLots: none,
    reduceOnlyBuyLots: none,
    reduceOnlySellLots: none,
  };
};

const memberOf = ({ side, reduceOnly }: Order['request']): keyof ReservedExposure => {
  if (side === 'buy') return reduceOnly ? 'reduceOnlyBuyLots' : 'buyLots';
  return reduceOnly ? 'reduceOnlySellLots' : 'sellLots';
};

/**
 * What orders that are not final could still fill, kept up to date order by order. Of an OCO group
 * only the largest order of each side can fill.
 */
export class ReservedTotals {
  readonly #byInstrument = new Map<InstrumentId, Mutable>();
  readonly #grouped = new Map<ClientOrderId, Order>();

  /** Takes what is left of an order in. */
  add(order: Order): void {
    if (order.request.ocoGroup !== undefined) this.#grouped.set(order.clientOrderId, order);
    else this.#change(order, remainingLots(order));
  }

  /** Takes what was left of an order out again. */
  remove(order: Order): void {
    if (order.request.ocoGroup !== undefined) this.#grouped.delete(order.clientOrderId);
    else this.#change(order, -remainingLots(order));
  }

  #change({ request }: Order, lots: number): void {
    let totals = this.#byInstrument.get(request.instrument);
    if (totals === undefined) {
      totals = nothing();
      this.#byInstrument.set(request.instrument, totals);
    }
    const member = memberOf(request);
    totals[member] = qtyLots(totals[member] + lots);
  }

  /** The totals of an instrument as they stand now, one OCO group left out if asked. */
  of(instrument: InstrumentId, without?: OcoGroup): ReservedExposure {
    const known = this.#byInstrument.get(instrument);
    const totals = known === undefined ? nothing() : { ...known };
    if (this.#grouped.size === 0) return totals;
    const largest = new Map<string, number>();
    for (const order of this.#grouped.values()) {
      const { request } = order;
      if (request.instrument !== instrument || request.ocoGroup === without) continue;
      const member = memberOf(request);
      const key = `${member} ${request.ocoGroup}`;
      const most = largest.get(key) ?? 0;
      const lots = Math.max(most, remainingLots(order));
      largest.set(key, lots);
      totals[member] = qtyLots(totals[member] + lots - most);
    }
    return totals;
  }
}
