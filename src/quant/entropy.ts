import { ok } from '../core/index.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';
import { sampleFault } from './sample-fault.ts';
import { singularValues } from './singular-values.ts';
import { periodogram } from './spectral.ts';

/** How ordinal patterns are formed. */
export interface OrdinalOptions {
  /** Values of a pattern, 2 to 7. Default 3. */
  readonly order?: number;
  /** Distance of the values of a pattern. Default 1. */
  readonly delay?: number;
}

/** Permutation entropy and the complexity that goes with it. */
export interface OrdinalComplexity {
  /** Entropy of the patterns in bits. */
  readonly bits: number;
  /** bits / log2(order!), 0 to 1. */
  readonly normalized: number;
  /** Jensen–Shannon complexity against the uniform distribution (Rosso et al. 2007), 0 to 1. */
  readonly complexity: number;
}

const plogp = (p: number): number => (p > 0 ? p * Math.log(p) : 0);

/** How often each ordinal pattern occurs; ties count as rising (first occurrence is the smaller). */
function ordinalCounts(x: Float64Array, order: number, delay: number): Float64Array {
  let patterns = 1;
  for (let k = 2; k <= order; k += 1) patterns *= k;
  const counts = new Float64Array(patterns);
  const span = (order - 1) * delay;
  for (let t = 0; t + span < x.length; t += 1) {
    // The Lehmer code: for each value, how many later ones are smaller.
    let code = 0;
    for (let i = 0; i < order - 1; i += 1) {
      let smaller = 0;
      const v = x[t + i * delay]!;
      for (let j = i + 1; j < order; j += 1) if (x[t + j * delay]! < v) smaller += 1;
      code = code * (order - i) + smaller;
    }
    counts[code] = counts[code]! + 1;
  }
  return counts;
}

/**
 * Computes permutation entropy and statistical complexity of the ordinal patterns.
 *
 * Errors: `bad-input` for an order outside 2..7, a delay below 1, or a series without a pattern.
 * Cost:   O(n order^2).
 * Source: Bandt & Pompe (2002), Phys. Rev. Lett. 88; Rosso et al. (2007), Phys. Rev. Lett. 99.
 */
export function permutationEntropy(
  x: Float64Array,
  options: OrdinalOptions = {},
): QuantResult<OrdinalComplexity> {
  const { order = 3, delay = 1 } = options;
  if (!Number.isInteger(order) || order < 2 || order > 7) {
    return badInput(`order is ${order}; allowed are whole numbers from 2 to 7`);
  }
  if (!Number.isInteger(delay) || delay < 1) {
    return badInput(`delay is ${delay}; allowed are whole numbers from 1`);
  }
  const fault = seriesFault('x', x, (order - 1) * delay + 1);
  if (fault !== null) return badInput(fault);
  const counts = ordinalCounts(x, order, delay);
  const total = x.length - (order - 1) * delay;
  const n = counts.length;
  let entropy = 0;
  let mixed = 0;
  for (const count of counts) {
    const p = count / total;
    entropy -= plogp(p);
    mixed -= plogp(p / 2 + 1 / (2 * n));
  }
  const uniform = Math.log(n);
  const divergence = mixed - entropy / 2 - uniform / 2;
  const greatest = -0.5 * (((n + 1) / n) * Math.log(n + 1) + uniform - 2 * Math.log(2 * n));
  const normalized = Math.abs(entropy) / uniform;
  return ok({
    bits: Math.abs(entropy) / Math.LN2,
    normalized,
    complexity: normalized * Math.abs(divergence / greatest),
  });
}

/** How templates are compared in sample and approximate entropy. */
export interface TemplateOptions {
  /** Values of a template. Default 2. */
  readonly order?: number;
  /** Greatest distance that counts as alike. Default 0.2 times the population standard deviation. */
  readonly tolerance?: number;
}

interface Templates {
  readonly order: number;
  readonly tolerance: number;
}

function templates(x: Float64Array, options: TemplateOptions): QuantResult<Templates> {
  const order = options.order ?? 2;
  if (!Number.isInteger(order) || order < 1) {
    return badInput(`order is ${order}; allowed are whole numbers from 1`);
  }
  const fault = sampleFault('x', x, order + 2);
  if (fault !== null) return badInput(fault);
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  const deviation = Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length);
  const tolerance = options.tolerance ?? 0.2 * deviation;
  if (!(tolerance > 0) || !Number.isFinite(tolerance)) {
    return badInput(`tolerance is ${tolerance}; it must be above 0 (a constant series has none)`);
  }
  return ok({ order, tolerance });
}

