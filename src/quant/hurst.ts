import { ok } from '../core/index.ts';
import { fitLine } from './complexity.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';
import { realFft } from './fft.ts';
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
  const fault = seriesFault('x', x, 64);
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

function divisors(n: number, least: number): number[] {
  const found: number[] = [];
  for (let d = least; d <= n / 2; d += 1) if (n % d === 0) found.push(d);
  return found;
}

/** Slope of log mean R/S over the series cut in 1, 2, 4, ... nearly equal parts. */
function halvingSlope(x: Float64Array): number {
  const lengths = [x.length];
  const ranges = [rescaledRange(x)];
  let cuts = [0, Math.floor(x.length / 2), x.length];
  const parts = () => cuts.slice(1).map((end, i) => end - cuts[i]!);
  while (Math.min(...parts()) >= 8) {
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
  const fault = seriesFault('x', x, Math.max(16, 4 * least));
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
  const fault = seriesFault('x', x, 64);
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

/** The infinite sum of the fGn spectrum after Paxson (1997), with his adjustment. */
function paxson(lambda: number, h: number): number {
  const d = -2 * h - 1;
  const e = -2 * h;
  const tau = 2 * Math.PI;
  let total = 0;
  for (let k = 1; k <= 3; k += 1) total += (tau * k + lambda) ** d + (tau * k - lambda) ** d;
  const tail =
    (3 * tau + lambda) ** e +
    (3 * tau - lambda) ** e +
    (4 * tau + lambda) ** e +
    (4 * tau - lambda) ** e;
  const raw = total + tail / (8 * Math.PI * h);
  return (1.0002 - 0.000134 * lambda) * (raw - 2 ** (-7.65 * h - 7.4));
}

/** ln of the spectral density of fractional Gaussian noise of variance 1. */
function fgnLogSpectrum(lambda: Float64Array, h: number): Float64Array {
  const front = Math.log(Math.sin(Math.PI * h) / Math.PI) + lgamma(2 * h + 1);
  return lambda.map(
    (w) => front + Math.log(1 - Math.cos(w)) + Math.log(w ** (-2 * h - 1) + paxson(w, h)),
  );
}

/** Whittle's estimate. */
export interface WhittleFit {
  readonly hurst: number;
  /** Asymptotic standard error. */
  readonly standardError: number;
}

/** Least point of a function on [a, b] by golden sections. */
function goldenMinimum(f: (x: number) => number, a: number, b: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [a, b];
  let [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [atLeft, atRight] = [f(left), f(right)];
  for (let i = 0; i < 60; i += 1) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - ratio * (high - low);
      atLeft = f(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + ratio * (high - low);
      atRight = f(right);
    }
  }
  return (low + high) / 2;
}

/**
 * Estimates the Hurst exponent of fractional Gaussian noise by Whittle's likelihood, H in (0.01, 0.99).
 *
 * Formula: argmin of sum I(w) / f(w; H), f scaled so that its logarithm sums to 0 over the Fourier
 *          frequencies (Beran 1994); f by Paxson's approximation.
 * Errors:  `bad-input` for fewer than 64 values or a constant; `not-converged` at a bound of H.
 */
export function hurstWhittle(x: Float64Array): QuantResult<WhittleFit> {
  const fault = seriesFault('x', x, 64);
  if (fault !== null) return badInput(fault);
  const n = x.length;
  const count = Math.floor((n - 1) / 2);
  const { re, im } = realFft(x);
  const lambda = Float64Array.from({ length: count }, (_, j) => (2 * Math.PI * (j + 1)) / n);
  const power = lambda.map((_, j) => re[j + 1]! ** 2 + im[j + 1]! ** 2);
  const first = x[0]!;
  if (x.every((v) => v === first)) return badInput('x is constant; its spectrum is 0');
  const objective = (h: number): number => {
    const logs = fgnLogSpectrum(lambda, h);
    const shift = (2 / n) * sum(logs);
    return power.reduce((total, p, j) => total + p / Math.exp(logs[j]! - shift), 0);
  };
  const hurst = goldenMinimum(objective, 0.01, 0.99);
  if (hurst < 0.0101 || hurst > 0.9899) {
    return {
      ok: false,
      error: {
        code: 'not-converged',
        detail: `H ran into its bound at ${hurst}; x is no such noise`,
      },
    };
  }
  return ok({ hurst, standardError: whittleError(hurst, n) });
}

/** From the Fisher information: 1 / (n / 4 pi * integral of (d ln f / dH)^2). */
function whittleError(h: number, n: number): number {
  const m = 4999;
  const lambda = Float64Array.from({ length: m }, (_, j) => (Math.PI * (j + 1)) / (m + 1));
  const step = 1e-5;
  const up = fgnLogSpectrum(lambda, h + step);
  const down = fgnLogSpectrum(lambda, h - step);
  const slopes = up.map((v, j) => (v - down[j]!) / (2 * step));
  const mean = sum(slopes) / m;
  const squares = slopes.reduce((total, s) => total + (s - mean) ** 2, 0) / m;
  return Math.sqrt(2 / (n * squares));
}

/** The estimate of Geweke and Porter-Hudak. */
export interface GphFit {
  /** The order of fractional differencing: H - 1/2 for fractional noise. */
  readonly d: number;
  /** Standard error of the regression of log power on log frequency. */
  readonly standardError: number;
}

/**
 * Regresses the log periodogram on log(4 sin^2(w / 2)) over the first trunc(n^bandwidth) frequencies
 * (default 0.5).
 *
 * Errors: `bad-input` for fewer than 16 values, a bandwidth outside (0, 1), fewer than 3 frequencies
 *         with power.
 * Source: Geweke & Porter-Hudak (1983), J. Time Series Analysis 4.
 */
export function fractionalOrderGph(x: Float64Array, bandwidth = 0.5): QuantResult<GphFit> {
  const fault = seriesFault('x', x, 16);
  if (fault !== null) return badInput(fault);
  if (!(bandwidth > 0 && bandwidth < 1)) {
    return badInput(`bandwidth is ${bandwidth}; it must lie between 0 and 1`);
  }
  const n = x.length;
  const mean = sum(x) / n;
  const { re, im } = realFft(x.map((v) => v - mean));
  const logX: number[] = [];
  const logY: number[] = [];
  for (let j = 1; j <= Math.trunc(n ** bandwidth) && j < re.length; j += 1) {
    const power = (re[j]! ** 2 + im[j]! ** 2) / n;
    if (!(power > 0)) continue;
    logX.push(Math.log((2 * Math.sin((Math.PI * j) / n)) ** 2));
    logY.push(Math.log(power));
  }
  if (logX.length < 3) return badInput(`${logX.length} frequencies have power; 3 are needed`);
  const [u, v] = [Float64Array.from(logX), Float64Array.from(logY)];
  const { slope, intercept } = fitLine(u, v);
  const centre = sum(u) / u.length;
  const spread = u.reduce((total, w) => total + (w - centre) ** 2, 0);
  const residual = v.reduce((total, w, i) => total + (w - intercept - slope * u[i]!) ** 2, 0);
  return ok({ d: -slope, standardError: Math.sqrt(residual / ((u.length - 1) * spread)) });
}
