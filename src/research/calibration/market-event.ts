/** One level of a book: price and quantity as floats; they feed statistics only. */
export type ObservedLevel = readonly [price: number, quantity: number];

/** What a recorded venue message says of a market, reduced to what calibration looks at. */
export type MarketObservation =
  | {
      readonly kind: 'trade';
      /** When it traded, venue's clock. */
      readonly venueMs: number;
      readonly price: number;
      readonly quantity: number;
      readonly aggressor: 'buy' | 'sell';
    }
  | {
      readonly kind: 'depth';
      readonly venueMs: number;
      readonly firstId: number;
      readonly lastId: number;
      /** Last id of the update before; null where the venue does not say it. */
      readonly previousId: number | null;
      readonly bids: readonly ObservedLevel[];
      readonly asks: readonly ObservedLevel[];
    }
  | {
      readonly kind: 'snapshot';
      readonly lastId: number;
      readonly bids: readonly ObservedLevel[];
      readonly asks: readonly ObservedLevel[];
    }
  | {
      readonly kind: 'quote';
      readonly bid: number;
      readonly bidQuantity: number;
      readonly ask: number;
      readonly askQuantity: number;
    };

/** An observation with the moment it was received and, where told, when the venue sent it. */
export interface ReceivedObservation {
  /** Receiver's clock, ms since the epoch with fractions. */
  readonly receivedMs: number;
  /** The venue's clock when it sent the message; null where it does not say. */
  readonly sentMs: number | null;
  readonly observation: MarketObservation;
}
