import { ok } from '../core/index.ts';
import {
  correlationOf,
  type DccCoefficients,
  type DccFit,
  type DccOptions,
  dccOptionsFault,
  fitDcc,
  forecastDcc,
  sandwichErrors,
} from './dcc.ts';
import {
  type DccMargin,
  type DccMarginFit,
  type DccMarginOptions,
  garchMargin,
} from './dcc-margin.ts';
import { badInput, type QuantResult } from './errors.ts';
import { cholesky, choleskySolve, type Matrix, matrixFault } from './linear-algebra.ts';

/** How a DCC-GARCH is fitted. */
export interface DccGarchOptions extends DccOptions {
  /** Step one; `initialVariance` is `sample-mean` by default here, as in rmgarch. */
  readonly margins?: DccMarginOptions;
  /** Steps of the correlation forecast. Default 1. */
  readonly horizon?: number;
}

/** A DCC(1,1)-GARCH(1,1) fitted in two steps; matrices d x d, row-major. */
export interface DccGarch {
  readonly margins: readonly DccMargin[];
  readonly correlation: DccFit;
  /**
   * Standard errors of a and b with the estimation of the margins and of Qbar taken in; null where
   * an information matrix is not positive definite, as on bounds.
   */
  readonly twoStepErrors: DccCoefficients | null;
  /** Joint: of the margins and of the correlation part. */
  readonly logLikelihood: number;
  readonly qbar: Float64Array;
  /** Q, R and the volatilities of the last observation. */
  readonly lastQ: Float64Array;
  readonly lastCorrelation: Float64Array;
  readonly lastVolatility: Float64Array;
  /** R of the observations that follow, horizon x d x d. */
  readonly forecast: Float64Array;
  /** The covariance of the observation after the last. */
  readonly nextCovariance: Float64Array;
}

/** Adds to each score of step two what the coefficients of one margin bring into it. */
function addMargin(
  scores: Float64Array,
  margin: DccMargin,
  asset: number,
  d: number,
  byResidual: readonly [Float64Array, Float64Array],
): boolean {
  const p = margin.estimated.length;
  const n = margin.residuals.length;
  const factor = cholesky(margin.information, p);
  if (factor === null) return false;
  byResidual.forEach((by, k) => {
    const cross = new Float64Array(p);
    for (let t = 0; t < n; t += 1) {
      const slope = by[t * d + asset]!;
      for (let c = 0; c < p; c += 1) cross[c]! += slope * margin.residualSlopes[t * p + c]!;
    }
    const weights = choleskySolve(factor, cross, p, 1);
    for (let t = 0; t < n; t += 1) {
      let sum = 0;
      for (let c = 0; c < p; c += 1) sum += weights[c]! * margin.scores[t * p + c]!;
      scores[2 * t + k]! += sum;
    }
  });
  return true;
}

/** Adds to each score what the estimation of Qbar brings into it. */
function addTarget(scores: Float64Array, z: Matrix, fit: DccFit): void {
  const { data, rows: n, columns: d } = z;
  const { byTarget } = fit.derivatives;
  byTarget.forEach((by, k) => {
    const slopes = by.map((slope) => slope / n);
    let fixed = 0;
    let pair = 0;
    for (let i = 0; i < d; i += 1) {
      for (let j = 0; j <= i; j += 1, pair += 1) fixed += slopes[pair]! * fit.qbar[i * d + j]!;
    }
    for (let t = 0; t < n; t += 1) {
      let sum = -fixed;
      pair = 0;
      for (let i = 0; i < d; i += 1) {
        let row = 0;
        for (let j = 0; j <= i; j += 1, pair += 1) row += slopes[pair]! * data[t * d + j]!;
        sum += row * data[t * d + i]!;
      }
      scores[2 * t + k]! += sum;
    }
  });
}

/**
 * Standard errors of a and b after two steps.
 *
 *   s[t] = g[t] + sum over margins M I^-1 m[t] + C (z z' - Qbar) / n,  V = H^-1 (sum s s') H^-1
 *
 * with g the scores of step two, H minus its Hessian, m and I the scores and minus the Hessian of a
 * margin, M and C the derivatives of the gradient of step two by its coefficients and by Qbar.
 *
 * Source: Newey and McFadden (1994), Handbook of Econometrics IV, theorem 6.1; Engle and Sheppard
 *         (2001), NBER 8554, section 3.
 */
