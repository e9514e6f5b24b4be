import { ok } from '../core/index.ts';
import { gammaSf } from './distributions.ts';
import { generalisedSymmetricEigen } from './eigen.ts';
import { badInput, type QuantResult } from './errors.ts';
import {
  type JohansenDeterministic,
  MACKINNON_HAUG_MICHELIS,
  OSTERWALD_LENUM,
} from './johansen-tables.ts';
import { leastSquares } from './least-squares.ts';
import { cholesky, choleskySolve, gram, multiply, transpose } from './linear-algebra.ts';
import { sampleFault } from './sample-fault.ts';

/** The model and its conventions. */
export interface JohansenOptions {
  /** Order of the autoregression in levels: urca's K, statsmodels' k_ar_diff + 1. Default 2. */
  readonly lags?: number;
  /**
   * none (default): a constant outside the cointegration space (statsmodels' det_order 0);
   * const, trend: inside it; zero: no term at all (-1); linear: a trend outside it (1).
   */
  readonly deterministic?: JohansenDeterministic;
  /**
   * Level at lag K (default) or at lag 1: same statistics, other loadings of the lagged
   * differences.
   */
  readonly level?: 'longrun' | 'transitory';
  /** Length of the season, whose centred dummies enter outside the space. Default: none. */
  readonly season?: number | null;
}

/** The test of at most `rank` cointegration relations. */
export interface JohansenRankTest {
  readonly rank: number;
  readonly statistic: number;
  /** By Doornik's gamma approximation of the asymptotic distribution. */
  readonly pValue: number;
  /** 10 %, 5 %, 1 %; null where the table has none. */
  readonly osterwaldLenum: readonly number[] | null;
  readonly mackinnonHaugMichelis: readonly number[] | null;
}

/** Johansen's test of cointegration. */
export interface JohansenTest {
  /** Rows of the reduced-rank regression. */
  readonly observations: number;
  /** Squared canonical correlations, falling; p + 1 of them with `const` and `trend`. */
  readonly eigenvalues: Float64Array;
  /** Column j belongs to eigenvalue j, scaled to 1 in its first row unless that is 0; row-major. */
  readonly vectors: Float64Array;
  /** Loadings: p rows, a column per eigenvalue; row-major. */
  readonly loadings: Float64Array;
  /** From rank 0 up. */
  readonly trace: readonly JohansenRankTest[];
  readonly maximumEigenvalue: readonly JohansenRankTest[];
}

// Doornik (1998), J. Economic Surveys 12(5), tables 7 and 8: mean, then variance. Trace: n^2, n, 1,
// n = 1, n = 2, sqrt n. Maximum eigenvalue: n, 1, n = 1, n = 2, sqrt n.
const DOORNIK: Record<JohansenDeterministic, readonly (readonly number[])[]> = {
  zero: [
    [2, -1, 0.07, 0.07, 0, 0],
    [3, -0.33, -0.55, 0, 0, 0],
    [6.0019, -2.7558, 0.67185, 0.1149, -2.7764],
    [1.8806, -15.499, 1.1136, 0.070508, 14.714],
  ],
  const: [
    [2, 2.01, 0, 0.06, 0.05, 0],
    [3, 3.6, 0.75, -0.4, -0.3, 0],
    [5.9498, 0.43402, 0.04836, 0.018198, -2.3669],
    [2.2231, -7.9064, 0.58592, -0.034324, 12.058],
  ],
  none: [
    [2, 1.05, -1.55, -0.5, -0.23, 0],
    [3, 1.8, 0, -2.8, -1.1, 0],
    [5.8271, -1.6487, -1.6118, -0.25949, -1.5666],
    [2.0785, -9.7846, -3.368, -0.24528, 13.074],
  ],
  trend: [
    [2, 4.05, 0.5, -0.23, -0.07, 0],
    [3, 5.7, 3.2, -1.3, -0.5, 0],
    [5.8658, 2.5595, -0.34443, -0.077991, -1.7552],
    [1.9955, -5.5428, 1.2425, 0.41949, 12.841],
  ],
  linear: [
    [2, 2.85, -5.1, -0.1, -0.06, 1.35],
    [3, 4, 0.8, -5.8, -2.66, 0],
    [5.6364, -0.90531, -3.5166, -0.47966, -0.21447],
    [2.0899, -5.3303, -7.1523, -0.2526, 12.393],
  ],
};

