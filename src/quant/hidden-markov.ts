import { ok } from '../core/index.ts';
import { badInput, type QuantError, type QuantResult, seriesFault } from './errors.ts';
import { kernel } from './kernel.ts';

/** A hidden Markov model with K states and observations of D numbers. */
export interface HmmModel {
  readonly density: 'gaussian' | 'student-t';
  readonly covariance: 'diagonal' | 'full';
  /** P(first state). */
  readonly initial: readonly number[];
  /** P(next state | state), by rows of the state left. */
  readonly transitions: readonly (readonly number[])[];
  /** Means by state. */
  readonly means: readonly (readonly number[])[];
  /** Covariance matrices by state; for Student-t the scale matrices, covariance (ν − 2)/ν. */
  readonly covariances: readonly (readonly (readonly number[])[])[];
  /** ν by state; null for normal densities. */
  readonly degreesOfFreedom: readonly number[] | null;
}

/** The most probable path through the states. */
export interface HmmPath {
  readonly path: Int32Array;
  /** Natural logarithm of P(path, observations). */
  readonly logProbability: number;
}

/** What all observations say about every point. */
export interface HmmPosterior {
  readonly logLikelihood: number;
  /** P(state at t | all observations), n rows of K. */
  readonly probabilities: Float64Array;
  /** Expected number of moves from a state (row) to a state. */
  readonly expectedTransitions: readonly (readonly number[])[];
}

/** What each point said when it came. */
export interface HmmFiltered {
  readonly logLikelihood: number;
  /** P(state at t | observations to t), n rows of K. */
  readonly probabilities: Float64Array;
  /** ln density of each point given those before it. */
  readonly logDensities: Float64Array;
  /** P(state after the last point | all observations). */
  readonly predicted: readonly number[];
}

/** States at most: the lanes of the kernels. */
export const kMaxHmmStates = 8;

/** Dimensions of an observation at most. */
export const kMaxHmmDimensions = 16;

const kLanes = 8;

/** Length of a packed model with observations of `dimensions` numbers. */
export const hmmModelLength = (dimensions: number): number =>
  2 * kLanes + 64 + kLanes * dimensions * (dimensions + 1);

/** Rounding of printed probabilities is allowed. */
const isProbability = (p: number): boolean => p >= 0 && p <= 1 + 1e-6;

function distributionFault(name: string, p: readonly number[], states: number): string | null {
  if (p.length !== states) return `${name} has ${p.length} values; ${states} states need as many`;
  const at = p.findIndex((value) => !isProbability(value));
  if (at >= 0) return `${name}[${at}] is ${p[at]}; a probability is from 0 to 1`;
  const sum = p.reduce((total, value) => total + value, 0);
  return Math.abs(sum - 1) > 1e-6 ? `${name} sums to ${sum}; probabilities sum to 1` : null;
}

function densityFault(model: HmmModel, k: number, dimensions: number): string | null {
  const mean = model.means[k];
  if (mean?.length !== dimensions || !mean.every(Number.isFinite)) {
    return `means[${k}] is [${mean}]; ${dimensions} finite numbers are needed`;
  }
  const rows = model.covariances[k];
  const finite = rows?.every((row) => row.length === dimensions && row.every(Number.isFinite));
  if (rows?.length !== dimensions || !finite) {
    return `covariances[${k}] must be ${dimensions} rows of ${dimensions} finite numbers`;
  }
  const nu = model.degreesOfFreedom?.[k];
  if (model.density === 'student-t' && !(nu !== undefined && nu >= 1 && nu <= 1e6)) {
    return `degreesOfFreedom[${k}] is ${nu}; from 1 to 1000000 is allowed`;
  }
  return null;
}

/** Says what is wrong with a model; else null. */
export function modelFault(model: HmmModel): string | null {
  const states = model.initial.length;
  if (states < 1 || states > kMaxHmmStates) {
    return `the model has ${states} states; from 1 to ${kMaxHmmStates} are allowed`;
  }
  const counts = [model.transitions.length, model.means.length, model.covariances.length];
  if (counts.some((count) => count !== states)) {
    return `transitions, means and covariances have ${counts.join(', ')} rows; ${states} are needed`;
  }
  const dimensions = model.means[0]?.length ?? 0;
  if (dimensions < 1 || dimensions > kMaxHmmDimensions) {
    return `means[0] has ${dimensions} values; from 1 to ${kMaxHmmDimensions} are allowed`;
  }
  for (let k = 0; k < states; k += 1) {
    const fault =
      distributionFault(`transitions[${k}]`, model.transitions[k] ?? [], states) ??
      densityFault(model, k, dimensions);
    if (fault !== null) return fault;
  }
  return distributionFault('initial', model.initial, states);
}

