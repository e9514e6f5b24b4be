import { ok } from '../core/index.ts';
import { lgamma, normalSf, studentTSf } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { kendallCounts, kendallTau } from './kendall.ts';
import { ranks } from './rank-tests.ts';
import { sampleFault } from './sample-fault.ts';

/** A correlation and the two-sided p-value of its being 0. */
export interface CorrelationTest {
  readonly correlation: number;
  readonly pValue: number;
}

function pairFault(a: Float64Array, b: Float64Array): string | null {
  const fault = sampleFault('a', a, 3) ?? sampleFault('b', b, 3);
  if (fault !== null) return fault;
  if (a.length !== b.length) {
    return `a has ${a.length} values and b ${b.length}; pairs need as many of each`;
  }
  if (a.every((value) => value === a[0])) return `a is constant at ${a[0]}; it must vary`;
  if (b.every((value) => value === b[0])) return `b is constant at ${b[0]}; it must vary`;
  return null;
}

function linear(a: Float64Array, b: Float64Array): CorrelationTest {
  const n = a.length;
  const meanA = a.reduce((sum, v) => sum + v, 0) / n;
  const meanB = b.reduce((sum, v) => sum + v, 0) / n;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < n; i += 1) {
    const x = a[i]! - meanA;
    const y = b[i]! - meanB;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  const correlation = Math.max(-1, Math.min(1, ab / Math.sqrt(aa) / Math.sqrt(bb)));
  const rest = (1 - correlation) * (1 + correlation);
  const t = Math.abs(correlation) * Math.sqrt((n - 2) / rest);
  return { correlation, pValue: rest > 0 ? Math.min(1, 2 * studentTSf(t, n - 2)) : 0 };
}

/** Pearson's correlation, its p-value by t with n - 2 degrees of freedom. Errors: `bad-input`. */
export function pearsonTest(a: Float64Array, b: Float64Array): QuantResult<CorrelationTest> {
  const fault = pairFault(a, b);
  return fault === null ? ok(linear(a, b)) : badInput(fault);
}

/** Spearman's rank correlation, ties averaged, its p-value by t with n - 2. Errors: `bad-input`. */
export function spearmanTest(a: Float64Array, b: Float64Array): QuantResult<CorrelationTest> {
  const fault = pairFault(a, b);
  return fault === null ? ok(linear(ranks(a).ranks, ranks(b).ranks)) : badInput(fault);
}

/**
 * Two-sided p-value of `discordant` inversions among n values without ties. Source: Kendall (1970).
 */
function exactKendall(discordant: number, n: number): number {
  const pairs = (n * (n - 1)) / 2;
  const c = Math.min(discordant, pairs - discordant);
  if (2 * c === pairs) return 1;
  // ways[s]: permutations of the values so far with s inversions, as a share of all.
  let ways = new Float64Array(c + 1);
  ways[0] = 1;
  for (let j = 2; j <= n; j += 1) {
    const next = new Float64Array(c + 1);
    let window = 0;
    for (let s = 0; s <= c; s += 1) {
      window += ways[s]!;
      if (s >= j) window -= ways[s - j]!;
      next[s] = window / j;
    }
    ways = next;
  }
  return Math.min(1, 2 * ways.reduce((sum, share) => sum + share, 0));
}

/**
 * Kendall's tau-b. The p-value is exact without ties up to 33 pairs (or with at most one discordant
 * or concordant pair), otherwise normal with the variance of ties, as scipy.
 *
 * Errors: `bad-input`.
 * Cost:   O(n log n).
 */
export function kendallTest(a: Float64Array, b: Float64Array): QuantResult<CorrelationTest> {
  const fault = pairFault(a, b);
  if (fault !== null) return badInput(fault);
  const n = a.length;
  const counts = kendallCounts(a, b);
  const { pairs, concordant, discordant, tiedX, tiedY } = counts;
  const correlation = kendallTau(counts);
  const few = Math.min(discordant, pairs - discordant) <= 1 && lgamma(n) < 700;
  if (tiedX === 0 && tiedY === 0 && (n <= 33 || few)) {
    return ok({ correlation, pValue: exactKendall(discordant, n) });
  }
  const tiesA = ranks(a).ties;
  const tiesB = ranks(b).ties;
  const sum = (ties: number[], f: (t: number) => number) => ties.reduce((s, t) => s + f(t), 0);
  const triple = (t: number) => t * (t - 1) * (t - 2);
  const weight = (t: number) => t * (t - 1) * (2 * t + 5);
  const m = n * (n - 1);
  const variance =
    (m * (2 * n + 5) - sum(tiesA, weight) - sum(tiesB, weight)) / 18 +
    (2 * tiedX * tiedY) / m +
    (sum(tiesA, triple) * sum(tiesB, triple)) / (9 * m * (n - 2));
  const z = Math.abs(concordant - discordant) / Math.sqrt(variance);
  return ok({ correlation, pValue: Math.min(1, 2 * normalSf(z)) });
}
