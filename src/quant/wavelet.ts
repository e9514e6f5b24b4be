import { ok } from '../core/index.ts';
import { median } from './complexity.ts';
import { badInput, type QuantResult } from './errors.ts';
import { sampleFault } from './sample-fault.ts';

/** How a series goes on beyond its ends: 'periodization' wraps it, 'symmetric' mirrors it. */
export type WaveletMode = 'periodization' | 'symmetric';

/** The four filters of an orthogonal wavelet. */
export interface WaveletFilters {
  readonly decompositionLow: Float64Array;
  readonly decompositionHigh: Float64Array;
  readonly reconstructionLow: Float64Array;
  readonly reconstructionHigh: Float64Array;
}

type Complex = readonly [number, number];

const times = (a: Complex, b: Complex): Complex => [
  a[0] * b[0] - a[1] * b[1],
  a[0] * b[1] + a[1] * b[0],
];

const over = (a: Complex, b: Complex): Complex => {
  const size = b[0] * b[0] + b[1] * b[1];
  return [(a[0] * b[0] + a[1] * b[1]) / size, (a[1] * b[0] - a[0] * b[1]) / size];
};

/** All roots of sum c[k] y^k by Durand–Kerner. */
function roots(c: readonly number[]): Complex[] {
  const degree = c.length - 1;
  const lead = c[degree]!;
  let found = Array.from({ length: degree }, (_, k): Complex => {
    const angle = (2 * Math.PI * k) / degree + 0.4;
    return [Math.cos(angle), Math.sin(angle)];
  });
  for (let round = 0; round < 500; round += 1) {
    let moved = 0;
    found = found.map((z, i) => {
      let value: Complex = [1, 0];
      for (let k = degree - 1; k >= 0; k -= 1) {
        const next = times(value, z);
        value = [next[0] + c[k]! / lead, next[1]];
      }
      let product: Complex = [1, 0];
      found.forEach((w, j) => {
        if (j !== i) product = times(product, [z[0] - w[0], z[1] - w[1]]);
      });
      const step = over(value, product);
      moved = Math.max(moved, Math.hypot(step[0], step[1]));
      return [z[0] - step[0], z[1] - step[1]];
    });
    if (moved < 1e-16) break;
  }
  return found;
}

/** The root of z^2 - 2 b z + 1 inside the unit circle, b = 1 - 2 y. */
function insideRoot(y: Complex): Complex {
  const b: Complex = [1 - 2 * y[0], -2 * y[1]];
  const square = times(b, b);
  const [u, v]: Complex = [square[0] - 1, square[1]];
  const size = Math.hypot(u, v);
  const re = Math.sqrt((size + u) / 2);
  const im = (v < 0 ? -1 : 1) * Math.sqrt(Math.max(0, (size - u) / 2));
  const plus: Complex = [b[0] + re, b[1] + im];
  const minus: Complex = [b[0] - re, b[1] - im];
  // The two multiply to 1: dividing by the outer one keeps its precision.
  return over([1, 0], Math.hypot(plus[0], plus[1]) > 1 ? plus : minus);
}

/** Lowpass taps of the Daubechies wavelet with `moments` vanishing moments, energy first. */
function daubechiesLow(moments: number): Float64Array {
  const halfBand = [1];
  for (let k = 1; k < moments; k += 1) halfBand.push((halfBand[k - 1]! * (moments - 1 + k)) / k);
  let taps: Complex[] = [[1, 0]];
  const multiply = (root: Complex) => {
    const next: Complex[] = Array.from({ length: taps.length + 1 }, () => [0, 0]);
    taps.forEach((t, i) => {
      const down = times(t, root);
      next[i] = [next[i]![0] + t[0], next[i]![1] + t[1]];
      next[i + 1] = [next[i + 1]![0] - down[0], next[i + 1]![1] - down[1]];
    });
    taps = next;
  };
  for (const y of roots(halfBand)) multiply(insideRoot(y));
  for (let k = 0; k < moments; k += 1) multiply([-1, 0]);
  const total = taps.reduce((sum, t) => sum + t[0], 0);
  return Float64Array.from(taps, (t) => (t[0] * Math.SQRT2) / total);
}

