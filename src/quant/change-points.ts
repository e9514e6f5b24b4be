import { ok } from '../core/index.ts';
import {
  type CostOf,
  type SegmentCost,
  segmentCost,
  segmentRefusal,
} from './change-point-costs.ts';
import { type CountedOptions, countRefusal, type Segmentation } from './counted-segmentation.ts';
import { badInput, type QuantResult } from './errors.ts';

/** What a search with a penalty needs. */
export interface PenalisedOptions {
  /** Default `mean`. */
  readonly cost?: SegmentCost;
  /** Price of one more change point; `mbic` adds the lengths of the segments to it. */
  readonly penalty: number | 'mbic';
  /** Fewest points of a segment; default 1 for `mean`, else 2. */
  readonly minSegment?: number;
  /** Segments whose cost is looked at before the search gives up. Default 1e9, some seconds. */
  readonly maxSegments?: number;
}

const kParameters: Readonly<Record<SegmentCost, number>> = {
  mean: 1,
  variance: 1,
  'mean-variance': 2,
};

/** A cost with its penalty. `slack` is what a split may add to the cost at most. */
interface Priced {
  readonly cost: CostOf;
  readonly penalty: number;
  readonly slack: number;
}

/** Modified BIC. Source: Zhang & Siegmund (2007), Biometrics 63(1), as R's changepoint applies it. */
function priced(x: Float64Array, kind: SegmentCost, penalty: number | 'mbic'): Priced {
  const cost = segmentCost(x, kind);
  if (penalty !== 'mbic') return { cost, penalty, slack: 0 };
  const logOfLength = Float64Array.from({ length: x.length + 1 }, (_, n) => Math.log(n));
  return {
    cost: (from, to) => cost(from, to) + logOfLength[to - from]!,
    penalty: (kParameters[kind] + 2) * Math.log(x.length),
    slack: Math.max(0, Math.log(x.length / 4)),
  };
}

/** Follows the last segments' starts back from the end. */
function cutsOf(before: Int32Array, n: number): number[] {
  const cuts: number[] = [];
  for (let at = before[n]!; at > 0; at = before[at]!) cuts.push(at);
  return cuts.reverse();
}

function totalCost(cost: CostOf, cuts: readonly number[], n: number): number {
  const bounds = [0, ...cuts, n];
  let total = 0;
  for (let i = 1; i < bounds.length; i += 1) total += cost(bounds[i - 1]!, bounds[i]!);
  return total;
}

/** Marks the starts above `bound` to be dropped, removes those whose time has come, returns the rest. */
function keepStarts(
  starts: Int32Array,
  costs: Float64Array,
  dropAt: Int32Array,
  count: number,
  t: number,
  minimum: number,
  bound: number,
): number {
  let kept = 0;
  for (let i = 0; i < count; i += 1) {
    const s = starts[i]!;
    if (costs[i]! > bound && dropAt[s]! > t + minimum) dropAt[s] = t + minimum;
    if (dropAt[s]! <= t + 1) continue;
    starts[kept] = s;
    kept += 1;
  }
  return kept;
}

/**
 * Minimises cost + penalty per change by dynamic programming. With `prune` a start s is dropped once
 * best[s] + cost(s, t) > best[t] + slack: from t + minSegment on, a cut at t is never worse.
 * Null where more than `limit` segments would have to be priced.
 */
function partition(
  p: Priced,
  n: number,
  minimum: number,
  prune: boolean,
  limit: number,
): number[] | null {
  const best = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  best[0] = -p.penalty;
  const before = new Int32Array(n + 1);
  const dropAt = new Int32Array(n + 1).fill(n + 1);
  const starts = new Int32Array(n + 1);
  const costs = new Float64Array(n + 1);
  let count = 1;
  let priced = 0;
  for (let t = minimum; t <= n; t += 1) {
    priced += count;
    if (priced > limit) return null;
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i += 1) {
      const s = starts[i]!;
      const total = best[s]! + p.cost(s, t);
      costs[i] = total;
      if (total < lowest) {
        lowest = total;
        before[t] = s;
      }
    }
    lowest += p.penalty;
    best[t] = lowest;
    if (prune) count = keepStarts(starts, costs, dropAt, count, t, minimum, lowest + p.slack);
    const next = t + 1 - minimum;
    if (next >= minimum) {
      starts[count] = next;
      count += 1;
    }
  }
  return cutsOf(before, n);
}

const tooLong = (n: number, limit: number): QuantResult<never> => ({
  ok: false,
  error: {
    code: 'not-converged',
    detail:
      `the segmentation of ${n} points needs more than ${limit} segments priced; a shorter series, ` +
      'a smaller penalty or a larger maxSegments is needed',
  },
});

