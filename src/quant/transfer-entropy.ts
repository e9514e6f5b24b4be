import { ok, type Rng, seededRng } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { sampleFault } from './sample-fault.ts';

/** How a series is cut into labels. */
export type Discretisation =
  /** Cut at quantiles, in percent; a value equal to a quantile belongs below it. */
  | { readonly quantiles: readonly number[]; readonly quantileType?: 7 | 8 }
  /** That many bins of equal width. */
  | { readonly bins: number }
  /** Cut at these values; a value equal to one belongs above it. */
  | { readonly limits: readonly number[] };

/** How `transferEntropy` counts. */
export interface TransferEntropyOptions {
  /** Past values of the target, 1 to 8. Default 1. */
  readonly targetLag?: number;
  /** Past values of the source, 1 to 8. Default 1. */
  readonly sourceLag?: number;
  /** Default: quantiles 5 and 95 %, type 8 (the package RTransferEntropy). */
  readonly discretisation?: Discretisation;
  /** Shuffles of the source whose mean is taken off as bias; 0 leaves `effective` null. Default 0. */
  readonly shuffles?: number;
  /** Markov bootstraps of the source for the p-value; 0 leaves it null. Default 0. */
  readonly bootstraps?: number;
  /** Of the generator of shuffles and bootstraps, 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
}

/** Flow of information from source to target, in bits. */
export interface TransferEntropy {
  readonly value: number;
  /** value less the mean over shuffled sources. */
  readonly effective: number | null;
  /** Deviation over bootstrapped sources. */
  readonly standardError: number | null;
  /** Share of bootstrapped sources with at least this value, (1 + count) / (1 + bootstraps). */
  readonly pValue: number | null;
}

/** The quantile of sorted values: R's type 7, or the median-unbiased type 8. */
function quantile(sorted: Float64Array, p: number, type: 7 | 8): number {
  const n = sorted.length;
  const place = type === 7 ? (n - 1) * p + 1 : (n + 1 / 3) * p + 1 / 3;
  // Type 8 has exact places in exact arithmetic only.
  const low = Math.floor(place + 4 * Number.EPSILON);
  const part = Math.abs(place - low) < 4 * Number.EPSILON ? 0 : place - low;
  const at = (k: number) => sorted[Math.min(n, Math.max(1, k)) - 1]!;
  return at(low) + part * (at(low + 1) - at(low));
}

function cuts(x: Float64Array, how: Discretisation): number[] {
  const sorted = Float64Array.from(x).sort();
  if ('quantiles' in how) {
    const ordered = [...how.quantiles].sort((a, b) => a - b);
    return ordered.map((q) => quantile(sorted, q / 100, how.quantileType ?? 8));
  }
  if ('limits' in how) return [...how.limits].sort((a, b) => a - b);
  const [low, high] = [sorted[0]!, sorted[sorted.length - 1]!];
  return Array.from({ length: how.bins - 1 }, (_, k) => low + ((high - low) / how.bins) * (k + 1));
}

/** Labels 0 .. cuts of a series. */
function labels(x: Float64Array, how: Discretisation): Uint8Array {
  const edges = cuts(x, how);
  const below = 'quantiles' in how;
  return Uint8Array.from(x, (v) => edges.filter((edge) => (below ? v > edge : v >= edge)).length);
}

function discretisationFault(how: Discretisation): string | null {
  if ('quantiles' in how) {
    const bad = how.quantiles.find((q) => !(q > 0 && q < 100));
    if (bad !== undefined) return `a quantile is ${bad}; allowed lie between 0 and 100`;
    return how.quantiles.length >= 1 && how.quantiles.length < 64
      ? null
      : `${how.quantiles.length} quantiles; allowed are 1 to 63`;
  }
  if ('bins' in how) {
    return Number.isInteger(how.bins) && how.bins >= 2 && how.bins <= 64
      ? null
      : `bins is ${how.bins}; allowed are whole numbers from 2 to 64`;
  }
  const bad = how.limits.find((v) => !Number.isFinite(v));
  if (bad !== undefined) return `a limit is ${bad}; it must be finite`;
  return how.limits.length >= 1 && how.limits.length < 64
    ? null
    : `${how.limits.length} limits; allowed are 1 to 63`;
}

/** Probabilities of label tuples, each tuple coded as a number of base `base`. */
function frequencies(codes: Float64Array): Map<number, number> {
  const found = new Map<number, number>();
  for (const code of codes) found.set(code, (found.get(code) ?? 0) + 1 / codes.length);
  return found;
}

/** The codes of `lag` labels that end before each of `count` last times. */
function past(x: Uint8Array, lag: number, count: number, base: number): Float64Array {
  const first = x.length - count;
  return Float64Array.from({ length: count }, (_, t) => {
    let code = 0;
    for (let k = lag; k >= 1; k -= 1) code = code * base + x[first + t - k]!;
    return code;
  });
}

/** Plug-in transfer entropy of labels in bits. */
function plugIn(
  source: Uint8Array,
  target: Uint8Array,
  sourceLag: number,
  targetLag: number,
  base: number,
): number {
  const count = target.length - Math.max(sourceLag, targetLag);
  const own = past(target, targetLag, count, base);
  const other = past(source, sourceLag, count, base);
  const room = base ** sourceLag;
  const next = (codes: Float64Array) =>
    codes.map((code, t) => code * base + target[target.length - count + t]!);
  const both = own.map((code, t) => code * room + other[t]!);
  const [withNext, ownNext] = [next(both), next(own)];
  const pAll = frequencies(withNext);
  const pBoth = frequencies(both);
  const pOwnNext = frequencies(ownNext);
  const pOwn = frequencies(own);
  let total = 0;
  const seen = new Set<number>();
  for (let t = 0; t < count; t += 1) {
    const code = withNext[t]!;
    if (seen.has(code)) continue;
    seen.add(code);
    const p = pAll.get(code)!;
    const ratio = (p * pOwn.get(own[t]!)!) / (pBoth.get(both[t]!)! * pOwnNext.get(ownNext[t]!)!);
    total += p * Math.log2(ratio);
  }
  return total;
}

function shuffled(x: Uint8Array, rng: Rng): Uint8Array {
  const out = Uint8Array.from(x);
  for (let i = out.length - 1; i > 0; i -= 1) {
    const j = Math.floor(rng.uniform() * (i + 1));
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

/** A sequence of the same transition counts: after `lag` labels comes one that came after them in x. */
function markov(x: Uint8Array, lag: number, rng: Rng): Uint8Array {
  const followers = new Map<string, number[]>();
  for (let t = lag; t < x.length; t += 1) {
    const key = x.subarray(t - lag, t).join();
    const list = followers.get(key) ?? [];
    list.push(x[t]!);
    followers.set(key, list);
  }
  const draw = (n: number) => Math.floor(rng.uniform() * n);
  const out = new Uint8Array(x.length);
  const start = draw(x.length - lag);
  out.set(x.subarray(start, start + lag));
  for (let t = lag; t < x.length; t += 1) {
    // The last labels of x may have no follower: begin anew anywhere.
    const list = followers.get(out.subarray(t - lag, t).join());
    out[t] = list === undefined ? x[draw(x.length)]! : list[draw(list.length)]!;
  }
  return out;
}

/** Most shuffles and most bootstraps: beyond, their noise is far below that of the series. */
const MOST_SAMPLES = 100_000;

/** Says what is wrong with the lags; else null. */
export function lagFault(
  options: Pick<TransferEntropyOptions, 'targetLag' | 'sourceLag'>,
): string | null {
  for (const name of ['targetLag', 'sourceLag'] as const) {
    const lag = options[name] ?? 1;
    if (!Number.isInteger(lag) || lag < 1 || lag > 8) {
      return `${name} is ${lag}; allowed are whole numbers from 1 to 8`;
    }
  }
  return null;
}

/** Says what is wrong with the options; else null. */
function optionFault(options: TransferEntropyOptions): string | null {
  for (const [name, most] of [
    ['shuffles', MOST_SAMPLES],
    ['bootstraps', MOST_SAMPLES],
    ['seed', 2 ** 32 - 1],
  ] as const) {
    const value = options[name] ?? 0;
    if (!Number.isInteger(value) || value < 0 || value > most) {
      return `${name} is ${value}; allowed are whole numbers from 0 to ${most}`;
    }
  }
  return lagFault(options);
}

/**
 * Computes Shannon transfer entropy from `source` to `target` from label counts (plug-in).
 *
 * Formula:     sum p(y', y, x) log2(p(y' | y, x) / p(y' | y)), y and x the past labels.
 * Errors:      `bad-input` for series that are constant, of unequal length or too short, and options
 *              outside their range.
 * Determinism: the same seed gives the same shuffles and bootstraps.
 * Source:      Schreiber (2000), Phys. Rev. Lett. 85; effective: Marschinski & Kantz (2002);
 *              bootstrap: Dimpfl & Peter (2013).
 */
export function transferEntropy(
  source: Float64Array,
  target: Float64Array,
  options: TransferEntropyOptions = {},
): QuantResult<TransferEntropy> {
  const { targetLag = 1, sourceLag = 1, shuffles = 0, bootstraps = 0 } = options;
  const how = options.discretisation ?? { quantiles: [5, 95] };
  const fault =
    optionFault(options) ??
    discretisationFault(how) ??
    pairFault(source, target, Math.max(targetLag, sourceLag) + 10);
  if (fault !== null) return badInput(fault);
  const from = labels(source, how);
  const to = labels(target, how);
  const greatest = (x: Uint8Array) => x.reduce((most, label) => Math.max(most, label), 0);
  const base = Math.max(greatest(from), greatest(to)) + 1;
  if (base ** (targetLag + sourceLag + 1) > Number.MAX_SAFE_INTEGER) {
    return badInput(
      `${base} labels over ${targetLag + sourceLag + 1} values are too many to count`,
    );
  }
  const flow = (x: Uint8Array) => plugIn(x, to, sourceLag, targetLag, base);
  const value = flow(from);
  const rng = seededRng(options.seed ?? 1);
  let bias = 0;
  for (let k = 0; k < shuffles; k += 1) bias += flow(shuffled(from, rng)) / shuffles;
  const booted = Float64Array.from({ length: bootstraps }, () =>
    flow(markov(from, sourceLag, rng)),
  );
  const mean = booted.reduce((sum, v) => sum + v, 0) / bootstraps;
  const squares = booted.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const above = booted.filter((v) => v >= value).length;
  return ok({
    value,
    effective: shuffles > 0 ? value - bias : null,
    standardError: bootstraps > 1 ? Math.sqrt(squares / (bootstraps - 1)) : null,
    pValue: bootstraps > 0 ? (1 + above) / (1 + bootstraps) : null,
  });
}

/** Says what is wrong with a pair of series; else null. */
export function pairFault(
  source: Float64Array,
  target: Float64Array,
  least: number,
): string | null {
  const fault = sampleFault('source', source, least) ?? sampleFault('target', target, least);
  if (fault !== null) return fault;
  if (source.length !== target.length) {
    return `source and target have ${source.length} and ${target.length} values; not equal`;
  }
  if (source.every((v) => v === source[0])) return 'source is constant; it carries no information';
  return target.every((v) => v === target[0]) ? 'target is constant; nothing flows to it' : null;
}
