import { ok } from '../core/index.ts';
import { fitLine } from './complexity.ts';
import { badInput, type QuantResult } from './errors.ts';
import { realFft } from './fft.ts';
import { sampleFault } from './sample-fault.ts';
import { lgamma } from './special-functions.ts';

const sum = (x: Float64Array): number => x.reduce((total, v) => total + v, 0);

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
  const fault = sampleFault('x', x, 64);
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
  const fault = sampleFault('x', x, 16);
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
