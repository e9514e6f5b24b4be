import type { Brand, EventTimeNs } from '../core/index.ts';
import type { AmendTerms, PendingAmend } from './amend.ts';
import type { InstrumentId } from './instrument.ts';
import type { ParentLink } from './parent.ts';
import type { Money, PriceTicks, QtyLots } from './units.ts';

/** Our id of an order: unique over all runs, since it carries the fsynced run epoch. */
export type ClientOrderId = Brand<string, 'ClientOrderId'>;

/** The venue's id of an order. */
export type VenueOrderId = Brand<string, 'VenueOrderId'>;

/** The venue's id of one execution; the key that makes duplicate fills harmless. */
export type TradeId = Brand<string, 'TradeId'>;

/** Names the strategy an order belongs to, or `safety` for orders that only reduce. */
export type StrategyId = Brand<string, 'StrategyId'>;

/** Which way a quantity moves the position. */
export type Side = 'buy' | 'sell';

/** +1 for a buy, -1 for a sell. */
export const sideSign = (side: Side): 1 | -1 => (side === 'buy' ? 1 : -1);

/** The side that undoes `side`. */
export const oppositeSide = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy');

/** Names the orders of which one alone may trade: one cancels the other. */
export type OcoGroup = Brand<string, 'OcoGroup'>;

/**
 * How an order executes. Whatever executes as a market order (market, stop, trailing stop) carries a
 * protective worst price, since a collar binds it.
 *
 * - `stop` waits for its trigger price, then takes up to its worst price;
 * - `stop-limit` waits for its trigger price, then is a limit order;
 * - `trailing-stop` waits at `trailOffset` behind the best trade since it arrived, then is a stop.
 *
 * A buy triggers on a trade at or above its trigger, a sell on one at or below it.
 */
export type OrderType = 'limit' | 'market' | 'stop' | 'stop-limit' | 'trailing-stop';

/** Every order type. */
export const ORDER_TYPES = ['limit', 'market', 'stop', 'stop-limit', 'trailing-stop'] as const;

/** Whether an order waits for a trigger before it executes. */
export const waitsForTrigger = (type: OrderType): boolean => type !== 'limit' && type !== 'market';

/**
 * How long an order lives: until cancelled (`gtc`), not at all (`ioc`), wholly at once or not at all
 * (`fok`), until a time (`gtd`). Of a stop-limit order `ioc` and `fok` count from its trigger on.
 */
export type TimeInForce = 'gtc' | 'ioc' | 'fok' | 'gtd';

/** Every time in force. */
export const TIMES_IN_FORCE = ['gtc', 'ioc', 'fok', 'gtd'] as const;

/** The terms that only some orders have. A member is absent, never undefined or null. */
export interface OrderTerms {
  /** Trade price that wakes a stop or stop-limit order. */
  readonly triggerPrice?: PriceTicks;
  /** Distance of a trailing stop from the best trade since it arrived, ticks. */
  readonly trailOffset?: number;
  /** What the book shows at a time of a limit order (iceberg); the rest stays hidden. */
  readonly displayQuantity?: QtyLots;
  /** When a `gtd` order ends, by the venue's clock. */
  readonly expireAt?: EventTimeNs;
  /** The first of a group to trade or to trigger cancels the others. */
  readonly ocoGroup?: OcoGroup;
}

/** Names of the terms that only some orders have. */
export const ORDER_TERMS = [
  'triggerPrice',
  'trailOffset',
  'displayQuantity',
  'expireAt',
  'ocoGroup',
] as const satisfies readonly (keyof OrderTerms)[];

/** The optional terms of an order and nothing else; what is absent stays absent. */
export function termsOf(order: OrderTerms): OrderTerms {
  const { triggerPrice, trailOffset, displayQuantity, expireAt, ocoGroup } = order;
  return {
    ...(triggerPrice !== undefined && { triggerPrice }),
    ...(trailOffset !== undefined && { trailOffset }),
    ...(displayQuantity !== undefined && { displayQuantity }),
    ...(expireAt !== undefined && { expireAt }),
    ...(ocoGroup !== undefined && { ocoGroup }),
  };
}

/** What a strategy or safety wants from the venue; not yet approved by risk. */
export interface OrderRequest extends OrderTerms {
  readonly instrument: InstrumentId;
  readonly strategy: StrategyId;
  readonly side: Side;
  readonly type: OrderType;
  /** Limit price; for what executes as a market order the worst price still acceptable. */
  readonly price: PriceTicks;
  readonly quantity: QtyLots;
  readonly timeInForce: TimeInForce;
  /** Refused by the venue rather than taking liquidity. */
  readonly postOnly: boolean;
  /** May only shrink the position. */
  readonly reduceOnly: boolean;
  /** The parent order that it works for; absent when it works for none. */
  readonly parent?: ParentLink;
}

/** Which order is to have which terms; not yet approved by risk. */
export interface AmendRequest extends AmendTerms {
  readonly clientOrderId: ClientOrderId;
}

/** Where an order stands. `unknown` = the venue's answer is missing; its exposure stays reserved. */
export type OrderStatus =
  | 'pending'
  | 'accepted'
  | 'partially-filled'
  | 'filled'
  | 'cancelled'
  | 'rejected'
  | 'expired'
  | 'unknown';

/** One order and everything known of it. */
export interface Order {
  readonly clientOrderId: ClientOrderId;
  readonly venueOrderId: VenueOrderId | null;
  /** What was asked for; price and quantity are those of the latest amend that was carried out. */
  readonly request: OrderRequest;
  readonly status: OrderStatus;
  readonly filled: QtyLots;
  /** Sum of price * quantity over the fills, in ticks * lots, exact. */
  readonly filledTickLots: bigint;
  readonly createdAt: EventTimeNs;
  readonly updatedAt: EventTimeNs;
  readonly cancelRequested: boolean;
  /** Why it was rejected, expired or doubted; null otherwise. */
  readonly reason: string | null;
  /** Number of the latest amend; absent before the first. */
  readonly amendments?: number;
  /** The amend without an answer; absent without one. Stays when the order ends before the answer. */
  readonly amend?: PendingAmend;
  /** Why the latest amend was refused; absent when it was not. */
  readonly amendRefused?: string;
}

/** Whether a fill rested in the book or took from it. */
export type Liquidity = 'maker' | 'taker';

/** One execution as the venue reports it. */
export interface Fill {
  readonly tradeId: TradeId;
  readonly clientOrderId: ClientOrderId;
  readonly instrument: InstrumentId;
  readonly side: Side;
  readonly price: PriceTicks;
  readonly quantity: QtyLots;
  /** Paid when positive, rebated when negative; quote currency. */
  readonly fee: Money;
  readonly liquidity: Liquidity;
  readonly at: EventTimeNs;
}

/**
 * Whether a fill is in the books already. `older-than-window` lies before what the books remember
 * one by one: it cannot be told and counts as booked.
 */
export type FillStanding = 'new' | 'duplicate' | 'older-than-window';
