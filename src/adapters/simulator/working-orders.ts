import {
  type ClientOrderId,
  type OcoGroup,
  type OrderRequest,
  type QtyLots,
  qtyLots,
  termsOf,
  type VenueOrderId,
} from '../../model/index.ts';
import {
  BUY,
  MATCH_FLAGS,
  type MatchingEngine,
  type PlacedOrder,
  SELL,
} from '../../native/index.ts';
import { toVenueTime } from './schedule.ts';
import type { HeldOrder } from './truth-record.ts';

/** Owner number of the account's orders in the matching engine. */
export const ACCOUNT = 1;

/** Lots of an order that may still trade. */
export const openLots = (order: Pick<HeldOrder, 'taken' | 'filled'>): number =>
  order.taken - order.filled;

/** Unfilled lots that some orders can trade in all: of an OCO group only its largest order can. */
export function restOf(orders: Iterable<Pick<HeldOrder, 'taken' | 'filled' | 'ocoGroup'>>): number {
  let sum = 0;
  let groups: Map<OcoGroup, number> | null = null;
  for (const order of orders) {
    const lots = openLots(order);
    const { ocoGroup } = order;
    if (ocoGroup === undefined) {
      sum += lots;
      continue;
    }
    groups ??= new Map();
    const most = groups.get(ocoGroup) ?? 0;
    if (lots > most) groups.set(ocoGroup, lots);
    sum += Math.max(0, lots - most);
  }
  return sum;
}

/** Whether an order still waits for its trigger. */
export const isWaiting = (order: HeldOrder): boolean =>
  order.type !== 'limit' && order.type !== 'market' && order.triggered !== true;

/** Whether an order traded or triggered, which ends the others of its OCO group. */
export const hasWon = (order: HeldOrder): boolean => order.filled > 0 || order.triggered === true;

/** Whether an order can rest in a book that opens anew, or wait beside it. */
export const canBeRestored = (order: HeldOrder): boolean =>
  isWaiting(order) ||
  ((order.type === 'limit' || order.type === 'stop-limit') &&
    (order.timeInForce === 'gtc' || order.timeInForce === 'gtd'));

/**
 * The matching engine's command for an order.
 *
 * `again`: the order rested before the venue restarted, so that it may not be refused for taking.
 */
export function placedOrder(
  order: HeldOrder,
  at: {
    readonly symbol: number;
    readonly id: number;
    readonly group: number;
    readonly prevention: number;
    readonly again: boolean;
  },
): PlacedOrder {
  const waits = isWaiting(order);
  const takesAtMarket = order.type !== 'limit' && order.type !== 'stop-limit';
  const flags =
    (takesAtMarket ? MATCH_FLAGS.market : 0) +
    (order.timeInForce === 'ioc' && !takesAtMarket ? MATCH_FLAGS.ioc : 0) +
    (order.timeInForce === 'fok' ? MATCH_FLAGS.fok : 0) +
    (order.postOnly && (waits || !at.again) ? MATCH_FLAGS.postOnly : 0) +
    (order.reduceOnly ? MATCH_FLAGS.reduceOnly : 0) +
    at.prevention * MATCH_FLAGS.prevention;
  const trigger = order.type === 'trailing-stop' ? order.waterMark : order.triggerPrice;
  return {
    symbol: at.symbol,
    id: at.id,
    owner: ACCOUNT,
    side: order.side === 'buy' ? BUY : SELL,
    ticks: order.price,
    lots: openLots(order),
    flags,
    trigger: waits ? (trigger ?? 0) : 0,
    trail: waits ? (order.trailOffset ?? 0) : 0,
    display: Math.min(order.displayQuantity ?? 0, openLots(order)),
    expiresAt: order.expiresAt ?? 0,
    group: at.group,
  };
}

/** What takes the account's orders: the matching engine, or the matcher of a replay. */
export type OrderEntry = Pick<MatchingEngine, 'place' | 'amend' | 'cancel' | 'position'>;

/** The order as the venue takes it, `taken` of its lots. */
export function heldOrder(
  clientOrderId: ClientOrderId,
  venueOrderId: VenueOrderId,
  request: OrderRequest,
  taken: QtyLots,
): HeldOrder {
  const { expireAt, ...terms } = termsOf(request);
  return {
    clientOrderId,
    venueOrderId,
    instrument: request.instrument,
    side: request.side,
    type: request.type,
    price: request.price,
    quantity: request.quantity,
    taken,
    filled: qtyLots(0),
    timeInForce: request.timeInForce,
    postOnly: request.postOnly,
    reduceOnly: request.reduceOnly,
    ...terms,
    ...(expireAt !== undefined && { expiresAt: toVenueTime(expireAt) }),
  };
}

/** The numbers by which the matching engine knows the account's orders and OCO groups. */
export class EngineNumbers {
  readonly #clientIds = new Map<number, ClientOrderId>();
  readonly #engineIds = new Map<ClientOrderId, number>();
  readonly #groups = new Map<OcoGroup, number>();
  #lastOrder = 0;
  #lastGroup = 0;

  /** Orders that were given a number in this session. */
  get count(): number {
    return this.#lastOrder;
  }

  /** Gives an order its number: odd, since the crowd's are even. */
  next(clientOrderId: ClientOrderId): number {
    this.#lastOrder += 1;
    const id = 2 * this.#lastOrder + 1;
    this.#clientIds.set(id, clientOrderId);
    this.#engineIds.set(clientOrderId, id);
    return id;
  }

  /** The order of a number; undefined when it is none that the desk works. */
  orderOf(id: number): ClientOrderId | undefined {
    return this.#clientIds.get(id);
  }

  /** The number of an order that the desk works. */
  idOf(clientOrderId: ClientOrderId): number | undefined {
    return this.#engineIds.get(clientOrderId);
  }

  /** Forgets an order that the desk works no more. */
  forget(id: number): void {
    const clientOrderId = this.#clientIds.get(id);
    this.#clientIds.delete(id);
    if (clientOrderId !== undefined) this.#engineIds.delete(clientOrderId);
  }

  /** The number of an OCO group; 0 for none. */
  group(group: OcoGroup | undefined): number {
    if (group === undefined) return 0;
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    this.#lastGroup += 1;
    this.#groups.set(group, this.#lastGroup);
    return this.#lastGroup;
  }

  /** Forgets an OCO group that takes no more orders. */
  forgetGroup(group: OcoGroup): void {
    this.#groups.delete(group);
  }
}
