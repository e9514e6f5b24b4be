import { ok } from '../core/index.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';
import { type Matrix, matrixFault, rangeProduct } from './linear-algebra.ts';

/** How an elastic net is fitted. */
export interface ElasticNetOptions {
  /** Mixing: 1 is the lasso, 0 is ridge. Default 1. */
  readonly alpha?: number;
  /** Penalties, largest first. Default: glmnet's path of `steps` values, ended by its rules. */
  readonly lambda?: readonly number[];
  /** Length of the default path before its early end. Default 100. */
  readonly steps?: number;
  /** Smallest over largest penalty of the default path. Default 1e-4, or 1e-2 where n < p. */
  readonly lambdaRatio?: number;
  /** Divides columns by their standard deviation (by n) while fitting. Default true. */
  readonly standardize?: boolean;
  /**
   * Scale of the ridge part. `glmnet` (default) fits y divided by its standard deviation (by n), so
   * in units of y the ridge part is λ(1−α)/(2·sd(y)); `sklearn` keeps the stated objective. The two
   * are one at alpha 1 or sd(y) 1. The logistic net has no such scale.
   */
  readonly convention?: 'glmnet' | 'sklearn';
  /** Ends where no coefficient moves the fit by more: max v·Δ², y of unit variance. Default 1e-18. */
  readonly tolerance?: number;
  /** Passes over the coordinates in all. Default 1,000,000. */
  readonly maxPasses?: number;
}

/** Coefficients along a path of penalties, on the scale of the input. */
export interface ElasticNetPath {
  readonly lambda: Float64Array;
  readonly intercept: Float64Array;
  /** lambda.length × columns, row-major. */
  readonly coefficients: Float64Array;
  /** Coefficients that are not 0, a penalty each. */
  readonly degreesOfFreedom: Int32Array;
  /** R² (logistic: share of the null deviance explained), a penalty each. */
  readonly explained: Float64Array;
  /** The smallest penalty that leaves every coefficient 0 (alpha below 0.001 counts as 0.001). */
  readonly lambdaMax: number;
  readonly passes: number;
}

/** Options with their defaults, checked. */
export interface NetSettings {
  readonly alpha: number;
  readonly lambda: readonly number[] | null;
  readonly steps: number;
  readonly ratio: number;
  readonly standardize: boolean;
  readonly convention: 'glmnet' | 'sklearn';
  readonly tolerance: number;
  readonly maxPasses: number;
}

/** Centred (and scaled) columns, column-major. */
export interface Columns {
  readonly values: Float64Array;
  readonly means: Float64Array;
  readonly scales: Float64Array;
  readonly variances: Float64Array;
}

/** Longest default path. */
const MOST_STEPS = 10_000;

const EARLY_END = { minimum: 5, gain: 1e-5, explained: 0.999 };

/** The soft threshold S(z, γ) = sign(z)·max(|z| − γ, 0). */
export const softThreshold = (z: number, gamma: number): number =>
  z > gamma ? z - gamma : z < -gamma ? z + gamma : 0;

/** Whether glmnet would end its own path after step k: gain too small, or all explained. */
export const endsPath = (k: number, explained: number, before: number): boolean =>
  k + 1 >= EARLY_END.minimum &&
  (explained - before < EARLY_END.gain * explained || explained > EARLY_END.explained);

/** Fills in the defaults; a string says which option is out of its range. */
export function netSettings(
  options: ElasticNetOptions,
  n: number,
  p: number,
): NetSettings | string {
  const { alpha = 1, lambda = null, steps = 100, standardize = true } = options;
  const { convention = 'glmnet', tolerance = 1e-18, maxPasses = 1_000_000 } = options;
  const ratio = options.lambdaRatio ?? (n < p ? 1e-2 : 1e-4);
  if (!(alpha >= 0 && alpha <= 1)) return `alpha is ${alpha}; it must lie in [0, 1]`;
  if (!(Number.isInteger(steps) && steps >= 2 && steps <= MOST_STEPS)) {
    return `steps is ${steps}; a whole number from 2 to ${MOST_STEPS} is needed`;
  }
  if (!(maxPasses >= 1)) return `maxPasses is ${maxPasses}; at least 1 is needed`;
  if (!(ratio > 0 && ratio < 1)) return `lambdaRatio is ${ratio}; it must lie in (0, 1)`;
  if (!(tolerance > 0)) return `tolerance is ${tolerance}; it must be above 0`;
  if (lambda !== null) {
    if (lambda.length === 0) return 'lambda is empty; at least one penalty is needed';
    const at = lambda.findIndex((v, i) => !(v >= 0 && v <= (lambda[i - 1] ?? Number.MAX_VALUE)));
    if (at >= 0) return `lambda[${at}] is ${lambda[at]}; penalties are finite, >= 0 and descend`;
  }
  return { alpha, lambda, steps, ratio, standardize, convention, tolerance, maxPasses };
}

