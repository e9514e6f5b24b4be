import { ok } from '../core/index.ts';
import { knotsOf, pseudoObservations } from './copula-data.ts';
import { normalQuantile, studentTCdf, studentTQuantile } from './distributions.ts';
import { badInput, type QuantError, type QuantResult } from './errors.ts';
import { kernel } from './kernel.ts';
import {
  cholesky,
  choleskyLogDeterminant,
  type Matrix,
  matrixFault,
  solveLower,
} from './linear-algebra.ts';
import { lgamma } from './special-functions.ts';

/** How a copula is fitted. */
export interface CopulaOptions {
  /**
   * What the rows are: `observations`, ranked into ranks / (n + 1) (the default), or `uniforms`,
   * probabilities taken as they are.
   */
  readonly input?: 'observations' | 'uniforms';
  /** Range of the degrees of freedom. Default [2.5, 30]. */
  readonly nuRange?: readonly [number, number];
  /** Steps of each search. Default 100. */
  readonly maxIterations?: number;
}

/** A t copula: correlations d x d, row-major, and degrees of freedom. */
export interface TCopula {
  readonly correlation: Float64Array;
  readonly nu: number;
}

/** A t copula fitted by maximum pseudo-likelihood. */
export interface TCopulaFit extends TCopula {
  readonly assets: number;
  readonly logLikelihood: number;
  /** Coefficients of tail dependence, lower and upper alike, d x d. */
  readonly tailDependence: Float64Array;
  /** The end of `nuRange` that nu was found at; null between them. */
  readonly atBound: 'low' | 'high' | null;
  readonly aic: number;
  readonly iterations: number;
  readonly evaluations: number;
}

/** A Gaussian copula fitted by maximum pseudo-likelihood. */
export interface GaussianCopulaFit {
  readonly assets: number;
  readonly correlation: Float64Array;
  readonly logLikelihood: number;
  readonly aic: number;
  readonly iterations: number;
}

const MAX_ASSETS = 16;

function optionsFault(options: CopulaOptions): string | null {
  const { nuRange = [2.5, 30], maxIterations } = options;
  const [low, high] = nuRange;
  if (!(low >= 1 && low <= high && high <= 1000)) {
    return `nuRange is [${low}, ${high}]; it must ascend within [1, 1000]`;
  }
  if (maxIterations !== undefined && !(Number.isInteger(maxIterations) && maxIterations >= 1)) {
    return `maxIterations is ${maxIterations}; it must be a whole number from 1`;
  }
  return null;
}

/** Why rows cannot be taken; null when they can. */
function rowsFault(x: Matrix, options: CopulaOptions): string | null {
  const fault = matrixFault('x', x, 16);
  if (fault !== null) return fault;
  const { data, rows, columns: d } = x;
  if (d < 2 || d > MAX_ASSETS) return `x has ${d} columns; 2 to ${MAX_ASSETS} are allowed`;
  for (let j = 0; j < d; j += 1) {
    let t = 1;
    while (t < rows && data[t * d + j] === data[j]) t += 1;
    if (t === rows) return `column ${j} of x is constant at ${data[j]}; it must vary`;
  }
  if (options.input !== 'uniforms') return null;
  const at = data.findIndex((value) => !(value >= 1e-12 && value <= 1 - 1e-12));
  return at < 0 ? null : `x[${at}] is ${data[at]}; probabilities must lie in [1e-12, 1 - 1e-12]`;
}

/**
 * Correlations by Spearman's rank correlation, 2 sin(pi r / 6): where the search starts. Pairs (1,0),
 * (2,0), (2,1), ...; null for columns that rank alike.
 */
function rankStart(u: Matrix): Float64Array | null {
  const { data, rows, columns: d } = u;
  const means = new Float64Array(d);
  for (let at = 0; at < data.length; at += 1) means[at % d]! += data[at]! / rows;
  const sums = new Float64Array(d * d);
  for (let t = 0; t < rows; t += 1) {
    for (let i = 0; i < d; i += 1) {
      const left = data[t * d + i]! - means[i]!;
      for (let j = 0; j <= i; j += 1) sums[i * d + j]! += left * (data[t * d + j]! - means[j]!);
    }
  }
  const full = new Float64Array(d * d);
  for (let i = 0; i < d; i += 1) {
    full[i * d + i] = 1;
    for (let j = 0; j < i; j += 1) {
      const spearman = sums[i * d + j]! / Math.sqrt(sums[i * d + i]! * sums[j * d + j]!);
      if (Math.abs(spearman) > 1 - 1e-12) return null;
      full[i * d + j] = 2 * Math.sin((Math.PI * spearman) / 6);
    }
  }
  // A matrix of pairwise values need not be definite; towards the identity it becomes so.
  while (cholesky(full, d) === null) {
    for (let i = 0; i < d; i += 1) for (let j = 0; j < i; j += 1) full[i * d + j]! *= 0.9;
  }
  return pairsOf(full, d);
}

