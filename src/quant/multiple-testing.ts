import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';

/**
 * Corrections for many tests; holm, hochberg, hommel and the first two hold the family-wise error.
 */
export const MULTIPLE_TESTING_METHODS = [
  'bonferroni',
  'sidak',
  'holm',
  'hochberg',
  'hommel',
  'bh',
  'by',
] as const;

/** One of the corrections. `bh` and `by` hold the false discovery rate. */
export type MultipleTestingMethod = (typeof MULTIPLE_TESTING_METHODS)[number];

/** Adjusted p-values in the order of the input. */
export interface AdjustedPValues {
  readonly method: MultipleTestingMethod;
  readonly adjusted: Float64Array;
  /** Tests whose adjusted p-value is at most alpha. */
  readonly rejected: number;
}

/** The running minimum from the last value back, or the running maximum from the first. */
function monotone(values: Float64Array, direction: 'from-largest' | 'from-smallest'): void {
  const n = values.length;
  for (let i = 1; i < n; i += 1) {
    if (direction === 'from-smallest') values[i] = Math.max(values[i]!, values[i - 1]!);
    else values[n - 1 - i] = Math.min(values[n - 1 - i]!, values[n - i]!);
  }
}

/** Source: Hommel (1988), Biometrika 75(2); the loop of Wright (1992), Biometrics 48(4). */
function hommel(p: Float64Array): Float64Array {
  const n = p.length;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < n; i += 1) least = Math.min(least, (n * p[i]!) / (i + 1));
  const adjusted = new Float64Array(n).fill(least);
  const q = new Float64Array(n).fill(least);
  for (let m = n - 1; m >= 2; m -= 1) {
    const split = n - m + 1;
    let bound = Number.POSITIVE_INFINITY;
    for (let i = split; i < n; i += 1) bound = Math.min(bound, (m * p[i]!) / (i - split + 2));
    for (let i = 0; i < split; i += 1) q[i] = Math.min(m * p[i]!, bound);
    for (let i = split; i < n; i += 1) q[i] = q[split - 1]!;
    for (let i = 0; i < n; i += 1) adjusted[i] = Math.max(adjusted[i]!, q[i]!);
  }
  return adjusted.map((value, i) => Math.max(value, p[i]!));
}

/** Adjusts p-values in rising order. */
function adjustSorted(p: Float64Array, method: MultipleTestingMethod): Float64Array {
  const n = p.length;
  const harmonic = p.reduce((sum, _, i) => sum + 1 / (i + 1), 0);
  const scaled = (factor: (i: number) => number): Float64Array =>
    p.map((value, i) => value * factor(i));
  switch (method) {
    case 'bonferroni':
      return scaled(() => n);
    case 'sidak':
      return p.map((value) => -Math.expm1(n * Math.log1p(-value)));
    case 'hommel':
      return hommel(p);
    case 'holm': {
      const out = scaled((i) => n - i);
      monotone(out, 'from-smallest');
      return out;
    }
    default: {
      const factor = {
        hochberg: (i: number) => n - i,
        bh: (i: number) => n / (i + 1),
        by: (i: number) => (harmonic * n) / (i + 1),
      }[method];
      const out = scaled(factor);
      monotone(out, 'from-largest');
      return out;
    }
  }
}

/**
 * Adjusts the p-values of many tests so that each can be held against alpha alone.
 *
 * Errors: `bad-input` for no value, a value outside [0, 1] or alpha outside (0, 1).
 * Source: Holm (1979); Hochberg (1988); Hommel (1988); Benjamini & Hochberg (1995); Benjamini &
 *         Yekutieli (2001).
 */
export function adjustPValues(
  p: Float64Array,
  method: MultipleTestingMethod,
  alpha = 0.05,
): QuantResult<AdjustedPValues> {
  if (p.length === 0) return badInput('p has 0 values; at least 1 is needed');
  const bad = p.findIndex((value) => !(value >= 0 && value <= 1));
  if (bad >= 0) return badInput(`p[${bad}] is ${p[bad]}; every value must be in [0, 1]`);
  if (!(alpha > 0 && alpha < 1)) return badInput(`alpha is ${alpha}; it must be in (0, 1)`);
  const order = Array.from(p, (_, i) => i).sort((a, b) => p[a]! - p[b]! || a - b);
  const sorted = adjustSorted(
    Float64Array.from(order, (i) => p[i]!),
    method,
  );
  const adjusted = new Float64Array(p.length);
  let rejected = 0;
  for (const [rank, i] of order.entries()) {
    adjusted[i] = Math.min(1, sorted[rank]!);
    if (adjusted[i]! <= alpha) rejected += 1;
  }
  return ok({ method, adjusted, rejected });
}
