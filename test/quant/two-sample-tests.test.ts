import { describe, expect, it } from 'vitest';
import {
  chiSquareGoodnessOfFitTest,
  chiSquareIndependenceTest,
  kendallTest,
  kolmogorovSf,
  kolmogorovSmirnovTest,
  kolmogorovSmirnovTwoSampleTest,
  leveneTest,
  mannWhitneyTest,
  pairedTTest,
  pearsonTest,
  spearmanTest,
  tTest,
  wilcoxonTest,
} from '../../src/quant/index.ts';
import { must, normals, refusal } from './statistics-support.ts';

const a = Float64Array.of(1.1, 2.3, -0.4, 5.2, 3.3, 0.7);
const b = Float64Array.of(2.9, 4.1, 6.6, 3.8, 7.2);
const c = Float64Array.of(0.2, 1.9, 1.3, 2.2, 4.4, -0.9);
const x = Float64Array.of(1, 1, 2, 3, 3, 3, 5, 8);
const y = Float64Array.of(2, 1, 2, 2, 4, 4, 4, 9);

describe('exact and tied cases, as scipy 1.17.1 gives them', () => {
  it.each([
    [
      'Mann-Whitney, exact',
      must(mannWhitneyTest(a, b, { method: 'exact' })).pValue,
      0.05194805194805195,
    ],
    ['Mann-Whitney, tied', must(mannWhitneyTest(x, y)).pValue, 0.8309178941435595],
    ['Wilcoxon, exact', must(wilcoxonTest(a, c)).pValue, 0.6875],
    ['Kendall, exact', must(kendallTest(a, c)).pValue, 0.1361111111111111],
    ['Kendall, tied', must(kendallTest(x, y)).pValue, 0.009866946635559802],
    ['Spearman, tied', must(spearmanTest(x, y)).pValue, 0.004175481184953827],
    [
      'Kolmogorov-Smirnov, exact',
      must(kolmogorovSmirnovTwoSampleTest(a, b)).pValue,
      0.1082251082251082,
    ],
    [
      '2 by 2 with Yates',
      must(
        chiSquareIndependenceTest([
          [12, 5],
          [3, 9],
        ]),
      ).pValue,
      0.04111041419430694,
    ],
    [
      '2 by 2 without',
      must(
        chiSquareIndependenceTest(
          [
            [12, 5],
            [3, 9],
          ],
          false,
        ),
      ).pValue,
      0.01553434141468346,
    ],
    [
      'goodness of fit',
      must(chiSquareGoodnessOfFitTest([18, 22, 20, 40], [25, 25, 25, 25])).pValue,
      0.006363629995195269,
    ],
  ])('%s', (_, got, want) => {
    expect(Math.abs(got - want)).toBeLessThan(1e-12);
  });
});

