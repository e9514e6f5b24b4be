import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import {
  forecastVariance,
  nextVariance,
  persistenceOf,
  unconditionalVariance,
} from './garch-forecast.ts';
import {
  COEFFICIENTS,
  coefficientFault,
  coefficientSlice,
  controlSlice,
  type GarchCoefficients,
  type GarchModel,
  type GarchOptions,
  modelFault,
  notConverged,
  optionsFault,
  workspaceSlice,
} from './garch-model.ts';
import { kernel } from './kernel.ts';
import { cholesky, choleskyInverse, multiply } from './linear-algebra.ts';

/** Standard errors in the places of the coefficients; null for one that was not estimated. */
export type GarchErrors = { readonly [K in keyof GarchCoefficients]: number | null };

/** A coefficient, or the persistence, that ended on a bound of its range. */
export type GarchBound = 'mu' | 'omega' | 'persistence' | 'alpha' | 'gamma' | 'nu';

/** A model fitted by maximum likelihood. */
export interface GarchFit {
  readonly coefficients: GarchCoefficients;
  /** With the constant -n log(2 pi) / 2. */
  readonly logLikelihood: number;
  /** From the inverse of minus the Hessian; null where that is not positive definite. */
  readonly hessianErrors: GarchErrors | null;
  /** From A^-1 B A^-1, A minus the Hessian and B the outer product of the scores; null likewise. */
  readonly robustErrors: GarchErrors | null;
  /** On bounds the usual theory of the standard errors does not hold. */
  readonly atBounds: readonly GarchBound[];
  readonly persistence: number;
  /** Null where the persistence reaches 1. */
  readonly unconditionalVariance: number | null;
  /** h[t] of every observation. */
  readonly variance: Float64Array;
  /** Variances of the observations that follow. */
  readonly forecast: Float64Array;
  readonly aic: number;
  readonly bic: number;
  readonly iterations: number;
  readonly evaluations: number;
}

/** The filter at given coefficients. */
export interface GarchEvaluation {
  readonly logLikelihood: number;
  /** By mu, omega, alpha, gamma, beta and nu; 0 where the model has none. */
  readonly gradient: Float64Array;
  readonly variance: Float64Array;
  /** The variance of the observation after the last. */
  readonly nextVariance: number;
}

const SIZE = COEFFICIENTS.length;
const BOUNDS: readonly GarchBound[] = ['mu', 'omega', 'persistence', 'alpha', 'gamma', 'nu'];
const EGARCH_BOUNDS: readonly GarchBound[] = ['mu', 'omega', 'persistence', 'gamma', 'alpha', 'nu'];

const coefficientsOf = (slice: Float64Array, student: boolean): GarchCoefficients => ({
  mu: slice[0]!,
  omega: slice[1]!,
  alpha: slice[2]!,
  gamma: slice[3]!,
  beta: slice[4]!,
  nu: student ? slice[5]! : null,
});

const block = (matrix: Float64Array, of: readonly number[]): Float64Array =>
  Float64Array.from({ length: of.length ** 2 }, (_, at) => {
    const row = of[Math.floor(at / of.length)]!;
    return matrix[row * SIZE + of[at % of.length]!]!;
  });

function errorsOf(covariance: Float64Array, of: readonly number[]): GarchErrors {
  const errors: Record<string, number | null> = {};
  COEFFICIENTS.forEach((name, at) => {
    const place = of.indexOf(at);
    errors[name] = place < 0 ? null : Math.sqrt(covariance[place * of.length + place]!);
  });
  return errors as GarchErrors;
}

/** Hessian and robust standard errors of the coefficients in the places `of`. */
function standardErrors(
  out: Float64Array,
  spread: Float64Array,
  of: readonly number[],
): Pick<GarchFit, 'hessianErrors' | 'robustErrors'> {
  const p = of.length;
  const information = block(out.subarray(16, 16 + SIZE * SIZE), of);
  const factor = cholesky(information, p);
  if (factor === null) return { hessianErrors: null, robustErrors: null };
  const inverse = choleskyInverse(factor, p);
  const outer = block(spread, of);
  const half = multiply(inverse, outer, p, p, p);
  const robust = multiply(half, inverse, p, p, p);
  return { hessianErrors: errorsOf(inverse, of), robustErrors: errorsOf(robust, of) };
}

/**
 * The long-run outer product of the scores, sum over |j| <= lags of (1 - |j| / (lags + 1)) times that
 * at distance j.
 *
 * Source: Newey and West (1987), Econometrica 55(3), equation 5.
 */
function longRunOuterProduct(scores: Float64Array, n: number, lags: number): Float64Array {
  const sum = new Float64Array(SIZE * SIZE);
  for (let lag = 0; lag <= lags; lag += 1) {
    const weight = 1 - lag / (lags + 1);
    for (let i = 0; i < SIZE; i += 1) {
      for (let k = 0; k < SIZE; k += 1) {
        let product = 0;
        for (let t = lag; t < n; t += 1) {
          product += scores[t * SIZE + i]! * scores[(t - lag) * SIZE + k]!;
        }
        sum[i * SIZE + k]! += weight * product;
        if (lag > 0) sum[k * SIZE + i]! += weight * product;
      }
    }
  }
  return sum;
}

