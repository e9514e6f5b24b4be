import { describe, expect, it } from 'vitest';
import {
  ewma,
  ewmaDecay,
  fitHar,
  fitJumpGarch,
  jumpDiffusion,
  jumpTest,
  stepEwma,
} from '../../src/quant/index.ts';
import { shocks, simulated } from './garch-samples.ts';

describe('EWMA', () => {
  it('is the weighted sum of its definition', () => {
    const r = simulated(60, 2);
    const got = ewma(r, { decay: 0.9, initialVariance: 2 });
    if (!got.ok) throw new Error(got.error.detail);
    let want = 2 * 0.9 ** 60;
    for (let t = 0; t < 60; t += 1) want += 0.1 * 0.9 ** (59 - t) * r[t]! ** 2;
    expect(got.value.nextVariance).toBeCloseTo(want, 12);
    expect(got.value.variance[0]).toBe(2);
    expect(got.value.variance[1]).toBe(stepEwma(0.9, 2, r[0]!));
    expect(ewmaDecay(7) ** 7).toBeCloseTo(0.5, 12);
  });

  it('refuses returns whose squares overflow', () => {
    const refused = ewma(Float64Array.of(1, 1e300));
    expect(refused.ok ? '' : refused.error.detail).toContain('returns[1] is 1e+300');
  });

  it('refuses a decay outside (0, 1) and an empty series', () => {
    expect(ewma(Float64Array.of(1), { decay: 1 }).ok).toBe(false);
    expect(ewma(new Float64Array(0)).ok).toBe(false);
    expect(ewma(Float64Array.of(1), { initialVariance: -1 }).ok).toBe(false);
  });
});

describe('HAR-RV', () => {
  const planted = (n: number): Float64Array => {
    const next = shocks(5);
    const rv = new Float64Array(n).fill(1);
    const mean = (t: number, k: number): number =>
      rv.subarray(t - k, t).reduce((sum, v) => sum + v, 0) / k;
    for (let t = 22; t < n; t += 1) {
      const expected = 0.1 + 0.35 * mean(t, 1) + 0.35 * mean(t, 5) + 0.2 * mean(t, 22);
      rv[t] = Math.max(0.05, expected + 0.15 * next());
    }
    return rv;
  };

  it('finds planted coefficients within three standard errors', () => {
    const fit = fitHar(planted(6000));
    if (!fit.ok) throw new Error(fit.error.detail);
    const { coefficients, standardErrors, robustErrors, observations } = fit.value;
    for (const [i, want] of [0.1, 0.35, 0.35, 0.2].entries()) {
      expect(Math.abs(coefficients[i]! - want)).toBeLessThan(3 * standardErrors[i]!);
      expect(robustErrors[i]! / standardErrors[i]!).toBeGreaterThan(0.7);
      expect(robustErrors[i]! / standardErrors[i]!).toBeLessThan(1.4);
    }
    expect(observations).toBe(6000 - 22);
    expect(fit.value.rSquared).toBeGreaterThan(0.3);
  });

  it('forecasts near the level in each transform, and gives overlapping horizons wider errors', () => {
    const rv = planted(2000);
    const level = rv.subarray(-22).reduce((sum, v) => sum + v, 0) / 22;
    for (const transform of ['level', 'sqrt', 'log'] as const) {
      const fit = fitHar(rv, { transform, lags: [1, 7, 30], horizon: 5 });
      if (!fit.ok) throw new Error(fit.error.detail);
      expect(fit.value.forecast / level).toBeGreaterThan(0.6);
      expect(fit.value.forecast / level).toBeLessThan(1.6);
      expect(fit.value.robustErrors[0]).toBeGreaterThan(fit.value.standardErrors[0]!);
    }
  });

  it('refuses a constant series as singular, and what is no variance', () => {
    expect(fitHar(new Float64Array(200).fill(2))).toMatchObject({ error: { code: 'singular' } });
    const rv = planted(100);
    rv[50] = 0;
    expect(fitHar(rv)).toMatchObject({
      error: { detail: 'rv[50] is 0; a realised variance must be above 0' },
    });
    expect(fitHar(new Float64Array(20)).ok).toBe(false);
    expect(fitHar(planted(100), { lags: [5, 1] }).ok).toBe(false);
    expect(fitHar(planted(100), { horizon: 0 }).ok).toBe(false);
    expect(fitHar(planted(100), { neweyWestLags: -1 }).ok).toBe(false);
  });
});

