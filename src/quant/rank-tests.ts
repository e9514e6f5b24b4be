import { ok } from '../core/index.ts';
import { normalSf } from './distributions.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';

/** Ranks from 1, ties averaged, and the sizes of the groups of ties. */
export function ranks(x: Float64Array): { readonly ranks: Float64Array; readonly ties: number[] } {
  const order = Array.from(x, (_, i) => i).sort((a, b) => x[a]! - x[b]!);
  const out = new Float64Array(x.length);
  const ties: number[] = [];
  for (let i = 0; i < order.length; ) {
    let end = i + 1;
    while (end < order.length && x[order[end]!]! === x[order[i]!]!) end += 1;
    for (let k = i; k < end; k += 1) out[order[k]!] = (i + end + 1) / 2;
    if (end - i > 1) ties.push(end - i);
    i = end;
  }
  return { ranks: out, ties };
}

const tieSum = (ties: readonly number[]): number => ties.reduce((sum, t) => sum + t ** 3 - t, 0);

/** A rank test: two-sided p-value. */
export interface RankTest {
  readonly statistic: number;
  readonly pValue: number;
  readonly method: 'exact' | 'asymptotic';
}

/** How a p-value of ranks is found. */
export interface RankTestOptions {
  /**
   * Default of Mann-Whitney: asymptotic; of Wilcoxon: exact up to 50 pairs without ties or zeros.
   */
  readonly method?: 'exact' | 'asymptotic';
  /** Half a unit towards the mean, asymptotic only. Default: Mann-Whitney yes, Wilcoxon no. */
  readonly continuity?: boolean;
}

/** P(U <= u) without ties, by the partitions of Mann & Whitney. */
function mannWhitneyCdf(u: number, m: number, n: number): number {
  // ways[s]: subsets of sizes so far whose rank sum above its least is s, as a share of all.
  const size = m * n + 1;
  const ways = new Float64Array(size);
  ways[0] = 1;
  for (let i = 1; i <= m; i += 1) {
    // The Gaussian binomial: multiply by (1 - q^(n+i)), divide by (1 - q^i).
    for (let s = size - 1; s >= n + i; s -= 1) ways[s]! -= ways[s - n - i]!;
    for (let s = i; s < size; s += 1) ways[s]! += ways[s - i]!;
    for (let s = 0; s < size; s += 1) ways[s]! *= i / (n + i);
  }
  let sum = 0;
  for (let s = 0; s <= Math.floor(u); s += 1) sum += ways[s]!;
  return sum;
}

/**
 * Tests that neither of two independent samples tends to be larger. The statistic is the U of `a`:
 * pairs in which it is larger, ties by half.
 *
 * Errors: `bad-input` for an empty sample, all values equal, or `exact` with ties or over 10^4
 *         pairs.
 * Source: Mann & Whitney (1947), Ann. Math. Statistics 18(1).
 */
export function mannWhitneyTest(
  a: Float64Array,
  b: Float64Array,
  options: RankTestOptions = {},
): QuantResult<RankTest> {
  const { method = 'asymptotic', continuity = true } = options;
  const fault = seriesFault('a', a, 1) ?? seriesFault('b', b, 1);
  if (fault !== null) return badInput(fault);
  const m = a.length;
  const n = b.length;
  const all = new Float64Array(m + n);
  all.set(a);
  all.set(b, m);
  const { ranks: r, ties } = ranks(all);
  const statistic = r.subarray(0, m).reduce((sum, v) => sum + v, 0) - (m * (m + 1)) / 2;
  const larger = Math.max(statistic, m * n - statistic);
  if (method === 'exact') {
    if (ties.length > 0) return badInput('method is exact with tied values; it needs none');
    if (m * n > 10_000) return badInput(`method is exact with ${m * n} pairs; at most 10000`);
    return ok({ statistic, pValue: Math.min(1, 2 * mannWhitneyCdf(m * n - larger, m, n)), method });
  }
  const total = m + n;
  const variance = ((m * n) / 12) * (total + 1 - tieSum(ties) / (total * (total - 1)));
  if (!(variance > 0)) return badInput(`all values of a and b equal ${a[0]}; they must differ`);
  const z = (larger - (m * n) / 2 - (continuity ? 0.5 : 0)) / Math.sqrt(variance);
  return ok({ statistic, pValue: Math.min(1, 2 * normalSf(z)), method });
}

/** P(W <= w) for n pairs without ties: subsets of 1..n by their sum. */
function signedRankCdf(w: number, n: number): number {
  const size = (n * (n + 1)) / 2 + 1;
  const ways = new Float64Array(size);
  ways[0] = 1;
  for (let i = 1; i <= n; i += 1) {
    for (let s = size - 1; s >= 0; s -= 1) {
      ways[s] = 0.5 * (ways[s]! + (s >= i ? ways[s - i]! : 0));
    }
  }
  let sum = 0;
  for (let s = 0; s <= Math.floor(w); s += 1) sum += ways[s]!;
  return sum;
}

/**
 * Wilcoxon's signed-rank test that the differences of pairs are symmetric about 0. The statistic is
 * the smaller of the two rank sums; pairs without difference are left out.
 *
 * Errors: `bad-input` for unequal lengths, no difference at all, or `exact` with ties or zeros.
 * Source: Wilcoxon (1945), Biometrics Bulletin 1(6).
 */
export function wilcoxonTest(
  a: Float64Array,
  b: Float64Array,
  options: RankTestOptions = {},
): QuantResult<RankTest> {
  const fault = seriesFault('a', a, 1) ?? seriesFault('b', b, 1);
  if (fault !== null) return badInput(fault);
  if (a.length !== b.length) {
    return badInput(`a has ${a.length} values and b ${b.length}; pairs need as many of each`);
  }
  const difference = a.map((value, i) => value - b[i]!).filter((value) => value !== 0);
  const n = difference.length;
  if (n === 0) return badInput('a and b are equal everywhere; at least one pair must differ');
  const { ranks: r, ties } = ranks(difference.map(Math.abs));
  const clean = ties.length === 0 && n === a.length;
  const method = options.method ?? (clean && n <= 50 ? 'exact' : 'asymptotic');
  const plus = r.reduce((sum, rank, i) => sum + (difference[i]! > 0 ? rank : 0), 0);
  const statistic = Math.min(plus, (n * (n + 1)) / 2 - plus);
  if (method === 'exact') {
    if (!clean) return badInput('method is exact with tied or zero differences; it needs none');
    if (n > 1000) return badInput(`method is exact with ${n} pairs; at most 1000`);
    return ok({ statistic, pValue: Math.min(1, 2 * signedRankCdf(statistic, n)), method });
  }
  const mean = (n * (n + 1)) / 4;
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tieSum(ties) / 48;
  const z = (mean - statistic - (options.continuity ? 0.5 : 0)) / Math.sqrt(variance);
  return ok({ statistic, pValue: Math.min(1, 2 * normalSf(z)), method });
}
