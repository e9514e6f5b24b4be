import { ok } from '../core/index.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';
import { nelderMead } from './nelder-mead.ts';

/** Raw SVI: total variance w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)), k = ln(K / F). */
export interface SviSlice {
  readonly years: number;
  readonly a: number;
  readonly b: number;
  readonly rho: number;
  readonly m: number;
  readonly sigma: number;
  /** Root mean square error of total variance at the quotes, by weight. */
  readonly error: number;
  /** Range of k of the quotes. */
  readonly from: number;
  readonly to: number;
}

/** The quotes of one expiry. */
export interface SmileQuotes {
  readonly years: number;
  /** ln(strike / forward). */
  readonly logMoneyness: Float64Array;
  /** Implied, per square root of a year. */
  readonly volatility: Float64Array;
  /** How much a quote counts; 1 each when absent. */
  readonly weight?: Float64Array;
}

/** Total variance of a slice at k. */
export function sviVariance(slice: SviSlice, k: number): number {
  const x = k - slice.m;
  return slice.a + slice.b * (slice.rho * x + Math.sqrt(x * x + slice.sigma * slice.sigma));
}

/** Implied volatility of a slice at k. */
export const sviVolatility = (slice: SviSlice, k: number): number =>
  Math.sqrt(Math.max(0, sviVariance(slice, k)) / slice.years);

/** A vertex and directions: the points vertex + directions * t of (a, d, c). */
interface Face {
  readonly vertex: readonly number[];
  readonly directions: readonly (readonly number[])[];
}

/** Faces of 0 <= a, |d| <= c, |d| <= 2 sigma - c (Lee's bound of the wings), in units of sigma. */
const faces: readonly Face[] = (() => {
  const sides: Face[] = [
    {
      vertex: [0, 0, 0],
      directions: [
        [0, 1, 0],
        [0, 0, 1],
      ],
    },
    { vertex: [0, 0, 0], directions: [[0, 1, 1]] },
    { vertex: [0, 0, 0], directions: [[0, -1, 1]] },
    { vertex: [0, 0, 2], directions: [[0, 1, -1]] },
    { vertex: [0, 0, 2], directions: [[0, -1, -1]] },
    ...[
      [0, 0, 0],
      [0, 0, 2],
      [0, 1, 1],
      [0, -1, 1],
    ].map((vertex) => ({ vertex, directions: [] })),
  ];
  return sides.flatMap((side) => [{ ...side, directions: [[1, 0, 0], ...side.directions] }, side]);
})();

/** Solves a small symmetric system by elimination; null when it is singular. */
function solveSmall(matrix: number[][], right: number[]): number[] | null {
  const n = right.length;
  for (let i = 0; i < n; i += 1) {
    const pivot = matrix[i]![i]!;
    if (!(Math.abs(pivot) > 1e-14)) return null;
    for (let r = i + 1; r < n; r += 1) {
      const factor = matrix[r]![i]! / pivot;
      for (let c = i; c < n; c += 1) matrix[r]![c]! -= factor * matrix[i]![c]!;
      right[r]! -= factor * right[i]!;
    }
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let c = i + 1; c < n; c += 1) right[i]! -= matrix[i]![c]! * right[c]!;
    right[i]! /= matrix[i]![i]!;
  }
  return right;
}

/** Sums of products of the features 1, y, sqrt(1 + y^2) and the variance of the quotes. */
interface Normal {
  readonly gram: readonly (readonly number[])[];
  readonly moment: readonly number[];
  readonly square: number;
}

function normalEquations(
  k: Float64Array,
  w: Float64Array,
  weight: Float64Array,
  m: number,
  sigma: number,
): Normal {
  const gram = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  const moment = [0, 0, 0];
  let square = 0;
  for (let i = 0; i < k.length; i += 1) {
    const y = (k[i]! - m) / sigma;
    const features = [1, y, Math.sqrt(1 + y * y)];
    for (let r = 0; r < 3; r += 1) {
      for (let c = 0; c < 3; c += 1) gram[r]![c]! += weight[i]! * features[r]! * features[c]!;
      moment[r]! += weight[i]! * features[r]! * w[i]!;
    }
    square += weight[i]! * w[i]! * w[i]!;
  }
  return { gram, moment, square };
}

interface Linear {
  /** a, d = rho b sigma, c = b sigma. */
  readonly point: readonly number[];
  readonly squares: number;
}

const feasible = (point: readonly number[], sigma: number): boolean => {
  const [a, d, c] = point as [number, number, number];
  const room = 1e-12 * (1 + sigma);
  return a >= -room && Math.abs(d) <= c + room && Math.abs(d) <= 2 * sigma - c + room;
};

