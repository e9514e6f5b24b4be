import { ok } from '../core/index.ts';
import { type ElasticNetOptions, type ElasticNetPath, elasticNet } from './elastic-net.ts';
import { logisticElasticNet } from './elastic-net-logistic.ts';
import { badInput, type QuantResult } from './errors.ts';
import type { Matrix } from './linear-algebra.ts';

/** How penalties are compared. */
export interface CrossValidationOptions extends ElasticNetOptions {
  readonly family?: 'gaussian' | 'binomial';
  /** Fold of each row, from 0. Default: ten contiguous blocks, as for series in time. */
  readonly folds?: Int32Array;
}

/** A path, and the error of each penalty on rows that its fit had not seen. */
export interface CrossValidatedNet {
  readonly path: ElasticNetPath;
  /** Mean squared error, or for `binomial` the deviance, averaged over folds by their rows. */
  readonly meanError: Float64Array;
  /** Standard error of that mean over folds. */
  readonly standardError: Float64Array;
  /** Step of the path with the smallest error. */
  readonly best: number;
  /** Step of the largest penalty within one standard error of the best. */
  readonly oneStandardError: number;
}

const DEFAULT_FOLDS = 10;

/** The prediction b0 + x·b of each row at one step of a path (log-odds for a logistic net). */
export function predictNet(path: ElasticNetPath, step: number, x: Matrix): Float64Array {
  const { data, rows, columns: p } = x;
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = path.intercept[step]!;
    for (let j = 0; j < p; j += 1) sum += path.coefficients[step * p + j]! * data[i * p + j]!;
    return sum;
  });
}

/** The rows of the given numbers. */
function rowsOf(x: Matrix, y: Float64Array, rows: readonly number[]): [Matrix, Float64Array] {
  const p = x.columns;
  const data = new Float64Array(rows.length * p);
  rows.forEach((row, i) => {
    data.set(x.data.subarray(row * p, (row + 1) * p), i * p);
  });
  return [{ data, rows: rows.length, columns: p }, Float64Array.from(rows, (row) => y[row]!)];
}

/** Mean loss of predictions: squares, or −2·log-likelihood with probabilities held off 0 and 1. */
function meanLoss(family: 'gaussian' | 'binomial', eta: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < y.length; i += 1) {
    if (family === 'gaussian') sum += (y[i]! - eta[i]!) ** 2;
    else {
      const raw = 1 / (1 + Math.exp(-eta[i]!));
      const probability = Math.min(Math.max(raw, 1e-5), 1 - 1e-5);
      sum -= 2 * Math.log(y[i] === 1 ? probability : 1 - probability);
    }
  }
  return sum / y.length;
}

/** Folds of the rows, or what is wrong with those given. */
function foldsOf(options: CrossValidationOptions, n: number): Int32Array | string {
  const { folds } = options;
  if (folds === undefined) {
    const count = Math.min(DEFAULT_FOLDS, n);
    return Int32Array.from({ length: n }, (_, i) => Math.floor((i * count) / n));
  }
  if (folds.length !== n) return `folds has ${folds.length} entries; x has ${n} rows`;
  const count = folds.reduce((most, fold) => Math.max(most, fold), 0) + 1;
  if (count < 3) return `folds has ${count} folds; at least 3 are needed`;
  const seen = new Set(folds);
  for (let fold = 0; fold < count; fold += 1) {
    if (!seen.has(fold)) return `fold ${fold} has no row; folds count from 0 without gaps`;
  }
  return seen.size === count ? folds : 'folds holds a negative entry; folds count from 0';
}

/**
 * Compares the penalties of an elastic net by cross-validation, as cv.glmnet does: one path over all
 * rows sets the penalties, each fold is predicted by a fit of the others.
 *
 * Errors: those of the fits, and `bad-input` for folds that do not fit the rows.
 * Source: Friedman, Hastie & Tibshirani (2010), J. of Statistical Software 33(1), section 6.
 */
export function crossValidatedNet(
  x: Matrix,
  y: Float64Array,
  options: CrossValidationOptions = {},
): QuantResult<CrossValidatedNet> {
  const { family = 'gaussian' } = options;
  const fitPath = family === 'gaussian' ? elasticNet : logisticElasticNet;
  const whole = fitPath(x, y, options);
  if (!whole.ok) return whole;
  const folds = foldsOf(options, x.rows);
  if (typeof folds === 'string') return badInput(folds);
  const count = folds.reduce((most, fold) => Math.max(most, fold), 0) + 1;
  const lambda = [...whole.value.lambda];
  const losses: Float64Array[] = [];
  const sizes: number[] = [];
  for (let fold = 0; fold < count; fold += 1) {
    const all = [...folds.keys()];
    const [trainX, trainY] = rowsOf(
      x,
      y,
      all.filter((i) => folds[i] !== fold),
    );
    const [testX, testY] = rowsOf(
      x,
      y,
      all.filter((i) => folds[i] === fold),
    );
    const part = fitPath(trainX, trainY, { ...options, lambda });
    if (!part.ok) {
      return { ok: false, error: { ...part.error, detail: `fold ${fold}: ${part.error.detail}` } };
    }
    losses.push(
      Float64Array.from(lambda, (_, k) =>
        meanLoss(family, predictNet(part.value, k, testX), testY),
      ),
    );
    sizes.push(testY.length);
  }
  const weighted = (value: (fold: number) => number): number =>
    sizes.reduce((sum, size, fold) => sum + size * value(fold), 0) / x.rows;
  const meanError = Float64Array.from(lambda, (_, k) => weighted((fold) => losses[fold]![k]!));
  const standardError = meanError.map((mean, k) =>
    Math.sqrt(weighted((fold) => (losses[fold]![k]! - mean) ** 2) / (count - 1)),
  );
  const best = meanError.indexOf(Math.min(...meanError));
  const bound = meanError[best]! + standardError[best]!;
  const oneStandardError = meanError.findIndex((error) => error <= bound);
  return ok({ path: whole.value, meanError, standardError, best, oneStandardError });
}
