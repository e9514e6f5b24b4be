import { ok } from '../core/index.ts';
import { segmentCost, seriesRefusal } from './change-point-costs.ts';
import { cheapestByCount, workRefusal } from './counted-segmentation.ts';
import { chiSquareSf, normalSf } from './distributions.ts';
import { badInput, type QuantError, type QuantResult } from './errors.ts';

/** A test of a constant mean against a change. */
export interface StabilityTest {
  readonly statistic: number;
  readonly pValue: number;
  /** The fluctuation, from 0 on; longer than the series where it starts before it. */
  readonly fluctuation: Float64Array;
}

const constant = (): { readonly ok: false; readonly error: QuantError } =>
  badInput('x is constant; a test of its mean needs variation');

const meanOf = (x: Float64Array): number => x.reduce((sum, value) => sum + value, 0) / x.length;

/** True when the deviations are no more than rounding of the mean. */
const isConstant = (squares: number, n: number, mean: number): boolean =>
  !(squares / n > 1e-28 * mean * mean) || squares / n < 1e-280;

/** True when pieces explain all but rounding. */
const withoutResidual = (rest: number, whole: number): boolean => !(rest > 1e-14 * whole);

const exact = (): { readonly ok: false; readonly error: QuantError } =>
  badInput('x consists of constant pieces; the statistics need variation within segments');

/** P(sup |Brownian bridge| > x). Source: Kolmogorov (1933). */
function bridgeSf(x: number): number {
  if (x < 0.1) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k += 1) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, sum));
}

/** P(sup |W(t)| / (1 + 2t) > x). Source: Brown, Durbin & Evans (1975), JRSS B 37(2), as strucchange. */
function lineSf(x: number): number {
  if (x < 0.3) return 1 - 0.1464 * x;
  const inner = normalSf(-x) + normalSf(-5 * x) - 1;
  return Math.min(
    1,
    2 * (normalSf(3 * x) + Math.exp(-4 * x * x) * inner - Math.exp(-16 * x * x) * normalSf(x)),
  );
}

/**
 * Tests for a change in mean by cumulated ordinary residuals (OLS-CUSUM).
 *
 *   S(j) = Σ_{i ≤ j} (x[i] − mean) / (σ̂ √n), σ̂² by n − 1; the statistic is max |S|
 *
 * Errors: `bad-input` for fewer than three points, values that are not finite, a constant series.
 * Source: Ploberger & Krämer (1992), Econometrica 60(2).
 */
export function olsCusumTest(x: Float64Array): QuantResult<StabilityTest> {
  const refusal = seriesRefusal(x, 3);
  if (refusal !== null) return refusal;
  const n = x.length;
  const mean = meanOf(x);
  const squares = x.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (isConstant(squares, n, mean)) return constant();
  const scale = Math.sqrt((squares / (n - 1)) * n);
  const fluctuation = new Float64Array(n + 1);
  let sum = 0;
  let statistic = 0;
  for (let t = 0; t < n; t += 1) {
    sum += x[t]! - mean;
    fluctuation[t + 1] = sum / scale;
    statistic = Math.max(statistic, Math.abs(fluctuation[t + 1]!));
  }
  return ok({ statistic, pValue: bridgeSf(statistic), fluctuation });
}

/**
 * Tests for a change in mean by cumulated recursive residuals.
 *
 *   w[t] = (x[t] − mean of those before) / √(1 + 1/t); W(j) = Σ_{i ≤ j} w / (sd(w) √(n − 1));
 *   the statistic is max |W(j)| / (1 + 2 j / (n − 1))
 *
 * Errors: `bad-input` for fewer than four points, values that are not finite, a constant series.
 * Source: Brown, Durbin & Evans (1975), JRSS B 37(2).
 */
