import { ok } from '../core/index.ts';
import { normalSf } from './distributions.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';
import { type Matrix, matrixFault } from './linear-algebra.ts';

/** How alarming a change of correlation is. */
export type CorrelationLevel = 'none' | 'watch' | 'warning' | 'alarm';

/** Two markets before and in a crisis. */
export interface ContagionTest {
  readonly calmCorrelation: number;
  readonly crisisCorrelation: number;
  /** The crisis correlation freed of what the source's higher variance alone brings. */
  readonly adjustedCorrelation: number;
  /** var(source in crisis) / var(source in calm) - 1. */
  readonly varianceIncrease: number;
  /** Of Fisher's transforms: (atanh adjusted - atanh calm) / standard error. */
  readonly statistic: number;
  /** One-sided: the adjusted correlation is higher in the crisis. */
  readonly pValue: number;
  /** `watch` from p < 0.1, `warning` from 0.05, `alarm` from 0.01. */
  readonly level: CorrelationLevel;
}

/** A pair whose correlation has changed. */
export interface BrokenPair {
  readonly first: number;
  readonly second: number;
  readonly before: number;
  readonly after: number;
  /** Difference of Fisher's transforms by its standard error. */
  readonly statistic: number;
  readonly pValue: number;
}

/** How correlations of the recent observations differ from those before. */
export interface CorrelationBreakdown {
  readonly meanBefore: number;
  readonly meanAfter: number;
  /** Root mean square of the pairs' differences. */
  readonly distance: number;
  /** Each pair, the most changed first. */
  readonly pairs: readonly BrokenPair[];
  /** The smallest p-value times the number of pairs (Bonferroni), at most 1. */
  readonly pValue: number;
  /** `diversification-lost` when the mean rose, `decoupling` when it fell. */
  readonly direction: 'diversification-lost' | 'decoupling';
  /** By `pValue`: `watch` below 0.1, `warning` below 0.05, `alarm` below 0.01. */
  readonly level: CorrelationLevel;
}

/** Nearer to 1 a correlation of a sample is one of identical series. */
const LARGEST_CORRELATION = 1 - 1e-12;

/** Keeps a correlation where Fisher's transform is finite. */
const bounded = (correlation: number): number =>
  Math.max(-LARGEST_CORRELATION, Math.min(LARGEST_CORRELATION, correlation));

function levelOf(pValue: number): CorrelationLevel {
  if (pValue < 0.01) return 'alarm';
  if (pValue < 0.05) return 'warning';
  return pValue < 0.1 ? 'watch' : 'none';
}

interface PairMoments {
  readonly correlation: number;
  /** Of the first series, divisor n - 1. */
  readonly variance: number;
}

/** Correlation and variance of columns i and j in rows [from, to); null when one is constant. */
function pairMoments(
  x: Matrix,
  i: number,
  j: number,
  from: number,
  to: number,
): PairMoments | null {
  const { data, columns: d } = x;
  const n = to - from;
  let [meanI, meanJ] = [0, 0];
  for (let t = from; t < to; t += 1) {
    meanI += data[t * d + i]! / n;
    meanJ += data[t * d + j]! / n;
  }
  let [ii, ij, jj] = [0, 0, 0];
  for (let t = from; t < to; t += 1) {
    const a = data[t * d + i]! - meanI;
    const b = data[t * d + j]! - meanJ;
    ii += a * a;
    ij += a * b;
    jj += b * b;
  }
  const noise = (mean: number): number => n * (1e-14 * mean) ** 2;
  if (!(ii > noise(meanI) && jj > noise(meanJ))) return null;
  const raw = ij / Math.sqrt(ii) / Math.sqrt(jj);
  return { correlation: bounded(raw), variance: ii / (n - 1) };
}

/**
 * The correlation that a crisis would show at the calm variance of its source.
 *
 *   rho* = rho / sqrt(1 + delta (1 - rho^2)),  delta = variance in crisis / variance in calm - 1
 *
 * Requires: |rho| <= 1 and delta > -1.
 * Source:   Forbes and Rigobon (2002), J. of Finance 57(5), eq. 11.
 */
export function forbesRigobon(rho: number, delta: number): number {
  return rho / Math.sqrt(1 + delta * (1 - rho * rho));
}

/** Fisher's z of two correlations of n and m observations. */
const fisherStatistic = (after: number, before: number, m: number, n: number): number =>
  (Math.atanh(after) - Math.atanh(before)) / Math.sqrt(1 / (m - 3) + 1 / (n - 3));

