import { describe, expect, it } from 'vitest';
import { seededRng, standardNormal } from '../../src/core/index.ts';
import {
  crossValidatedNet,
  elasticNet,
  logisticElasticNet,
  predictNet,
} from '../../src/quant/index.ts';
import { leastSquares } from '../../src/quant/least-squares.ts';
import { refusal, value } from './results.ts';

function sample(n: number, p: number, seed: number) {
  const rng = seededRng(seed);
  const data = Float64Array.from({ length: n * p }, () => standardNormal(rng));
  const y = Float64Array.from(
    { length: n },
    (_, i) => 2 * data[i * p]! - data[i * p + 1]! + 0.5 * standardNormal(rng) + 3,
  );
  return { x: { data, rows: n, columns: p }, y };
}

const mean = (v: Float64Array): number => v.reduce((sum, a) => sum + a, 0) / v.length;

describe('elastic net', () => {
  it('meets the optimality conditions of its objective in both conventions', () => {
    const { x, y } = sample(60, 8, 1);
    const scale = Math.sqrt(mean(y.map((v) => (v - mean(y)) ** 2)));
    for (const convention of ['glmnet', 'sklearn'] as const) {
      const [alpha, lambda] = [0.4, 0.3];
      const options = { alpha, lambda: [lambda], standardize: false, convention };
      const path = value(elasticNet(x, y, options));
      const ridge = lambda * (1 - alpha) * (convention === 'glmnet' ? 1 / scale : 1);
      const residual = y.map((v, i) => v - predictNet(path, 0, x)[i]!);
      expect(mean(residual)).toBeCloseTo(0, 12);
      for (let j = 0; j < 8; j += 1) {
        const beta = path.coefficients[j]!;
        const slope = mean(residual.map((r, i) => r * x.data[i * 8 + j]!)) - ridge * beta;
        if (beta === 0) expect(Math.abs(slope)).toBeLessThanOrEqual(lambda * alpha + 1e-8);
        else expect(slope).toBeCloseTo(Math.sign(beta) * lambda * alpha, 7);
      }
    }
  });

  it('has settled to 1e-6 of a coefficient where there are more columns than rows', () => {
    for (const seed of [3, 4, 5, 6]) {
      const { x, y } = sample(30, 60, seed);
      const path = value(elasticNet(x, y, { alpha: 0.7 }));
      const options = { alpha: 0.7, lambda: [...path.lambda], tolerance: 1e-26 };
      const further = value(elasticNet(x, y, options));
      const apart = path.coefficients.map((beta, k) => Math.abs(beta - further.coefficients[k]!));
      expect(apart.reduce((most, each) => Math.max(most, each), 0)).toBeLessThan(2e-6);
    }
  });

  it('is least squares without a penalty, and empty at the largest', () => {
    const { x, y } = sample(50, 4, 2);
    const free = value(elasticNet(x, y, { lambda: [0] }));
    const design = Float64Array.from({ length: 250 }, (_, k) =>
      k % 5 === 0 ? 1 : x.data[Math.floor(k / 5) * 4 + (k % 5) - 1]!,
    );
    const ols = leastSquares(design, y, 50, 5)!;
    expect(free.intercept[0]).toBeCloseTo(ols.coefficients[0]!, 6);
    for (let j = 0; j < 4; j += 1) {
      expect(free.coefficients[j]).toBeCloseTo(ols.coefficients[j + 1]!, 6);
    }
    const path = value(elasticNet(x, y));
    const edge = { lambda: [path.lambdaMax * 1.000001, path.lambdaMax * 0.99] };
    expect([...value(elasticNet(x, y, edge)).degreesOfFreedom]).toEqual([0, 1]);
    expect(path.degreesOfFreedom[0]).toBe(0);
    expect(path.explained.every((r, k) => k === 0 || r >= path.explained[k - 1]!)).toBe(true);
  });

  it('keeps a constant column and one of two equal columns out of a lasso', () => {
    const { x, y } = sample(40, 4, 3);
    for (let i = 0; i < 40; i += 1) {
      x.data[i * 4 + 2] = 7;
      x.data[i * 4 + 3] = x.data[i * 4]!;
    }
    const path = value(elasticNet(x, y, { lambda: [0.1] }));
    expect(path.coefficients[2]).toBe(0);
    expect(path.coefficients[0]! + path.coefficients[3]!).toBeCloseTo(2, 0);
    expect([...path.coefficients].every(Number.isFinite)).toBe(true);
  });

  it('fits labels with a gradient that vanishes where no penalty acts', () => {
    const { x, y } = sample(80, 3, 4);
    const rng = seededRng(9);
    const labels = y.map((v) => (rng.uniform() < 1 / (1 + Math.exp(-(v - 3))) ? 1 : 0));
    const path = value(logisticElasticNet(x, labels, { lambda: [0] }));
    const residual = predictNet(path, 0, x).map((eta, i) => labels[i]! - 1 / (1 + Math.exp(-eta)));
    expect(mean(residual)).toBeCloseTo(0, 9);
    for (let j = 0; j < 3; j += 1) {
      expect(mean(residual.map((r, i) => r * x.data[i * 3 + j]!))).toBeCloseTo(0, 8);
    }
  });

  it('chooses by cross-validation a penalty that keeps the two columns that matter', () => {
    const { x, y } = sample(120, 12, 5);
    const cv = value(crossValidatedNet(x, y));
    expect(cv.oneStandardError).toBeLessThanOrEqual(cv.best);
    expect(cv.meanError[cv.best]).toBeLessThan(0.4);
    const at = cv.oneStandardError * 12;
    expect(cv.path.coefficients[at]).toBeGreaterThan(1.5);
    expect(cv.path.degreesOfFreedom[cv.oneStandardError]).toBeLessThan(6);
    const labels = y.map((v) => (v > 3 ? 1 : 0));
    const logistic = value(
      crossValidatedNet(x, labels, { family: 'binomial', lambdaRatio: 0.02, steps: 20 }),
    );
    expect(logistic.meanError[logistic.best]).toBeLessThan(logistic.meanError[0]! / 2);
  });

  it('has the errors that cv.glmnet 4.1.6 has on the same folds', () => {
    const [n, p] = [40, 5];
    const data = Float64Array.from({ length: n * p }, (_, k) => {
      const j = k % p;
      return Math.sin((Math.floor(k / p) + 1) * (j + 1) * 0.7 + j);
    });
    const x = { data, rows: n, columns: p };
    const y = Float64Array.from(
      { length: n },
      (_, i) => 2 * data[i * p]! - data[i * p + 1]! + 0.3 * Math.sin(17 * i),
    );
    const folds = Int32Array.from({ length: n }, (_, i) => i % 5);
    // R: cv.glmnet(x, y, alpha = 0.5, foldid, thresh = 1e-15, lambda), on these numbers.
    const net = value(crossValidatedNet(x, y, { alpha: 0.5, folds, lambda: [0.3, 0.1, 0.01] }));
    [0.1606808281301474, 0.0706305702146026, 0.0566557727459172].forEach((wanted, k) => {
      expect(net.meanError[k]).toBeCloseTo(wanted, 8);
    });
    [0.04006444437522816, 0.00624174176268283, 0.01232331352071857].forEach((wanted, k) => {
      expect(net.standardError[k]).toBeCloseTo(wanted, 8);
    });
    const labels = y.map((v) => (v > 0 ? 1 : 0));
    const family = 'binomial' as const;
    const lambda = [0.3, 0.1, 0.03, 0.01];
    const logistic = value(crossValidatedNet(x, labels, { family, alpha: 0.5, folds, lambda }));
    [0.866949053926832, 0.507780222770589, 0.309988283408647, 0.256982590406055].forEach(
      (wanted, k) => {
        expect(logistic.meanError[k]).toBeCloseTo(wanted, 8);
      },
    );
    expect(logistic.standardError[3]).toBeCloseTo(0.1219286120823037, 8);
    // R: glmnet's own logistic path ends with 4 of 5 columns at this share of the deviance.
    const path = value(logisticElasticNet(x, labels, { alpha: 0.5 }));
    expect(path.lambda.length).toBe(100);
    expect(path.lambda[0]).toBeCloseTo(0.876761136337899, 12);
    expect(path.degreesOfFreedom.at(-1)).toBe(4);
    expect(path.explained.at(-1)).toBeCloseTo(0.909064729895962, 7);
  });

  it('averages the losses of folds by their rows', () => {
    const { x, y } = sample(9, 2, 6);
    const folds = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 2, 2);
    const cv = value(crossValidatedNet(x, y, { folds, lambda: [1e6] }));
    // At so large a penalty every fit is the mean of the rows it saw.
    let sum = 0;
    for (const fold of [0, 1, 2]) {
      const seen = mean(y.filter((_, i) => folds[i] !== fold));
      for (let i = 0; i < 9; i += 1) if (folds[i] === fold) sum += (y[i]! - seen) ** 2;
    }
    expect(cv.meanError[0]).toBeCloseTo(sum / 9, 12);
  });

  it('names what is wrong with its input', () => {
    const { x, y } = sample(10, 2, 7);
    expect(refusal(elasticNet(x, y.subarray(1)))).toBe('y has 9 values; x has 10 rows');
    expect(refusal(elasticNet(x, new Float64Array(10).fill(2)))).toContain('y is constant at 2');
    expect(refusal(elasticNet(x, y, { alpha: 2 }))).toBe('alpha is 2; it must lie in [0, 1]');
    expect(refusal(elasticNet(x, y, { lambda: [0.1, 0.2] }))).toContain('lambda[1] is 0.2');
    expect(refusal(elasticNet(x, y, { lambda: [] }))).toContain('lambda is empty');
    expect(refusal(elasticNet({ ...x, columns: 3 }, y))).toContain('x holds 20 values');
    x.data[3] = Number.NaN;
    expect(refusal(elasticNet(x, y))).toBe('x[1][1] is NaN; every value must be finite');
    x.data[3] = 0;
    expect(refusal(logisticElasticNet(x, y))).toContain('labels are 0 and 1');
    expect(refusal(logisticElasticNet(x, new Float64Array(10)))).toContain('every label is 0');
    const tight = elasticNet(x, y, { lambda: [1e-9], maxPasses: 1, tolerance: 1e-30 });
    expect(tight).toMatchObject({ ok: false, error: { code: 'not-converged' } });
    const separable = Float64Array.from({ length: 10 }, (_, i) => (x.data[i * 2]! > 0 ? 1 : 0));
    expect(logisticElasticNet(x, separable, { lambda: [0] })).toMatchObject({
      ok: false,
      error: { code: 'not-converged' },
    });
    expect(refusal(crossValidatedNet(x, y, { folds: Int32Array.of(0, 1) }))).toContain('2 entries');
    const gap = Int32Array.from({ length: 10 }, (_, i) => (i % 2) * 2);
    expect(refusal(crossValidatedNet(x, y, { folds: gap }))).toContain('fold 1 has no row');
  });
});