function penalised(
  x: Float64Array,
  options: PenalisedOptions,
  prune: boolean,
): QuantResult<Segmentation> {
  const kind = options.cost ?? 'mean';
  const minimum = options.minSegment ?? (kind === 'mean' ? 1 : 2);
  const refusal = segmentRefusal(x, kind, minimum);
  if (refusal !== null) return refusal;
  if (options.penalty !== 'mbic' && !(options.penalty >= 0 && options.penalty < 1e300)) {
    return badInput(`penalty is ${options.penalty}; mbic or a number from 0 is allowed`);
  }
  const limit = options.maxSegments ?? 1e9;
  if (!(limit >= 1)) return badInput(`maxSegments is ${limit}; a number from 1 is allowed`);
  const n = x.length;
  // Without pruning their number is known beforehand.
  const hopeless = !prune && 0.5 * (n - minimum) ** 2 > limit;
  const changePoints = hopeless
    ? null
    : partition(priced(x, kind, options.penalty), n, minimum, prune, limit);
  if (changePoints === null) return tooLong(n, limit);
  const cost = totalCost(segmentCost(x, kind), changePoints, x.length);
  return ok({ changePoints, cost });
}

/**
 * Finds the cheapest segmentation for a penalty per change point, with pruning (PELT).
 *
 * Errors: `bad-input` for a series shorter than a segment, values that are not finite, a penalty
 *         below 0; `not-converged` after maxSegments.
 * Cost:   O(n) where changes keep coming, O(n²) at worst.
 * Source: Killick, Fearnhead & Eckley (2012), JASA 107(500).
 */
export function pelt(x: Float64Array, options: PenalisedOptions): QuantResult<Segmentation> {
  return penalised(x, options, true);
}

/**
 * Finds the cheapest segmentation for a penalty per change point, every start considered.
 *
 * Errors: those of `pelt`.
 * Cost:   O(n²).
 * Source: Jackson et al. (2005), IEEE Signal Process. Lett. 12(2).
 */
export function optimalPartition(
  x: Float64Array,
  options: PenalisedOptions,
): QuantResult<Segmentation> {
  return penalised(x, options, false);
}

/** The best cut of one segment. */
interface Split {
  readonly at: number;
  readonly gain: number;
}

function bestSplit(cost: CostOf, from: number, to: number, minimum: number): Split {
  const whole = cost(from, to);
  let best: Split = { at: -1, gain: Number.NEGATIVE_INFINITY };
  for (let at = from + minimum; at <= to - minimum; at += 1) {
    const gain = whole - cost(from, at) - cost(at, to);
    if (gain > best.gain) best = { at, gain };
  }
  return best;
}

/**
 * Cuts greedily where the cost falls most: `count` times, or as long as a cut gains more than
 * `penalty`. Fast and approximate: an early cut is never taken back.
 *
 * Errors: `bad-input` for a count that no sequence of cuts reaches, and those of `pelt`.
 * Cost:   O(n) per cut.
 * Source: Scott & Knott (1974), Biometrics 30(3).
 */
export function binarySegmentation(
  x: Float64Array,
  options: CountedOptions | (Omit<PenalisedOptions, 'penalty'> & { readonly penalty: number }),
): QuantResult<Segmentation> {
  const kind = options.cost ?? 'mean';
  const minimum = options.minSegment ?? (kind === 'mean' ? 1 : 2);
  const counted = 'count' in options;
  const refusal =
    segmentRefusal(x, kind, minimum) ?? (counted ? countRefusal(x, options.count, minimum) : null);
  if (refusal !== null) return refusal;
  if (!counted && !(options.penalty > 0 && options.penalty < 1e300)) {
    return badInput(`penalty is ${options.penalty}; a number above 0 is allowed`);
  }
  const cost = segmentCost(x, kind);
  let segments = [{ from: 0, to: x.length, split: bestSplit(cost, 0, x.length, minimum) }];
  const limit = counted ? options.count : x.length;
  const least = counted ? Number.NEGATIVE_INFINITY : options.penalty;
  for (let done = 0; done < limit; done += 1) {
    const next = segments.reduce((a, b) => (b.split.gain > a.split.gain ? b : a));
    if (!(next.split.gain > least)) {
      if (!counted) break;
      return badInput(`count is ${limit}; only ${done} cuts leave segments of ${minimum}`);
    }
    const halves = [
      { from: next.from, to: next.split.at },
      { from: next.split.at, to: next.to },
    ].map(({ from, to }) => ({ from, to, split: bestSplit(cost, from, to, minimum) }));
    segments = segments.flatMap((segment) => (segment === next ? halves : [segment]));
  }
  const changePoints = segments.slice(1).map(({ from }) => from);
  return ok({ changePoints, cost: totalCost(cost, changePoints, x.length) });
}
