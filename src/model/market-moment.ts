import type { PriceTicks, QtyLots } from './units.ts';

/** Best prices at the moment of a decision: what the price of an order is measured against. */
export interface MarketMoment {
  readonly bid: PriceTicks;
  readonly bidLots: QtyLots;
  readonly ask: PriceTicks;
  readonly askLots: QtyLots;
  /** Standard deviation of the return over one second, fraction; 0 while it is not known. */
  readonly volatility: number;
}
