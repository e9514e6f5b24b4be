import { ok } from '../core/index.ts';
import {
  type ArimaProblem,
  type ArimaSpecification,
  arimaProblem,
  polynomials,
} from './arima-problem.ts';
import { ArmaFilter, coefficientsOfPartials } from './arma.ts';
import { bfgs } from './bfgs.ts';
import { badInput, type QuantResult } from './errors.ts';
import { leastSquares } from './least-squares.ts';
import { cholesky, choleskyInverse, choleskySolve } from './linear-algebra.ts';
import { numericHessian } from './numeric-hessian.ts';
import { dot } from './search.ts';

/** A fitted ARIMA model. MA signs as in 1 + θ·B; `mean` is the mean, not a regression constant. */
export interface ArimaFit {
  readonly ar: Float64Array;
  readonly ma: Float64Array;
  readonly seasonalAr: Float64Array;
  readonly seasonalMa: Float64Array;
  /** Null where none is fitted. */
  readonly mean: number | null;
  readonly regression: Float64Array;
  /** Innovation variance by the number of values (maximum likelihood). */
  readonly sigma2: number;
  readonly logLikelihood: number;
  /** −2·logL + 2·(coefficients + 1), and with ln n in place of the first factor 2. */
  readonly aic: number;
  readonly bic: number;
  /** In the order ar, ma, seasonalAr, seasonalMa, mean, regression; null at the edge of the region. */
  readonly standardErrors: Float64Array | null;
  /** Innovations divided by the root of their relative variance; 0 where missing. */
  readonly residuals: Float64Array;
  /** Values used: those of the differenced series. */
  readonly observations: number;
  readonly converged: boolean;
}

/** Natural coefficients from unbounded ones: each polynomial stationary, or invertible. */
function natural(problem: ArimaProblem, u: Float64Array): Float64Array {
  const out = new Float64Array(u.length);
  let from = 0;
  problem.counts.forEach((count, part) => {
    const partials = u.slice(from, from + count).map((v) => Math.tanh(v));
    const sign = part % 2 === 0 ? 1 : -1;
    out.set(
      coefficientsOfPartials(partials).map((v) => sign * v),
      from,
    );
    from += count;
  });
  return out;
}

/** The series and its regressors through one filter. */
interface Whitened {
  readonly y: Float64Array;
  readonly x: Float64Array[];
  readonly logVariances: number;
  readonly count: number;
}

function whiten(
  problem: ArimaProblem,
  coefficients: Float64Array,
  buffers = buffersOf(problem),
): Whitened | null {
  const filter = ArmaFilter.create(polynomials(problem, coefficients));
  if (filter === null) return null;
  const { y, x } = buffers;
  const { logVariances, count } = filter.run(problem.w, y);
  problem.columns.forEach((column, j) => {
    filter.run(column, x[j]!);
  });
  return { y, x, logVariances, count };
}

const buffersOf = (problem: ArimaProblem) => ({
  y: new Float64Array(problem.w.length),
  x: problem.columns.map((column) => new Float64Array(column.length)),
});

/** The generalised least squares of the regressors under one filter, by QR. */
function regress(white: Whitened) {
  const n = white.y.length;
  const k = white.x.length;
  if (k === 0) return { beta: new Float64Array(0), errors: new Float64Array(0) };
  const design = new Float64Array(n * k);
  white.x.forEach((column, j) => {
    for (let t = 0; t < n; t += 1) design[t * k + j] = column[t]!;
  });
  const fit = leastSquares(design, white.y, n, k);
  return fit === null ? null : { beta: fit.coefficients, errors: fit.standardErrors };
}

/**
 * The same coefficients by normal equations, for the search: their rounding errors enter the sum of
 * squares, which is taken from the residuals, in the second order only.
 */
function regressFast(white: Whitened): Float64Array | null {
  const k = white.x.length;
  const cross = new Float64Array(k * k);
  const right = new Float64Array(k);
  white.x.forEach((left, i) => {
    for (let j = 0; j <= i; j += 1) {
      const product = dot(left, white.x[j]!);
      cross[i * k + j] = product;
      cross[j * k + i] = product;
    }
    right[i] = dot(left, white.y);
  });
  const factor = cholesky(cross, k);
  return factor === null ? null : choleskySolve(factor, right, k, 1);
}

