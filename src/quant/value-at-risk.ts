import { ok } from '../core/index.ts';
import { normalPdf, normalQuantile, studentTPdf, studentTQuantile } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { excesses, fitExcesses, gpdRisk } from './gpd.ts';
import { moments } from './moments.ts';
import { sampleFault } from './sample-fault.ts';
import { fitStudentT } from './student-t-fit.ts';
import { quantileSorted } from './threshold-diagnostics.ts';

/** How value at risk is estimated. */
export const VAR_METHODS = [
  'historical',
  'normal',
  'student-t',
  'cornish-fisher',
  'evt',
  'filtered-historical',
] as const;

/** One of the estimators. */
export type VarMethod = (typeof VAR_METHODS)[number];

/** What to estimate and from what. */
export interface ValueAtRiskOptions {
  readonly method: VarMethod;
  /** Confidence, for example 0.99. */
  readonly level: number;
  /** `evt`: share of the losses under the threshold. Default 0.9. */
  readonly thresholdQuantile?: number;
  /**
   * `filtered-historical`: conditional volatility of each return and, last, of the next: n + 1
   * values.
   */
  readonly volatility?: Float64Array;
  /** `filtered-historical` without `volatility`: weight of the moving average. Default 0.94. */
  readonly lambda?: number;
}

/** Losses are positive. */
export interface ValueAtRisk {
  readonly method: VarMethod;
  readonly level: number;
  readonly valueAtRisk: number;
  /** Mean loss given one at least as large as the value at risk; null where it is infinite. */
  readonly expectedShortfall: number | null;
}

type Estimate = QuantResult<readonly [valueAtRisk: number, expectedShortfall: number | null]>;

/** Quantile of type 7 of the losses, and the mean of those at or beyond it. */
function historical(losses: Float64Array, level: number): readonly [number, number] {
  const sorted = losses.slice().sort();
  const quantile = quantileSorted(sorted, level);
  const tail = sorted.filter((loss) => loss >= quantile);
  return [quantile, tail.reduce((sum, loss) => sum + loss, 0) / tail.length];
}

function normal(losses: Float64Array, level: number): readonly [number, number] {
  const { mean, sigma } = meanAndSigma(losses);
  const z = normalQuantile(level);
  return [mean + sigma * z, mean + (sigma * normalPdf(z)) / (1 - level)];
}

/** Deviation by n - 1. */
function meanAndSigma(x: Float64Array): { readonly mean: number; readonly sigma: number } {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const square = x.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sigma: Math.sqrt(square / (x.length - 1)) };
}

function studentT(losses: Float64Array, level: number): Estimate {
  const fit = fitStudentT(losses);
  if (!fit.ok) return fit;
  const { location, scale, nu } = fit.value;
  const q = studentTQuantile(level, nu);
  const density = studentTPdf(q, nu) / (1 - level);
  const beyond = nu > 1 ? location + (scale * density * (nu + q * q)) / (nu - 1) : null;
  return ok([location + scale * q, beyond]);
}

/**
 * The quantile z + (z^2 - 1) s/6 + (z^3 - 3z) k/24 - (2z^3 - 5z) s^2/36 and its mean beyond, which
 * is a polynomial in the normal quantile. Refuses moments for which the expansion falls there.
 *
 * Source: Cornish & Fisher (1938); Maillard (2012), A user's guide to the Cornish Fisher expansion.
 */
function cornishFisher(losses: Float64Array, level: number): Estimate {
  const found = moments(losses);
  if (!found.ok) return found;
  const { mean, variance, skewness: s, kurtosis } = found.value;
  if (s === null || kurtosis === null) return badInput(`returns are constant at ${-losses[0]!}`);
  const k = kurtosis - 3;
  const z = normalQuantile(level);
  const slope = (u: number) =>
    1 + (u * s) / 3 + ((u * u - 1) * k) / 8 - ((6 * u * u - 5) * s * s) / 36;
  // Where its parabola turns, or at an end of the range that carries all but 1e-9 of the weight.
  const turn = -s / 6 / (k / 8 - (s * s) / 6);
  const places = [z, Math.max(z, 6), turn > z && turn < 6 ? turn : z];
  if (!places.every((u) => slope(u) > 0)) {
    return badInput(
      `skewness ${s} and excess kurtosis ${k} make the Cornish-Fisher quantile fall at ${level}`,
    );
  }
  const quantile =
    z + ((z * z - 1) * s) / 6 + ((z ** 3 - 3 * z) * k) / 24 - ((2 * z ** 3 - 5 * z) * s * s) / 36;
  const weight = 1 + (z * s) / 6 + ((z * z - 1) * k) / 24 - ((2 * z * z - 1) * s * s) / 36;
  const sigma = Math.sqrt(variance);
  return ok([mean + sigma * quantile, mean + (sigma * weight * normalPdf(z)) / (1 - level)]);
}

