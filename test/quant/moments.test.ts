import { describe, expect, it } from 'vitest';
import { moments } from '../../src/quant/index.ts';

const naive = (x: Float64Array) => {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const power = (k: number) => x.reduce((sum, v) => sum + (v - mean) ** k, 0) / x.length;
  return {
    mean,
    variance: power(2),
    skewness: power(3) / power(2) ** 1.5,
    kurtosis: power(4) / power(2) ** 2,
  };
};

describe('moments', () => {
  it('equal the sums of their definition at every tail length', () => {
    for (let n = 2; n < 40; n += 1) {
      const x = Float64Array.from({ length: n }, (_, i) => Math.sin(i * 1.7) + i / 50);
      const got = moments(x);
      if (!got.ok) throw new Error(got.error.detail);
      const want = naive(x);
      for (const key of ['mean', 'variance', 'skewness', 'kurtosis'] as const) {
        expect(got.value[key]).toBeCloseTo(want[key], 11);
      }
    }
  });

  it('of a constant series have no skewness and no kurtosis, whatever rounding leaves', () => {
    for (const level of [0, 5, 0.1]) {
      expect(moments(new Float64Array(20).fill(level))).toEqual({
        ok: true,
        value: { n: 20, mean: level, variance: 0, skewness: null, kurtosis: null },
      });
    }
  });

  it('refuse sizes whose powers are no doubles', () => {
    for (const size of [1e300, 1e-300]) {
      expect(moments(Float64Array.of(size, -size, 2 * size)).ok).toBe(false);
    }
  });

  it('refuse an empty series and name a value that is not finite', () => {
    expect(moments(new Float64Array(0))).toMatchObject({ ok: false, error: { code: 'bad-input' } });
    const refused = moments(Float64Array.of(1, Number.NaN));
    expect(refused.ok ? '' : refused.error.detail).toBe('x[1] is NaN; every value must be finite');
  });
});
