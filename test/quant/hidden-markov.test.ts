import { describe, expect, it } from 'vitest';
import { seededRng, standardNormal } from '../../src/core/index.ts';
import { fitHmm, HmmDecoder, type HmmModel, type QuantResult } from '../../src/quant/index.ts';
import { lgamma } from '../../src/quant/special-functions.ts';
import { value } from './results.ts';

const refusal = (result: QuantResult<unknown>): string =>
  result.ok ? 'no error' : `${result.error.code}: ${result.error.detail}`;

const twoStates: HmmModel = {
  density: 'gaussian',
  covariance: 'full',
  initial: [0.7, 0.3],
  transitions: [
    [0.95, 0.05],
    [0.1, 0.9],
  ],
  means: [
    [0.1, 0],
    [-0.4, 0.5],
  ],
  covariances: [
    [
      [0.5, 0.1],
      [0.1, 0.3],
    ],
    [
      [2, -0.6],
      [-0.6, 1.5],
    ],
  ],
  degreesOfFreedom: null,
};
const threeStates: HmmModel = {
  density: 'student-t',
  covariance: 'diagonal',
  initial: [0.2, 0.5, 0.3],
  transitions: [
    [0.8, 0.15, 0.05],
    [0.3, 0.6, 0.1],
    [0.25, 0.25, 0.5],
  ],
  means: [[0.2], [0], [-1]],
  covariances: [[[0.4]], [[1]], [[4]]],
  degreesOfFreedom: [3, 8.5, 60],
};

/** ln density of one state, by formulas of one and two dimensions. */
function logDensity(model: HmmModel, k: number, point: Float64Array): number {
  const d = point.length;
  const z = [...point].map((v, i) => v - model.means[k]![i]!);
  const c = model.covariances[k]!;
  const a = c[0]![0]!;
  const b = d === 2 ? c[0]![1]! : 0;
  const e = d === 2 ? c[1]![1]! : 1;
  const determinant = a * e - b * b;
  const y = z[1] ?? 0;
  const distance = (e * z[0]! ** 2 - 2 * b * z[0]! * y + a * y * y) / determinant;
  const half = -0.5 * Math.log(determinant);
  if (model.density === 'gaussian') return half - 0.5 * (distance + d * Math.log(2 * Math.PI));
  const nu = model.degreesOfFreedom![k]!;
  const constant = lgamma((nu + d) / 2) - lgamma(nu / 2) - (d / 2) * Math.log(nu * Math.PI);
  return half + constant - ((nu + d) / 2) * Math.log1p(distance / nu);
}

/** Everything by enumeration of all paths. */
function enumerate(model: HmmModel, x: Float64Array, dimensions: number) {
  const states = model.initial.length;
  const n = x.length / dimensions;
  const points = Array.from({ length: n }, (_, t) =>
    x.subarray(t * dimensions, (t + 1) * dimensions),
  );
  let total = 0;
  let best = { p: -1, path: [] as number[] };
  const posterior = new Float64Array(n * states);
  for (let code = 0; code < states ** n; code += 1) {
    const path = points.map((_, t) => Math.floor(code / states ** t) % states);
    let p = model.initial[path[0]!]!;
    path.forEach((k, t) => {
      if (t > 0) p *= model.transitions[path[t - 1]!]![k]!;
      p *= Math.exp(logDensity(model, k, points[t]!));
    });
    total += p;
    path.forEach((k, t) => {
      posterior[t * states + k] = posterior[t * states + k]! + p;
    });
    if (p > best.p) best = { p, path };
  }
  return {
    logLikelihood: Math.log(total),
    posterior: posterior.map((p) => p / total),
    path: best.path,
    logProbability: Math.log(best.p),
  };
}

function sample(model: HmmModel, n: number, seed: number): Float64Array {
  const rng = seededRng(seed);
  const draw = (p: readonly number[]): number => {
    const u = rng.uniform();
    let sum = 0;
    for (const [k, each] of p.entries()) {
      sum += each;
      if (u < sum) return k;
    }
    return p.length - 1;
  };
  let state = draw(model.initial);
  return Float64Array.from({ length: n }, () => {
    const sd = Math.sqrt(model.covariances[state]![0]![0]!);
    const nu = model.degreesOfFreedom?.[state];
    let scale = 1;
    if (nu !== undefined) {
      let chi = 0;
      for (let i = 0; i < nu; i += 1) chi += standardNormal(rng) ** 2;
      scale = Math.sqrt(nu / chi);
    }
    const x = model.means[state]![0]! + sd * scale * standardNormal(rng);
    state = draw(model.transitions[state]!);
    return x;
  });
}