/**
 * Computes the Daubechies filters with `moments` vanishing moments (2 moments taps: 4 is "db4" of
 * PyWavelets, "d8" of waveslim) by spectral factorisation.
 *
 * Errors: `bad-input` for moments outside 1..10; above, the roots lose digits.
 * Bound:  about 1e-12 in a tap.
 * Source: Daubechies (1992), Ten Lectures on Wavelets, ch. 6.
 */
export function daubechies(moments: number): QuantResult<WaveletFilters> {
  if (!Number.isInteger(moments) || moments < 1 || moments > 10) {
    return badInput(`moments is ${moments}; allowed are whole numbers from 1 to 10`);
  }
  const low = daubechiesLow(moments);
  const high = low.map((v, k) => (k % 2 === 0 ? -v : v));
  return ok({
    decompositionLow: low.slice().reverse(),
    decompositionHigh: high,
    reconstructionLow: low,
    reconstructionHigh: high.slice().reverse(),
  });
}

/** Approximation and detail of one level. */
interface Level {
  readonly approximation: Float64Array;
  readonly detail: Float64Array;
}

/** The index inside 0 .. n - 1 that stands for t: mirrored with the end value repeated. */
function mirrored(t: number, n: number): number {
  const m = ((t % (2 * n)) + 2 * n) % (2 * n);
  return m < n ? m : 2 * n - 1 - m;
}

function analyse(x: Float64Array, filters: WaveletFilters, mode: WaveletMode): Level {
  const { decompositionLow: low, decompositionHigh: high } = filters;
  const taps = low.length;
  const wrap = mode === 'periodization';
  // An odd length is made even by repeating its last value.
  const even = x.length + (x.length % 2);
  const length = wrap ? even / 2 : Math.floor((x.length + taps - 1) / 2);
  const approximation = new Float64Array(length);
  const detail = new Float64Array(length);
  for (let k = 0; k < length; k += 1) {
    const from = 2 * k + (wrap ? taps / 2 : 1);
    let a = 0;
    let d = 0;
    for (let j = 0; j < taps; j += 1) {
      const t = from - j;
      const at = wrap ? Math.min(((t % even) + even) % even, x.length - 1) : mirrored(t, x.length);
      a += low[j]! * x[at]!;
      d += high[j]! * x[at]!;
    }
    approximation[k] = a;
    detail[k] = d;
  }
  return { approximation, detail };
}

function synthesise(level: Level, filters: WaveletFilters, mode: WaveletMode): Float64Array {
  const { decompositionLow: low, decompositionHigh: high } = filters;
  const taps = low.length;
  const wrap = mode === 'periodization';
  const count = level.detail.length;
  const length = wrap ? 2 * count : 2 * count - taps + 2;
  const x = new Float64Array(length);
  // The filters are orthogonal: the inverse is the transpose.
  for (let k = 0; k < count; k += 1) {
    const from = 2 * k + (wrap ? taps / 2 : 1);
    for (let j = 0; j < taps; j += 1) {
      const t = wrap ? (((from - j) % length) + length) % length : from - j;
      if (t < 0 || t >= length) continue;
      x[t] = x[t]! + low[j]! * level.approximation[k]! + high[j]! * level.detail[k]!;
    }
  }
  return x;
}

/** What a wavelet transform needs to know. */
export interface WaveletOptions {
  /** Vanishing moments of the Daubechies wavelet, 1 to 10. Default 4 (8 taps). */
  readonly moments?: number;
  /** Default 'symmetric'. */
  readonly mode?: WaveletMode;
  /** Levels. Default `maximumWaveletLevel`. */
  readonly level?: number;
}

/** A wavelet transform: [approximation n, detail n, ..., detail 1]. */
export interface WaveletTransform {
  readonly coefficients: readonly Float64Array[];
  /** Values of the series. */
  readonly length: number;
  readonly moments: number;
  readonly mode: WaveletMode;
}