describe('jumps', () => {
  const planted = (n: number, every: number, size: number): Float64Array => {
    const next = shocks(9);
    return Float64Array.from(
      { length: n },
      (_, t) => 0.01 * next() + (t > 150 && t % every === 0 ? size : 0),
    );
  };

  it('are hardly ever found in a series without, and surely in one with', () => {
    let rejected = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const next = shocks(seed);
      const test = jumpTest(Float64Array.from({ length: 288 }, () => next()));
      if (!test.ok) throw new Error(test.error.detail);
      if (test.value.pValue < 0.05) rejected += 1;
      expect(test.value.bipowerVariation / test.value.realisedVariance).toBeGreaterThan(0.7);
    }
    expect(rejected).toBeGreaterThan(1);
    expect(rejected).toBeLessThan(24);
    const jumpy = jumpTest(planted(400, 200, 0.15));
    expect(jumpy.ok && jumpy.value.pValue).toBeLessThan(0.001);
  });

  it('are found where they were planted, with their sizes and their rate', () => {
    const r = planted(1000, 100, 0.15);
    const found = jumpDiffusion(r);
    if (!found.ok) throw new Error(found.error.detail);
    const { jumps, intensity, meanSize, sizeDeviation, jumpVariance, diffusive } = found.value;
    expect(jumps.map(({ index }) => index)).toEqual([200, 300, 400, 500, 600, 700, 800, 900]);
    expect(intensity).toBeCloseTo(8 / 901, 12);
    expect(meanSize).toBeCloseTo(0.15, 1);
    expect(sizeDeviation).toBeLessThan(0.03);
    expect(jumpVariance).toBeCloseTo(intensity * (meanSize ** 2 + sizeDeviation ** 2), 15);
    expect(Math.max(...diffusive.map(Math.abs))).toBeLessThan(0.06);
  });

  it('lie over a GARCH forecast', () => {
    const fit = fitJumpGarch(planted(1000, 100, 0.15), { garch: { horizon: 3 } });
    if (!fit.ok) throw new Error(fit.error.detail);
    const { forecast, garch, jumps } = fit.value;
    for (const [k, h] of garch.forecast.entries()) {
      expect(forecast[k]).toBe(h + jumps.jumpVariance);
    }
    expect(Math.sqrt(garch.unconditionalVariance!)).toBeCloseTo(0.01, 2);
  });

  it('refuse series without movement or without length', () => {
    expect(jumpTest(new Float64Array(50))).toMatchObject({ error: { code: 'bad-input' } });
    expect(jumpTest(new Float64Array(9)).ok).toBe(false);
    for (const size of [1e200, 1e-200]) {
      const scaled = Float64Array.from({ length: 40 }, (_, t) => size * Math.sin(t + 1));
      expect(jumpTest(scaled).ok).toBe(false);
      expect(jumpDiffusion(scaled, { window: 10 }).ok).toBe(false);
    }
    const doubling = Float64Array.from({ length: 200 }, (_, t) => 2 ** t);
    const found = jumpTest(doubling);
    expect(found.ok && Number.isFinite(found.value.statistic)).toBe(true);
    expect(jumpDiffusion(new Float64Array(90)).ok).toBe(false);
    expect(jumpDiffusion(new Float64Array(300), { significance: 0 }).ok).toBe(false);
    expect(jumpDiffusion(new Float64Array(300), { window: 3 }).ok).toBe(false);
    expect(fitJumpGarch(new Float64Array(300)).ok).toBe(false);
  });
});
