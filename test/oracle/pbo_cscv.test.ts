import { describe, it } from 'vitest';
import { backtestOverfitting } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('pbo_cscv');

/** The package rounds its regression to five places. */
const ROUNDED = { abs: 5.1e-6 };

describe.skipIf(fixture === null)(
  'probability of backtest overfitting, as the R package pbo',
  () => {
    if (fixture === null) return;
    const { input, expected, tolerance } = fixture;
    const comparison = new Comparison('pbo_cscv', fixture);

    it('agrees on every split and their summary', () => {
      const rows = input.returns.length;
      const returns = {
        data: series(input.returns.flat()),
        rows,
        columns: input.returns[0].length,
      };
      const found = must(backtestOverfitting(returns, { blocks: input.S, convention: 'pbo' }));
      comparison.compare('/phi', found.probability, { abs: tolerance.phi_abs });
      comparison.compare('/lambda', found.logits, { abs: tolerance.lambda_abs });
      comparison.compare('/n', found.logits.length);
      // The file names the first coefficient of R's lm slope: it is the intercept.
      comparison.compare('/slope', found.intercept, ROUNDED);
      comparison.compare('/intercept', found.slope, ROUNDED);
      if (expected.p_loss !== null) comparison.compare('/p_loss', found.lossProbability, ROUNDED);
      comparison.leaveOut('/p_loss', 'not available from the package');
      comparison.leaveOut('/rn_pairs', 'not available from the package');
    });
  },
);
