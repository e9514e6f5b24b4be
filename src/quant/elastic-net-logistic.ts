import { ok } from '../core/index.ts';
import {
  type Columns,
  centredColumns,
  type ElasticNetOptions,
  type ElasticNetPath,
  endsPath,
  netSettings,
  PathBuilder,
  penalties,
  softThreshold,
} from './elastic-net.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';
import { type Matrix, matrixFault } from './linear-algebra.ts';

/** Fitted probabilities are held this far from 0 and 1, as glmnet does. */
const PROBABILITY_FLOOR = 1e-9;
const MAX_NEWTON_STEPS = 200;

/**
 * Newton steps, each a weighted least squares problem solved by coordinate descent; the gradients follow
 * each move through XᵀWX/n, of which a step computes the rows that move.
 */
class LogisticDescent {
  readonly beta: Float64Array;
  passes = 0;
  intercept: number;
  private readonly probability: Float64Array;
  private readonly weight: Float64Array;
  private readonly curvature: Float64Array;
  /** Σ x[j]·(y − p) / n, and Σ (y − p) / n. */
  private readonly gradient: Float64Array;
  private interceptGradient = 0;
  /** Σ w·x[j] / n, and Σ w / n. */
  private readonly weightedSums: Float64Array;
  private meanWeight = 0;
  private readonly products: (Float64Array | null)[];

  private readonly columns: Columns;
  private readonly y: Float64Array;
  private readonly n: number;
  private readonly p: number;

  constructor(columns: Columns, y: Float64Array, n: number, p: number, share: number) {
    this.columns = columns;
    this.y = y;
    this.n = n;
    this.p = p;
    this.intercept = Math.log(share / (1 - share));
    this.beta = new Float64Array(p);
    this.probability = new Float64Array(n);
    this.weight = new Float64Array(n);
    this.curvature = new Float64Array(p);
    this.gradient = new Float64Array(p);
    this.weightedSums = new Float64Array(p);
    this.products = new Array<Float64Array | null>(p).fill(null);
  }

  /** Σ x[j]·(y − p) / n at the present fit. */
  gradients(): Float64Array {
    this.linearise();
    return this.gradient;
  }

  /** −2/n times the log-likelihood at the present fit. */
  deviance(): number {
    this.linearise();
    let sum = 0;
    for (let i = 0; i < this.n; i += 1) {
      sum -= Math.log(this.y[i] === 1 ? this.probability[i]! : 1 - this.probability[i]!);
    }
    return (2 * sum) / this.n;
  }

  /** Fits one penalty from where the last one ended; false where the steps ran out. */
  fit(l1: number, l2: number, tolerance: number, maxPasses: number): boolean {
    for (let step = 0; step < MAX_NEWTON_STEPS; step += 1) {
      this.linearise();
      const startIntercept = this.intercept;
      const start = Float64Array.from(this.beta);
      let moved = Number.POSITIVE_INFINITY;
      while (moved >= tolerance) {
        if (this.passes > maxPasses) return false;
        moved = this.cycle(l1, l2, false);
        while (moved >= tolerance && this.passes <= maxPasses) {
          if (this.cycle(l1, l2, true) < tolerance) break;
        }
      }
      let far = (this.intercept - startIntercept) ** 2 * 0.25;
      for (let j = 0; j < this.p; j += 1) {
        far = Math.max(far, this.curvature[j]! * (this.beta[j]! - start[j]!) ** 2);
      }
      if (far < tolerance) return true;
    }
    return false;
  }

  private linearise(): void {
    const { n, p } = this;
    const { values } = this.columns;
    const eta = new Float64Array(n).fill(this.intercept);
    for (let j = 0; j < p; j += 1) {
      const b = this.beta[j]!;
      if (b !== 0) for (let i = 0; i < n; i += 1) eta[i]! += b * values[j * n + i]!;
    }
    const residual = eta;
    let [weights, left] = [0, 0];
    for (let i = 0; i < n; i += 1) {
      const raw = 1 / (1 + Math.exp(-eta[i]!));
      const held = Math.min(Math.max(raw, PROBABILITY_FLOOR), 1 - PROBABILITY_FLOOR);
      this.probability[i] = held;
      this.weight[i] = held * (1 - held);
      residual[i] = this.y[i]! - held;
      weights += this.weight[i]!;
      left += residual[i]!;
    }
    this.meanWeight = weights / n;
    this.interceptGradient = left / n;
    this.products.fill(null);
    for (let j = 0; j < p; j += 1) {
      let [square, sum, slope] = [0, 0, 0];
      for (let i = 0; i < n; i += 1) {
        const v = values[j * n + i]!;
        const weighted = this.weight[i]! * v;
        square += weighted * v;
        sum += weighted;
        slope += v * residual[i]!;
      }
      this.curvature[j] = square / n;
      this.weightedSums[j] = sum / n;
      this.gradient[j] = slope / n;
    }
  }

