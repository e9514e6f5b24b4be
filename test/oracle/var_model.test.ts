import { describe, it } from 'vitest';
import {
  forecastVar,
  impulseResponses,
  orthogonalImpulseResponses,
  vectorAutoregression,
} from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';

const fixture = load('var_model');

const rowsOf = (data: Float64Array, columns: number): number[][] =>
  Array.from({ length: data.length / columns }, (_, i) => [
    ...data.subarray(i * columns, (i + 1) * columns),
  ]);

describe.skipIf(fixture === null)('vector autoregression against statsmodels', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('var_model', fixture);
  const room = { abs: tolerance.abs };
  const k = input.y[0].length;
  const y = { data: series(input.y.flat()), rows: input.y.length, columns: k };

  it('has the coefficients, covariances, criteria, responses and forecasts', () => {
    const model = vectorAutoregression(y, input.lags);
    if (!model.ok) throw new Error(model.error.detail);
    const fit = model.value;
    comparison.compare('/params_rows_const_L1_L2', rowsOf(fit.coefficients, k), room);
    comparison.compare('/sigma_u_df_adjusted', rowsOf(fit.covariance, k), room);
    comparison.compare('/sigma_u_mle', rowsOf(fit.covarianceMl, k), room);
    comparison.compare('/aic', fit.aic, room);
    comparison.compare('/bic', fit.bic, room);
    const periods = expected.irf.length - 1;
    const responses = impulseResponses(fit, periods).map((block) => rowsOf(block, k));
    comparison.compare('/irf', responses, room);
    const orthogonal = orthogonalImpulseResponses(fit, expected.orth_irf.length - 1);
    comparison.compare(
      '/orth_irf',
      orthogonal.map((block) => rowsOf(block, k)),
      room,
    );
    const ahead = rowsOf(forecastVar(fit, y, expected.forecast3.length), k);
    comparison.compare('/forecast3', ahead, room);
  });
});
