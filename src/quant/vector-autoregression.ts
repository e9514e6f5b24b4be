import { ok } from '../core/index.ts';
import { badInput, finiteResult, type QuantResult } from './errors.ts';
import { leastSquares } from './least-squares.ts';
import {
  cholesky,
  choleskyLogDeterminant,
  type Matrix,
  matrixFault,
  multiply,
} from './linear-algebra.ts';

/** A vector autoregression y[t] = c + A1·y[t−1] + … + Ap·y[t−p] + u[t], by least squares. */
export interface VectorAutoregression {
  readonly series: number;
  readonly lags: number;
  /** Rows that were regressed: the rows of y less the lags. */
  readonly observations: number;
  /** (1 + k·p)×k: the constants, then the blocks of each lag; column j is the equation of series j. */
  readonly coefficients: Float64Array;
  /** As `coefficients`, from the covariance by degrees of freedom. */
  readonly standardErrors: Float64Array;
  /** Covariance of u by T − k·p − 1, and by T (maximum likelihood); k×k. */
  readonly covariance: Float64Array;
  readonly covarianceMl: Float64Array;
  readonly logLikelihood: number;
  /** ln det of the ML covariance plus 2, ln T or 2·ln ln T times the coefficients, by T. */
  readonly aic: number;
  readonly bic: number;
  readonly hqic: number;
}

/**
 * Fits a vector autoregression with a constant, equation by equation.
 *
 * Shapes: y is T×k, oldest row first.
 * Errors: `bad-input` for lags below 1, values that are not finite, too few rows; `singular` for series
 *         that are constant or linear in each other.
 * Source: Lütkepohl (2005), New Introduction to Multiple Time Series Analysis, section 3.2.
 */
export function vectorAutoregression(y: Matrix, lags: number): QuantResult<VectorAutoregression> {
  if (!(Number.isInteger(lags) && lags >= 1))
    return badInput(`lags is ${lags}; at least 1 is needed`);
  const k = y.columns;
  const width = 1 + k * lags;
  const fault = matrixFault('y', y, lags + width + 1);
  if (fault !== null) return badInput(fault);
  const rows = y.rows - lags;
  const x = new Float64Array(rows * width);
  for (let t = 0; t < rows; t += 1) {
    x[t * width] = 1;
    for (let lag = 1; lag <= lags; lag += 1) {
      const from = (t + lags - lag) * k;
      x.set(y.data.subarray(from, from + k), t * width + 1 + (lag - 1) * k);
    }
  }
  const coefficients = new Float64Array(width * k);
  const standardErrors = new Float64Array(width * k);
  const residuals: Float64Array[] = [];
  for (let j = 0; j < k; j += 1) {
    const target = Float64Array.from({ length: rows }, (_, t) => y.data[(t + lags) * k + j]!);
    const fit = leastSquares(x, target, rows, width);
    if (fit === null) {
      const detail = 'y has a series that is constant or linear in the others and their lags';
      return { ok: false, error: { code: 'singular', detail } };
    }
    for (let i = 0; i < width; i += 1) {
      coefficients[i * k + j] = fit.coefficients[i]!;
      standardErrors[i * k + j] = fit.standardErrors[i]!;
    }
    residuals.push(fit.residuals);
  }
  const cross = Float64Array.from({ length: k * k }, (_, at) => {
    const [u, v] = [residuals[Math.floor(at / k)]!, residuals[at % k]!];
    return u.reduce((sum, value, t) => sum + value * v[t]!, 0);
  });
  const covarianceMl = cross.map((value) => value / rows);
  const factor = cholesky(covarianceMl, k);
  if (factor === null) {
    const detail = 'the residuals of y are linear in each other; their covariance has no inverse';
    return { ok: false, error: { code: 'singular', detail } };
  }
  const logDeterminant = choleskyLogDeterminant(factor, k);
  const criterion = (weight: number) => logDeterminant + (weight * width * k) / rows;
  return finiteResult({
    series: k,
    lags,
    observations: rows,
    coefficients,
    standardErrors,
    covariance: cross.map((value) => value / (rows - width)),
    covarianceMl,
    logLikelihood: (-rows / 2) * (k * (Math.log(2 * Math.PI) + 1) + logDeterminant),
    aic: criterion(2),
    bic: criterion(Math.log(rows)),
    hqic: criterion(2 * Math.log(Math.log(rows))),
  });
}

