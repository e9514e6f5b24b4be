import type { QtyLots } from '../model/index.ts';

/**
 * The linear model behind a decision: what turns features into a probability.
 *
 *   z = clamp((x - mean) / deviation, ±4);  s = bias + sum w·z;  p = 1 / (1 + exp(-(A·s + B)))
 *
 * Units:   weights per standard deviation of their feature; a feature that is not named has weight
 *          zero. `means` and `deviations` name exactly the features of `weights`.
 * Source:  Platt (1999), probabilistic outputs for support vector machines, eq. 7.
 */
export interface DecisionModel {
  readonly weights: Readonly<Record<string, number>>;
  readonly means: Readonly<Record<string, number>>;
  /** Standard deviations, each above zero. */
  readonly deviations: Readonly<Record<string, number>>;
  readonly bias: number;
  readonly plattA: number;
  readonly plattB: number;
}

/** What both kinds of policy set in the engine's gate. */
interface PolicyBase {
  readonly model: DecisionModel;
  /** invVol = min(cap, target / realised volatility); a target of 0 means invVol = 1. bps/sqrt(s). */
  readonly volatilityTargetBps: number;
  /** Largest invVol. */
  readonly volatilityScaleCap: number;
  /** No intent while the spread is wider; ticks. */
  readonly maxSpreadTicks: number;
  /** Depth updates before the first intent. */
  readonly warmUpUpdates: number;
  /** Least time between two intents, ms. */
  readonly minIntervalMs: number;
  /** The stake at Kelly fraction 1, in lots at the reference price. */
  readonly budgetLots: QtyLots;
  /** Bound of the absolute position after the order. */
  readonly maxPositionLots: QtyLots;
  /** Bound of one order. */
  readonly maxOrderLots: QtyLots;
}

/**
 * Take liquidity when the calibrated probability pays for its cost.
 *
 *   q = max(p, 1-p);  edge = q·payoff - (1-q) - cost;  k = clamp(kellyFraction·edge/payoff, 0, cap)
 *   lots = floor(k · budgetLots · invVol)
 */
export interface TakePolicy extends PolicyBase {
  readonly kind: 'take';
  /** Won per unit staked when right. */
  readonly payoff: number;
  /** Round-trip cost per unit staked. */
  readonly cost: number;
  /** Share of the full Kelly stake that is used, 0 to 1. */
  readonly kellyFraction: number;
  /** Largest stake as a fraction of the budget, 0 to 1. */
  readonly kellyCap: number;
  /** Buy at or above this probability of a rise. */
  readonly buyThreshold: number;
  /** Sell at or below this probability of a rise. */
  readonly sellThreshold: number;
  /** Smaller decisions are dropped; at least the venue's minimum. */
  readonly minimumLots: QtyLots;
  /** How far beyond the touch the limit price may reach, in ticks. */
  readonly collarTicks: number;
}

/**
 * Rest quotes around a reservation price.
 *
 *   reservation = centre - (position / inventoryUnitLots) · gamma · sigma² · horizonS
 *                 + skewTicks · (2p - 1)
 *   half spread = max(gamma · sigma² · horizonS / 2 + halfSpreadTicks, minHalfSpreadTicks)
 *
 * Units:   prices in ticks, sigma in ticks per sqrt(s).
 * Source:  Avellaneda & Stoikov (2008), Quantitative Finance 8(3), 217-224.
 */
export interface QuotePolicy extends PolicyBase {
  readonly kind: 'quote';
  /** Whether the centre is the microprice (true) or the mid (false). */
  readonly centreOnMicroprice: boolean;
  /** Risk aversion, 1 / (ticks · inventory unit). */
  readonly gamma: number;
  /** Rolling horizon that stands for T - t, s. */
  readonly horizonS: number;
  /** (1/gamma)·ln(1 + gamma/kappa); ticks. */
  readonly halfSpreadTicks: number;
  /** Half spread that pays the fees; ticks. */
  readonly minHalfSpreadTicks: number;
  /** Lower bound of sigma; ticks per sqrt(s). */
  readonly volatilityFloorTicks: number;
  /** Lots that count as one unit of inventory. */
  readonly inventoryUnitLots: QtyLots;
  /** Shift of the reservation price when p is 1; ticks. */
  readonly skewTicks: number;
  readonly quoteLots: QtyLots;
  /** Quotes move only when the target moved at least this far; ticks. */
  readonly requoteTicks: number;
  /** The quotes are told again after this even when nothing moved; ms. */
  readonly refreshIntervalMs: number;
}

/** What the native engine is set to for one instrument. */
export type DecisionPolicy = TakePolicy | QuotePolicy;
