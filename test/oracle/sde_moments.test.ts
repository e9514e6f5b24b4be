import { describe, expect, it } from 'vitest';
import {
  expectedMaxDrawdown,
  fractionalBrownian,
  fractionalBrownianCovariance,
  fractionalNoiseAutocovariance,
  gbmMoments,
  reversionMoments,
  simulate,
} from '../../src/quant/index.ts';
import { value } from '../quant/results.ts';
import { Comparison, load } from './fixture.ts';

const fixture = load('sde_moments');

/** Holds the mean and the variance of a sample within four standard errors of the exact ones. */
function expectMoments(x: Float64Array, mean: number, variance: number): void {
  const n = x.length;
  const average = x.reduce((sum, v) => sum + v, 0) / n;
  const squares = x.map((v) => (v - average) ** 2);
  const spread = squares.reduce((sum, v) => sum + v, 0) / n;
  const fourth = squares.reduce((sum, v) => sum + v * v, 0) / n;
  expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(spread / n));
  expect(Math.abs(spread - variance)).toBeLessThan(4 * Math.sqrt((fourth - spread ** 2) / n));
}

describe.skipIf(fixture === null)('Moments of processes against the reference', () => {
  if (fixture === null) return;
  const comparison = new Comparison('sde_moments', fixture);
  const { input, expected, tolerance } = fixture;
  const exact = { abs: tolerance.closed_form_abs, rel: 1e-12 };
  const { S0, mu, sigma, T } = input.gbm;
  const gbm = { kind: 'gbm', spot: S0, drift: mu, volatility: sigma } as const;
  const ou = {
    kind: 'ou',
    start: input.ou.x0,
    reversion: input.ou.theta,
    mean: input.ou.mu,
    volatility: input.ou.sigma,
  } as const;

  it('covariances of fractional noise and motion', () => {
    for (const H of input.H) {
      const noise = fractionalNoiseAutocovariance(H, input.n);
      comparison.compare(`/fgn_autocov/${H}`, [...noise], exact);
      const covariance = expected.fbm_cov_1_to_n[H].map((row: number[], i: number) =>
        row.map((_, j) => fractionalBrownianCovariance(H, i + 1, j + 1)),
      );
      comparison.compare(`/fbm_cov_1_to_n/${H}`, covariance, exact);
    }
  });

  it('moments and quantiles in closed form', () => {
    const price = value(gbmMoments(gbm, T));
    comparison.compare('/gbm/mean', price.mean, exact);
    comparison.compare('/gbm/var', price.variance, exact);
    comparison.compare('/gbm/log_mean', price.logMean, exact);
    comparison.compare('/gbm/log_sd', price.logDeviation, exact);
    for (const level of input.quantile_levels) {
      comparison.compare(`/gbm/quantiles/${level}`, price.quantile(level), exact);
    }
    comparison.leaveOut('/gbm/VaR99_of_short_value', 'the fixture gives null, not a number');
    const level = value(reversionMoments(ou, input.ou.T));
    comparison.compare('/ou/mean', level.mean, exact);
    comparison.compare('/ou/var', level.variance, exact);
    comparison.compare('/ou/stationary_var', level.stationaryVariance, exact);
    comparison.compare('/ou/half_life', level.halfLife, exact);
    const fall = expected.max_drawdown_bm;
    comparison.compare('/max_drawdown_bm/value', expectedMaxDrawdown(fall.sigma, fall.T), exact);
    for (const at of ['sigma', 'T']) comparison.leaveOut(`/max_drawdown_bm/${at}`, 'an input');
    comparison.leaveOut('/max_drawdown_bm/note', 'prose');
  });

  it('moments of simulated paths', () => {
    const options = { paths: 200_000, steps: 16, seed: 31 };
    const price = value(simulate(gbm, { ...options, years: T }));
    expectMoments(price.terminal, expected.gbm.mean, expected.gbm.var);
    const level = value(simulate(ou, { ...options, years: input.ou.T }));
    expectMoments(level.terminal, expected.ou.mean, expected.ou.var);
    for (const hurst of input.H) {
      const steps = input.n;
      const run = { hurst, paths: 20_000, steps, years: steps, seed: 5 };
      const rows = value(fractionalBrownian(run));
      const column = (t: number) =>
        Float64Array.from({ length: run.paths }, (_, i) => rows[i * (steps + 1) + t]!);
      const last = column(steps);
      expectMoments(last, 0, expected.fbm_cov_1_to_n[hurst][steps - 1][steps - 1]);
      const first = column(1);
      const products = last.map((v, i) => v * first[i]!);
      const mean = products.reduce((sum, v) => sum + v, 0) / run.paths;
      const spread = products.reduce((sum, v) => sum + (v - mean) ** 2, 0) / run.paths;
      const want = expected.fbm_cov_1_to_n[hurst][0][steps - 1];
      expect(Math.abs(mean - want)).toBeLessThan(4 * Math.sqrt(spread / run.paths));
    }
  });

  it('the expected drawdown of simulated Brownian motion, from below for it is watched at steps', () => {
    const { sigma: volatility, T: years, value: want } = expected.max_drawdown_bm;
    const model = { kind: 'brownian', start: 0, drift: 0, volatility } as const;
    const steps = 4096;
    const run = value(simulate(model, { paths: 20_000, steps, years, seed: 8 }));
    const mean = run.maxDrawdown.reduce((sum, v) => sum + v, 0) / run.paths;
    // Twice the shift of a discretely watched maximum: 0.5826 sigma sqrt(dt) (Broadie et al. 1997).
    const shift = 2 * 0.5826 * volatility * Math.sqrt(years / steps);
    expect(Math.abs(mean + shift - want)).toBeLessThan(0.01 * want);
  });
});