/** The best a, d, c for one m and sigma: the least of all faces of the feasible set. */
function bestLinear(normal: Normal, sigma: number): Linear {
  let best: Linear = { point: [0, 0, 0], squares: normal.square };
  const times = (v: readonly number[]): number[] =>
    normal.gram.map((row) => row.reduce((sum, g, i) => sum + g * v[i]!, 0));
  const inner = (u: readonly number[], v: readonly number[]): number =>
    u.reduce((sum, x, i) => sum + x * v[i]!, 0);
  for (const { vertex, directions } of faces) {
    const base = vertex.map((x) => x * sigma);
    const gap = times(base).map((x, i) => normal.moment[i]! - x);
    const matrix = directions.map((u) => directions.map((v) => inner(u, times(v))));
    const t = solveSmall(
      matrix,
      directions.map((u) => inner(u, gap)),
    );
    if (t === null) continue;
    const point = base.map((x, i) => directions.reduce((sum, u, j) => sum + u[i]! * t[j]!, x));
    if (!feasible(point, sigma)) continue;
    const squares = inner(point, times(point)) - 2 * inner(normal.moment, point) + normal.square;
    if (squares < best.squares) best = { point, squares };
  }
  return best;
}

function rangeOf(x: Float64Array): [least: number, greatest: number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of x) {
    least = Math.min(least, v);
    greatest = Math.max(greatest, v);
  }
  return [least, greatest];
}

function quotesFault(quotes: SmileQuotes): string | null {
  const { years, logMoneyness, volatility, weight } = quotes;
  if (!(years > 0 && Number.isFinite(years))) return `years is ${years}; it must be above 0`;
  const fault =
    seriesFault('logMoneyness', logMoneyness, 5) ?? seriesFault('volatility', volatility, 5);
  if (fault !== null) return fault;
  for (const [name, x] of Object.entries({ volatility, weight })) {
    if (x === undefined) continue;
    if (x.length !== logMoneyness.length) {
      return `${name} has ${x.length} values, logMoneyness has ${logMoneyness.length}`;
    }
    const at = x.findIndex((v) => !(v > 0 && Number.isFinite(v)));
    if (at >= 0) return `${name}[${at}] is ${x[at]}; it must be above 0`;
  }
  const [from, to] = rangeOf(logMoneyness);
  return to - from > 1e-6 ? null : 'logMoneyness is the same for all quotes; a smile needs a range';
}

/**
 * Fits raw SVI to the quotes of one expiry: a search over m and sigma around an exact constrained fit of
 * a, b and rho, with wings within Lee's bound b (1 + |rho|) <= 2.
 *
 * Errors:  `bad-input` for fewer than five quotes or equal strikes; `not-converged`.
 * Source:  Gatheral (2004); De Marco & Martini (2009), Quasi-explicit calibration of Gatheral's SVI model.
 */
export function fitSvi(quotes: SmileQuotes): QuantResult<SviSlice> {
  const fault = quotesFault(quotes);
  if (fault !== null) return badInput(fault);
  const { years, logMoneyness: k, volatility } = quotes;
  const total = (quotes.weight ?? new Float64Array(k.length).fill(1)).reduce((a, b) => a + b, 0);
  const weight = Float64Array.from(k, (_, i) => (quotes.weight?.[i] ?? 1) / total);
  const w = volatility.map((v) => v * v * years);
  const [from, to] = rangeOf(k);
  const width = to - from;
  const size = w.reduce((sum, v) => sum + v, 0) / w.length;
  const at = (x: Float64Array): { linear: Linear; sigma: number } => {
    const sigma = Math.exp(x[1]!);
    return { linear: bestLinear(normalEquations(k, w, weight, x[0]!, sigma), sigma), sigma };
  };
  const cost = (x: Float64Array): number => {
    const outside = Math.max(0, from - width - x[0]!, x[0]! - to - width);
    if (x[1]! < Math.log(1e-4 * width) || x[1]! > Math.log(20 * width))
      return Number.POSITIVE_INFINITY;
    return at(x).linear.squares / (size * size) + outside * outside;
  };
  const lowest = k[w.indexOf(rangeOf(w)[0])]!;
  const starts = [0.05, 0.3, 1.5].map((share) => Float64Array.of(lowest, Math.log(share * width)));
  const found = starts
    .map((start) => nelderMead(cost, start, { size: 0.2, tolerance: 1e-14, maxIterations: 600 }))
    .reduce((best, now) => (now.value < best.value ? now : best));
  if (!found.converged) {
    return { ok: false, error: { code: 'not-converged', detail: 'the search for m and sigma' } };
  }
  const { linear, sigma } = at(found.x);
  const [a, d, c] = linear.point as [number, number, number];
  return ok({
    years,
    a,
    b: c / sigma,
    rho: c > 0 ? Math.max(-1, Math.min(1, d / c)) : 0,
    m: found.x[0]!,
    sigma,
    error: Math.sqrt(Math.max(0, linear.squares)),
    from,
    to,
  });
}