/** The greatest level where at least one coefficient is free of the ends: floor(log2(n / (taps - 1))). */
export function maximumWaveletLevel(length: number, moments = 4): number {
  return Math.max(0, Math.floor(Math.log2(length / (2 * moments - 1))));
}

/**
 * Transforms a series by the Daubechies wavelet.
 *
 * Shapes: a level halves the length: ceil(n / 2) for 'periodization', floor((n + taps - 1) / 2) for
 *         'symmetric'.
 * Errors: `bad-input` for values that are not finite, a level outside 1..maximumWaveletLevel, moments
 *         outside 1..10.
 * Cost:   O(n taps).
 */
export function waveletTransform(
  x: Float64Array,
  options: WaveletOptions = {},
): QuantResult<WaveletTransform> {
  const { moments = 4, mode = 'symmetric' } = options;
  const filters = daubechies(moments);
  if (!filters.ok) return filters;
  const fault = sampleFault('x', x, 2 * (2 * moments - 1));
  if (fault !== null) return badInput(fault);
  const most = maximumWaveletLevel(x.length, moments);
  const level = options.level ?? most;
  if (!Number.isInteger(level) || level < 1 || level > most) {
    return badInput(`level is ${level}; allowed for ${x.length} values are 1 to ${most}`);
  }
  const coefficients: Float64Array[] = [];
  let rest = x;
  for (let l = 0; l < level; l += 1) {
    const { approximation, detail } = analyse(rest, filters.value, mode);
    coefficients.unshift(detail);
    rest = approximation;
  }
  return ok({ coefficients: [rest, ...coefficients], length: x.length, moments, mode });
}

/** Rebuilds the series of a transform. Errors: `bad-input` for lengths that do not belong together. */
export function inverseWaveletTransform(transform: WaveletTransform): QuantResult<Float64Array> {
  const filters = daubechies(transform.moments);
  if (!filters.ok) return filters;
  const [start, ...details] = transform.coefficients;
  if (start === undefined) return badInput('coefficients is empty; an approximation is needed');
  let x = start;
  for (const detail of details) {
    if (x.length !== detail.length && x.length !== detail.length + 1) {
      return badInput(`an approximation of ${x.length} and a detail of ${detail.length} values`);
    }
    // An odd length became even on the way down: its last value is dropped here.
    const approximation = x.subarray(0, detail.length);
    x = synthesise({ approximation, detail }, filters.value, transform.mode);
  }
  return ok(x.slice(0, transform.length));
}

/** The sum of squares of each part of a transform, in its order. */
export const waveletEnergy = (transform: WaveletTransform): Float64Array =>
  Float64Array.from(transform.coefficients, (c) => c.reduce((sum, v) => sum + v * v, 0));

/** A series with its noise removed. */
export interface Denoised {
  readonly signal: Float64Array;
  /** Median of |detail 1| / 0.6745. */
  readonly noiseDeviation: number;
  readonly threshold: number;
}

/**
 * Removes noise by soft thresholds on all details: sigma sqrt(2 ln n) (the universal threshold).
 *
 * Errors: as `waveletTransform`.
 * Source: Donoho & Johnstone (1994), Biometrika 81.
 */
export function waveletDenoise(
  x: Float64Array,
  options: WaveletOptions = {},
): QuantResult<Denoised> {
  const transformed = waveletTransform(x, options);
  if (!transformed.ok) return transformed;
  const { coefficients } = transformed.value;
  const noiseDeviation = median(coefficients[coefficients.length - 1]!.map(Math.abs)) / 0.6745;
  const threshold = noiseDeviation * Math.sqrt(2 * Math.log(x.length));
  const soft = coefficients.map((c, l) =>
    l === 0 ? c : c.map((v) => Math.sign(v) * Math.max(0, Math.abs(v) - threshold)),
  );
  const signal = inverseWaveletTransform({ ...transformed.value, coefficients: soft });
  return signal.ok ? ok({ signal: signal.value, noiseDeviation, threshold }) : signal;
}
