import type { EventTimeNs } from '../core/index.ts';
import type { InstrumentId, PriceTicks, QtyLots, Side } from '../model/index.ts';

interface IntentBase {
  readonly instrument: InstrumentId;
  /** Receive time of the market message that led to it. */
  readonly at: EventTimeNs;
  /** Calibrated probability that the price moves up, 0 to 1. */
  readonly probability: number;
  /** Expected value of the bet after cost, fraction of the stake. */
  readonly edge: number;
  /** Bits of the engine's reasons; zero means that nothing stood in the way. */
  readonly reasonBits: number;
}

/** Take liquidity up to a limit price. */
export interface TakeIntent extends IntentBase {
  readonly kind: 'take';
  readonly side: Side;
  readonly price: PriceTicks;
  readonly quantity: QtyLots;
}

/** One side of a two-sided quote. */
export interface QuoteSide {
  readonly price: PriceTicks;
  readonly quantity: QtyLots;
}

/** The quotes that should rest now; a missing side should not rest at all. */
export interface QuoteIntent extends IntentBase {
  readonly kind: 'quote';
  readonly bid: QuoteSide | null;
  readonly ask: QuoteSide | null;
}

/** What the native engine wants for one instrument; not yet an order. */
export type Intent = TakeIntent | QuoteIntent;
