import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { normalStream } from './normal-stream.ts';

/** Autocovariance of fractional Gaussian noise of unit variance at lags 0 to n - 1. */
export function fractionalNoiseAutocovariance(hurst: number, n: number): Float64Array {
  const power = 2 * hurst;
  return Float64Array.from({ length: n }, (_, k) => {
    if (k === 0) return 1;
    return 0.5 * ((k + 1) ** power - 2 * k ** power + (k - 1) ** power);
  });
}

/** Covariance of fractional Brownian motion at times s and t. */
export function fractionalBrownianCovariance(hurst: number, s: number, t: number): number {
  const power = 2 * hurst;
  return 0.5 * (s ** power + t ** power - Math.abs(t - s) ** power);
}

/** In-place complex Fourier transform of a power of two, by decimation in time. */
function fourier(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [real[i], real[j]] = [real[j]!, real[i]!];
    [imaginary[i], imaginary[j]] = [imaginary[j]!, imaginary[i]!];
  }
  for (let half = 1; half < n; half *= 2) {
    for (let k = 0; k < half; k += 1) {
      const cosine = Math.cos((Math.PI * k) / half);
      const sine = -Math.sin((Math.PI * k) / half);
      for (let i = k; i < n; i += 2 * half) {
        const a = real[i + half]! * cosine - imaginary[i + half]! * sine;
        const b = real[i + half]! * sine + imaginary[i + half]! * cosine;
        real[i + half] = real[i]! - a;
        imaginary[i + half] = imaginary[i]! - b;
        real[i]! += a;
        imaginary[i]! += b;
      }
    }
  }
}

/** What paths of fractional Brownian motion to draw. */
export interface FractionalOptions {
  /** Inside (0, 1); 1/2 is Brownian motion. */
  readonly hurst: number;
  readonly paths: number;
  readonly steps: number;
  readonly years: number;
  readonly seed: number;
}

/**
 * Paths of fractional Brownian motion from 0 with variance t^(2 hurst), row by row of steps + 1 values,
 * by circulant embedding: exact in distribution. One transform gives two independent paths.
 *
 * Errors:  `bad-input`.
 * Cost:    O(steps log steps) for two paths.
 * Source:  Davies & Harte (1987), Biometrika 74; Dietrich & Newsam (1997), SIAM J. Sci. Comp. 18.
 */
export function fractionalBrownian(options: FractionalOptions): QuantResult<Float64Array> {
  const { hurst, paths, steps, years, seed } = options;
  if (!(hurst > 0 && hurst < 1)) return badInput(`hurst is ${hurst}; it must be inside (0, 1)`);
  if (!(years > 0 && Number.isFinite(years))) {
    return badInput(`years is ${years}; it must be above 0`);
  }
  for (const [name, value, most] of [
    ['paths', paths, 2 ** 27],
    ['steps', steps, 2 ** 22],
  ] as const) {
    if (!(Number.isInteger(value) && value >= 1 && value <= most)) {
      return badInput(`${name} is ${value}; a whole number from 1 to ${most} is needed`);
    }
  }
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    return badInput(`seed is ${seed}; a whole number from 0 to 2^53 - 1 is needed`);
  }
  if (paths * (steps + 1) > 2 ** 28)
    return badInput(`${paths} paths of ${steps} steps are too many`);
  let half = 1;
  while (half < steps) half *= 2;
  const size = 2 * half;
  const covariance = fractionalNoiseAutocovariance(hurst, half + 1);
  const roots = Float64Array.from(
    { length: size },
    (_, k) => covariance[k <= half ? k : size - k]!,
  );
  fourier(roots, new Float64Array(size));
  // The embedding of this noise has no negative eigenvalue; rounding may give one of -1e-16.
  for (let k = 0; k < size; k += 1) roots[k] = Math.sqrt(Math.max(0, roots[k]!) / size);
  const scale = (years / steps) ** hurst;
  const out = new Float64Array(paths * (steps + 1));
  for (let pair = 0; 2 * pair < paths; pair += 1) {
    const draws = normalStream(seed, pair, 2 * size);
    const real = Float64Array.from(roots, (root, k) => root * draws[k]!);
    const imaginary = Float64Array.from(roots, (root, k) => root * draws[size + k]!);
    fourier(real, imaginary);
    for (const [path, noise] of [
      [2 * pair, real],
      [2 * pair + 1, imaginary],
    ] as const) {
      const row = path * (steps + 1);
      for (let t = 0; path < paths && t < steps; t += 1) {
        out[row + t + 1] = out[row + t]! + scale * noise[t]!;
      }
    }
  }
  return ok(out);
}
