import { describe, expect, it } from 'vitest';
import {
  correlationBreakdown,
  forbesRigobon,
  type Matrix,
  shrinkCovariance,
  systemicRisk,
  testContagion,
} from '../../src/quant/index.ts';
import { shocks } from './garch-samples.ts';
import { refusal, value } from './results.ts';

/** Returns that load on one common factor by `load(t)`. */
function market(n: number, d: number, seed: number, load: (t: number) => number): Matrix {
  const next = shocks(seed);
  const data = new Float64Array(n * d);
  for (let t = 0; t < n; t += 1) {
    const common = next();
    const b = load(t);
    for (let i = 0; i < d; i += 1) data[t * d + i] = b * common + Math.sqrt(1 - b * b) * next();
  }
  return { data, rows: n, columns: d };
}

describe('covariance shrinkage', () => {
  it('leaves a weight between 0 and 1 and keeps the trace', () => {
    for (const method of ['ledoit-wolf', 'oas'] as const) {
      for (const [n, d] of [
        [5, 20],
        [50, 5],
        [2000, 3],
      ] as const) {
        const got = value(
          shrinkCovariance(
            market(n, d, n, () => 0.5),
            { method },
          ),
        );
        expect(got.shrinkage).toBeGreaterThanOrEqual(0);
        expect(got.shrinkage).toBeLessThanOrEqual(1);
        let trace = 0;
        for (let i = 0; i < d; i += 1) trace += got.covariance[i * d + i]!;
        expect(trace / d / got.meanVariance).toBeCloseTo(1, 12);
      }
    }
  });

  it('shrinks less the more observations there are', () => {
    const at = (n: number): number => value(shrinkCovariance(market(n, 6, 3, () => 0.6))).shrinkage;
    expect(at(30)).toBeGreaterThan(at(300));
    expect(at(300)).toBeGreaterThan(at(3000));
  });

  it('takes known means of 0 as told, and a single column whole', () => {
    const x = { data: Float64Array.of(1, 2, 3, 4), rows: 4, columns: 1 };
    expect(value(shrinkCovariance(x)).covariance[0]).toBeCloseTo(1.25, 12);
    expect(value(shrinkCovariance(x, { mean: 'zero' })).covariance[0]).toBeCloseTo(7.5, 12);
    expect(value(shrinkCovariance(x, { method: 'oas' })).covariance[0]).toBeCloseTo(1.25, 12);
  });

  it('names constant, short and broken input', () => {
    const flat = { data: new Float64Array(8).fill(3), rows: 4, columns: 2 };
    expect(refusal(shrinkCovariance(flat))).toContain('mean variance of 0');
    expect(refusal(shrinkCovariance({ ...flat, data: flat.data.slice(0, 2), rows: 1 }))).toContain(
      'x is 1 by 2',
    );
    const broken = { ...flat, data: flat.data.slice() };
    broken.data[3] = Number.NaN;
    expect(refusal(shrinkCovariance(broken))).toContain('x[1][1] is NaN');
  });
});

describe('the absorption ratio', () => {
  const options = { window: 60, shortMean: 10, longMean: 120 } as const;

  it('is the share of the leading eigenvalue of a window', () => {
    const x = market(60, 2, 5, () => 0.7);
    const { absorptionRatio, effectiveRank } = value(
      systemicRisk(x, { window: 60, matrix: 'correlation' }),
    );
    const { pairs } = value(
      correlationBreakdown(
        market(60, 2, 5, () => 0.7),
        { recent: 20 },
      ),
    );
    expect(pairs.length).toBe(1);
    let [sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0];
    for (let t = 0; t < 60; t += 1) {
      const [a, b] = [x.data[2 * t]!, x.data[2 * t + 1]!];
      [sx, sy, sxx, sxy, syy] = [sx + a, sy + b, sxx + a * a, sxy + a * b, syy + b * b];
    }
    const rho = (sxy - (sx * sy) / 60) / Math.sqrt((sxx - sx ** 2 / 60) * (syy - sy ** 2 / 60));
    expect(absorptionRatio).toHaveLength(1);
    expect(absorptionRatio[0]).toBeCloseTo((1 + rho) / 2, 12);
    expect(effectiveRank).toBeGreaterThan(1);
    expect(effectiveRank).toBeLessThan(2);
  });

  it('rises with the common factor and raises the alarm', () => {
    const calm = value(
      systemicRisk(
        market(400, 10, 6, () => 0.3),
        options,
      ),
    );
    expect(calm.level).toBe('calm');
    const crisis = value(
      systemicRisk(
        market(400, 10, 6, (t) => (t < 365 ? 0.3 : 0.95)),
        options,
      ),
    );
    expect(crisis.standardisedShift.at(-1)!).toBeGreaterThan(2);
    expect(['high', 'extreme']).toContain(crisis.level);
    expect(crisis.standardisedShift[118]).toBeNaN();
    expect(crisis.standardisedShift[119]).not.toBeNaN();
  });

  it('names no level while the long mean is not full', () => {
    const x = market(400, 10, 6, () => 0.3);
    expect(value(systemicRisk(x, { window: 250 })).level).toBe(null);
    expect(value(systemicRisk(x, { window: 151 })).level).not.toBe(null);
  });

  it('follows recent observations sooner with a half-life', () => {
    const x = market(300, 8, 9, (t) => (t < 285 ? 0.2 : 0.9));
    const plain = value(systemicRisk(x, { window: 250 })).absorptionRatio.at(-1)!;
    const quick = value(systemicRisk(x, { window: 250, halfLife: 20 })).absorptionRatio.at(-1)!;
    expect(quick).toBeGreaterThan(plain + 0.1);
  });

  it('is 1 for columns that move as one, and names what it cannot take', () => {
    const x = market(80, 3, 2, () => 0.5);
    const one = { ...x, data: x.data.map((_, at) => x.data[at - (at % 3)]!) };
    expect(value(systemicRisk(one, { window: 40 })).absorptionRatio[0]).toBeCloseTo(1, 12);
    expect(refusal(systemicRisk(x, { window: 81 }))).toContain('window is 81');
    expect(refusal(systemicRisk(x, { window: 40, factors: 4 }))).toContain('factors is 4');
    expect(refusal(systemicRisk(x, { window: 40, halfLife: 0 }))).toContain('halfLife is 0');
    const flat = { ...x, data: x.data.slice().fill(1, 0, 150) };
    expect(refusal(systemicRisk(flat, { window: 40 }))).toContain('rows 0 to 39 of x do not vary');
    expect(value(systemicRisk(flat, { window: 80, longMean: 2, shortMean: 1 })).level).toBe(null);
  });
});

