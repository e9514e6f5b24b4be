export { executionFee } from './account.ts';
export { fewestOrders } from './exchange.ts';
export type { FittedMarket, FittedStep } from './fitted-market.ts';
export type { LedgerFailure } from './ledger.ts';
export { LedgerWriteError } from './ledger.ts';
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
export { type ReplayOptionsGiven, ReplayVenue, type ReplayVenueOptions } from './replay-venue.ts';
export { SimulatedVenue, type VenueOptionsGiven } from './venue.ts';