function pairsOf(full: Float64Array, d: number): Float64Array {
  const out: number[] = [];
  for (let i = 0; i < d; i += 1) for (let j = 0; j < i; j += 1) out.push(full[i * d + j]!);
  return Float64Array.from(out);
}

function matrixOf(pairs: Float64Array, d: number): Float64Array {
  const out = new Float64Array(d * d);
  let at = 0;
  for (let i = 0; i < d; i += 1) {
    out[i * d + i] = 1;
    for (let j = 0; j < i; j += 1, at += 1) {
      out[i * d + j] = pairs[at]!;
      out[j * d + i] = pairs[at]!;
    }
  }
  return out;
}

interface Search {
  readonly status: number;
  readonly out: Float64Array;
  readonly correlations: Float64Array;
}

type Failure = { readonly ok: false; readonly error: QuantError };

const failure = (code: QuantError['code'], detail: string): Failure => ({
  ok: false,
  error: { code, detail },
});

/** Checks, ranks, and runs a kernel. */
function search(
  x: Matrix,
  options: CopulaOptions,
  name: 'tCopulaFit' | 'gaussianCopulaFit',
): Search | Failure {
  const fault = optionsFault(options) ?? rowsFault(x, options);
  if (fault !== null) return badInput(fault);
  const { rows: n, columns: d } = x;
  const u = options.input === 'uniforms' ? x : pseudoObservations(x);
  const start = rankStart(u);
  if (start === null)
    return failure('singular', 'two columns of x have the same or opposite ranks');
  const { distances, index } = knotsOf(u.data);
  const gaussian = name === 'gaussianCopulaFit';
  const knots = gaussian ? distances.map((distance) => -normalQuantile(0.5 - distance)) : distances;
  const [low, high] = options.nuRange ?? [2.5, 30];
  const control = Float64Array.of(d, low, high, options.maxIterations ?? 100, 0, 0, 0, 0);
  const size = new Float64Array(1);
  kernel('copulaWorkspace')(Float64Array.of(n, d, knots.length), size);
  const out = new Float64Array(8);
  const correlations = new Float64Array(start.length);
  const workspace = new Float64Array(size[0]!);
  const status = kernel(name)(index, knots, control, start, workspace, out, correlations);
  if (status === 2) return failure('singular', 'x has no copula likelihood: it is degenerate');
  if (status !== 0) {
    const detail = `the copula fit of ${n} x ${d} values stopped after ${out[3]} steps`;
    return failure('not-converged', detail);
  }
  return { status, out, correlations };
}

/**
 * The coefficient of tail dependence of a t copula, lower and upper alike.
 *
 *   lambda = 2 t_{nu+1}(-sqrt((nu + 1) (1 - rho) / (1 + rho)))
 *
 * Source: Demarta and McNeil (2005), International Statistical Review 73(1), proposition 1.
 */
export function tailDependence(rho: number, nu: number): number {
  if (rho <= -1) return 0;
  return 2 * studentTCdf(-Math.sqrt(((nu + 1) * (1 - rho)) / (1 + rho)), nu + 1);
}

/**
 * Fits a t copula by maximum pseudo-likelihood: nu on the profile, the correlations at each nu.
 *
 * Shapes:      x[n x d], n >= 16, d from 2 to 16.
 * Errors:      `bad-input`; `singular` for columns that rank alike; `not-converged`.
 * Determinism: bit-identical on every target.
 * Cost:        bench/quant/dependence.mjs.
 * Source:      Genest, Ghoudi and Rivest (1995), Biometrika 82(3); Demarta and McNeil (2005).
 */
export function fitTCopula(x: Matrix, options: CopulaOptions = {}): QuantResult<TCopulaFit> {
  const found = search(x, options, 'tCopulaFit');
  if ('ok' in found) return found;
  const d = x.columns;
  const logLikelihood = found.out[1]!;
  const correlation = matrixOf(found.correlations, d);
  const [low, high] = options.nuRange ?? [2.5, 30];
  // The search runs over ln nu, whose exponential at a bound may round beyond it.
  const nu = Math.min(high, Math.max(low, found.out[0]!));
  const near = (end: number): boolean => Math.abs(Math.log(nu / end)) < 5e-4;
  return ok({
    assets: d,
    correlation,
    nu,
    logLikelihood,
    tailDependence: correlation.map((rho) => tailDependence(rho, nu)),
    atBound: near(low) ? 'low' : near(high) ? 'high' : null,
    aic: 2 * (found.correlations.length + 1) - 2 * logLikelihood,
    evaluations: found.out[2]!,
    iterations: found.out[3]!,
  });
}

