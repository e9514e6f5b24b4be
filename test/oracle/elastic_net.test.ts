import { describe, expect, it } from 'vitest';
import { type ElasticNetPath, elasticNet, logisticElasticNet } from '../../src/quant/index.ts';
import { value } from '../quant/results.ts';
import { Comparison, type Json, load, series } from './fixture.ts';

const fixture = load('elastic_net');

const coefficientRows = (path: ElasticNetPath): number[][] => {
  const p = path.coefficients.length / path.lambda.length;
  return [...path.lambda].map((_, k) => [...path.coefficients.subarray(k * p, (k + 1) * p)]);
};

/** What is 0 in one is 0 in the other, where the reference is 0 or beyond 1e-4. */
function expectZeroPattern(wanted: Json, got: number[][]): void {
  for (const [k, row] of (wanted as number[][]).entries()) {
    for (const [j, beta] of row.entries()) {
      if (Math.abs(beta) > 1e-4) expect(got[k]![j], `step ${k}, column ${j}`).not.toBe(0);
      if (beta === 0) expect(Math.abs(got[k]![j]!), `step ${k}, column ${j}`).toBeLessThan(1e-4);
    }
  }
}

describe.skipIf(fixture === null)('elastic net against glmnet', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('elastic_net', fixture);
  const room = { abs: tolerance.coef_abs };
  const x = {
    data: series(input.X.flat()),
    rows: input.X.length,
    columns: input.X[0].length,
  };
  const y = series(input.y);

  it('has the coefficients of every fit, zeros included', () => {
    for (const [k, fit] of (expected.fits as Json[]).entries()) {
      const { alpha, standardize, lambda } = fit;
      const path = value(elasticNet(x, y, { alpha, standardize, lambda }));
      const rows = coefficientRows(path);
      comparison.compare(`/fits/${k}/intercept`, [...path.intercept], room);
      comparison.compare(`/fits/${k}/beta`, rows, room);
      expectZeroPattern(fit.beta, rows);
      comparison.compare(`/fits/${k}/lambda`, [...path.lambda], room);
      comparison.leaveOut(`/fits/${k}/alpha`, 'setting of the fit');
      comparison.leaveOut(`/fits/${k}/standardize`, 'setting of the fit');
    }
  });

  it('chooses and ends its own path as glmnet does', () => {
    const path = value(elasticNet(x, y, { alpha: 0.5 }));
    comparison.compare('/auto_path_alpha05/lambda', [...path.lambda], room);
    comparison.compare('/auto_path_alpha05/df', [...path.degreesOfFreedom]);
    comparison.compare('/auto_path_alpha05/lambda_max', path.lambdaMax, room);
    expect(path.lambda.length).toBe(expected.auto_path_alpha05.lambda.length);
  });

  it('has the coefficients of the logistic net on y above its median', () => {
    const ordered = y.toSorted();
    const middle = ordered.length / 2;
    const median = (ordered[Math.ceil(middle) - 1]! + ordered[Math.floor(middle)]!) / 2;
    const labels = y.map((v) => (v > median ? 1 : 0));
    const path = value(
      logisticElasticNet(x, labels, { alpha: 0.5, lambda: expected.logistic.lambda }),
    );
    const rows = coefficientRows(path);
    comparison.compare('/logistic/lambda', [...path.lambda], room);
    comparison.compare('/logistic/a0', [...path.intercept], room);
    comparison.compare('/logistic/beta', rows, room);
    expectZeroPattern(expected.logistic.beta, rows);
  });
});
