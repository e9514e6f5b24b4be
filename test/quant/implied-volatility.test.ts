import { describe, expect, it } from 'vitest';
import { blackScholesPrice } from '../../src/quant/black-scholes.ts';
import {
  impliedOutcomes,
  impliedVolatilities,
  impliedVolatility,
  type PricedChain,
} from '../../src/quant/index.ts';

interface Case {
  readonly kind: 'call' | 'put';
  readonly strike: number;
  readonly years: number;
  readonly volatility: number;
  readonly price: number;
}

const cases: Case[] = [];
for (const strike of [1, 30, 50, 80, 90, 99, 99.999, 100, 100.1, 110, 150, 200, 500, 5000]) {
  for (const years of [1e-4, 1e-3, 0.01, 0.1, 0.5, 1, 5, 30]) {
    for (const volatility of [0.01, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3]) {
      for (const kind of ['call', 'put'] as const) {
        const option = { kind, spot: 100, strike, rate: 0, volatility, years };
        cases.push({ kind, strike, years, volatility, price: blackScholesPrice(option) });
      }
    }
  }
}

const chain = (list: readonly Case[]): PricedChain => {
  const column = (f: (c: Case) => number) => Float64Array.from(list, f);
  return {
    price: column((c) => c.price),
    forward: column(() => 100),
    strike: column((c) => c.strike),
    sign: column((c) => (c.kind === 'call' ? 1 : -1)),
    years: column((c) => c.years),
  };
};

const solve = (list: readonly Case[]) => {
  const found = impliedVolatilities(chain(list));
  if (!found.ok) throw new Error(found.error.detail);
  return found.value;
};

describe('Implied volatility', () => {
  it('comes back from prices out of the money, however small', () => {
    // The plain price of the test loses digits far out; near the largest price a volatility cannot be told; the price's own digits set the bound.
    const list = cases.filter(
      (c) =>
        (c.kind === 'call') === c.strike >= 100 &&
        c.price > 1e-290 &&
        c.price < 0.99 * Math.min(100, c.strike),
    );
    expect(list.length).toBeGreaterThan(300);
    const { volatility, outcome } = solve(list);
    list.forEach((c, i) => {
      expect(impliedOutcomes[outcome[i]!]).toBe('found');
      const off = Math.abs(volatility[i]! / c.volatility - 1);
      // At the money a price of 4e-5 is the difference of numbers near 1.
      const digits = 2e-15 / (c.volatility * Math.sqrt(c.years));
      expect(off, JSON.stringify(c)).toBeLessThan(Math.max(1e-11, digits));
    });
  });

  it('gives the price back wherever it finds one, and never fails to end', () => {
    const { volatility, outcome } = solve(cases);
    for (const [i, c] of cases.entries()) {
      expect(impliedOutcomes[outcome[i]!]).not.toBe('not-converged');
      if (outcome[i] !== 0) {
        expect(volatility[i]).toBe(0);
        continue;
      }
      const option = { kind: c.kind, spot: 100, strike: c.strike, rate: 0, years: c.years };
      const back = blackScholesPrice({ ...option, volatility: volatility[i]! });
      const off = Math.abs(back - c.price);
      expect(off, JSON.stringify(c)).toBeLessThan(1e-12 * (100 + c.strike));
    }
  });

  it('does not depend on the options beside it', () => {
    const list = cases.filter((_, i) => i % 7 === 0).slice(0, 120);
    const all = solve(list);
    for (const [from, to] of [
      [0, 1],
      [3, 20],
      [15, 32],
      [40, 120],
    ] as const) {
      const part = solve(list.slice(from, to));
      expect(part.volatility).toEqual(all.volatility.subarray(from, to));
      expect(part.outcome).toEqual(all.outcome.subarray(from, to));
    }
  });

  it('finds none where forward and strike have no quotient', () => {
    const far = { price: 1, forward: 1e300, strike: 1e-290, sign: -1, years: 1 };
    const found = impliedVolatilities({
      price: Float64Array.of(far.price, 12),
      forward: Float64Array.of(far.forward, 100),
      strike: Float64Array.of(far.strike, 100),
      sign: Float64Array.of(far.sign, 1),
      years: Float64Array.of(far.years, 1),
    });
    if (!found.ok) throw new Error(found.error.detail);
    expect(Array.from(found.value.outcome, (o) => impliedOutcomes[o])).toEqual([
      'not-converged',
      'found',
    ]);
    expect(found.value.volatility[1]).toBeCloseTo(0.3019, 3);
  });

  it('says why a price has none', () => {
    const at = { strike: 80, years: 1, volatility: 0 };
    const { outcome } = solve([
      { ...at, kind: 'call', price: 20 },
      { ...at, kind: 'call', price: 19 },
      { ...at, kind: 'call', price: 100 },
      { ...at, kind: 'put', price: 80 },
      { ...at, kind: 'put', price: 0 },
    ]);
    expect(Array.from(outcome, (o) => impliedOutcomes[o])).toEqual([
      'no-time-value',
      'below-intrinsic',
      'above-maximum',
      'above-maximum',
      'no-time-value',
    ]);
    const single = impliedVolatility(
      { kind: 'call', spot: 100, strike: 80, rate: 0, years: 1 },
      19,
    );
    expect(single).toEqual({
      ok: false,
      error: { code: 'bad-input', detail: 'price 19 has no implied volatility: below-intrinsic' },
    });
  });

  it('names the column and row that is not as it must be', () => {
    const good = chain(cases.slice(0, 3));
    const broken = (change: Partial<PricedChain>) => {
      const result = impliedVolatilities({ ...good, ...change });
      return result.ok ? '' : result.error.detail;
    };
    expect(broken({ price: Float64Array.of(1, -1, 1) })).toBe(
      'price[1] is -1; it must be at least 0',
    );
    expect(broken({ strike: Float64Array.of(1, 1, 0) })).toBe('strike[2] is 0; it must be above 0');
    expect(broken({ sign: Float64Array.of(1, 2, 1) })).toBe('sign[1] is 2; it must be 1 or -1');
    expect(broken({ years: Float64Array.of(Number.NaN, 1, 1) })).toBe(
      'years[0] is NaN; it must be above 0',
    );
    expect(broken({ forward: Float64Array.of(1) })).toBe('forward has 1 values, price has 3');
  });
});
