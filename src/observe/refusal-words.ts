/**
 * What each refusal of risk means, as the end of a sentence that begins with what was refused.
 *
 * The codes are those of risk, which this context does not know; a test compares them.
 */
export const REFUSAL_WORDS: Readonly<Record<string, string>> = {
  RISK_UNKNOWN_INSTRUMENT: 'the instrument is not a configured one',
  RISK_ORDER_SHAPE: 'the order contradicted itself',
  RISK_QUANTITY: 'the quantity was not one that the venue takes',
  RISK_PRICE: 'the price was not one that the venue takes',
  RISK_TRIGGER: 'its trigger was missing or on the wrong side of the market',
  RISK_DISPLAY_QUANTITY: 'the part it would show was not one that the venue takes',
  RISK_EXPIRY: 'the time at which it should end was missing or past',
  RISK_NOT_RECONCILED: 'the account has not been compared with the venue in this run yet',
  RISK_MODE: 'the control mode allows no larger position',
  RISK_NO_MARK: 'there was no fresh price to judge it by',
  RISK_PRICE_COLLAR: 'the price was too far from the market',
  RISK_MIN_NOTIONAL: 'the order was worth less than the venue accepts',
  RISK_ORDER_NOTIONAL: 'the order was worth more than one order may be',
  RISK_REDUCE_ONLY: 'an order that may only reduce the position would have done more',
  RISK_POSITION_LIMIT: 'the position could have grown beyond its limit',
  RISK_GROSS_NOTIONAL: 'all positions together could have grown beyond their limit',
  RISK_LEVERAGE: 'the positions would have been too large for the equity',
  RISK_BUYING_POWER: 'orders that are still open have reserved the buying power',
  RISK_OPEN_ORDERS: 'too many orders are open already',
  RISK_DUPLICATE_ORDER: 'an equal order had just been sent',
  RISK_ORDER_RATE: 'orders came faster than allowed',
};
