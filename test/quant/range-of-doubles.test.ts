import { describe, expect, it } from 'vitest';
import * as quant from '../../src/quant/index.ts';
import { must, normals, refusal } from './statistics-support.ts';

const wave = Float64Array.from({ length: 128 }, (_, t) => Math.sin(0.7 * t) + 0.01 * t);
const huge = wave.map((v) => v * 1e155);
const other = wave.toReversed();

/** Lag and autocovariance. */
const EXACT: readonly (readonly [number, number])[] = [
  [31, 0.3623007208813325],
  [32, 0.36000703286194213],
  [33, 0.35779781667719285],
  [1000, 0.18085582668580708],
  [100000, 0.072000000000144],
];

const call = { kind: 'call', spot: 100, strike: 110, rate: 0, years: 0.5 } as const;
const gbm = { kind: 'gbm', spot: 100, drift: 0, volatility: 0.2 } as const;

describe('values too large for their squares are refused by name', () => {
  it.each<[string, () => quant.QuantResult<unknown>]>([
    ['periodogram', () => quant.periodogram(huge)],
    ['Welch', () => quant.welch(huge)],
    ['spectral entropy', () => quant.spectralEntropy(huge)],
    ['sample entropy', () => quant.sampleEntropy(huge)],
    ['singular value entropy', () => quant.svdEntropy(huge)],
    ['Higuchi', () => quant.higuchiDimension(huge)],
    ['Hjorth', () => quant.hjorth(huge)],
    ['rescaled range', () => quant.hurstRescaledRange(huge)],
    ['fluctuation', () => quant.dfa(huge)],
    ['Whittle', () => quant.hurstWhittle(huge)],
    ['log periodogram', () => quant.fractionalOrderGph(huge)],
    ['wavelet', () => quant.waveletTransform(huge)],
    ['transfer entropy by regression', () => quant.gaussianTransferEntropy(huge, other)],
    ['Ornstein-Uhlenbeck', () => quant.fitOrnsteinUhlenbeck(huge)],
    ['local level', () => quant.fitLocalLevel(huge)],
    [
      'Platt',
      () =>
        quant.plattScaling(
          huge,
          Float64Array.from(wave, (_, t) => t % 2),
        ),
    ],
  ])('%s', (_name, run) => {
    expect(refusal(run())).toMatch(/(x|f|y|source)\[\d+\] is .*e\+15\d; sizes up to 1e\+70/);
  });

  it('and so is a local level that hardly varies, by the place of its value', () => {
    const tiny = wave.map((v) => v * 1e-160);
    expect(refusal(quant.fitLocalLevel(tiny))).toContain('y varies by');
    const gap = Float64Array.of(Number.NaN, 1, 2, 1e80, 3);
    expect(refusal(quant.fitLocalLevel(gap))).toContain('y[3] is 1e+80');
  });
});

describe('a result beyond the range of doubles is an error', () => {
  it.each<[string, () => quant.QuantResult<unknown>]>([
    ['mean of payoffs', () => quant.pathMean(huge)],
    ['control variate', () => quant.controlVariate(huge, huge, 0)],
    [
      'gamma exposure',
      () => {
        const option = { kind: 'call', strike: 100, openInterest: 1 } as const;
        const chain = [{ ...option, forward: 100, volatility: 0.5, years: 1 }];
        return quant.gammaExposure(chain, { spot: 1e300 });
      },
    ],
    [
      'Merton price',
      () =>
        quant.mertonOption(
          { ...call, rate: -1e300, volatility: 0.5 },
          { intensity: 1, mean: 0, deviation: 0.1 },
        ),
    ],
    [
      'Heston price',
      () =>
        quant.hestonOption({
          ...call,
          rate: 1e7,
          variance: {
            initial: 0.3,
            reversion: 2,
            longRun: 0.3,
            volatility: 0.8,
            correlation: -0.4,
          },
        }),
    ],
    [
      'reversion',
      () =>
        quant.reversionMoments(
          { ...gbm, kind: 'ou', start: 0, mean: 0, reversion: 1, volatility: 1e300 },
          1,
        ),
    ],
    [
      'quasi-random path',
      () => quant.quasiRandomGbm({ ...gbm, drift: 1e7 }, { paths: 2, steps: 4, years: 1, seed: 1 }),
    ],
    ['spectrum', () => quant.periodogram(wave, { sampleRate: 5e-324 })],
    ['speed of reversion', () => quant.fitOrnsteinUhlenbeck(wave, { dt: 5e-324 })],
  ])('%s', (_name, run) => {
    expect(refusal(run())).toMatch(/leaves the range of doubles/);
  });

  it('also where simulated levels fall without end', () => {
    const model = { kind: 'brownian', start: 0, drift: -1e308, volatility: 0 } as const;
    const run = quant.simulate(model, { paths: 4, steps: 2, years: 100, seed: 1 });
    expect(refusal(run)).toContain('a path leaves the range of doubles');
  });
});

