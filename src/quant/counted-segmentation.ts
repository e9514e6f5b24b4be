import { ok } from '../core/index.ts';
import {
  type CostOf,
  type SegmentCost,
  segmentCost,
  segmentRefusal,
} from './change-point-costs.ts';
import { badInput, type QuantResult } from './errors.ts';

/** Where a series is cut. */
export interface Segmentation {
  /**
   * First index of each new segment, 0-based, ascending. The same numbers are the last indices of the
   * segments before, 1-based, as R's changepoint and strucchange print them; ruptures prints the same
   * with the length of the series behind them.
   */
  readonly changePoints: readonly number[];
  /** Sum of the costs of the segments, without penalties. */
  readonly cost: number;
}

/** What a search for a number of change points needs. */
export interface CountedOptions {
  /** Default `mean`. */
  readonly cost?: SegmentCost;
  readonly count: number;
  /** Fewest points of a segment; default 1 for `mean`, else 2. */
  readonly minSegment?: number;
}

/**
 * The cheapest segmentations with 0, 1, … `most` change points, for any cost.
 *
 * Cost:   O(most n²).
 * Source: Auger & Lawrence (1989), Bull. Math. Biol. 51(1); Bai & Perron (2003).
 */
export function cheapestByCount(
  cost: CostOf,
  n: number,
  most: number,
  minimum: number,
): readonly Segmentation[] {
  let best = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  for (let t = minimum; t <= n; t += 1) best[t] = cost(0, t);
  const found: Segmentation[] = [{ changePoints: [], cost: best[n]! }];
  const before: Int32Array[] = [];
  for (let count = 1; count <= most; count += 1) {
    const next = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
    const from = new Int32Array(n + 1);
    for (let t = (count + 1) * minimum; t <= n; t += 1) {
      for (let s = count * minimum; s <= t - minimum; s += 1) {
        const total = best[s]! + cost(s, t);
        if (total < next[t]!) {
          next[t] = total;
          from[t] = s;
        }
      }
    }
    before.push(from);
    best = next;
    const cuts: number[] = [];
    for (let level = count - 1, at = n; level >= 0; level -= 1) {
      at = before[level]![at]!;
      cuts.push(at);
    }
    found.push({ changePoints: cuts.reverse(), cost: best[n]! });
  }
  return found;
}

/** Most costs of segments that a search may ask for: some ten minutes. */
const MOST_COSTS = 2e11;

/** Refuses a search for every number of change points that would not end. */
export function workRefusal(n: number, most: number) {
  const costs = (most * n * n) / 2;
  if (costs <= MOST_COSTS) return null;
  return badInput(
    `${most} change points in ${n} values need ${costs} costs of segments; at most ${MOST_COSTS} are allowed`,
  );
}

/** Refuses a count that is no whole number, or that the series cannot hold. */
export function countRefusal(x: Float64Array, count: number, minimum: number) {
  if (!Number.isInteger(count) || count < 0) {
    return badInput(`count is ${count}; a whole number from 0 is allowed`);
  }
  const needed = (count + 1) * minimum;
  if (x.length >= needed) return null;
  return badInput(
    `x has ${x.length} values; ${count} change points and segments of ${minimum} need ${needed}`,
  );
}

/**
 * Finds the cheapest segmentation with exactly `count` change points (segment neighbourhood).
 *
 * Errors: `bad-input` for a count that the series cannot hold, more than 2e11 costs of segments,
 *         and those of `pelt`.
 * Cost:   O(count n²).
 * Source: Auger & Lawrence (1989), Bull. Math. Biol. 51(1).
 */
export function segmentNeighbourhood(
  x: Float64Array,
  options: CountedOptions,
): QuantResult<Segmentation> {
  const kind = options.cost ?? 'mean';
  const minimum = options.minSegment ?? (kind === 'mean' ? 1 : 2);
  const refusal =
    segmentRefusal(x, kind, minimum) ??
    countRefusal(x, options.count, minimum) ??
    workRefusal(x.length, options.count);
  if (refusal !== null) return refusal;
  const all = cheapestByCount(segmentCost(x, kind), x.length, options.count, minimum);
  const { changePoints, cost } = all[options.count]!;
  return ok({ changePoints, cost });
}
