import { ok } from '../core/index.ts';
import { fitLine } from './complexity.ts';
import { badInput, type QuantResult } from './errors.ts';
import { sampleFault } from './sample-fault.ts';
import { lgamma } from './special-functions.ts';

const sum = (x: Float64Array): number => x.reduce((total, v) => total + v, 0);

/** Mean of range / standard deviation (n - 1) over whole windows of n values; NaN if all are constant. */
function meanRescaledRange(x: Float64Array, n: number): number {
  let total = 0;
  let used = 0;
  for (let start = 0; start + n <= x.length; start += n) {
    const value = rescaledRange(x.subarray(start, start + n));
    if (Number.isNaN(value)) continue;
    total += value;
    used += 1;
  }
  return total / used;
}

/** Range of the cumulated departures from the mean over the sample deviation; NaN for a constant. */
function rescaledRange(x: Float64Array): number {
  const mean = sum(x) / x.length;
  let walk = 0;
  let low = Infinity;
  let high = -Infinity;
  let squares = 0;
  for (const v of x) {
    walk += v - mean;
    squares += (v - mean) ** 2;
    low = Math.min(low, walk);
    high = Math.max(high, walk);
  }
  const deviation = Math.sqrt(squares / (x.length - 1));
  return high > low && deviation > 0 ? (high - low) / deviation : Number.NaN;
}

/** What white noise gives on average: Anis & Lloyd (1976) with the factor of Peters, asymptotic above 340. */
function expectedRescaledRange(n: number): number {
  let total = 0;
  for (let i = 1; i < n; i += 1) total += Math.sqrt((n - i) / i);
  const middle =
    n > 340
      ? 1 / Math.sqrt((n * Math.PI) / 2)
      : Math.exp(lgamma((n - 1) / 2) - lgamma(n / 2)) / Math.sqrt(Math.PI);
  return ((n - 0.5) / n) * middle * total;
}

/** How `hurstRescaledRange` chooses windows and corrects for their length. */
export interface RescaledRangeOptions {
  /** Lengths of windows. Default: 15, logarithmically spaced in the middle quarter of the log range. */
  readonly windows?: readonly number[];
  /** 'anis-lloyd-peters' takes the slope over that of white noise, plus 1/2. Default that. */
  readonly correction?: 'anis-lloyd-peters' | 'none';
}

/** The default window lengths of `hurstRescaledRange`. */
function middleWindows(n: number): number[] {
  const span = Math.log(n) / 4;
  const start = (Math.log(n) * 3) / 8;
  const lengths = Array.from({ length: 15 }, (_, i) =>
    Math.round(Math.exp(start + (i / 15) * span)),
  );
  return [...new Set(lengths)];
}

/**
 * Estimates the Hurst exponent by rescaled ranges over windows.
 *
 * Errors: `bad-input` for a constant series, fewer than 64 values, windows outside 3..n.
 * Source: Weron (2002), Physica A 312; window choice as in the package nolds.
 */
export function hurstRescaledRange(
  x: Float64Array,
  options: RescaledRangeOptions = {},
): QuantResult<number> {
  const fault = sampleFault('x', x, 64);
  if (fault !== null) return badInput(fault);
  const windows = options.windows ?? middleWindows(x.length);
  const wrong = windowFault(windows, 3, x.length);
  if (wrong !== null) return badInput(wrong);
  const corrected = (options.correction ?? 'anis-lloyd-peters') !== 'none';
  const values = windows.map((n) => meanRescaledRange(x, n));
  if (values.some(Number.isNaN)) return badInput('x is constant in every window of some length');
  const logRange = Float64Array.from(windows, (n, i) =>
    Math.log(corrected ? values[i]! / expectedRescaledRange(n) : values[i]!),
  );
  const { slope } = fitLine(Float64Array.from(windows, Math.log), logRange);
  return ok(corrected ? slope + 0.5 : slope);
}

function windowFault(windows: readonly number[], least: number, most: number): string | null {
  if (windows.length < 2) return `windows has ${windows.length} lengths; at least 2 are needed`;
  const bad = windows.find((n) => !Number.isInteger(n) || n < least || n > most);
  return bad === undefined
    ? null
    : `a window of ${bad} values; allowed are whole numbers from ${least} to ${most}`;
}

/** The four estimates of R's pracma::hurstexp. */
export interface RescaledRangeVariants {
  /** log(R/S) / log(n) over the whole series. */
  readonly simple: number;
  /** Slope over successive halves of the series. */
  readonly halving: number;
  /** Slope over windows that divide the length. */
  readonly empirical: number;
  /** As `empirical`, with R/S less its white-noise mean plus sqrt(pi n / 2). */
  readonly correctedEmpirical: number;
}

/** The divisors of n from `least` to n / 2, ascending. */
function divisors(n: number, least: number): number[] {
  const found: number[] = [];
  for (let d = 1; d * d <= n; d += 1) {
    if (n % d !== 0) continue;
    for (const each of d * d === n ? [d] : [d, n / d]) {
      if (each >= least && each <= n / 2) found.push(each);
    }
  }
  return found.sort((a, b) => a - b);
}

