import { ok } from '../core/index.ts';
import { badInput, type QuantError, type QuantResult } from './errors.ts';
import { kernel } from './kernel.ts';
import {
  type KernelModel,
  kernelModel,
  maxJumpsPerStep,
  modelFault,
  type SimulationModel,
} from './simulation-models.ts';

/** How many paths, how long, and of which seed. */
export interface SimulationOptions {
  readonly paths: number;
  readonly steps: number;
  readonly years: number;
  /** A whole number from 0 to 2^53 - 1. Path i of a seed is the same in every run of the same steps. */
  readonly seed: number;
  /** Number of the first path; default 0. */
  readonly firstPath?: number;
  /** Path 2k + 1 takes the draws of path 2k with the other sign. Default false. */
  readonly antithetic?: boolean;
  /** Keeps every path, row by row of steps + 1 values. Default false. */
  readonly keepPaths?: boolean;
}

/** Summaries of simulated paths, a value for each, and the paths when kept. */
export interface SimulatedPaths {
  readonly paths: number;
  readonly steps: number;
  readonly antithetic: boolean;
  /** Value at the end of each path. */
  readonly terminal: Float64Array;
  /** Lowest and highest value of each path at its steps, the start included. */
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
  /** Largest fall from a former high: a fraction of it for prices, a difference for levels. */
  readonly maxDrawdown: Float64Array;
  /** [paths][steps + 1] when kept, else empty. */
  readonly values: Float64Array;
}

/** Paths done of all. */
export interface SimulationProgress {
  readonly done: number;
  readonly paths: number;
}

/** The most values that `keepPaths` may ask for: 2 GiB. */
const maxKept = 2 ** 28;

function optionsFault(model: SimulationModel, options: SimulationOptions): string | null {
  const whole = (name: string, value: number, from: number, to: number): string | null =>
    Number.isInteger(value) && value >= from && value <= to
      ? null
      : `${name} is ${value}; a whole number from ${from} to ${to} is needed`;
  const { paths, steps, years, seed } = options;
  const numbers =
    whole('paths', paths, 1, 2 ** 27) ??
    whole('steps', steps, 1, 1_000_000) ??
    whole('seed', seed, 0, Number.MAX_SAFE_INTEGER) ??
    whole('firstPath', options.firstPath ?? 0, 0, 2 ** 52);
  if (numbers !== null) return numbers;
  if (!(years > 0 && Number.isFinite(years))) return `years is ${years}; it must be above 0`;
  const kept = paths * (steps + 1);
  if (options.keepPaths === true && kept > maxKept) {
    return `keepPaths asks for ${kept} values; at most ${maxKept}`;
  }
  if (model.kind === 'merton' || model.kind === 'bates') {
    const expected = (model.jumps.intensity * years) / steps;
    if (expected > maxJumpsPerStep) {
      return `a step has ${expected} expected jumps; at most ${maxJumpsPerStep}, so more steps`;
    }
  }
  return null;
}

function runParameters(
  model: KernelModel,
  options: SimulationOptions,
  first: number,
): Float64Array {
  return Float64Array.of(
    options.seed % 2 ** 32,
    Math.floor(options.seed / 2 ** 32),
    options.steps,
    first,
    options.antithetic === true ? 1 : 0,
    model.price ? 1 : 0,
    model.start,
    ...model.parameters,
  );
}

/** About 20 ms of one core: between them progress is told and a run can be given up. */
const stepsPerChunk = 2 ** 22;

/**
 * Simulates paths in chunks and yields after each how many are done; the caller decides whether to go
 * on, at once or after other work. `simulate` does it in one go.
 *
 * GBM, Brownian motion, Ornstein-Uhlenbeck and Merton are exact at their steps; Heston, Bates and
 * Cox-Ingersoll-Ross follow Andersen's quadratic-exponential scheme with martingale correction. Draws
 * are Philox4x32-10 words of (seed, path, step), normal by Box and Muller: results do not depend on
 * chunks, and a path not on the others.
 *
 * Errors:      `bad-input`, also when a result leaves the range of doubles.
 * Determinism: bit-identical on every target.
 */
export function* simulation(
  model: SimulationModel,
  options: SimulationOptions,
): Generator<SimulationProgress, QuantResult<SimulatedPaths>, void> {
  const fault = modelFault(model) ?? optionsFault(model, options);
  if (fault !== null) return badInput(fault);
  const { paths, steps } = options;
  const native = kernelModel(model, options.years / steps);
  const run = kernel(native.kernel);
  const width = options.keepPaths === true ? steps + 1 : 0;
  const result: SimulatedPaths = {
    paths,
    steps,
    antithetic: options.antithetic === true,
    terminal: new Float64Array(paths),
    minimum: new Float64Array(paths),
    maximum: new Float64Array(paths),
    maxDrawdown: new Float64Array(paths),
    values: new Float64Array(paths * width),
  };
  const chunk = Math.max(64, 64 * Math.ceil(stepsPerChunk / steps / 64));
  for (let from = 0; from < paths; from += chunk) {
    const to = Math.min(paths, from + chunk);
    run(
      runParameters(native, options, (options.firstPath ?? 0) + from),
      result.terminal.subarray(from, to),
      result.minimum.subarray(from, to),
      result.maximum.subarray(from, to),
      result.maxDrawdown.subarray(from, to),
      result.values.subarray(from * width, to * width),
    );
    yield { done: to, paths };
  }
  // The kernels' exponential ends at e^709.
  const lost =
    result.terminal.some(Number.isNaN) ||
    result.maximum.some((v) => !(v < 8e307)) ||
    result.minimum.some((v) => !(v > -8e307));
  return lost ? badInput('a path leaves the range of doubles; smaller rates or years') : ok(result);
}

/** What to do between chunks, and how to give a run up. */
export interface SimulationControl {
  readonly onProgress?: (progress: SimulationProgress) => void;
  /** Looked at between chunks: aborted, the run ends with `aborted`. */
  readonly signal?: { readonly aborted: boolean };
}

/** Simulates all paths in one call; see `simulation`. */
export function simulate(
  model: SimulationModel,
  options: SimulationOptions,
  control: SimulationControl = {},
): QuantResult<SimulatedPaths> {
  const run = simulation(model, options);
  for (;;) {
    if (control.signal?.aborted === true) return { ok: false, error: aborted(options) };
    const next = run.next();
    if (next.done === true) return next.value;
    control.onProgress?.(next.value);
  }
}

const aborted = (options: SimulationOptions): QuantError => ({
  code: 'aborted',
  detail: `the simulation of ${options.paths} paths was given up`,
});