describe('the contagion test', () => {
  it('adjusts by the formula of Forbes and Rigobon', () => {
    expect(forbesRigobon(0.6, 3)).toBeCloseTo(0.6 / Math.sqrt(1 + 3 * 0.64), 14);
    expect(forbesRigobon(0.6, 0)).toBe(0.6);
  });

  it('takes a rise that the variance of the source explains for no contagion', () => {
    const next = shocks(4);
    const source = Float64Array.from({ length: 1200 }, (_, t) => (t < 600 ? 1 : 4) * next());
    const other = source.map((value) => 0.5 * value + next());
    const got = value(testContagion(source, other, 600));
    expect(got.crisisCorrelation).toBeGreaterThan(got.calmCorrelation + 0.25);
    expect(got.level).toBe('none');
    const spread = other.map((value, t) =>
      t < 600 ? value : source[t]! + 0.5 * (value - source[t]!),
    );
    const contagion = value(testContagion(source, spread, 600));
    expect(contagion.level).toBe('alarm');
    expect(contagion.pValue).toBeLessThan(0.01);
  });

  it('stays finite for identical series and names what it cannot take', () => {
    const next = shocks(7);
    const x = Float64Array.from({ length: 40 }, next);
    expect(Number.isFinite(value(testContagion(x, x, 20)).statistic)).toBe(true);
    for (const shrink of [1e-4, 1e-8, 1e-12]) {
      for (let shift = 0; shift < 20; shift += 1) {
        const other = x.map((value, t) => value + 1e-9 * Math.sin(t + shift));
        const source = x.map((value, t) => (t < 20 ? value : value * shrink));
        const found = value(testContagion(source, other, 20));
        expect(Number.isFinite(found.statistic)).toBe(true);
        expect(Math.abs(found.adjustedCorrelation)).toBeLessThanOrEqual(1);
      }
    }
    expect(refusal(testContagion(x, x.slice(1), 20))).toContain('other has 39 values');
    expect(refusal(testContagion(x, x, 9))).toContain('crisisFrom is 9');
    expect(refusal(testContagion(x, x.slice().fill(0.1, 0, 20), 20))).toContain('constant before');
    expect(refusal(testContagion(x, x.slice().fill(0.1, 20), 20))).toContain('constant from');
    expect(refusal(testContagion(x.slice(0, 12), x, 6))).toContain('at least 20');
  });
});

describe('the correlation breakdown warning', () => {
  it('is silent while correlations hold and names the direction when they break', () => {
    let alarms = 0;
    for (let seed = 1; seed <= 100; seed += 1) {
      const x = market(200, 5, seed, () => 0.6);
      const same = value(correlationBreakdown(x, { recent: 50 }));
      expect(same.pairs).toHaveLength(10);
      if (same.pValue < 0.05) alarms += 1;
    }
    // Of a level of 5 %: 5 expected, 13 within a thousandth.
    expect(alarms).toBeLessThan(13);
    const up = market(500, 5, 31, (t) => (t < 400 ? 0.3 : 0.9));
    const lost = value(correlationBreakdown(up, { recent: 100 }));
    expect([lost.level, lost.direction]).toEqual(['alarm', 'diversification-lost']);
    const down = market(500, 5, 31, (t) => (t < 400 ? 0.9 : 0.1));
    const apart = value(correlationBreakdown(down, { recent: 100 }));
    expect([apart.level, apart.direction]).toEqual(['alarm', 'decoupling']);
    expect(apart.distance).toBeGreaterThan(0.5);
    const sizes = apart.pairs.map((pair) => Math.abs(pair.statistic));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  it('names what it cannot take', () => {
    const x = market(60, 3, 1, () => 0.4);
    expect(refusal(correlationBreakdown(x, { recent: 55 }))).toContain('recent is 55');
    const flat = { ...x, data: x.data.map((v, at) => (at % 3 === 1 && at > 100 ? 2 : v)) };
    expect(refusal(correlationBreakdown(flat, { recent: 20 }))).toContain('constant');
    const one = { data: x.data, rows: 180, columns: 1 };
    expect(refusal(correlationBreakdown(one, { recent: 20 }))).toContain('x has 1 column');
  });
});
