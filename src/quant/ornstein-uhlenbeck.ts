import { badInput, finiteResult, type QuantResult } from './errors.ts';
import { leastSquares } from './least-squares.ts';
import { sampleFault } from './sample-fault.ts';

/** How an Ornstein–Uhlenbeck process is fitted. */
export interface OrnsteinUhlenbeckOptions {
  /** Time between two values. Default 1. */
  readonly dt?: number;
  /** What the residual variance behind sigma is divided by: `n` (maximum likelihood, default) or `n-2`. */
  readonly divisor?: 'n' | 'n-2';
}

/**
 * dx = θ·(μ − x)·dt + σ·dW, from the regression of each value on the one before. Where φ lies outside
 * (0, 1) the series does not revert, and what would follow from reversion is null.
 */
export interface OrnsteinUhlenbeck {
  /** x[t+1] = c + φ·x[t] + residual, and the standard error of φ. */
  readonly phi: number;
  readonly c: number;
  readonly phiStandardError: number;
  /** x[t+1] − x[t] = a + b·x[t] + residual: b = φ − 1, a = c. */
  readonly b: number;
  readonly a: number;
  /** Residual standard deviation by n and by n − 2. */
  readonly residualDeviationN: number;
  readonly residualDeviationDf: number;
  /** Pairs of values regressed. */
  readonly pairs: number;
  /** −ln φ / dt. */
  readonly theta: number | null;
  readonly mu: number | null;
  /** residual deviation · √(2θ / (1 − φ²)). */
  readonly sigma: number | null;
  /** σ / √(2θ): the spread of x about μ in the long run. */
  readonly stationaryDeviation: number | null;
  /** Half-life in periods by the exact discretisation, −ln 2 / ln φ. */
  readonly halfLife: number | null;
  /** Half-life in periods by the regression of differences, −ln 2 / b (Chan). */
  readonly halfLifeOfDifferences: number | null;
}

/**
 * Fits a mean-reverting process by exact discretisation and its half-life in both conventions.
 *
 * Shapes: x[n], n >= 4, equally spaced.
 * Errors: `bad-input` for values that are not finite, dt not above 0; `singular` for a constant series.
 * Source: Phillips (1972), Econometrica 40(6); Chan (2013), Algorithmic Trading, chapter 2.
 */
export function fitOrnsteinUhlenbeck(
  x: Float64Array,
  options: OrnsteinUhlenbeckOptions = {},
): QuantResult<OrnsteinUhlenbeck> {
  const { dt = 1, divisor = 'n' } = options;
  const fault = sampleFault('x', x, 4);
  if (fault !== null) return badInput(fault);
  if (!(dt > 0 && Number.isFinite(dt))) return badInput(`dt is ${dt}; it must be above 0`);
  const n = x.length - 1;
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  // Centring keeps the regression exact for levels far from 0.
  const design = new Float64Array(2 * n).fill(1);
  for (let t = 0; t < n; t += 1) design[2 * t + 1] = x[t]! - mean;
  const change = Float64Array.from({ length: n }, (_, t) => x[t + 1]! - x[t]!);
  const fit = leastSquares(design, change, n, 2);
  if (fit === null) {
    const detail = `x is constant at ${x[0]}; a process to be fitted must vary`;
    return { ok: false, error: { code: 'singular', detail } };
  }
  const b = fit.coefficients[1]!;
  const a = fit.coefficients[0]! - b * mean;
  const phi = 1 + b;
  const residualDeviationN = Math.sqrt(fit.residualSumOfSquares / n);
  const residualDeviationDf = Math.sqrt(fit.residualSumOfSquares / (n - 2));
  const reverts = phi > 0 && phi < 1;
  const theta = -Math.log(phi) / dt;
  const deviation = divisor === 'n' ? residualDeviationN : residualDeviationDf;
  const sigma = deviation * Math.sqrt((2 * theta) / (1 - phi * phi));
  return finiteResult({
    phi,
    c: a,
    phiStandardError: fit.standardErrors[1]!,
    b,
    a,
    residualDeviationN,
    residualDeviationDf,
    pairs: n,
    theta: reverts ? theta : null,
    mu: reverts ? -a / b : null,
    sigma: reverts ? sigma : null,
    stationaryDeviation: reverts ? sigma / Math.sqrt(2 * theta) : null,
    halfLife: reverts ? -Math.LN2 / Math.log(phi) : null,
    halfLifeOfDifferences: b < 0 ? -Math.LN2 / b : null,
  });
}
