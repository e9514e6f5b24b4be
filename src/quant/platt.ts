import { ok } from '../core/index.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';
import { sampleFault } from './sample-fault.ts';

/** A sigmoid P(y = 1 | f) = 1 / (1 + exp(a·f + b)): plain JSON, so that it can be stored. */
export interface PlattSigmoid {
  readonly a: number;
  readonly b: number;
}

/** A Platt scaling and how well it fits the labels that it was fitted to. */
export interface PlattFit extends PlattSigmoid {
  /** Mean squared distance of the probabilities from the labels. */
  readonly brier: number;
  /** Mean of −ln of the probability given to the label seen. */
  readonly logLoss: number;
  readonly iterations: number;
}

/** How Platt scaling is fitted. */
export interface PlattOptions {
  /**
   * What the sigmoid is fitted to: `smoothed` (default), Platt's (N1+1)/(N1+2) and 1/(N0+2), or the
   * plain `labels`, which is logistic regression and steeper.
   */
  readonly targets?: 'smoothed' | 'labels';
  /** Where the search begins. Default a = 0, b = ln((N0+1)/(N1+1)). */
  readonly start?: PlattSigmoid;
  readonly maxIterations?: number;
}

/** The size of the gradient a value at which the search ends. */
const GRADIENT_END = 1e-12;
const SMALLEST_STEP = 1e-10;
/** Keeps the Hessian positive definite where every score is the same. */
const RIDGE = 1e-12;

/** The probability that a sigmoid gives to a score. */
export function plattProbability({ a, b }: PlattSigmoid, score: number): number {
  const z = a * score + b;
  return z >= 0 ? Math.exp(-z) / (1 + Math.exp(-z)) : 1 / (1 + Math.exp(z));
}

/** Minus the log-likelihood of targets t, in the form that does not overflow. */
function crossEntropy(f: Float64Array, t: Float64Array, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < f.length; i += 1) {
    const z = a * f[i]! + b;
    sum +=
      z >= 0 ? t[i]! * z + Math.log1p(Math.exp(-z)) : (t[i]! - 1) * z + Math.log1p(Math.exp(z));
  }
  return sum;
}

/** Newton's method with step halving; null where the iterations run out. */
function newton(f: Float64Array, t: Float64Array, start: PlattSigmoid, maxIterations: number) {
  let { a, b } = start;
  let value = crossEntropy(f, t, a, b);
  for (let iteration = 0; iteration < maxIterations; iteration += 1) {
    let [haa, hab, hbb, ga, gb] = [RIDGE, 0, RIDGE, 0, 0];
    for (let i = 0; i < f.length; i += 1) {
      const p = plattProbability({ a, b }, f[i]!);
      const curvature = p * (1 - p);
      haa += f[i]! * f[i]! * curvature;
      hab += f[i]! * curvature;
      hbb += curvature;
      ga += f[i]! * (t[i]! - p);
      gb += t[i]! - p;
    }
    const size = GRADIENT_END * f.length;
    if (Math.abs(ga) < size && Math.abs(gb) < size) return { a, b, iterations: iteration };
    const determinant = haa * hbb - hab * hab;
    const da = -(hbb * ga - hab * gb) / determinant;
    const db = -(haa * gb - hab * ga) / determinant;
    const slope = ga * da + gb * db;
    let step = 1;
    for (; step >= SMALLEST_STEP; step /= 2) {
      const moved = crossEntropy(f, t, a + step * da, b + step * db);
      if (moved < value + 1e-4 * step * slope) {
        a += step * da;
        b += step * db;
        value = moved;
        break;
      }
    }
    // No step lowers the value any more: the minimum to rounding.
    if (step < SMALLEST_STEP) return { a, b, iterations: iteration };
  }
  return null;
}

/** Says what is wrong with scores and labels of a calibration; else null. */
export function calibrationFault(f: Float64Array, y: Float64Array): string | null {
  const fault = sampleFault('f', f, 2) ?? seriesFault('y', y, 2);
  if (fault !== null) return fault;
  if (y.length !== f.length) return `y has ${y.length} values; f has ${f.length}`;
  const at = y.findIndex((label) => label !== 0 && label !== 1);
  return at < 0 ? null : `y[${at}] is ${y[at]}; labels are 0 and 1`;
}

/**
 * Fits a sigmoid from scores to probabilities.
 *
 * Shapes: f[n] scores, y[n] labels 0 and 1.
 * Errors: `bad-input` for lengths that differ, values that are not finite, other labels, one class only
 *         or one score only; `not-converged` where the iterations run out, as for separable classes
 *         fitted to plain labels.
 * Source: Platt (1999); the search of Lin, Lin & Weng (2007), Machine Learning 68(3), appendix C.
 */
export function plattScaling(
  f: Float64Array,
  y: Float64Array,
  options: PlattOptions = {},
): QuantResult<PlattFit> {
  const fault = calibrationFault(f, y);
  if (fault !== null) return badInput(fault);
  const ones = y.reduce((sum, label) => sum + label, 0);
  const zeros = y.length - ones;
  if (ones === 0 || zeros === 0) return badInput(`every label is ${y[0]}; both must occur`);
  if (f.every((score) => score === f[0])) return badInput(`every score is ${f[0]}; they must vary`);
  const { targets = 'smoothed', maxIterations = 100 } = options;
  const high = targets === 'smoothed' ? (ones + 1) / (ones + 2) : 1;
  const low = targets === 'smoothed' ? 1 / (zeros + 2) : 0;
  const start = options.start ?? { a: 0, b: Math.log((zeros + 1) / (ones + 1)) };
  // Centred and scaled scores keep the Hessian well-conditioned wherever the scores lie.
  const mean = f.reduce((sum, score) => sum + score / f.length, 0);
  const spread = f.reduce((most, score) => Math.max(most, Math.abs(score - mean)), 0);
  const scaled = newton(
    f.map((score) => (score - mean) / spread),
    y.map((label) => (label === 1 ? high : low)),
    { a: start.a * spread, b: start.b + start.a * mean },
    maxIterations,
  );
  const a = scaled === null ? 0 : scaled.a / spread;
  const found = scaled === null ? null : { ...scaled, a, b: scaled.b - a * mean };
  const runaway = found !== null && !(crossEntropy(f, y, found.a, found.b) > 1e-8 * y.length);
  if (found === null || (targets === 'labels' && runaway)) {
    const detail = `no finite sigmoid found within ${maxIterations} iterations; separable classes have none`;
    return { ok: false, error: { code: 'not-converged', detail } };
  }
  let brier = 0;
  for (let i = 0; i < y.length; i += 1) brier += (plattProbability(found, f[i]!) - y[i]!) ** 2;
  const logLoss = crossEntropy(f, y, found.a, found.b) / y.length;
  return ok({ ...found, brier: brier / y.length, logLoss });
}
