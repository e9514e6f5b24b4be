import { ok } from '../core/index.ts';
import { badInput, type QuantError, type QuantResult } from './errors.ts';
import { kernel } from './kernel.ts';
import { cholesky, type Matrix, matrixFault } from './linear-algebra.ts';

/** How the correlation step of a DCC(1,1) is set up. */
export interface DccOptions {
  /**
   * Qbar of the residuals: `covariance`, about their means by n - 1 (rmgarch; the default), or
   * `second-moment`, z'z / n (Engle 2002).
   */
  readonly target?: 'covariance' | 'second-moment';
  /**
   * What stands for z z' before the first observation, Q being Qbar there: `unconditional`, Qbar, so
   * that Q[0] = Qbar (Engle 2002; the default), or `ones`, a matrix of ones (rmgarch).
   */
  readonly firstStep?: 'unconditional' | 'ones';
  /** The largest a + b. Default 0.9999. */
  readonly persistenceBound?: number;
  /** Steps of the search. Default 200. */
  readonly maxIterations?: number;
}

/** a and b of Q[t] = (1 - a - b) Qbar + a z[t-1] z[t-1]' + b Q[t-1]. */
export interface DccCoefficients {
  readonly a: number;
  readonly b: number;
}

/** The correlations of a series at given coefficients; matrices d x d, row-major. */
export interface DccFilter {
  /** R[t] of every observation, n x d x d. */
  readonly correlations: Float64Array;
  readonly qbar: Float64Array;
  /** Q of the last observation. */
  readonly lastQ: Float64Array;
  readonly lastCorrelation: Float64Array;
  /** R of the observation after the last. */
  readonly nextCorrelation: Float64Array;
  /** Of the correlation part: -1/2 sum (log det R + z' R^-1 z - z' z). */
  readonly logLikelihood: number;
}

/** Second step fitted; how it moves with what came before is kept for the errors of two steps. */
export interface DccFit {
  readonly coefficients: DccCoefficients;
  /** Of the correlation part, as in `DccFilter`. */
  readonly logLikelihood: number;
  readonly iterations: number;
  readonly evaluations: number;
  readonly atBounds: readonly ('persistence' | 'share')[];
  /** From the inverse of minus the Hessian, residuals and Qbar taken as known; null when singular. */
  readonly hessianErrors: DccCoefficients | null;
  /** The sandwich of this step alone, residuals and Qbar taken as known; null when singular. */
  readonly robustErrors: DccCoefficients | null;
  readonly qbar: Float64Array;
  readonly derivatives: DccDerivatives;
}

/** What the correlation step passes to the standard errors of two steps. */
export interface DccDerivatives {
  /** Minus the Hessian, 2 x 2. */
  readonly information: Float64Array;
  /** Gradient of each observation, n x 2. */
  readonly scores: Float64Array;
  /** d2l / (da dz) and d2l / (db dz), each n x d, Qbar moving with the residuals. */
  readonly byResidual: readonly [Float64Array, Float64Array];
  /** d2l / (da dQbar) and d2l / (db dQbar): lower triangles, an element for both of its places. */
  readonly byTarget: readonly [Float64Array, Float64Array];
}

const MAX_ASSETS = 32;
const MINIMUM_ROWS = 32;

/** Why options cannot be taken; null when they can. */
export function dccOptionsFault(options: DccOptions): string | null {
  const { persistenceBound, maxIterations } = options;
  if (persistenceBound !== undefined && !(persistenceBound > 1e-3 && persistenceBound < 1)) {
    return `persistenceBound is ${persistenceBound}; it must lie between 0.001 and 1`;
  }
  if (maxIterations !== undefined && !(Number.isInteger(maxIterations) && maxIterations >= 1)) {
    return `maxIterations is ${maxIterations}; it must be a whole number from 1`;
  }
  return null;
}

function residualFault(z: Matrix): string | null {
  const fault = matrixFault('z', z, MINIMUM_ROWS);
  if (fault !== null) return fault;
  if (z.columns < 2 || z.columns > MAX_ASSETS) {
    return `z has ${z.columns} columns; 2 to ${MAX_ASSETS} are allowed`;
  }
  const at = z.data.findIndex((value) => Math.abs(value) > 1e6);
  return at < 0 ? null : `z[${at}] is ${z.data[at]}; standardised residuals stay within 1e6`;
}

/** The means that the target takes the residuals about. */
function centre(z: Matrix, options: DccOptions): Float64Array {
  const { data, rows, columns } = z;
  const means = new Float64Array(columns);
  if (options.target === 'second-moment') return means;
  for (let at = 0; at < data.length; at += 1) means[at % columns]! += data[at]! / rows;
  return means;
}