/** Fits a Gaussian copula by maximum pseudo-likelihood; shapes and errors as `fitTCopula`. */
export function fitGaussianCopula(
  x: Matrix,
  options: CopulaOptions = {},
): QuantResult<GaussianCopulaFit> {
  const found = search(x, options, 'gaussianCopulaFit');
  if ('ok' in found) return found;
  return ok({
    assets: x.columns,
    correlation: matrixOf(found.correlations, x.columns),
    logLikelihood: found.out[1]!,
    aic: 2 * found.correlations.length - 2 * found.out[1]!,
    iterations: found.out[3]!,
  });
}

/** One regime's copula. */
export interface RegimeCopula {
  readonly regime: number;
  readonly observations: number;
  readonly fit: TCopulaFit;
}

/**
 * Fits a t copula to the observations of each regime, ranked within it.
 *
 * Shapes: x[n x d], regimes[n] of whole numbers; a result per regime that occurs, ascending.
 * Errors: as `fitTCopula`, naming the regime.
 */
export function fitTCopulaByRegime(
  x: Matrix,
  regimes: Float64Array,
  options: CopulaOptions = {},
): QuantResult<readonly RegimeCopula[]> {
  const { data, rows, columns: d } = x;
  if (regimes.length !== rows) {
    return badInput(`regimes has ${regimes.length} values; x has ${rows} rows`);
  }
  const at = regimes.findIndex((regime) => !Number.isInteger(regime));
  if (at >= 0) return badInput(`regimes[${at}] is ${regimes[at]}; it must be a whole number`);
  const out: RegimeCopula[] = [];
  for (const regime of [...new Set(regimes)].sort((a, b) => a - b)) {
    const own: number[] = [];
    regimes.forEach((label, t) => {
      if (label === regime) own.push(...data.subarray(t * d, (t + 1) * d));
    });
    const part = { data: Float64Array.from(own), rows: own.length / d, columns: d };
    const fit = fitTCopula(part, options);
    if (!fit.ok) {
      const { code, detail } = fit.error;
      return failure(code, `regime ${regime}: ${detail}`);
    }
    out.push({ regime, observations: part.rows, fit: fit.value });
  }
  return ok(out);
}

/**
 * The log-density of a copula at each row of probabilities: of a t copula, or of the Gaussian one
 * where `nu` is infinite.
 *
 * Shapes: u[n x d] within (0, 1); [n] out.
 * Errors: `bad-input`; `singular` for correlations that are not positive definite.
 */
export function copulaLogDensity(u: Matrix, copula: TCopula): QuantResult<Float64Array> {
  const fault = matrixFault('u', u, 1);
  if (fault !== null) return badInput(fault);
  const { data, rows, columns: d } = u;
  const { correlation, nu } = copula;
  if (correlation.length !== d * d) {
    return badInput(`correlation holds ${correlation.length} values; ${d} x ${d} are needed`);
  }
  if (!(nu > 0)) return badInput(`nu is ${nu}; it must be above 0`);
  const at = data.findIndex((value) => !(value > 0 && value < 1));
  if (at >= 0) return badInput(`u[${at}] is ${data[at]}; it must lie between 0 and 1`);
  const factor = cholesky(correlation, d);
  if (factor === null) return failure('singular', 'correlation is not positive definite');
  const gaussian = nu === Number.POSITIVE_INFINITY;
  const half = 0.5 * choleskyLogDeterminant(factor, d);
  const constant = gaussian
    ? -half
    : lgamma((nu + d) / 2) + (d - 1) * lgamma(nu / 2) - d * lgamma((nu + 1) / 2) - half;
  const out = new Float64Array(rows);
  for (let t = 0; t < rows; t += 1) {
    const x = data
      .subarray(t * d, (t + 1) * d)
      .map((p) => (gaussian ? normalQuantile(p) : studentTQuantile(p, nu)));
    const form = solveLower(factor, x, d, 1).reduce((sum, value) => sum + value * value, 0);
    const margins = x.reduce((sum, v) => sum + (gaussian ? v * v : Math.log1p((v * v) / nu)), 0);
    out[t] = gaussian
      ? constant - 0.5 * (form - margins)
      : constant - ((nu + d) / 2) * Math.log1p(form / nu) + ((nu + 1) / 2) * margins;
  }
  return ok(out);
}
