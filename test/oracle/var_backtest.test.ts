import { describe, it } from 'vitest';
import { varBacktest } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('var_backtest');

describe.skipIf(fixture === null)('backtests of value at risk, as rugarch', () => {
  if (fixture === null) return;
  const { input, tolerance } = fixture;
  const comparison = new Comparison('var_backtest', fixture);

  it('agrees on Kupiec and Christoffersen', () => {
    // The name of the series carries the level: var_5pct_signed.
    const name = Object.keys(input).find((key) => key.startsWith('var_')) ?? '';
    const test = must(varBacktest(series(input.returns), series(input[name]), input.alpha));
    const statistic = { abs: tolerance.stat_abs };
    const p = { abs: tolerance.p_abs };
    comparison.compare('/expected.exceed', test.expected);
    comparison.compare('/actual.exceed', test.actual);
    comparison.compare('/uc.LRstat', test.unconditional.statistic, statistic);
    comparison.compare('/uc.LRp', test.unconditional.pValue, p);
    comparison.compare('/cc.LRstat', test.conditional.statistic, statistic);
    comparison.compare('/cc.LRp', test.conditional.pValue, p);
  });
});
