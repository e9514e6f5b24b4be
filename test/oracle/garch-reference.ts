import { fitGarch, type GarchFit, type GarchOptions } from '../../src/quant/index.ts';
import type { Comparison, Json, Tolerance } from './fixture.ts';

/** Options with which each package's definition is met. */
export const conventions = {
  /** Fiorentini, Calzolari and Panattoni; TSP; fGarch: no bound on the persistence. */
  fcp: { initialVariance: 'fcp', persistenceBound: null },
  rugarch: { initialVariance: 'sample-mean', persistenceBound: 0.999, scoreLags: 'newey-west' },
  archBackcast: { initialVariance: 'backcast', persistenceBound: 0.999999 },
} as const satisfies Record<string, GarchOptions>;

/** The Python package arch with the variance of the series as backcast. */
export function archVariance(y: Float64Array): GarchOptions {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const variance = y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length;
  return { initialVariance: variance, persistenceBound: 0.999999 };
}

/** The fit, or a thrown error that says why there is none. */
export function fitted(y: Float64Array, options: GarchOptions): GarchFit {
  const fit = fitGarch(y, options);
  if (!fit.ok) throw new Error(`${JSON.stringify(options)}: ${fit.error.detail}`);
  return fit.value;
}

/** Names of coefficients in the fixtures; the Python package arch swaps alpha and gamma of EGARCH. */
export const names = {
  r: { mu: 'mu', omega: 'omega', alpha1: 'alpha', beta1: 'beta', gamma1: 'gamma', shape: 'nu' },
  arch: { mu: 'mu', omega: 'omega', 'alpha[1]': 'alpha', 'gamma[1]': 'gamma', 'beta[1]': 'beta' },
  archEgarch: {
    mu: 'mu',
    omega: 'omega',
    'alpha[1]': 'gamma',
    'gamma[1]': 'alpha',
    'beta[1]': 'beta',
  },
} as const;

/** Renames coefficients, or their errors, to the names of a fixture. */
export const renamed = (values: Json, map: Readonly<Record<string, string>>): Json =>
  Object.fromEntries(Object.entries(map).map(([theirs, ours]) => [theirs, values?.[ours]]));

/** How near each kind of field must be. */
export interface GarchTolerance {
  readonly coef: Tolerance;
  readonly shape?: Tolerance;
  readonly loglik: Tolerance;
  readonly h: Tolerance;
  readonly errors: Tolerance;
}

/**
 * Standard errors where a fixture states no tolerance for them: R computes them by differences of
 * the log-likelihood, which at a bound or a kink (EGARCH at z = 0) hold to a few parts in a hundred.
 */
export const ERRORS_WITHOUT_TOLERANCE: Tolerance = { rel: 0.05 };

/** Compares every field that an entry of `expected` has with a fit. */
export function compareFit(
  to: Comparison,
  path: string,
  entry: Json,
  fit: GarchFit,
  tolerance: GarchTolerance,
  map: Readonly<Record<string, string>> = names.r,
): void {
  const coefficients = renamed(fit.coefficients, map);
  for (const name of Object.keys(entry.coef)) {
    const near = name === 'shape' ? (tolerance.shape ?? tolerance.coef) : tolerance.coef;
    to.compare(`${path}/coef/${name}`, coefficients[name], near);
  }
  to.compare(`${path}/loglik`, fit.logLikelihood, tolerance.loglik);
  if ('se_hessian' in entry) {
    to.compare(`${path}/se_hessian`, renamed(fit.hessianErrors, map), tolerance.errors);
  }
  if ('se_robust' in entry) {
    to.compare(`${path}/se_robust`, renamed(fit.robustErrors, map), tolerance.errors);
  }
  const h = [...fit.variance];
  if ('h_first5' in entry) {
    to.compare(`${path}/h_first5`, h.slice(0, entry.h_first5.length), tolerance.h);
  }
  if ('h_last5' in entry) {
    to.compare(`${path}/h_last5`, h.slice(-entry.h_last5.length), tolerance.h);
  }
  if ('forecast_variance_1_10' in entry) {
    to.compare(`${path}/forecast_variance_1_10`, [...fit.forecast], tolerance.h);
  }
  if (!('persistence' in entry)) return;
  const near = { rel: tolerance.coef.rel ?? 0, abs: tolerance.coef.abs ?? 0 };
  to.compare(`${path}/persistence`, fit.persistence, near);
  // omega / (1 - persistence): an error of the persistence grows by 1 / (1 - persistence).
  const grown = ((near.rel || near.abs) as number) / (1 - entry.persistence);
  to.compare(`${path}/uncvariance`, fit.unconditionalVariance, { rel: grown });
}
