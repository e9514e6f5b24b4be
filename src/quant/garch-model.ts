import { type QuantError, seriesFault } from './errors.ts';

/** Which recursion: GARCH(1,1), GJR-GARCH(1,1) or EGARCH(1,1). */
export type GarchModelName = 'garch' | 'gjr' | 'egarch';

/**
 * What stands before the first observation, v being the mean of (y - mu)^2:
 *
 * - `fcp`          h[-1] = e[-1]^2 = v at the current mu (Fiorentini, Calzolari and Panattoni; TSP, fGarch)
 * - `sample-mean`  h[0] = v at the current mu (rugarch)
 * - `backcast`     h[-1] = e[-1]^2 = the mean of the first 75 squared deviations from the sample mean,
 *                  weighted by 0.94^t (the default of the Python package arch)
 * - a number       h[-1] = e[-1]^2 = that number
 *
 * GJR weighs a presample shock by gamma / 2; EGARCH has no shock there: log h[0] = omega + beta log v.
 */
export type InitialVariance = 'fcp' | 'sample-mean' | 'backcast' | number;

/** The variance recursion and the density, as both fitting and filtering take them. */
export interface GarchModel {
  /** Default `garch`. */
  readonly model?: GarchModelName;
  /** Density of the innovations, scaled to unit variance. Default `normal`. */
  readonly distribution?: 'normal' | 'student-t';
  /** Default `fcp`. */
  readonly initialVariance?: InitialVariance;
}

/** How a model is fitted. */
export interface GarchOptions extends GarchModel {
  /** Degrees of freedom held at a value above 2; without it they are estimated in [2.05, 500]. */
  readonly fixedNu?: number;
  /** `constant` estimates mu; `zero` holds it at 0. Default `constant`. */
  readonly mean?: 'constant' | 'zero';
  /**
   * The largest persistence (|beta| for EGARCH): 0.999 as in rugarch by default; `null` for none, as
   * in fGarch, where a fit may end above 1 and then has no unconditional variance.
   */
  readonly persistenceBound?: number | null;
  /**
   * Lags of the scores' autocovariances that the robust errors take in, with Bartlett weights
   * (Newey and West): 0, none, by default (Bollerslev and Wooldridge; TSP); `newey-west` stands for
   * floor(1.2 n^(1/3)), what rugarch does.
   */
  readonly scoreLags?: number | 'newey-west';
  /** Steps of the search. Default 500. */
  readonly maxIterations?: number;
  /** Steps of the variance forecast. Default 10. */
  readonly horizon?: number;
}

/**
 * Coefficients of a model.
 *
 *   garch, gjr  h[t] = omega + (alpha + gamma [e[t-1] < 0]) e[t-1]^2 + beta h[t-1]
 *   egarch      log h[t] = omega + alpha z[t-1] + gamma (|z[t-1]| - E|z|) + beta log h[t-1]
 *
 * Fits keep alpha, alpha + gamma and beta of GARCH and GJR, and gamma of EGARCH, at 0 or above.
 *
 * The names of EGARCH are those of Nelson and rugarch: alpha for the sign, gamma for the size. The
 * Python package arch swaps the two names.
 */
export interface GarchCoefficients {
  readonly mu: number;
  readonly omega: number;
  readonly alpha: number;
  /** 0 for `garch`. */
  readonly gamma: number;
  readonly beta: number;
  /** Degrees of freedom; null for the normal density. */
  readonly nu: number | null;
}

/** Where each coefficient stands in the slices of the kernels. */
export const COEFFICIENTS = ['mu', 'omega', 'alpha', 'gamma', 'beta', 'nu'] as const;

const MODELS: readonly GarchModelName[] = ['garch', 'gjr', 'egarch'];
const MINIMUM_LENGTH = 64;
const BACKCAST_LENGTH = 75;
const BACKCAST_DECAY = 0.94;

/** The mean of the series and the mean square about it. */
export function meanAndVariance(y: Float64Array): { mean: number; variance: number } {
  let mean = 0;
  for (let t = 0; t < y.length; t += 1) mean += y[t]!;
  mean /= y.length;
  let variance = 0;
  for (let t = 0; t < y.length; t += 1) variance += (y[t]! - mean) ** 2;
  return { mean, variance: variance / y.length };
}

/** The exponentially weighted mean of the first squared deviations, as arch starts its recursion. */
export function backcastVariance(y: Float64Array, centre: number): number {
  const length = Math.min(BACKCAST_LENGTH, y.length);
  let weight = 1;
  let weights = 0;
  let sum = 0;
  for (let t = 0; t < length; t += 1) {
    sum += weight * (y[t]! - centre) ** 2;
    weights += weight;
    weight *= BACKCAST_DECAY;
  }
  return sum / weights;
}