/** Centres the columns and divides them by their standard deviation (by n) where asked. */
export function centredColumns(x: Matrix, standardize: boolean): Columns {
  const { data, rows: n, columns: p } = x;
  const values = new Float64Array(n * p);
  const means = new Float64Array(p);
  const scales = new Float64Array(p).fill(1);
  const variances = new Float64Array(p);
  for (let j = 0; j < p; j += 1) {
    let sum = 0;
    let largest = 0;
    for (let i = 0; i < n; i += 1) {
      sum += data[i * p + j]!;
      largest = Math.max(largest, Math.abs(data[i * p + j]!));
    }
    means[j] = sum / n;
    let square = 0;
    for (let i = 0; i < n; i += 1) square += (data[i * p + j]! - means[j]!) ** 2;
    const sd = Math.sqrt(square / n);
    // A constant column keeps rounding dust after centring; its coefficient stays 0.
    if (sd <= 1e-13 * largest) continue;
    if (standardize) scales[j] = sd;
    variances[j] = standardize ? 1 : square / n;
    const scale = scales[j]!;
    for (let i = 0; i < n; i += 1) values[j * n + i] = (data[i * p + j]! - means[j]!) / scale;
  }
  return { values, means, scales, variances };
}

/** The penalties to fit: those given, or a geometric path from the largest that matters. */
export function penalties(settings: NetSettings, largest: number): Float64Array {
  if (settings.lambda !== null) return Float64Array.from(settings.lambda);
  const { steps, ratio } = settings;
  return Float64Array.from({ length: steps }, (_, k) => largest * ratio ** (k / (steps - 1)));
}

/** Gathers the path while it is fitted. */
export class PathBuilder {
  private readonly lambda: number[] = [];
  private readonly intercept: number[] = [];
  private readonly coefficients: number[] = [];
  private readonly df: number[] = [];
  private readonly explained: number[] = [];

  /** Adds one fit. */
  add(lambda: number, intercept: number, beta: Float64Array, explained: number): void {
    this.lambda.push(lambda);
    this.intercept.push(intercept);
    for (const value of beta) this.coefficients.push(value);
    this.df.push(beta.reduce((count, value) => count + (value === 0 ? 0 : 1), 0));
    this.explained.push(explained);
  }

  /** The path so far. */
  path(lambdaMax: number, passes: number): ElasticNetPath {
    return {
      lambda: Float64Array.from(this.lambda),
      intercept: Float64Array.from(this.intercept),
      coefficients: Float64Array.from(this.coefficients),
      degreesOfFreedom: Int32Array.from(this.df),
      explained: Float64Array.from(this.explained),
      lambdaMax,
      passes,
    };
  }
}

/** Coordinate descent with covariance updates: the gradients follow each step through XᵀX/n. */
class GaussianDescent {
  readonly beta: Float64Array;
  readonly gradient: Float64Array;
  explained = 0;
  passes = 0;
  private readonly products: (Float64Array | null)[];

  private readonly columns: Columns;
  private readonly n: number;
  private readonly p: number;

