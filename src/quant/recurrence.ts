import { ok } from '../core/index.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';

/** How the recurrence plot is made and read. */
export interface RecurrenceOptions {
  /** Dimension of the delay embedding. Default 2. */
  readonly dimension?: number;
  /** Its delay. Default 1. */
  readonly lag?: number;
  /** Greatest distance (maximum norm) of recurrent states. */
  readonly radius: number;
  /** Shortest diagonal line. Default 2. */
  readonly minimumDiagonal?: number;
  /** Shortest vertical line. Default 2. */
  readonly minimumVertical?: number;
  /** Whether a distance equal to the radius is recurrent. Default 'closed'. */
  readonly radiusBound?: 'closed' | 'open';
}

/** The measures of a recurrence plot, the main diagonal counted (the convention of nonlinearTseries). */
export interface Recurrence {
  /** Share of recurrent points. */
  readonly rate: number;
  /** Share of recurrent points on diagonal lines. */
  readonly determinism: number;
  /** determinism / rate. */
  readonly ratio: number;
  /** Longest diagonal line beside the main one; 0 without any. */
  readonly longestDiagonal: number;
  /** Mean length of diagonal lines, the main one included. */
  readonly meanDiagonal: number;
  /** Entropy of the lengths of diagonal lines, in nats. */
  readonly entropy: number;
  /** Share of recurrent points on vertical lines. */
  readonly laminarity: number;
  readonly longestVertical: number;
  /** Mean length of vertical lines (trapping time); 0 without any. */
  readonly trappingTime: number;
}

/** Counts runs of ones of at least `shortest` in a line given by a function; adds them to `counts`. */
function addRuns(
  length: number,
  at: (k: number) => number,
  shortest: number,
  counts: Float64Array,
  times: number,
): void {
  let run = 0;
  for (let k = 0; k <= length; k += 1) {
    if (k < length && at(k) === 1) {
      run += 1;
    } else {
      if (run >= shortest) counts[run] = counts[run]! + times;
      run = 0;
    }
  }
}

/** The recurrence matrix, row by row. */
function plot(x: Float64Array, options: RecurrenceOptions, states: number): Uint8Array {
  const { dimension = 2, lag = 1, radius, radiusBound = 'closed' } = options;
  const open = radiusBound === 'open';
  const matrix = new Uint8Array(states * states);
  for (let i = 0; i < states; i += 1) {
    for (let j = i; j < states; j += 1) {
      let distance = 0;
      for (let d = 0; d < dimension; d += 1) {
        distance = Math.max(distance, Math.abs(x[i + d * lag]! - x[j + d * lag]!));
      }
      const near = i === j || (open ? distance < radius : distance <= radius);
      if (!near) continue;
      matrix[i * states + j] = 1;
      matrix[j * states + i] = 1;
    }
  }
  return matrix;
}

interface Lines {
  /** Points on the lines. */
  readonly points: number;
  readonly count: number;
  /** Distinct lengths, longest first. */
  readonly lengths: readonly number[];
}

function lines(counts: Float64Array): Lines {
  let points = 0;
  let count = 0;
  const lengths: number[] = [];
  counts.forEach((c, length) => {
    points += c * length;
    count += c;
    if (c > 0) lengths.unshift(length);
  });
  return { points, count, lengths };
}

/**
 * Quantifies the recurrence plot of a delay embedding.
 *
 * Errors: `bad-input` for a dimension, lag or line length below 1, a radius that is not above 0, and
 *         embeddings of fewer than 2 or more than 20,000 states.
 * Cost:   O(states^2) time and bytes.
 * Source: Zbilut & Webber (1992); Marwan et al. (2007), Phys. Reports 438.
 */
export function recurrence(x: Float64Array, options: RecurrenceOptions): QuantResult<Recurrence> {
  const { dimension = 2, lag = 1, radius, minimumDiagonal = 2, minimumVertical = 2 } = options;
  const whole = { dimension, lag, minimumDiagonal, minimumVertical };
  for (const [name, value] of Object.entries(whole)) {
    if (!Number.isInteger(value) || value < 1) {
      return badInput(`${name} is ${value}; allowed are whole numbers from 1`);
    }
  }
  if (!(radius > 0) || !Number.isFinite(radius)) {
    return badInput(`radius is ${radius}; it must be a finite number above 0`);
  }
  const fault = seriesFault('x', x, (dimension - 1) * lag + 2);
  if (fault !== null) return badInput(fault);
  const states = x.length - (dimension - 1) * lag;
  if (states > 20_000) return badInput(`${states} states; the plot holds at most 20000`);
  const matrix = plot(x, options, states);
  const total = matrix.reduce((sum, v) => sum + v, 0);
  const diagonal = new Float64Array(states + 1);
  const vertical = new Float64Array(states + 1);
  for (let k = 0; k < states; k += 1) {
    const step = (t: number) => matrix[t * states + t + k]!;
    // Both sides of the main diagonal are alike.
    addRuns(states - k, step, minimumDiagonal, diagonal, k === 0 ? 1 : 2);
    addRuns(states, (t) => matrix[k * states + t]!, minimumVertical, vertical, 1);
  }
  const d = lines(diagonal);
  const v = lines(vertical);
  const entropy = -diagonal.reduce(
    (sum, c) => (c > 0 ? sum + (c / d.count) * Math.log(c / d.count) : sum),
    0,
  );
  const rate = total / (states * states);
  return ok({
    rate,
    determinism: d.points / total,
    ratio: d.points / total / rate,
    longestDiagonal: d.lengths.find((length) => length < states) ?? 0,
    meanDiagonal: d.count === 0 ? 0 : d.points / d.count,
    entropy: entropy + 0,
    laminarity: v.points / total,
    longestVertical: v.lengths[0] ?? 0,
    trappingTime: v.count === 0 ? 0 : v.points / v.count,
  });
}