export function recursiveCusumTest(x: Float64Array): QuantResult<StabilityTest> {
  const refusal = seriesRefusal(x, 4);
  if (refusal !== null) return refusal;
  const m = x.length - 1;
  const residuals = new Float64Array(m);
  let mean = x[0]!;
  for (let t = 1; t <= m; t += 1) {
    residuals[t - 1] = (x[t]! - mean) / Math.sqrt(1 + 1 / t);
    mean += (x[t]! - mean) / (t + 1);
  }
  const centre = meanOf(residuals);
  const squares = residuals.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  if (isConstant(squares, m, mean)) return constant();
  const scale = Math.sqrt((squares / (m - 1)) * m);
  const fluctuation = new Float64Array(m + 1);
  let sum = 0;
  let statistic = 0;
  for (let j = 1; j <= m; j += 1) {
    sum += residuals[j - 1]!;
    fluctuation[j] = sum / scale;
    statistic = Math.max(statistic, Math.abs(fluctuation[j]!) / (1 + (2 * j) / m));
  }
  return ok({ statistic, pValue: lineSf(statistic), fluctuation });
}

/** A test against one change at an unknown point. */
export interface SupFTest {
  readonly statistic: number;
  readonly pValue: number;
  /** First index of the new segment, 0-based: the number that R prints as the last before it. */
  readonly changePoint: number;
}

/** Hansen (1997), table 1, one parameter: intercept, slope and degrees of freedom for trimming 0.49,
 * 0.47, …, 0.01. */
const kHansen: readonly (readonly [number, number, number])[] = [
  [-0.0648467, 0.99671156, 1.2573241],
  [-0.15305667, 0.96757645, 1.43651315],
  [-0.23071675, 0.95825013, 1.56531261],
  [-0.29247661, 0.95715782, 1.68851898],
  [-0.35706588, 0.95237505, 1.77889686],
  [-0.40514715, 0.96055795, 1.89761322],
  [-0.45248386, 0.95810999, 1.98370422],
  [-0.50458517, 0.96149538, 2.07086519],
  [-0.55009159, 0.96684273, 2.17244338],
  [-0.60241623, 0.96518399, 2.23509053],
  [-0.64308746, 0.97354902, 2.33722161],
  [-0.68833676, 0.97829106, 2.42776524],
  [-0.73136161, 0.9820687, 2.50833918],
  [-0.78078198, 0.99475319, 2.6209551],
  [-0.82894221, 1.00023473, 2.70286643],
  [-0.88430133, 1.00162529, 2.77835798],
  [-0.9499265, 1.00384268, 2.84325795],
  [-0.98828874, 1.01604712, 2.96752918],
  [-1.04892713, 1.02570939, 3.08442682],
  [-1.11527783, 1.03526033, 3.19770394],
  [-1.14992644, 1.06643436, 3.44739573],
  [-1.24010871, 1.06929468, 3.54993605],
  [-1.38522113, 1.06808543, 3.61667211],
  [-1.48296473, 1.1283969, 4.07202473],
  [-1.78738608, 1.17220925, 4.4726701],
];

/** Source: Hansen (1997), J. Bus. Econ. Stat. 15(1): p-values by a shifted χ², between its rows. */
function hansenSf(x: number, trimming: number): number {
  const p = (row: number): number => {
    const [intercept, slope, degrees] = kHansen[row]!;
    return chiSquareSf(Math.max(0, intercept + slope * x), degrees);
  };
  if (trimming <= 0.01) return p(24);
  if (trimming >= 0.49) {
    return ((0.5 - trimming) * p(0) + (trimming - 0.49) * chiSquareSf(x, 1)) * 100;
  }
  const place = (0.51 - trimming) * 50;
  const row = Math.min(24, Math.floor(place));
  return (row + 1 - place) * p(row - 1) + (place - row) * p(row);
}

/**
 * Tests for one change in mean at an unknown point by the largest Chow statistic.
 *
 *   F(j) = (RSS − RSS₁(j) − RSS₂(j)) / ((RSS₁(j) + RSS₂(j)) / (n − 2)), for ⌊trim n⌋ ≤ j ≤ n − ⌊trim n⌋
 *
 * Errors: `bad-input` for trimming outside (0, 0.5), a series that trimming leaves empty, values
 *         that are not finite, a constant series or one of two constant pieces.
 * Source: Andrews (1993), Econometrica 61(4); p-values by Hansen (1997).
 */