/** Says what is wrong with observations of `dimensions` numbers each; else null. */
export function observationsFault(x: Float64Array, dimensions: number, least: number) {
  if (x.length % dimensions !== 0) {
    return `x has ${x.length} values; observations of ${dimensions} numbers need a multiple`;
  }
  let sound = x.length >= least * dimensions;
  for (let i = 0; sound && i < x.length; i += 1) sound = Math.abs(x[i]!) <= 1e100;
  if (sound) return null;
  const fault = seriesFault('x', x, least * dimensions);
  if (fault !== null) return fault;
  const at = x.findIndex((value) => Math.abs(value) > 1e100);
  return `x[${at}] is ${x[at]}; at most 1e100 in size is allowed`;
}

/** The shape that the kernels read. */
export const hmmShape = (
  states: number,
  dimensions: number,
  model: Pick<HmmModel, 'density' | 'covariance'>,
): readonly number[] => [
  states,
  dimensions,
  model.density === 'student-t' ? 1 : 0,
  model.covariance === 'full' ? 1 : 0,
];

/** Lays a sound model out as the kernels read it. */
export function packHmm(model: HmmModel): Float64Array {
  const dimensions = model.means[0]?.length ?? 0;
  const packed = new Float64Array(hmmModelLength(dimensions));
  const means = kLanes + 64;
  const covariances = means + kLanes * dimensions;
  const degrees = covariances + kLanes * dimensions * dimensions;
  model.initial.forEach((p, k) => {
    packed[k] = p;
    packed.set(model.transitions[k] ?? [], kLanes * (1 + k));
    packed[degrees + k] = model.degreesOfFreedom?.[k] ?? 0;
    model.means[k]?.forEach((mean, i) => {
      packed[means + kLanes * i + k] = mean;
      model.covariances[k]?.[i]?.forEach((value, j) => {
        packed[covariances + kLanes * (i * dimensions + j) + k] = value;
      });
    });
  });
  return packed;
}

/** Reads a packed model back, its states in the given order. */
export function unpackHmm(
  packed: Float64Array,
  order: readonly number[],
  dimensions: number,
  kind: Pick<HmmModel, 'density' | 'covariance'>,
): HmmModel {
  const means = kLanes + 64;
  const covariances = means + kLanes * dimensions;
  const degrees = covariances + kLanes * dimensions * dimensions;
  const axes = Array.from({ length: dimensions }, (_, i) => i);
  return {
    ...kind,
    initial: order.map((k) => packed[k]!),
    transitions: order.map((i) => order.map((j) => packed[kLanes * (1 + i) + j]!)),
    means: order.map((k) => axes.map((i) => packed[means + kLanes * i + k]!)),
    covariances: order.map((k) =>
      axes.map((i) => axes.map((j) => packed[covariances + kLanes * (i * dimensions + j) + k]!)),
    ),
    degreesOfFreedom: kind.density === 'student-t' ? order.map((k) => packed[degrees + k]!) : null,
  };
}

/** Copies the first `states` of every eight values. */
function withoutLanes(padded: Float64Array, n: number, states: number): Float64Array {
  const out = new Float64Array(n * states);
  for (let t = 0; t < n; t += 1) {
    for (let k = 0; k < states; k += 1) out[t * states + k] = padded[t * kLanes + k]!;
  }
  return out;
}

const kFaults: readonly QuantError[] = [
  { code: 'singular', detail: 'a covariance of the model is not positive definite' },
  { code: 'bad-input', detail: 'the model gives the observations probability zero' },
];

const refuse = (status: number): { readonly ok: false; readonly error: QuantError } => ({
  ok: false,
  error: kFaults[status - 1] ?? { code: 'bad-input', detail: `kernel status ${status}` },
});

