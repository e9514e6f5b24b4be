import { describe, expect, it } from 'vitest';
import {
  fitLocalLevel,
  type InitialState,
  kalmanFilter,
  kalmanSmoother,
  localLevelModel,
  type StateSpace,
} from '../../src/quant/index.ts';
import { inverse, multiply, solve } from '../../src/quant/linear-algebra.ts';
import { normals, refusal, value } from './results.ts';

/** Two observed series of a level and a slope, correlated noise, an element missing here and there. */
const model: StateSpace = {
  states: 2,
  observed: 2,
  design: Float64Array.of(1, 0, 1, 0.5),
  transition: Float64Array.of(1, 1, 0, 1),
  observationCovariance: Float64Array.of(1, 0.6, 0.6, 2),
  stateCovariance: Float64Array.of(0.3, 0.1, 0.1, 0.2),
  observationIntercept: Float64Array.of(0.5, -1),
  stateIntercept: Float64Array.of(0.1, -0.05),
};
const known: InitialState = {
  mean: Float64Array.of(1, -1),
  covariance: Float64Array.of(2, 0.5, 0.5, 1),
};

function observations(): Float64Array {
  const y = normals(12, 1).map((v, k) => 3 * v + k / 2);
  for (const missing of [3, 6, 7]) y[missing] = Number.NaN;
  return y;
}

/**
 * The states given all observations by one big least squares problem: precision from the first state,
 * from each transition and from each observation, of which rows and columns are dropped if missing.
 */
function byLeastSquares(y: Float64Array, initial: InitialState) {
  const n = y.length / 2;
  const size = 2 * n;
  const precision = new Float64Array(size * size);
  const right = new Float64Array(size);
  const add = (rows: Float64Array, covariance: Float64Array, target: Float64Array) => {
    const k = target.length;
    const weight = inverse(covariance, k)!;
    const weighted = multiply(weight, rows, k, k, size);
    for (let a = 0; a < size; a += 1) {
      for (let r = 0; r < k; r += 1) {
        for (let b = 0; b < size; b += 1) {
          precision[a * size + b]! += rows[r * size + a]! * weighted[r * size + b]!;
        }
        right[a]! += weighted[r * size + a]! * target[r]!;
      }
    }
  };
  if (initial.diffuse === undefined) {
    const rows = new Float64Array(2 * size);
    rows[0] = 1;
    rows[size + 1] = 1;
    add(rows, initial.covariance, initial.mean);
  }
  for (let t = 0; t < n; t += 1) {
    if (t > 0) {
      const rows = new Float64Array(2 * size);
      for (let i = 0; i < 2; i += 1) {
        rows[i * size + 2 * t + i] = 1;
        for (let j = 0; j < 2; j += 1) {
          rows[i * size + 2 * (t - 1) + j] = -model.transition[i * 2 + j]!;
        }
      }
      add(rows, model.stateCovariance, model.stateIntercept!);
    }
    const seen = [0, 1].filter((i) => !Number.isNaN(y[2 * t + i]!));
    if (seen.length === 0) continue;
    const rows = new Float64Array(seen.length * size);
    seen.forEach((i, r) => {
      rows.set(model.design.subarray(i * 2, i * 2 + 2), r * size + 2 * t);
    });
    const covariance = seen.flatMap((i) =>
      seen.map((j) => model.observationCovariance[i * 2 + j]!),
    );
    const target = seen.map((i) => y[2 * t + i]! - model.observationIntercept![i]!);
    add(rows, Float64Array.from(covariance), Float64Array.from(target));
  }
  return { mean: solve(precision, right, size, 1)!, covariance: inverse(precision, size)!, size };
}

describe('Kalman smoother', () => {
  it('gives the states of one least squares problem over all observations', () => {
    for (const diffuse of [undefined, Float64Array.of(1, 0, 0, 1)]) {
      const initial =
        diffuse === undefined
          ? known
          : { mean: new Float64Array(2), covariance: new Float64Array(4), diffuse };
      const y = observations();
      const wanted = byLeastSquares(y, initial);
      const { smoothed, smoothedCovariance, filter } = value(kalmanSmoother(y, model, initial));
      expect(filter.observations).toBe(9);
      expect(filter.diffuseObservations).toBe(diffuse === undefined ? 0 : 2);
      for (let k = 0; k < 12; k += 1) expect(smoothed[k]).toBeCloseTo(wanted.mean[k]!, 8);
      for (let t = 0; t < 6; t += 1) {
        for (let k = 0; k < 4; k += 1) {
          const at = (2 * t + Math.floor(k / 2)) * wanted.size + 2 * t + (k % 2);
          expect(smoothedCovariance[t * 4 + k]).toBeCloseTo(wanted.covariance[at]!, 8);
        }
      }
    }
  });

  it('spreads a diffuse start over rows that observe one state at a time', () => {
    const trend = { ...model, observed: 1, design: Float64Array.of(1, 0) };
    const one: StateSpace = {
      ...trend,
      observationCovariance: Float64Array.of(1),
      observationIntercept: Float64Array.of(0),
    };
    const y = normals(30, 2);
    const zero = { mean: new Float64Array(2), covariance: new Float64Array(4) };
    const exact = value(kalmanSmoother(y, one, { ...zero, diffuse: Float64Array.of(1, 0, 0, 1) }));
    const wide = Float64Array.of(1e5, 0, 0, 1e5);
    const near = value(kalmanSmoother(y, one, { ...zero, covariance: wide }));
    expect(exact.filter.diffuseObservations).toBe(2);
    for (let k = 0; k < 60; k += 1) expect(exact.smoothed[k]).toBeCloseTo(near.smoothed[k]!, 4);
    for (let k = 0; k < 120; k += 1) {
      expect(exact.smoothedCovariance[k]).toBeCloseTo(near.smoothedCovariance[k]!, 4);
    }
  });

  it('has at the last time what the filter has', () => {
    const y = observations();
    const { smoothed, filter } = value(kalmanSmoother(y, model, known));
    expect(smoothed[10]).toBeCloseTo(filter.filtered[10]!, 12);
  });
});

