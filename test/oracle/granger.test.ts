import { describe, it } from 'vitest';
import { grangerTest } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('granger');

describe.skipIf(fixture === null)('Granger causality, as lmtest and statsmodels', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('granger', fixture);
  const [a, b] = [series(input.a), series(input.b)];

  it('agrees on F and its asymptotic forms in both directions', () => {
    for (const [i, { order, cause }] of expected.entries()) {
      const [from, to] = cause === input.a_name ? [a, b] : [b, a];
      const test = must(grangerTest(from, to, order));
      comparison.compare(`/${i}/order`, test.order);
      comparison.compare(`/${i}/cause`, cause);
      comparison.compare(`/${i}/F`, test.statistic, { rel: tolerance.F_rel });
      comparison.compare(`/${i}/p`, test.pValue, { abs: tolerance.p_abs });
      comparison.compare(`/${i}/df_num`, test.degreesOfFreedom[0]);
      comparison.compare(`/${i}/df_den`, test.degreesOfFreedom[1]);
      comparison.compare(`/${i}/ssr_chi2`, test.wald, { rel: tolerance.F_rel });
      comparison.compare(`/${i}/lrtest`, test.likelihoodRatio, { rel: tolerance.F_rel });
    }
  });
});
