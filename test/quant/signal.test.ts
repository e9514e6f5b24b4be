import { describe, expect, it } from 'vitest';
import * as quant from '../../src/quant/index.ts';

/** The value of a result that must be there. */
function value<T>(result: quant.QuantResult<T>): T {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

const detail = (result: quant.QuantResult<unknown>): string =>
  result.ok ? 'a result' : result.error.detail;

/** Noise of a linear congruence, about uniform on (-0.5, 0.5). */
function noise(n: number, seed = 7): Float64Array {
  let state = seed;
  return Float64Array.from({ length: n }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) / 0x7fffff - 0.5;
  });
}

describe('the Fourier transform', () => {
  it.each([1, 2, 3, 5, 8, 12, 17, 64, 97, 100, 255])(
    'of %i values equals its defining sum',
    (n) => {
      const re = noise(n);
      const im = noise(n, 9);
      const got = quant.fft({ re, im });
      for (let k = 0; k < n; k += 1) {
        let [a, b] = [0, 0];
        for (let t = 0; t < n; t += 1) {
          const angle = (-2 * Math.PI * ((k * t) % n)) / n;
          a += re[t]! * Math.cos(angle) - im[t]! * Math.sin(angle);
          b += re[t]! * Math.sin(angle) + im[t]! * Math.cos(angle);
        }
        expect(Math.hypot(got.re[k]! - a, got.im[k]! - b)).toBeLessThan(1e-12);
      }
      const back = quant.inverseFft(got);
      expect(Math.max(...back.re.map((v, t) => Math.abs(v - re[t]!)))).toBeLessThan(1e-14);
    },
  );
});

describe('spectra', () => {
  it('hold the variance of the series', () => {
    const x = noise(1001);
    const mean = x.reduce((sum, v) => sum + v, 0) / 1001;
    const variance = x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 1001;
    const { power } = value(quant.periodogram(x));
    expect(power.reduce((sum, v) => sum + v, 0) / 1001).toBeCloseTo(variance, 12);
  });

  it('find the period of a sine', () => {
    const x = Float64Array.from({ length: 512 }, (_, t) => Math.sin((2 * Math.PI * t) / 32));
    expect(value(quant.welch(x, { segment: 128 })).dominantPeriod).toBe(32);
  });

  it.each([
    [() => quant.periodogram(Float64Array.of(1)), 'x has 1 values; at least 2 are needed'],
    [
      () => quant.periodogram(noise(9), { sampleRate: 0 }),
      'sampleRate is 0; it must be a finite number above 0',
    ],
    [
      () => quant.welch(noise(9), { segment: 10 }),
      'segment is 10; allowed are whole numbers from 2 to 9',
    ],
    [
      () => quant.welch(noise(9), { segment: 8, overlap: 8 }),
      'overlap is 8; allowed are whole numbers from 0 to 7',
    ],
  ])('refuse bad input (%#)', (run, text) => {
    expect(detail(run())).toBe(text);
  });
});

describe('entropies', () => {
  it('are 0 for a rising series and near 1 for noise', () => {
    const rising = Float64Array.from({ length: 100 }, (_, t) => t);
    expect(value(quant.permutationEntropy(rising))).toEqual({
      bits: 0,
      normalized: 0,
      complexity: 0,
    });
    expect(value(quant.permutationEntropy(noise(20_000))).normalized).toBeGreaterThan(0.99);
    expect(value(quant.spectralEntropy(noise(4096)))).toBeGreaterThan(0.9);
  });

  it('count templates as their definition does', () => {
    const x = noise(80);
    const r = 0.2;
    const alike = (m: number) => {
      let pairs = 0;
      for (let a = 0; a < 80 - 2; a += 1) {
        for (let b = a + 1; b < 80 - 2; b += 1) {
          let distance = 0;
          for (let k = 0; k < m; k += 1)
            distance = Math.max(distance, Math.abs(x[a + k]! - x[b + k]!));
          if (distance <= r) pairs += 1;
        }
      }
      return pairs;
    };
    const got = value(quant.sampleEntropy(x, { order: 2, tolerance: r }));
    expect(got).toBeCloseTo(-Math.log(alike(3) / alike(2)), 13);
  });

  it('of two distributions are 0 for equal and 1 bit for disjoint ones', () => {
    const [p, q] = [Float64Array.of(1, 3, 0, 0), Float64Array.of(0, 0, 2, 2)];
    expect(value(quant.jensenShannon(p, p))).toBe(0);
    expect(value(quant.jensenShannon(p, q))).toBeCloseTo(1, 14);
    expect(detail(quant.kullbackLeibler(p, q))).toContain('the divergence is infinite');
  });

  it('of labels: a series tells all about itself', () => {
    const labels = value(quant.binLabels(noise(1000), 8));
    const counts = new Float64Array(8);
    for (const l of labels) counts[l] = counts[l]! + 1;
    const own = value(quant.shannonEntropy(counts));
    expect(value(quant.mutualInformation(labels, labels))).toBeCloseTo(own, 12);
  });

  it.each([
    [
      () => quant.permutationEntropy(noise(9), { order: 8 }),
      'order is 8; allowed are whole numbers from 2 to 7',
    ],
    [
      () => quant.sampleEntropy(new Float64Array(50)),
      'tolerance is 0; it must be above 0 (a constant series has none)',
    ],
    [
      () => quant.spectralEntropy(new Float64Array(50)),
      'x is constant; a spectrum without power has no entropy',
    ],
    [
      () => quant.svdEntropy(new Float64Array(50)),
      'x is all zero; its embedding has no singular values above 0',
    ],
    [
      () => quant.katzDimension(new Float64Array(50)),
      'x is constant; the measure is not defined for it',
    ],
  ])('refuse bad input (%#)', (run, text) => {
    expect(detail(run())).toBe(text);
  });
});

