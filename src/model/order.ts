import type { Brand, EventTimeNs } from '../core/index.ts';
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

/** How an order executes. Market orders carry a protective worst price, since a collar binds them. */
export type OrderType = 'limit' | 'market';

/** How long an order rests: until cancelled, or not at all. */
export type TimeInForce = 'gtc' | 'ioc';

/** What a strategy or safety wants from the venue; not yet approved by risk. */
export interface OrderRequest {
  readonly instrument: InstrumentId;
  readonly strategy: StrategyId;
  readonly side: Side;
  readonly type: OrderType;
  /** Limit price; for a market order the worst price that is still acceptable. */
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