  /** Σ w·x[j]·x[k] / n for every k. */
  private productsOf(j: number): Float64Array {
    const held = this.products[j];
    if (held) return held;
    const { n, p, weight } = this;
    const { values } = this.columns;
    const weighted = Float64Array.from({ length: n }, (_, i) => weight[i]! * values[j * n + i]!);
    const made = Float64Array.from({ length: p }, (_, k) => {
      const mirrored = this.products[k];
      if (mirrored) return mirrored[j]!;
      let sum = 0;
      for (let i = 0; i < n; i += 1) sum += weighted[i]! * values[k * n + i]!;
      return sum / n;
    });
    this.products[j] = made;
    return made;
  }

  private cycle(l1: number, l2: number, activeOnly: boolean): number {
    this.passes += 1;
    const { p, gradient, weightedSums } = this;
    let largest = 0;
    for (let j = 0; j < p; j += 1) {
      const curvature = this.curvature[j]!;
      const before = this.beta[j]!;
      if (curvature === 0 || (activeOnly && before === 0)) continue;
      const after = softThreshold(gradient[j]! + curvature * before, l1) / (curvature + l2);
      const step = after - before;
      if (step === 0) continue;
      this.beta[j] = after;
      const products = this.productsOf(j);
      for (let k = 0; k < p; k += 1) gradient[k]! -= step * products[k]!;
      this.interceptGradient -= step * weightedSums[j]!;
      largest = Math.max(largest, curvature * step * step);
    }
    const step = this.interceptGradient / this.meanWeight;
    this.intercept += step;
    for (let k = 0; k < p; k += 1) gradient[k]! -= step * weightedSums[k]!;
    this.interceptGradient = 0;
    return Math.max(largest, this.meanWeight * step * step);
  }
}

/**
 * Fits logistic regression of labels 0 and 1 under the elastic net penalty along a path.
 *
 *   min −1/n·Σ (y·η − ln(1 + e^η)) + λ·((1−α)/2·‖b‖² + α·‖b‖₁),   η = b0 + x·b
 *
 * Shapes:      x[n×p], y[n].
 * Errors:      `bad-input` for sizes, values that are not finite, labels other than 0 and 1, one class
 *              only, options out of range; `not-converged` where the steps run out (separable
 *              classes at a penalty near 0).
 * Source:      Friedman, Hastie & Tibshirani (2010), J. of Statistical Software 33(1), section 3.
 */
export function logisticElasticNet(
  x: Matrix,
  y: Float64Array,
  options: ElasticNetOptions = {},
): QuantResult<ElasticNetPath> {
  const fault = matrixFault('x', x, 2) ?? seriesFault('y', y, 2);
  if (fault !== null) return badInput(fault);
  const { rows: n, columns: p } = x;
  if (y.length !== n) return badInput(`y has ${y.length} values; x has ${n} rows`);
  const at = y.findIndex((value) => value !== 0 && value !== 1);
  if (at >= 0) return badInput(`y[${at}] is ${y[at]}; labels are 0 and 1`);
  const share = y.reduce((sum, value) => sum + value, 0) / n;
  if (share === 0 || share === 1) return badInput(`every label is ${share}; both must occur`);
  const settings = netSettings(options, n, p);
  if (typeof settings === 'string') return badInput(settings);
  const columns = centredColumns(x, settings.standardize);
  const descent = new LogisticDescent(columns, y, n, p, share);
  const steepest = descent.gradients().reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const lambdaMax = steepest / Math.max(settings.alpha, 1e-3);
  const nullDeviance = descent.deviance();
  const builder = new PathBuilder();
  let before = 0;
  for (const [k, lambda] of penalties(settings, lambdaMax).entries()) {
    const atStart = settings.lambda === null && k === 0;
    const l2 = lambda * (1 - settings.alpha);
    const { tolerance, maxPasses } = settings;
    if (!atStart && !descent.fit(lambda * settings.alpha, l2, tolerance, maxPasses)) {
      const detail = `penalty ${lambda} did not settle within ${maxPasses} passes and ${MAX_NEWTON_STEPS} Newton steps`;
      return { ok: false, error: { code: 'not-converged', detail } };
    }
    const beta = descent.beta.map((value, j) => value / columns.scales[j]!);
    const intercept = beta.reduce((sum, b, j) => sum - b * columns.means[j]!, descent.intercept);
    const explained = 1 - descent.deviance() / nullDeviance;
    builder.add(lambda, intercept, beta, explained);
    if (settings.lambda === null && endsPath(k, explained, before)) break;
    before = explained;
  }
  return ok(builder.path(lambdaMax, descent.passes));
}
