/** Standing orders and their cancels between two distances from the touch of one side. */
export interface FittedStep {
  /** Farthest distance, bps; the step before ends where this one begins. */
  readonly toBps: number;
  /** Standing quantity, base units per bps. */
  readonly quantityPerBps: number;
  /** Share of it that is cancelled per second. */
  readonly cancelPerSecond: number;
}

/** A market that was fitted to recorded messages. It takes the place of the built-in constants. */
export interface FittedMarket {
  /** Market orders per second on average. */
  readonly ordersPerSecond: number;
  /** Share of market orders that others set off, 0 to 1 exclusive. */
  readonly branchingRatio: number;
  /** Decay of that excitement, per second. */
  readonly decayPerSecond: number;
  /** Correlation of a market order's direction with the one before. */
  readonly signPersistence: number;
  readonly dailyVolatility: number;
  /** Sizes of market orders and of orders that come to rest, at `probabilities`; base units. */
  readonly takerQuantiles: readonly number[];
  readonly makerQuantiles: readonly number[];
  /** Ascending from 0 to 1. */
  readonly probabilities: readonly number[];
  /** Standing at the touch of one side on average, base units. */
  readonly touchQuantity: number;
  readonly touchCancelPerSecond: number;
  /** Ascending by distance. */
  readonly profile: readonly FittedStep[];
}

/** Most orders of a side that a fitted crowd keeps; beyond, each is larger instead. */
export const MOST_FITTED_ORDERS = 1_400;

/** Most orders of a side that a fitted crowd places per second; beyond, all live longer. */
export const MOST_FITTED_ARRIVALS = 400;
