import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { nextVariance } from './garch-forecast.ts';
import {
  backcastVariance,
  controlSlice,
  type GarchCoefficients,
  type GarchOptions,
  meanAndVariance,
  modelFault,
  notConverged,
  optionsFault,
  workspaceSlice,
} from './garch-model.ts';
import { kernel } from './kernel.ts';

/** The first step of one asset: a variance model, and how its residuals move with its coefficients. */
export interface DccMargin {
  readonly coefficients: GarchCoefficients;
  readonly logLikelihood: number;
  /** Standardised residuals. */
  readonly residuals: Float64Array;
  readonly variance: Float64Array;
  /** Of the observation after the last. */
  readonly nextVariance: number;
  /** Names of the estimated coefficients, p of them, in the order of the arrays below. */
  readonly estimated: readonly (keyof GarchCoefficients)[];
  /** Minus the Hessian of the log-likelihood, p x p. */
  readonly information: Float64Array;
  /** Gradient of each observation's log-likelihood, n x p. */
  readonly scores: Float64Array;
  /** dz[t] by each coefficient, n x p. */
  readonly residualSlopes: Float64Array;
}

/** Step one of an asset, from its returns. */
export type DccMarginFit = (y: Float64Array) => QuantResult<DccMargin>;

/** What a Gaussian GARCH(1,1) margin may be told. */
export type DccMarginOptions = Pick<
  GarchOptions,
  'initialVariance' | 'mean' | 'persistenceBound' | 'maxIterations'
>;

const PLACES = { mu: 0, omega: 1, alpha: 2, beta: 4 } as const;

/** h[-1], or h[0] for `sample-mean`, and its slope by mu. */
function presample(y: Float64Array, mu: number, options: DccMarginOptions): [number, number] {
  const initial = options.initialVariance ?? 'fcp';
  if (typeof initial === 'number') return [initial, 0];
  const { mean, variance } = meanAndVariance(y);
  if (initial === 'backcast') return [backcastVariance(y, options.mean === 'zero' ? 0 : mean), 0];
  return [variance + (mean - mu) ** 2, -2 * (mean - mu)];
}

/** Residuals, scores and slopes of a GARCH(1,1) whose variances are known. */
function derivatives(
  y: Float64Array,
  h: Float64Array,
  { mu, alpha, beta }: GarchCoefficients,
  options: DccMarginOptions,
): Pick<DccMargin, 'residuals' | 'scores' | 'residualSlopes' | 'estimated'> {
  const n = y.length;
  const skip = options.mean === 'zero' ? 1 : 0;
  const p = 4 - skip;
  const residuals = new Float64Array(n);
  const scores = new Float64Array(n * p);
  const residualSlopes = new Float64Array(n * p);
  const [v, slope] = presample(y, mu, options);
  const first = options.initialVariance === 'sample-mean';
  const dh = first
    ? Float64Array.of(slope, 0, 0, 0)
    : Float64Array.of((alpha + beta) * slope, 1, v, v);
  for (let t = 0; t < n; t += 1) {
    const e = y[t]! - mu;
    const variance = h[t]!;
    const inverse = 1 / Math.sqrt(variance);
    const z = e * inverse;
    residuals[t] = z;
    for (let k = skip; k < 4; k += 1) {
      const relative = dh[k]! / variance;
      const at = t * p + k - skip;
      scores[at] = 0.5 * (z * z - 1) * relative + (k === 0 ? z * inverse : 0);
      residualSlopes[at] = -0.5 * z * relative - (k === 0 ? inverse : 0);
    }
    dh[0] = beta * dh[0]! - 2 * alpha * e;
    dh[1] = beta * dh[1]! + 1;
    dh[2] = beta * dh[2]! + e * e;
    dh[3] = beta * dh[3]! + variance;
  }
  const estimated = (['mu', 'omega', 'alpha', 'beta'] as const).slice(skip);
  return { residuals, scores, residualSlopes, estimated };
}

/**
 * Gaussian GARCH(1,1) as step one of a DCC: the fit of src/quant/garch.ts, with the derivatives of
 * its residuals.
 *
 * Errors: as `fitGarch`.
 */
export function garchMargin(options: DccMarginOptions = {}): DccMarginFit {
  return (y) => {
    const fault = optionsFault(options) ?? modelFault(y, options);
    if (fault !== null) return badInput(fault);
    const n = y.length;
    const variance = new Float64Array(n);
    const out = new Float64Array(88);
    const control = controlSlice(y, options);
    const status = kernel('garchFit')(y, control, workspaceSlice(n), variance, out);
    if (status !== 0) {
      return notConverged(`the GARCH fit of ${n} values stopped after ${out[7]} steps`);
    }
    const [mu, omega, alpha, beta] = [out[0]!, out[1]!, out[2]!, out[4]!];
    const coefficients = { mu, omega, alpha, gamma: 0, beta, nu: null };
    const rest = derivatives(y, variance, coefficients, options);
    const places = rest.estimated.map((name) => PLACES[name as keyof typeof PLACES]);
    const information = places.flatMap((row) =>
      places.map((column) => out[16 + 6 * row + column]!),
    );
    return ok({
      coefficients,
      logLikelihood: out[6]!,
      variance,
      nextVariance: nextVariance('garch', coefficients, variance[n - 1]!, y[n - 1]! - mu),
      information: Float64Array.from(information),
      ...rest,
    });
  };
}