/** Slope of log mean R/S over the series cut in 1, 2, 4, ... nearly equal parts. */
function halvingSlope(x: Float64Array): number {
  const lengths = [x.length];
  const ranges = [rescaledRange(x)];
  let cuts = [0, Math.floor(x.length / 2), x.length];
  const parts = () => cuts.slice(1).map((end, i) => end - cuts[i]!);
  while (parts().every((part) => part >= 8)) {
    const windows = cuts.slice(1).map((end, i) => x.subarray(cuts[i]!, end));
    lengths.push(x.length / windows.length);
    ranges.push(windows.reduce((total, w) => total + rescaledRange(w), 0) / windows.length);
    cuts = [...cuts, ...parts().map((d, i) => cuts[i]! + Math.floor((d + 1) / 2))];
    cuts.sort((a, b) => a - b);
  }
  return fitLine(Float64Array.from(lengths, Math.log), Float64Array.from(ranges, Math.log)).slope;
}

/**
 * Computes the variants of the rescaled-range exponent that R's pracma::hurstexp gives, with windows of
 * at least `least` values (default 50) on the length within 1 % that has most divisors.
 *
 * Errors: `bad-input` for fewer than 4 `least` values or constant windows.
 */
export function hurstRescaledRangeVariants(
  x: Float64Array,
  least = 50,
): QuantResult<RescaledRangeVariants> {
  if (!Number.isInteger(least) || least < 2) {
    return badInput(`least is ${least}; allowed are whole numbers from 2`);
  }
  const fault = sampleFault('x', x, Math.max(16, 4 * least));
  if (fault !== null) return badInput(fault);
  const odd = x.length % 2 === 1;
  const even = new Float64Array(x.length + (odd ? 1 : 0));
  even.set(x);
  if (odd) even[x.length] = (x[x.length - 2]! + x[x.length - 1]!) / 2;
  let length = Math.min(Math.floor(0.99 * even.length), even.length - 1);
  let windows = divisors(length, least);
  for (let n = length + 1; n <= even.length; n += 1) {
    const found = divisors(n, least);
    if (found.length > windows.length) [length, windows] = [n, found];
  }
  if (windows.length < 2)
    return badInput(`no length near ${x.length} has two divisors from ${least}`);
  const y = even.subarray(0, length);
  const ranges = Float64Array.from(windows, (n) => meanRescaledRange(y, n));
  const simple = Math.log(rescaledRange(y)) / Math.log(length);
  const halving = halvingSlope(y);
  if (ranges.some(Number.isNaN) || !Number.isFinite(simple) || !Number.isFinite(halving)) {
    return badInput('x is constant over a window');
  }
  const logLength = Float64Array.from(windows, Math.log);
  const corrected = ranges.map((r, i) => {
    const n = windows[i]!;
    return Math.log(r - expectedRescaledRange(n) + Math.sqrt(0.5 * Math.PI * n));
  });
  return ok({
    simple,
    halving,
    empirical: fitLine(logLength, ranges.map(Math.log)).slope,
    correctedEmpirical: fitLine(logLength, corrected).slope,
  });
}

/** Detrended fluctuation analysis. */
export interface Dfa {
  readonly windows: readonly number[];
  readonly logLength: Float64Array;
  readonly logFluctuation: Float64Array;
  /** Slope of the two: the Hurst exponent of noise; 1 more for its walk. */
  readonly alpha: number;
}

/** Sum of squared distances of y from its least-squares line over 0, 1, ... */
function residualSquares(y: Float64Array): number {
  const n = y.length;
  const centre = (n - 1) / 2;
  const mean = sum(y) / n;
  let sxy = 0;
  for (let t = 0; t < n; t += 1) sxy += (t - centre) * (y[t]! - mean);
  const slope = sxy / ((n * (n * n - 1)) / 12);
  let squares = 0;
  for (let t = 0; t < n; t += 1) squares += (y[t]! - mean - slope * (t - centre)) ** 2;
  return squares;
}

/** Window lengths 4, 4.8, ... up to a tenth of n (each rounded down), as in the package antropy. */
export function geometricWindows(n: number, least = 4, factor = 1.2): number[] {
  const steps = Math.floor(Math.log((0.1 * n) / least) / Math.log(factor));
  const lengths = [least];
  for (let i = 0; i <= steps; i += 1) {
    const length = Math.floor(least * factor ** i);
    if (length > lengths[lengths.length - 1]!) lengths.push(length);
  }
  return lengths;
}

/**
 * Computes detrended fluctuations: profile cumsum(x - mean), windows from the start without overlap
 * (rest dropped), straight lines removed, F = sqrt(mean over windows of mean squares).
 *
 * Errors: `bad-input` for a constant series, fewer than 64 values, windows outside 4..n.
 * Cost:   O(n) a window length.
 * Source: Peng et al. (1994), Phys. Rev. E 49.
 */
export function dfa(x: Float64Array, windows?: readonly number[]): QuantResult<Dfa> {
  const fault = sampleFault('x', x, 64);
  if (fault !== null) return badInput(fault);
  const lengths = windows ?? geometricWindows(x.length);
  const wrong = windowFault(lengths, 4, x.length);
  if (wrong !== null) return badInput(wrong);
  const mean = sum(x) / x.length;
  let walk = 0;
  const profile = x.map((v) => {
    walk += v - mean;
    return walk;
  });
  const logFluctuation = Float64Array.from(lengths, (n) => {
    const count = Math.floor(x.length / n);
    let squares = 0;
    for (let w = 0; w < count; w += 1)
      squares += residualSquares(profile.subarray(w * n, (w + 1) * n));
    return Math.log(Math.sqrt(squares / (count * n)));
  });
  if (!logFluctuation.every(Number.isFinite))
    return badInput('x is constant; it does not fluctuate');
  const logLength = Float64Array.from(lengths, Math.log);
  const alpha = fitLine(logLength, logFluctuation).slope;
  return ok({ windows: lengths, logLength, logFluctuation, alpha });
}
