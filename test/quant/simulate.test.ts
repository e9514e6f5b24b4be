import { describe, expect, it } from 'vitest';
import {
  moments,
  normalStream,
  reversionMoments,
  type SimulationModel,
  simulate,
  simulation,
} from '../../src/quant/index.ts';
import { kernel } from '../../src/quant/kernel.ts';
import { value } from './results.ts';

const jumps = { intensity: 2, mean: -0.05, deviation: 0.1 };
const variance = {
  initial: 0.09,
  reversion: 2,
  longRun: 0.16,
  volatility: 0.7,
  correlation: -0.6,
};
const models: SimulationModel[] = [
  { kind: 'gbm', spot: 100, drift: 0.1, volatility: 0.4 },
  { kind: 'merton', spot: 100, drift: 0.1, volatility: 0.3, jumps },
  { kind: 'heston', spot: 100, drift: 0.1, variance },
  { kind: 'bates', spot: 100, drift: 0.1, variance, jumps },
  { kind: 'brownian', start: 1, drift: 0.2, volatility: 0.5 },
  { kind: 'ou', start: 1.5, reversion: 3, mean: 0.4, volatility: 0.8 },
  { kind: 'cir', start: 0.09, reversion: 2, mean: 0.16, volatility: 0.7 },
];

/** Expected end after one year. */
function expectedEnd(model: SimulationModel): number {
  if (model.kind === 'ou' || model.kind === 'cir') return value(reversionMoments(model, 1)).mean;
  if (model.kind === 'brownian') return model.start + model.drift;
  return model.spot * Math.exp(model.drift);
}

describe('Random streams', () => {
  it('are Philox4x32-10, by the known answers of its authors', () => {
    const answer = (...words: number[]) => {
      const out = new Float64Array(4);
      kernel('philoxWords')(Float64Array.from(words), out);
      return Array.from(out, (w) => w.toString(16).padStart(8, '0')).join(' ');
    };
    const ones = 0xffffffff;
    expect(answer(0, 0, 0, 0, 0, 0)).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    expect(answer(ones, ones, ones, ones, ones, ones)).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
    expect(answer(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0)).toBe(
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    );
  });

  it('are normal, and differ by seed and stream', () => {
    const n = 400_000;
    const z = normalStream(5, 7, n);
    const { mean, variance: spread, skewness, kurtosis } = value(moments(z));
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(spread - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(skewness!)).toBeLessThan(4 * Math.sqrt(6 / n));
    expect(Math.abs(kurtosis! - 3)).toBeLessThan(4 * Math.sqrt(24 / n));
    const neighbours = z.reduce((sum, v, i) => sum + v * (z[i + 1] ?? 0), 0) / n;
    expect(Math.abs(neighbours)).toBeLessThan(4 / Math.sqrt(n));
    expect(normalStream(5, 7, 3)).toEqual(z.subarray(0, 3));
    expect(normalStream(6, 7, 1)[0]).not.toBe(z[0]);
    expect(normalStream(5, 8, 1)[0]).not.toBe(z[0]);
    expect(normalStream(5 + 2 ** 40, 7, 1)[0]).not.toBe(z[0]);
  });
});

describe.each(models)('Simulation of $kind', (model) => {
  it('has the expected end within three standard errors, antithetic or not', () => {
    for (const antithetic of [false, true]) {
      const run = value(
        simulate(model, { paths: 80_000, steps: 50, years: 1, seed: 42, antithetic }),
      );
      const pairs = Float64Array.from({ length: 40_000 }, (_, i) =>
        antithetic ? (run.terminal[2 * i]! + run.terminal[2 * i + 1]!) / 2 : run.terminal[i]!,
      );
      const { mean, variance: spread } = value(moments(pairs));
      const off = Math.abs(mean - expectedEnd(model));
      // Pairs of a linear process have no spread at all: rounding is what is left.
      expect(off).toBeLessThan(3 * Math.sqrt(spread / pairs.length) + 1e-12);
    }
  });

  it('gives a path by its number, whatever chunk it is in', () => {
    const options = { paths: 150, steps: 37, years: 1, seed: 9, keepPaths: true };
    const all = value(simulate(model, options));
    const some = value(simulate(model, { ...options, paths: 3, firstPath: 77 }));
    expect(some.terminal).toEqual(all.terminal.subarray(77, 80));
    expect(some.values).toEqual(all.values.subarray(77 * 38, 80 * 38));
    const plain = value(simulate(model, { ...options, keepPaths: false }));
    expect(plain.terminal).toEqual(all.terminal);
    expect(plain.maxDrawdown).toEqual(all.maxDrawdown);
    const other = value(simulate(model, { ...options, seed: 10 }));
    expect(other.terminal[0]).not.toBe(all.terminal[0]);
  });

  it('summarises the path it keeps', () => {
    const steps = 30;
    const run = value(simulate(model, { paths: 70, steps, years: 1, seed: 3, keepPaths: true }));
    const price = !['brownian', 'ou', 'cir'].includes(model.kind);
    for (let p = 0; p < 70; p += 1) {
      const path = run.values.subarray(p * (steps + 1), (p + 1) * (steps + 1));
      let [high, drop] = [path[0]!, 0];
      for (const x of path) {
        high = Math.max(high, x);
        drop = Math.max(drop, price ? 1 - x / high : high - x);
      }
      expect(run.terminal[p]).toBe(path[steps]);
      expect(run.minimum[p]).toBe(Math.min(...path));
      expect(run.maximum[p]).toBe(high);
      expect(run.maxDrawdown[p]).toBeCloseTo(drop, 13);
    }
  });
});

