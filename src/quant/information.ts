import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { sampleFault } from './sample-fault.ts';

/** The unit of an entropy. */
export type EntropyUnit = 'nats' | 'bits';

const scale = (unit: EntropyUnit): number => (unit === 'bits' ? 1 / Math.LN2 : 1);

/** Says what is wrong with weights of a distribution; else null. */
function weightFault(name: string, p: Float64Array): string | null {
  if (p.length === 0) return `${name} is empty; at least one weight is needed`;
  const at = p.findIndex((v) => !(v >= 0) || !Number.isFinite(v));
  if (at >= 0) return `${name}[${at}] is ${p[at]}; weights must be finite and at least 0`;
  return p.some((v) => v > 0) ? null : `${name} is all zero; one weight above 0 is needed`;
}

const normalise = (p: Float64Array): Float64Array => {
  const total = p.reduce((sum, v) => sum + v, 0);
  return p.map((v) => v / total);
};

/** Computes -sum p log p of weights, which are divided by their sum first. Default unit nats. */
export function shannonEntropy(p: Float64Array, unit: EntropyUnit = 'nats'): QuantResult<number> {
  const fault = weightFault('p', p);
  if (fault !== null) return badInput(fault);
  const h = -normalise(p).reduce((sum, v) => (v > 0 ? sum + v * Math.log(v) : sum), 0);
  return ok(h * scale(unit) + 0);
}

function pairFault(p: Float64Array, q: Float64Array): string | null {
  if (p.length !== q.length) return `p and q have ${p.length} and ${q.length} weights; not equal`;
  return weightFault('p', p) ?? weightFault('q', q);
}

/**
 * Computes the Kullback–Leibler divergence sum p log(p / q). Default unit nats.
 *
 * Errors: `bad-input` also where q is 0 and p is not: the divergence is infinite there.
 */
export function kullbackLeibler(
  p: Float64Array,
  q: Float64Array,
  unit: EntropyUnit = 'nats',
): QuantResult<number> {
  const fault = pairFault(p, q);
  if (fault !== null) return badInput(fault);
  const at = p.findIndex((v, i) => v > 0 && q[i] === 0);
  if (at >= 0)
    return badInput(`q[${at}] is 0 where p[${at}] is ${p[at]}; the divergence is infinite`);
  const b = normalise(q);
  const d = normalise(p).reduce((sum, v, i) => (v > 0 ? sum + v * Math.log(v / b[i]!) : sum), 0);
  return ok(d * scale(unit));
}

/** Computes the Jensen–Shannon divergence (not its root). Default unit bits: then 0 to 1. */
export function jensenShannon(
  p: Float64Array,
  q: Float64Array,
  unit: EntropyUnit = 'bits',
): QuantResult<number> {
  const fault = pairFault(p, q);
  if (fault !== null) return badInput(fault);
  const [a, b] = [normalise(p), normalise(q)];
  const half = (u: Float64Array, v: Float64Array) =>
    u.reduce((sum, w, i) => (w > 0 ? sum + w * Math.log((2 * w) / (w + v[i]!)) : sum), 0) / 2;
  return ok((half(a, b) + half(b, a)) * scale(unit));
}

/**
 * Computes the mutual information of two sequences of labels from their counts (plug-in). Default nats.
 *
 * Errors: `bad-input` for sequences that are empty or of different length, and labels that are NaN.
 */
export function mutualInformation(
  a: Float64Array,
  b: Float64Array,
  unit: EntropyUnit = 'nats',
): QuantResult<number> {
  if (a.length !== b.length || a.length === 0) {
    return badInput(
      `a and b have ${a.length} and ${b.length} labels; equal counts above 0 are needed`,
    );
  }
  const joint = new Map<number, Map<number, number>>();
  const left = new Map<number, number>();
  const right = new Map<number, number>();
  for (let i = 0; i < a.length; i += 1) {
    const [u, v] = [a[i]!, b[i]!];
    if (Number.isNaN(u) || Number.isNaN(v))
      return badInput(`label ${i} is NaN; labels are numbers`);
    left.set(u, (left.get(u) ?? 0) + 1);
    right.set(v, (right.get(v) ?? 0) + 1);
    const row = joint.get(u) ?? new Map<number, number>();
    row.set(v, (row.get(v) ?? 0) + 1);
    joint.set(u, row);
  }
  const n = a.length;
  let sum = 0;
  for (const [u, row] of joint) {
    for (const [v, count] of row) {
      sum += (count / n) * Math.log((count * n) / (left.get(u)! * right.get(v)!));
    }
  }
  return ok(Math.max(0, sum) * scale(unit));
}

/** Most bins of `binLabels`. */
const MOST_BINS = 1_000_000;

/**
 * Cuts a series into `bins` labels 0, 1, ... of equal width from its least to its greatest value, to
 * give `mutualInformation` real-valued series.
 *
 * Errors: `bad-input` for values that are not finite, and bins outside 1 to 1,000,000.
 */
export function binLabels(x: Float64Array, bins: number): QuantResult<Float64Array> {
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= MOST_BINS)) {
    return badInput(`bins is ${bins}; allowed are whole numbers from 1 to ${MOST_BINS}`);
  }
  const fault = sampleFault('x', x, 1);
  if (fault !== null) return badInput(fault);
  let low = Infinity;
  let high = -Infinity;
  for (const v of x) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  if (!(high > low)) return ok(new Float64Array(x.length));
  return ok(x.map((v) => Math.min(bins - 1, Math.floor(((v - low) / (high - low)) * bins))));
}
