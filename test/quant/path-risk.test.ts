import { describe, expect, it } from 'vitest';
import {
  blackScholes,
  controlVariate,
  fractionalBrownian,
  pathMean,
  pathRisk,
  quasiRandomGbm,
  ruinProbability,
  simulate,
  sobolPoints,
} from '../../src/quant/index.ts';
import { value } from './results.ts';

const gbm = { kind: 'gbm', spot: 100, drift: 0.05, volatility: 0.4 } as const;

describe('Risk over paths', () => {
  it('takes quantile and tail mean of losses as defined', () => {
    const terminal = Float64Array.from({ length: 10 }, (_, i) => 100 - 10 * i);
    const run = { terminal, minimum: terminal, maxDrawdown: terminal.map((x) => 1 - x / 100) };
    const risk = value(pathRisk(run, { start: 100, confidence: 0.8, ruin: 30 }));
    expect(risk.valueAtRisk).toBeCloseTo(0.7, 12);
    expect(risk.expectedShortfall).toBeCloseTo(0.85, 12);
    expect(risk.riskOfRuin).toBe(0.3);
    expect(risk.drawdownAtConfidence).toBeCloseTo(0.7, 12);
    const split = value(pathRisk(run, { start: 100, confidence: 0.85 }));
    // The tail of 1.5 paths: all of the worst and half of the next.
    expect(split.expectedShortfall).toBeCloseTo((0.9 + 0.5 * 0.8) / 1.5, 12);
    expect(pathRisk(run, { start: 0 }).ok).toBe(false);
    expect(pathRisk(run, { start: 100, confidence: 1 }).ok).toBe(false);
  });

  it('meets the exact value at risk and, watched often, the exact chance of ruin', () => {
    const steps = 1000;
    const run = value(simulate(gbm, { paths: 40_000, steps, years: 1, seed: 6 }));
    // A barrier watched at steps acts as one further away (Broadie, Glasserman & Kou 1997).
    const shift = Math.exp(0.5826 * 0.4 * Math.sqrt(1 / steps));
    const risk = value(pathRisk(run, { start: 100, confidence: 0.95, ruin: 60 * shift }));
    const exact = 1 - Math.exp(0.05 - 0.08 - 1.6448536269514722 * 0.4);
    expect(Math.abs(risk.valueAtRisk - exact)).toBeLessThan(0.01);
    const ruin = value(ruinProbability(gbm, 60, 1));
    expect(ruin).toBeGreaterThan(0.1);
    const error = Math.sqrt((ruin * (1 - ruin)) / 40_000);
    expect(Math.abs(risk.riskOfRuin - ruin)).toBeLessThan(4 * error);
    expect(value(ruinProbability(gbm, 100, 1))).toBe(1);
    expect(ruinProbability({ ...gbm, volatility: 0 }, 60, 1).ok).toBe(false);
  });
});

