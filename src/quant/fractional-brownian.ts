import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { fft, realFft } from './fft.ts';
import { normalStream } from './normal-stream.ts';

/** From this lag on the series below needs no more than its terms for full precision. */
const SERIES_FROM = 32;
const SERIES_TERMS = 6;

/**
 * Half the second difference of k^power, for large k by its series: the plain difference loses k^2 of
 * its digits.
 *
 *   k^power sum over j >= 1 of binomial(power, 2j) / k^(2j)
 */
function halfSecondDifference(k: number, power: number): number {
  if (k < SERIES_FROM) return 0.5 * ((k + 1) ** power - 2 * k ** power + (k - 1) ** power);
  let term = 1;
  let sum = 0;
  for (let j = 1; j <= SERIES_TERMS; j += 1) {
    const i = 2 * j;
    term *= ((power - i + 2) * (power - i + 1)) / ((i - 1) * i * k * k);
    sum += term;
  }
  return k ** power * sum;
}

/** Autocovariance of fractional Gaussian noise of unit variance at lags 0 to n - 1. */
export function fractionalNoiseAutocovariance(hurst: number, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, k) =>
    k === 0 ? 1 : halfSecondDifference(k, 2 * hurst),
  );
}

/** Covariance of fractional Brownian motion at times s and t. */
export function fractionalBrownianCovariance(hurst: number, s: number, t: number): number {
  const power = 2 * hurst;
  return 0.5 * (s ** power + t ** power - Math.abs(t - s) ** power);
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
  const { re } = realFft(
    Float64Array.from({ length: size }, (_, k) => covariance[k <= half ? k : size - k]!),
  );
  // The embedding of this noise has no negative eigenvalue; rounding may give one of -1e-16.
  const roots = Float64Array.from({ length: size }, (_, k) =>
    Math.sqrt(Math.max(0, re[k <= half ? k : size - k]!) / size),
  );
  const scale = (years / steps) ** hurst;
  const out = new Float64Array(paths * (steps + 1));
  for (let pair = 0; 2 * pair < paths; pair += 1) {
    const draws = normalStream(seed, pair, 2 * size);
    const noises = fft({
      re: roots.map((root, k) => root * draws[k]!),
      im: roots.map((root, k) => root * draws[size + k]!),
    });
    for (const [path, noise] of [
      [2 * pair, noises.re],
      [2 * pair + 1, noises.im],
    ] as const) {
      const row = path * (steps + 1);
      for (let t = 0; path < paths && t < steps; t += 1) {
        out[row + t + 1] = out[row + t]! + scale * noise[t]!;
      }
    }
  }
  return ok(out);
}