/**
 * Impulse responses for 0 … periods: block h, k×k, holds the response of series i (row) to a unit
 * shock of series j (column) h periods ago.
 */
export function impulseResponses(model: VectorAutoregression, periods: number): Float64Array[] {
  const { series: k, lags, coefficients } = model;
  const lagMatrix = (lag: number): Float64Array =>
    Float64Array.from(
      { length: k * k },
      (_, at) => coefficients[(1 + (lag - 1) * k + (at % k)) * k + Math.floor(at / k)]!,
    );
  const a = Array.from({ length: lags }, (_, at) => lagMatrix(at + 1));
  const blocks = [Float64Array.from({ length: k * k }, (_, at) => (at % (k + 1) === 0 ? 1 : 0))];
  for (let h = 1; h <= periods; h += 1) {
    const block = new Float64Array(k * k);
    for (let lag = 1; lag <= Math.min(lags, h); lag += 1) {
      const part = multiply(blocks[h - lag]!, a[lag - 1]!, k, k, k);
      for (let at = 0; at < k * k; at += 1) block[at]! += part[at]!;
    }
    blocks.push(block);
  }
  return blocks;
}

/** The lower Cholesky factor of the residual covariance, which a fitted model always has. */
const shocks = (model: VectorAutoregression): Float64Array =>
  cholesky(model.covariance, model.series) ?? new Float64Array(model.series ** 2);

/**
 * Impulse responses to shocks of one standard deviation made uncorrelated in the order of the series:
 * the plain responses times the lower Cholesky factor of the covariance by degrees of freedom.
 */
export function orthogonalImpulseResponses(
  model: VectorAutoregression,
  periods: number,
): Float64Array[] {
  const k = model.series;
  const factor = shocks(model);
  return impulseResponses(model, periods).map((block) => multiply(block, factor, k, k, k));
}

/**
 * Shares of each series' forecast variance that each orthogonal shock brings: block h, k×k, for the
 * forecast h + 1 periods ahead; each row sums to 1.
 */
export function varianceDecomposition(
  model: VectorAutoregression,
  periods: number,
): Float64Array[] {
  const k = model.series;
  const sums = new Float64Array(k * k);
  return orthogonalImpulseResponses(model, periods - 1).map((block) => {
    for (let at = 0; at < k * k; at += 1) sums[at]! += block[at]! ** 2;
    return sums.map((value, at) => {
      const row = Math.floor(at / k) * k;
      return value / sums.subarray(row, row + k).reduce((total, part) => total + part, 0);
    });
  });
}

/** The forecasts of the next `periods` rows: periods×k. Requires y as the model was fitted to. */
export function forecastVar(model: VectorAutoregression, y: Matrix, periods: number): Float64Array {
  const { series: k, lags, coefficients } = model;
  const path = new Float64Array((lags + periods) * k);
  path.set(y.data.subarray((y.rows - lags) * k));
  for (let h = lags; h < lags + periods; h += 1) {
    for (let j = 0; j < k; j += 1) {
      let sum = coefficients[j]!;
      for (let lag = 1; lag <= lags; lag += 1) {
        for (let i = 0; i < k; i += 1) {
          sum += coefficients[(1 + (lag - 1) * k + i) * k + j]! * path[(h - lag) * k + i]!;
        }
      }
      path[h * k + j] = sum;
    }
  }
  return path.slice(lags * k);
}

/**
 * Chooses the number of lags from 1 to `most` with the smallest criterion, all fitted to the same rows.
 *
 * Errors: as `vectorAutoregression` for the longest; `bad-input` for most below 1.
 */
export function selectVarLags(
  y: Matrix,
  most: number,
  criterion: 'aic' | 'bic' | 'hqic' = 'aic',
): QuantResult<number> {
  if (!(Number.isInteger(most) && most >= 1))
    return badInput(`most is ${most}; at least 1 is needed`);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let lags = most; lags >= 1; lags -= 1) {
    const skip = most - lags;
    const data = y.data.subarray(skip * y.columns);
    const model = vectorAutoregression({ data, rows: y.rows - skip, columns: y.columns }, lags);
    if (!model.ok) return model;
    if (model.value[criterion] <= least) {
      least = model.value[criterion];
      best = lags;
    }
  }
  return ok(best);
}
