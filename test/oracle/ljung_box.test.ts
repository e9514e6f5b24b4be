import { describe, it } from 'vitest';
import { autocorrelation, partialAutocorrelation, portmanteau } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('ljung_box');

describe.skipIf(fixture === null)('portmanteau tests and autocorrelations, as R', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('ljung_box', fixture);
  const statistic = { rel: tolerance.stat_rel };
  const p = { abs: tolerance.p_abs };

  it('agrees on Ljung-Box and Box-Pierce', () => {
    for (const name of Object.keys(expected)) {
      const x = series(input.series[name]);
      const squares = x.map((value) => value * value);
      for (const [i, { lag }] of expected[name].lb.entries()) {
        const at = `/${name}/lb/${i}`;
        const box = must(portmanteau(x, { lag }));
        const square = must(portmanteau(squares, { lag }));
        const pierce = must(portmanteau(x, { lag, method: 'box-pierce' }));
        const fitted = must(portmanteau(x, { lag, fitted: 2 }));
        comparison.compare(`${at}/lag`, lag);
        comparison.compare(`${at}/lb_stat`, box.statistic, statistic);
        comparison.compare(`${at}/lb_p`, box.pValue, p);
        comparison.compare(`${at}/lb_sq_stat`, square.statistic, statistic);
        comparison.compare(`${at}/lb_sq_p`, square.pValue, p);
        comparison.compare(`${at}/bp_stat`, pierce.statistic, statistic);
        comparison.compare(`${at}/bp_p`, pierce.pValue, p);
        comparison.compare(`${at}/lb_p_fitdf2`, fitted.pValue, p);
      }
    }
  });

  it('agrees on autocorrelations and partial ones', () => {
    for (const name of Object.keys(expected)) {
      const x = series(input.series[name]);
      const { acf_0_5: acf, pacf_1_5: pacf } = expected[name];
      const close = { abs: tolerance.stat_rel };
      comparison.compare(`/${name}/acf_0_5`, must(autocorrelation(x, acf.length - 1)), close);
      comparison.compare(`/${name}/pacf_1_5`, must(partialAutocorrelation(x, pacf.length)), close);
    }
  });
});