/**
 * Tests for contagion from a source market to another: whether their correlation rose in the crisis by
 * more than the source's variance explains.
 *
 * Shapes: source[n] and other[n], oldest first; the crisis starts at observation `crisisFrom`; at least
 *         10 observations on either side.
 * Errors: `bad-input`, also for a side on which a series is constant.
 * Source: Forbes and Rigobon (2002), with Fisher's transform for the test.
 */
export function testContagion(
  source: Float64Array,
  other: Float64Array,
  crisisFrom: number,
): QuantResult<ContagionTest> {
  const fault = seriesFault('source', source, 20) ?? seriesFault('other', other, 20);
  if (fault !== null) return badInput(fault);
  const n = source.length;
  if (other.length !== n) return badInput(`other has ${other.length} values; source has ${n}`);
  if (!(Number.isInteger(crisisFrom) && crisisFrom >= 10 && crisisFrom <= n - 10)) {
    return badInput(`crisisFrom is ${crisisFrom}; it must be a whole number from 10 to ${n - 10}`);
  }
  const data = Float64Array.from({ length: 2 * n }, (_, at) =>
    at % 2 === 0 ? source[at / 2]! : other[(at - 1) / 2]!,
  );
  const pair = { data, rows: n, columns: 2 };
  const calm = pairMoments(pair, 0, 1, 0, crisisFrom);
  const crisis = pairMoments(pair, 0, 1, crisisFrom, n);
  if (calm === null || crisis === null) {
    return badInput(`a series is constant ${calm === null ? 'before' : 'from'} crisisFrom`);
  }
  const varianceIncrease = crisis.variance / calm.variance - 1;
  // A variance that collapses in the crisis takes the formula to 1 and, by rounding, beyond.
  const adjustedCorrelation = bounded(forbesRigobon(crisis.correlation, varianceIncrease));
  const statistic = fisherStatistic(
    adjustedCorrelation,
    calm.correlation,
    n - crisisFrom,
    crisisFrom,
  );
  const pValue = normalSf(statistic);
  return ok({
    calmCorrelation: calm.correlation,
    crisisCorrelation: crisis.correlation,
    adjustedCorrelation,
    varianceIncrease,
    statistic,
    pValue,
    level: levelOf(pValue),
  });
}

/** Every pair's correlations before and after; null when a column is constant on a side. */
function comparePairs(x: Matrix, split: number): BrokenPair[] | null {
  const out: BrokenPair[] = [];
  for (let i = 0; i < x.columns; i += 1) {
    for (let j = i + 1; j < x.columns; j += 1) {
      const before = pairMoments(x, i, j, 0, split)?.correlation;
      const after = pairMoments(x, i, j, split, x.rows)?.correlation;
      if (before === undefined || after === undefined) return null;
      const statistic = fisherStatistic(after, before, x.rows - split, split);
      const pValue = Math.min(1, 2 * normalSf(Math.abs(statistic)));
      out.push({ first: i, second: j, before, after, statistic, pValue });
    }
  }
  return out.sort((a, b) => Math.abs(b.statistic) - Math.abs(a.statistic));
}

/**
 * Warns when correlations of the last `recent` observations differ from those of all before.
 *
 * Shapes: x[n x d], oldest first; at least 10 observations on either side.
 * Errors: `bad-input`, also for a column that is constant on one side.
 * Source: Fisher (1921), Metron 1, for the test of each pair; Bonferroni over the pairs.
 */
export function correlationBreakdown(
  x: Matrix,
  { recent }: { readonly recent: number },
): QuantResult<CorrelationBreakdown> {
  const fault = matrixFault('x', x, 20);
  if (fault !== null) return badInput(fault);
  const { rows, columns: d } = x;
  if (d < 2) return badInput(`x has ${d} column; at least 2 are needed`);
  if (!(Number.isInteger(recent) && recent >= 10 && recent <= rows - 10)) {
    return badInput(`recent is ${recent}; it must be a whole number from 10 to ${rows - 10}`);
  }
  const pairs = comparePairs(x, rows - recent);
  if (pairs === null) return badInput('a column of x is constant before or within the recent rows');
  const mean = (of: (pair: BrokenPair) => number): number =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const meanBefore = mean((pair) => pair.before);
  const meanAfter = mean((pair) => pair.after);
  const pValue = Math.min(1, pairs[0]!.pValue * pairs.length);
  return ok({
    meanBefore,
    meanAfter,
    distance: Math.sqrt(mean((pair) => (pair.after - pair.before) ** 2)),
    pairs,
    pValue,
    direction: meanAfter >= meanBefore ? 'diversification-lost' : 'decoupling',
    level: levelOf(pValue),
  });
}
