import { ok } from '../core/index.ts';
import { lgamma } from './distributions.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';

/** Above this many observations the one-sample distribution is Pelz and Good's expansion. */
const EXACT_LIMIT = 1000;

/** P(D+ >= d) for n observations, exactly. Source: Birnbaum & Tingey (1951). */
function oneSidedSf(d: number, n: number): number {
  let sum = 0;
  for (let j = 0; j <= Math.floor(n * (1 - d)); j += 1) {
    const high = d + j / n;
    const low = 1 - high;
    if (low <= 0 && j < n) continue;
    const choose = lgamma(n + 1) - lgamma(j + 1) - lgamma(n - j + 1);
    const tail = n === j ? 0 : (n - j) * Math.log(low);
    sum += Math.exp(choose + (j - 1) * Math.log(high) + tail);
  }
  return Math.min(1, d * sum);
}

/** P(D < d) by the matrix of Marsaglia, Tsang & Wang (2003), applied n times to one row. */
function matrixCdf(d: number, n: number): number {
  const k = Math.floor(n * d) + 1;
  const m = 2 * k - 1;
  const h = k - n * d;
  const inverseFactorial = new Float64Array(m + 1).fill(1);
  for (let i = 1; i <= m; i += 1) inverseFactorial[i] = inverseFactorial[i - 1]! / i;
  // Entry (i, j) is 1 / (i - j + 1)!, less a power of h in the first column and the last row.
  const first = new Float64Array(m);
  for (let i = 0; i < m; i += 1) first[i] = (1 - h ** (i + 1)) * inverseFactorial[i + 1]!;
  const last = new Float64Array(m);
  for (let j = 0; j < m; j += 1) last[j] = (1 - h ** (m - j)) * inverseFactorial[m - j]!;
  last[0] = (1 - 2 * h ** m + Math.max(0, 2 * h - 1) ** m) * inverseFactorial[m]!;
  let row = new Float64Array(m);
  let next = new Float64Array(m);
  row[k - 1] = 1;
  let log = 0;
  for (let step = 1; step <= n; step += 1) {
    for (let j = 0; j < m; j += 1) {
      let sum = j === 0 ? 0 : row[m - 1]! * last[j]!;
      if (j === 0) {
        for (let i = 0; i < m - 1; i += 1) sum += row[i]! * first[i]!;
        sum += row[m - 1]! * last[0]!;
      } else for (let i = j - 1; i < m - 1; i += 1) sum += row[i]! * inverseFactorial[i - j + 1]!;
      next[j] = sum;
    }
    [row, next] = [next, row];
    // n! / n^n, a factor a step.
    const factor = step / n;
    let size = 0;
    for (let j = 0; j < m; j += 1) {
      row[j]! *= factor;
      size = Math.max(size, row[j]!);
    }
    if (size < 1e-140 && size > 0) {
      for (let j = 0; j < m; j += 1) row[j]! *= 1e140;
      log -= 140 * Math.LN10;
    }
  }
  return row[k - 1]! * Math.exp(log);
}

/**
 * P(D <= d) to the fourth order in 1 / sqrt(n). Source: Pelz & Good (1976), J. R. Stat. Soc. B
 * 38(2).
 */
function expansionCdf(d: number, n: number): number {
  const z = Math.sqrt(n) * d;
  const z2 = z * z;
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  const sums = [0, 0, 0, 0];
  for (let k = 0; k < 40; k += 1) {
    const a = (Math.PI * (k + 0.5)) ** 2;
    const half = 2 * Math.exp(-a / (2 * z2));
    const b = (Math.PI * k) ** 2;
    const whole = 2 * Math.exp(-b / (2 * z2));
    sums[0]! += half / z;
    sums[1]! += ((a - z2) * half) / (6 * z4);
    sums[2]! +=
      ((6 * z6 + 2 * z4 + a * (2 * z4 - 5 * z2) + a * a * (1 - 2 * z2)) * half) / (72 * z6 * z) -
      (b * whole) / (36 * z2 * z);
    const inner = a ** 3 * (5 - 30 * z2) + a * a * (212 * z4 - 60 * z2) + a * (135 * z4 - 96 * z6);
    sums[3]! +=
      ((inner - 30 * z6 - 90 * z4 * z4) * half) / (6480 * z6 * z4) +
      ((3 * b * z2 - b * b) * whole) / (216 * z6);
  }
  const root = Math.sqrt(n);
  const [k0, k1, k2, k3] = sums as [number, number, number, number];
  return Math.sqrt(Math.PI / 2) * (k0 + k1 / root + k2 / n + k3 / (n * root));
}

/**
 * How the distribution of D is computed: `exact` as far as it is affordable (default), or the
 * choice of approximations that scipy makes, which is up to 2e-6 off.
 */
export type KolmogorovConvention = 'exact' | 'simard-lecuyer';

