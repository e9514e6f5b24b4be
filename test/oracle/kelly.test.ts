import { describe, it } from 'vitest';
import {
  kellyBinary,
  kellyContinuous,
  kellyEmpirical,
  kellyPortfolio,
} from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('kelly');

describe.skipIf(fixture === null)('Kelly stakes, as Thorp and scipy', () => {
  if (fixture === null) return;
  const { input, tolerance } = fixture;
  const comparison = new Comparison('kelly', fixture);
  const closed = { abs: tolerance.closed_abs };
  const searched = { abs: tolerance.empirical_f_abs };

  it('agrees on bets', () => {
    for (const [index, { p, b }] of [...input.binary_inputs].entries()) {
      const bet = must(kellyBinary(p, b));
      const at = `/binary/${index}`;
      comparison.compare(`${at}/p`, p, closed);
      comparison.compare(`${at}/b`, b, closed);
      comparison.compare(`${at}/f`, bet.full, closed);
      comparison.compare(`${at}/f_raw`, bet.edgeOverOdds, closed);
      comparison.compare(`${at}/g`, bet.growth, closed);
      comparison.compare(`${at}/numeric_max`, bet.full, searched);
    }
  });

  it('agrees on one asset in continuous time', () => {
    const { m, s, r } = input.continuous;
    const of = (share: number) => must(kellyContinuous(m, s, r, share));
    const values = {
      m,
      s,
      r,
      f_star: of(1).full,
      g_star: of(1).fullGrowth,
      sharpe: of(1).sharpe,
      half_kelly_g: of(0.5).growth,
      quarter_kelly_g: of(0.25).growth,
    };
    comparison.compare('/continuous', values, closed);
  });

  it('agrees on several assets', () => {
    const { cov, mu, r } = input.multi;
    const covariance = { data: series(cov.flat()), rows: cov.length, columns: cov.length };
    const stakes = must(kellyPortfolio(series(mu), covariance, r));
    comparison.compare('/multi_f', stakes.fractions, closed);
    comparison.compare('/multi_growth', stakes.growth, closed);
  });

  it('agrees on observed returns', () => {
    const stake = must(kellyEmpirical(series(input.empirical_returns)));
    comparison.compare('/empirical_f', stake.fraction, searched);
    comparison.compare('/empirical_g', stake.growth, { rel: 1e-6, abs: tolerance.closed_abs });
  });
});