describe('Hurst exponents', () => {
  it('of white noise lie near one half', () => {
    const x = noise(8192);
    const estimates = [
      value(quant.dfa(x)).alpha,
      value(quant.hurstRescaledRange(x)),
      value(quant.hurstWhittle(x)).hurst,
      value(quant.fractionalOrderGph(x)).d + 0.5,
    ];
    for (const estimate of estimates) expect(Math.abs(estimate - 0.5)).toBeLessThan(0.12);
    expect(Math.abs(estimates[2]! - 0.5)).toBeLessThan(
      4 * value(quant.hurstWhittle(x)).standardError,
    );
  });

  it.each([
    [() => quant.dfa(new Float64Array(100)), 'x is constant; it does not fluctuate'],
    [() => quant.dfa(noise(100), [4]), 'windows has 1 lengths; at least 2 are needed'],
    [
      () => quant.dfa(noise(100), [3, 9]),
      'a window of 3 values; allowed are whole numbers from 4 to 100',
    ],
    [() => quant.hurstWhittle(new Float64Array(100)), 'x is constant; its spectrum is 0'],
    [
      () => quant.hurstRescaledRange(new Float64Array(100)),
      'x is constant in every window of some length',
    ],
    [() => quant.hurstRescaledRangeVariants(new Float64Array(400)), 'x is constant over a window'],
  ])('refuse bad input (%#)', (run, text) => {
    expect(detail(run())).toBe(text);
  });
});

describe('wavelets', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'with %i moments are orthonormal and blind to polynomials',
    (moments) => {
      const { reconstructionLow: low, decompositionHigh: high } = value(quant.daubechies(moments));
      for (let shift = 0; shift < moments; shift += 1) {
        let product = 0;
        for (let k = 0; k + 2 * shift < low.length; k += 1)
          product += low[k]! * low[k + 2 * shift]!;
        expect(product).toBeCloseTo(shift === 0 ? 1 : 0, 11);
      }
      const centre = moments - 0.5;
      for (let power = 0; power < moments; power += 1) {
        const moment = high.reduce((sum, v, k) => sum + v * ((k - centre) / moments) ** power, 0);
        expect(Math.abs(moment)).toBeLessThan(1e-8);
      }
    },
  );

  it.each(['periodization', 'symmetric'] as const)(
    'by %s give the series back at any length',
    (mode) => {
      for (let n = 64; n < 90; n += 1) {
        for (const moments of [1, 2, 4]) {
          const x = noise(n);
          const back = value(
            quant.inverseWaveletTransform(value(quant.waveletTransform(x, { mode, moments }))),
          );
          expect(back.length).toBe(n);
          expect(Math.max(...back.map((v, t) => Math.abs(v - x[t]!)))).toBeLessThan(1e-11);
        }
      }
    },
  );

  it('remove noise from a smooth signal', () => {
    const smooth = Float64Array.from({ length: 1024 }, (_, t) => 5 * Math.sin(t / 100));
    const dirt = noise(1024);
    const { signal } = value(quant.waveletDenoise(smooth.map((v, t) => v + dirt[t]!)));
    const error = (x: Float64Array) => x.reduce((sum, v, t) => sum + (v - smooth[t]!) ** 2, 0);
    expect(error(signal)).toBeLessThan(error(smooth.map((v, t) => v + dirt[t]!)) / 5);
  });

  it('refuse a level that the series is too short for', () => {
    const result = quant.waveletTransform(noise(64), { level: 9 });
    expect(detail(result)).toBe('level is 9; allowed for 64 values are 1 to 3');
  });
});

