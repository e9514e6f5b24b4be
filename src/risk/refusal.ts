/** Every reason for which risk refuses an order, with what it means. The codes are stable. */
export const RISK_CODES = {
  RISK_UNKNOWN_INSTRUMENT: 'The instrument is not one of the configured ones.',
  RISK_ORDER_SHAPE: 'The order contradicts itself, for example post-only and immediate-or-cancel.',
  RISK_QUANTITY: 'The quantity is not a whole number of lots above zero.',
  RISK_PRICE: 'The price is not a whole number of ticks above zero.',
  RISK_TRIGGER: 'The trigger of a stop is missing, misplaced, or on the wrong side of the market.',
  RISK_DISPLAY_QUANTITY: 'An iceberg shows more than it has, or less than the venue accepts.',
  RISK_EXPIRY: 'A good-till-date order names no time, or one that is past.',
  RISK_NOT_RECONCILED: 'The account was not yet reconciled with the venue in this run.',
  RISK_MODE: 'The control mode allows no new exposure.',
  RISK_NO_MARK: 'There is no fresh price to judge the order by.',
  RISK_PRICE_COLLAR: 'The price is too far from the mark.',
  RISK_MIN_NOTIONAL: 'The order is worth less than the venue accepts.',
  RISK_ORDER_NOTIONAL: 'The order is worth more than one order may be.',
  RISK_REDUCE_ONLY: 'The order is marked reduce-only but would not only reduce the position.',
  RISK_POSITION_LIMIT: 'The position would exceed its limit if everything pending filled.',
  RISK_GROSS_NOTIONAL: 'The sum of positions would exceed its limit if everything pending filled.',
  RISK_LEVERAGE: 'The positions with this order would exceed the allowed multiple of the equity.',
  RISK_BUYING_POWER: 'Pending orders have reserved the buying power that this one needs.',
  RISK_OPEN_ORDERS: 'Too many orders are not final yet.',
  RISK_DUPLICATE_ORDER: 'An equal order was sent a moment ago.',
  RISK_ORDER_RATE: 'Orders come faster than allowed.',
} as const;

/** A stable code of a refusal. */
export type RiskCode = keyof typeof RISK_CODES;

/** A refusal with the value and the limit in plain words. */
export interface RiskRefusal {
  readonly code: RiskCode;
  readonly detail: string;
}
