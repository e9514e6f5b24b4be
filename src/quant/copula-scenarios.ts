import { ok } from '../core/index.ts';
import type { TCopula } from './copula.ts';
import { CounterStream } from './counter-stream.ts';
import { studentTCdf, studentTQuantile } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { cholesky, type Matrix, matrixFault } from './linear-algebra.ts';

/** Which samples of a copula. */
export interface SampleOptions {
  readonly samples: number;
  /** A whole number from 0, below 2^53. */
  readonly seed: number;
  /** The number of the first sample: samples of a seed are the same however they are cut. Default 0. */
  readonly first?: number;
}

/** A stress: one asset in its tail, the others as the copula says. */
export interface StressOptions {
  /** The column that is put into its tail. */
  readonly asset: number;
  /** The share of that asset's outcomes which the tail holds, such as 0.01. */
  readonly probability: number;
  /** Default `lower`. */
  readonly tail?: 'lower' | 'upper';
  readonly scenarios: number;
  readonly seed: number;
  /** Of the portfolio; equal weights by default. */
  readonly weights?: Float64Array;
  /** Level of the portfolio's value at risk. Default 0.95. */
  readonly level?: number;
}

/** What a stress does. */
export interface StressResult {
  /** scenarios x d. */
  readonly returns: Matrix;
  readonly meanReturns: Float64Array;
  /** Of each asset, how often it is in the same tail of the same probability. */
  readonly jointTail: Float64Array;
  /** Losses of the weighted sum of returns within the scenarios: positive numbers. */
  readonly portfolio: {
    readonly meanLoss: number;
    readonly valueAtRisk: number;
    readonly expectedShortfall: number;
    readonly worstLoss: number;
  };
}

const MAX_SAMPLES = 1e7;
/** Of random streams: apart from those of simulation. */
const PURPOSE = { sample: 4, stress: 5 } as const;

/** Why a copula cannot be taken; null when it can. */
function copulaFault({ correlation, nu }: TCopula): string | null {
  const d = Math.sqrt(correlation.length);
  if (!(Number.isInteger(d) && d >= 2)) {
    return `correlation holds ${correlation.length} values; it must be square, 2 x 2 at least`;
  }
  if (!(nu > 0 && nu <= 1e6)) return `nu is ${nu}; it must be above 0 and at most 1e6`;
  for (let i = 0; i < d; i += 1) {
    if (Math.abs(correlation[i * d + i]! - 1) > 1e-12) {
      return `correlation[${i}][${i}] is ${correlation[i * d + i]}; the diagonal must be 1`;
    }
    for (let j = 0; j < i; j += 1) {
      if (Math.abs(correlation[i * d + j]! - correlation[j * d + i]!) <= 1e-12) continue;
      return `correlation[${i}][${j}] is ${correlation[i * d + j]} and [${j}][${i}] is ${correlation[j * d + i]}; it must be symmetric`;
    }
  }
  return cholesky(correlation, d) === null ? 'correlation is not positive definite' : null;
}

function countFault(name: string, value: number, low: number, high: number): string | null {
  return Number.isInteger(value) && value >= low && value <= high
    ? null
    : `${name} is ${value}; it must be a whole number from ${low} to ${high}`;
}

/**
 * Draws from a t copula: x = L normal sqrt(nu / chi2), u = t_nu(x).
 *
 * Shapes:      [samples x d] out, oldest number first.
 * Errors:      `bad-input`.
 * Determinism: sample i of a seed is the same whatever else is drawn.
 */
export function sampleTCopula(copula: TCopula, options: SampleOptions): QuantResult<Matrix> {
  const { samples, seed, first = 0 } = options;
  const fault =
    copulaFault(copula) ??
    countFault('samples', samples, 1, MAX_SAMPLES) ??
    countFault('seed', seed, 0, Number.MAX_SAFE_INTEGER) ??
    countFault('first', first, 0, Number.MAX_SAFE_INTEGER - MAX_SAMPLES);
  if (fault !== null) return badInput(fault);
  const { correlation, nu } = copula;
  const d = Math.sqrt(correlation.length);
  const factor = cholesky(correlation, d)!;
  const data = new Float64Array(samples * d);
  const draws = new Float64Array(d);
  for (let s = 0; s < samples; s += 1) {
    const stream = new CounterStream(seed, first + s, PURPOSE.sample);
    for (let i = 0; i < d; i += 1) draws[i] = stream.normal();
    const spread = Math.sqrt(nu / (2 * stream.gamma(nu / 2)));
    for (let i = 0; i < d; i += 1) {
      let x = 0;
      for (let j = 0; j <= i; j += 1) x += factor[i * d + j]! * draws[j]!;
      data[s * d + i] = studentTCdf(x * spread, nu);
    }
  }
  return ok({ data, rows: samples, columns: d });
}

/** The factor of the correlations with the stressed asset taken first, and that order. */
function stressedFactor(
  correlation: Float64Array,
  d: number,
  asset: number,
): { readonly factor: Float64Array; readonly order: readonly number[] } {
  const order = [asset, ...Array.from({ length: d }, (_, i) => i).filter((i) => i !== asset)];
  const turned = Float64Array.from(
    { length: d * d },
    (_, at) => correlation[order[Math.floor(at / d)]! * d + order[at % d]!]!,
  );
  return { factor: cholesky(turned, d)!, order };
}