/**
 * Decodes, smooths and filters series under one model; keeps its workspace between calls.
 *
 * Shapes:      x holds n observations of D numbers, one after the other.
 * Errors:      `bad-input` for an empty series, a value that is not finite or above 1e100 in size,
 *              and observations that the model holds impossible; `singular` for a covariance that
 *              is not positive definite.
 * Determinism: bit-identical on every target.
 * Cost:        O(n K²); bench/quant/regime.mjs.
 */
export class HmmDecoder {
  readonly states: number;
  readonly dimensions: number;
  readonly #shape: Float64Array;
  readonly #model: Float64Array;
  readonly #predicted = new Float64Array(kLanes);
  #work = new Float64Array(0);
  #lanes = new Float64Array(0);

  private constructor(model: HmmModel) {
    this.states = model.initial.length;
    this.dimensions = model.means[0]?.length ?? 0;
    this.#shape = Float64Array.from(hmmShape(this.states, this.dimensions, model));
    this.#model = packHmm(model);
    this.restart();
  }

  /** A decoder for a model, or what is wrong with the model. */
  static create(model: HmmModel): QuantResult<HmmDecoder> {
    const fault = modelFault(model);
    return fault === null ? ok(new HmmDecoder(model)) : badInput(fault);
  }

  /** The most probable path (Viterbi); of equal ones the one with the lower states at its end. */
  viterbi(x: Float64Array): QuantResult<HmmPath> {
    const fault = observationsFault(x, this.dimensions, 1);
    if (fault !== null) return badInput(fault);
    const n = x.length / this.dimensions;
    const { work, lanes } = this.#reserve(n);
    const path = lanes.subarray(0, n);
    const out = new Float64Array(1);
    const status = kernel('hmmViterbi')(this.#shape, this.#model, x, work, path, out);
    if (status !== 0) return refuse(status);
    return ok({ path: Int32Array.from(path), logProbability: out[0]! });
  }

  /** The probability of every state at every point given all points (forward and backward). */
  smooth(x: Float64Array): QuantResult<HmmPosterior> {
    const fault = observationsFault(x, this.dimensions, 1);
    if (fault !== null) return badInput(fault);
    const n = x.length / this.dimensions;
    const { work, lanes } = this.#reserve(n);
    const posterior = lanes.subarray(0, n * kLanes);
    const out = new Float64Array(65);
    const status = kernel('hmmSmooth')(this.#shape, this.#model, x, work, posterior, out);
    if (status !== 0) return refuse(status);
    const states = Array.from({ length: this.states }, (_, k) => k);
    return ok({
      logLikelihood: out[0]!,
      probabilities: withoutLanes(posterior, n, this.states),
      expectedTransitions: states.map((i) => states.map((j) => out[1 + kLanes * i + j]!)),
    });
  }

  /** Forgets the observations that `filter` has seen. */
  restart(): void {
    this.#predicted.set(this.#model.subarray(0, kLanes));
  }

  /**
   * Takes the next observations, one or many, after all that it saw since `restart`: the result does
   * not depend on how a series is cut. After an error the state is that of before the call.
   */
  filter(x: Float64Array): QuantResult<HmmFiltered> {
    const fault = observationsFault(x, this.dimensions, 1);
    if (fault !== null) return badInput(fault);
    const n = x.length / this.dimensions;
    const { work, lanes } = this.#reserve(n);
    const filtered = lanes.subarray(0, n * kLanes);
    const logDensities = new Float64Array(n);
    const [shape, model, predicted] = [this.#shape, this.#model, this.#predicted];
    const status = kernel('hmmFilter')(shape, model, x, work, predicted, filtered, logDensities);
    if (status !== 0) return refuse(status);
    return ok({
      logLikelihood: logDensities.reduce((sum, value) => sum + value, 0),
      probabilities: withoutLanes(filtered, n, this.states),
      logDensities,
      predicted: Array.from(predicted.subarray(0, this.states)),
    });
  }

  #reserve(n: number): { readonly work: Float64Array; readonly lanes: Float64Array } {
    if (this.#lanes.length < n * kLanes) {
      this.#work = new Float64Array(n * (5 * kLanes + 2));
      this.#lanes = new Float64Array(n * kLanes);
    }
    return { work: this.#work, lanes: this.#lanes };
  }
}
