import { describe, expect, it } from 'vitest';
import { seededRng } from '../../src/core/index.ts';
import {
  gpdFit,
  gpdNegativeLogLikelihood,
  gpdRisk,
  hill,
  meanExcess,
  parameterStability,
} from '../../src/quant/index.ts';
import { must, refusal } from './statistics-support.ts';

/** Values of a GPD of a shape over 2, scale 1.5. */
function sample(xi: number, n: number, seed: number): Float64Array {
  const rng = seededRng(seed);
  return Float64Array.from({ length: n }, () => {
    const log = -Math.log1p(-rng.uniform());
    return 2 + 1.5 * (xi === 0 ? log : Math.expm1(xi * log) / xi);
  });
}

describe('a generalised Pareto fit', () => {
  it.each([-0.3, 0, 0.2, 0.7])('finds xi %s within four standard errors', (xi) => {
    const x = sample(xi, 4000, 11);
    const fit = must(gpdFit(x, { threshold: 2 }));
    expect(Math.abs(fit.xi - xi)).toBeLessThan(4 * fit.seXi!);
    expect(Math.abs(fit.beta - 1.5)).toBeLessThan(4 * fit.seBeta!);
    const expected = must(gpdFit(x, { threshold: 2, information: 'expected' }));
    expect(Math.abs(expected.seXi! / fit.seXi! - 1)).toBeLessThan(0.1);
    const moments = must(gpdFit(x, { threshold: 2, method: 'pwm' }));
    expect(Math.abs(moments.xi - xi)).toBeLessThan(0.15);
    expect(moments.negativeLogLikelihood).toBeGreaterThanOrEqual(fit.negativeLogLikelihood!);
  });

  it('scales with its values and does not move with them', () => {
    const x = sample(0.3, 300, 5);
    const base = must(gpdFit(x, { threshold: 3 }));
    const scaled = must(
      gpdFit(
        x.map((v) => 1000 * v),
        { threshold: 3000 },
      ),
    );
    expect(scaled.xi).toBeCloseTo(base.xi, 9);
    expect(scaled.beta / base.beta).toBeCloseTo(1000, 6);
    const moved = must(
      gpdFit(
        x.map((v) => v - 50),
        { threshold: -47 },
      ),
    );
    expect(moved.xi).toBeCloseTo(base.xi, 9);
    expect(moved.exceedances).toBe(base.exceedances);
  });

  it('reports the likelihood of its own estimate', () => {
    const x = sample(-0.2, 200, 8);
    const fit = must(gpdFit(x, { threshold: 2 }));
    const y = x.map((v) => v - 2);
    expect(fit.negativeLogLikelihood).toBeCloseTo(gpdNegativeLogLikelihood(y, fit.xi, fit.beta), 8);
  });

  it('gives quantiles that the stated share of the values exceeds', () => {
    const x = sample(0.2, 20_000, 3);
    const fit = must(gpdFit(x, { threshold: 5 }));
    for (const p of [0.95, 0.99, 0.999]) {
      const risk = must(gpdRisk(fit, p));
      const beyond = x.filter((v) => v > risk.valueAtRisk);
      expect(beyond.length / x.length / (1 - p)).toBeGreaterThan(0.7);
      expect(beyond.length / x.length / (1 - p)).toBeLessThan(1.3);
      expect(risk.expectedShortfall!).toBeGreaterThan(risk.valueAtRisk);
    }
    const heavy = must(gpdRisk({ ...fit, xi: 1.2 }, 0.99));
    expect(heavy.expectedShortfall).toBeNull();
    expect(refusal(gpdRisk(fit, 0.1))).toContain('beyond the threshold');
  });

  it('refuses what has no fit, and says why', () => {
    const x = sample(0.2, 50, 1);
    expect(refusal(gpdFit(x, { threshold: 1e9 }))).toBe(
      'bad-input: 0 values exceed the threshold 1000000000; at least 5 are needed',
    );
    expect(refusal(gpdFit(x, { threshold: Number.NaN }))).toContain('threshold is NaN');
    expect(refusal(gpdFit(new Float64Array(20).fill(3), { threshold: 1 }))).toContain('equal 2');
    const edge = Float64Array.from({ length: 40 }, (_, i) => 1 - 2 ** -(i + 1));
    expect(refusal(gpdFit(edge, { threshold: 0 }))).toContain('no maximum with xi > -1');
    x[7] = Number.POSITIVE_INFINITY;
    expect(refusal(gpdFit(x, { threshold: 2 }))).toContain('x[7] is Infinity');
  });
});

describe('threshold diagnostics', () => {
  const x = sample(0.25, 20_000, 4);

  it('show a mean excess that rises with slope xi / (1 - xi)', () => {
    const points = must(meanExcess(x, [2, 8]));
    const [low, high] = [points[0]!, points[1]!];
    const slope = (high.meanExcess - low.meanExcess) / 6;
    expect(Math.abs(slope - 0.25 / 0.75)).toBeLessThan((4 * high.standardError!) / 6);
    expect(refusal(meanExcess(x, [1e9]))).toBe(
      'bad-input: no value exceeds the threshold 1000000000',
    );
  });

  it('show a level modified scale where the model holds', () => {
    const points = must(parameterStability(x, [2, 3, 4, 6]));
    for (const point of points) {
      expect(Math.abs(point.xi - 0.25)).toBeLessThan(4 * point.seXi!);
      expect(Math.abs(point.modifiedScale - (1.5 - 0.25 * 2))).toBeLessThan(0.5);
    }
  });

  it('give the Hill index of exact Pareto values, and refuse what has none', () => {
    const rng = seededRng(2);
    const pareto = Float64Array.from({ length: 20_000 }, () => (1 - rng.uniform()) ** -0.5);
    const found = must(hill(pareto, 1000));
    expect(Math.abs(found.tailIndex - 2)).toBeLessThan(4 * found.standardError);
    expect(refusal(hill(pareto, 20_000))).toContain('k is 20000');
    expect(refusal(hill(Float64Array.of(1, 1, 1, 1), 2))).toContain('must differ');
    expect(refusal(hill(Float64Array.of(-3, -2, -1, 1), 2))).toContain('it must be above 0');
  });
});
