import { assert } from '../core/index.ts';
import { differences, mean } from './microstructure.ts';

/** The prices of one bar. */
export interface OhlcBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** Log prices of a bar and of the one before, with their mid ranges. */
interface LogStep {
  readonly o: number;
  readonly h: number;
  readonly l: number;
  readonly c: number;
  readonly m: number;
  readonly h1: number;
  readonly l1: number;
  readonly c1: number;
  readonly m1: number;
}

function logSteps(bars: readonly OhlcBar[]): readonly LogStep[] {
  assert(bars.length >= 3, 'a spread needs three bars');
  const logs = bars.map(({ open, high, low, close }) => {
    const [h, l] = [Math.log(high), Math.log(low)];
    return { o: Math.log(open), h, l, c: Math.log(close), m: (h + l) / 2 };
  });
  return logs.slice(1).map((now, i) => {
    const before = logs[i]!;
    return { ...now, h1: before.h, l1: before.l, c1: before.c, m1: before.m };
  });
}

/** sign(x) sqrt|x|: the spread of a squared spread that noise made negative is negative. */
const signedRoot = (x: number): number => Math.sign(x) * Math.sqrt(Math.abs(x));

const flag = (condition: boolean): number => (condition ? 1 : 0);

/** Whether a bar traded at all: its range is not the former close alone. */
const traded = ({ h, l, c1 }: LogStep): boolean => h !== l || l !== c1;

/** How often opens and former closes lay off the extremes, of bars that traded. */
function offExtremes(steps: readonly LogStep[]) {
  const share = (off: (step: LogStep) => boolean): number =>
    mean(steps.map((step) => flag(traded(step) && off(step))));
  return {
    traded: mean(steps.map((step) => flag(traded(step)))),
    open: share(({ o, h }) => o !== h) + share(({ o, l }) => o !== l),
    close: share(({ c1, h1 }) => c1 !== h1) + share(({ c1, l1 }) => c1 !== l1),
  };
}

/**
 * The EDGE spread: the two estimators from opens and from closes, weighed by each other's variance.
 *
 *   s^2 = (v2 e1 + v1 e2) / (v1 + v2)
 *
 * with e1, v1 and e2, v2 mean and variance of x1 = -4/po d1 r2 - 4/pc d3 r4 and of
 * x2 = -4/po d1 r5 - 4/pc d5 r4; r1 = m - o, r2 = o - m', r3 = m - c', r4 = c' - m', r5 = o - c' in
 * logs, d = r less its mean over bars that traded.
 *
 * Units:    fraction of the price; negative where noise outweighs the spread.
 * Requires: three bars, prices above zero.
 * Errors:   `null` where no price lies off the extremes.
 * Source:   Ardia, Guidotti & Kroencke (2024), Journal of Financial Economics.
 */
export function edgeSpread(bars: readonly OhlcBar[]): number | null {
  const steps = logSteps(bars);
  const { traded: pt, open: po, close: pc } = offExtremes(steps);
  if (!(po > 0 && pc > 0 && pt > 0)) return null;
  const demeaned = (r: readonly number[]): readonly number[] => {
    const drift = mean(r) / pt;
    return r.map((value, i) => value - flag(traded(steps[i]!)) * drift);
  };
  const r2 = steps.map(({ o, m1 }) => o - m1);
  const r4 = steps.map(({ c1, m1 }) => c1 - m1);
  const r5 = steps.map(({ o, c1 }) => o - c1);
  const d1 = demeaned(steps.map(({ m, o }) => m - o));
  const d3 = demeaned(steps.map(({ m, c1 }) => m - c1));
  const d5 = demeaned(r5);
  const x1 = d1.map((d, i) => (-4 / po) * d * r2[i]! - (4 / pc) * d3[i]! * r4[i]!);
  const x2 = d1.map((d, i) => (-4 / po) * d * r5[i]! - (4 / pc) * d5[i]! * r4[i]!);
  const [e1, e2] = [mean(x1), mean(x2)];
  const v1 = mean(x1.map((x) => x * x)) - e1 * e1;
  const v2 = mean(x2.map((x) => x * x)) - e2 * e2;
  return v1 + v2 > 0 ? signedRoot((v2 * e1 + v1 * e2) / (v1 + v2)) : null;
}