/** ½·ln(S/n) + ½·mean ln F: what maximum likelihood minimises once σ² is in closed form. */
function objective(residuals: Float64Array, { logVariances, count }: Whitened): number {
  const squares = dot(residuals, residuals);
  return 0.5 * (Math.log(squares / count) + logVariances / count);
}

/** The coefficients of an ARIMA model. */
export interface ArimaCoefficients {
  readonly ar: Float64Array;
  readonly ma: Float64Array;
  readonly seasonalAr?: Float64Array;
  readonly seasonalMa?: Float64Array;
  readonly mean?: number;
  readonly regression?: Float64Array;
}

/** The residuals of a whitened series under given coefficients of its regressors. */
const residualsAt = (white: Whitened, beta: Float64Array): Float64Array =>
  subtract(white.y.slice(), white.x, beta);

/** y less the columns times beta, in place. */
function subtract(y: Float64Array, columns: readonly Float64Array[], beta: Float64Array) {
  columns.forEach((column, j) => {
    const b = beta[j]!;
    for (let t = 0; t < y.length; t += 1) y[t]! -= b * column[t]!;
  });
  return y;
}

/**
 * The innovation variance and the log-likelihood that given coefficients have, without a search.
 *
 * Errors: `bad-input` as `fitArima`, and for coefficients that do not fit the orders or are not stationary.
 */
export function evaluateArima(
  y: Float64Array,
  spec: ArimaSpecification,
  at: ArimaCoefficients,
): QuantResult<{ readonly sigma2: number; readonly logLikelihood: number }> {
  const problem = arimaProblem(y, spec);
  if (typeof problem === 'string') return badInput(problem);
  const none = new Float64Array(0);
  const parts = [at.ar, at.ma, at.seasonalAr ?? none, at.seasonalMa ?? none];
  const wrong = parts.findIndex((part, i) => part.length !== problem.counts[i]);
  if (wrong >= 0) {
    const name = ['ar', 'ma', 'seasonalAr', 'seasonalMa'][wrong];
    return badInput(
      `${name} has ${parts[wrong]!.length} values; the order is ${problem.counts[wrong]}`,
    );
  }
  const beta = Float64Array.of(
    ...(problem.hasMean ? [at.mean ?? 0] : []),
    ...(at.regression ?? []),
  );
  if (beta.length !== problem.columns.length) {
    return badInput(
      `${beta.length} means and regression coefficients; ${problem.columns.length} needed`,
    );
  }
  const white = whiten(problem, Float64Array.from(parts.flatMap((part) => [...part])));
  if (white === null) return badInput('the autoregression given is not stationary');
  return ok(likelihoodAt(residualsAt(white, beta), white));
}

/** σ² in closed form and the log-likelihood with it. */
function likelihoodAt(residuals: Float64Array, { logVariances, count }: Whitened) {
  const sigma2 = residuals.reduce((sum, v) => sum + v * v, 0) / count;
  const logLikelihood = -0.5 * (count * (Math.log(2 * Math.PI * sigma2) + 1) + logVariances);
  return { sigma2, logLikelihood };
}

/** Standard errors of all coefficients from the Hessian at the optimum; null where it has no inverse. */
function standardErrors(
  problem: ArimaProblem,
  coefficients: Float64Array,
  beta: Float64Array,
  betaErrors: Float64Array,
): Float64Array | null {
  const m = coefficients.length;
  const joint = (x: Float64Array): number => {
    const white = whiten(problem, x.subarray(0, m));
    if (white === null) return Number.NaN;
    return objective(residualsAt(white, x.subarray(m)), white);
  };
  const x = Float64Array.of(...coefficients, ...beta);
  const steps = x.map((_, i) => (i < m ? 1e-4 : 0.01 * betaErrors[i - m]!));
  const count = problem.w.reduce((sum, v) => sum + (Number.isNaN(v) ? 0 : 1), 0);
  const hessian = numericHessian(joint, x, steps).map((v) => v * count);
  const factor = hessian.every(Number.isFinite) ? cholesky(hessian, x.length) : null;
  if (factor === null) return null;
  const inverse = choleskyInverse(factor, x.length);
  return x.map((_, i) => Math.sqrt(inverse[i * x.length + i]!));
}

