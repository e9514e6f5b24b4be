export { executionFee } from './account.ts';
export { fewestOrders } from './exchange.ts';
export { FAULT_KINDS, type FaultKind, type FaultRule, ruleFault } from './fault-rules.ts';
export type { FeeRates, FeeTier } from './fee-tiers.ts';
export { checkTiers } from './fee-tiers.ts';
export type { FittedMarket, FittedStep } from './fitted-market.ts';
export type { FundingRate, FundingSource } from './funding.ts';
export type { ImpactModel } from './impact.ts';
export type { LedgerFailure } from './ledger.ts';
export { LedgerWriteError } from './ledger.ts';
export { checkMarginTiers, type DeleveragingRule, type MarginTier } from './margin.ts';
export {
  DEFAULT_DEPTH_NOTIONAL,
  DEFAULT_VENUE_OPTIONS,
  type FeeSchedule,
  type GeneratedMarket,
  type LatencyModel,
  type SimulatedInstrument,
  type SimulatedVenueOptions,
  type VenueFaults,
} from './options.ts';
export { OrderTape, parseOrderTape } from './order-tape.ts';
export { type ReplayOptionsGiven, ReplayVenue, type ReplayVenueOptions } from './replay-venue.ts';
export type { SettlementRules } from './settlement-rules.ts';
export { SimulatedVenue, type VenueOptionsGiven } from './venue.ts';