describe('Less variance', () => {
  const strike = 110;
  const years = 1;
  const discount = Math.exp(-0.05);
  const exact = value(
    blackScholes({ kind: 'call', spot: 100, strike, rate: 0.05, volatility: 0.4, years }),
  ).price;
  const payoffs = (antithetic: boolean) => {
    const run = value(simulate(gbm, { paths: 60_000, steps: 4, years, seed: 11, antithetic }));
    const payoff = run.terminal.map((x) => discount * Math.max(0, x - strike));
    return { payoff, terminal: run.terminal };
  };

  it('comes from antithetic pairs and from a control, and both stay unbiased', () => {
    const plain = payoffs(false);
    const paired = payoffs(true);
    const crude = value(pathMean(plain.payoff));
    const antithetic = value(pathMean(paired.payoff, true));
    const control = value(controlVariate(plain.payoff, plain.terminal, 100 * Math.exp(0.05)));
    const both = value(controlVariate(paired.payoff, paired.terminal, 100 * Math.exp(0.05), true));
    for (const { mean, standardError } of [crude, antithetic, control, both]) {
      expect(Math.abs(mean - exact)).toBeLessThan(3.5 * standardError);
    }
    expect(antithetic.standardError).toBeLessThan(crude.standardError);
    expect(control.standardError).toBeLessThan(0.6 * crude.standardError);
    expect(control.varianceRatio).toBeGreaterThan(2.7);
    expect(controlVariate(plain.payoff, Float64Array.of(1, 2, 3), 0).ok).toBe(false);
    expect(pathMean(new Float64Array(7), true).ok).toBe(false);
  });

  it('comes from quasi-random paths, whose error over seeds is far below that of random ones', () => {
    const paths = 4096;
    const means = Array.from({ length: 16 }, (_, seed) => {
      const rows = value(quasiRandomGbm(gbm, { paths, steps: 8, years, seed }));
      let sum = 0;
      for (let i = 0; i < paths; i += 1) sum += Math.max(0, rows[i * 9 + 8]! - strike);
      return (discount * sum) / paths;
    });
    const mean = means.reduce((sum, m) => sum + m, 0) / 16;
    const spread = Math.sqrt(means.reduce((sum, m) => sum + (m - mean) ** 2, 0) / 15);
    const random = value(pathMean(payoffs(false).payoff.subarray(0, paths))).standardError;
    expect(spread).toBeLessThan(random / 10);
    expect(Math.abs(mean - exact)).toBeLessThan(4 * (spread / 4));
  });
});

describe('Sobol points', () => {
  it('are those of Joe and Kuo, as SciPy gives them', () => {
    const points = value(sobolPoints({ points: 128, dimensions: 64 }));
    const at = (i: number, ...dimensions: number[]) => dimensions.map((d) => points[i * 64 + d]);
    expect(at(4, 0, 1, 2, 5, 63)).toEqual([0.375, 0.375, 0.625, 0.125, 0.125]);
    expect(at(77, 0, 1, 7, 30, 63)).toEqual([
      0.8359375, 0.8359375, 0.6484375, 0.9765625, 0.8828125,
    ]);
    expect(at(100, 0, 1, 7, 30, 63)).toEqual([
      0.4140625, 0.2578125, 0.4765625, 0.7109375, 0.6484375,
    ]);
  });

  it('put one point into each cell of every dimension, shifted or not', () => {
    for (const seed of [null, 3]) {
      const points = value(sobolPoints({ points: 256, dimensions: 64, seed }));
      for (let d = 0; d < 64; d += 1) {
        const cells = new Set(
          Array.from({ length: 256 }, (_, i) => Math.floor(256 * points[i * 64 + d]!)),
        );
        expect(cells.size).toBe(256);
      }
    }
  });

  it('refuse dimensions they have no numbers for', () => {
    expect(sobolPoints({ points: 4, dimensions: 65 }).ok).toBe(false);
    expect(sobolPoints({ points: 0, dimensions: 2 }).ok).toBe(false);
    expect(quasiRandomGbm(gbm, { paths: 8, steps: 100, years: 1, seed: 1 }).ok).toBe(false);
  });
});

describe('Fractional Brownian motion', () => {
  it('has the paths of its seed, and refuses what is outside', () => {
    const options = { hurst: 0.7, paths: 3, steps: 10, years: 1, seed: 1 };
    const rows = value(fractionalBrownian(options));
    expect(rows.length).toBe(33);
    expect([rows[0], rows[11], rows[22]]).toEqual([0, 0, 0]);
    const fewer = value(fractionalBrownian({ ...options, paths: 2 }));
    expect(fewer).toEqual(rows.subarray(0, 22));
    for (const change of [{ hurst: 1 }, { hurst: 0 }, { steps: 0 }, { years: -1 }, { seed: 0.5 }]) {
      expect(fractionalBrownian({ ...options, ...change }).ok).toBe(false);
    }
  });
});