describe('tests of two samples', () => {
  // scipy 1.17.1: ks_2samp(arange(200), arange(200) + 130, method='exact').
  it('keep the digits of a small exact Kolmogorov-Smirnov p-value', () => {
    const low = Float64Array.from({ length: 200 }, (_, i) => i);
    const { pValue } = must(
      kolmogorovSmirnovTwoSampleTest(
        low,
        low.map((value) => value + 130),
      ),
    );
    expect(Math.abs(pValue / 3.677261662618134e-40 - 1)).toBeLessThan(1e-12);
  });

  // scipy 1.17.1: kendalltau.
  it('count the pairs of many tied values, and of a hundred thousand in no time', () => {
    const left = Float64Array.from({ length: 120 }, (_, i) => ((i * 37) % 101) * (1 + (i % 3)));
    const right = Float64Array.from({ length: 120 }, (_, i) => ((i * 53) % 97) + i / 10);
    const { correlation, pValue } = must(kendallTest(left, right));
    expect(correlation).toBeCloseTo(0.06256144353005162, 13);
    expect(pValue).toBeCloseTo(0.31168342628810497, 12);
    const many = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i * i));
    expect(must(kendallTest(many, many)).correlation).toBe(1);
  });

  it('only change sign when the samples change places', () => {
    for (const kind of ['welch', 'pooled'] as const) {
      const [there, back] = [must(tTest(a, b, kind)), must(tTest(b, a, kind))];
      expect(back.statistic).toBe(-there.statistic);
      expect(back.pValue).toBe(there.pValue);
    }
    const [there, back] = [must(mannWhitneyTest(a, b)), must(mannWhitneyTest(b, a))];
    expect(there.statistic + back.statistic).toBe(30);
    expect(back.pValue).toBeCloseTo(there.pValue, 14);
  });

  it('reject at the stated level when nothing differs', () => {
    const runs = 400;
    const hits = new Map<string, number>();
    for (let seed = 1; seed <= runs; seed += 1) {
      const left = normals(40, seed);
      const right = normals(40, seed + 10_000);
      const p = {
        welch: must(tTest(left, right)),
        paired: must(pairedTTest(left, right)),
        ranks: must(mannWhitneyTest(left, right)),
        signed: must(wilcoxonTest(left, right)),
        spread: must(leveneTest([left, right])),
        linear: must(pearsonTest(left, right)),
        kendall: must(kendallTest(left, right)),
        distance: must(kolmogorovSmirnovTwoSampleTest(left, right)),
      };
      for (const [name, { pValue }] of Object.entries(p)) {
        hits.set(name, (hits.get(name) ?? 0) + (pValue < 0.05 ? 1 : 0));
      }
    }
    for (const [name, count] of hits) {
      expect(count / runs, name).toBeLessThan(0.09);
      expect(count / runs, name).toBeGreaterThan(0.015);
    }
  });

  it('refuse samples without variation, pairs of unequal length and broken values', () => {
    const flat = new Float64Array(6).fill(1);
    expect(refusal(tTest(flat, flat))).toContain('both constant');
    expect(
      refusal(
        pairedTTest(
          a,
          a.map((v) => v + 1.5),
        ),
      ),
    ).toBe('');
    expect(refusal(pairedTTest(flat, flat))).toContain('all differences are 0');
    expect(refusal(pairedTTest(a, b))).toContain('a has 6 values and b 5');
    expect(refusal(mannWhitneyTest(flat, flat))).toContain('all values of a and b equal 1');
    expect(refusal(mannWhitneyTest(x, y, { method: 'exact' }))).toContain('tied values');
    expect(refusal(wilcoxonTest(a, a))).toContain('equal everywhere');
    expect(refusal(leveneTest([a]))).toContain('1 samples given');
    expect(refusal(leveneTest([flat, flat]))).toContain('must vary');
    expect(refusal(pearsonTest(a, flat))).toContain('b is constant at 1');
    expect(refusal(kendallTest(a, Float64Array.of(1, 2, 3, 4, 5, Number.NaN)))).toContain(
      'b[5] is NaN',
    );
    expect(refusal(chiSquareIndependenceTest([[1, 2]]))).toContain('1 by 2');
    expect(
      refusal(
        chiSquareIndependenceTest([
          [0, 0],
          [1, 2],
        ]),
      ),
    ).toContain('row 0 of table sums to 0');
    expect(
      refusal(
        chiSquareIndependenceTest([
          [1, -2],
          [1, 2],
        ]),
      ),
    ).toContain('table[0][1] is -2');
    expect(refusal(chiSquareGoodnessOfFitTest([1, 2], [1, 3]))).toContain('must be equal');
  });

  it('know a perfect correlation', () => {
    const double = a.map((v) => 2 * v + 1);
    expect(must(pearsonTest(a, double))).toMatchObject({ correlation: 1, pValue: 0 });
    expect(must(kendallTest(a, double)).pValue).toBeCloseTo(2 / 720, 14);
  });
});

describe('the Kolmogorov distribution', () => {
  it('is exact for one observation and continuous where its methods meet', () => {
    for (const d of [0.6, 0.7, 0.9]) expect(kolmogorovSf(d, 1)).toBeCloseTo(2 * (1 - d), 13);
    for (const n of [50, 1000, 1001]) {
      const seam = Math.sqrt(4 / n);
      expect(Math.abs(kolmogorovSf(seam - 1e-9, n) - kolmogorovSf(seam + 1e-9, n))).toBeLessThan(
        1e-9,
      );
    }
    for (const z of [0.5, 0.8, 1.2, 1.8]) {
      const [exact, expansion] = [1000, 1001].map((n) => kolmogorovSf(z / Math.sqrt(n), n));
      expect(Math.abs(exact! - expansion!)).toBeLessThan(2e-5);
      const both = (['exact', 'simard-lecuyer'] as const).map((k) => kolmogorovSf(z / 30, 900, k));
      expect(Math.abs(both[0]! - both[1]!)).toBeLessThan(7e-8);
    }
  });

  it('falls from 1 to 0', () => {
    let last = 1;
    for (let d = 0.001; d <= 1; d += 0.001) {
      const p = kolmogorovSf(d, 60);
      expect(p).toBeLessThanOrEqual(last + 1e-13);
      last = p;
    }
    expect(last).toBeLessThan(1e-30);
  });

  it('refuses a function that is no distribution', () => {
    expect(refusal(kolmogorovSmirnovTest(a, (v) => v))).toContain('it must be in [0, 1]');
  });
});