function extremeValue(losses: Float64Array, level: number, share: number): Estimate {
  if (!(share > 0 && share < level)) {
    return badInput(`thresholdQuantile is ${share}; it must be above 0 and below level ${level}`);
  }
  const threshold = quantileSorted(losses.slice().sort(), share);
  const fit = fitExcesses(excesses(losses, threshold), losses.length, { threshold });
  if (!fit.ok) return fit;
  const risk = gpdRisk(fit.value, level);
  return risk.ok ? ok([risk.value.valueAtRisk, risk.value.expectedShortfall]) : risk;
}

/** sigma_t^2 = lambda sigma_(t-1)^2 + (1 - lambda) r_(t-1)^2, from the mean square on. */
function movingVolatility(losses: Float64Array, lambda: number): Float64Array {
  const out = new Float64Array(losses.length + 1);
  let variance = losses.reduce((sum, value) => sum + value * value, 0) / losses.length;
  for (let t = 0; t <= losses.length; t += 1) {
    out[t] = Math.sqrt(variance);
    if (t < losses.length) variance = lambda * variance + (1 - lambda) * losses[t]! ** 2;
  }
  return out;
}

/** Source: Barone-Adesi, Giannopoulos & Vosper (1999), J. Futures Markets 19(5). */
function filteredHistorical(losses: Float64Array, options: ValueAtRiskOptions): Estimate {
  const { level, lambda = 0.94 } = options;
  const n = losses.length;
  if (!(lambda > 0 && lambda < 1)) return badInput(`lambda is ${lambda}; it must be in (0, 1)`);
  const volatility = options.volatility ?? movingVolatility(losses, lambda);
  if (volatility.length !== n + 1) {
    return badInput(`volatility has ${volatility.length} values; ${n + 1} are needed`);
  }
  const bad = volatility.findIndex((value) => !(Number.isFinite(value) && value > 0));
  if (bad >= 0) {
    return badInput(`volatility[${bad}] is ${volatility[bad]}; every value must be above 0`);
  }
  const [quantile, beyond] = historical(
    losses.map((loss, t) => loss / volatility[t]!),
    level,
  );
  return ok([quantile * volatility[n]!, beyond * volatility[n]!]);
}

function estimate(losses: Float64Array, options: ValueAtRiskOptions): Estimate {
  const { method, level, thresholdQuantile = 0.9 } = options;
  switch (method) {
    case 'historical':
      return ok(historical(losses, level));
    case 'normal':
      return ok(normal(losses, level));
    case 'student-t':
      return studentT(losses, level);
    case 'cornish-fisher':
      return cornishFisher(losses, level);
    case 'evt':
      return extremeValue(losses, level, thresholdQuantile);
    case 'filtered-historical':
      return filteredHistorical(losses, options);
  }
}

/**
 * Value at risk and expected shortfall of the next return, both as positive losses.
 *
 *   historical: quantile of type 7; normal: mean and deviation by n - 1; student-t: maximum
 *   likelihood; cornish-fisher: moments by n; evt: GPD over a quantile; filtered-historical:
 *   historical, rescaled by volatility
 *
 * Errors: `bad-input` for a level outside [0.5, 1), fewer than 20 returns, constant returns;
 *         whatever the fit of the method refuses.
 */
export function valueAtRisk(
  returns: Float64Array,
  options: ValueAtRiskOptions,
): QuantResult<ValueAtRisk> {
  const { method, level } = options;
  const fault = sampleFault('returns', returns, 20);
  if (fault !== null) return badInput(fault);
  if (!(level >= 0.5 && level < 1)) return badInput(`level is ${level}; it must be in [0.5, 1)`);
  if (returns.every((value) => value === returns[0])) {
    return badInput(`returns are constant at ${returns[0]}; they must vary`);
  }
  const found = estimate(
    returns.map((value) => -value),
    options,
  );
  if (!found.ok) return found;
  const [risk, expectedShortfall] = found.value;
  return ok({ method, level, valueAtRisk: risk, expectedShortfall });
}
