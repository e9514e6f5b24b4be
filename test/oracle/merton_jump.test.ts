import { describe, expect, it } from 'vitest';
import { mertonOption, simulate } from '../../src/quant/index.ts';
import { Comparison, type Json, load } from './fixture.ts';
import { discountedPayoff } from './payoff.ts';

const fixture = load('merton_jump');

describe.skipIf(fixture === null)('Merton options against the reference', () => {
  if (fixture === null) return;
  const comparison = new Comparison('merton_jump', fixture);
  const { input, tolerance } = fixture;
  const option = (c: Json) => ({
    kind: c.type,
    spot: c.S,
    strike: c.K,
    rate: c.r,
    dividendYield: c.q,
    volatility: c.vol,
    years: c.days / 365,
  });
  const jumps = (c: Json) => ({ intensity: c.lam, mean: c.muJ, deviation: c.sigJ });

  it('by the Poisson series', () => {
    input.cases.forEach((c: Json, i: number) => {
      const price = mertonOption(option(c), jumps(c));
      if (!price.ok) throw new Error(price.error.detail);
      comparison.compare(`/${i}/price`, price.value, tolerance);
      comparison.compare(`/${i}/series_100_terms`, price.value, { abs: 1e-9 });
    });
  });

  it('by simulation within four standard errors', () => {
    input.cases.forEach((c: Json, i: number) => {
      const { kind, spot, strike, rate, dividendYield, volatility, years } = option(c);
      const run = simulate(
        { kind: 'merton', spot, drift: rate - dividendYield, volatility, jumps: jumps(c) },
        { paths: 65_536, steps: 5, years, seed: 1000 + i },
      );
      if (!run.ok) throw new Error(run.error.detail);
      const { mean, standardError } = discountedPayoff(
        run.value.terminal,
        kind,
        strike,
        rate * years,
      );
      const want = fixture.expected[i].price;
      expect(Math.abs(mean - want), `case ${i}: ${mean} for ${want}`).toBeLessThan(
        4 * standardError,
      );
    });
  });
});