describe('counts of work are bounded by name', () => {
  it.each<[() => quant.QuantResult<unknown>, string]>([
    [() => quant.transferEntropy(wave, other, { bootstraps: 1e12 }), 'bootstraps is 1000000000000'],
    [() => quant.transferEntropy(wave, other, { shuffles: 1e7 }), 'shuffles is 10000000'],
    [() => quant.transferEntropy(wave, other, { seed: 2 ** 32 }), 'seed is 4294967296'],
    [
      () => quant.elasticNet({ data: wave, rows: 128, columns: 1 }, other, { steps: 1e9 }),
      'steps is 1000000000',
    ],
    [
      () =>
        quant.elasticNet({ data: wave, rows: 128, columns: 1 }, other, { maxPasses: Number.NaN }),
      'maxPasses is NaN',
    ],
    [
      () =>
        quant.fastIca({ data: wave, rows: 64, columns: 2 }, { maxIterations: -1, tolerance: -1 }),
      'tolerance is -1',
    ],
    [
      () => quant.fastIca({ data: wave, rows: 64, columns: 2 }, { maxIterations: 0.5 }),
      'maxIterations is 0.5',
    ],
    [() => quant.selectVarLags({ data: wave, rows: 64, columns: 2 }, 0), 'most is 0'],
    [() => quant.selectVarLags({ data: wave, rows: 64, columns: 2 }, Number.NaN), 'most is NaN'],
    [() => quant.fitArima(wave, { order: [0, 0, 40] }), 'the orders make 40 coefficients'],
    [
      () => quant.fitArima(wave, { order: [1, 0, 0], seasonal: { order: [4, 0, 0], period: 90 } }),
      'the longest lag is 361',
    ],
    [() => quant.fitArima(wave, { order: [0, 60, 0] }), 'the series is differenced 60 and 0 times'],
    [() => quant.binLabels(wave, 0), 'bins is 0'],
    [() => quant.binLabels(Float64Array.of(1, Number.NaN), 4), 'x[1] is NaN'],
  ])('%#: %s', (run, what) => {
    expect(refusal(run())).toContain(what);
  });
});

describe('series longer than the arguments of a call', () => {
  const n = 400_000;
  const long = Float64Array.from({ length: n }, (_, t) => Math.sin(t * t));
  const lagged = Float64Array.from({ length: n }, (_, t) => long[Math.max(0, t - 1)]!);

  it('have a transfer entropy', () => {
    const flow = quant.transferEntropy(long, lagged, { discretisation: { quantiles: [50] } });
    expect(must(flow).value).toBeGreaterThan(0.9);
  });

  it('have quotes of a smile, which need a range', () => {
    const quotes = { years: 1, logMoneyness: new Float64Array(n), volatility: long.fill(0.5) };
    expect(refusal(quant.fitSvi(quotes))).toContain('logMoneyness is the same for all quotes');
  });
});

it('the autocovariance of fractional noise keeps its digits at long lags', () => {
  // 0.5 ((k+1)^1.8 - 2 k^1.8 + (k-1)^1.8) in arithmetic of 60 digits (Python's decimal).
  const noise = quant.fractionalNoiseAutocovariance(0.9, 100_001);
  for (const [lag, want] of EXACT) {
    expect(Math.abs(noise[lag]! / want - 1), `lag ${lag}`).toBeLessThan(1e-12);
  }
});

it('shuffles and bootstraps differ between neighbouring seeds', () => {
  const spread = [0, 1, 2, 3].map((seed) => {
    const flow = quant.transferEntropy(normals(300, 1), normals(300, 2), { shuffles: 3, seed });
    return must(flow).effective;
  });
  expect(new Set(spread).size).toBe(4);
});
