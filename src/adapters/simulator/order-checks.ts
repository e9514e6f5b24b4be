import {
  type AmendTerms,
  type Instrument,
  notional,
  type OrderRequest,
  type PriceTicks,
  priceTicks,
  type QtyLots,
  qtyLots,
  type Side,
  waitsForTrigger,
} from '../../model/index.ts';
import type { WorkingLots } from './account.ts';
import type { VenueFilters } from './options.ts';
import { toVenueTime, type VenueTimeUs } from './schedule.ts';
import type { VenueTruth } from './truth.ts';
import type { HeldOrder } from './truth-record.ts';
import { restOf } from './working-orders.ts';

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;

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
  readonly #filters: VenueFilters;

  constructor(deps: {
    readonly instruments: readonly Instrument[];
    readonly truth: VenueTruth;
    readonly maxLeverage: number;
    readonly filters: VenueFilters;
    /** Null while nothing is known of the price. */
    readonly mark: (instrument: Instrument) => PriceTicks | null;
  }) {
    this.#instruments = deps.instruments;
    this.#truth = deps.truth;
    this.#mark = deps.mark;
    this.#leverageE4 = BigInt(Math.round(deps.maxLeverage * 10_000));
    this.#filters = deps.filters;
  }

  /** Why the venue refuses an order, or null. The reasons stand in docs/simulated-venue.md. */
  refusal(instrument: Instrument, request: OrderRequest, at: VenueTimeUs): string | null {
    const malformed = this.#malformed(instrument, request, at);
    if (malformed !== null) return malformed;
    const { ocoGroup } = request;
    if (ocoGroup !== undefined && this.#truth.isGroupDone(ocoGroup)) return 'oco-done';
    if (this.#tooMany(request)) return 'too-many-orders';
    if (request.reduceOnly) {
      const left = this.reducible(instrument, request);
      return left > 0 ? null : 'nothing-to-reduce';
    }
    if (notional(instrument, request.price, request.quantity) < instrument.minNotional) {
      return 'below-minimum-notional';
    }
    const mark = this.#mark(instrument);
    if (mark === null) return 'no-market';
    if (!this.#withinPercentPrice(request, mark)) return 'percent-price';
    const arriving = { ...request, taken: request.quantity, filled: qtyLots(0) };
    return this.#affordable(instrument, arriving) ? null : 'insufficient-margin';
  }

  /**
   * What the venue takes of an order with other terms, or why it refuses them. Only limit orders that
   * rest are amended; what is filled stays filled, and what self-trade prevention took stays taken.
   */
  amend(
    instrument: Instrument,
    held: HeldOrder,
    to: AmendTerms,
  ): { readonly taken: QtyLots } | { readonly refused: string } {
    if (!isCount(to.quantity)) return { refused: 'bad-quantity' };
    if (!isCount(to.price)) return { refused: 'bad-price' };
    const rests = held.timeInForce === 'gtc' || held.timeInForce === 'gtd';
    if (held.type !== 'limit' || !rests) return { refused: 'not-amendable' };
    const taken = to.quantity - (held.prevented ?? 0);
    if (taken <= held.filled) return { refused: 'amend-below-filled' };
    if (held.reduceOnly) {
      const others = this.#otherReducers(instrument, held);
      const left = this.closable(instrument, held.side) - restOf(others);
      if (left <= 0) return { refused: 'nothing-to-reduce' };
      return { taken: qtyLots(Math.min(taken, held.filled + left)) };
    }
    const refused = this.#amendFilters(instrument, held, to);
    if (refused !== null) return { refused };
    const amended = { ...held, taken: qtyLots(taken) };
    const isMore = taken > held.taken;
    if (isMore && !this.#affordable(instrument, amended)) return { refused: 'insufficient-margin' };
    return { taken: amended.taken };
  }

  #amendFilters(instrument: Instrument, held: HeldOrder, to: AmendTerms): string | null {
    const { minNotional } = instrument;
    if (notional(instrument, to.price, to.quantity) < minNotional) return 'below-minimum-notional';
    const { displayQuantity } = held;
    if (displayQuantity !== undefined) {
      const shown = qtyLots(Math.min(displayQuantity, to.quantity));
      if (notional(instrument, to.price, shown) < minNotional) return 'bad-display-quantity';
    }
    const mark = this.#mark(instrument);
    if (mark === null) return 'no-market';
    return this.#withinPercentPrice({ ...held, price: to.price }, mark) ? null : 'percent-price';
  }

  /** Reduce-only orders beside one, its own OCO group apart. */
  #otherReducers(instrument: Instrument, held: HeldOrder): HeldOrder[] {
    return this.reduceOnlyOrders(instrument, held.side).filter(
      ({ clientOrderId, ocoGroup }) =>
        clientOrderId !== held.clientOrderId &&
        (ocoGroup === undefined || ocoGroup !== held.ocoGroup),
    );
  }

  #malformed(instrument: Instrument, request: OrderRequest, at: VenueTimeUs): string | null {
    const { type, timeInForce, displayQuantity, expireAt } = request;
    if (!isCount(request.quantity)) return 'bad-quantity';
    if (!isCount(request.price)) return 'bad-price';
    const rests = type !== 'market' && (timeInForce === 'gtc' || timeInForce === 'gtd');
    if (request.postOnly && !rests) return 'post-only-must-rest';
    const needsTrigger = type === 'stop' || type === 'stop-limit';
    if (needsTrigger && !isCount(request.triggerPrice ?? 0)) return 'bad-trigger';
    if (type === 'trailing-stop' && !isCount(request.trailOffset ?? 0)) return 'bad-trigger';
    if ((timeInForce === 'gtd') !== (expireAt !== undefined)) return 'bad-expiry';
    if (expireAt !== undefined && toVenueTime(expireAt) <= at) return 'bad-expiry';
    if (displayQuantity === undefined) return null;
    const shows = isCount(displayQuantity) && displayQuantity <= request.quantity;
    const isLimit = type === 'limit' || type === 'stop-limit';
    if (!shows || !rests || !isLimit) return 'bad-display-quantity';
    const shown = notional(instrument, request.price, displayQuantity);
    return shown < instrument.minNotional ? 'bad-display-quantity' : null;
  }

  /** Whether one more order would be beyond what the venue keeps for one account. */
  #tooMany(request: OrderRequest): boolean {
    const { maxOpenOrders, maxConditionalOrders } = this.#filters;
    const { open } = this.#truth;
    if (maxOpenOrders !== null && open.size >= maxOpenOrders) return true;
    if (maxConditionalOrders === null || !waitsForTrigger(request.type)) return false;
    let waiting = 0;
    for (const order of open.values()) if (waitsForTrigger(order.type)) waiting += 1;
    return waiting >= maxConditionalOrders;
  }

  /** Of limit prices only: buys not too far above the mark, sells not too far below it. */
  #withinPercentPrice(
    { type, side, price }: Pick<OrderRequest, 'type' | 'side' | 'price'>,
    mark: PriceTicks,
  ): boolean {
    const { percentPrice } = this.#filters;
    if (percentPrice === null || type !== 'limit') return true;
    return side === 'buy' ? price <= mark * percentPrice.up : price >= mark * percentPrice.down;
  }

  /** Lots of the position that an order of `side` would close. */
  closable(instrument: Instrument, side: Side): number {
    const held = this.#truth.account.position(instrument.id);
    return Math.max(0, side === 'buy' ? -held : held);
  }

  /** Of those, the lots that no reduce-only order works on yet; an order's own group apart. */
  reducible(
    instrument: Instrument,
    { side, ocoGroup }: Pick<OrderRequest, 'side' | 'ocoGroup'>,
  ): number {
    const others = this.reduceOnlyOrders(instrument, side).filter(
      (order) => ocoGroup === undefined || order.ocoGroup !== ocoGroup,
    );
    return this.closable(instrument, side) - restOf(others);
  }

  /** The reduce-only orders that work on one side, oldest first. */
  reduceOnlyOrders(instrument: Instrument, side: Side): HeldOrder[] {
    return [...this.#truth.open.values()].filter(
      (order) => order.reduceOnly && order.instrument === instrument.id && order.side === side,
    );
  }

  #affordable(instrument: Instrument, request: ArrivingOrder): boolean {
    let gross = 0n;
    for (const one of this.#instruments) {
      const working = this.#working(one, one === instrument ? request : null);
      gross += this.#truth.account.exposure(one, working, this.#knownMark(one));
    }
    const equity = this.#truth.account.equity(this.#instruments, (one) => this.#knownMark(one));
    return gross * 10_000n <= equity * this.#leverageE4;
  }

  /** The mark, or one tick of an instrument without a price: nothing can be held of it yet. */
  #knownMark(instrument: Instrument): PriceTicks {
    return this.#mark(instrument) ?? priceTicks(1);
  }

  #working(instrument: Instrument, arriving: ArrivingOrder | null): WorkingLots {
    const buys: WorkingOrder[] = [];
    const sells: WorkingOrder[] = [];
    for (const order of this.#truth.open.values()) {
      if (order.instrument !== instrument.id || order.reduceOnly) continue;
      if (order.clientOrderId === arriving?.clientOrderId) continue;
      (order.side === 'buy' ? buys : sells).push(order);
    }
    if (arriving !== null) (arriving.side === 'buy' ? buys : sells).push(arriving);
    return { buy: restOf(buys), sell: restOf(sells) };
  }
}

type WorkingOrder = Pick<HeldOrder, 'taken' | 'filled' | 'ocoGroup'>;

/** An order as it would work; with an id it takes the place of the one that works already. */
type ArrivingOrder = WorkingOrder &
  Pick<HeldOrder, 'side'> &
  Partial<Pick<HeldOrder, 'clientOrderId'>>;
