import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { type Matrix, matrixFault } from './linear-algebra.ts';

/** How a covariance is shrunk. */
export interface ShrinkageOptions {
  /**
   * `ledoit-wolf` (2004, the default) or `oas` (Chen and others 2010, in the form of scikit-learn,
   * which leaves the term 2 / p out).
   */
  readonly method?: 'ledoit-wolf' | 'oas';
  /** Columns about their means, or as they are when the means are known to be 0. Default `sample`. */
  readonly mean?: 'sample' | 'zero';
}

/** A covariance drawn towards a multiple of the identity. */
export interface ShrunkCovariance {
  /** Weight of the target, from 0 to 1. */
  readonly shrinkage: number;
  /** The target is this variance times the identity: the mean of the sample variances. */
  readonly meanVariance: number;
  /** (1 - shrinkage) S + shrinkage meanVariance I, d x d, row-major. */
  readonly covariance: Float64Array;
  /** S, divisor n. */
  readonly sampleCovariance: Float64Array;
}

/** The columns about their means (or not), each row after the other. */
function centred(x: Matrix, mean: 'sample' | 'zero'): Float64Array {
  const { data, rows, columns } = x;
  if (mean === 'zero') return data;
  const means = new Float64Array(columns);
  for (let at = 0; at < data.length; at += 1) means[at % columns]! += data[at]! / rows;
  return data.map((value, at) => value - means[at % columns]!);
}

/** X'X / n. */
function secondMoment(x: Float64Array, n: number, d: number): Float64Array {
  const out = new Float64Array(d * d);
  for (let t = 0; t < n; t += 1) {
    for (let i = 0; i < d; i += 1) {
      const left = x[t * d + i]!;
      for (let j = 0; j <= i; j += 1) out[i * d + j]! += left * x[t * d + j]!;
    }
  }
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      out[i * d + j]! /= n;
      out[j * d + i] = out[i * d + j]!;
    }
  }
  return out;
}

const sumOfSquares = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value * value, 0);

/** min(beta, delta) / delta, Ledoit and Wolf (2004), J. of Multivariate Analysis 88, lemma 3.2-3.4. */
function ledoitWolfWeight(x: Float64Array, s: Float64Array, n: number, mu: number): number {
  const d = Math.sqrt(s.length);
  let fourth = 0;
  for (let t = 0; t < n; t += 1) {
    const length = sumOfSquares(x.subarray(t * d, (t + 1) * d));
    fourth += length * length;
  }
  const size = sumOfSquares(s);
  const beta = (fourth / n - size) / (d * n);
  const delta = (size - d * mu * mu) / d;
  if (!(beta > 0)) return 0;
  return delta > beta ? beta / delta : 1;
}

/** Chen, Wiesel, Eldar and Hero (2010), IEEE Trans. Signal Processing 58(10), eq. 23. */
function oasWeight(s: Float64Array, n: number, mu: number): number {
  const d = Math.sqrt(s.length);
  const alpha = sumOfSquares(s) / s.length;
  const numerator = alpha + mu * mu;
  const denominator = (n + 1) * (alpha - (mu * mu) / d);
  return denominator > numerator ? numerator / denominator : 1;
}

/**
 * Shrinks the sample covariance towards the identity times the mean variance.
 *
 * Shapes:      x[n x d], n >= 2, d >= 1.
 * Errors:      `bad-input`, also when every column is constant.
 * Determinism: the same bits everywhere.
 * Cost:        O(n d^2).
 */
export function shrinkCovariance(
  x: Matrix,
  options: ShrinkageOptions = {},
): QuantResult<ShrunkCovariance> {
  const fault = matrixFault('x', x, 2);
  if (fault !== null) return badInput(fault);
  const { rows: n, columns: d } = x;
  const rows = centred(x, options.mean ?? 'sample');
  const s = secondMoment(rows, n, d);
  let mu = 0;
  for (let i = 0; i < d; i += 1) mu += s[i * d + i]! / d;
  if (!(mu >= 1e-100 && mu <= 1e100)) {
    return badInput(`x has a mean variance of ${mu}; it must lie in [1e-100, 1e100]`);
  }
  const oas = options.method === 'oas';
  const shrinkage = oas ? oasWeight(s, n, mu) : ledoitWolfWeight(rows, s, n, mu);
  const covariance = s.map(
    (value, at) => (1 - shrinkage) * value + (at % (d + 1) === 0 ? shrinkage * mu : 0),
  );
  return ok({ shrinkage, meanVariance: mu, covariance, sampleCovariance: s });
}
