import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { type LeastSquares, leastSquares } from './least-squares.ts';
import { sampleFault } from './sample-fault.ts';
import { interpolate, mackinnonPValue, tablePValue } from './unit-root-tables.ts';

/** How many autocovariances enter the long-run variance: trunc(c (n / 100)^(1/4)), c = 4 or 12. */
export type LagRule = 'short' | 'long';

const truncationLag = (n: number, rule: LagRule): number =>
  Math.trunc((rule === 'short' ? 4 : 12) * (n / 100) ** 0.25);

/**
 * gamma_0 + 2 sum (1 - i / (lag + 1)) gamma_i: Bartlett's kernel, all sums by n (Newey & West
 * 1987).
 */
export function longRunVariance(e: Float64Array, lag: number): number {
  const n = e.length;
  let total = 0;
  for (let i = 0; i <= lag; i += 1) {
    let sum = 0;
    for (let t = i; t < n; t += 1) sum += e[t]! * e[t - i]!;
    total += (i === 0 ? 1 : 2 * (1 - i / (lag + 1))) * sum;
  }
  return total / n;
}

const singular = (detail: string) => ({ ok: false, error: { code: 'singular', detail } }) as const;

/** Under which null, and how many lags. */
export interface KpssOptions {
  /** Stationary about a level (default) or about a trend. */
  readonly null?: 'level' | 'trend';
  /** Default `short`; a number is taken as it is. */
  readonly lags?: LagRule | number;
}

/** The KPSS test of stationarity. */
export interface KpssTest {
  readonly statistic: number;
  /** Interpolated in the printed table, held to [0.01, 0.1]. */
  readonly pValue: number;
  readonly lags: number;
}

function resolveLags(lags: LagRule | number, n: number): number | string {
  if (typeof lags === 'string') return Math.min(truncationLag(n, lags), n - 1);
  if (Number.isInteger(lags) && lags >= 0 && lags < n) return lags;
  return `lags is ${lags}; it must be an integer from 0 to ${n - 1}`;
}

/**
 * Tests the null that x is stationary about a level or a trend.
 *
 * Errors: `bad-input`; `singular` where x is exactly level or a line.
 * Source: Kwiatkowski, Phillips, Schmidt & Shin (1992), J. Econometrics 54, table 1.
 */
export function kpssTest(x: Float64Array, options: KpssOptions = {}): QuantResult<KpssTest> {
  const fault = sampleFault('x', x, 8);
  if (fault !== null) return badInput(fault);
  const n = x.length;
  const lags = resolveLags(options.lags ?? 'short', n);
  if (typeof lags === 'string') return badInput(lags);
  const trend = options.null === 'trend';
  const width = trend ? 2 : 1;
  const design = new Float64Array(n * width);
  for (let t = 0; t < n; t += 1) {
    for (let k = 0; k < width; k += 1) design[t * width + k] = ((t + 1) / n) ** k;
  }
  const e = leastSquares(design, x, n, width)!.residuals;
  const scale = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const variance = longRunVariance(e, lags);
  if (!(variance > (1e-13 * scale) ** 2)) {
    return singular(
      `x is exactly a ${trend ? 'line' : 'level'}; its long-run variance is ${variance}`,
    );
  }
  let partial = 0;
  let eta = 0;
  for (const residual of e) {
    partial += residual;
    eta += partial * partial;
  }
  const statistic = eta / (n * n) / variance;
  const table = trend ? [0.119, 0.146, 0.176, 0.216] : [0.347, 0.463, 0.574, 0.739];
  return ok({ statistic, pValue: interpolate(table, [0.1, 0.05, 0.025, 0.01], statistic), lags });
}

/** Which statistic, over which regression, with whose p-value. */
export interface PhillipsPerronOptions {
  /** Default `z-t`. */
  readonly statistic?: 'z-t' | 'z-alpha';
  /** Default `ct`. */
  readonly regression?: 'c' | 'ct';
  /** Default `short`. */
  readonly lags?: LagRule | number;
  /** Printed table for `ct` (default there), MacKinnon's surface for `z-t` (default for `c`). */
  readonly pValue?: 'table' | 'mackinnon';
}

/** The Phillips-Perron test of a unit root. */
export interface PhillipsPerronTest {
  readonly statistic: number;
  readonly pValue: number;
  readonly lags: number;
}

function levelRegression(x: Float64Array, trend: boolean): LeastSquares | null {
  const n = x.length - 1;
  const width = trend ? 3 : 2;
  const design = new Float64Array(n * width);
  for (let t = 0; t < n; t += 1) {
    design[t * width] = x[t]!;
    design[t * width + 1] = 1;
    if (trend) design[t * width + 2] = (t + 1 - n / 2) / n;
  }
  return leastSquares(design, x.slice(1), n, width);
}

/**
 * Tests the null of a unit root, the serial correlation handled by the long-run variance instead of
 * lagged differences.
 *
 *   z-t:     sqrt(g0 / l2) t - (l2 - g0) / (2 sqrt(l2)) n se / s
 *   z-alpha: n (a - 1) - (l2 - g0) / 2 (n se / s)^2
 *
 * Errors: `bad-input`; `singular` for a constant or exactly predictable series.
 * Source: Phillips & Perron (1988), Biometrika 75(2).
 */
export function phillipsPerronTest(
  x: Float64Array,
  options: PhillipsPerronOptions = {},
): QuantResult<PhillipsPerronTest> {
  const { statistic: kind = 'z-t', regression = 'ct' } = options;
  const pValue = options.pValue ?? (regression === 'ct' ? 'table' : 'mackinnon');
  const fault = sampleFault('x', x, 8);
  if (fault !== null) return badInput(fault);
  if (pValue === 'table' && regression !== 'ct') {
    return badInput(`pValue is table with regression ${regression}; the table is for ct`);
  }
  if (pValue === 'mackinnon' && kind !== 'z-t') {
    return badInput(`pValue is mackinnon with statistic ${kind}; the surface is for z-t`);
  }
  const n = x.length - 1;
  const lags = resolveLags(options.lags ?? 'short', n);
  if (typeof lags === 'string') return badInput(lags);
  const fit = levelRegression(x, regression === 'ct');
  if (fit === null || !(fit.standardErrors[0]! > 0)) {
    return singular('the regressors are collinear: x is constant or a line');
  }
  const alpha = fit.coefficients[0]!;
  const standardError = fit.standardErrors[0]!;
  const short = fit.residualSumOfSquares / n;
  const long = longRunVariance(fit.residuals, lags);
  if (!(long > 0)) return singular(`the long-run variance of the residuals is ${long}`);
  // The paper's determinant of the trend case carries n^2 where the regression gives n^2 - 1.
  const exact = regression === 'ct' ? n / Math.sqrt(n * n - 1) : 1;
  const spread = ((n * standardError) / Math.sqrt(fit.sigma2)) * exact;
  const statistic =
    kind === 'z-t'
      ? Math.sqrt(short / long) * ((alpha - 1) / standardError) -
        ((long - short) / (2 * Math.sqrt(long))) * spread
      : n * (alpha - 1) - ((long - short) / 2) * spread * spread;
  return ok({
    statistic,
    pValue:
      pValue === 'table' ? tablePValue(statistic, n, kind) : mackinnonPValue(statistic, regression),
    lags,
  });
}
