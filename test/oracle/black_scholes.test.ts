import { describe, expect, it } from 'vitest';
import {
  americanOption,
  black76,
  blackScholes,
  impliedVolatility,
  impliedVolatilityBlack76,
} from '../../src/quant/index.ts';
import { value } from '../quant/results.ts';
import { Comparison, type Json, load } from './fixture.ts';

const fixture = load('black_scholes');

describe.skipIf(fixture === null)('Black-Scholes against the reference', () => {
  if (fixture === null) return;
  const comparison = new Comparison('black_scholes', fixture);
  const { input, tolerance } = fixture;
  const price = { abs: tolerance.price_abs };
  const greek = { rel: tolerance.greeks_rel, abs: 1e-12 };
  const implied = { abs: tolerance.iv_abs };
  const option = (c: Json) => ({
    kind: c.type,
    spot: c.S,
    strike: c.K,
    rate: c.r,
    dividendYield: c.q,
    volatility: c.vol,
    years: c.T ?? c.days / 365,
  });

  it('prices and Greeks on a spot, and the volatility back from the price', () => {
    input.bs.forEach((c: Json, i: number) => {
      const got = value(blackScholes(option(c)));
      const at = `/bs/${i}`;
      comparison.compare(`${at}/price`, got.price, price);
      for (const name of ['delta', 'gamma', 'vega', 'rho'] as const) {
        comparison.compare(`${at}/${name}`, got[name], greek);
      }
      comparison.compare(`${at}/theta_per_year`, got.theta, greek);
      comparison.compare(`${at}/theta_per_day`, got.theta / 365, greek);
      const back = value(impliedVolatility(option(c), got.price));
      comparison.compare(`${at}/iv_roundtrip`, back, implied);
    });
  });

  it('prices and Greeks on a forward', () => {
    input.black76.forEach((c: Json, i: number) => {
      const on = { kind: c.type, forward: c.F, strike: c.K, rate: c.r, years: c.T };
      const got = value(black76({ ...on, volatility: c.vol }));
      comparison.compare(`/black76/${i}/price`, got.price, { ...price, rel: 1e-12 });
      comparison.compare(`/black76/${i}/delta_forward`, got.delta, greek);
      comparison.compare(`/black76/${i}/gamma_forward`, got.gamma, { ...greek, abs: 0 });
      comparison.compare(`/black76/${i}/vega`, got.vega, greek);
      const back = value(impliedVolatilityBlack76(on, got.price));
      expect(Math.abs(back - c.vol), `black76 ${i}: volatility back`).toBeLessThan(1e-6);
    });
  });

  it('American options on the binomial tree', () => {
    input.american_crr.forEach((c: Json, i: number) => {
      const tree = { steps: c.steps, probability: 'first-order' } as const;
      comparison.compare(`/american_crr/${i}/price`, value(americanOption(option(c), tree)), price);
    });
  });
});