const divisor = (z: Matrix, options: DccOptions): number =>
  options.target === 'second-moment' ? z.rows : z.rows - 1;

/** Qbar of the residuals, d x d. */
export function dccTarget(z: Matrix, options: DccOptions = {}): Float64Array {
  const { data, rows, columns: d } = z;
  const means = centre(z, options);
  const qbar = new Float64Array(d * d);
  for (let t = 0; t < rows; t += 1) {
    for (let i = 0; i < d; i += 1) {
      const left = data[t * d + i]! - means[i]!;
      for (let j = 0; j <= i; j += 1) qbar[i * d + j]! += left * (data[t * d + j]! - means[j]!);
    }
  }
  const by = divisor(z, options);
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      qbar[i * d + j]! /= by;
      qbar[j * d + i] = qbar[i * d + j]!;
    }
  }
  return qbar;
}

const singular = (detail: string): { readonly ok: false; readonly error: QuantError } => ({
  ok: false,
  error: { code: 'singular', detail },
});

function triangleOf(full: Float64Array, d: number): Float64Array {
  const out = new Float64Array((d * (d + 1)) / 2);
  let at = 0;
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      out[at] = full[i * d + j]!;
      at += 1;
    }
  }
  return out;
}

/** What both kernels take: three slices they begin with, and the length of their workspace. */
function sharedSlices(z: Matrix, qbar: Float64Array, options: DccOptions) {
  const { rows: n, columns: d } = z;
  const target = triangleOf(qbar, d);
  const ones = options.firstStep === 'ones';
  const control = Float64Array.of(
    d,
    ones ? 0 : 1,
    options.persistenceBound ?? 0.9999,
    options.maxIterations ?? 200,
    0,
    0,
    1 / divisor(z, options),
    0,
  );
  const size = new Float64Array(1);
  kernel('dccWorkspace')(Float64Array.of(n, d), size);
  const presample = ones ? new Float64Array(target.length).fill(1) : target;
  return { control, target, presample, workspace: size[0]! };
}

/** diag of A^-1 B A^-1 as standard errors, for 2 x 2 matrices; null where A is not definite. */
export function sandwichErrors(a: Float64Array, b: Float64Array): DccCoefficients | null {
  const [a11, a12, a22] = [a[0]!, a[1]!, a[3]!];
  const determinant = a11 * a22 - a12 * a12;
  if (!(a11 > 0 && determinant > 1e-12 * a11 * a22)) return null;
  const [i11, i12, i22] = [a22 / determinant, -a12 / determinant, a11 / determinant];
  const of = (x: number, y: number): number =>
    Math.sqrt(x * x * b[0]! + 2 * x * y * b[1]! + y * y * b[3]!);
  return { a: of(i11, i12), b: of(i12, i22) };
}

/** Minus the Hessian standing for the outer product gives the plain errors. */
const plainErrors = (information: Float64Array): DccCoefficients | null =>
  sandwichErrors(information, information);

/**
 * Fits the correlation step of a DCC(1,1) to standardised residuals by maximum likelihood, in one
 * native call: BFGS over a + b and a / (a + b) with analytic gradients.
 *
 * Shapes:      z[n x d] of residuals with variance about 1, oldest first; n >= 32, d from 2 to 32.
 * Errors:      `bad-input`; `singular` for residuals that are collinear; `not-converged`.
 * Determinism: bit-identical on every target.
 * Cost:        bench/quant/dependence.mjs.
 * Source:      Engle (2002), J. of Business & Economic Statistics 20(3).
 */
export function fitDcc(z: Matrix, options: DccOptions = {}): QuantResult<DccFit> {
  const fault = dccOptionsFault(options) ?? residualFault(z);
  if (fault !== null) return badInput(fault);
  const { rows: n, columns: d } = z;
  const qbar = dccTarget(z, options);
  if (cholesky(qbar, d) === null) return singular('the covariance of the residuals is singular');
  const block = n * d + (d * (d + 1)) / 2;
  const { control, target, presample, workspace } = sharedSlices(z, qbar, options);
  const out = new Float64Array(14);
  const scores = new Float64Array(2 * n);
  const mixed = new Float64Array(2 * block);
  const search = kernel('dccFit');
  const status = search(
    z.data,
    control,
    target,
    presample,
    centre(z, options),
    out,
    scores,
    mixed,
    workspace + block,
  );
  if (status === 2) return singular('some Q[t] is not positive definite at every start');
  if (status !== 0) {
    const why = status === 1 ? 'stopped' : 'met a matrix that is not positive definite';
    const detail = `the DCC fit of ${n} x ${d} residuals ${why} after ${out[3]} steps`;
    return { ok: false, error: { code: 'not-converged', detail } };
  }
  const information = out.slice(6, 10);
  const part = (k: number, from: number, to: number): Float64Array =>
    mixed.subarray(k * block + from, k * block + to);
  const byResidual = [part(0, 0, n * d), part(1, 0, n * d)] as const;
  const byTarget = [part(0, n * d, block), part(1, n * d, block)] as const;
  const held = out[5]!;
  return ok({
    coefficients: { a: out[0]!, b: out[1]! },
    logLikelihood: out[2]!,
    iterations: out[3]!,
    evaluations: out[4]!,
    atBounds: (['persistence', 'share'] as const).filter((_, bit) => ((held >> bit) & 1) === 1),
    hessianErrors: plainErrors(information),
    robustErrors: sandwichErrors(information, out.subarray(10, 14)),
    qbar,
    derivatives: { information, scores, byResidual, byTarget },
  });
}

