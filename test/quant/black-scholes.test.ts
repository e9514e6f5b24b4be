import { describe, expect, it } from 'vitest';
import {
  americanOption,
  black76,
  blackScholes,
  type Greeks,
  hestonOption,
  mertonOption,
  type SpotOption,
} from '../../src/quant/index.ts';
import { value } from './results.ts';

const options: SpotOption[] = (['call', 'put'] as const).flatMap((kind) =>
  [70, 100, 135].map((strike) => ({
    kind,
    spot: 100,
    strike,
    rate: 0.04,
    dividendYield: 0.015,
    volatility: 0.45,
    years: 0.7,
  })),
);

/** Central difference of fourth order. */
function slope(f: (x: number) => number, x: number, h: number): number {
  return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
}

/** Each Greek as the derivative of another quantity by one input. */
const derivatives: [keyof Greeks, keyof Greeks, keyof SpotOption, number][] = [
  ['delta', 'price', 'spot', 1],
  ['vega', 'price', 'volatility', 1],
  ['theta', 'price', 'years', -1],
  ['rho', 'price', 'rate', 1],
  ['epsilon', 'price', 'dividendYield', 1],
  ['dualDelta', 'price', 'strike', 1],
  ['gamma', 'delta', 'spot', 1],
  ['vanna', 'delta', 'volatility', 1],
  ['charm', 'delta', 'years', -1],
  ['vomma', 'vega', 'volatility', 1],
  ['veta', 'vega', 'years', -1],
  ['dualGamma', 'dualDelta', 'strike', 1],
  ['speed', 'gamma', 'spot', 1],
  ['zomma', 'gamma', 'volatility', 1],
  ['color', 'gamma', 'years', -1],
  ['ultima', 'vomma', 'volatility', 1],
];

describe('Black-Scholes', () => {
  it.each(derivatives)('%s is the derivative of %s by %s', (greek, of, by, sign) => {
    for (const option of options) {
      const x = option[by] as number;
      const h = 1e-3 * Math.max(x, 0.01);
      const f = (moved: number) => value(blackScholes({ ...option, [by]: moved }))[of];
      const want = sign * slope(f, x, h);
      const got = value(blackScholes(option))[greek];
      expect(Math.abs(got - want)).toBeLessThan(1e-6 * Math.abs(want) + 1e-9);
    }
  });

  it('keeps put-call parity, and lambda is the elasticity', () => {
    for (const option of options) {
      const call = value(blackScholes({ ...option, kind: 'call' }));
      const put = value(blackScholes({ ...option, kind: 'put' }));
      const forward = 100 * Math.exp(-0.015 * 0.7) - option.strike * Math.exp(-0.04 * 0.7);
      expect(call.price - put.price).toBeCloseTo(forward, 11);
      expect(call.lambda).toBeCloseTo((call.delta * 100) / call.price, 12);
    }
  });

  it('of Black has a forward in place of the spot', () => {
    for (const { kind, strike } of options) {
      const on = { kind, strike, rate: 0.04, volatility: 0.45, years: 0.7 };
      const spot = value(blackScholes({ ...on, spot: 100, dividendYield: 0.015 }));
      const forward = value(black76({ ...on, forward: 100 * Math.exp(0.025 * 0.7) }));
      expect(forward.price).toBeCloseTo(spot.price, 11);
      expect(forward.delta * Math.exp(0.025 * 0.7)).toBeCloseTo(spot.delta, 12);
    }
  });

  it('names the number that is not as it must be', () => {
    const option = options[0]!;
    const refusals: [Partial<SpotOption>, string][] = [
      [{ spot: -1 }, 'spot is -1; it must be above 0'],
      [{ strike: Number.NaN }, 'strike is NaN; it must be above 0'],
      [{ volatility: 0 }, 'volatility is 0; it must be above 0'],
      [{ years: Number.POSITIVE_INFINITY }, 'years is Infinity; it must be above 0'],
      [{ rate: Number.NaN }, 'rate is NaN; it must be finite'],
    ];
    for (const [change, detail] of refusals) {
      expect(blackScholes({ ...option, ...change })).toEqual({
        ok: false,
        error: { code: 'bad-input', detail },
      });
    }
  });

  it('stays finite where prices vanish or the strike is far away', () => {
    for (const strike of [1e-6, 1e6]) {
      for (const kind of ['call', 'put'] as const) {
        const greeks = value(blackScholes({ ...options[0]!, kind, strike, years: 1e-4 }));
        for (const number of Object.values(greeks)) expect(Number.isFinite(number)).toBe(true);
      }
    }
  });
});