const closeTo = (got: ArrayLike<number>, want: ArrayLike<number>, digits: number): void => {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i += 1) expect(got[i]).toBeCloseTo(want[i]!, digits);
};

describe('a hidden Markov model', () => {
  it.each([
    ['two normal states of two dimensions', twoStates, 2, 9],
    ['three Student-t states', threeStates, 1, 7],
  ] as const)('equals the sum over all paths: %s', (_, model, dimensions, n) => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const rng = seededRng(seed);
      const x = Float64Array.from({ length: n * dimensions }, () => 2 * standardNormal(rng));
      const want = enumerate(model, x, dimensions);
      const decoder = value(HmmDecoder.create(model));
      const smoothed = value(decoder.smooth(x));
      expect(smoothed.logLikelihood).toBeCloseTo(want.logLikelihood, 11);
      closeTo(smoothed.probabilities, want.posterior, 12);
      const decoded = value(decoder.viterbi(x));
      expect([...decoded.path]).toEqual(want.path);
      expect(decoded.logProbability).toBeCloseTo(want.logProbability, 11);
      expect(value(decoder.filter(x)).logLikelihood).toBeCloseTo(want.logLikelihood, 11);
    }
  });

  it('equals the sum over all paths where transitions are impossible', () => {
    const left: HmmModel = {
      ...threeStates,
      initial: [1, 0, 0],
      transitions: [
        [0.6, 0.4, 0],
        [0, 0.7, 0.3],
        [0, 0, 1],
      ],
    };
    const x = Float64Array.of(0.3, -0.2, 5, 0.1, -3, -2, 0.4);
    const want = enumerate(left, x, 1);
    const decoder = value(HmmDecoder.create(left));
    const smoothed = value(decoder.smooth(x));
    expect(smoothed.logLikelihood).toBeCloseTo(want.logLikelihood, 11);
    closeTo(smoothed.probabilities, want.posterior, 12);
    expect(smoothed.expectedTransitions[1]![0]).toBe(0);
    expect([...value(decoder.viterbi(x)).path]).toEqual(want.path);
    expect(value(decoder.filter(x)).logLikelihood).toBeCloseTo(want.logLikelihood, 11);
  });

  it('expects as many transitions as there are, and posteriors that sum to 1', () => {
    const x = sample(threeStates, 4000, 4);
    const decoder = value(HmmDecoder.create(threeStates));
    const { probabilities, expectedTransitions } = value(decoder.smooth(x));
    for (let t = 0; t < x.length; t += 1) {
      const sum = probabilities.subarray(3 * t, 3 * t + 3).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
    }
    expect(expectedTransitions.flat().reduce((a, b) => a + b, 0)).toBeCloseTo(x.length - 1, 8);
  });

  it('weighs paths in logs where scaled probabilities would underflow', () => {
    // The second state cannot be left nor entered: only the first value tells, the rest argues for it
    // by a factor beyond the range of doubles.
    const apart: HmmModel = {
      density: 'gaussian',
      covariance: 'diagonal',
      initial: [1 - 1e-12, 1e-12],
      transitions: [
        [1, 0],
        [0, 1],
      ],
      means: [[0], [10]],
      covariances: [[[1]], [[1]]],
      degreesOfFreedom: null,
    };
    const x = Float64Array.from({ length: 41 }, (_, t) => (t < 20 ? 0 : 10.1));
    const { probabilities } = value(value(HmmDecoder.create(apart)).smooth(x));
    // 20 points at 0 cost state two 50 each, 21 at 10.1 cost state one 51.005 less 0.005 each.
    const log = 20 * 50 - 21 * 51 + Math.log((1 - 1e-12) / 1e-12);
    expect(probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(-log)), 10);
    expect(probabilities[2 * 40 + 1]).toBeCloseTo(1 / (1 + Math.exp(log)), 10);
  });

  it('filters the same to the bit however the series is cut', () => {
    const x = sample(threeStates, 100, 5);
    const decoder = value(HmmDecoder.create(threeStates));
    const whole = value(decoder.filter(x));
    decoder.restart();
    const pieces = [0, 1, 2, 10, 33, 100];
    const parts = pieces.slice(1).map((to, i) => value(decoder.filter(x.slice(pieces[i], to))));
    expect(parts.flatMap((part) => [...part.probabilities])).toEqual([...whole.probabilities]);
    expect(parts.at(-1)!.predicted).toEqual(whole.predicted);
  });

  it('filters and smooths the last point alike', () => {
    const x = sample(threeStates, 300, 6);
    const decoder = value(HmmDecoder.create(threeStates));
    const filtered = value(decoder.filter(x)).probabilities.slice(-3);
    closeTo(filtered, value(decoder.smooth(x)).probabilities.slice(-3), 12);
  });

  it('stays finite for an outlier of 1e60 and for a hundred thousand points', () => {
    const decoder = value(HmmDecoder.create({ ...threeStates, density: 'gaussian' }));
    const { logLikelihood, probabilities } = value(decoder.smooth(Float64Array.of(0, 1e60, 0)));
    expect(logLikelihood).toBeLessThan(-1e100);
    expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
    const long = value(decoder.smooth(sample(threeStates, 100_000, 7)));
    expect(Number.isFinite(long.logLikelihood)).toBe(true);
  });

  it('refuses models and series that make no sense', () => {
    const broken = (change: Partial<HmmModel>): string =>
      refusal(HmmDecoder.create({ ...threeStates, ...change }));
    expect(broken({ initial: [0.5, 0.5, 0.5] })).toContain('initial sums to 1.5');
    expect(broken({ initial: [] })).toContain('0 states');
    expect(broken({ means: [[0], [Number.NaN], [0]] })).toContain('means[1]');
    expect(broken({ degreesOfFreedom: null })).toContain('degreesOfFreedom[0] is undefined');
    expect(broken({ covariances: [[[1]], [[1, 2]], [[1]]] })).toContain('covariances[1]');
    const negative = { ...threeStates, covariances: [[[1]], [[-1]], [[1]]] };
    const decoder = value(HmmDecoder.create(negative));
    expect(refusal(decoder.viterbi(Float64Array.of(1)))).toContain('singular');
    const sound = value(HmmDecoder.create(twoStates));
    expect(refusal(sound.smooth(Float64Array.of(1, 2, 3)))).toContain('x has 3 values');
    expect(refusal(sound.smooth(new Float64Array(0)))).toContain('x has 0 values');
    expect(refusal(sound.filter(Float64Array.of(1, Number.NaN)))).toContain('x[1] is NaN');
    expect(refusal(sound.viterbi(Float64Array.of(1e200, 0)))).toContain('x[0] is 1e+200');
  });
});

