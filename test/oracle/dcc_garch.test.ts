import { describe, expect, it } from 'vitest';
import { filterDcc, fitDccGarch, type Matrix } from '../../src/quant/index.ts';
import { Comparison, type Json, load, series } from './fixture.ts';

const fixture = load('dcc_garch');

const matrix = (rows: Json): Matrix => ({
  data: series(rows.flat()),
  rows: rows.length,
  columns: rows[0].length,
});

const square = (data: Float64Array, d: number): number[][] =>
  Array.from({ length: d }, (_, i) => [...data.subarray(i * d, (i + 1) * d)]);

describe.skipIf(fixture === null)('DCC(1,1)-GARCH(1,1)', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const to = new Comparison('dcc_garch', fixture);
  const returns = matrix(input.y);
  const d = returns.columns;
  const rmgarch = { firstStep: 'ones', target: 'covariance' } as const;

  it('equals the recursion of rmgarch at given residuals and coefficients', () => {
    const coefficients = { a: expected.coef['[Joint]dcca1'], b: expected.coef['[Joint]dccb1'] };
    const got = filterDcc(matrix(input.std_resid), coefficients, rmgarch);
    if (!got.ok) throw new Error(got.error.detail);
    const { correlations, qbar, lastQ, lastCorrelation, nextCorrelation } = got.value;
    const near = { abs: tolerance.R_abs_given_std_resid_and_ab };
    const at = (t: number): number[][] => square(correlations.subarray(t * d * d), d);
    to.compare('/Qbar', square(qbar, d), near);
    to.compare('/R_first', at(0), near);
    to.compare('/R_second', at(1), near);
    to.compare('/R_10', at(9), near);
    to.compare('/R_last', square(lastCorrelation, d), near);
    to.compare('/Q_last', square(lastQ, d), near);
    to.compare('/R_forecast1', square(nextCorrelation, d), near);
  });

  it('meets the two-step fit', () => {
    const got = fitDccGarch(returns, rmgarch);
    if (!got.ok) throw new Error(got.error.detail);
    const { margins, correlation, logLikelihood, lastVolatility, lastCorrelation, forecast } =
      got.value;
    margins.forEach(({ coefficients }, i) => {
      const near = { rel: tolerance.step1_coef_rel };
      const name = (of: string): string => `/coef/[Asset_${i + 1}].${of}`;
      to.compare(name('mu'), coefficients.mu, near);
      to.compare(name('omega'), coefficients.omega, near);
      to.compare(name('alpha1'), coefficients.alpha, near);
      to.compare(name('beta1'), coefficients.beta, near);
    });
    const near = { abs: tolerance.dcc_ab_abs };
    to.compare('/coef/[Joint]dcca1', correlation.coefficients.a, near);
    to.compare('/coef/[Joint]dccb1', correlation.coefficients.b, near);
    to.compare('/loglik', logLikelihood, { abs: tolerance.loglik_abs });
    to.compare('/sigma_last', [...lastVolatility], { rel: tolerance.step1_coef_rel });
    to.compare('/R_last', square(lastCorrelation, d), { abs: tolerance.R_abs });
    to.compare('/R_forecast1', square(forecast, d), { abs: tolerance.R_abs });
    expect(correlation.robustErrors).not.toBeNull();
  });
});