/**
 * P(D >= d) of the two-sided statistic of n observations from the hypothesised distribution.
 *
 * Bound:  1e-12 absolute up to 1000 observations, 7e-8 beyond; `simard-lecuyer` 2e-6 beyond 140.
 * Source: Simard & L'Ecuyer (2011), J. Statistical Software 39(11).
 */
export function kolmogorovSf(
  d: number,
  n: number,
  convention: KolmogorovConvention = 'exact',
): number {
  if (d <= 0.5 / n) return 1;
  if (d >= 1) return 0;
  const scipy = convention === 'simard-lecuyer' && n > 140;
  // Both sides at once are then rarer than 2 exp(-32), for scipy 2 exp(-17.6).
  if (d >= 0.5 || n * d * d >= (scipy ? 2.2 : 4)) return Math.min(1, 2 * oneSidedSf(d, n));
  const matrix = scipy ? n <= 100_000 && n * d ** 1.5 <= 1.4 : n <= EXACT_LIMIT;
  const below = matrix ? matrixCdf(d, n) : expansionCdf(d, n);
  return Math.min(1, Math.max(0, 1 - below));
}

/** A Kolmogorov-Smirnov test. */
export interface KolmogorovSmirnovTest {
  readonly statistic: number;
  readonly pValue: number;
}

/**
 * Tests that x comes from a distribution given by its cdf, none of whose parameters came from x.
 *
 * Errors: `bad-input` for values that are not finite or a cdf that leaves [0, 1].
 */
export function kolmogorovSmirnovTest(
  x: Float64Array,
  cdf: (value: number) => number,
  convention: KolmogorovConvention = 'exact',
): QuantResult<KolmogorovSmirnovTest> {
  const fault = seriesFault('x', x, 1);
  if (fault !== null) return badInput(fault);
  const sorted = x.slice().sort();
  const n = sorted.length;
  let statistic = 0;
  for (let i = 0; i < n; i += 1) {
    const p = cdf(sorted[i]!);
    if (!(p >= 0 && p <= 1)) return badInput(`cdf(${sorted[i]}) is ${p}; it must be in [0, 1]`);
    statistic = Math.max(statistic, (i + 1) / n - p, p - i / n);
  }
  return ok({ statistic, pValue: kolmogorovSf(statistic, n, convention) });
}

/**
 * P(D >= d) of two samples without ties: the share of lattice paths that leave the band, summed as
 * such, so that small values keep their digits.
 */
function twoSampleExactSf(d: number, m: number, n: number): number {
  const bound = (0.5 + Math.floor(d * m * n - 1e-7)) / (m * n);
  const outside = new Float64Array(n + 1);
  for (let j = 0; j <= n; j += 1) outside[j] = j / n > bound ? 1 : 0;
  for (let i = 1; i <= m; i += 1) {
    if (i / m > bound) outside[0] = 1;
    for (let j = 1; j <= n; j += 1) {
      const within = (i * outside[j]! + j * outside[j - 1]!) / (i + j);
      outside[j] = Math.abs(i / m - j / n) > bound ? 1 : within;
    }
  }
  return Math.min(1, outside[n]!);
}

/** Largest distance between two empirical distributions. */
function distance(a: Float64Array, b: Float64Array): number {
  const x = a.slice().sort();
  const y = b.slice().sort();
  let i = 0;
  let j = 0;
  let most = 0;
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i]!, y[j]!);
    while (i < x.length && x[i]! === value) i += 1;
    while (j < y.length && y[j]! === value) j += 1;
    most = Math.max(most, Math.abs(i / x.length - j / y.length));
  }
  return most;
}

/**
 * Tests that two samples come from one continuous distribution.
 *
 *   exact:      lattice paths over m n steps (default where m n <= 10^7)
 *   asymptotic: the one-sample distribution at round(m n / (m + n)) observations, as scipy
 *
 * Errors: `bad-input` for an empty sample or a value that is not finite.
 * Source: Hodges (1958), Arkiv för Matematik 3(43).
 */
export function kolmogorovSmirnovTwoSampleTest(
  a: Float64Array,
  b: Float64Array,
  method?: 'exact' | 'asymptotic',
): QuantResult<KolmogorovSmirnovTest> {
  const fault = seriesFault('a', a, 1) ?? seriesFault('b', b, 1);
  if (fault !== null) return badInput(fault);
  const m = a.length;
  const n = b.length;
  const statistic = distance(a, b);
  const chosen = method ?? (m * n <= 1e7 ? 'exact' : 'asymptotic');
  const pValue =
    chosen === 'exact'
      ? twoSampleExactSf(statistic, m, n)
      : kolmogorovSf(statistic, Math.max(1, Math.round((m * n) / (m + n))), 'simard-lecuyer');
  return ok({ statistic, pValue });
}
