import { describe, expect, it } from 'vitest';
import { knotsOf } from '../../src/quant/copula-data.ts';
import { studentTQuantile } from '../../src/quant/distributions.ts';
import {
  copulaLogDensity,
  fitGaussianCopula,
  fitTCopula,
  fitTCopulaByRegime,
  kendallMatrix,
  type Matrix,
  pseudoObservations,
  sampleTCopula,
  stressTCopula,
  tailDependence,
} from '../../src/quant/index.ts';
import { kernel } from '../../src/quant/kernel.ts';
import { codeOf, refusal, value } from './results.ts';

const equicorrelated = (d: number, rho: number): Float64Array =>
  Float64Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : rho));

const sample = (n: number, d: number, rho: number, nu: number, seed = 1): Matrix =>
  value(sampleTCopula({ correlation: equicorrelated(d, rho), nu }, { samples: n, seed }));

const columnsOf = (x: Matrix, columns: readonly number[]): Matrix => ({
  data: Float64Array.from({ length: x.rows * columns.length }, (_, at) => {
    const row = Math.floor(at / columns.length);
    return x.data[row * x.columns + columns[at % columns.length]!]!;
  }),
  rows: x.rows,
  columns: columns.length,
});

describe('pseudo-observations', () => {
  it('are ranks by n + 1, ties sharing their mean', () => {
    const x = { data: Float64Array.of(3, 1, 1, 2), rows: 4, columns: 1 };
    expect([...pseudoObservations(x).data]).toEqual([4 / 5, 1.5 / 5, 1.5 / 5, 3 / 5]);
  });

  it('have the tau-b of counting every pair, ties and all', () => {
    const draws = sample(60, 2, 0.4, 5);
    const x = { ...draws, data: draws.data.map((value) => Math.round(value * 12)) };
    let [score, tiedX, tiedY] = [0, 0, 0];
    for (let i = 0; i < x.rows; i += 1) {
      for (let j = 0; j < i; j += 1) {
        const dx = Math.sign(x.data[2 * i]! - x.data[2 * j]!);
        const dy = Math.sign(x.data[2 * i + 1]! - x.data[2 * j + 1]!);
        score += dx * dy;
        tiedX += dx === 0 ? 1 : 0;
        tiedY += dy === 0 ? 1 : 0;
      }
    }
    const all = (x.rows * (x.rows - 1)) / 2;
    const tau = score / Math.sqrt((all - tiedX) * (all - tiedY));
    expect(value(kendallMatrix(x))[1]).toBeCloseTo(tau, 14);
    expect(tailDependence(0.5, 1e300)).toBe(0);
    const flat = { ...x, data: x.data.map((v, at) => (at % x.columns === 1 ? 3 : v)) };
    expect(refusal(kendallMatrix(flat))).toContain('column 1 of x is constant at 3');
    const missing = { ...x, data: x.data.map((v, at) => (at === 5 ? Number.NaN : v)) };
    expect(refusal(kendallMatrix(missing))).toContain('NaN');
  });
});

describe('the quantiles of the fit', () => {
  it('equal those of the distribution, from near the median into far tails', () => {
    const tails = Float64Array.of(
      1e-9,
      1e-6,
      1e-4,
      0.003,
      0.05,
      0.2,
      0.31,
      0.4999,
      0.7,
      0.98,
      0.999999,
    );
    const { distances, index } = knotsOf(tails);
    for (const nu of [1.5, 2.5, 4.3, 11, 30, 400]) {
      const x = new Float64Array(distances.length);
      expect(kernel('studentKnots')(Float64Array.of(nu), distances, x)).toBe(0);
      tails.forEach((p, at) => {
        const place = index[at]!;
        const got = Math.sign(place) * x[Math.abs(place) - 1]!;
        // The walk keeps 1e-15 of probability; far out that is a smaller part of the tail.
        const off = Math.abs(got / studentTQuantile(p, nu) - 1);
        expect(off, `nu ${nu}, p ${p}`).toBeLessThan(1e-11 + 1e-14 / Math.min(p, 1 - p));
      });
    }
  });
});