describe('Simulation', () => {
  it('of jumps has the variance of the model', () => {
    const model = models[1]!;
    const run = value(simulate(model, { paths: 200_000, steps: 4, years: 1, seed: 1 }));
    const { variance: spread, kurtosis } = value(moments(run.terminal.map(Math.log)));
    const want = 0.09 + 2 * (0.05 ** 2 + 0.1 ** 2);
    expect(Math.abs(spread / want - 1)).toBeLessThan(3 * Math.sqrt((kurtosis! - 1) / 200_000));
  });

  it('of a square-root process has its variance and never falls below 0', () => {
    const model = models[6]! as Extract<SimulationModel, { kind: 'cir' }>;
    const run = value(simulate(model, { paths: 100_000, steps: 50, years: 1, seed: 2 }));
    const { variance: spread, kurtosis } = value(moments(run.terminal));
    const want = value(reversionMoments(model, 1)).variance;
    expect(Math.abs(spread / want - 1)).toBeLessThan(3 * Math.sqrt((kurtosis! - 1) / 100_000));
    expect(run.minimum.every((x) => x >= 0)).toBe(true);
  });

  it('of antithetic pairs mirrors the logarithm', () => {
    const options = { paths: 2, steps: 5, years: 1, seed: 4, antithetic: true };
    const run = value(simulate(models[0]!, options));
    const centre = Math.log(100) + 0.1 - 0.08;
    const [a, b] = Array.from(run.terminal, (x) => Math.log(x) - centre) as [number, number];
    expect(a).not.toBe(0);
    expect(a).toBeCloseTo(-b, 12);
  });

  it('tells its progress, and ends with an error when it is given up', () => {
    const options = { paths: 100_000, steps: 252, years: 1, seed: 4 };
    const seen: number[] = [];
    value(simulate(models[0]!, options, { onProgress: ({ done }) => seen.push(done) }));
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.at(-1)).toBe(100_000);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    const stop = new AbortController();
    const given = simulate(models[0]!, options, {
      onProgress: () => stop.abort(),
      signal: stop.signal,
    });
    expect(given).toMatchObject({ ok: false, error: { code: 'aborted' } });
    const steps = simulation(models[0]!, options);
    expect(steps.next()).toEqual({ done: false, value: { done: seen[0], paths: 100_000 } });
  });

  it('names what it cannot take', () => {
    const options = { paths: 10, steps: 10, years: 1, seed: 1 };
    const detail = (model: SimulationModel, change = {}) => {
      const result = simulate(model, { ...options, ...change });
      return result.ok ? '' : result.error.detail;
    };
    const gbm = { kind: 'gbm', spot: 100, drift: 0, volatility: 0.2 } as const;
    expect(detail({ ...gbm, spot: 0 })).toBe('spot is 0; it must be above 0');
    expect(detail({ ...gbm, drift: Number.NaN })).toBe('drift is NaN; it must be finite');
    expect(detail({ ...gbm, volatility: -1 })).toBe('volatility is -1; it must be at least 0');
    expect(detail(gbm, { paths: 1.5 })).toBe(
      'paths is 1.5; a whole number from 1 to 134217728 is needed',
    );
    expect(detail(gbm, { years: 0 })).toBe('years is 0; it must be above 0');
    expect(detail(gbm, { seed: -1 })).toMatch(/^seed is -1/);
    expect(detail(gbm, { paths: 2 ** 27, keepPaths: true })).toMatch(/^keepPaths asks/);
    expect(detail({ ...gbm, drift: 1000 })).toMatch(/range of doubles/);
    const often = { intensity: 1e6, mean: 0, deviation: 0.1 };
    expect(detail({ ...gbm, kind: 'merton', jumps: often })).toMatch(/expected jumps/);
  });
});

it('the normals of a stream are the transform of its words', () => {
  const [seed, stream, first] = [7, 11, 5];
  const z = new Float64Array(4000);
  kernel('philoxNormals')(Float64Array.of(seed, 0, stream, first), z);
  const words = new Float64Array(z.length);
  kernel('philoxWords')(Float64Array.of(stream, 0, first, 2, seed, 0), words);
  for (let i = 0; i < z.length; i += 2) {
    const [radius, angle] = [words[i]!, words[i + 1]!];
    const r = Math.sqrt(-2 * (Math.log(radius + 0.5) - 32 * Math.LN2));
    const place = (Math.floor(angle / 4) + 0.5) / 2 ** 30 - 0.5;
    const a = (Math.PI / 2) * (place + (angle % 4));
    expect(Math.abs(z[i]! - r * Math.cos(a))).toBeLessThan(1e-11 * r);
    expect(Math.abs(z[i + 1]! - r * Math.sin(a))).toBeLessThan(1e-11 * r);
  }
});