describe('fitting a hidden Markov model', () => {
  const plain: HmmModel = {
    ...threeStates,
    density: 'gaussian',
    initial: [0.5, 0.5],
    transitions: [
      [0.97, 0.03],
      [0.06, 0.94],
    ],
    means: [[-0.5], [0.2]],
    covariances: [[[4]], [[0.5]]],
    degreesOfFreedom: null,
  };

  it('recovers the model that a series was drawn from', () => {
    const x = sample(plain, 6000, 11);
    const fit = value(fitHmm(x, { states: 2, restarts: 4 }));
    expect(fit.converged).toBe(true);
    closeTo(fit.model.means.flat(), [-0.5, 0.2], 0);
    closeTo(fit.model.covariances.flat(2), [4, 0.5], 0);
    expect(Math.abs(fit.model.transitions[0]![0]! - 0.97)).toBeLessThan(0.015);
    expect(Math.abs(fit.model.covariances[1]![0]![0]! - 0.5)).toBeLessThan(0.05);
    const truth = value(value(HmmDecoder.create(plain)).smooth(x)).logLikelihood;
    expect(fit.logLikelihood).toBeGreaterThan(truth);
    expect(fit.logLikelihood - truth).toBeLessThan(15);
    expect(fit.parameters).toBe(7);
    expect(fit.bic).toBeCloseTo(7 * Math.log(6000) - 2 * fit.logLikelihood, 9);
  });

  it('recovers the degrees of freedom of Student-t states', () => {
    const heavy: HmmModel = { ...plain, density: 'student-t', degreesOfFreedom: [4, 10] };
    const x = sample(heavy, 20_000, 12);
    const fit = value(fitHmm(x, { states: 2, density: 'student-t', restarts: 2 }));
    const [low, high] = fit.model.degreesOfFreedom!;
    expect(low).toBeGreaterThan(3);
    expect(low).toBeLessThan(5.5);
    expect(high).toBeGreaterThan(7);
    expect(high).toBeLessThan(15);
    const normal = value(fitHmm(x, { states: 2, restarts: 2 }));
    expect(fit.bic).toBeLessThan(normal.bic);
    const fixed = value(
      fitHmm(x, { states: 2, density: 'student-t', degreesOfFreedom: 5, restarts: 2 }),
    );
    expect(fixed.model.degreesOfFreedom).toEqual([5, 5]);
    expect(fixed.logLikelihood).toBeLessThanOrEqual(fit.logLikelihood + 1e-3);
  });

  it.each(['gaussian', 'student-t'] as const)('never loses likelihood in a step: %s', (density) => {
    const x = sample(plain, 500, 13);
    const path = Array.from({ length: 25 }, (_, steps) => {
      const options = { states: 3, density, restarts: 2, maxIterations: steps, tolerance: 0 };
      return value(fitHmm(x, options)).searches.map((each) => each.logLikelihood);
    });
    for (let i = 1; i < path.length; i += 1) {
      for (const search of [0, 1]) {
        expect(path[i]![search]!).toBeGreaterThan(path[i - 1]![search]! - 1e-8);
      }
    }
  });

  it('fits correlated dimensions better with full covariances', () => {
    const rng = seededRng(14);
    const x = new Float64Array(1600);
    for (let t = 0; t < 800; t += 1) {
      const sign = Math.floor(t / 100) % 2 === 0 ? 0.8 : -0.8;
      x[2 * t] = standardNormal(rng);
      x[2 * t + 1] = sign * x[2 * t]! + 0.6 * standardNormal(rng);
    }
    const rules = { states: 2, dimensions: 2, restarts: 8 } as const;
    const full = value(fitHmm(x, rules));
    const diagonal = value(fitHmm(x, { ...rules, covariance: 'diagonal' }));
    expect(full.bic).toBeLessThan(diagonal.bic - 100);
    const between = full.model.covariances.map((rows) => rows[0]![1]!).sort((a, b) => a - b);
    closeTo(between, [-0.8, 0.8], 0);
    expect(diagonal.model.covariances[0]![0]![1]).toBe(0);
    expect([full.parameters, diagonal.parameters]).toEqual([13, 11]);
  });

  it('is a function of series, options and seed, and gains from more starts', () => {
    const x = sample(threeStates, 400, 15);
    const few = value(fitHmm(x, { states: 4, restarts: 3, seed: 9 }));
    expect(value(fitHmm(x, { states: 4, restarts: 3, seed: 9 }))).toEqual(few);
    const many = value(fitHmm(x, { states: 4, restarts: 12, seed: 9 }));
    expect(many.searches.slice(0, 3)).toEqual(few.searches);
    expect(many.logLikelihood).toBeGreaterThanOrEqual(few.logLikelihood);
    const means = many.model.means.map(([mean]) => mean!);
    expect(means).toEqual([...means].sort((a, b) => a - b));
  });

  it('keeps the variance of a state above the floor and says so', () => {
    const x = Float64Array.from({ length: 60 }, (_, t) =>
      t >= 30 && t < 40 ? 1 : Math.sin(t * t),
    );
    const fit = value(fitHmm(x, { states: 2, restarts: 5, varianceFloor: 1e-4 }));
    expect(fit.statesAtFloor).toBe(1);
    expect(Math.min(...fit.model.covariances.flat(2))).toBeGreaterThan(0);
    expect(Number.isFinite(fit.logLikelihood)).toBe(true);
  });

  it('gives probabilities that its own reader takes, and refuses collinear dimensions', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const x = sample(threeStates, 60, seed).map((v) => v * 1e40);
      const { model } = value(fitHmm(x, { states: 3, restarts: 2, maxIterations: 40 }));
      const all = [...model.initial, ...model.transitions.flat()];
      expect(Math.max(...all)).toBeLessThanOrEqual(1);
      const { probabilities } = value(value(HmmDecoder.create(model)).smooth(x));
      expect(Math.max(...probabilities)).toBeLessThanOrEqual(1);
    }
    const twice = sample(plain, 200, 18);
    for (let t = 0; t < twice.length; t += 2) twice[t + 1] = 3 * twice[t]! - 1;
    const rules = { states: 2, dimensions: 2 } as const;
    expect(refusal(fitHmm(twice, rules))).toContain('singular: dimension 1 of x is a linear');
    expect(value(fitHmm(twice, { ...rules, covariance: 'diagonal' })).logLikelihood).toBeLessThan(
      0,
    );
  });

  it('reports the limit of steps', () => {
    const fit = value(
      fitHmm(sample(plain, 300, 16), { states: 2, maxIterations: 2, tolerance: 0 }),
    );
    expect([fit.converged, fit.iterations]).toEqual([false, 2]);
  });

  it('refuses constant, short and broken series and options out of range', () => {
    const x = sample(plain, 100, 17);
    expect(refusal(fitHmm(new Float64Array(50).fill(0.1), { states: 2 }))).toContain('constant');
    expect(refusal(fitHmm(x.slice(0, 7), { states: 2 }))).toContain('at least 8 are needed');
    expect(refusal(fitHmm(x.with(3, Number.NaN), { states: 2 }))).toContain('x[3] is NaN');
    expect(refusal(fitHmm(x, { states: 9 }))).toContain('states is 9');
    expect(refusal(fitHmm(x, { states: 2, varianceFloor: 0 }))).toContain('varianceFloor is 0');
    expect(refusal(fitHmm(x, { states: 2, start: threeStates }))).toContain('start differs');
  });
});
