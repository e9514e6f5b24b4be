import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { kernel } from './kernel.ts';
import { sampleFault } from './sample-fault.ts';

/** How the excesses are fitted. */
export interface GpdOptions {
  readonly threshold: number;
  /** Maximum likelihood (default) or probability-weighted moments. */
  readonly method?: 'ml' | 'pwm';
  /**
   * Standard errors of `ml` from the second derivatives at the optimum (default) or their
   * expectation.
   */
  readonly information?: 'observed' | 'expected';
}

/** A generalised Pareto distribution over the excesses of a threshold. */
export interface GpdFit {
  readonly method: 'ml' | 'pwm';
  readonly threshold: number;
  readonly n: number;
  readonly exceedances: number;
  /** Share of values at or under the threshold. */
  readonly shareBelow: number;
  /** Shape: above 0 a heavy tail, below 0 a finite end. */
  readonly xi: number;
  /** Scale at the threshold. */
  readonly beta: number;
  /** null where the method has none (pwm with xi > 1/2, ml with xi <= -1/2). */
  readonly seXi: number | null;
  readonly seBeta: number | null;
  /** null where a value lies outside the support of the estimate, as `pwm` may leave it. */
  readonly negativeLogLikelihood: number | null;
}

/** The values strictly above u, minus u, rising. */
export function excesses(x: Float64Array, u: number): Float64Array {
  return x
    .filter((value) => value > u)
    .map((value) => value - u)
    .sort();
}

/** -log L = n ln beta + (1 + 1/xi) sum ln(1 + xi y / beta); Infinity outside the support. */
export function gpdNegativeLogLikelihood(y: Float64Array, xi: number, beta: number): number {
  let sum = 0;
  for (const value of y) {
    const z = value / beta;
    const w = 1 + xi * z;
    if (!(w > 0)) return Number.POSITIVE_INFINITY;
    // (1 + 1/xi) ln(1 + xi z) tends to z at xi = 0.
    sum += Math.abs(xi) < 1e-12 ? z : (1 + 1 / xi) * Math.log1p(xi * z);
  }
  return y.length * Math.log(beta) + sum;
}

type Estimate = Pick<GpdFit, 'xi' | 'beta' | 'seXi' | 'seBeta'> & { nllh: number };

const root = (variance: number): number | null => (variance > 0 ? Math.sqrt(variance) : null);

function maximumLikelihood(
  y: Float64Array,
  information: 'observed' | 'expected',
): QuantResult<Estimate> {
  const out = new Float64Array(8);
  const status = kernel('gpdFit')(y, out);
  if (status === 1) {
    const detail = `the likelihood of ${y.length} excesses has no maximum with xi > -1`;
    return { ok: false, error: { code: 'not-converged', detail } };
  }
  if (status !== 0) {
    const detail = 'the search for the maximum reached its limit of 100 steps';
    return { ok: false, error: { code: 'not-converged', detail } };
  }
  const [xi, beta, nllh, xx, xb, bb] = out as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const n = y.length;
  const determinant = xx * bb - xb * xb;
  const regular = xi > -0.5 && determinant > 0;
  const observed = [bb / determinant, xx / determinant] as const;
  const expected = [(1 + xi) ** 2 / n, (2 * (1 + xi) * beta * beta) / n] as const;
  const variances = information === 'observed' ? observed : expected;
  return ok({
    xi,
    beta,
    nllh,
    seXi: regular ? root(variances[0]) : null,
    seBeta: regular ? root(variances[1]) : null,
  });
}

/**
 * Source: Hosking & Wallis (1987), Technometrics 29(3), 339-349; plotting positions (i - 0.35) / n.
 */
function probabilityWeightedMoments(y: Float64Array): QuantResult<Estimate> {
  const n = y.length;
  let a0 = 0;
  let a1 = 0;
  for (let i = 0; i < n; i += 1) {
    a0 += y[i]!;
    a1 += y[i]! * (1 - (i + 0.65) / n);
  }
  a0 /= n;
  a1 /= n;
  const xi = 2 - a0 / (a0 - 2 * a1);
  const beta = (2 * a0 * a1) / (a0 - 2 * a1);
  if (!Number.isFinite(xi) || !(beta > 0)) {
    return badInput(`probability-weighted moments ${a0} and ${a1} belong to no distribution`);
  }
  const denominator = n * (1 - 2 * xi) * (3 - 2 * xi);
  const one = (1 - xi) * (1 - xi + 2 * xi * xi) * (2 - xi) ** 2;
  const two = (7 - 18 * xi + 11 * xi * xi - 2 * xi ** 3) * beta * beta;
  return ok({
    xi,
    beta,
    nllh: gpdNegativeLogLikelihood(y, xi, beta),
    seXi: xi < 0.5 ? root(one / denominator) : null,
    seBeta: xi < 0.5 ? root(two / denominator) : null,
  });
}

