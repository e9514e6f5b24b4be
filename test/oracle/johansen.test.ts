import { describe, it } from 'vitest';
import { type JohansenTest, johansenTest } from '../../src/quant/index.ts';
import { Comparison, type Json, load } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('johansen');

const rowsOf = (m: Float64Array, width: number): number[][] =>
  Array.from({ length: m.length / width }, (_, i) => [...m.subarray(i * width, (i + 1) * width)]);

/** Sample names: trace_const_K2_season4. */
const NAME = /^(trace|eigen)_(const|none|trend)_K(\d+)(?:_season(\d+))?$/;

/** Of statsmodels: det_order -1 or 0, and k_ar_diff. */
const STATSMODELS = /^statsmodels_det(-1|0)_kdiff(\d+)$/;

describe.skipIf(fixture === null)('Johansen cointegration, as urca and statsmodels', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('johansen', fixture);
  const columns = input.columns.length;
  const x = Float64Array.from((input.X as number[][]).flat());
  const statistic = { rel: tolerance.stat_rel };
  const lambda = { abs: tolerance.lambda_abs };

  const tested = (test: JohansenTest, kind: string) =>
    kind === 'trace' ? test.trace : test.maximumEigenvalue;

  it('agrees with urca, from the last rank to the first', () => {
    for (const [name, row] of Object.entries<Json>(expected.urca)) {
      const [, kind, deterministic, lags, season] = NAME.exec(name) ?? [];
      const test = must(
        johansenTest(x, columns, {
          deterministic: deterministic as 'const' | 'none' | 'trend',
          lags: Number(lags),
          season: season === undefined ? null : Number(season),
        }),
      );
      const at = `/urca/${name}`;
      const ranks = tested(test, kind ?? '').toReversed();
      const width = test.eigenvalues.length;
      comparison.compare(
        `${at}/teststat`,
        ranks.map((r) => r.statistic),
        statistic,
      );
      comparison.compare(
        `${at}/cval`,
        ranks.map((r) => r.osterwaldLenum),
      );
      comparison.compare(`${at}/lambda`, test.eigenvalues, lambda);
      // Vectors are scaled to 1 in the first row by both: what is left is rounding.
      const size = Math.max(...row.V.flat().map(Math.abs));
      comparison.compare(`${at}/V`, rowsOf(test.vectors, width), { abs: 1e-7 * size, rel: 1e-6 });
      comparison.compare(`${at}/W`, rowsOf(test.loadings, width), { abs: 1e-8, rel: 1e-6 });
      comparison.compare(`${at}/test`, row.test);
    }
  });

  it('agrees with statsmodels, from the first rank to the last', () => {
    for (const name of Object.keys(expected)) {
      const [, order, differences] = STATSMODELS.exec(name) ?? [];
      if (order === undefined) continue;
      const deterministic = order === '0' ? 'none' : 'zero';
      const test = must(johansenTest(x, columns, { deterministic, lags: Number(differences) + 1 }));
      const { trace, maximumEigenvalue: maximum } = test;
      const at = `/${name}`;
      comparison.compare(`${at}/eig`, test.eigenvalues, lambda);
      comparison.compare(
        `${at}/trace`,
        trace.map((r) => r.statistic),
        statistic,
      );
      comparison.compare(
        `${at}/max_eig`,
        maximum.map((r) => r.statistic),
        statistic,
      );
      comparison.compare(
        `${at}/cvt_90_95_99`,
        trace.map((r) => r.mackinnonHaugMichelis),
      );
      comparison.compare(
        `${at}/cvm_90_95_99`,
        maximum.map((r) => r.mackinnonHaugMichelis),
      );
    }
  });
});
