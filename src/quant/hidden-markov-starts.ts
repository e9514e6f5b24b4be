import { type Rng, seededRng } from '../core/index.ts';
import { hmmModelLength } from './hidden-markov.ts';

/** What the starting models depend on. */
export interface HmmStartRules {
  readonly states: number;
  readonly dimensions: number;
  readonly restarts: number;
  readonly seed: number;
  readonly covariance: 'diagonal' | 'full';
  readonly density: 'gaussian' | 'student-t';
  readonly degreesOfFreedom: number | null;
}

/** Mean and covariance of some stretches of the series. */
export interface Sample {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/** A stretch [from, to) of observations. */
export type Stretch = readonly [from: number, to: number];

/** Mean and covariance, by n, of the observations in some stretches. */
export function sampleOf(x: Float64Array, d: number, stretches: readonly Stretch[]): Sample {
  const mean = new Float64Array(d);
  const covariance = new Float64Array(d * d);
  const n = stretches.reduce((sum, [from, to]) => sum + to - from, 0);
  const each = (visit: (at: number) => void): void => {
    for (const [from, to] of stretches) for (let t = from; t < to; t += 1) visit(t * d);
  };
  each((at) => {
    for (let i = 0; i < d; i += 1) mean[i] = mean[i]! + x[at + i]! / n;
  });
  each((at) => {
    for (let i = 0; i < d; i += 1) {
      const deviation = (x[at + i]! - mean[i]!) / n;
      for (let j = 0; j < d; j += 1) {
        covariance[i * d + j] = covariance[i * d + j]! + deviation * (x[at + j]! - mean[j]!);
      }
    }
  });
  return { mean, covariance };
}

/** Splits the stretches into `groups` runs of about the same number after sorting by a score. */
function grouped(
  stretches: readonly Stretch[],
  score: readonly number[],
  groups: number,
): readonly (readonly Stretch[])[] {
  const order = stretches.map((_, i) => i).sort((a, b) => score[a]! - score[b]!);
  return Array.from({ length: groups }, (_, g) => {
    const from = Math.floor((g * order.length) / groups);
    const to = Math.floor(((g + 1) * order.length) / groups);
    return order.slice(from, to).map((i) => stretches[i]!);
  });
}

function randomStretches(rng: Rng, n: number, length: number, groups: number) {
  return Array.from({ length: groups }, (): readonly Stretch[] => {
    const from = Math.floor(rng.uniform() * (n - length + 1));
    return [[from, from + length]];
  });
}

function placeStart(
  packed: Float64Array,
  samples: readonly Sample[],
  whole: Sample,
  rules: HmmStartRules,
  stay: number,
): void {
  const { states, dimensions: d } = rules;
  for (let k = 0; k < states; k += 1) {
    packed[k] = 1 / states;
    for (let j = 0; j < states; j += 1) {
      const leave = states === 1 ? 0 : (1 - stay) / (states - 1);
      packed[8 + 8 * k + j] = states === 1 ? 1 : j === k ? stay : leave;
    }
    const sample = samples[k]!;
    for (let i = 0; i < d; i += 1) {
      packed[72 + 8 * i + k] = sample.mean[i]!;
      for (let j = 0; j < d; j += 1) {
        const used = i === j || rules.covariance === 'full';
        // A tenth of the whole: a stretch of few points may have a singular covariance.
        const mixed = 0.9 * sample.covariance[i * d + j]! + 0.1 * whole.covariance[i * d + j]!;
        packed[72 + 8 * d + 8 * (i * d + j) + k] = used ? mixed : 0;
      }
    }
    const nu = rules.density === 'student-t' ? (rules.degreesOfFreedom ?? 8) : 0;
    packed[72 + 8 * d + 8 * d * d + k] = nu;
  }
}

/**
 * Makes the packed starting models of a fit: one from stretches ordered by their first mean, one
 * ordered by their variance, the rest from a random stretch per state.
 *
 * Determinism: a function of the series, the rules and the seed.
 */
export function hmmStarts(x: Float64Array, rules: HmmStartRules): Float64Array {
  const { states, dimensions: d, restarts } = rules;
  const n = x.length / d;
  const rng = seededRng(rules.seed);
  const length = hmmModelLength(d);
  const packed = new Float64Array(length * restarts);
  const whole = sampleOf(x, d, [[0, n]]);
  const size = Math.min(Math.floor(n / states), Math.max(d + 2, Math.floor(n / (8 * states))));
  const stretches = Array.from(
    { length: Math.floor(n / size) },
    (_, i): Stretch => [i * size, (i + 1) * size],
  );
  const samples = stretches.map((stretch) => sampleOf(x, d, [stretch]));
  const spread = samples.map((sample) => {
    let sum = 0;
    for (let i = 0; i < d; i += 1)
      sum += sample.covariance[i * d + i]! / whole.covariance[i * d + i]!;
    return sum;
  });
  for (let s = 0; s < restarts; s += 1) {
    const score = s === 0 ? samples.map((sample) => sample.mean[0]!) : spread;
    const groups =
      s < 2
        ? grouped(stretches, score, states)
        : randomStretches(rng, n, Math.min(n, rng.uniform() < 0.5 ? size : 2 * size), states);
    const stay = s < 2 ? 0.9 : 0.7 + 0.28 * rng.uniform();
    const chosen = groups.map((group) => sampleOf(x, d, group));
    placeStart(packed.subarray(s * length, (s + 1) * length), chosen, whole, rules, stay);
  }
  return packed;
}