/** The middle of the robust errors, with as many lags as the options ask for. */
function scoreSpread(y: Float64Array, options: GarchOptions, out: Float64Array): Float64Array {
  const n = y.length;
  const { scoreLags = 0 } = options;
  const lags = Math.min(scoreLags === 'newey-west' ? Math.floor(1.2 * n ** (1 / 3)) : scoreLags, n);
  if (lags === 0) return out.subarray(16 + SIZE * SIZE);
  const scores = new Float64Array(SIZE * n);
  const control = controlSlice(y, options);
  kernel('garchScores')(y, control, workspaceSlice(n), out.slice(0, SIZE), scores);
  return longRunOuterProduct(scores, n, lags);
}

function estimated(options: GarchOptions): number[] {
  const places = options.mean === 'zero' ? [1, 2] : [0, 1, 2];
  if ((options.model ?? 'garch') !== 'garch') places.push(3);
  places.push(4);
  if (options.distribution === 'student-t' && options.fixedNu === undefined) places.push(5);
  return places;
}

/**
 * Fits GARCH(1,1), GJR-GARCH(1,1) or EGARCH(1,1) by maximum likelihood: BFGS over a box from the best
 * of six starts, with analytic gradients, in one native call; standard errors from differences of
 * those gradients.
 *
 * Shapes:      y[n] of returns, oldest first, n >= 64.
 * Units:       mu in those of y, omega and every variance in their square.
 * Errors:      `bad-input`; `not-converged` when the search used up its steps or stood still.
 * Determinism: bit-identical on every target.
 * Cost:        bench/quant/volatility.mjs.
 * Source:      Bollerslev (1986); Glosten, Jagannathan and Runkle (1993); Nelson (1991); Bollerslev
 *              and Wooldridge (1992) for the robust errors.
 */
export function fitGarch(y: Float64Array, options: GarchOptions = {}): QuantResult<GarchFit> {
  const fault = optionsFault(options) ?? modelFault(y, options);
  if (fault !== null) return badInput(fault);
  const model = options.model ?? 'garch';
  const n = y.length;
  const variance = new Float64Array(n);
  const out = new Float64Array(16 + 2 * SIZE * SIZE);
  const status = kernel('garchFit')(y, controlSlice(y, options), workspaceSlice(n), variance, out);
  if (status === 2) return badInput('y has no likelihood at any start: its scale changes too much');
  const [logLikelihood, iterations] = [out[6]!, out[7]!];
  if (status !== 0) {
    return notConverged(`the ${model} fit of ${n} values stopped after ${iterations} steps`);
  }
  const coefficients = coefficientsOf(out, options.distribution === 'student-t');
  const places = estimated(options);
  const next = nextVariance(model, coefficients, variance[n - 1]!, y[n - 1]! - coefficients.mu);
  const { horizon = 10 } = options;
  const forecast = forecastVariance(model, coefficients, next, horizon);
  if (!forecast.every(Number.isFinite)) {
    const persistence = persistenceOf(model, coefficients);
    return badInput(
      `horizon is ${horizon}; at persistence ${persistence} variances grow too large`,
    );
  }
  const names = model === 'egarch' ? EGARCH_BOUNDS : BOUNDS;
  return ok({
    coefficients,
    logLikelihood,
    ...standardErrors(out, scoreSpread(y, options, out), places),
    atBounds: names.filter((_, bit) => ((out[9]! >> bit) & 1) === 1),
    persistence: persistenceOf(model, coefficients),
    unconditionalVariance: unconditionalVariance(model, coefficients),
    variance,
    forecast,
    aic: 2 * places.length - 2 * logLikelihood,
    bic: places.length * Math.log(n) - 2 * logLikelihood,
    iterations,
    evaluations: out[8]!,
  });
}

/**
 * Runs a model at given coefficients over a series: variances, log-likelihood and its gradient.
 *
 * Errors:      `bad-input`, also when a variance leaves the range of numbers.
 * Determinism: bit-identical on every target.
 */
export function evaluateGarch(
  y: Float64Array,
  coefficients: GarchCoefficients,
  model: GarchModel = {},
): QuantResult<GarchEvaluation> {
  const fault = coefficientFault(coefficients, model) ?? modelFault(y, model);
  if (fault !== null) return badInput(fault);
  const n = y.length;
  const variance = new Float64Array(n);
  const out = new Float64Array(1 + SIZE);
  const status = kernel('garchEvaluate')(
    y,
    controlSlice(y, model),
    workspaceSlice(n),
    coefficientSlice(coefficients),
    variance,
    out,
  );
  if (status !== 0) {
    return badInput(`the coefficients ${JSON.stringify(coefficients)} give no likelihood`);
  }
  const e = y[n - 1]! - coefficients.mu;
  const next = nextVariance(model.model ?? 'garch', coefficients, variance[n - 1]!, e);
  if (!(next > 0 && Number.isFinite(next))) {
    return badInput(`the variance after the last value is ${next}, beyond the range of doubles`);
  }
  return ok({
    logLikelihood: out[0]!,
    gradient: out.slice(1),
    variance,
    nextVariance: next,
  });
}
