import { type InstrumentId, type Order, type QtyLots, qtyLots } from '../model/index.ts';
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

/** What orders that are not final could still fill, kept up to date order by order. */
export class ReservedTotals {
  readonly #byInstrument = new Map<InstrumentId, Mutable>();

  /** Takes what is left of an order in. */
  add(order: Order): void {
    this.#change(order, remainingLots(order));
  }

  /** Takes what was left of an order out again. */
  remove(order: Order): void {
    this.#change(order, -remainingLots(order));
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

  /** The totals of an instrument as they stand now. */
  of(instrument: InstrumentId): ReservedExposure {
    return { ...(this.#byInstrument.get(instrument) ?? nothing()) };
  }
}
