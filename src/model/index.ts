export {
  type AmendTerms,
  lowersExposure,
  type PendingAmend,
} from './amend.ts';
export {
  type AccountCharge,
  CHARGE_CAUSES,
  type ChargeCause,
  type ChargeId,
  CLOSING_CAUSES,
  type ClosingCause,
} from './charge.ts';
export {
  type Bar,
  type DomainEvent,
  type JournalEntry,
  reportedOrder,
  type VenueReport,
} from './events.ts';
export {
  gridDecimals,
  type Instrument,
  type InstrumentId,
  instrumentId,
  lotsFromE8,
  notional,
  priceE8,
  quantityE8,
  type SequenceRule,
  ticksFromE8,
} from './instrument.ts';
export type { MarketMoment } from './market-moment.ts';
export {
  type CauseOrigin,
  CONTROL_MODES,
  type ControlMode,
  type ModeCause,
  severity,
} from './mode.ts';
export {
  type AmendRequest,
  type ClientOrderId,
  type Fill,
  type FillStanding,
  type Liquidity,
  type OcoGroup,
  ORDER_TERMS,
  ORDER_TYPES,
  type Order,
  type OrderRequest,
  type OrderStatus,
  type OrderTerms,
  type OrderType,
  oppositeSide,
  type Side,
  type StrategyId,
  sideSign,
  TIMES_IN_FORCE,
  type TimeInForce,
  type TradeId,
  termsOf,
  type VenueOrderId,
  waitsForTrigger,
} from './order.ts';
export type { ParentLink, ParentOrderId, PlainJson, PlainRecord } from './parent.ts';
export type { ParentSpec } from './parent-spec.ts';
export {
  divideHalfEven,
  E8,
  formatE8,
  type Money,
  money,
  type PriceTicks,
  parseE8,
  priceTicks,
  type QtyLots,
  qtyLots,
  ZERO_MONEY,
} from './units.ts';
