import { ok } from '../core/index.ts';
import { badInput, type QuantError, type QuantResult } from './errors.ts';
import { cholesky, choleskySolve, type Matrix, matrixFault } from './linear-algebra.ts';
import { returnsFault } from './returns.ts';

/** A stake and the growth of log wealth per period that it brings. */
export interface KellyStake {
  /** Share of wealth to stake: the share of full Kelly that was asked for, times `full`. */
  readonly fraction: number;
  /** Mean log growth at `fraction`. */
  readonly growth: number;
  /** The stake of the largest growth. */
  readonly full: number;
  readonly fullGrowth: number;
}

const shareFault = (share: number): string | null =>
  share > 0 && share <= 1 ? null : `share is ${share}; it must be above 0 and at most 1`;

const finiteFault = (values: Readonly<Record<string, number>>): string | null => {
  const wrong = Object.entries(values).find(([, value]) => !(Math.abs(value) <= 1e70));
  return wrong === undefined ? null : `${wrong[0]} is ${wrong[1]}; sizes up to 1e70 are allowed`;
};

/** w ln(v), 0 where w is 0. */
const weighedLog = (weight: number, value: number): number =>
  weight === 0 ? 0 : weight * Math.log(value);

/** A Kelly stake on a bet that is won or lost whole. */
export interface BinaryKelly extends KellyStake {
  /** p - (1 - p) / odds: the full stake before it is held at 0, edge over odds. */
  readonly edgeOverOdds: number;
}

/**
 * The Kelly stake of a bet that pays `odds` per unit with `probability` and loses the unit
 * otherwise; 0 without an edge.
 *
 *   f = p - (1 - p) / odds;  growth p ln(1 + odds f) + (1 - p) ln(1 - f)
 *
 * Errors: `bad-input` for a probability outside [0, 1], odds not above 0, a share outside (0, 1].
 * Source: Kelly (1956); Thorp (2006), Handbook of Asset and Liability Management 1, chapter 9.
 */
export function kellyBinary(
  probability: number,
  odds: number,
  share = 1,
): QuantResult<BinaryKelly> {
  if (!(probability >= 0 && probability <= 1)) {
    return badInput(`probability is ${probability}; it must lie in [0, 1]`);
  }
  if (!(odds > 1e-70 && odds <= 1e70)) {
    return badInput(`odds are ${odds}; they must be above 1e-70 and at most 1e70`);
  }
  const fault = shareFault(share);
  if (fault !== null) return badInput(fault);
  const edgeOverOdds = probability - (1 - probability) / odds;
  const full = Math.max(0, edgeOverOdds);
  const growth = (f: number): number =>
    weighedLog(probability, 1 + odds * f) + weighedLog(1 - probability, 1 - f);
  const fraction = share * full;
  return ok({
    fraction,
    growth: growth(fraction),
    full,
    fullGrowth: growth(full),
    edgeOverOdds,
  });
}

/** A Kelly stake on an asset in continuous time. */
export interface ContinuousKelly extends KellyStake {
  /** (mean - rate) / deviation. */
  readonly sharpe: number;
}

/**
 * The Kelly leverage of a lognormal asset, rebalanced continuously; negative is a short position.
 *
 *   f = (m - r) / s^2;  growth r + f (m - r) - f^2 s^2 / 2
 *
 * Units:  mean, deviation and rate per the same time, usually a year; so is the growth.
 * Errors: `bad-input` for values that are not finite, a deviation not above 0, a share outside
 *         (0, 1].
 * Source: Thorp (2006), section 7.1; Merton (1969).
 */
export function kellyContinuous(
  mean: number,
  deviation: number,
  rate = 0,
  share = 1,
): QuantResult<ContinuousKelly> {
  const fault = finiteFault({ mean, deviation, rate }) ?? shareFault(share);
  if (fault !== null) return badInput(fault);
  if (!(deviation > 1e-70)) return badInput(`deviation is ${deviation}; it must be above 1e-70`);
  const excess = mean - rate;
  const sharpe = excess / deviation;
  const full = excess / (deviation * deviation);
  const growth = (c: number): number => rate + (c - (c * c) / 2) * sharpe * sharpe;
  return ok({
    fraction: share * full,
    growth: growth(share),
    full,
    fullGrowth: growth(1),
    sharpe,
  });
}

/** Kelly stakes on several assets together. */
export interface PortfolioKelly {
  /** Share of wealth in each asset; the rest earns the rate. */
  readonly fractions: Float64Array;
  readonly growth: number;
  readonly full: Float64Array;
  readonly fullGrowth: number;
}

