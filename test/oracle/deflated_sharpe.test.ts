import { describe, it } from 'vitest';
import {
  deflatedSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeSample,
} from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('deflated_sharpe');

describe.skipIf(fixture === null)('Sharpe ratios under selection and skewness', () => {
  if (fixture === null) return;
  const { input, tolerance } = fixture;
  const comparison = new Comparison('deflated_sharpe', fixture);
  const near = { abs: tolerance.abs };

  it('agrees on the cases of Bailey and Lopez de Prado', () => {
    for (const [index, given] of [...input.cases].entries()) {
      const sample = {
        sharpe: given.SR_ann / Math.sqrt(given.periods),
        skewness: given.skew,
        kurtosis: given.kurt,
        observations: given.T,
      };
      const deflated = must(deflatedSharpe(sample, given.N, given.V_ann / given.periods));
      const at = `/cases/${index}`;
      // What the case repeats of its input.
      for (const name of ['SR_ann', 'periods', 'T', 'skew', 'kurt', 'N', 'V_ann']) {
        comparison.compare(`${at}/${name}`, given[name], near);
      }
      comparison.compare(`${at}/SR`, sample.sharpe, near);
      comparison.compare(`${at}/SR0`, deflated.expectedMaximum, near);
      comparison.compare(`${at}/DSR`, deflated.probability, near);
      comparison.compare(`${at}/PSR_vs_0`, must(probabilisticSharpe(sample)), near);
      comparison.compare(`${at}/minTRL_95_vs_0`, must(minimumTrackRecord(sample)), near);
    }
  });

  it('agrees on returns, as PerformanceAnalytics with kurtosis', () => {
    const sample = must(sharpeSample(series(input.returns)));
    const probability = must(probabilisticSharpe(sample, input.refSR));
    const at = '/PerformanceAnalytics';
    comparison.compare(`${at}/psr`, probability, near);
    comparison.compare(`${at}/mtr`, must(minimumTrackRecord(sample, input.refSR)), near);
    comparison.compare(`${at}/sr`, sample.sharpe, near);
    comparison.compare(`${at}/skew`, sample.skewness, near);
    comparison.compare(`${at}/kurt`, sample.kurtosis, near);
    comparison.compare('/psr_same_formula_here', probability, near);
  });
});
