import { describe, expect, it } from 'vitest';
import {
  type ArimaFit,
  type ArimaSpecification,
  fitArima,
  forecastArima,
} from '../../src/quant/index.ts';
import { value } from '../quant/results.ts';
import { Comparison, type Json, load, series } from './fixture.ts';

const fixture = load('arima');

/** R's names of the coefficients, in the order of the standard errors. */
function named(fit: ArimaFit): { coef: Json; order: string[] } {
  const coef: Json = {};
  const add = (name: string, values: Float64Array) =>
    values.forEach((v, i) => {
      coef[`${name}${i + 1}`] = v;
    });
  add('ar', fit.ar);
  add('ma', fit.ma);
  add('sar', fit.seasonalAr);
  add('sma', fit.seasonalMa);
  if (fit.mean !== null) coef.intercept = fit.mean;
  if (fit.regression.length === 1) coef.xr = fit.regression[0];
  return { coef, order: Object.keys(coef) };
}

describe.skipIf(fixture === null)('ARIMA against R', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('arima', fixture);
  const coefficient = { abs: tolerance.coef_abs };

  /** Everything of one fit that the reference prints. */
  function check(path: string, wanted: Json, y: Float64Array, spec: ArimaSpecification): void {
    const fit = value(fitArima(y, spec));
    const { coef, order } = named(fit);
    expect(Object.keys(wanted.coef).toSorted()).toEqual(order.toSorted());
    for (const name of order) {
      // The mean of a level of hundreds moves by more than a coefficient below 1.
      comparison.compare(`${path}/coef/${name}`, coef[name], coefficient);
    }
    comparison.compare(`${path}/loglik`, fit.logLikelihood, { abs: tolerance.loglik_abs });
    comparison.compare(`${path}/aic`, fit.aic, { abs: tolerance.aic_abs });
    // d ln σ² is 2·d logL / n at the optimum, so the likelihood's tolerance binds σ² relatively.
    const rel = (2 * tolerance.loglik_abs) / fit.observations;
    comparison.compare(`${path}/sigma2`, fit.sigma2, { rel });
    if (wanted.se) {
      const errors: Json = {};
      order.forEach((name, i) => {
        errors[name] = fit.standardErrors![i];
      });
      comparison.compare(`${path}/se`, errors, coefficient);
    }
    if (wanted.order) comparison.leaveOut(`${path}/order`, 'setting of the fit');
    if (!wanted.pred) {
      comparison.leaveOut(`${path}/pred`, 'no forecast in the reference');
      comparison.leaveOut(`${path}/pred_se`, 'no forecast in the reference');
      return;
    }
    const forecast = value(forecastArima(y, spec, fit, wanted.pred.length));
    for (const [h, se] of forecast.standardErrors.entries()) {
      const room = { abs: tolerance.pred_abs_in_se * se };
      comparison.compare(`${path}/pred/${h}`, forecast.mean[h], room);
      if (wanted.pred_se) comparison.compare(`${path}/pred_se/${h}`, se, room);
    }
  }

  const seriesOf = (fit: string): Float64Array => {
    const start = fit.split('_')[0]!.toLowerCase();
    const name = Object.keys(input.x).find((key) => key.toLowerCase().includes(start));
    return series(input.x[name!]);
  };

  for (const [name, wanted] of Object.entries(expected.fits as Json)) {
    it(`has the fit ${name}`, () => {
      const y = seriesOf(name);
      const [p, d, q] = (wanted as Json).order;
      // The trend is the year less 1920; R's LakeHuron begins in 1875.
      const years = y.map((_, t) => 1875 - 1920 + t);
      const regressors = { data: years, rows: y.length, columns: 1 };
      const trend = 'xr' in (wanted as Json).coef ? { regressors } : {};
      check(`/fits/${name}`, wanted, y, { order: [p, d, q], ...trend });
    });
  }

  it('has the airline model of the accidents', () => {
    check('/seasonal', expected.seasonal, seriesOf('USAccDeaths'), {
      order: [0, 1, 1],
      seasonal: { order: [0, 1, 1], period: 12 },
    });
  });
});
