import { describe, expect, it } from 'vitest';
import { hestonOption, simulate } from '../../src/quant/index.ts';
import { Comparison, type Json, load } from './fixture.ts';
import { discountedPayoff } from './payoff.ts';

const fixture = load('heston_bates');

describe.skipIf(fixture === null)('Heston and Bates options against the reference', () => {
  if (fixture === null) return;
  const comparison = new Comparison('heston_bates', fixture);
  const { input, expected, tolerance } = fixture;
  const option = (c: Json) => ({
    kind: c.type,
    spot: c.S,
    strike: c.K,
    rate: c.r,
    dividendYield: c.q,
    years: c.days / 365,
    variance: {
      initial: c.v0,
      reversion: c.kappa,
      longRun: c.theta,
      volatility: c.sigma,
      correlation: c.rho,
    },
    ...(c.kind === 'bates' ? { jumps: { intensity: c.lam, mean: c.muJ, deviation: c.sigJ } } : {}),
  });
  const sections = [
    { name: 'heston', tolerance: { abs: tolerance.semi_analytic_abs } },
    { name: 'bates', tolerance: { abs: tolerance.bates_abs } },
  ];

  it('by the characteristic function', () => {
    for (const section of sections) {
      input[section.name].forEach((c: Json, i: number) => {
        const price = hestonOption(option(c));
        if (!price.ok) throw new Error(price.error.detail);
        comparison.compare(`/${section.name}/${i}/price`, price.value, section.tolerance);
      });
    }
  });

  it('by simulation within four standard errors and half a percent of discretisation', () => {
    for (const { name } of sections) {
      input[name].forEach((c: Json, i: number) => {
        const { kind, spot, strike, rate, dividendYield, years, variance, jumps } = option(c);
        const drift = rate - dividendYield;
        const model =
          jumps === undefined
            ? ({ kind: 'heston', spot, drift, variance } as const)
            : ({ kind: 'bates', spot, drift, variance, jumps } as const);
        const steps = Math.max(16, Math.ceil(years * 32));
        const run = simulate(model, { paths: 16_384, steps, years, seed: 2000 + i });
        if (!run.ok) throw new Error(run.error.detail);
        const got = discountedPayoff(run.value.terminal, kind, strike, rate * years);
        const want = expected[name][i].price;
        // A payoff that no path meets has no standard error: its size is below a path's share.
        const room = 4 * got.standardError + 0.005 * want + spot / 16_384 / 4;
        expect(Math.abs(got.mean - want), `${name} ${i}: ${got.mean} for ${want}`).toBeLessThan(
          room,
        );
      });
    }
  });
});
