import { ok } from '../core/index.ts';
import { symmetricEigen } from './eigen.ts';
import { badInput, type QuantResult } from './errors.ts';
import { type Matrix, matrixFault } from './linear-algebra.ts';

/** How the indicator is taken. */
export interface SystemicRiskOptions {
  /** Observations behind each value. Default 250. */
  readonly window?: number;
  /** Eigenvectors that count; by default a fifth of the assets, at least one. */
  readonly factors?: number;
  /** Of the matrix: `covariance` (Kritzman and others; the default) or `correlation`. */
  readonly matrix?: 'covariance' | 'correlation';
  /** Half-life of exponential weights in observations; null, the default, weighs all alike. */
  readonly halfLife?: number | null;
  /** Values in the short mean of the standardised shift. Default 15. */
  readonly shortMean?: number;
  /** Values in the long mean of the standardised shift, and in its deviation. Default 250. */
  readonly longMean?: number;
}

/** How tightly the market moves as one. */
export type SystemicRiskLevel = 'calm' | 'elevated' | 'high' | 'extreme';

/** The indicator along a series; value k belongs to observation window - 1 + k. */
export interface SystemicRisk {
  readonly window: number;
  readonly factors: number;
  /** Share of the total variance in the leading eigenvectors, 0 to 1. */
  readonly absorptionRatio: Float64Array;
  /** (short mean - long mean) / deviation over the long one; NaN until the long one is full. */
  readonly standardisedShift: Float64Array;
  /** Eigenvalues of the last window, descending. */
  readonly eigenvalues: Float64Array;
  /** exp of the entropy of the eigenvalues' shares, from 1 to d: in how many directions it moves. */
  readonly effectiveRank: number;
  /**
   * By the last shift: `elevated` from 1, `high` from 2, `extreme` from 3 deviations; null while the
   * long mean is not full, since nothing is known then.
   */
  readonly level: SystemicRiskLevel | null;
}

interface Settings {
  readonly window: number;
  readonly factors: number;
  readonly correlation: boolean;
  readonly weights: Float64Array;
}

function optionsFault(x: Matrix, options: SystemicRiskOptions): string | null {
  const { window = 250, factors, halfLife = null, shortMean = 15, longMean = 250 } = options;
  const whole = (name: string, value: number, low: number, high: number): string | null =>
    Number.isInteger(value) && value >= low && value <= high
      ? null
      : `${name} is ${value}; it must be a whole number from ${low} to ${high}`;
  if (halfLife !== null && !(halfLife > 0 && Number.isFinite(halfLife))) {
    return `halfLife is ${halfLife}; it must be above 0, or null`;
  }
  return (
    whole('window', window, 2, x.rows) ??
    (factors === undefined ? null : whole('factors', factors, 1, x.columns)) ??
    whole('shortMean', shortMean, 1, longMean) ??
    whole('longMean', longMean, 2, 1e6)
  );
}

/** Weights of a window, oldest first, summing to 1. */
function weightsOf(window: number, halfLife: number | null): Float64Array {
  const raw = Float64Array.from({ length: window }, (_, k) =>
    halfLife === null ? 1 : 0.5 ** ((window - 1 - k) / halfLife),
  );
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => weight / total);
}

/** The weighted covariance (or correlation) of rows [from, from + window); null when none varies. */
function windowMatrix(x: Matrix, from: number, settings: Settings): Float64Array | null {
  const { data, columns: d } = x;
  const { weights, correlation } = settings;
  const means = new Float64Array(d);
  weights.forEach((weight, k) => {
    for (let i = 0; i < d; i += 1) means[i]! += weight * data[(from + k) * d + i]!;
  });
  const out = new Float64Array(d * d);
  weights.forEach((weight, k) => {
    for (let i = 0; i < d; i += 1) {
      const left = weight * (data[(from + k) * d + i]! - means[i]!);
      for (let j = 0; j <= i; j += 1) {
        out[i * d + j]! += left * (data[(from + k) * d + j]! - means[j]!);
      }
    }
  });
  let total = 0;
  for (let i = 0; i < d; i += 1) total += out[i * d + i]!;
  // Below this it is the rounding of the means.
  if (!(total > 1e-24 * means.reduce((sum, mean) => sum + mean * mean, 0))) return null;
  const scale = Array.from({ length: d }, (_, i) => Math.sqrt(out[i * d + i]!));
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      if (correlation) {
        const by = scale[i]! * scale[j]!;
        out[i * d + j] = by > 0 ? out[i * d + j]! / by : 0;
      }
      out[j * d + i] = out[i * d + j]!;
    }
  }
  return out;
}