const asymmetry = ({ data, rows: n }: Matrix): string | null => {
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const [a, b] = [data[i * n + j]!, data[j * n + i]!];
      if (Math.abs(a - b) > 1e-9 * Math.max(Math.abs(a), Math.abs(b))) {
        return `covariance[${i}][${j}] is ${a}, covariance[${j}][${i}] ${b}; they must be equal`;
      }
    }
  }
  return null;
};

/**
 * The Kelly stakes of several assets in continuous time, without bounds on leverage.
 *
 *   S f = m - r;  growth r + f'(m - r) - f' S f / 2
 *
 * Shapes: mean[n], covariance[n x n].
 * Errors: `bad-input` for shapes, values that are not finite, an asymmetric covariance, a share
 *         outside (0, 1]; `singular` for a covariance that is not positive definite.
 * Source: Thorp (2006), section 8; Merton (1969).
 */
export function kellyPortfolio(
  mean: Float64Array,
  covariance: Matrix,
  rate = 0,
  share = 1,
): QuantResult<PortfolioKelly> {
  const n = mean.length;
  const fault =
    finiteFault({ ...Object.fromEntries([...mean].map((m, i) => [`mean[${i}]`, m])), rate }) ??
    shareFault(share) ??
    matrixFault('covariance', covariance, 1);
  if (fault !== null) return badInput(fault);
  if (covariance.rows !== n || covariance.columns !== n) {
    return badInput(
      `covariance is ${covariance.rows} x ${covariance.columns}; ${n} means need ${n} x ${n}`,
    );
  }
  const uneven = asymmetry(covariance);
  if (uneven !== null) return badInput(uneven);
  const factor = cholesky(covariance.data, n);
  const detail = 'covariance is not positive definite: assets repeat each other or do not move';
  const error: QuantError = { code: 'singular', detail };
  if (factor === null) return { ok: false, error };
  const excess = mean.map((m) => m - rate);
  const full = choleskySolve(factor, excess, n, 1);
  const squared = full.reduce((sum, f, i) => sum + f * excess[i]!, 0);
  if (!Number.isFinite(squared)) return { ok: false, error };
  const growth = (c: number): number => rate + (c - (c * c) / 2) * squared;
  return ok({
    fractions: full.map((f) => share * f),
    growth: growth(share),
    full,
    fullGrowth: growth(1),
  });
}

/** What bounds the search over observed returns. */
export interface EmpiricalKellyOptions {
  /** Share of full Kelly. Default 1. */
  readonly share?: number;
  /** Largest leverage; needed where no return is a loss. Default: just under ruin by the worst. */
  readonly maximum?: number;
}

/** Bisections until the interval is two neighbouring doubles at most. */
const BISECTIONS = 200;

/**
 * The leverage in [0, maximum] of the largest mean log growth over observed returns.
 *
 *   max over f of mean ln(1 + f r), the root of mean r / (1 + f r), which falls in f
 *
 * Errors: `bad-input` for fewer than 2 returns, values not finite or below -1, no loss among them
 *         without a maximum, options out of range.
 * Cost:   O(n) for each of at most 200 halvings.
 * Source: Thorp (2006), section 3; Vince (1990) for the sample form.
 */
export function kellyEmpirical(
  returns: Float64Array,
  options: EmpiricalKellyOptions = {},
): QuantResult<KellyStake> {
  const { share = 1, maximum } = options;
  const fault = returnsFault('returns', returns, 2) ?? shareFault(share);
  if (fault !== null) return badInput(fault);
  if (maximum !== undefined && !(maximum > 0 && maximum <= 1e6)) {
    return badInput(`maximum is ${maximum}; it must be above 0 and at most 1e6`);
  }
  const worst = returns.reduce((least, r) => Math.min(least, r), 0);
  if (worst === 0 && maximum === undefined) {
    return badInput('returns hold no loss, so growth has no maximum; give a maximum leverage');
  }
  const n = returns.length;
  const slope = (f: number): number => returns.reduce((sum, r) => sum + r / (1 + f * r), 0) / n;
  const growth = (f: number): number => returns.reduce((sum, r) => sum + Math.log1p(f * r), 0) / n;
  const ruin = worst < 0 ? -1 / worst : Number.POSITIVE_INFINITY;
  let low = 0;
  let high = Math.min(maximum ?? Number.POSITIVE_INFINITY, ruin);
  if (slope(0) <= 0) high = 0;
  else if (high < ruin && slope(high) >= 0) low = high;
  for (let k = 0; k < BISECTIONS && low < high; k += 1) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) break;
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  const fraction = share * low;
  return ok({ fraction, growth: growth(fraction), full: low, fullGrowth: growth(low) });
}