export function supFTest(x: Float64Array, trimming = 0.15): QuantResult<SupFTest> {
  if (!(trimming > 0 && trimming < 0.5)) {
    return badInput(`trimming is ${trimming}; above 0 and below 0.5 is allowed`);
  }
  const refusal = seriesRefusal(x, 4);
  if (refusal !== null) return refusal;
  const n = x.length;
  const from = Math.floor(trimming * n);
  const to = n - from;
  if (from < 1) return badInput(`trimming is ${trimming}; ${n} values need at least ${1 / n}`);
  const cost = segmentCost(x, 'mean');
  const whole = cost(0, n);
  if (isConstant(whole, n, meanOf(x))) return constant();
  let statistic = Number.NEGATIVE_INFINITY;
  let changePoint = from;
  for (let at = from; at <= to; at += 1) {
    const rest = cost(0, at) + cost(at, n);
    if (withoutResidual(rest, whole)) return exact();
    const f = ((whole - rest) * (n - 2)) / rest;
    if (f > statistic) [statistic, changePoint] = [f, at];
  }
  const lambda = ((n - from) * to) / (from * (n - to));
  return ok({
    statistic,
    pValue: Math.min(1, hansenSf(statistic, 1 / (1 + Math.sqrt(lambda)))),
    changePoint,
  });
}

/** Limits of a search for several changes in mean. */
export interface BaiPerronOptions {
  /** Fewest points of a segment; default ⌊0.15 n⌋. */
  readonly minSegment?: number;
  /** Change points at most; default as many as fit, less one: ⌈n / minSegment⌉ − 2. */
  readonly most?: number;
}

/** Change points in mean by least squares, their number by BIC. */
export interface BaiPerronResult {
  /** Of the number with the lowest BIC; first index of each new segment, 0-based. */
  readonly changePoints: readonly number[];
  /** Residual sum of squares with 0, 1, … change points. */
  readonly rss: readonly number[];
  /** −2 ln likelihood + 2 (changes + 1) ln n. */
  readonly bic: readonly number[];
  /** The best change points for each number. */
  readonly byCount: readonly (readonly number[])[];
}

/**
 * Finds the change points in mean of least squares for every number of them, and the number by BIC.
 *
 * Errors: `bad-input` for limits that the series cannot hold, values that are not finite, a constant
 *         series or one without residuals.
 * Cost:   O(most n²).
 * Source: Bai & Perron (2003), J. Appl. Econometrics 18(1).
 */
export function baiPerron(
  x: Float64Array,
  options: BaiPerronOptions = {},
): QuantResult<BaiPerronResult> {
  const refusal = seriesRefusal(x, 4);
  if (refusal !== null) return refusal;
  const n = x.length;
  const minimum = options.minSegment ?? Math.max(2, Math.floor(0.15 * n));
  if (!Number.isInteger(minimum) || minimum < 2 || 2 * minimum > n) {
    return badInput(`minSegment is ${minimum}; a whole number from 2 to ${n >> 1} is allowed`);
  }
  const most = options.most ?? Math.max(1, Math.ceil(n / minimum) - 2);
  if (!Number.isInteger(most) || most < 0 || (most + 1) * minimum > n) {
    return badInput(`most is ${most}; segments of ${minimum} allow ${Math.floor(n / minimum) - 1}`);
  }
  const refused = workRefusal(n, most);
  if (refused !== null) return refused;
  const cost = segmentCost(x, 'mean');
  if (isConstant(cost(0, n), n, meanOf(x))) return constant();
  const all = cheapestByCount(cost, n, most, minimum);
  const rss = all.map((each) => each.cost);
  if (rss.some((value) => withoutResidual(value, rss[0]!))) return exact();
  const bic = rss.map(
    (value, count) =>
      n * (Math.log(value / n) + 1 + Math.log(2 * Math.PI)) + 2 * (count + 1) * Math.log(n),
  );
  const best = bic.indexOf(Math.min(...bic));
  const byCount = all.map((each) => each.changePoints);
  return ok({ changePoints: byCount[best]!, rss, bic, byCount });
}
