import { describe, expect, it } from 'vitest';
import { seededRng } from '../../src/core/index.ts';
import {
  adjustPValues,
  MULTIPLE_TESTING_METHODS,
  type MultipleTestingMethod,
} from '../../src/quant/index.ts';
import { must, refusal } from './statistics-support.ts';

/** Hommel's adjusted p-values by closed testing with Simes' test over every subset. */
function closedSimes(p: number[]): number[] {
  const adjusted = p.map(() => 0);
  for (let set = 1; set < 1 << p.length; set += 1) {
    const members = p.filter((_, i) => (set >> i) & 1).sort((a, b) => a - b);
    const simes = Math.min(...members.map((v, i) => (members.length * v) / (i + 1)));
    for (let i = 0; i < p.length; i += 1) {
      if ((set >> i) & 1) adjusted[i] = Math.max(adjusted[i]!, simes);
    }
  }
  return adjusted;
}

const adjust = (p: number[], method: MultipleTestingMethod) =>
  must(adjustPValues(Float64Array.from(p), method)).adjusted;

describe('adjusted p-values', () => {
  const rng = seededRng(9);
  const samples = Array.from({ length: 30 }, (_, k) =>
    Array.from({ length: 2 + (k % 8) }, () => rng.uniform() ** 3),
  );

  it('of Hommel equal closed testing with Simes', () => {
    for (const p of samples) {
      const want = closedSimes(p);
      for (const [i, v] of adjust(p, 'hommel').entries()) expect(v).toBeCloseTo(want[i]!, 12);
    }
  });

  it('keep the order of the tests, never fall below p, and rank by strictness', () => {
    for (const p of samples) {
      const by = Object.fromEntries(MULTIPLE_TESTING_METHODS.map((m) => [m, adjust(p, m)]));
      for (const [i, value] of p.entries()) {
        for (const method of MULTIPLE_TESTING_METHODS) {
          expect(by[method]![i]!).toBeGreaterThanOrEqual(value - 1e-15);
          expect(by[method]![i]!).toBeLessThanOrEqual(1);
          for (const [j, other] of p.entries()) {
            if (other < value) expect(by[method]![j]!).toBeLessThanOrEqual(by[method]![i]!);
          }
        }
        expect(by['bonferroni']![i]!).toBeGreaterThanOrEqual(by['holm']![i]!);
        expect(by['holm']![i]!).toBeGreaterThanOrEqual(by['hochberg']![i]! - 1e-15);
        expect(by['hochberg']![i]!).toBeGreaterThanOrEqual(by['hommel']![i]! - 1e-15);
        expect(by['hommel']![i]!).toBeGreaterThanOrEqual(by['bh']![i]! - 1e-15);
      }
    }
  });

  it('do not depend on the order of the input', () => {
    const p = samples[7]!;
    for (const method of MULTIPLE_TESTING_METHODS) {
      const forward = adjust(p, method);
      expect([...adjust(p.toReversed(), method)].toReversed()).toEqual([...forward]);
    }
  });

  it('of equal tests are equal, and those of one test are its own', () => {
    for (const method of MULTIPLE_TESTING_METHODS) {
      const equal = adjust([0.02, 0.02, 0.02], method);
      expect(new Set(equal).size).toBe(1);
      expect(adjust([0.3], method)[0]).toBeCloseTo(0.3, 14);
    }
  });

  it('refuse a value that is no probability', () => {
    expect(refusal(adjustPValues(Float64Array.of(0.1, 1.2), 'bh'))).toBe(
      'bad-input: p[1] is 1.2; every value must be in [0, 1]',
    );
    expect(refusal(adjustPValues(Float64Array.of(Number.NaN), 'bh'))).toContain('p[0] is NaN');
    expect(refusal(adjustPValues(new Float64Array(0), 'bh'))).toContain('0 values');
    expect(refusal(adjustPValues(Float64Array.of(0.1), 'bh', 0))).toContain('alpha is 0');
  });
});
