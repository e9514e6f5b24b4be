import { describe, it } from 'vitest';
import { drawdowns, performance, relativePerformance, returnTails } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('performance_metrics');

describe.skipIf(fixture === null)('performance measures, as PerformanceAnalytics', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('performance_metrics', fixture);
  const near = { abs: tolerance.abs };
  const returns = series(input.returns);
  const benchmark = series(input.benchmark);
  const periodsPerYear = input.scale;
  const compare = (path: string, actual: unknown) => comparison.compare(path, actual, near);

  it('agrees on returns, ratios and moments', () => {
    const excess = must(performance(returns, { periodsPerYear, riskFree: input.Rf_monthly }));
    compare('/cum_return', excess.cumulativeReturn);
    compare('/ann_return_geo', excess.annualReturn);
    compare('/ann_sd', excess.annualDeviation);
    compare('/sharpe_monthly', excess.sharpe);
    compare('/sharpe_annual', excess.sharpeAnnual);
    compare('/sortino_MAR0', excess.sortino);
    const demanding = must(performance(returns, { periodsPerYear, minimumAcceptable: 0.001 }));
    compare('/sortino_MAR001', demanding.sortino);
    compare('/downside_dev', excess.downsideDeviation);
    compare('/calmar', excess.calmar);
    compare('/skew_moment', excess.skewness);
    compare('/kurt_excess', excess.excessKurtosis);
    compare('/omega0', excess.omega);
    compare('/gain_loss', excess.gainLoss);
  });

  it('agrees on drawdowns', () => {
    const falls = must(drawdowns(returns, 'performance-analytics'));
    compare('/drawdowns', falls.series);
    compare('/maxDD', falls.maximum);
    compare('/avgDD', falls.average);
    compare('/ulcer', falls.ulcer);
    compare('/pain', falls.pain);
  });

  // Alpha and Treynor of the file are without a risk-free return.
  it('agrees on measures against the benchmark', () => {
    const relative = must(relativePerformance(returns, benchmark, { periodsPerYear }));
    compare('/information_ratio', relative.informationRatio);
    compare('/tracking_error', relative.trackingError);
    compare('/beta', relative.beta);
    compare('/alpha', relative.alpha);
    compare('/treynor', relative.treynor);
  });

  it('agrees on the tails of returns', () => {
    const tails = must(returnTails(returns, 0.95));
    compare('/VaR_modified_95', tails.modified.valueAtRisk);
    compare('/ES_modified_95', tails.modified.expectedShortfall);
    const others = [
      ['hist', tails.historical],
      ['gauss', tails.gaussian],
    ] as const;
    for (const [name, tail] of others) {
      // A method passed by position falls to the package's default, which is `modified`.
      for (const [kind, value] of [
        ['VaR', tail.valueAtRisk],
        ['ES', tail.expectedShortfall],
      ] as const) {
        const path = `/${kind}_${name}_95`;
        if (expected[path.slice(1)] !== expected[`${kind}_modified_95`]) compare(path, value);
        else comparison.leaveOut(path, 'holds the modified estimate, not the one that it names');
      }
    }
  });
});