describe('American options', () => {
  it('are worth at least the European ones and the payoff, and calls without yield no more', () => {
    for (const option of options) {
      const european = value(blackScholes(option)).price;
      const american = value(americanOption(option, { steps: 400 }));
      const sign = option.kind === 'call' ? 1 : -1;
      expect(american).toBeGreaterThan(european - 0.02);
      expect(american).toBeGreaterThanOrEqual(sign * (100 - option.strike));
    }
    const call = { ...options[1]!, dividendYield: 0 };
    const tree = value(americanOption(call, { steps: 2000 }));
    expect(Math.abs(tree - value(blackScholes(call)).price)).toBeLessThan(0.01);
  });

  it('refuse steps that are too long for the drift', () => {
    const option = { ...options[0]!, rate: 5, volatility: 0.05 };
    expect(americanOption(option, { steps: 1 }).ok).toBe(false);
    expect(americanOption(options[0]!, { steps: 0 }).ok).toBe(false);
  });
});

describe('Options beyond Black-Scholes', () => {
  const variance = {
    initial: 0.09,
    reversion: 1.5,
    longRun: 0.12,
    volatility: 0.6,
    correlation: -0.4,
  };

  it('have the Black-Scholes price without jumps and without volatility of variance', () => {
    for (const option of options) {
      const plain = value(blackScholes(option)).price;
      const none = { intensity: 0, mean: -0.1, deviation: 0.2 };
      expect(value(mertonOption(option, none))).toBeCloseTo(plain, 12);
      const still = {
        initial: 0.2025,
        reversion: 1,
        longRun: 0.2025,
        volatility: 1e-4,
        correlation: 0,
      };
      expect(value(hestonOption({ ...option, variance: still }))).toBeCloseTo(plain, 6);
    }
  });

  it('of Bates become those of Merton when the variance stands still', () => {
    const jumps = { intensity: 1.2, mean: -0.1, deviation: 0.15 };
    const still = {
      initial: 0.2025,
      reversion: 1,
      longRun: 0.2025,
      volatility: 1e-4,
      correlation: 0,
    };
    for (const option of options) {
      const want = value(mertonOption(option, jumps));
      expect(value(hestonOption({ ...option, variance: still, jumps }))).toBeCloseTo(want, 6);
    }
  });

  it('of Heston keep parity from a day to thirty years and from deep in to far out', () => {
    for (const years of [1 / 365, 0.1, 1, 30]) {
      for (const strike of [40, 100, 250]) {
        const on = { spot: 100, strike, rate: 0.03, dividendYield: 0.01, years, variance };
        const call = value(hestonOption({ ...on, kind: 'call' }));
        const put = value(hestonOption({ ...on, kind: 'put' }));
        const forward = 100 * Math.exp(-0.01 * years) - strike * Math.exp(-0.03 * years);
        expect(call - put).toBeCloseTo(forward, 8);
        expect(call).toBeGreaterThanOrEqual(Math.max(0, forward) - 1e-9);
      }
    }
  });

  it('name a correlation of 1, a variance below 0 and jumps of negative frequency', () => {
    const on = { ...options[0]!, variance };
    const refused = [
      hestonOption({ ...on, variance: { ...variance, correlation: 1 } }),
      hestonOption({ ...on, variance: { ...variance, initial: -1 } }),
      hestonOption({ ...on, jumps: { intensity: -1, mean: 0, deviation: 0.1 } }),
      mertonOption(options[0]!, { intensity: 1, mean: 0, deviation: Number.NaN }),
    ];
    expect(refused.map((r) => (r.ok ? '' : r.error.detail))).toEqual([
      'correlation is 1; it must be inside (-1, 1)',
      'initial variance is -1; it must be at least 0',
      'intensity is -1; it must be at least 0',
      'jump deviation is NaN; it must be at least 0',
    ]);
  });
});