/** Steps from every start before the best goes on alone. */
const TRIAL_STEPS = 6;

/** The search from several starts: likelihoods of mixed models have more than one peak. */
function search(problem: ArimaProblem) {
  const buffers = buffersOf(problem);
  const total = problem.counts.reduce((sum, count) => sum + count, 0);
  const f = (u: Float64Array): number => {
    if (u.some((v) => Math.abs(v) > 12)) return Number.POSITIVE_INFINITY;
    const white = whiten(problem, natural(problem, u), buffers);
    const beta = white === null ? null : regressFast(white);
    if (white === null || beta === null) return Number.POSITIVE_INFINITY;
    return objective(subtract(white.y, white.x, beta), white);
  };
  if (total === 0)
    return { x: new Float64Array(0), value: f(new Float64Array(0)), converged: true };
  const [p, q, sp] = problem.counts;
  const isAr = (i: number) => i < p || (i >= p + q && i < p + q + sp);
  const starts = [
    [0.1, 0.1],
    [0.8, -0.3],
    [-0.3, 0.5],
  ].map(([ar, ma]) => Float64Array.from({ length: total }, (_, i) => (isAr(i) ? ar! : ma!)));
  // A pure autoregression has one peak.
  if (p + sp === total) starts.length = 1;
  const trials = starts.map((start) => bfgs(f, null, start, { maxIterations: TRIAL_STEPS }));
  const best = trials.reduce((a, b) => (b.value < a.value ? b : a));
  return bfgs(f, null, best.x);
}

/**
 * Fits an ARIMA model with regressors by exact maximum likelihood, as R's arima(method = "ML"): the
 * likelihood is that of the differenced series.
 *
 * Shapes: y[n], NaN where missing (not where it is differenced).
 * Errors: `bad-input` for orders, lengths and values; `singular` for regressors linear in each other or
 *         a series without variance; `not-converged` where the search ran out of iterations.
 * Cost:   a few hundred filters of O(n·r).
 * Source: Gardner, Harvey & Phillips (1980), Applied Statistics 29(3), AS 154.
 */
export function fitArima(y: Float64Array, spec: ArimaSpecification): QuantResult<ArimaFit> {
  const problem = arimaProblem(y, spec);
  if (typeof problem === 'string') return badInput(problem);
  const seen = problem.w.filter((v) => !Number.isNaN(v));
  if (seen.every((v) => v === seen[0])) {
    const detail = `the series to be fitted is constant at ${seen[0]}; it must vary`;
    return { ok: false, error: { code: 'singular', detail } };
  }
  const best = search(problem);
  const coefficients = natural(problem, best.x);
  const white = whiten(problem, coefficients);
  const regression = white === null ? null : regress(white);
  if (white === null || regression === null || !Number.isFinite(best.value)) {
    const detail = 'the regressors are linear in each other, or the series is linear in them';
    return { ok: false, error: { code: 'singular', detail } };
  }
  if (!best.converged) {
    const detail = 'the likelihood still rose after 500 iterations';
    return { ok: false, error: { code: 'not-converged', detail } };
  }
  const { beta, errors } = regression;
  const residuals = residualsAt(white, beta);
  const n = white.count;
  const { sigma2, logLikelihood } = likelihoodAt(residuals, white);
  const [p, q, sp, sq] = problem.counts;
  const parameters = coefficients.length + beta.length + 1;
  return ok({
    ar: coefficients.slice(0, p),
    ma: coefficients.slice(p, p + q),
    seasonalAr: coefficients.slice(p + q, p + q + sp),
    seasonalMa: coefficients.slice(p + q + sp, p + q + sp + sq),
    mean: problem.hasMean ? beta[0]! : null,
    regression: beta.slice(problem.hasMean ? 1 : 0),
    sigma2,
    logLikelihood,
    aic: -2 * logLikelihood + 2 * parameters,
    bic: -2 * logLikelihood + Math.log(n) * parameters,
    standardErrors: standardErrors(problem, coefficients, beta, errors),
    residuals,
    observations: n,
    converged: best.converged,
  });
}
