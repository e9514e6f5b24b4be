import { describe, it } from 'vitest';
import { adfTest } from '../../src/quant/index.ts';
import { Comparison, type Json, load, series } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('adf');

describe.skipIf(fixture === null)(
  'augmented Dickey-Fuller, as statsmodels, urca and tseries',
  () => {
    if (fixture === null) return;
    const { input, expected, tolerance } = fixture;
    const comparison = new Comparison('adf', fixture);
    const statistic = { abs: tolerance.stat_abs };
    const p = { abs: tolerance.pvalue_abs };

    it('agrees with a given number of lags', () => {
      for (const [i, row] of expected.fixed_lag.entries()) {
        const { regression, lags } = row;
        const test = must(adfTest(series(input.series[row.series]), { regression, lags }));
        const at = `/fixed_lag/${i}`;
        comparison.compare(`${at}/series`, row.series);
        comparison.compare(`${at}/regression`, regression);
        comparison.compare(`${at}/lags`, test.lags);
        comparison.compare(`${at}/stat`, test.statistic, statistic);
        comparison.compare(`${at}/pvalue`, test.pValue, p);
        comparison.compare(`${at}/nobs`, test.observations);
        comparison.compare(`${at}/crit`, test.criticalValues, { abs: tolerance.crit_abs });
      }
    });

    it('agrees on the lags that a criterion chooses', () => {
      for (const [i, row] of expected.auto_lag.entries()) {
        const autolag = row.autolag.toLowerCase();
        const options = { regression: row.regression, lags: row.maxlag, autolag };
        const test = must(adfTest(series(input.series[row.series]), options));
        const at = `/auto_lag/${i}`;
        comparison.compare(`${at}/series`, row.series);
        comparison.compare(`${at}/autolag`, row.autolag);
        comparison.compare(`${at}/maxlag`, row.maxlag);
        comparison.compare(`${at}/regression`, row.regression);
        comparison.compare(`${at}/stat`, test.statistic, statistic);
        comparison.compare(`${at}/pvalue`, test.pValue, p);
        comparison.compare(`${at}/usedlag`, test.lags);
        comparison.compare(`${at}/nobs`, test.observations);
        comparison.compare(`${at}/icbest`, test.criterion, { rel: 1e-8 });
      }
    });

    it('agrees with the table that tseries interpolates', () => {
      const key = Object.keys(expected).find((name) => name.startsWith('tseries_adf_test')) ?? '';
      for (const [name, row] of Object.entries<Json>(expected[key])) {
        const options = { regression: 'ct', lags: row.k, pValue: 'table' } as const;
        const test = must(adfTest(series(input.series[name]), options));
        comparison.compare(`/${key}/${name}/stat`, test.statistic, statistic);
        comparison.compare(`/${key}/${name}/p`, test.pValue, { abs: tolerance.tseries_p_abs });
        comparison.compare(`/${key}/${name}/k`, test.lags);
      }
    });
  },
);