describe('Kalman filter', () => {
  it('has the likelihood of the joint normal distribution', () => {
    const { model: level } = localLevelModel(2, 0.5);
    const y = Float64Array.of(1, 3, 2);
    const initial = { mean: Float64Array.of(0.5), covariance: Float64Array.of(4) };
    // Covariance of y: 4 + 0.5·min(i, j) + 2 on the diagonal, i and j from 0.
    const joint = Float64Array.of(6, 4, 4, 4, 6.5, 4.5, 4, 4.5, 7);
    const weight = inverse(joint, 3)!;
    const d = y.map((v) => v - 0.5);
    const square = multiply(multiply(d, weight, 1, 3, 3), d, 1, 3, 1)[0]!;
    const determinant = 6 * (6.5 * 7 - 4.5 * 4.5) - 4 * (4 * 7 - 4.5 * 4) + 4 * (4 * 4.5 - 6.5 * 4);
    const wanted = -0.5 * (3 * Math.log(2 * Math.PI) + Math.log(determinant) + square);
    expect(value(kalmanFilter(y, level, initial)).logLikelihood).toBeCloseTo(wanted, 12);
  });

  it('counts the constant of diffuse observations where asked', () => {
    const { model: level, initial } = localLevelModel(2, 0.5);
    const y = normals(9, 3);
    const without = value(kalmanFilter(y, level, initial)).logLikelihood;
    const counted = value(kalmanFilter(y, level, initial, { diffuseTerms: 'included' }));
    expect(without - counted.logLikelihood).toBeCloseTo(0.5 * Math.log(2 * Math.PI), 12);
  });

  it('names what is wrong with its input', () => {
    const y = observations();
    const filter = (change: Partial<StateSpace>, data = y) =>
      refusal(kalmanFilter(data, { ...model, ...change }, known));
    expect(filter({ design: new Float64Array(3) })).toBe('design has 3 values; 4 are needed');
    expect(filter({ stateCovariance: Float64Array.of(-1, 0, 0, 1) })).toContain('variance -1');
    expect(filter({ stateCovariance: Float64Array.of(1, 2, 2, 1) })).toContain('exceeds');
    expect(filter({ stateCovariance: Float64Array.of(1, 0, 0.5, 1) })).toContain('not symmetric');
    expect(filter({ transition: new Float64Array(4).fill(Number.NaN) })).toContain('is NaN');
    expect(filter({}, y.subarray(1))).toContain('rows of 2 are needed');
    expect(filter({}, y.with(0, Number.POSITIVE_INFINITY))).toContain('y[0] is Infinity');
    const exact = {
      observationCovariance: new Float64Array(4),
      stateCovariance: new Float64Array(4),
    };
    const fixed = { mean: new Float64Array(2), covariance: new Float64Array(4) };
    expect(kalmanFilter(y, { ...model, ...exact }, fixed)).toMatchObject({
      ok: false,
      error: { code: 'singular' },
    });
  });
});

describe('a local level', () => {
  it('is fitted where its likelihood is highest', () => {
    let level = 0;
    const noise = normals(800, 4);
    const y = normals(400, 5).map((v, t) => {
      level += 0.3 * noise[t]!;
      return level + v;
    });
    y[7] = Number.NaN;
    const fit = value(fitLocalLevel(y));
    const likelihood = (a: number, b: number) => {
      const { model: m, initial } = localLevelModel(a, b);
      return value(kalmanFilter(y, m, initial)).logLikelihood;
    };
    const { observationVariance: e, levelVariance: l } = fit;
    expect(likelihood(e, l)).toBeCloseTo(fit.logLikelihood, 8);
    for (const [a, b] of [
      [1.01, 1],
      [0.99, 1],
      [1, 1.01],
      [1, 0.99],
    ] as const) {
      expect(likelihood(e * a, l * b)).toBeLessThan(fit.logLikelihood);
    }
    expect(Math.sqrt(l)).toBeGreaterThan(0.15);
    expect(Math.sqrt(l)).toBeLessThan(0.5);
  });

  it('has no level variance on a zigzag, no noise on a random walk', () => {
    const zigzag = Float64Array.from({ length: 50 }, (_, t) => (t % 2 === 0 ? 1 : -1));
    expect(value(fitLocalLevel(zigzag)).levelVariance).toBeLessThan(1e-9);
    const trend = Float64Array.from({ length: 50 }, (_, t) => t + Math.sin(t) / 10);
    expect(value(fitLocalLevel(trend)).observationVariance).toBeLessThan(1e-9);
  });

  it('needs values that vary', () => {
    expect(refusal(fitLocalLevel(new Float64Array(9)))).toContain('y is constant at 0');
    expect(refusal(fitLocalLevel(normals(9, 6).map((v) => v * 1e300)))).toContain(
      'sizes up to 1e+70',
    );
    expect(refusal(fitLocalLevel(Float64Array.of(1, Number.NaN, 2)))).toContain(
      '2 observed values',
    );
  });
});
