import {
  type Instrument,
  notional,
  type OrderRequest,
  type PriceTicks,
  priceTicks,
  type Side,
} from '../../model/index.ts';
import type { WorkingLots } from './account.ts';
import type { VenueTruth } from './truth.ts';
import type { HeldOrder } from './truth-record.ts';

/** Unfilled lots of some orders. */
export const restOf = (orders: readonly HeldOrder[]): number =>
  orders.reduce((sum, order) => sum + order.taken - order.filled, 0);

/**
 * What the venue checks of an order on arrival, beyond what the matching engine checks.
 *
 *   margin: sum over instruments of max(|lots + buys|, |lots - sells|) * mark
 *           <= largest leverage * equity, with the arriving order among the buys or sells
 */
export class OrderChecks {
  readonly #instruments: readonly Instrument[];
  readonly #truth: VenueTruth;
  readonly #mark: (instrument: Instrument) => PriceTicks | null;
  readonly #leverageE4: bigint;

  constructor(deps: {
    readonly instruments: readonly Instrument[];
    readonly truth: VenueTruth;
    readonly maxLeverage: number;
    /** Null while nothing is known of the price. */
    readonly mark: (instrument: Instrument) => PriceTicks | null;
  }) {
    this.#instruments = deps.instruments;
    this.#truth = deps.truth;
    this.#mark = deps.mark;
    this.#leverageE4 = BigInt(Math.round(deps.maxLeverage * 10_000));
  }

  /** Why the venue refuses an order, or null. The reasons stand in docs/simulated-venue.md. */
  refusal(instrument: Instrument, request: OrderRequest): string | null {
    if (!(request.quantity >= 1)) return 'bad-quantity';
    if (!(request.price >= 1)) return 'bad-price';
    if (request.postOnly && (request.type === 'market' || request.timeInForce === 'ioc')) {
      return 'post-only-must-rest';
    }
    if (request.reduceOnly) {
      return this.reducible(instrument, request.side) > 0 ? null : 'nothing-to-reduce';
    }
    if (notional(instrument, request.price, request.quantity) < instrument.minNotional) {
      return 'below-minimum-notional';
    }
    if (this.#mark(instrument) === null) return 'no-market';
    return this.#affordable(instrument, request) ? null : 'insufficient-margin';
  }

  /** Lots of the position that an order of `side` would close. */
  closable(instrument: Instrument, side: Side): number {
    const held = this.#truth.account.position(instrument.id);
    return Math.max(0, side === 'buy' ? -held : held);
  }

  /** Of those, the lots that no reduce-only order works on yet. */
  reducible(instrument: Instrument, side: Side): number {
    return this.closable(instrument, side) - restOf(this.reduceOnlyOrders(instrument, side));
  }

  /** The reduce-only orders that work on one side, oldest first. */
  reduceOnlyOrders(instrument: Instrument, side: Side): HeldOrder[] {
    return [...this.#truth.open.values()].filter(
      (order) => order.reduceOnly && order.instrument === instrument.id && order.side === side,
    );
  }

  #affordable(instrument: Instrument, request: OrderRequest): boolean {
    let gross = 0n;
    for (const one of this.#instruments) {
      const working = this.#working(one);
      if (one === instrument) working[request.side] += request.quantity;
      gross += this.#truth.account.exposure(one, working, this.#knownMark(one));
    }
    const equity = this.#truth.account.equity(this.#instruments, (one) => this.#knownMark(one));
    return gross * 10_000n <= equity * this.#leverageE4;
  }

  /** The mark, or one tick of an instrument without a price: nothing can be held of it yet. */
  #knownMark(instrument: Instrument): PriceTicks {
    return this.#mark(instrument) ?? priceTicks(1);
  }

  #working(instrument: Instrument): { -readonly [K in keyof WorkingLots]: WorkingLots[K] } {
    const lots = { buy: 0, sell: 0 };
    for (const order of this.#truth.open.values()) {
      if (order.instrument !== instrument.id || order.reduceOnly) continue;
      lots[order.side] += order.taken - order.filled;
    }
    return lots;
  }
}