/** Why a model cannot be taken to a series; null when it can. */
export function modelFault(y: Float64Array, model: GarchModel): string | null {
  const fault = seriesFault('y', y, MINIMUM_LENGTH);
  if (fault !== null) return fault;
  const { variance } = meanAndVariance(y);
  if (!(variance >= 1e-24 && variance <= 1e24)) {
    return `y has a variance of ${variance}; it must lie in [1e-24, 1e24], and not be constant`;
  }
  const { initialVariance } = model;
  if (typeof initialVariance === 'number' && !(initialVariance > 0 && initialVariance < 1e30)) {
    return `initialVariance is ${initialVariance}; it must be above 0 and below 1e30`;
  }
  return null;
}

/** Why options cannot be taken; null when they can. */
export function optionsFault(options: GarchOptions): string | null {
  const { fixedNu, persistenceBound, maxIterations, horizon, scoreLags } = options;
  if (fixedNu !== undefined && options.distribution !== 'student-t') {
    return 'fixedNu is given; it belongs to the distribution student-t';
  }
  if (fixedNu !== undefined && !(fixedNu > 2 && fixedNu <= 1e6)) {
    return `fixedNu is ${fixedNu}; it must be above 2 and at most 1e6`;
  }
  if (typeof persistenceBound === 'number' && !(persistenceBound > 0 && persistenceBound < 1)) {
    return `persistenceBound is ${persistenceBound}; it must lie between 0 and 1, or be null`;
  }
  if (typeof scoreLags === 'number' && !(Number.isInteger(scoreLags) && scoreLags >= 0)) {
    return `scoreLags is ${scoreLags}; it must be a whole number from 0, or newey-west`;
  }
  if (maxIterations !== undefined && !(Number.isInteger(maxIterations) && maxIterations >= 1)) {
    return `maxIterations is ${maxIterations}; it must be a whole number from 1`;
  }
  if (horizon !== undefined && !(Number.isInteger(horizon) && horizon >= 0 && horizon <= 1e6)) {
    return `horizon is ${horizon}; it must be a whole number from 0 to 1e6`;
  }
  return null;
}

/** The control slice of the kernels (native/kernels/volatility/specification.h). */
export function controlSlice(y: Float64Array, options: GarchOptions): Float64Array {
  const model = options.model ?? 'garch';
  const initial = options.initialVariance ?? 'fcp';
  const zeroMean = options.mean === 'zero';
  const control = new Float64Array(8);
  control[0] = MODELS.indexOf(model);
  control[1] = options.distribution === 'student-t' ? 1 : 0;
  control[2] = options.fixedNu ?? 0;
  control[3] = zeroMean ? 1 : 0;
  control[4] = initial === 'fcp' ? 0 : initial === 'sample-mean' ? 1 : 2;
  if (initial === 'backcast') {
    control[5] = backcastVariance(y, zeroMean ? 0 : meanAndVariance(y).mean);
  } else if (typeof initial === 'number') control[5] = initial;
  const free = model === 'egarch' ? 0.99999 : 1.5;
  const bound = options.persistenceBound === undefined ? 0.999 : options.persistenceBound;
  control[6] = bound ?? free;
  control[7] = options.maxIterations ?? 500;
  return control;
}

/** Working memory of the kernels for n observations. */
export const workspaceSlice = (n: number): Float64Array => new Float64Array(4 * (n + 8));

/** Coefficients as the kernels take them. */
export const coefficientSlice = (c: GarchCoefficients): Float64Array =>
  Float64Array.of(c.mu, c.omega, c.alpha, c.gamma, c.beta, c.nu ?? 0);

/** Why coefficients cannot be taken to a model; null when they can. */
export function coefficientFault(c: GarchCoefficients, model: GarchModel): string | null {
  for (const name of ['mu', 'omega', 'alpha', 'gamma', 'beta'] as const) {
    if (!Number.isFinite(c[name])) return `${name} is ${c[name]}; it must be finite`;
  }
  const student = model.distribution === 'student-t';
  if (student && !(c.nu !== null && c.nu > 2 && c.nu <= 1e6)) {
    return `nu is ${c.nu}; a Student-t density needs one above 2 and at most 1e6`;
  }
  if (!student && c.nu !== null) return `nu is ${c.nu}; the normal density takes null`;
  if (model.model === 'egarch') {
    return Math.abs(c.beta) < 1 ? null : `beta is ${c.beta}; EGARCH needs one between -1 and 1`;
  }
  if (model.model !== 'gjr' && c.gamma !== 0) return `gamma is ${c.gamma}; garch takes 0`;
  if (!(c.omega > 0)) return `omega is ${c.omega}; it must be above 0`;
  if (!(c.alpha >= 0)) return `alpha is ${c.alpha}; it may not be below 0`;
  if (!(c.alpha + c.gamma >= 0)) {
    return `alpha + gamma is ${c.alpha + c.gamma}; it may not be below 0`;
  }
  return c.beta >= 0 && c.beta <= 1.5
    ? null
    : `beta is ${c.beta}; it must lie between 0 and 1.5, where the recursion stays finite`;
}

/** An error about the search. */
export const notConverged = (
  detail: string,
): { readonly ok: false; readonly error: QuantError } => ({
  ok: false,
  error: { code: 'not-converged', detail },
});