function twoStepErrors(
  z: Matrix,
  margins: readonly DccMargin[],
  fit: DccFit,
): DccCoefficients | null {
  const { derivatives } = fit;
  const scores = derivatives.scores.slice();
  for (const [asset, margin] of margins.entries()) {
    if (!addMargin(scores, margin, asset, z.columns, derivatives.byResidual)) return null;
  }
  addTarget(scores, z, fit);
  const outer = new Float64Array(4);
  for (let t = 0; t < z.rows; t += 1) {
    const [a, b] = [scores[2 * t]!, scores[2 * t + 1]!];
    outer[0]! += a * a;
    outer[1]! += a * b;
    outer[3]! += b * b;
  }
  outer[2] = outer[1]!;
  return sandwichErrors(derivatives.information, outer);
}

/** Q of the last observation and of the one after it. */
function lastStates(z: Matrix, fit: DccFit, options: DccOptions): [Float64Array, Float64Array] {
  const { data, rows: n, columns: d } = z;
  const { a, b } = fit.coefficients;
  const { qbar } = fit;
  const q = Float64Array.from(qbar, (value) =>
    options.firstStep === 'ones' ? (1 - a) * value + a : value,
  );
  const last = new Float64Array(d * d);
  const fixed = qbar.map((value) => (1 - a - b) * value);
  for (let t = 0; t < n; t += 1) {
    if (t === n - 1) last.set(q);
    for (let i = 0; i < d; i += 1) {
      const left = a * data[t * d + i]!;
      for (let j = 0; j <= i; j += 1) {
        q[i * d + j] = fixed[i * d + j]! + left * data[t * d + j]! + b * q[i * d + j]!;
      }
    }
  }
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j < i; j += 1) {
      q[j * d + i] = q[i * d + j]!;
      last[j * d + i] = last[i * d + j]!;
    }
  }
  return [last, q];
}

function covarianceOf(
  correlation: Float64Array,
  volatility: Float64Array,
  d: number,
): Float64Array {
  return correlation.map(
    (value, at) => value * volatility[Math.floor(at / d)]! * volatility[at % d]!,
  );
}

/**
 * Fits a DCC(1,1) over univariate variance models in two steps: each asset's model first, then a and
 * b on the standardised residuals, with the target matrix from their sample.
 *
 * `margin` fits step one of an asset; Gaussian GARCH(1,1) by default.
 *
 * Shapes:      returns[n x d], oldest first; n >= 64, d from 2 to 32.
 * Errors:      `bad-input`, naming the asset where one is at fault; `singular` for residuals that are
 *              collinear; `not-converged`.
 * Determinism: bit-identical on every target.
 * Cost:        bench/quant/dependence.mjs.
 * Source:      Engle (2002), J. of Business & Economic Statistics 20(3).
 */
export function fitDccGarch(
  returns: Matrix,
  options: DccGarchOptions = {},
  margin: DccMarginFit = garchMargin({ initialVariance: 'sample-mean', ...options.margins }),
): QuantResult<DccGarch> {
  const { horizon = 1 } = options;
  const fault = dccOptionsFault(options) ?? matrixFault('returns', returns, 64);
  if (fault !== null) return badInput(fault);
  if (!(Number.isInteger(horizon) && horizon >= 1 && horizon <= 1e4)) {
    return badInput(`horizon is ${horizon}; it must be a whole number from 1 to 10000`);
  }
  const { data, rows: n, columns: d } = returns;
  if (d < 2 || d > 32) return badInput(`returns has ${d} columns; 2 to 32 are allowed`);
  const margins: DccMargin[] = [];
  const z = { data: new Float64Array(n * d), rows: n, columns: d };
  for (let i = 0; i < d; i += 1) {
    const y = new Float64Array(n);
    for (let t = 0; t < n; t += 1) y[t] = data[t * d + i]!;
    const fitted = margin(y);
    if (!fitted.ok) {
      const { code, detail } = fitted.error;
      return { ok: false, error: { code, detail: `column ${i} of returns: ${detail}` } };
    }
    margins.push(fitted.value);
    for (let t = 0; t < n; t += 1) z.data[t * d + i] = fitted.value.residuals[t]!;
  }
  const fitted = fitDcc(z, options);
  if (!fitted.ok) return fitted;
  const fit = fitted.value;
  const [lastQ, nextQ] = lastStates(z, fit, options);
  const forecast = forecastDcc(nextQ, fit.qbar, fit.coefficients, d, horizon);
  const nextVolatility = Float64Array.from(margins, (each) => Math.sqrt(each.nextVariance));
  return ok({
    margins,
    correlation: fit,
    twoStepErrors: twoStepErrors(z, margins, fit),
    logLikelihood: margins.reduce((sum, each) => sum + each.logLikelihood, fit.logLikelihood),
    qbar: fit.qbar,
    lastQ,
    lastCorrelation: correlationOf(lastQ, d),
    lastVolatility: Float64Array.from(margins, (each) => Math.sqrt(each.variance[n - 1]!)),
    forecast,
    nextCovariance: covarianceOf(forecast.subarray(0, d * d), nextVolatility, d),
  });
}