/** (mean of the last `short` - mean of the last `long`) / deviation of the last `long`. */
function standardisedShifts(values: Float64Array, short: number, long: number): Float64Array {
  return values.map((_, at) => {
    if (at + 1 < long) return Number.NaN;
    const slice = values.subarray(at + 1 - long, at + 1);
    const mean = slice.reduce((sum, value) => sum + value, 0) / long;
    const square = slice.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (long - 1);
    const recent = slice.subarray(long - short).reduce((sum, value) => sum + value, 0) / short;
    // A ratio that never moves has no deviation to measure a shift by.
    return square > 1e-24 ? (recent - mean) / Math.sqrt(square) : 0;
  });
}

function levelOf(shift: number): SystemicRiskLevel | null {
  if (Number.isNaN(shift)) return null;
  if (shift >= 3) return 'extreme';
  if (shift >= 2) return 'high';
  return shift >= 1 ? 'elevated' : 'calm';
}

/**
 * The absorption ratio over a moving window, its standardised shift, and a level of alarm.
 *
 *   AR = sum of the largest eigenvalues / sum of all,  shift = (short mean - long mean) / deviation
 *
 * Shapes:      x[n x d] of returns, oldest first, n >= window.
 * Errors:      `bad-input`, also for a window in which nothing varies.
 * Determinism: the same bits everywhere.
 * Cost:        O(n (window d^2 + d^3)).
 * Source:      Kritzman, Li, Page and Rigobon (2011), J. of Portfolio Management 37(4).
 */
export function systemicRisk(
  x: Matrix,
  options: SystemicRiskOptions = {},
): QuantResult<SystemicRisk> {
  const fault = matrixFault('x', x, 2) ?? optionsFault(x, options);
  if (fault !== null) return badInput(fault);
  const { rows, columns: d } = x;
  if (d < 2) return badInput(`x has ${d} column; at least 2 are needed`);
  const { window = 250, halfLife = null, shortMean = 15, longMean = 250 } = options;
  const factors = options.factors ?? Math.max(1, Math.round(d / 5));
  const correlation = options.matrix === 'correlation';
  const settings = { window, factors, correlation, weights: weightsOf(window, halfLife) };
  const absorptionRatio = new Float64Array(rows - window + 1);
  let eigenvalues = new Float64Array(d);
  for (let from = 0; from + window <= rows; from += 1) {
    const matrix = windowMatrix(x, from, settings);
    if (matrix === null) return badInput(`rows ${from} to ${from + window - 1} of x do not vary`);
    eigenvalues = symmetricEigen(matrix, d).values.map((value) => Math.max(value, 0));
    const total = eigenvalues.reduce((sum, value) => sum + value, 0);
    const leading = eigenvalues.subarray(0, factors).reduce((sum, value) => sum + value, 0);
    absorptionRatio[from] = leading / total;
  }
  const total = eigenvalues.reduce((sum, value) => sum + value, 0);
  const entropy = eigenvalues.reduce(
    (sum, value) => (value > 0 ? sum - (value / total) * Math.log(value / total) : sum),
    0,
  );
  const standardisedShift = standardisedShifts(absorptionRatio, shortMean, longMean);
  return ok({
    window,
    factors,
    absorptionRatio,
    standardisedShift,
    eigenvalues,
    effectiveRank: Math.exp(entropy),
    level: levelOf(standardisedShift.at(-1)!),
  });
}