describe('the t copula fit', () => {
  it('finds what a sample was drawn from', () => {
    const fit = value(fitTCopula(sample(4000, 3, 0.5, 5)));
    for (const at of [1, 2, 5]) expect(Math.abs(fit.correlation[at]! - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(fit.nu - 5)).toBeLessThan(0.8);
    expect(fit.atBound).toBeNull();
  });

  it('reports the likelihood that the density sums to, and no neighbour is higher', () => {
    const x = sample(400, 3, 0.3, 6, 9);
    const fit = value(fitTCopula(x));
    const u = pseudoObservations(x);
    const at = (correlation: Float64Array, nu: number): number =>
      value(copulaLogDensity(u, { correlation, nu })).reduce((sum, value) => sum + value, 0);
    expect(Math.abs(at(fit.correlation, fit.nu) - fit.logLikelihood)).toBeLessThan(1e-7);
    for (const shift of [-0.01, 0.01]) {
      expect(at(fit.correlation, fit.nu * (1 + shift))).toBeLessThan(fit.logLikelihood);
      for (const [i, j] of [
        [0, 1],
        [0, 2],
        [1, 2],
      ] as const) {
        const moved = fit.correlation.slice();
        moved[3 * i + j]! += shift;
        moved[3 * j + i]! += shift;
        expect(at(moved, fit.nu)).toBeLessThan(fit.logLikelihood);
      }
    }
  });

  it('does not change when a column is transformed or columns are exchanged', () => {
    const x = sample(300, 3, 0.4, 4, 3);
    const fit = value(fitTCopula(x));
    const scaled = { ...x, data: x.data.map((v, i) => (i % 3 === 1 ? Math.exp(3 * v) : v)) };
    expect(value(fitTCopula(scaled))).toEqual(fit);
    const swapped = value(fitTCopula(columnsOf(x, [1, 0, 2])));
    expect(Math.abs(swapped.nu / fit.nu - 1)).toBeLessThan(1e-3);
    expect(Math.abs(swapped.correlation[2]! - fit.correlation[5]!)).toBeLessThan(1e-4);
  });

  it('stops at the ends of the range of nu and says so', () => {
    const normal = sample(500, 2, 0.5, 900, 4);
    const high = value(fitTCopula(normal, { nuRange: [2.5, 6] }));
    expect(high.atBound).toBe('high');
    expect(high.nu).toBeLessThanOrEqual(6);
    const wide = value(fitTCopula(normal));
    expect(wide.atBound === 'high' ? wide.nu : 30).toBe(30);
    expect(value(fitTCopula(sample(500, 2, 0.5, 1, 4))).atBound).toBe('low');
    const held = value(fitTCopula(normal, { nuRange: [7, 7] }));
    expect(held.nu).toBeCloseTo(7, 12);
  });

  it('nears the Gaussian copula as nu grows', () => {
    const x = sample(500, 3, -0.2, 20, 5);
    const gauss = value(fitGaussianCopula(x));
    const t = value(fitTCopula(x, { nuRange: [1000, 1000] }));
    expect(Math.abs(gauss.logLikelihood - t.logLikelihood)).toBeLessThan(0.5);
    const infinite = { correlation: gauss.correlation, nu: Number.POSITIVE_INFINITY };
    const sum = value(copulaLogDensity(pseudoObservations(x), infinite)).reduce((a, b) => a + b);
    expect(Math.abs(sum - gauss.logLikelihood)).toBeLessThan(1e-8);
  });

  it('fits each regime by its own observations', () => {
    const calm = sample(600, 2, 0.2, 25, 6);
    const crisis = sample(600, 2, 0.8, 3, 7);
    const x = { data: Float64Array.of(...calm.data, ...crisis.data), rows: 1200, columns: 2 };
    const regimes = Float64Array.from({ length: 1200 }, (_, t) => (t < 600 ? 1 : 4));
    const [first, second] = value(fitTCopulaByRegime(x, regimes));
    expect([first!.regime, second!.regime]).toEqual([1, 4]);
    expect(second!.fit).toEqual(value(fitTCopula(crisis)));
    expect(second!.fit.tailDependence[1]).toBeGreaterThan(first!.fit.tailDependence[1]! + 0.3);
    expect(refusal(fitTCopulaByRegime(x, regimes.fill(7, 0, 3)))).toContain('regime 7');
  });

  it('names what it cannot take', () => {
    const x = sample(50, 2, 0.5, 5);
    const broken = (at: number, value: number): Matrix => {
      const data = x.data.slice();
      data[at] = value;
      return { ...x, data };
    };
    expect(refusal(fitTCopula(broken(3, Number.NaN)))).toContain('x[1][1] is NaN');
    expect(refusal(fitTCopula(broken(3, Number.POSITIVE_INFINITY)))).toContain('Infinity');
    expect(refusal(fitTCopula({ ...x, data: x.data.slice().fill(2) }))).toContain(
      'column 0 of x is constant',
    );
    expect(refusal(fitTCopula(sample(10, 2, 0.5, 5)))).toContain('at least 16');
    expect(codeOf(fitTCopula(columnsOf(sample(50, 2, 0.5, 5), [0, 0])))).toBe('singular');
    expect(refusal(fitTCopula(sample(50, 2, 0.5, 5), { nuRange: [9, 3] }))).toContain('nuRange');
    const u = { input: 'uniforms' } as const;
    expect(refusal(fitTCopula(broken(0, 1.5), u))).toContain('x[0] is 1.5');
    const few = fitTCopula(sample(90, 4, 0.5, 5), { maxIterations: 1 });
    expect(codeOf(few)).toBe('not-converged');
  });
});

describe('samples of a t copula', () => {
  it('are the same for a seed however they are cut, and others for another seed', () => {
    const copula = { correlation: equicorrelated(3, 0.4), nu: 4 };
    const all = value(sampleTCopula(copula, { samples: 40, seed: 11 }));
    const late = value(sampleTCopula(copula, { samples: 15, seed: 11, first: 25 }));
    expect([...late.data]).toEqual([...all.data.subarray(75)]);
    expect(value(sampleTCopula(copula, { samples: 40, seed: 12 })).data).not.toEqual(all.data);
  });

  it('are uniform with the concordance and tail dependence of the copula', () => {
    const n = 40_000;
    const u = sample(n, 2, 0.5, 3, 2);
    for (const column of [0, 1]) {
      let [mean, square] = [0, 0];
      for (let t = 0; t < n; t += 1) {
        mean += u.data[2 * t + column]! / n;
        square += u.data[2 * t + column]! ** 2 / n;
      }
      expect(Math.abs(mean - 1 / 2)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
      expect(Math.abs(square - 1 / 3)).toBeLessThan(4 * Math.sqrt(4 / 45 / n));
    }
    const tau = value(kendallMatrix(u))[1]!;
    expect(Math.abs(tau - (2 / Math.PI) * Math.asin(0.5))).toBeLessThan(0.015);
    let [both, one] = [0, 0];
    for (let t = 0; t < n; t += 1) {
      if (u.data[2 * t]! > 0.01) continue;
      one += 1;
      if (u.data[2 * t + 1]! <= 0.01) both += 1;
    }
    expect(Math.abs(both / one - tailDependence(0.5, 3))).toBeLessThan(0.12);
  });

  it('refuse what is no copula', () => {
    const options = { samples: 5, seed: 1 };
    const bad = (correlation: Float64Array, nu: number, more = {}): string =>
      refusal(sampleTCopula({ correlation, nu }, { ...options, ...more }));
    expect(bad(Float64Array.of(1, 2, 2, 1), 4)).toContain('positive definite');
    expect(bad(Float64Array.of(2, 0, 0, 1), 4)).toContain('diagonal');
    expect(bad(Float64Array.of(1, 0.1, 0.2, 1), 4)).toContain('symmetric');
    expect(bad(Float64Array.of(1, 0, 0), 4)).toContain('square');
    expect(bad(equicorrelated(2, 0), Number.NaN)).toContain('nu');
    expect(bad(equicorrelated(2, 0), 4, { samples: 0 })).toContain('samples');
    expect(bad(equicorrelated(2, 0), 4, { seed: -1 })).toContain('seed');
  });
});

describe('stress scenarios', () => {
  const copula = { correlation: equicorrelated(3, 0.6), nu: 4 };
  const history = (() => {
    const u = sample(800, 3, 0.6, 4, 21);
    return { ...u, data: u.data.map((p) => 0.02 * studentTQuantile(p, 4)) };
  })();
  const base = { asset: 0, probability: 0.02, scenarios: 4000, seed: 5 } as const;

  it('put the named asset into its tail and pull the others along', () => {
    const stress = value(stressTCopula(history, copula, base));
    const sorted = Float64Array.from({ length: 800 }, (_, t) => history.data[3 * t]!).sort();
    for (let s = 0; s < 4000; s += 1) {
      expect(stress.returns.data[3 * s]!).toBeLessThanOrEqual(sorted[17]!);
    }
    expect(stress.meanReturns[1]).toBeLessThan(-0.01);
    expect(stress.jointTail[0]).toBe(1);
    const weaker = { correlation: equicorrelated(3, 0.1), nu: 30 };
    const calm = value(stressTCopula(history, weaker, base));
    expect(stress.jointTail[1]).toBeGreaterThan(calm.jointTail[1]! + 0.1);
    expect(stress.portfolio.expectedShortfall).toBeGreaterThanOrEqual(stress.portfolio.valueAtRisk);
  });

  it('agree with the samples that happen to lie in the tail', () => {
    const n = 60_000;
    const u = value(sampleTCopula(copula, { samples: n, seed: 77 }));
    let [one, both] = [0, 0];
    for (let t = 0; t < n; t += 1) {
      if (u.data[3 * t]! > 0.02) continue;
      one += 1;
      if (u.data[3 * t + 1]! <= 0.02) both += 1;
    }
    const stress = value(stressTCopula(history, copula, { ...base, scenarios: 20_000 }));
    const error = Math.sqrt((stress.jointTail[1]! * (1 - stress.jointTail[1]!)) / one);
    expect(Math.abs(both / one - stress.jointTail[1]!)).toBeLessThan(4 * error);
  });

  it('mirror for the upper tail, and repeat for a seed', () => {
    const up = value(stressTCopula(history, copula, { ...base, tail: 'upper' }));
    expect(up.meanReturns[1]).toBeGreaterThan(0.01);
    expect(value(stressTCopula(history, copula, { ...base, tail: 'upper' }))).toEqual(up);
  });

  it('name what they cannot take', () => {
    const bad = (more: object): string =>
      refusal(stressTCopula(history, copula, { ...base, ...more }));
    expect(bad({ asset: 3 })).toContain('asset is 3');
    expect(bad({ probability: 0 })).toContain('probability is 0');
    expect(bad({ scenarios: 1.5 })).toContain('scenarios is 1.5');
    expect(bad({ weights: Float64Array.of(1) })).toContain('weights has 1 values');
  });
});
