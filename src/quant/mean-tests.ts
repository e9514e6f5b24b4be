import { ok } from '../core/index.ts';
import { fSf, studentTSf } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { sampleFault } from './sample-fault.ts';

/** A t test: two-sided p-value. */
export interface TTest {
  readonly statistic: number;
  readonly pValue: number;
  readonly degreesOfFreedom: number;
}

const twoSided = (statistic: number, degreesOfFreedom: number): TTest => ({
  statistic,
  pValue: Math.min(1, 2 * studentTSf(Math.abs(statistic), degreesOfFreedom)),
  degreesOfFreedom,
});

interface Sample {
  readonly n: number;
  readonly mean: number;
  /** By n - 1. */
  readonly variance: number;
}

function sample(x: Float64Array): Sample {
  const n = x.length;
  const mean = x.reduce((sum, value) => sum + value, 0) / n;
  const square = x.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, variance: square / (n - 1) };
}

const constant = (x: Float64Array): boolean => x.every((value) => value === x[0]);

/**
 * Tests that two independent samples have one mean.
 *
 *   welch (default): variances differ, degrees of freedom of Welch and Satterthwaite
 *   pooled:          one variance (Student)
 *
 * Errors: `bad-input` for fewer than 2 values or two constant samples.
 * Source: Welch (1947), Biometrika 34.
 */
export function tTest(
  a: Float64Array,
  b: Float64Array,
  variances: 'welch' | 'pooled' = 'welch',
): QuantResult<TTest> {
  const fault = sampleFault('a', a, 2) ?? sampleFault('b', b, 2);
  if (fault !== null) return badInput(fault);
  if (constant(a) && constant(b)) return badInput('a and b are both constant; one must vary');
  const left = sample(a);
  const right = sample(b);
  const difference = left.mean - right.mean;
  if (variances === 'pooled') {
    const df = left.n + right.n - 2;
    const pooled = ((left.n - 1) * left.variance + (right.n - 1) * right.variance) / df;
    return ok(twoSided(difference / Math.sqrt(pooled * (1 / left.n + 1 / right.n)), df));
  }
  const va = left.variance / left.n;
  const vb = right.variance / right.n;
  const df = (va + vb) ** 2 / (va ** 2 / (left.n - 1) + vb ** 2 / (right.n - 1));
  return ok(twoSided(difference / Math.sqrt(va + vb), df));
}

/**
 * Tests that the differences of pairs have mean 0.
 *
 * Errors: `bad-input` for unequal lengths, fewer than 2 pairs or equal differences.
 */
export function pairedTTest(a: Float64Array, b: Float64Array): QuantResult<TTest> {
  const fault = sampleFault('a', a, 2) ?? sampleFault('b', b, 2);
  if (fault !== null) return badInput(fault);
  if (a.length !== b.length) {
    return badInput(`a has ${a.length} values and b ${b.length}; pairs need as many of each`);
  }
  const difference = a.map((value, i) => value - b[i]!);
  if (constant(difference)) return badInput(`all differences are ${difference[0]}; they must vary`);
  const { n, mean, variance } = sample(difference);
  return ok(twoSided(mean / Math.sqrt(variance / n), n - 1));
}

const median = (x: Float64Array): number => {
  const sorted = x.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** Levene's test of equal variances. */
export interface LeveneTest {
  readonly statistic: number;
  readonly pValue: number;
  readonly degreesOfFreedom: readonly [number, number];
}

/**
 * Tests that samples have one variance: an analysis of variance of the distances from the centre.
 *
 *   centre: median (default, Brown & Forsythe 1974) or mean (Levene 1960)
 *
 * Errors: `bad-input` for fewer than 2 samples, fewer than 2 values in one, or equal distances.
 */
export function leveneTest(
  samples: readonly Float64Array[],
  centre: 'median' | 'mean' = 'median',
): QuantResult<LeveneTest> {
  if (samples.length < 2) return badInput(`${samples.length} samples given; at least 2 are needed`);
  for (const [i, x] of samples.entries()) {
    const fault = sampleFault(`samples[${i}]`, x, 2);
    if (fault !== null) return badInput(fault);
  }
  const groups = samples.map((x) => {
    const middle = centre === 'median' ? median(x) : sample(x).mean;
    return sample(x.map((value) => Math.abs(value - middle)));
  });
  const total = groups.reduce((sum, g) => sum + g.n, 0);
  const grand = groups.reduce((sum, g) => sum + g.n * g.mean, 0) / total;
  const between = groups.reduce((sum, g) => sum + g.n * (g.mean - grand) ** 2, 0);
  const within = groups.reduce((sum, g) => sum + (g.n - 1) * g.variance, 0);
  if (!(within > 0))
    return badInput('all values lie equally far from their centres; they must vary');
  const degreesOfFreedom = [groups.length - 1, total - groups.length] as const;
  const statistic = (between / degreesOfFreedom[0]) * (degreesOfFreedom[1] / within);
  return ok({ statistic, pValue: fSf(statistic, ...degreesOfFreedom), degreesOfFreedom });
}
