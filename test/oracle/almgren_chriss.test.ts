import { describe, it } from 'vitest';
import { almgrenChriss } from '../../src/execution/index.ts';
import { Comparison, load } from './fixture.ts';

const fixture = load('almgren_chriss');

describe.skipIf(fixture === null)('optimal execution against quadratic programming', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('almgren_chriss', fixture);

  it('has the speed, the trajectory, the expected cost and its variance', () => {
    for (const i of expected.keys()) {
      const result = almgrenChriss({
        quantity: input.X,
        horizon: input.T,
        periods: input.N,
        volatility: input.sigma,
        fixedCost: input.eps,
        permanentImpact: input.gamma,
        temporaryImpact: input.eta,
        riskAversion: input.lambdas[i],
      });
      const at = `/${i}`;
      comparison.compare(`${at}/lambda_`, input.lambdas[i]);
      const rel = { rel: tolerance.holdings_rel };
      comparison.compare(`${at}/kappa`, result.kappa, rel);
      comparison.compare(`${at}/half_life_T`, result.characteristicTime, rel);
      comparison.compare(`${at}/holdings`, [...result.holdings], rel);
      comparison.compare(`${at}/trades`, [...result.trades], rel);
      comparison.compare(`${at}/E_cost`, result.expectedCost, { rel: tolerance.E_rel });
      comparison.compare(`${at}/Var_cost`, result.variance, { rel: tolerance.Var_rel });
      const deviation = Math.sqrt(result.variance);
      comparison.compare(`${at}/sd_cost`, deviation, { rel: tolerance.Var_rel });
      const shares = [...result.trades].map((trade) => trade / input.X);
      comparison.compare(`${at}/quadprog_trade_fractions`, shares, rel);
    }
  });
});
