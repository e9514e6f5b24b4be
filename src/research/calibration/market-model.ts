/** Version of the model file's schema. */
export const MARKET_MODEL_VERSION = 1;

/** What the first field of a model file says. */
export const MARKET_MODEL_KIND = 'bot4-market-model';

/** Orders at distances from the touch of one side. */
export interface ProfileStep {
  /** Farthest distance, bps; the step before ends where this one begins. */
  readonly toBps: number;
  /** Standing quantity of one side, base units per bps of distance. */
  readonly quantityPerBps: number;
  /** Share of the standing quantity that is cancelled per second. */
  readonly cancelPerSecond: number;
  /** Level increases of one side per second in the whole step. */
  readonly arrivalsPerSecond: number;
}

/** One instrument's market as it was fitted to recorded messages. */
export interface MarketModel {
  /** `venue:SYMBOL`. */
  readonly instrument: string;
  readonly symbol: string;
  readonly from: string;
  readonly to: string;
  /** Moment that parts what was fitted from what it was tested on. */
  readonly splitAt: string;
  readonly observations: number;
  /** Price grid, quote units. */
  readonly tickSize: number;
  readonly meanPrice: number;
  readonly dailyVolatility: number;
  readonly marketOrders: {
    readonly perSecond: number;
    readonly backgroundPerSecond: number;
    readonly branchingRatio: number;
    readonly decayPerSecond: number;
    readonly signPersistence: number;
    /** Sizes at 0, 0.01, … 0.99, 0.995, 0.999 and 1, base units. */
    readonly sizeQuantiles: readonly number[];
  };
  readonly levels: {
    /** Increases of levels within 10 bps at the same probabilities, base units. */
    readonly sizeQuantiles: readonly number[];
    readonly touchQuantity: number;
    readonly touchCancelPerSecond: number;
    readonly touchArrivalsPerSecond: number;
    readonly profile: readonly ProfileStep[];
  };
  /** Shares of the time with a spread of 1, 2, 3 and more ticks. */
  readonly spreadShares: readonly number[];
  /** Delay of market messages beyond the shortest one, ms. */
  readonly feedDelay: DelayModel | null;
  readonly queue: { readonly exponent: number; readonly standardError: number } | null;
}

/** A delay: its median, and the standard deviation of its logarithm. */
export interface DelayModel {
  readonly medianMs: number;
  readonly sigma: number;
}

/** Delays of the connection; null where nothing told them. */
export interface LatencyModels {
  /** Of market messages, beyond the shortest one. */
  readonly feed: DelayModel | null;
  /** From the submission of an order to the venue's acceptance. */
  readonly roundTrip: DelayModel | null;
}

/** What a model file holds. */
export interface MarketModels {
  readonly models: readonly MarketModel[];
  readonly latency: LatencyModels;
}

/** What a model file that cannot be used says wrong: where, what stands there, what may. */
export interface ModelFault {
  readonly path: string;
  readonly value: unknown;
  readonly allowed: string;
}