/** diag(Q)^-1/2 Q diag(Q)^-1/2, written to `out` from `offset`. */
export function correlationOf(
  q: Float64Array,
  d: number,
  out = new Float64Array(d * d),
  offset = 0,
): Float64Array {
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const value = i === j ? 1 : q[i * d + j]! / Math.sqrt(q[i * d + i]! * q[j * d + j]!);
      out[offset + i * d + j] = value;
      out[offset + j * d + i] = value;
    }
  }
  return out;
}

/** One step of the recursion: q becomes (1 - a - b) qbar + a s + b q. */
function step(
  q: Float64Array,
  qbar: Float64Array,
  { a, b }: DccCoefficients,
  product: (i: number, j: number) => number,
  d: number,
): void {
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const at = i * d + j;
      const value = (1 - a - b) * qbar[at]! + a * product(i, j) + b * q[at]!;
      q[at] = value;
      q[j * d + i] = value;
    }
  }
}

const coefficientsFault = ({ a, b }: DccCoefficients): string | null =>
  a >= 0 && b >= 0 && a + b < 1
    ? null
    : `a is ${a} and b is ${b}; neither may be below 0, and their sum must be below 1`;

/**
 * Runs a DCC(1,1) at given coefficients over standardised residuals.
 *
 * Errors: `bad-input`; `singular` where some Q[t] is not positive definite.
 */
export function filterDcc(
  z: Matrix,
  coefficients: DccCoefficients,
  options: DccOptions = {},
): QuantResult<DccFilter> {
  const fault = dccOptionsFault(options) ?? residualFault(z) ?? coefficientsFault(coefficients);
  if (fault !== null) return badInput(fault);
  const { data, rows: n, columns: d } = z;
  const qbar = dccTarget(z, options);
  const { control, target, presample, workspace } = sharedSlices(z, qbar, options);
  control[4] = coefficients.a;
  control[5] = coefficients.b;
  const out = new Float64Array(3);
  const unused = new Float64Array(n * d + target.length);
  const evaluate = kernel('dccEvaluate');
  if (evaluate(data, control, target, presample, out, unused, workspace) !== 0) {
    return singular('some Q[t] is not positive definite');
  }
  const correlations = new Float64Array(n * d * d);
  const q = Float64Array.from(qbar);
  const ones = options.firstStep === 'ones';
  step(q, qbar, coefficients, (i, j) => (ones ? 1 : qbar[i * d + j]!), d);
  let lastQ = q.slice();
  for (let t = 0; t < n; t += 1) {
    correlationOf(q, d, correlations, t * d * d);
    if (t === n - 1) lastQ = q.slice();
    step(q, qbar, coefficients, (i, j) => data[t * d + i]! * data[t * d + j]!, d);
  }
  return ok({
    correlations,
    qbar,
    lastQ,
    lastCorrelation: correlationOf(lastQ, d),
    nextCorrelation: correlationOf(q, d),
    logLikelihood: out[0]!,
  });
}

/**
 * Correlations of the `horizon` observations after the last, horizon x d x d.
 *
 *   Q[n + k] = Qbar + (a + b)^k (Q[n] - Qbar), with E[z z'] taken for Q (Engle and Sheppard 2001)
 */
export function forecastDcc(
  nextQ: Float64Array,
  qbar: Float64Array,
  { a, b }: DccCoefficients,
  d: number,
  horizon: number,
): Float64Array {
  const out = new Float64Array(horizon * d * d);
  let weight = 1;
  for (let k = 0; k < horizon; k += 1) {
    const q = qbar.map((value, at) => value + weight * (nextQ[at]! - value));
    correlationOf(q, d, out, k * d * d);
    weight *= a + b;
  }
  return out;
}
