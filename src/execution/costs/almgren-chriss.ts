import { assert } from '../../core/index.ts';

/** A liquidation with linear impact. Money and quantity in any units, time in any unit, consistently. */
export interface AlmgrenChrissProblem {
  /** Quantity to be traded. */
  readonly quantity: number;
  /** Time given. */
  readonly horizon: number;
  /** Number of trades, evenly spaced. */
  readonly periods: number;
  /** Standard deviation of the price, money per sqrt(time). */
  readonly volatility: number;
  /** Fixed cost of a unit, half the spread: money. */
  readonly fixedCost: number;
  /** Permanent impact: money per unit traded. */
  readonly permanentImpact: number;
  /** Temporary impact: money per (unit / time). */
  readonly temporaryImpact: number;
  /** Weight of the variance against the expected cost, 1 / money. */
  readonly riskAversion: number;
}

/** The trajectory that minimises expected cost + riskAversion * variance, and what it costs. */
export interface AlmgrenChrissTrajectory {
  /** Speed at which the optimal holdings fall, 1 / time; 0 is a straight line. */
  readonly kappa: number;
  /** 1 / kappa; null for a straight line. */
  readonly characteristicTime: number | null;
  /** What is still held after 0, 1 .. periods trades. */
  readonly holdings: Float64Array;
  readonly trades: Float64Array;
  /** Expected cost against the price at the start, money. */
  readonly expectedCost: number;
  /** Variance of the cost, money squared. */
  readonly variance: number;
}

/** sinh(a) / sinh(b) for 0 <= a <= b without overflow. */
const sinhRatio = (a: number, b: number): number =>
  (Math.exp(a - b) * Math.expm1(-2 * a)) / Math.expm1(-2 * b);

/**
 * Shares of the quantity still held after each of `periods` trades of the optimal trajectory.
 *
 *   x[k] / X = sinh(kappa (T - t[k])) / sinh(kappa T),   t[k] = k T / N
 *
 * `kappaHorizon` is kappa * T, without unit; 0 gives a straight line. The first is 1, the last 0.
 */
export function holdingShares(kappaHorizon: number, periods: number): Float64Array {
  assert(Number.isInteger(periods) && periods >= 1, () => `periods are 1 or more, got ${periods}`);
  assert(kappaHorizon >= 0, () => `kappa times the horizon is 0 or more, got ${kappaHorizon}`);
  const shares = new Float64Array(periods + 1);
  for (let k = 0; k < periods; k += 1) {
    const left = 1 - k / periods;
    // Below this the curve is a straight line to the last bit.
    shares[k] =
      kappaHorizon < 1e-8 ? left : k === 0 ? 1 : sinhRatio(kappaHorizon * left, kappaHorizon);
  }
  return shares;
}

/**
 * Speed of the optimal trajectory with trades every `period`.
 *
 *   cosh(kappa tau) = 1 + kappa~^2 tau^2 / 2,   kappa~^2 = lambda sigma^2 / eta~
 *
 * Units: 1 / time. `eta~` is the temporary impact less half the permanent one of a period.
 */
export function optimalSpeed(
  riskAversion: number,
  volatility: number,
  adjustedImpact: number,
  period: number,
): number {
  assert(adjustedImpact > 0, () => `the adjusted impact is above 0, got ${adjustedImpact}`);
  const squared = (riskAversion * volatility * volatility) / adjustedImpact;
  // acosh(1 + y) as 2 asinh(sqrt(y / 2)), which keeps its digits for small y.
  return (2 * Math.asinh((Math.sqrt(squared) * period) / 2)) / period;
}

/**
 * Optimal execution with linear temporary and permanent impact.
 *
 *   E = gamma X^2 / 2 + eps sum |n| + (eta - gamma tau / 2) / tau sum n^2
 *   V = sigma^2 tau sum_{k=1..N} x[k]^2
 *
 * Requires: quantity, horizon, temporaryImpact > 0; the others >= 0; gamma tau / 2 < eta.
 * Source:   Almgren & Chriss (2000), Optimal execution of portfolio transactions, eq. 17-20.
 */
export function almgrenChriss(problem: AlmgrenChrissProblem): AlmgrenChrissTrajectory {
  const { quantity, horizon, periods, volatility, fixedCost, permanentImpact } = problem;
  const tau = horizon / periods;
  const adjusted = problem.temporaryImpact - 0.5 * permanentImpact * tau;
  const kappa = optimalSpeed(problem.riskAversion, volatility, adjusted, tau);
  const holdings = holdingShares(kappa * horizon, periods).map((share) => share * quantity);
  const trades = new Float64Array(periods);
  let squares = 0;
  let held = 0;
  for (let k = 0; k < periods; k += 1) {
    const trade = holdings[k]! - holdings[k + 1]!;
    trades[k] = trade;
    squares += trade * trade;
    held += holdings[k + 1]! ** 2;
  }
  return {
    kappa,
    characteristicTime: kappa > 0 ? 1 / kappa : null,
    holdings,
    trades,
    expectedCost:
      0.5 * permanentImpact * quantity * quantity +
      fixedCost * quantity +
      (adjusted / tau) * squares,
    variance: volatility * volatility * tau * held,
  };
}
