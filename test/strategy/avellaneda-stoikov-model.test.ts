import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRng } from '../../src/core/index.ts';
import {
  avellanedaStoikovQuotes,
  optimalSpread,
  reservationPrice,
  spreadConstant,
} from '../../src/strategy/index.ts';

const ORACLE = new URL('../../../shared/oracle/avellaneda_stoikov.json', import.meta.url);
const present = existsSync(ORACLE);

interface Simulated {
  readonly profit: number;
  readonly std_profit: number;
  readonly std_q: number;
}

interface Oracle {
  readonly input: {
    readonly s: number;
    readonly T: number;
    readonly sigma: number;
    readonly dt: number;
    readonly k: number;
    readonly A: number;
  };
  readonly expected: {
    readonly quotes: readonly {
      readonly q: number;
      readonly t: number;
      readonly gamma: number;
      readonly reservation: number;
      readonly spread: number;
      readonly bid: number;
      readonly ask: number;
    }[];
    readonly monte_carlo_20000: Readonly<Record<string, Simulated>>;
  };
  readonly tolerance: {
    readonly quotes_abs: number;
    readonly mc_profit_abs: number;
    readonly mc_std_profit_rel: number;
    readonly mc_std_q_rel: number;
  };
}

const oracle = present ? (JSON.parse(readFileSync(ORACLE, 'utf8')) as Oracle) : null;

const deviation = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / values.length);
};

/** Simulates the market of the paper: ± sigma sqrt(dt) moves, fills with A exp(-k delta) dt. */
function simulate(
  { input }: Oracle,
  gamma: number,
  quotesInventory: boolean,
  paths: number,
): Simulated {
  const { s, T, sigma, dt, k, A } = input;
  const rng = seededRng(17);
  const steps = Math.round(T / dt);
  const profits: number[] = [];
  const inventories: number[] = [];
  for (let path = 0; path < paths; path += 1) {
    let [mid, cash, inventory] = [s, 0, 0];
    for (let step = 0; step < steps; step += 1) {
      const { bid, ask } = avellanedaStoikovQuotes({
        mid,
        inventory: quotesInventory ? inventory : 0,
        gamma,
        sigma,
        timeLeft: T - step * dt,
        kappa: k,
      });
      if (rng.uniform() < A * Math.exp(-k * (mid - bid)) * dt) {
        inventory += 1;
        cash -= bid;
      }
      if (rng.uniform() < A * Math.exp(-k * (ask - mid)) * dt) {
        inventory -= 1;
        cash += ask;
      }
      mid += (rng.uniform() < 0.5 ? -1 : 1) * sigma * Math.sqrt(dt);
    }
    profits.push(cash + inventory * mid);
    inventories.push(inventory);
  }
  return {
    profit: profits.reduce((sum, value) => sum + value, 0) / paths,
    std_profit: deviation(profits),
    std_q: deviation(inventories),
  };
}

describe('the model of Avellaneda and Stoikov', () => {
  const input = { mid: 100, inventory: 0, gamma: 0.1, sigma: 2, timeLeft: 1, kappa: 1.5 };

  it('quotes symmetrically around the mid without inventory', () => {
    const { bid, ask, reservation, spread } = avellanedaStoikovQuotes(input);
    expect(reservation).toBe(100);
    expect(ask - 100).toBeCloseTo(100 - bid, 12);
    expect(ask - bid).toBeCloseTo(spread, 12);
  });

  it('moves the reservation price against the inventory, more with time and volatility', () => {
    expect(reservationPrice({ ...input, inventory: 3 })).toBeLessThan(100);
    expect(reservationPrice({ ...input, inventory: -3 })).toBeGreaterThan(100);
    const shift = (terms: object) => 100 - reservationPrice({ ...input, inventory: 1, ...terms });
    expect(shift({ sigma: 4 })).toBeCloseTo(4 * shift({}), 12);
    expect(shift({ timeLeft: 0.5 })).toBeCloseTo(shift({}) / 2, 12);
  });

  it('keeps only the constant part of the spread at the end of the time', () => {
    expect(optimalSpread({ ...input, timeLeft: 0 })).toBe(spreadConstant(0.1, 1.5));
  });

  it('tends to a spread of 2 / kappa when risk does not matter', () => {
    expect(spreadConstant(1e-9, 1.5)).toBeCloseTo(2 / 1.5, 6);
  });
});

describe.skipIf(!present)('against the reference (skipped where ../shared is absent)', () => {
  it('the quotes agree to 1e-10', () => {
    const { input, expected, tolerance } = oracle!;
    expect(expected.quotes.length).toBeGreaterThan(20);
    for (const { q, t, gamma, ...quotes } of expected.quotes) {
      const found = avellanedaStoikovQuotes({
        mid: input.s,
        inventory: q,
        gamma,
        sigma: input.sigma,
        timeLeft: input.T - t,
        kappa: input.k,
      });
      for (const name of ['reservation', 'spread', 'bid', 'ask'] as const) {
        expect(Math.abs(found[name] - quotes[name]), `${name} at q=${q} t=${t}`).toBeLessThan(
          tolerance.quotes_abs,
        );
      }
    }
  });

  it.each([
    [0.1, 'inventory'],
    [0.1, 'symmetric'],
    [0.01, 'inventory'],
    [0.5, 'inventory'],
    [0.5, 'symmetric'],
  ] as const)('the simulated profit and inventory agree for gamma %d, %s', (gamma, kind) => {
    const { expected, tolerance } = oracle!;
    const reference = expected.monte_carlo_20000[`gamma=${gamma} ${kind} time_varying`]!;
    const found = simulate(oracle!, gamma, kind === 'inventory', 4_000);
    expect(Math.abs(found.profit - reference.profit)).toBeLessThan(tolerance.mc_profit_abs);
    expect(Math.abs(found.std_profit / reference.std_profit - 1)).toBeLessThan(
      tolerance.mc_std_profit_rel,
    );
    expect(Math.abs(found.std_q / reference.std_q - 1)).toBeLessThan(tolerance.mc_std_q_rel);
  });

  it('inventory control narrows the profit at a small cost', () => {
    const controlled = simulate(oracle!, 0.1, true, 2_000);
    const blind = simulate(oracle!, 0.1, false, 2_000);
    expect(controlled.std_profit).toBeLessThan(0.6 * blind.std_profit);
    expect(controlled.profit).toBeGreaterThan(0.9 * blind.profit);
  });
});
