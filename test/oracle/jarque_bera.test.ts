import { describe, it } from 'vitest';
import { normalCdf } from '../../src/quant/distributions.ts';
import { jarqueBeraTest, kolmogorovSmirnovTest } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('jarque_bera');

describe.skipIf(fixture === null)('Jarque-Bera and moments, as tseries and scipy', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('jarque_bera', fixture);
  const p = { abs: tolerance.p_abs };
  const moment = { abs: tolerance.moments_abs };

  it('agrees on statistics, moments and the distance from the standard normal', () => {
    for (const name of Object.keys(expected)) {
      const x = series(input.series[name]);
      const test = must(jarqueBeraTest(x));
      const at = `/${name}`;
      comparison.compare(`${at}/jb`, test.statistic, { rel: tolerance.stat_rel });
      comparison.compare(`${at}/jb_p`, test.pValue, p);
      comparison.compare(`${at}/skew_population`, test.skewness, moment);
      comparison.compare(`${at}/kurtosis_population`, test.kurtosis, moment);
      comparison.compare(`${at}/skew_unbiased`, test.skewnessUnbiased, moment);
      comparison.compare(`${at}/excess_kurtosis_unbiased`, test.excessKurtosisUnbiased, moment);
      const ks = must(kolmogorovSmirnovTest(x, normalCdf, 'simard-lecuyer'));
      comparison.compare(`${at}/ks_vs_std_normal/stat`, ks.statistic, { rel: tolerance.stat_rel });
      comparison.compare(`${at}/ks_vs_std_normal/p`, ks.pValue, p);
    }
  });
});