describe('transfer entropy', () => {
  const x = noise(3000);
  const follower = Float64Array.from(x, (_, t) =>
    t === 0 ? 0 : x[t - 1]! + noise(1, t + 1)[0]! / 10,
  );
  const discretisation = { quantiles: [25, 50, 75] } as const;

  it('flows from the leader to the follower, beyond what shuffles give', () => {
    const options = { discretisation, shuffles: 20, bootstraps: 40, seed: 3 };
    const forward = value(quant.transferEntropy(x, follower, options));
    const backward = value(quant.transferEntropy(follower, x, options));
    expect(forward.effective!).toBeGreaterThan(1);
    expect(forward.pValue).toBe(1 / 41);
    expect(Math.abs(backward.effective!)).toBeLessThan(0.05);
    expect(value(quant.transferEntropy(x, follower, options))).toEqual(forward);
    const gauss = value(quant.gaussianTransferEntropy(x, follower));
    expect(gauss).toBeGreaterThan(
      100 * Math.abs(value(quant.gaussianTransferEntropy(follower, x))),
    );
  });

  it.each([
    [
      () => quant.transferEntropy(x, new Float64Array(3000)),
      'target is constant; nothing flows to it',
    ],
    [
      () => quant.transferEntropy(x, x.subarray(1)),
      'source and target have 3000 and 2999 values; not equal',
    ],
    [
      () => quant.transferEntropy(x, follower, { sourceLag: 0 }),
      'sourceLag is 0; allowed are whole numbers from 1 to 8',
    ],
    [
      () => quant.transferEntropy(x, follower, { discretisation: { bins: 1 } }),
      'bins is 1; allowed are whole numbers from 2 to 64',
    ],
    [
      () => quant.gaussianTransferEntropy(x, x),
      'the past values depend on each other, or explain the target fully',
    ],
  ])('refuses bad input (%#)', (run, text) => {
    expect(detail(run())).toBe(text);
  });
});

describe('recurrence', () => {
  it('of a sine is all diagonal lines; of noise few', () => {
    const sine = Float64Array.from({ length: 300 }, (_, t) => Math.sin((2 * Math.PI * t) / 25));
    const ordered = value(quant.recurrence(sine, { radius: 0.1, lag: 6 }));
    const random = value(quant.recurrence(noise(300), { radius: 0.05, lag: 6 }));
    expect(ordered.determinism).toBeGreaterThan(0.95);
    expect(random.determinism).toBeLessThan(0.7);
    expect(ordered.longestDiagonal).toBe(300 - 6 - 25);
  });

  it('refuses a radius of 0', () => {
    const result = quant.recurrence(noise(50), { radius: 0 });
    expect(detail(result)).toBe('radius is 0; it must be a finite number above 0');
  });
});

describe("Benford's law", () => {
  it('holds for powers of two and fails for equal digits', () => {
    const powers = Float64Array.from({ length: 1000 }, (_, k) => 2 ** (k - 500));
    expect(value(quant.benford(powers)).conformity).toBe('close');
    const ones = new Float64Array(50).fill(-0.0017);
    const found = value(quant.benford(ones));
    expect([found.firstCounts[0], found.secondCounts[7], found.conformity]).toEqual([
      50,
      50,
      'none',
    ]);
    expect(found.pValue).toBeLessThan(1e-9);
  });

  it('reads 9.7 as written, or as C prints it', () => {
    const values = new Float64Array(10).fill(9.7);
    expect(value(quant.benford(values)).secondCounts[7]).toBe(10);
    expect(value(quant.benford(values, { notation: 15 })).secondCounts[6]).toBe(10);
  });

  it('refuses values without digits', () => {
    const nothing = new Float64Array(99);
    expect(detail(quant.benford(nothing))).toContain(
      'has 0 values that are not 0; at least 10 are',
    );
  });
});
