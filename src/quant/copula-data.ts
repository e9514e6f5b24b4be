import type { Matrix } from './linear-algebra.ts';

/** The smallest factor from one knot's tail probability to the next's, and the largest distance. */
const TAIL_FACTOR = 2 / 3;
const LARGEST_GAP = 0.02;

/** How many values of an ascending array lie below `value`, or not above it. */
function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle]!;
    if (at < value || (orEqual && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Pseudo-observations: ranks / (n + 1) of each column, ties sharing their mean rank.
 *
 * Source: Genest, Ghoudi and Rivest (1995), Biometrika 82(3).
 */
export function pseudoObservations(x: Matrix): Matrix {
  const { data, rows, columns } = x;
  const out = new Float64Array(data.length);
  for (let j = 0; j < columns; j += 1) {
    const sorted = Float64Array.from({ length: rows }, (_, t) => data[t * columns + j]!).sort();
    for (let t = 0; t < rows; t += 1) {
      const value = data[t * columns + j]!;
      const below = countBelow(sorted, value, false);
      const upTo = countBelow(sorted, value, true);
      out[t * columns + j] = (below + upTo + 1) / 2 / (rows + 1);
    }
  }
  return { data: out, rows, columns };
}

/** The distances |u - 1/2| at which quantiles are needed, and where each value finds its own. */
export interface Knots {
  /** Ascending, above 0, with steps in between where the data leave a gap. */
  readonly distances: Float64Array;
  /** Per value the place of its knot from 1, with the sign of u - 1/2; 0 at the median. */
  readonly index: Float64Array;
}

/** Distances nearer than this count as one; it is some roundings of 1/2. */
const SAME = 4e-16;

/** The knots of probabilities, spaced as native/kernels/dependence/student_quantiles.h needs. */
export function knotsOf(u: Float64Array): Knots {
  const sorted = u.map((value) => Math.abs(value - 0.5)).sort();
  const distances: number[] = [];
  const places = new Float64Array(sorted.length);
  let last = 0;
  for (let at = 0; at < sorted.length; at += 1) {
    const wanted = sorted[at]!;
    while (wanted - last > SAME) {
      const reach = Math.min(last + LARGEST_GAP, 0.5 - TAIL_FACTOR * (0.5 - last));
      last = Math.min(wanted, reach);
      distances.push(last);
    }
    places[at] = distances.length;
  }
  const index = u.map((value) => {
    const distance = Math.abs(value - 0.5);
    const place = places[countBelow(sorted, distance, false)]!;
    return value < 0.5 ? -place : place;
  });
  return { distances: Float64Array.from(distances), index };
}