/** Fits excesses already taken and sorted; what every face of this file shares. */
export function fitExcesses(y: Float64Array, n: number, options: GpdOptions): QuantResult<GpdFit> {
  const { threshold, method = 'ml', information = 'observed' } = options;
  if (y.length < 5) {
    return badInput(`${y.length} values exceed the threshold ${threshold}; at least 5 are needed`);
  }
  if (!(y[y.length - 1]! > y[0]! * (1 + 1e-12))) {
    return badInput(`all ${y.length} excesses over ${threshold} equal ${y[0]}; they must differ`);
  }
  const fit = method === 'ml' ? maximumLikelihood(y, information) : probabilityWeightedMoments(y);
  if (!fit.ok) return fit;
  const { xi, beta, seXi, seBeta, nllh } = fit.value;
  return ok({
    method,
    threshold,
    n,
    exceedances: y.length,
    shareBelow: 1 - y.length / n,
    xi,
    beta,
    seXi,
    seBeta,
    negativeLogLikelihood: Number.isFinite(nllh) ? nllh : null,
  });
}

/**
 * Fits a generalised Pareto distribution to the excesses y = x - u of the values strictly above u.
 *
 *   P(Y > y) = (1 + xi y / beta)^(-1/xi)
 *
 * Errors: `bad-input` for values that are not finite, fewer than 5 exceedances or equal excesses;
 *         `not-converged` where the likelihood has no maximum with xi > -1.
 * Determinism: bit-identical on every target.
 * Source: Davison & Smith (1990), J. R. Stat. Soc. B 52(3); Grimshaw (1993).
 */
export function gpdFit(x: Float64Array, options: GpdOptions): QuantResult<GpdFit> {
  const fault = sampleFault('x', x, 1);
  if (fault !== null) return badInput(fault);
  if (!Number.isFinite(options.threshold)) {
    return badInput(`threshold is ${options.threshold}; it must be finite`);
  }
  return fitExcesses(excesses(x, options.threshold), x.length, options);
}

/** Tail quantile and the mean beyond it. */
export interface TailRisk {
  readonly p: number;
  readonly valueAtRisk: number;
  /** null where xi >= 1: the mean is infinite. */
  readonly expectedShortfall: number | null;
}

/** What `gpdRisk` needs of a fit. */
export type TailFit = Pick<GpdFit, 'threshold' | 'n' | 'exceedances' | 'xi' | 'beta'>;

/**
 * The p-quantile of the whole sample and the mean beyond it.
 *
 *   VaR = u + beta/xi ((n/Nu (1 - p))^-xi - 1),  ES = (VaR + beta - xi u) / (1 - xi)
 *
 * Errors: `bad-input` for p outside [1 - Nu/n, 1): there the threshold model says nothing.
 * Source: McNeil, Frey & Embrechts (2005), Quantitative Risk Management, section 7.2.3.
 */
export function gpdRisk(fit: TailFit, p: number): QuantResult<TailRisk> {
  const lowest = 1 - fit.exceedances / fit.n;
  if (!(p >= lowest && p < 1)) {
    return badInput(`p is ${p}; it must be in [${lowest}, 1), beyond the threshold`);
  }
  const { threshold: u, xi, beta } = fit;
  const logTail = Math.log((fit.n / fit.exceedances) * (1 - p));
  const stretch = Math.abs(xi) < 1e-12 ? -logTail : Math.expm1(-xi * logTail) / xi;
  const valueAtRisk = u + beta * stretch;
  const expectedShortfall = xi < 1 ? (valueAtRisk + beta - xi * u) / (1 - xi) : null;
  return ok({ p, valueAtRisk, expectedShortfall });
}