/** For each pair of starts a < b, calls `found` with how many values from there on are alike, at most `longest`. */
function matchingRuns(
  x: Float64Array,
  tolerance: number,
  longest: number,
  found: (a: number, b: number, run: number) => void,
): void {
  const n = x.length;
  for (let lag = 1; lag < n; lag += 1) {
    let run = 0;
    // Backwards: the run that starts at a is one longer than that of a + 1, or 0.
    for (let a = n - lag - 1; a >= 0; a -= 1) {
      run = Math.abs(x[a]! - x[a + lag]!) <= tolerance ? run + 1 : 0;
      if (run > 0) found(a, a + lag, run < longest ? run : longest);
    }
  }
}

/**
 * Computes sample entropy in nats: -ln(A / B), with A and B the pairs of templates of order + 1 and of
 * order values that lie within the tolerance (Chebyshev distance, <=), self matches left out.
 *
 * Errors: `bad-input` for a constant series without a tolerance, and where no pair matches (A or B is
 *         0: the entropy is then unbounded or undefined).
 * Cost:   O(n^2).
 * Source: Richman & Moorman (2000), Am. J. Physiol. 278.
 */
export function sampleEntropy(x: Float64Array, options: TemplateOptions = {}): QuantResult<number> {
  const checked = templates(x, options);
  if (!checked.ok) return checked;
  const { order, tolerance } = checked.value;
  const last = x.length - order;
  let shorter = 0;
  let longer = 0;
  matchingRuns(x, tolerance, order + 1, (_a, b, run) => {
    // Both counts use the same starts: those where a template of order + 1 values fits.
    if (run >= order && b < last) shorter += 1;
    if (run > order) longer += 1;
  });
  if (shorter === 0 || longer === 0) {
    const which = shorter === 0 ? order : order + 1;
    return badInput(`no two templates of ${which} values lie within the tolerance ${tolerance}`);
  }
  return ok(-Math.log(longer / shorter));
}

/**
 * Computes approximate entropy in nats: phi(order) - phi(order + 1), phi the mean logarithm of the
 * share of templates within the tolerance (Chebyshev distance, <=), self matches counted.
 *
 * Cost:   O(n^2).
 * Source: Pincus (1991), PNAS 88.
 */
export function approximateEntropy(
  x: Float64Array,
  options: TemplateOptions = {},
): QuantResult<number> {
  const checked = templates(x, options);
  if (!checked.ok) return checked;
  const { order, tolerance } = checked.value;
  const counts = [
    new Float64Array(x.length - order + 1).fill(1),
    new Float64Array(x.length - order).fill(1),
  ] as const;
  matchingRuns(x, tolerance, order + 1, (a, b, run) => {
    if (run < order) return;
    counts[0][a] = counts[0][a]! + 1;
    counts[0][b] = counts[0][b]! + 1;
    if (run === order) return;
    counts[1][a] = counts[1][a]! + 1;
    counts[1][b] = counts[1][b]! + 1;
  });
  const phi = (c: Float64Array) => c.reduce((sum, v) => sum + Math.log(v / c.length), 0) / c.length;
  return ok(phi(counts[0]) - phi(counts[1]));
}

/**
 * Computes the entropy of the normalised periodogram, divided by the log of its bins: 0 one frequency,
 * 1 white.
 *
 * Errors: `bad-input` for a series without variation.
 */
export function spectralEntropy(x: Float64Array): QuantResult<number> {
  const spectrum = periodogram(x);
  if (!spectrum.ok) return spectrum;
  const { power } = spectrum.value;
  const total = power.reduce((sum, v) => sum + v, 0);
  if (!(total > 0)) return badInput('x is constant; a spectrum without power has no entropy');
  return ok(-power.reduce((sum, v) => sum + plogp(v / total), 0) / Math.log(power.length));
}

/**
 * Computes the entropy of the normalised singular values of the delay embedding, divided by
 * log(order).
 *
 * Errors: `bad-input` for an order below 2, a delay below 1, a series too short or all zero.
 */
export function svdEntropy(x: Float64Array, options: OrdinalOptions = {}): QuantResult<number> {
  const { order = 3, delay = 1 } = options;
  if (!Number.isInteger(order) || order < 2 || !Number.isInteger(delay) || delay < 1) {
    return badInput(`order and delay are ${order} and ${delay}; at least 2 and 1 are needed`);
  }
  const fault = sampleFault('x', x, order * delay + 1);
  if (fault !== null) return badInput(fault);
  const rows = x.length - (order - 1) * delay;
  const columns = Array.from({ length: order }, (_, i) => x.slice(i * delay, i * delay + rows));
  const values = singularValues(columns);
  const total = values.reduce((sum, v) => sum + v, 0);
  if (total === 0) return badInput('x is all zero; its embedding has no singular values above 0');
  return ok(-values.reduce((sum, v) => sum + plogp(v / total), 0) / Math.log(order));
}
