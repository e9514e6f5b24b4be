import { ok } from '../core/index.ts';
import { normalQuantile } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { joeKuo } from './joe-kuo.ts';
import { kernel } from './kernel.ts';
import { type GeometricBrownianMotion, modelFault } from './simulation-models.ts';

/** The most dimensions of a Sobol point. */
export const maxSobolDimensions = joeKuo.length + 1;

/** Direction numbers of one dimension (from 0), as 32-bit fractions. */
function directions(dimension: number): Uint32Array {
  const v = new Uint32Array(32);
  const row = dimension === 0 ? null : joeKuo[dimension - 1]!;
  if (row === null) return v.map((_, j) => (1 << (31 - j)) >>> 0);
  const [polynomial, ...m] = row as readonly [number, ...number[]];
  const degree = m.length;
  for (let j = 0; j < 32; j += 1) {
    if (j < degree) {
      v[j] = (m[j]! << (31 - j)) >>> 0;
      continue;
    }
    let next = v[j - degree]! ^ (v[j - degree]! >>> degree);
    for (let k = 1; k < degree; k += 1) {
      if (((polynomial >>> (degree - k)) & 1) === 1) next ^= v[j - k]!;
    }
    v[j] = next >>> 0;
  }
  return v;
}

/** How many points, in how many dimensions. */
export interface SobolOptions {
  readonly points: number;
  /** 1 to 64. */
  readonly dimensions: number;
  /** Shifts the digits at random by this seed; null (default) gives the plain sequence from its first point 0. */
  readonly seed?: number | null;
}

function sobolFault(options: SobolOptions): string | null {
  const { points, dimensions, seed = null } = options;
  if (!(Number.isInteger(points) && points >= 1 && points * dimensions <= 2 ** 28)) {
    return `points is ${points}; a whole number above 0, with at most 2^28 numbers in all`;
  }
  if (!(Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= maxSobolDimensions)) {
    return `dimensions is ${dimensions}; a whole number from 1 to ${maxSobolDimensions} is needed`;
  }
  if (seed !== null && !(Number.isSafeInteger(seed) && seed >= 0)) {
    return `seed is ${seed}; a whole number from 0 to 2^53 - 1, or null`;
  }
  return null;
}

/** One 32-bit digital shift for each dimension. */
function digitalShift(seed: number, dimensions: number): Uint32Array {
  const out = new Uint32Array(dimensions);
  const words = new Float64Array(4);
  for (let d = 0; d < dimensions; d += 1) {
    const key = [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
    // Draw 3 of Philox: apart from paths (0, 1) and streams (2).
    kernel('philoxWords')(Float64Array.of(d, 0, 0, 3, ...key), words);
    out[d] = words[0]!;
  }
  return out;
}

/**
 * Points of the Sobol sequence in [0, 1), row by row, in the order of the Gray code.
 *
 * With a seed the digits are shifted at random and moved to the middle of their cell, inside (0, 1): means
 * over several seeds are unbiased and their spread is an honest error.
 *
 * Errors:  `bad-input`.
 * Source:  Sobol (1967); Antonov & Saleev (1979); Joe & Kuo (2008); Cranley & Patterson's idea in base 2.
 */
export function sobolPoints(options: SobolOptions): QuantResult<Float64Array> {
  const fault = sobolFault(options);
  if (fault !== null) return badInput(fault);
  const { points, dimensions, seed = null } = options;
  const v = Array.from({ length: dimensions }, (_, d) => directions(d));
  const shift = seed === null ? new Uint32Array(dimensions) : digitalShift(seed, dimensions);
  const middle = seed === null ? 0 : 0.5;
  const state = new Uint32Array(dimensions);
  const out = new Float64Array(points * dimensions);
  for (let i = 0; i < points; i += 1) {
    for (let d = 0; d < dimensions; d += 1) {
      out[i * dimensions + d] = (((state[d]! ^ shift[d]!) >>> 0) + middle) / 2 ** 32;
    }
    const lowestZero = 31 - Math.clz32(~i & (i + 1));
    for (let d = 0; d < dimensions; d += 1) state[d]! ^= v[d]![lowestZero]!;
  }
  return ok(out);
}

/** Where a Brownian bridge puts its k-th normal: at `at`, between `left` and `right` done before. */
interface BridgePoint {
  readonly at: number;
  readonly left: number;
  readonly right: number | null;
}

/** The order of a bridge over steps 1 to n: the end first, then always the middle of a gap. */
function bridgeOrder(n: number): BridgePoint[] {
  const order: BridgePoint[] = [{ at: n, left: 0, right: null }];
  const gaps = [{ left: 0, right: n }];
  for (let gap = gaps.shift(); gap !== undefined; gap = gaps.shift()) {
    const { left, right } = gap;
    if (right - left < 2) continue;
    const at = (left + right) >> 1;
    order.push({ at, left, right });
    gaps.push({ left, right: at }, { left: at, right });
  }
  return order;
}

/** What quasi-random paths to lay. */
export interface QuasiOptions {
  readonly paths: number;
  /** At most 64: one dimension a step. */
  readonly steps: number;
  readonly years: number;
  readonly seed: number;
}

/**
 * Quasi-random paths of geometric Brownian motion, row by row of steps + 1 prices: shifted Sobol points
 * through the normal quantile, laid along a Brownian bridge so that the first dimensions carry the most.
 *
 * Errors:  `bad-input`.
 * Source:  Caflisch, Morokoff & Owen (1997), J. Comp. Finance 1.
 */
export function quasiRandomGbm(
  model: GeometricBrownianMotion,
  options: QuasiOptions,
): QuantResult<Float64Array> {
  const { paths, steps, years, seed } = options;
  const fault = modelFault(model);
  if (fault !== null) return badInput(fault);
  if (!(years > 0 && Number.isFinite(years))) return badInput(`years is ${years}; above 0`);
  const sobol = sobolPoints({ points: paths, dimensions: steps, seed });
  if (!sobol.ok) return sobol;
  const dt = years / steps;
  const bridge = bridgeOrder(steps).map(({ at, left, right }) => {
    if (right === null) return { at, left, right: left, share: 0, deviation: Math.sqrt(at * dt) };
    const share = (at - left) / (right - left);
    return { at, left, right, share, deviation: Math.sqrt((right - at) * share * dt) };
  });
  const drift = model.drift - model.volatility ** 2 / 2;
  const w = new Float64Array(steps + 1);
  const out = new Float64Array(paths * (steps + 1));
  for (let i = 0; i < paths; i += 1) {
    for (const [k, { at, left, right, share, deviation }] of bridge.entries()) {
      const z = normalQuantile(sobol.value[i * steps + k]!);
      w[at] = w[left]! + share * (w[right]! - w[left]!) + deviation * z;
    }
    for (let t = 0; t <= steps; t += 1) {
      const log = drift * t * dt + model.volatility * w[t]!;
      out[i * (steps + 1) + t] = model.spot * Math.exp(log);
    }
  }
  return out.every(Number.isFinite)
    ? ok(out)
    : badInput('a path leaves the range of doubles; smaller rates or years');
}
