import { describe, expect, it } from 'vitest';
import {
  adfTest,
  autocorrelation,
  grangerTest,
  type JohansenDeterministic,
  jarqueBeraTest,
  johansenPValue,
  johansenTest,
  kpssTest,
  partialAutocorrelation,
  phillipsPerronTest,
  portmanteau,
  varianceRatioTest,
} from '../../src/quant/index.ts';
import { MACKINNON_HAUG_MICHELIS } from '../../src/quant/johansen-tables.ts';
import { must, normals, randomWalk, refusal } from './statistics-support.ts';

/** How often p falls under 5 % over many seeds. */
const rate = (runs: number, p: (seed: number) => number): number => {
  let hits = 0;
  for (let seed = 1; seed <= runs; seed += 1) if (p(seed) < 0.05) hits += 1;
  return hits / runs;
};

const constant = new Float64Array(60).fill(2);
const broken = normals(60, 1);
broken[5] = Number.NaN;

describe('unit-root and stationarity tests', () => {
  it('reject about as often as their level under their own null', () => {
    expect(rate(300, (s) => must(adfTest(randomWalk(200, s), { lags: 1 })).pValue)).toBeLessThan(
      0.1,
    );
    expect(rate(300, (s) => must(phillipsPerronTest(randomWalk(200, s))).pValue)).toBeLessThan(
      0.12,
    );
    expect(rate(300, (s) => must(kpssTest(normals(200, s))).pValue)).toBeLessThan(0.1);
    const walks = rate(300, (s) => must(varianceRatioTest(randomWalk(400, s), 4)).robustPValue);
    expect(walks).toBeLessThan(0.1);
    expect(walks).toBeGreaterThan(0.01);
  });

  it('tell a random walk from noise', () => {
    expect(must(adfTest(normals(300, 4), { lags: 2 })).pValue).toBeLessThan(1e-6);
    expect(must(phillipsPerronTest(normals(300, 4), { regression: 'c' })).pValue).toBeLessThan(
      1e-6,
    );
    expect(must(kpssTest(randomWalk(300, 4))).pValue).toBe(0.01);
    expect(must(varianceRatioTest(normals(300, 4), 2)).ratio).toBeLessThan(0.7);
  });

  it('do not depend on the unit of the series', () => {
    const x = randomWalk(150, 6);
    const scaled = x.map((v) => 1e6 * v + 3e6);
    for (const regression of ['c', 'ct', 'ctt'] as const) {
      const got = must(adfTest(scaled, { regression, lags: 2 })).statistic;
      expect(got).toBeCloseTo(must(adfTest(x, { regression, lags: 2 })).statistic, 6);
    }
    expect(must(kpssTest(scaled)).statistic).toBeCloseTo(must(kpssTest(x)).statistic, 8);
    const perron = must(phillipsPerronTest(scaled, { statistic: 'z-alpha' })).statistic;
    expect(perron).toBeCloseTo(must(phillipsPerronTest(x, { statistic: 'z-alpha' })).statistic, 6);
  });

  it('choose lags by a criterion that no other number of lags beats', () => {
    const x = randomWalk(200, 2);
    const chosen = must(adfTest(x, { lags: 6, autolag: 'aic' }));
    expect(chosen.lags).toBeLessThanOrEqual(6);
    expect(chosen.criterion).not.toBeNull();
    expect(must(adfTest(x, { lags: chosen.lags })).statistic).toBe(chosen.statistic);
  });

  it('refuse constant, short and broken series by name', () => {
    expect(refusal(adfTest(constant))).toMatch(/^singular: .*constant/);
    expect(refusal(kpssTest(constant))).toMatch(/^singular: x is exactly a level/);
    expect(refusal(phillipsPerronTest(constant))).toMatch(/^singular:/);
    expect(refusal(varianceRatioTest(constant, 2))).toContain('steps of x are all equal');
    const line = Float64Array.from({ length: 60 }, (_, t) => 0.5 * t + 1);
    expect(refusal(kpssTest(line, { null: 'trend' }))).toMatch(/^singular: x is exactly a line/);
    for (const test of [adfTest, kpssTest, phillipsPerronTest]) {
      expect(refusal(test(normals(4, 1)))).toContain('at least 8');
      expect(refusal(test(broken))).toContain('x[5] is NaN');
      expect(refusal(test(normals(20, 1), { lags: 400 }))).toContain('lags is 400');
    }
    expect(refusal(adfTest(normals(50, 1), { pValue: 'table' }))).toContain('the table is for ct');
    expect(refusal(varianceRatioTest(normals(50, 1), 1))).toContain('horizon is 1');
  });
});

