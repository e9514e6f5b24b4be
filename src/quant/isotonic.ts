import { ok } from '../core/index.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';

/** A monotone step-and-ramp function: plain JSON, so that it can be stored. */
export interface IsotonicMap {
  /** Knots, ascending in x. */
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** An isotonic regression. */
export interface IsotonicFit {
  /** The fitted value of each input, in input order. */
  readonly fitted: Float64Array;
  readonly map: IsotonicMap;
}

/** How an isotonic regression is fitted. */
export interface IsotonicOptions {
  /** Weights above 0, one a value. Default 1 each. */
  readonly weights?: Float64Array;
  /** Whether the fit rises (default) or falls. */
  readonly increasing?: boolean;
}

/**
 * Replaces `y` by the nearest non-decreasing sequence in weighted squares, in place.
 *
 * Shapes: y[n] in and out, w[n] in.
 * Cost:   O(n): pool adjacent violators.
 * Source: Barlow, Bartholomew, Bremner & Brunk (1972), Statistical Inference under Order Restrictions.
 */
export function poolAdjacentViolators(y: Float64Array, w: Float64Array): void {
  const n = y.length;
  const means = new Float64Array(n);
  const weights = new Float64Array(n);
  const ends = new Int32Array(n);
  let blocks = 0;
  for (let i = 0; i < n; i += 1) {
    means[blocks] = y[i]!;
    weights[blocks] = w[i]!;
    ends[blocks] = i + 1;
    while (blocks > 0 && means[blocks - 1]! >= means[blocks]!) {
      const total = weights[blocks - 1]! + weights[blocks]!;
      const sum = weights[blocks - 1]! * means[blocks - 1]! + weights[blocks]! * means[blocks]!;
      means[blocks - 1] = sum / total;
      weights[blocks - 1] = total;
      ends[blocks - 1] = i + 1;
      blocks -= 1;
    }
    blocks += 1;
  }
  for (let b = 0, i = 0; b < blocks; b += 1) for (; i < ends[b]!; i += 1) y[i] = means[b]!;
}

/** The last place in ascending xs with a value of at most x. */
function placeOf(xs: Float64Array, x: number): number {
  let low = 0;
  let high = xs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (xs[middle]! <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Averages values of equal x, by weight: groups in ascending x, and the group of each input. */
function groupByX(x: Float64Array, y: Float64Array, w: Float64Array) {
  const xs = x.toSorted();
  let groups = 0;
  for (let i = 1; i < xs.length; i += 1) {
    if (xs[i] !== xs[groups]) {
      groups += 1;
      xs[groups] = xs[i]!;
    }
  }
  const unique = xs.subarray(0, groups + 1);
  const means = new Float64Array(groups + 1);
  const weights = new Float64Array(groups + 1);
  const group = new Int32Array(x.length);
  for (let i = 0; i < x.length; i += 1) {
    const k = placeOf(unique, x[i]!);
    group[i] = k;
    means[k]! += w[i]! * y[i]!;
    weights[k]! += w[i]!;
  }
  for (let k = 0; k <= groups; k += 1) means[k]! /= weights[k]!;
  return { xs: unique, means, weights, group };
}

/**
 * Fits the monotone function of x that is nearest to y in weighted squares. Equal x are averaged
 * first; between its knots the map is linear, outside it is constant.
 *
 * Shapes: x[n], y[n], weights[n].
 * Errors: `bad-input` for lengths that differ, no values, values that are not finite, weights not > 0.
 * Cost:   O(n·log n), the sort.
 */
export function isotonicRegression(
  x: Float64Array,
  y: Float64Array,
  options: IsotonicOptions = {},
): QuantResult<IsotonicFit> {
  const { increasing = true, weights = new Float64Array(x.length).fill(1) } = options;
  const fault = seriesFault('x', x, 1) ?? seriesFault('y', y, 1) ?? seriesFault('w', weights, 1);
  if (fault !== null) return badInput(fault);
  if (y.length !== x.length) return badInput(`y has ${y.length} values; x has ${x.length}`);
  if (weights.length !== x.length) {
    return badInput(`weights has ${weights.length} values; x has ${x.length}`);
  }
  const at = weights.findIndex((weight) => !(weight > 0));
  if (at >= 0) return badInput(`weights[${at}] is ${weights[at]}; weights are above 0`);
  const sign = increasing ? 1 : -1;
  const grouped = groupByX(
    x,
    y.map((value) => sign * value),
    weights,
  );
  const { xs, means, group } = grouped;
  poolAdjacentViolators(means, grouped.weights);
  const knots = [...xs.keys()].filter(
    (k) => k === 0 || k === xs.length - 1 || means[k] !== means[k - 1] || means[k] !== means[k + 1],
  );
  return ok({
    fitted: Float64Array.from(group, (k) => sign * means[k]!),
    map: { x: knots.map((k) => xs[k]!), y: knots.map((k) => sign * means[k]!) },
  });
}

/** The value of the map at x: linear between knots, the end values outside. */
export function isotonicValue(map: IsotonicMap, x: number): number {
  let low = 0;
  let high = map.x.length - 1;
  if (!(x > map.x[low]!)) return map.y[low]!;
  if (x >= map.x[high]!) return map.y[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (map.x[middle]! <= x) low = middle;
    else high = middle;
  }
  const share = (x - map.x[low]!) / (map.x[high]! - map.x[low]!);
  return map.y[low]! + share * (map.y[high]! - map.y[low]!);
}
