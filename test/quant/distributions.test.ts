import { describe, expect, it } from 'vitest';
import {
  betaCdf,
  betaQuantile,
  chiSquareQuantile,
  chiSquareSf,
  digamma,
  erf,
  erfc,
  fQuantile,
  fSf,
  gammaCdf,
  gammaPdf,
  gammaQuantile,
  lgamma,
  normalCdf,
  normalPdf,
  normalQuantile,
  normalSf,
  studentTCdf,
  studentTPdf,
  studentTQuantile,
  studentTSf,
  trigamma,
} from '../../src/quant/distributions.ts';

/** Values of mpmath at 40 digits. */
const EXACT: [string, number, number][] = [
  ['erf 0.5', erf(0.5), 0.5204998778130465],
  ['erfc 5', erfc(5), 1.537459794428035e-12],
  ['erfc -1', erfc(-1), 1.8427007929497148],
  ['lgamma 0.1', lgamma(0.1), 2.252712651734206],
  ['lgamma 100', lgamma(100), 359.1342053695754],
  ['lgamma -0.5', lgamma(-0.5), 1.265512123484645],
  ['digamma 1', digamma(1), -0.5772156649015329],
  ['trigamma 1', trigamma(1), 1.6449340668482264],
  ['normal tail', normalSf(10), 7.619853024160525e-24],
  ['normal quantile', normalQuantile(0.975), 1.959963984540054],
  ['t tail', studentTSf(12, 10_000_000), 1.777416025467318e-33],
  ['t near the normal', studentTSf(2, 10_000_000), 0.022750145445921476],
  ['chi-square tail', chiSquareSf(10, 2), Math.exp(-5)],
  ['F tail', fSf(4, 2, 10), 1.8 ** -5],
];

describe('the distributions', () => {
  it.each(EXACT)('give %s to twelve digits', (_, got, exact) => {
    expect(Math.abs(got - exact)).toBeLessThanOrEqual(1e-12 * Math.abs(exact));
  });

  // scipy 1.17.1: special.gammaincc and stats.chi2.sf.
  it('keep their digits at a shape of billions', () => {
    const near = (got: number, want: number) =>
      expect(Math.abs(got / want - 1)).toBeLessThan(1e-11);
    near(chiSquareSf(1e12, 1e12), 0.4999998119368055);
    near(gammaCdf(1e12 + 5e6, 1e12), 0.9999997133365341);
    near(gammaCdf(1e18 - 2e9, 1e18), 0.02275013189418825);
    near(gammaCdf(1.01e10, 1.01e10), 0.5000013232080192);
    expect(studentTSf(0.1, 1e300)).toBe(normalSf(0.1));
  });

  it('return to p from their quantiles, in both tails', () => {
    for (const p of [1e-10, 1e-4, 0.01, 0.3, 0.5, 0.7, 0.99, 0.999999]) {
      const pairs = [
        normalCdf(normalQuantile(p)),
        studentTCdf(studentTQuantile(p, 2.5), 2.5),
        studentTCdf(studentTQuantile(p, 40), 40),
        gammaCdf(gammaQuantile(p, 0.3, 5), 0.3, 5),
        1 - chiSquareSf(chiSquareQuantile(p, 200), 200),
        betaCdf(betaQuantile(p, 0.5, 7), 0.5, 7),
        1 - fSf(fQuantile(p, 3, 12), 3, 12),
      ];
      for (const back of pairs)
        expect(Math.abs(back / p - 1)).toBeLessThan(1e-6 * 1e-3 + 1e-16 / p);
    }
  });

  it('have densities that are the slopes of their lower tails', () => {
    const slope = (f: (x: number) => number, x: number) => (f(x + 1e-5) - f(x - 1e-5)) / 2e-5;
    for (const x of [0.3, 1, 2.7]) {
      expect(slope(normalCdf, x)).toBeCloseTo(normalPdf(x), 8);
      expect(slope((v) => studentTCdf(v, 3), x)).toBeCloseTo(studentTPdf(x, 3), 8);
      expect(slope((v) => gammaCdf(v, 2.5, 0.8), x)).toBeCloseTo(gammaPdf(x, 2.5, 0.8), 8);
    }
  });

  it('meet their limits at the ends and refuse parameters that mean nothing', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(gammaQuantile(1, 2)).toBe(Number.POSITIVE_INFINITY);
    expect(studentTSf(3, Number.POSITIVE_INFINITY)).toBe(normalSf(3));
    expect(chiSquareSf(0, 3)).toBe(1);
    for (const nothing of [normalQuantile(2), studentTQuantile(0.5, -1), gammaQuantile(0.5, 0)]) {
      expect(nothing).toBeNaN();
    }
  });

  it("go out to the smallest probabilities of Student's t", () => {
    for (const nu of [0.5, 1, 2.5, 5, 30, 300, 1e4]) {
      for (const p of [1e-21, 1e-50, 1e-100, 1e-150, 1e-200, 1e-300]) {
        const x = studentTQuantile(p, nu);
        // Beyond the range of doubles, and where squares of it overflow, the tail is a power.
        if (x > -1e100) expect(studentTCdf(x, nu) / p).toBeCloseTo(1, 11);
        else expect(x).toBe(-1e100 * (studentTCdf(-1e100, nu) / p) ** (1 / nu));
      }
    }
    expect(studentTQuantile(1e-200, 1) / -(1e200 / Math.PI)).toBeCloseTo(1, 12);
    expect(studentTQuantile(1e-300, 0.5)).toBe(Number.NEGATIVE_INFINITY);
  });
});