describe('autocorrelations', () => {
  it('of an autoregression decay, and its partial ones stop at its order', () => {
    let level = 0;
    const x = normals(20_000, 3).map((e) => {
      level = 0.6 * level + e;
      return level;
    });
    const r = must(autocorrelation(x, 3));
    for (let k = 0; k <= 3; k += 1) expect(Math.abs(r[k]! - 0.6 ** k)).toBeLessThan(0.03);
    const phi = must(partialAutocorrelation(x, 3));
    expect(Math.abs(phi[0]! - 0.6)).toBeLessThan(0.03);
    expect(Math.abs(phi[1]!)).toBeLessThan(0.03);
    expect(must(portmanteau(x, { lag: 5 })).pValue).toBe(0);
  });

  it('of noise are rejected at the stated level', () => {
    const got = rate(400, (s) => must(portmanteau(normals(200, s), { lag: 5 })).pValue ?? 1);
    expect(got).toBeGreaterThan(0.02);
    expect(got).toBeLessThan(0.09);
  });

  it('leave no p-value where no degree of freedom is left, and refuse what has no variance', () => {
    expect(must(portmanteau(normals(50, 1), { lag: 2, fitted: 2 })).pValue).toBeNull();
    expect(refusal(portmanteau(constant, { lag: 2 }))).toContain('x is constant at 2');
    expect(refusal(autocorrelation(normals(10, 1), 10))).toContain('lag is 10');
    expect(refusal(jarqueBeraTest(constant))).toContain('at least 2 that differ');
  });
});

describe('Granger and Johansen', () => {
  it('see the direction in which one series leads the other', () => {
    const cause = normals(400, 5);
    const noise = normals(400, 6);
    const effect = cause.map((_, t) => (t > 0 ? 0.8 * cause[t - 1]! : 0) + noise[t]!);
    expect(must(grangerTest(cause, effect, 2)).pValue).toBeLessThan(1e-8);
    expect(must(grangerTest(effect, cause, 2)).pValue).toBeGreaterThan(0.01);
  });

  it('find one relation between two walks that share a trend, and its weights', () => {
    const trend = randomWalk(600, 7);
    const noise = normals(1200, 8);
    const x = new Float64Array(1200);
    trend.forEach((level, t) => {
      x[2 * t] = level + noise[2 * t]!;
      x[2 * t + 1] = 0.5 * level + noise[2 * t + 1]!;
    });
    const test = must(johansenTest(x, 2));
    expect(test.trace[0]!.pValue).toBeLessThan(1e-6);
    expect(test.trace[1]!.pValue).toBeGreaterThan(0.01);
    expect(Math.abs(test.vectors[2]! + 2)).toBeLessThan(0.1);
    const transitory = must(johansenTest(x, 2, { level: 'transitory' }));
    expect(transitory.trace[0]!.statistic).toBeCloseTo(test.trace[0]!.statistic, 6);
  });

  it('have p-values that meet the tabulated quantiles', () => {
    for (const [deterministic, tables] of Object.entries(MACKINNON_HAUG_MICHELIS)) {
      for (const kind of ['trace', 'eigen'] as const) {
        for (const [i, row] of tables[kind].entries()) {
          const p = row.map((value) =>
            johansenPValue(value, i + 1, deterministic as JohansenDeterministic, kind),
          );
          expect(Math.abs(p[0]! - 0.1), `${deterministic} ${kind} ${i + 1}`).toBeLessThan(0.003);
          expect(Math.abs(p[1]! - 0.05), `${deterministic} ${kind} ${i + 1}`).toBeLessThan(0.006);
          expect(Math.abs(p[2]! - 0.01), `${deterministic} ${kind} ${i + 1}`).toBeLessThan(0.004);
        }
      }
    }
    // 5 % values of the restricted cases, MacKinnon, Haug & Michelis (1999), table III.
    const restricted = {
      const: { trace: [9.1645, 20.2618, 35.1928], eigen: [9.1645, 15.8921, 22.2996] },
      trend: { trace: [12.518, 25.8721, 42.9153], eigen: [12.518, 19.387, 25.8232] },
    };
    for (const deterministic of ['const', 'trend'] as const) {
      for (const kind of ['trace', 'eigen'] as const) {
        for (const [i, value] of restricted[deterministic][kind].entries()) {
          const p = johansenPValue(value, i + 1, deterministic, kind);
          expect(Math.abs(p - 0.05)).toBeLessThan(0.004);
        }
      }
    }
  });

  it('refuse collinear and short input', () => {
    const a = normals(40, 1);
    expect(refusal(grangerTest(a, a, 1))).toMatch(/^singular:/);
    expect(refusal(grangerTest(a, normals(39, 1), 1))).toContain('cause has 40 values');
    expect(refusal(grangerTest(a, normals(40, 2), 13))).toContain('order is 13');
    const twice = Float64Array.from({ length: 80 }, (_, i) => randomWalk(40, 3)[i >> 1]!);
    expect(refusal(johansenTest(twice, 2))).toMatch(/^singular:/);
    expect(refusal(johansenTest(a, 3))).toContain('columns is 3 with 40 values');
    expect(refusal(johansenTest(normals(20, 1), 2))).toContain('rows; at least');
  });
});
