import { ok } from '../core/index.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';
import { sampleFault } from './sample-fault.ts';

/** Slope and intercept of the least-squares line through (x, y). */
export function fitLine(x: Float64Array, y: Float64Array): { slope: number; intercept: number } {
  const n = x.length;
  const mx = x.reduce((sum, v) => sum + v, 0) / n;
  const my = y.reduce((sum, v) => sum + v, 0) / n;
  let sxx = 0;
  let sxy = 0;
  for (let i = 0; i < n; i += 1) {
    sxx += (x[i]! - mx) ** 2;
    sxy += (x[i]! - mx) * (y[i]! - my);
  }
  const slope = sxy / sxx;
  return { slope, intercept: my - slope * mx };
}

const difference = (x: Float64Array): Float64Array =>
  Float64Array.from({ length: x.length - 1 }, (_, i) => x[i + 1]! - x[i]!);

const variance = (x: Float64Array): number => {
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  return x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length;
};

const CONSTANT = 'x is constant; the measure is not defined for it';

/**
 * Estimates the fractal dimension by Higuchi's curve lengths at delays 1 to `kmax` (default 10).
 *
 * Formula: the sum of a curve runs over j = 1 .. N_m - 1, as in antropy and mne-features.
 * Source:  Higuchi (1988), Physica D 31.
 */
export function higuchiDimension(x: Float64Array, kmax = 10): QuantResult<number> {
  if (!Number.isInteger(kmax) || kmax < 2) return badInput(`kmax is ${kmax}; at least 2 is needed`);
  const n = x.length;
  const fault = sampleFault('x', x, 3 * kmax);
  if (fault !== null) return badInput(fault);
  const logInverse = new Float64Array(kmax);
  const logLength = new Float64Array(kmax);
  for (let k = 1; k <= kmax; k += 1) {
    let mean = 0;
    for (let m = 0; m < k; m += 1) {
      const steps = Math.floor((n - m - 1) / k);
      let length = 0;
      for (let j = 1; j < steps; j += 1) length += Math.abs(x[m + j * k]! - x[m + (j - 1) * k]!);
      mean += ((length / k) * (n - 1)) / (k * steps);
    }
    if (mean === 0) return badInput(CONSTANT);
    logInverse[k - 1] = Math.log(1 / k);
    logLength[k - 1] = Math.log(mean / k);
  }
  return ok(fitLine(logInverse, logLength).slope);
}

/** Estimates the fractal dimension from the sign changes of the differences (Petrosian 1995). */
export function petrosianDimension(x: Float64Array): QuantResult<number> {
  const fault = seriesFault('x', x, 3);
  if (fault !== null) return badInput(fault);
  const steps = difference(x);
  let changes = 0;
  for (let i = 1; i < steps.length; i += 1) if (steps[i]! < 0 !== steps[i - 1]! < 0) changes += 1;
  const n = x.length;
  return ok(Math.log(n) / (Math.log(n) + Math.log(n / (n + 0.4 * changes))));
}

/** Estimates the fractal dimension from the length of the curve and its greatest extent (Katz 1988). */
export function katzDimension(x: Float64Array): QuantResult<number> {
  const fault = seriesFault('x', x, 3);
  if (fault !== null) return badInput(fault);
  const length = difference(x).reduce((sum, v) => sum + Math.abs(v), 0);
  const extent = x.reduce((most, v) => Math.max(most, Math.abs(v - x[0]!)), 0);
  if (length === 0) return badInput(CONSTANT);
  const n = x.length - 1;
  return ok(Math.log(n) / (Math.log(n) + Math.log(extent / length)));
}

/** Hjorth's parameters of a series. */
export interface Hjorth {
  readonly mobility: number;
  readonly complexity: number;
}

/** Computes Hjorth's mobility and complexity, with population variances of the differences. */
export function hjorth(x: Float64Array): QuantResult<Hjorth> {
  const fault = sampleFault('x', x, 4);
  if (fault !== null) return badInput(fault);
  const first = difference(x);
  const [v0, v1, v2] = [variance(x), variance(first), variance(difference(first))];
  if (!(v0 > 0) || !(v1 > 0)) return badInput('x is constant or a straight line; mobility is 0');
  const mobility = Math.sqrt(v1 / v0);
  return ok({ mobility, complexity: Math.sqrt(v2 / v1) / mobility });
}

/** How many phrases the Lempel–Ziv (1976) parse of a binary sequence has. */
function phrases(bits: Uint8Array): number {
  let count = 1;
  let prefix = 1;
  let length = 1;
  let longest = 1;
  let pointer = 0;
  while (prefix + length <= bits.length) {
    if (bits[pointer + length - 1] === bits[prefix + length - 1]) {
      length += 1;
      continue;
    }
    longest = Math.max(length, longest);
    pointer += 1;
    if (pointer === prefix) {
      count += 1;
      prefix += longest;
      pointer = 0;
      longest = 1;
    }
    length = 1;
  }
  return length === 1 ? count : count + 1;
}

/** The middle of the sorted values; the mean of the two middle ones for an even count. */
export function median(x: Float64Array): number {
  const sorted = Float64Array.from(x).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Computes Lempel–Ziv complexity of the series split at its median, divided by n / log2(n).
 *
 * Cost: O(n^2) at worst.
 */
export function lempelZivComplexity(x: Float64Array): QuantResult<number> {
  const fault = seriesFault('x', x, 3);
  if (fault !== null) return badInput(fault);
  const middle = median(x);
  const bits = Uint8Array.from(x, (v) => (v > middle ? 1 : 0));
  return ok(phrases(bits) / (x.length / Math.log2(x.length)));
}