/** The asymptotic p-value for `n` common trends. */
export function johansenPValue(
  statistic: number,
  n: number,
  deterministic: JohansenDeterministic,
  kind: 'trace' | 'eigen',
): number {
  const tail = [1, n === 1 ? 1 : 0, n === 2 ? 1 : 0, Math.sqrt(n)];
  const terms = kind === 'trace' ? [n * n, n, ...tail] : [n, ...tail];
  const rows = DOORNIK[deterministic].slice(kind === 'trace' ? 0 : 2);
  const value = (row: readonly number[]) => row.reduce((sum, c, i) => sum + c * terms[i]!, 0);
  const mean = value(rows[0]!);
  const variance = value(rows[1]!);
  return gammaSf(statistic, (mean * mean) / variance, variance / mean);
}

interface Regressors {
  readonly rows: number;
  /** Differences at t, row-major [rows, p]. */
  readonly differences: Float64Array;
  /** The level and what shares its space, row-major [rows, width]. */
  readonly levels: Float64Array;
  readonly width: number;
  /** What is regressed out of both, row-major [rows, outsideWidth]. */
  readonly outside: Float64Array;
  readonly outsideWidth: number;
}

function regressorsOf(
  x: Float64Array,
  n: number,
  p: number,
  options: Required<JohansenOptions>,
): Regressors {
  const { lags, deterministic, level, season } = options;
  const rows = n - lags;
  const inside = deterministic === 'const' || deterministic === 'trend';
  const width = p + (inside ? 1 : 0);
  const constants = { zero: 0, const: 0, none: 1, trend: 1, linear: 2 }[deterministic];
  const dummies = season === null ? 0 : season - 1;
  const outsideWidth = constants + dummies + p * (lags - 1);
  const differences = new Float64Array(rows * p);
  const levels = new Float64Array(rows * width);
  const outside = new Float64Array(rows * outsideWidth);
  const difference = (t: number, j: number) => x[t * p + j]! - x[(t - 1) * p + j]!;
  for (let i = 0; i < rows; i += 1) {
    const t = i + lags;
    const at = level === 'longrun' ? t - lags : t - 1;
    for (let j = 0; j < p; j += 1) {
      differences[i * p + j] = difference(t, j);
      levels[i * width + j] = x[at * p + j]!;
    }
    if (deterministic === 'const') levels[i * width + p] = 1;
    if (deterministic === 'trend') levels[i * width + p] = at + 1;
    let column = i * outsideWidth;
    if (constants > 0) outside[column++] = 1;
    if (constants > 1) outside[column++] = (i + 1) / rows;
    for (let s = 0; s < dummies; s += 1) {
      outside[column++] = (t % season! === s ? 1 : 0) - 1 / season!;
    }
    for (let k = 1; k < lags; k += 1) {
      for (let j = 0; j < p; j += 1) outside[column++] = difference(t - k, j);
    }
  }
  return { rows, differences, levels, width, outside, outsideWidth };
}

/** Residuals of every column of y; null where the regressors are collinear. */
function residuals(y: Float64Array, p: number, r: Regressors): Float64Array | null {
  if (r.outsideWidth === 0) return y;
  const out = new Float64Array(y.length);
  const column = new Float64Array(r.rows);
  for (let j = 0; j < p; j += 1) {
    for (let i = 0; i < r.rows; i += 1) column[i] = y[i * p + j]!;
    const fit = leastSquares(r.outside, column, r.rows, r.outsideWidth);
    if (fit === null) return null;
    for (let i = 0; i < r.rows; i += 1) out[i * p + j] = fit.residuals[i]!;
  }
  return out;
}

const singular = (detail: string) => ({ ok: false, error: { code: 'singular', detail } }) as const;

