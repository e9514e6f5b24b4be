import { describe, expect, it } from 'vitest';
import { seededRng } from '../../src/core/index.ts';
import { studentTLogPdf, studentTQuantile } from '../../src/quant/distributions.ts';
import { fitStudentT, VAR_METHODS, valueAtRisk, varBacktest } from '../../src/quant/index.ts';
import { must, normals, refusal } from './statistics-support.ts';

describe('value at risk', () => {
  const returns = normals(20_000, 1).map((z) => 0.001 + 0.02 * z);

  it('of normal returns comes out alike by every method', () => {
    // Quantile and mean beyond it of the standard normal at 99 %.
    const risk = -0.001 + 0.02 * 2.3263478740408408;
    const shortfall = -0.001 + 0.02 * 2.665214220345806;
    for (const method of VAR_METHODS) {
      const got = must(valueAtRisk(returns, { method, level: 0.99, lambda: 0.999 }));
      expect(Math.abs(got.valueAtRisk / risk - 1), method).toBeLessThan(0.06);
      expect(Math.abs(got.expectedShortfall! / shortfall - 1), method).toBeLessThan(0.06);
    }
  });

  it('of heavy tails is larger by the methods that see them', () => {
    const rng = seededRng(3);
    const heavy = Float64Array.from({ length: 20_000 }, () => studentTQuantile(rng.uniform(), 4));
    const at = (method: (typeof VAR_METHODS)[number]) =>
      must(valueAtRisk(heavy, { method, level: 0.995 })).valueAtRisk;
    const exact = -studentTQuantile(0.005, 4);
    for (const method of ['historical', 'student-t', 'evt'] as const) {
      expect(Math.abs(at(method) / exact - 1), method).toBeLessThan(0.1);
    }
    expect(at('normal') / exact).toBeLessThan(0.85);
  });

  it('scales with the returns', () => {
    const some = returns.subarray(0, 500);
    for (const method of VAR_METHODS) {
      const one = must(valueAtRisk(some, { method, level: 0.975 }));
      const ten = must(
        valueAtRisk(
          some.map((r) => 10 * r),
          { method, level: 0.975 },
        ),
      );
      expect(ten.valueAtRisk / one.valueAtRisk, method).toBeCloseTo(10, 5);
      expect(ten.expectedShortfall! / one.expectedShortfall!, method).toBeCloseTo(10, 5);
    }
  });

  it('follows the volatility it is given', () => {
    const some = returns.subarray(0, 500);
    const volatility = new Float64Array(501).fill(0.02);
    const options = { method: 'filtered-historical', level: 0.99, volatility } as const;
    const calm = must(valueAtRisk(some, options));
    expect(calm.valueAtRisk).toBeCloseTo(
      must(valueAtRisk(some, { method: 'historical', level: 0.99 })).valueAtRisk,
      12,
    );
    volatility[500] = 0.06;
    expect(must(valueAtRisk(some, options)).valueAtRisk / calm.valueAtRisk).toBeCloseTo(3, 12);
  });

  it('refuses returns and options from which nothing follows', () => {
    const some = returns.subarray(0, 100);
    const normal = { method: 'normal', level: 0.99 } as const;
    expect(refusal(valueAtRisk(new Float64Array(50), normal))).toContain('constant at 0');
    expect(refusal(valueAtRisk(some.subarray(0, 5), normal))).toContain('at least 20');
    expect(refusal(valueAtRisk(some, { ...normal, level: 1 }))).toContain('level is 1');
    expect(refusal(valueAtRisk(some, { method: 'evt', level: 0.8 }))).toContain(
      'thresholdQuantile',
    );
    const volatility = new Float64Array(101);
    const filtered = { method: 'filtered-historical', level: 0.9, volatility } as const;
    expect(refusal(valueAtRisk(some, filtered))).toContain('volatility[0] is 0');
    const skewed = new Float64Array(100);
    skewed[0] = -1;
    skewed[1] = 0.001;
    expect(refusal(valueAtRisk(skewed, { method: 'cornish-fisher', level: 0.6 }))).toContain(
      'fall',
    );
    expect(refusal(valueAtRisk(skewed, { method: 'student-t', level: 0.9 }))).toMatch(
      /^not-converged: more than half/,
    );
  });
});

describe('a Student t fit', () => {
  it('finds the parameters of its sample and no point around it is likelier', () => {
    const rng = seededRng(5);
    const x = Float64Array.from({ length: 5000 }, () => 3 + 2 * studentTQuantile(rng.uniform(), 5));
    const fit = must(fitStudentT(x));
    expect(Math.abs(fit.location - 3)).toBeLessThan(0.15);
    expect(Math.abs(fit.scale - 2)).toBeLessThan(0.15);
    expect(Math.abs(fit.nu - 5)).toBeLessThan(1.5);
    const logLikelihood = (location: number, scale: number, nu: number) =>
      x.reduce((sum, v) => sum + studentTLogPdf((v - location) / scale, nu) - Math.log(scale), 0);
    const { location, scale, nu } = fit;
    expect(logLikelihood(location, scale, nu)).toBeCloseTo(fit.logLikelihood, 6);
    for (const f of [0.99, 1.01]) {
      expect(logLikelihood(location * f, scale, nu)).toBeLessThan(fit.logLikelihood);
      expect(logLikelihood(location, scale * f, nu)).toBeLessThan(fit.logLikelihood);
      expect(logLikelihood(location, scale, nu * f)).toBeLessThan(fit.logLikelihood);
    }
  });

  it('ends at 200 degrees of freedom for a sample lighter than the normal', () => {
    const flat = Float64Array.from({ length: 500 }, (_, i) => (i * 0.618034) % 1);
    expect(must(fitStudentT(flat)).nu).toBeGreaterThan(199);
  });
});

describe('a backtest of value at risk', () => {
  const quiet = new Float64Array(200).fill(1);
  const level = new Float64Array(200).fill(-1);

  it('counts strict exceedances only', () => {
    const returns = quiet.slice();
    returns[3] = -1;
    returns[4] = -1.5;
    expect(must(varBacktest(returns, level, 0.05))).toMatchObject({ actual: 1, expected: 10 });
  });

  it('gives finite results without any exceedance and with nothing else', () => {
    const none = must(varBacktest(quiet, level, 0.05));
    // -2 ln 0.95^200
    expect(none.unconditional.statistic).toBeCloseTo(-400 * Math.log(0.95), 10);
    expect(none.independence).toEqual({ statistic: 0, pValue: 1 });
    const all = must(
      varBacktest(
        quiet.map(() => -2),
        level,
        0.05,
      ),
    );
    expect(all.unconditional.pValue).toBeLessThan(1e-100);
    expect(Number.isFinite(all.conditional.statistic)).toBe(true);
  });

  it('sees exceedances that follow one another', () => {
    const spread = quiet.map((_, t) => (t % 20 === 0 ? -2 : 1));
    const clustered = quiet.map((_, t) => (t >= 100 && t < 110 ? -2 : 1));
    const [even, burst] = [spread, clustered].map((r) => must(varBacktest(r, level, 0.05)));
    expect(even!.unconditional.statistic).toBe(burst!.unconditional.statistic);
    expect(even!.independence.pValue).toBeGreaterThan(0.2);
    expect(burst!.independence.pValue).toBeLessThan(1e-8);
  });

  it('refuses series of unequal length and a level outside (0, 1)', () => {
    expect(refusal(varBacktest(quiet, level.subarray(1), 0.05))).toContain('returns has 200');
    expect(refusal(varBacktest(quiet, level, 0))).toContain('alpha is 0');
  });
});
