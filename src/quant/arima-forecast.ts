import { ok } from '../core/index.ts';
import type { ArimaFit } from './arima.ts';
import { type ArimaSpecification, arimaProblem, polynomials } from './arima-problem.ts';
import { ArmaFilter } from './arma.ts';
import { badInput, type QuantResult } from './errors.ts';
import { type Matrix, matrixFault, multiply } from './linear-algebra.ts';
import { sandwich } from './state-space.ts';

/** Forecasts of the next values, and the standard errors that the innovations give them. */
export interface ArimaForecast {
  readonly mean: Float64Array;
  readonly standardErrors: Float64Array;
}

/** Steps beyond which a forecast is its mean or its trend. */
const LONGEST_HORIZON = 100_000;

/**
 * Forecasts a fitted ARIMA model. The errors leave out that coefficients were estimated, as R's do.
 *
 * Requires: y and specification of the fit; with regressors, a row of them for each period ahead.
 * Errors:   `bad-input` for a horizon outside 1 to 100,000, or regressors that do not fit.
 * Source:   Harvey (1989), Forecasting, Structural Time Series Models, section 3.3.
 */
export function forecastArima(
  y: Float64Array,
  spec: ArimaSpecification,
  fit: ArimaFit,
  horizon: number,
  regressors?: Matrix,
): QuantResult<ArimaForecast> {
  if (!(Number.isInteger(horizon) && horizon >= 1 && horizon <= LONGEST_HORIZON)) {
    return badInput(`horizon is ${horizon}; a whole number from 1 to ${LONGEST_HORIZON} is needed`);
  }
  const problem = arimaProblem(y, spec);
  if (typeof problem === 'string') return badInput(problem);
  const k = fit.regression.length;
  if (k > 0) {
    if (regressors === undefined)
      return badInput('the model has regressors; their future is needed');
    const fault = matrixFault('regressors', regressors, horizon);
    if (fault !== null) return badInput(fault);
    if (regressors.columns !== k) {
      return badInput(`regressors has ${regressors.columns} columns; the model has ${k}`);
    }
  }
  const { ar, ma } = polynomials(
    problem,
    Float64Array.of(...fit.ar, ...fit.ma, ...fit.seasonalAr, ...fit.seasonalMa),
  );
  const filter = ArmaFilter.create({ ar, ma });
  if (filter === null) return badInput('the autoregression of the fit is not stationary');
  const effect = (x: Matrix | undefined, t: number): number =>
    fit.regression.reduce((sum, b, j) => sum + b * x!.data[t * k + j]!, fit.mean ?? 0);
  const clean = y.map((v, t) => v - effect(spec.regressors, t));
  const lags = problem.delta.length;
  const { delta } = problem;
  const w = Float64Array.from({ length: y.length - lags }, (_, t) =>
    delta.reduce((sum, c, i) => sum - c * clean[t + lags - i - 1]!, clean[t + lags]!),
  );
  const { state, covariance } = filter.run(w, new Float64Array(w.length));
  return ok(
    project(horizon, {
      phi: ar,
      ma,
      delta,
      state,
      covariance: covariance.map((v) => v * fit.sigma2),
      sigma2: fit.sigma2,
      history: clean.slice(clean.length - lags).reverse(),
      shift: (h) => effect(regressors, h),
    }),
  );
}

interface Projection {
  readonly phi: Float64Array;
  readonly ma: Float64Array;
  readonly delta: Float64Array;
  /** State of the ARMA part one step ahead, and its covariance. */
  readonly state: Float64Array;
  readonly covariance: Float64Array;
  readonly sigma2: number;
  /** The last values that differencing needs, newest first. */
  readonly history: Float64Array;
  readonly shift: (h: number) => number;
}

/** Carries the joint state (ARMA part one step ahead, last values) over the horizon. */
function project(horizon: number, from: Projection): ArimaForecast {
  const r = from.state.length;
  const d = from.delta.length;
  const n = r + d;
  let s: Float64Array = new Float64Array(n);
  s.set(from.state);
  s.set(from.history, r);
  let p: Float64Array = new Float64Array(n * n);
  for (let i = 0; i < r; i += 1) p.set(from.covariance.subarray(i * r, (i + 1) * r), i * n);
  const observe = new Float64Array(n);
  observe[0] = 1;
  observe.set(from.delta, r);
  const transition = new Float64Array(n * n);
  for (let i = 0; i < r; i += 1) {
    transition[i * n]! += from.phi[i] ?? 0;
    if (i + 1 < r) transition[i * n + i + 1]! += 1;
  }
  if (d > 0) transition.set(observe, r * n);
  for (let i = 1; i < d; i += 1) transition[(r + i) * n + r + i - 1] = 1;
  const shock = Float64Array.from({ length: n }, (_, i) =>
    i === 0 ? 1 : i < r ? (from.ma[i - 1] ?? 0) : 0,
  );
  const mean = new Float64Array(horizon);
  const standardErrors = new Float64Array(horizon);
  for (let h = 0; h < horizon; h += 1) {
    mean[h] = multiply(observe, s, 1, n, 1)[0]! + from.shift(h);
    const spread = multiply(multiply(observe, p, 1, n, n), observe, 1, n, 1)[0]!;
    standardErrors[h] = Math.sqrt(spread);
    s = multiply(transition, s, n, n, 1);
    p = sandwich(transition, p, n).map(
      (v, at) => v + from.sigma2 * shock[Math.floor(at / n)]! * shock[at % n]!,
    );
  }
  return { mean, standardErrors };
}