/** Rank tests from the eigenvalues, from rank 0 up. */
function rankTests(
  eigenvalues: Float64Array,
  p: number,
  rows: number,
  deterministic: JohansenDeterministic,
  kind: 'trace' | 'eigen',
): JohansenRankTest[] {
  const tests: JohansenRankTest[] = [];
  for (let rank = 0; rank < p; rank += 1) {
    const used = eigenvalues.subarray(rank, kind === 'trace' ? p : rank + 1);
    const statistic = -rows * used.reduce((sum, value) => sum + Math.log1p(-value), 0);
    const trends = p - rank;
    tests.push({
      rank,
      statistic,
      pValue: johansenPValue(statistic, trends, deterministic, kind),
      osterwaldLenum: OSTERWALD_LENUM[deterministic]?.[kind][trends - 1] ?? null,
      mackinnonHaugMichelis: MACKINNON_HAUG_MICHELIS[deterministic]?.[kind][trends - 1] ?? null,
    });
  }
  return tests;
}

function johansenFault(x: Float64Array, p: number, o: Required<JohansenOptions>): string | null {
  const fault = sampleFault('x', x, 1);
  if (fault !== null) return fault;
  if (!Number.isInteger(p) || p < 1 || p > 12 || x.length % p !== 0) {
    return `columns is ${p} with ${x.length} values; it must be 1 to 12 and divide them`;
  }
  if (!Number.isInteger(o.lags) || o.lags < 1)
    return `lags is ${o.lags}; it must be an integer from 1`;
  if (o.season !== null && !(Number.isInteger(o.season) && o.season >= 2)) {
    return `season is ${o.season}; it must be an integer from 2`;
  }
  const needed = o.lags + p * (o.lags + 1) + (o.season ?? 0) + 4;
  if (x.length / p < needed) return `x has ${x.length / p} rows; at least ${needed} are needed`;
  return null;
}

/**
 * Johansen's trace and maximum-eigenvalue tests of cointegration among the columns of x.
 *
 *   |lambda Skk - Sk0 S00^-1 S0k| = 0
 *   trace -T sum ln(1 - lambda_i), i > r; maximum eigenvalue -T ln(1 - lambda_(r+1))
 *
 * Shapes: x row-major [n, columns].
 * Errors: `bad-input`; `singular` for constant or collinear columns.
 * Source: Johansen & Juselius (1990), Oxford Bulletin of Economics and Statistics 52(2).
 */
export function johansenTest(
  x: Float64Array,
  columns: number,
  options: JohansenOptions = {},
): QuantResult<JohansenTest> {
  const { lags = 2, deterministic = 'none', level = 'longrun', season = null } = options;
  const resolved = { lags, deterministic, level, season };
  const p = columns;
  const fault = johansenFault(x, p, resolved);
  if (fault !== null) return badInput(fault);
  const r = regressorsOf(x, x.length / p, p, resolved);
  const r0 = residuals(r.differences, p, r);
  const rk = residuals(r.levels, r.width, r);
  if (r0 === null || rk === null) return singular('the lagged differences are collinear');
  const scale = (m: Float64Array) => m.map((value) => value / r.rows);
  const s00 = scale(gram(r0, r.rows, p));
  const skk = scale(gram(rk, r.rows, r.width));
  const s0k = scale(multiply(transpose(r0, r.rows, p), rk, p, r.rows, r.width));
  const factor = cholesky(s00, p);
  if (factor === null) return singular('the differences of the columns are collinear');
  const sk0 = transpose(s0k, p, r.width);
  const product = multiply(sk0, choleskySolve(factor, s0k, p, r.width), r.width, p, r.width);
  const eigen = generalisedSymmetricEigen(product, skk, r.width);
  if (eigen === null) return singular('the levels of the columns are collinear');
  const { values, vectors } = eigen;
  if (![...values, ...vectors].every(Number.isFinite)) {
    return singular('the levels of the columns are collinear');
  }
  if (!(values[0]! < 1)) return singular('a combination of the levels predicts without error');
  // The vectors are orthonormal by Skk, so that the loadings are S0k v, then rescaled with v.
  const loadings = multiply(s0k, vectors, p, r.width, r.width);
  const scaled = vectors.slice();
  for (let j = 0; j < r.width; j += 1) {
    const first = vectors[j]! || 1;
    for (let i = 0; i < r.width; i += 1) scaled[i * r.width + j]! /= first;
    for (let i = 0; i < p; i += 1) loadings[i * r.width + j]! *= first;
  }
  return ok({
    observations: r.rows,
    eigenvalues: values,
    vectors: scaled,
    loadings,
    trace: rankTests(values, p, r.rows, deterministic, 'trace'),
    maximumEigenvalue: rankTests(values, p, r.rows, deterministic, 'eigen'),
  });
}
