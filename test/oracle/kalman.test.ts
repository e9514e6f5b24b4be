import { describe, it } from 'vitest';
import {
  fitLocalLevel,
  kalmanFilter,
  kalmanSmoother,
  localLevelModel,
} from '../../src/quant/index.ts';
import { value } from '../quant/results.ts';
import { Comparison, type Json, load, series } from './fixture.ts';

const fixture = load('kalman');

const rowsOf = (data: Float64Array, columns: number): number[][] =>
  Array.from({ length: data.length / columns }, (_, i) => [
    ...data.subarray(i * columns, (i + 1) * columns),
  ]);

describe.skipIf(fixture === null)('Kalman filter and smoother against statsmodels and R', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('kalman', fixture);
  const room = { abs: tolerance.abs, rel: tolerance.rel };
  const fitRoom = { rel: tolerance.fit_rel };
  const y = series(input.y);
  const n = y.length;

  it('follows a local level from an exactly diffuse start', () => {
    const { model, initial } = localLevelModel(input.sigma2_eps, input.sigma2_eta);
    const filter = value(kalmanFilter(y, model, initial));
    const wanted = expected.local_level;
    const last = wanted.filtered_last5.length;
    const first = wanted.smoothed_first5.length;
    const compare = (field: string, got: Json) =>
      comparison.compare(`/local_level/${field}`, got, room);
    compare('filtered_last5', [...filter.filtered.subarray(n - last)]);
    compare('filtered_var_last', filter.filteredCovariance[n - 1]);
    compare('predicted_next', filter.predicted[n]);
    compare('predicted_var_next', filter.predictedCovariance[n]);
    // The first rows and the likelihood of the reference come from statsmodels' approximate start,
    // mean 0 and variance 1e6, with the first observation left out of the likelihood.
    const approximate = { mean: Float64Array.of(0), covariance: Float64Array.of(1e6) };
    const early = value(kalmanSmoother(y, model, approximate));
    const burn = value(kalmanFilter(y.slice(0, 1), model, approximate)).logLikelihood;
    compare('loglik_diffuse', early.filter.logLikelihood - burn);
    const innovations = wanted.innovations_2_6.length;
    compare('innovations_2_6', [...early.filter.innovations.subarray(1, 1 + innovations)]);
    compare('smoothed_first5', [...early.smoothed.subarray(0, first)]);
  });

  it('fits the variances of a local level', () => {
    const fit = value(fitLocalLevel(y));
    const path = '/local_level/fit';
    comparison.compare(`${path}/sigma2_eps`, fit.observationVariance, fitRoom);
    comparison.compare(`${path}/sigma2_eta`, fit.levelVariance, fitRoom);
    comparison.compare(`${path}/loglik`, fit.logLikelihood, fitRoom);
    comparison.compare('/local_level/R_StructTS/level', fit.levelVariance, fitRoom);
    comparison.compare('/local_level/R_StructTS/eps', fit.observationVariance, fitRoom);
    // StructTS starts at the first value with the variance 10,000 times that of the series.
    const mean = y.reduce((sum, v) => sum + v, 0) / n;
    const variance = y.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1);
    const { model } = localLevelModel(fit.observationVariance, fit.levelVariance);
    const initial = { mean: y.slice(0, 1), covariance: Float64Array.of(1e4 * variance) };
    const { logLikelihood } = value(kalmanFilter(y, model, initial));
    // At the maximum the two fits' likelihoods differ in the second order only.
    comparison.compare('/local_level/R_StructTS/loglik', logLikelihood, { rel: 1e-5 });
  });

  it('tracks position and velocity over a missing value', () => {
    const { z, F, Q, H, R, x0_predicted, P0_predicted } = input.tracking;
    const m = F.length;
    const model = {
      states: m,
      observed: H.length,
      design: series(H.flat()),
      transition: series(F.flat()),
      observationCovariance: series(R.flat()),
      stateCovariance: series(Q.flat()),
    };
    const initial = { mean: series(x0_predicted), covariance: series(P0_predicted.flat()) };
    const { filter, smoothed } = value(kalmanSmoother(series(z.flat()), model, initial));
    const compare = (field: string, got: Json) =>
      comparison.compare(`/tracking/${field}`, got, room);
    compare('filtered', rowsOf(filter.filtered, m));
    compare('filtered_cov_last', rowsOf(filter.filteredCovariance.slice(-m * m), m));
    compare('predicted_last', [...filter.predicted.slice(-m)]);
    compare('smoothed', rowsOf(smoothed, m));
    compare('loglik', filter.logLikelihood);
  });
});
