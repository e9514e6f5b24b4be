import { describe, it } from 'vitest';
import { kpssTest, phillipsPerronTest } from '../../src/quant/index.ts';
import { Comparison, type Json, load, series } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('kpss_pp');

describe.skipIf(fixture === null)('KPSS and Phillips-Perron, as tseries', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('kpss_pp', fixture);

  const compare = (at: string, test: { statistic: number; pValue: number; lags: number }) => {
    comparison.compare(`${at}/stat`, test.statistic, { abs: tolerance.stat_abs });
    comparison.compare(`${at}/p`, test.pValue, { abs: tolerance.p_abs });
    comparison.compare(`${at}/lag`, test.lags);
  };

  it('agrees on KPSS about a level and a trend', () => {
    for (const key of Object.keys(expected.kpss)) {
      const space = key.lastIndexOf(' ');
      const hypothesis = key.slice(space + 1) === 'Trend' ? 'trend' : 'level';
      const x = series(input.series[key.slice(0, space)]);
      compare(`/kpss/${key}`, must(kpssTest(x, { null: hypothesis })));
    }
  });

  it('agrees on the t ratio of Phillips and Perron', () => {
    for (const name of Object.keys(expected.pp_Z_t_alpha as Json)) {
      compare(`/pp_Z_t_alpha/${name}`, must(phillipsPerronTest(series(input.series[name]))));
    }
  });
});
