import { describe, expect, it } from 'vitest';
import {
  kellyBinary,
  kellyContinuous,
  kellyEmpirical,
  kellyPortfolio,
} from '../../src/quant/index.ts';
import { must } from '../oracle/statistics-result.ts';

const refusal = (result: { readonly ok: boolean; readonly error?: { readonly detail: string } }) =>
  result.ok ? 'no refusal' : (result.error?.detail ?? '');

const matrix = (rows: readonly (readonly number[])[]) => ({
  data: Float64Array.from(rows.flat()),
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
});

describe('Kelly stake of a bet', () => {
  it('grows fastest at the full stake: any other grows less', () => {
    for (const [p, odds] of [
      [0.53, 1],
      [0.4, 2],
      [0.9, 0.5],
    ] as const) {
      const { full, fullGrowth } = must(kellyBinary(p, odds));
      for (const f of [full * 0.9, full * 1.1]) {
        const growth = p * Math.log(1 + odds * f) + (1 - p) * Math.log(1 - f);
        expect(growth).toBeLessThan(fullGrowth);
      }
    }
  });

  it('is 0 without an edge and everything on a sure win', () => {
    expect(must(kellyBinary(0.4, 1))).toMatchObject({ fraction: 0, growth: 0, full: 0 });
    expect(must(kellyBinary(0, 1))).toMatchObject({ fraction: 0, growth: 0, edgeOverOdds: -1 });
    expect(must(kellyBinary(1, 3))).toMatchObject({ fraction: 1, growth: Math.log(4) });
  });

  it('stakes the share that was asked for', () => {
    const quarter = must(kellyBinary(0.6, 1, 0.25));
    expect(quarter.fraction).toBeCloseTo(0.05, 14);
    expect(quarter.growth).toBeLessThan(quarter.fullGrowth);
    expect(quarter.growth).toBeGreaterThan(0);
  });

  it.each([
    [kellyBinary(1.1, 1), 'probability is 1.1; it must lie in [0, 1]'],
    [kellyBinary(Number.NaN, 1), 'probability is NaN'],
    [kellyBinary(0.5, 0), 'odds are 0'],
    [kellyBinary(0.5, 1, 0), 'share is 0; it must be above 0 and at most 1'],
    [kellyBinary(0.5, 1, 1.5), 'share is 1.5'],
  ])('is refused for what no bet has (%#)', (result, message) => {
    expect(refusal(result)).toContain(message);
  });
});

describe('Kelly leverage in continuous time', () => {
  it('gives up a quarter of the excess growth at half the leverage', () => {
    const half = must(kellyContinuous(0.11, 0.15, 0.06, 0.5));
    expect(half.fraction).toBeCloseTo(half.full / 2, 14);
    expect(half.growth - 0.06).toBeCloseTo(0.75 * (half.fullGrowth - 0.06), 14);
  });

  it('is short where the mean is below the rate', () => {
    expect(must(kellyContinuous(0.01, 0.2, 0.05)).full).toBeLessThan(0);
  });

  it('of several independent assets is that of each alone', () => {
    const mean = Float64Array.of(0.1, 0.2);
    const together = must(
      kellyPortfolio(
        mean,
        matrix([
          [0.04, 0],
          [0, 0.09],
        ]),
        0.02,
      ),
    );
    expect(together.full[0]).toBeCloseTo(must(kellyContinuous(0.1, 0.2, 0.02)).full, 12);
    expect(together.full[1]).toBeCloseTo(must(kellyContinuous(0.2, 0.3, 0.02)).full, 12);
  });

  it.each([
    [kellyContinuous(0.1, 0), 'deviation is 0'],
    [kellyContinuous(Number.POSITIVE_INFINITY, 1), 'mean is Infinity'],
    [kellyPortfolio(Float64Array.of(1, 2), matrix([[1]])), '2 means need 2 x 2'],
    [
      kellyPortfolio(
        Float64Array.of(1, 2),
        matrix([
          [1, 0.5],
          [0.4, 1],
        ]),
      ),
      'they must be equal',
    ],
    [
      kellyPortfolio(
        Float64Array.of(1, 2),
        matrix([
          [1, 1],
          [1, 1],
        ]),
      ),
      'not positive definite',
    ],
    [
      kellyPortfolio(
        Float64Array.of(1, Number.NaN),
        matrix([
          [1, 0],
          [0, 1],
        ]),
      ),
      'mean[1] is NaN',
    ],
    [kellyPortfolio(new Float64Array(0), matrix([])), 'covariance'],
  ])('is refused for what has no solution (%#)', (result, message) => {
    expect(refusal(result)).toContain(message);
  });
});

describe('Kelly leverage over observed returns', () => {
  it('equals the stake of the bet that the returns are', () => {
    const bets = Float64Array.from({ length: 100 }, (_, i) => (i < 60 ? 1 : -1));
    const { fraction, growth } = must(kellyEmpirical(bets));
    const bet = must(kellyBinary(0.6, 1));
    expect(fraction).toBeCloseTo(bet.full, 12);
    expect(growth).toBeCloseTo(bet.growth, 12);
  });

  it('is 0 without an edge, and stops at the maximum', () => {
    expect(must(kellyEmpirical(Float64Array.of(0.1, -0.2)))).toMatchObject({
      fraction: 0,
      growth: 0,
    });
    const good = Float64Array.of(0.1, 0.2, -0.01);
    expect(must(kellyEmpirical(good, { maximum: 2 })).fraction).toBe(2);
    expect(must(kellyEmpirical(Float64Array.of(0.1, 0.2), { maximum: 3 })).fraction).toBe(3);
  });

  it('stays below the leverage at which the worst loss ruins', () => {
    const { full, fullGrowth } = must(kellyEmpirical(Float64Array.of(5, 5, 5, 5, -0.5)));
    expect(full).toBeLessThan(2);
    expect(Number.isFinite(fullGrowth)).toBe(true);
  });

  it.each([
    [kellyEmpirical(Float64Array.of(0.1, 0.2)), 'returns hold no loss'],
    [
      kellyEmpirical(Float64Array.of(0.1, -1.5)),
      'returns[1] is -1.5; a simple return is at least -1',
    ],
    [kellyEmpirical(Float64Array.of(0.1)), 'returns has 1 values; at least 2 are needed'],
    [kellyEmpirical(Float64Array.of(0.1, -0.1), { maximum: 0 }), 'maximum is 0'],
  ])('is refused for what has no maximum (%#)', (result, message) => {
    expect(refusal(result)).toContain(message);
  });
});