/**
 * The estimator from the mid range, the open and the former close, one of those that EDGE joins.
 *
 *   s^2 = -8/po (mean(r1 r5) - mean(r1) mean(tau r5) / pt),   r1 = m - o,  r5 = o - c'
 *
 * Units, Requires, Errors: as `edgeSpread`.
 * Source: Ardia, Guidotti & Kroencke (2024), the discrete generalised "OHLC" estimator.
 */
export function ohlcSpread(bars: readonly OhlcBar[]): number | null {
  const steps = logSteps(bars);
  const { traded: pt, open: po } = offExtremes(steps);
  if (!(po > 0 && pt > 0)) return null;
  const r1 = steps.map(({ m, o }) => m - o);
  const r5 = steps.map(({ o, c1 }) => o - c1);
  const drift = (mean(r1) * mean(steps.map((step, i) => flag(traded(step)) * r5[i]!))) / pt;
  return signedRoot((-8 / po) * (mean(r1.map((r, i) => r * r5[i]!)) - drift));
}

/**
 * Roll's spread of closing prices, in logs with the sample covariance.
 *
 *   s^2 = -4 n / (n - 1) (mean(r r') - mean(r) mean(r'))
 *
 * Units, Requires: as `edgeSpread`.
 * Source: Roll (1984), Journal of Finance 39(4).
 */
export function closeRollSpread(bars: readonly OhlcBar[]): number {
  assert(bars.length >= 4, 'Roll needs four bars');
  const returns = differences(bars.map(({ close }) => Math.log(close)));
  const [now, before] = [returns.slice(1), returns.slice(0, -1)];
  const covariance = mean(now.map((r, i) => r * before[i]!)) - mean(now) * mean(before);
  return signedRoot(-4 * (now.length / (now.length - 1)) * covariance);
}

/**
 * The Corwin-Schultz spread of pairs of bars, averaged, overnight gaps taken out.
 *
 *   A = (sqrt(2 B) - sqrt(B)) / k - sqrt(G / k),  k = 3 - 2 sqrt(2);   s = 2 (e^A - 1) / (e^A + 1)
 *
 * with B the sum of the squared log ranges of both bars and G the squared log range of the pair.
 *
 * Units, Requires: as `edgeSpread`.
 * Source: Corwin & Schultz (2012), Journal of Finance 67(2), eq. 14 and 18.
 */
export function corwinSchultzSpread(bars: readonly OhlcBar[]): number {
  const k = 3 - 2 * Math.SQRT2;
  return mean(
    logSteps(bars).map(({ h, l, h1, l1, c1 }) => {
      const gap = Math.max(0, c1 - h) + Math.min(0, c1 - l);
      const beta = (h - l) ** 2 + (h1 - l1) ** 2;
      const gamma = (Math.max(h + gap, h1) - Math.min(l + gap, l1)) ** 2;
      const a = (Math.sqrt(2 * beta) - Math.sqrt(beta)) / k - Math.sqrt(gamma / k);
      return (2 * (Math.exp(a) - 1)) / (1 + Math.exp(a));
    }),
  );
}

/**
 * The Abdi-Ranaldo spread.
 *
 *   s^2 = 4 mean((c' - m')(c' - m))
 *
 * Units, Requires: as `edgeSpread`.
 * Source: Abdi & Ranaldo (2017), Review of Financial Studies 30(12).
 */
export function abdiRanaldoSpread(bars: readonly OhlcBar[]): number {
  return signedRoot(4 * mean(logSteps(bars).map(({ c1, m1, m }) => (c1 - m1) * (c1 - m))));
}