/** The quantile of a sorted sample at probability p, between the nearest of (i + 1) / (n + 1). */
function empiricalQuantile(sorted: Float64Array, p: number): number {
  const place = Math.min(Math.max(p * (sorted.length + 1) - 1, 0), sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

function stressFault(history: Matrix, copula: TCopula, options: StressOptions): string | null {
  const { asset, probability, scenarios, seed, weights, level = 0.95 } = options;
  const fault = copulaFault(copula) ?? matrixFault('history', history, 16);
  if (fault !== null) return fault;
  const d = Math.sqrt(copula.correlation.length);
  if (history.columns !== d) {
    return `history has ${history.columns} columns; the copula is of ${d} assets`;
  }
  if (!(probability > 0 && probability <= 0.5)) {
    return `probability is ${probability}; it must be above 0 and at most 0.5`;
  }
  if (!(level > 0 && level < 1)) return `level is ${level}; it must lie between 0 and 1`;
  if (weights !== undefined && weights.length !== d) {
    return `weights has ${weights.length} values; ${d} are needed`;
  }
  const at = weights?.findIndex((weight) => !Number.isFinite(weight)) ?? -1;
  if (at >= 0) return `weights[${at}] is ${weights?.[at]}; every value must be finite`;
  return (
    countFault('asset', asset, 0, d - 1) ??
    countFault('scenarios', scenarios, 1, MAX_SAMPLES) ??
    countFault('seed', seed, 0, Number.MAX_SAFE_INTEGER)
  );
}

/** Probabilities of the scenarios: the stressed asset inside its tail, the others given it. */
function stressedProbabilities(copula: TCopula, options: StressOptions): Float64Array {
  const { correlation, nu } = copula;
  const { asset, probability, scenarios, seed, tail = 'lower' } = options;
  const d = Math.sqrt(correlation.length);
  const { factor, order } = stressedFactor(correlation, d, asset);
  const out = new Float64Array(scenarios * d);
  const x = new Float64Array(d);
  for (let s = 0; s < scenarios; s += 1) {
    const stream = new CounterStream(seed, s, PURPOSE.stress);
    const inside = probability * stream.uniform();
    x[0] = studentTQuantile(inside, nu);
    for (let i = 1; i < d; i += 1) x[i] = stream.normal();
    // Given x[0] the others are t with nu + 1 degrees of freedom, wider by (nu + x[0]^2) / (nu + 1).
    const spread = Math.sqrt((nu + x[0] * x[0]) / (2 * stream.gamma((nu + 1) / 2)));
    for (let i = 0; i < d; i += 1) {
      let value = factor[i * d]! * x[0];
      for (let j = 1; j <= i; j += 1) value += factor[i * d + j]! * x[j]! * spread;
      const p = i === 0 ? inside : studentTCdf(value, nu);
      out[s * d + order[i]!] = tail === 'lower' ? p : 1 - p;
    }
  }
  return out;
}

function portfolioOf(losses: Float64Array, level: number): StressResult['portfolio'] {
  const sorted = losses.slice().sort();
  const n = sorted.length;
  const from = Math.min(Math.ceil(level * n), n) - 1;
  let beyond = 0;
  for (let at = from; at < n; at += 1) beyond += sorted[at]!;
  return {
    meanLoss: losses.reduce((sum, loss) => sum + loss, 0) / n,
    valueAtRisk: sorted[from]!,
    expectedShortfall: beyond / (n - from),
    worstLoss: sorted[n - 1]!,
  };
}

/**
 * Stress scenarios: one asset anywhere in its tail, the others drawn from the t copula given that;
 * probabilities become returns by each asset's own history.
 *
 * Shapes:      history[n x d] of returns, n >= 16.
 * Errors:      `bad-input`.
 * Determinism: the same for a seed.
 * Source:      Ding (2016), The American Statistician 70(3), for the conditional t distribution.
 */
export function stressTCopula(
  history: Matrix,
  copula: TCopula,
  options: StressOptions,
): QuantResult<StressResult> {
  const fault = stressFault(history, copula, options);
  if (fault !== null) return badInput(fault);
  const d = history.columns;
  const { scenarios, probability, tail = 'lower', weights, level = 0.95 } = options;
  const sorted = Array.from({ length: d }, (_, i) =>
    Float64Array.from({ length: history.rows }, (__, t) => history.data[t * d + i]!).sort(),
  );
  const u = stressedProbabilities(copula, options);
  const data = new Float64Array(scenarios * d);
  const meanReturns = new Float64Array(d);
  const jointTail = new Float64Array(d);
  const losses = new Float64Array(scenarios);
  for (let at = 0; at < u.length; at += 1) {
    const [s, i] = [Math.floor(at / d), at % d];
    const value = empiricalQuantile(sorted[i]!, u[at]!);
    data[at] = value;
    meanReturns[i]! += value / scenarios;
    const inTail = tail === 'lower' ? u[at]! <= probability : u[at]! >= 1 - probability;
    if (inTail) jointTail[i]! += 1;
    losses[s]! -= (weights?.[i] ?? 1 / d) * value;
  }
  return ok({
    returns: { data, rows: scenarios, columns: d },
    meanReturns,
    jointTail: jointTail.map((count) => count / scenarios),
    portfolio: portfolioOf(losses, level),
  });
}