  constructor(columns: Columns, y: Float64Array, n: number, p: number) {
    this.columns = columns;
    this.n = n;
    this.p = p;
    this.beta = new Float64Array(p);
    this.products = new Array<Float64Array | null>(p).fill(null);
    this.gradient = Float64Array.from({ length: p }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < n; i += 1) sum += columns.values[j * n + i]! * y[i]!;
      return sum / n;
    });
  }

  /** Fits one penalty from where the last one ended; false where the passes ran out. */
  fit(l1: number, l2: number, tolerance: number, maxPasses: number): boolean {
    for (;;) {
      if (this.cycle(l1, l2, false) < tolerance) return true;
      while (this.cycle(l1, l2, true) >= tolerance) if (this.passes > maxPasses) return false;
      if (this.passes > maxPasses) return false;
    }
  }

  /** One pass over all coordinates, or over those that are not 0; the largest move. */
  private cycle(l1: number, l2: number, activeOnly: boolean): number {
    this.passes += 1;
    const { beta, gradient, p } = this;
    const { variances } = this.columns;
    let largest = 0;
    for (let j = 0; j < p; j += 1) {
      const variance = variances[j]!;
      const before = beta[j]!;
      if (variance === 0 || (activeOnly && before === 0)) continue;
      const after = softThreshold(gradient[j]! + variance * before, l1) / (variance + l2);
      if (after === before) continue;
      const step = after - before;
      beta[j] = after;
      this.explained += step * (2 * gradient[j]! - step * variance);
      const product = this.productsOf(j);
      for (let k = 0; k < p; k += 1) gradient[k]! -= step * product[k]!;
      largest = Math.max(largest, variance * step * step);
    }
    return largest;
  }

  private productsOf(j: number): Float64Array {
    const held = this.products[j];
    if (held) return held;
    const { values } = this.columns;
    const { n, p } = this;
    const made = new Float64Array(p);
    for (let k = 0; k < p; k += 1) {
      // Known from the other side where that column entered before.
      const mirrored = this.products[k];
      made[k] = mirrored ? mirrored[j]! : rangeProduct(values, j * n, k * n, n) / n;
    }
    this.products[j] = made;
    return made;
  }
}

/**
 * Fits linear regression under the elastic net penalty along a path of penalties.
 *
 *   min 1/(2n)·‖y − b0 − X·b‖² + λ·((1−α)/2·‖b‖² + α·‖b‖₁)
 *
 * Shapes:      x[n×p], y[n].
 * Errors:      `bad-input` for sizes, values that are not finite, a constant y, options out of range;
 *              `not-converged` where the passes run out.
 * Determinism: fixed order of + - * / and sqrt.
 * Cost:        O(p) a changed coefficient, O(n·p) once for each that enters.
 * Source:      Friedman, Hastie & Tibshirani (2010), J. of Statistical Software 33(1), section 2.
 */
export function elasticNet(
  x: Matrix,
  y: Float64Array,
  options: ElasticNetOptions = {},
): QuantResult<ElasticNetPath> {
  const fault = matrixFault('x', x, 2) ?? seriesFault('y', y, 2);
  if (fault !== null) return badInput(fault);
  const { rows: n, columns: p } = x;
  if (y.length !== n) return badInput(`y has ${y.length} values; x has ${n} rows`);
  const settings = netSettings(options, n, p);
  if (typeof settings === 'string') return badInput(settings);
  const mean = y.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  if (!(sd > 1e-13 * Math.abs(mean))) return badInput(`y is constant at ${mean}; it must vary`);
  if (!(sd < 1e70)) return badInput(`y has a standard deviation of ${sd}; scale it down`);
  const columns = centredColumns(x, settings.standardize);
  const descent = new GaussianDescent(
    columns,
    y.map((value) => (value - mean) / sd),
    n,
    p,
  );
  const steepest = descent.gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const lambdaMax = (steepest * sd) / Math.max(settings.alpha, 1e-3);
  const builder = new PathBuilder();
  const ridge = settings.convention === 'glmnet' ? 1 / sd : 1;
  for (const [k, lambda] of penalties(settings, lambdaMax).entries()) {
    const before = descent.explained;
    const l1 = (lambda * settings.alpha) / sd;
    const l2 = lambda * (1 - settings.alpha) * ridge;
    // glmnet's own path begins with every coefficient at 0, also where alpha is below 0.001.
    const atStart = settings.lambda === null && k === 0;
    if (!atStart && !descent.fit(l1, l2, settings.tolerance, settings.maxPasses)) {
      const detail = `penalty ${lambda} did not settle within ${settings.maxPasses} passes`;
      return { ok: false, error: { code: 'not-converged', detail } };
    }
    const beta = descent.beta.map((value, j) => (value * sd) / columns.scales[j]!);
    const intercept = beta.reduce((sum, value, j) => sum - value * columns.means[j]!, mean);
    builder.add(lambda, intercept, beta, descent.explained);
    if (settings.lambda === null && endsPath(k, descent.explained, before)) break;
  }
  return ok(builder.path(lambdaMax, descent.passes));
}
