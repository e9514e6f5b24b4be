import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { type Matrix, matrixFault } from './linear-algebra.ts';

/** How many swaps sort `order` by y: merges it in place with `spare`. */
function sortCountingSwaps(y: Float64Array, order: Uint32Array, spare: Uint32Array): number {
  let swaps = 0;
  for (let width = 1; width < order.length; width *= 2) {
    for (let from = 0; from < order.length; from += 2 * width) {
      const middle = Math.min(from + width, order.length);
      const end = Math.min(from + 2 * width, order.length);
      let left = from;
      let right = middle;
      for (let at = from; at < end; at += 1) {
        const takeRight = right < end && (left >= middle || y[order[right]!]! < y[order[left]!]!);
        if (takeRight) swaps += middle - left;
        spare[at] = takeRight ? order[right]! : order[left]!;
        if (takeRight) right += 1;
        else left += 1;
      }
    }
    order.set(spare);
  }
  return swaps;
}

/** Pairs of neighbours in a row, n (n - 1) / 2 for each run of `same`. */
function tiedPairs(n: number, same: (at: number) => boolean): number {
  let pairs = 0;
  let run = 1;
  for (let at = 1; at <= n; at += 1) {
    if (at < n && same(at)) run += 1;
    else {
      pairs += (run * (run - 1)) / 2;
      run = 1;
    }
  }
  return pairs;
}

/** Pairs of observations by how two columns order them. */
export interface KendallCounts {
  readonly pairs: number;
  readonly concordant: number;
  readonly discordant: number;
  /** Pairs that the first column ties, and those that the second does. */
  readonly tiedX: number;
  readonly tiedY: number;
}

/**
 * Counts the pairs that two columns order alike and otherwise.
 *
 * Requires: finite values, as many of each.
 * Cost:     O(n log n).
 * Source:   Knight (1966), JASA 61(314).
 */
export function kendallCounts(x: Float64Array, y: Float64Array): KendallCounts {
  const n = x.length;
  const order = Uint32Array.from(x.keys()).sort((i, j) => x[i]! - x[j]! || y[i]! - y[j]!);
  const tiedX = tiedPairs(n, (at) => x[order[at]!] === x[order[at - 1]!]);
  const tiedBoth = tiedPairs(
    n,
    (at) => x[order[at]!] === x[order[at - 1]!] && y[order[at]!] === y[order[at - 1]!],
  );
  const discordant = sortCountingSwaps(y, order, new Uint32Array(n));
  const tiedY = tiedPairs(n, (at) => y[order[at]!] === y[order[at - 1]!]);
  const pairs = (n * (n - 1)) / 2;
  const concordant = pairs - tiedX - tiedY + tiedBoth - discordant;
  return { pairs, concordant, discordant, tiedX, tiedY };
}

/** Kendall's tau-b. Requires: neither column constant. */
export const kendallTau = (of: KendallCounts): number =>
  (of.concordant - of.discordant) / Math.sqrt((of.pairs - of.tiedX) * (of.pairs - of.tiedY));

/**
 * Kendall's tau-b of each pair of columns, d x d.
 *
 * Errors: `bad-input` for fewer than 2 rows, values that are not finite, a constant column.
 * Cost:   O(d^2 n log n).
 */
export function kendallMatrix(x: Matrix): QuantResult<Float64Array> {
  const fault = matrixFault('x', x, 2);
  if (fault !== null) return badInput(fault);
  const { data, rows, columns: d } = x;
  const columns = Array.from({ length: d }, (_, j) =>
    Float64Array.from({ length: rows }, (__, t) => data[t * d + j]!),
  );
  const flat = columns.findIndex((column) => column.every((value) => value === column[0]));
  if (flat >= 0) return badInput(`column ${flat} of x is constant at ${data[flat]}; it must vary`);
  const out = new Float64Array(d * d).fill(1);
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const tau = kendallTau(kendallCounts(columns[i]!, columns[j]!));
      out[i * d + j] = tau;
      out[j * d + i] = tau;
    }
  }
  return ok(out);
}
