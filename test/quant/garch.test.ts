import { describe, expect, it } from 'vitest';
import { bfgs } from '../../src/quant/bfgs.ts';
import {
  evaluateGarch,
  fitGarch,
  type GarchCoefficients,
  type GarchFit,
  type GarchModel,
  type GarchOptions,
  nextVariance,
} from '../../src/quant/index.ts';
import { nelderMead } from '../../src/quant/nelder-mead.ts';
import { simulated } from './garch-samples.ts';

const fitted = (y: Float64Array, options: GarchOptions = {}): GarchFit => {
  const fit = fitGarch(y, options);
  if (!fit.ok) throw new Error(fit.error.detail);
  return fit.value;
};

const refusal = (y: Float64Array, options: GarchOptions = {}): string => {
  const fit = fitGarch(y, options);
  return fit.ok ? 'accepted' : fit.error.detail;
};

const MODELS: readonly GarchModel[] = (['garch', 'gjr', 'egarch'] as const).flatMap((model) =>
  (['normal', 'student-t'] as const).flatMap((distribution) =>
    (['fcp', 'sample-mean', 'backcast', 0.7] as const).map((initialVariance) => ({
      model,
      distribution,
      initialVariance,
    })),
  ),
);

const COEFFICIENTS: Readonly<Record<string, GarchCoefficients>> = {
  garch: { mu: 0.02, omega: 0.07, alpha: 0.09, gamma: 0, beta: 0.82, nu: null },
  gjr: { mu: 0.02, omega: 0.07, alpha: 0.05, gamma: 0.07, beta: 0.82, nu: null },
  egarch: { mu: 0.02, omega: 0.01, alpha: -0.06, gamma: 0.15, beta: 0.93, nu: null },
};

const coefficientsFor = ({ model, distribution }: GarchModel): GarchCoefficients => ({
  ...COEFFICIENTS[model!]!,
  nu: distribution === 'student-t' ? 6.3 : null,
});

/** log G(3.65) - log G(3.15) - log(4.3 pi) / 2 at nu = 6.3, by the C library's lgamma. */
const STUDENT_CONSTANT = -0.7674918303800715;

const y = simulated(701, 11);

describe('the GARCH likelihood', () => {
  it('equals the density summed step by step, for every model, density and initial variance', () => {
    for (const model of MODELS) {
      const c = coefficientsFor(model);
      const got = evaluateGarch(y, c, model);
      if (!got.ok) throw new Error(got.error.detail);
      const { variance, logLikelihood } = got.value;
      let sum = 0;
      for (let t = 0; t < y.length; t += 1) {
        const e = y[t]! - c.mu;
        const h = variance[t]!;
        if (t > 0) {
          const want = nextVariance(model.model!, c, variance[t - 1]!, y[t - 1]! - c.mu);
          expect(Math.abs(h / want - 1)).toBeLessThan(1e-12);
        }
        sum += -0.5 * Math.log(h);
        if (c.nu === null) sum -= 0.5 * Math.log(2 * Math.PI) + (0.5 * e * e) / h;
        else sum -= ((c.nu + 1) / 2) * Math.log1p((e * e) / h / (c.nu - 2));
      }
      if (c.nu !== null) sum += y.length * STUDENT_CONSTANT;
      expect(Math.abs(logLikelihood - sum)).toBeLessThan(1e-8);
    }
  });

  it('starts as each convention says', () => {
    const c = COEFFICIENTS['garch']!;
    const centred = y.map((value) => (value - c.mu) ** 2);
    const v = centred.reduce((sum, value) => sum + value, 0) / y.length;
    const first = (initialVariance: GarchModel['initialVariance']): number => {
      const got = evaluateGarch(y, c, initialVariance === undefined ? {} : { initialVariance });
      if (!got.ok) throw new Error(got.error.detail);
      return got.value.variance[0]!;
    };
    expect(first('fcp')).toBeCloseTo(c.omega + (c.alpha + c.beta) * v, 12);
    expect(first('sample-mean')).toBeCloseTo(v, 12);
    expect(first(0.7)).toBeCloseTo(c.omega + (c.alpha + c.beta) * 0.7, 12);
    expect(first(undefined)).toBe(first('fcp'));
  });

  it('has the gradient of its differences, for every model, density and initial variance', () => {
    for (const model of MODELS) {
      const c = coefficientsFor(model);
      const at = (change: Partial<GarchCoefficients>): number => {
        const got = evaluateGarch(y, { ...c, ...change }, model);
        if (!got.ok) throw new Error(got.error.detail);
        return got.value.logLikelihood;
      };
      const analytic = evaluateGarch(y, c, model);
      if (!analytic.ok) throw new Error(analytic.error.detail);
      for (const [i, name] of (
        ['mu', 'omega', 'alpha', 'gamma', 'beta', 'nu'] as const
      ).entries()) {
        const value = c[name];
        if (value === null || (name === 'gamma' && model.model === 'garch')) continue;
        const step = 1e-5 * Math.max(0.1, Math.abs(value));
        const slope = (at({ [name]: value + step }) - at({ [name]: value - step })) / (2 * step);
        const got = analytic.value.gradient[i]!;
        expect(Math.abs(got - slope), `${JSON.stringify(model)} ${name}`).toBeLessThan(
          1e-5 * (1 + Math.abs(slope)),
        );
      }
    }
  });
});

describe('a GARCH fit', () => {
  it('finds the coefficients of a long simulated series within three standard errors', () => {
    const truth = { mu: 0.05, omega: 0.05, alpha: 0.06, gamma: 0.08, beta: 0.84 };
    const fit = fitted(simulated(20_000, 5, truth), { model: 'gjr' });
    for (const name of ['mu', 'omega', 'alpha', 'gamma', 'beta'] as const) {
      const error = fit.hessianErrors![name]!;
      expect(error).toBeGreaterThan(0);
      expect(Math.abs(fit.coefficients[name] - truth[name])).toBeLessThan(3 * error);
      // The shocks are near normal: both kinds of errors estimate the same.
      expect(fit.robustErrors![name]! / error).toBeGreaterThan(0.8);
      expect(fit.robustErrors![name]! / error).toBeLessThan(1.25);
    }
  });

  it('is not beaten by a general search over the same likelihood', () => {
    for (const seed of [1, 2, 3]) {
      const series = simulated(600, seed);
      const fit = fitted(series);
      const { mu, omega, alpha, beta } = fit.coefficients;
      const negative = (x: Float64Array): number => {
        const c = { mu: x[0]!, omega: x[1]!, alpha: x[2]!, gamma: 0, beta: x[3]!, nu: null };
        if (c.alpha + c.beta > 0.999) return Number.POSITIVE_INFINITY;
        const got = evaluateGarch(series, c);
        return got.ok ? -got.value.logLikelihood : Number.POSITIVE_INFINITY;
      };
      for (const start of [
        Float64Array.of(mu, omega, alpha, beta),
        Float64Array.of(0, 0.3, 0.1, 0.6),
        Float64Array.of(0, 0.02, 0.03, 0.95),
      ]) {
        const found = bfgs(negative, null, start);
        expect(fit.logLikelihood).toBeGreaterThan(-found.value - 1e-6);
      }
    }
  });

  it('finds the higher of several maxima of a short series whose shocks hardly last', () => {
    for (const [n, seed, alpha, beta] of [
      [100, 22, 0.1, 0.5],
      [250, 43, 0.02, 0.5],
      [250, 38, 0.1, 0.5],
      [250, 43, 0, 0],
    ] as const) {
      const series = simulated(n, seed, { omega: 1 - alpha - beta, alpha, beta });
      const fit = fitted(series);
      const negative = (x: Float64Array): number => {
        const c = {
          mu: x[0]!,
          omega: Math.exp(x[1]!),
          alpha: x[2]!,
          gamma: 0,
          beta: x[3]!,
          nu: null,
        };
        if (c.alpha + c.beta > 0.999) return Number.POSITIVE_INFINITY;
        const got = evaluateGarch(series, c);
        return got.ok ? -got.value.logLikelihood : Number.POSITIVE_INFINITY;
      };
      for (const [reaction, memory] of [
        [0.02, 0.96],
        [0.1, 0.2],
        [0.3, 0.3],
        [0.05, 0.8],
      ] as const) {
        const start = Float64Array.of(
          0.05,
          Math.log(0.9 * (1 - reaction - memory)),
          reaction,
          memory,
        );
        const found = nelderMead(negative, start, { maxIterations: 800 });
        expect(fit.logLikelihood).toBeGreaterThan(-found.value - 1e-3);
      }
    }
  });

  it('scales with the series: returns in percent or as they are', () => {
    const scaled = fitted(y.map((value) => value / 100));
    const fit = fitted(y);
    expect(scaled.coefficients.alpha).toBeCloseTo(fit.coefficients.alpha, 6);
    expect(scaled.coefficients.omega * 1e4).toBeCloseTo(fit.coefficients.omega, 6);
    expect(scaled.logLikelihood).toBeCloseTo(fit.logLikelihood + y.length * Math.log(100), 6);
    const twin = fitted(
      y.map((value) => value / 100),
      { model: 'egarch' },
    );
    expect(twin.coefficients.beta).toBeCloseTo(fitted(y, { model: 'egarch' }).coefficients.beta, 4);
  });

  it('holds what it is told to hold', () => {
    const fit = fitted(y, { mean: 'zero', distribution: 'student-t', fixedNu: 5 });
    expect(fit.coefficients.mu).toBe(0);
    expect(fit.coefficients.nu).toBe(5);
    expect(fit.hessianErrors).toMatchObject({ mu: null, nu: null, gamma: null });
    expect(fit.hessianErrors!.alpha).toBeGreaterThan(0);
  });

  it('says on which bound it ended', () => {
    const trending = simulated(800, 3, { alpha: 0.2, beta: 0.7999, omega: 0.01 });
    const fit = fitted(trending, { persistenceBound: 0.9 });
    expect(fit.atBounds).toEqual(['persistence']);
    expect(fit.persistence).toBeCloseTo(0.9, 12);
    expect(fitted(trending, { persistenceBound: null }).persistence).toBeGreaterThan(0.9);
  });

  it('forecasts the recursion, and then tends to the unconditional variance', () => {
    const fit = fitted(y, { model: 'gjr', horizon: 2000 });
    const last = y.length - 1;
    const e = y[last]! - fit.coefficients.mu;
    expect(fit.forecast).toHaveLength(2000);
    expect(fit.forecast[0]).toBe(nextVariance('gjr', fit.coefficients, fit.variance[last]!, e));
    expect(fit.forecast[1999]).toBeCloseTo(fit.unconditionalVariance!, 8);
    const { omega } = fit.coefficients;
    expect(fit.forecast[1]).toBeCloseTo(omega + fit.persistence * fit.forecast[0]!, 12);
  });

  it('does not choke on white noise, where beta is hardly identified', () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const fit = fitted(simulated(300, seed, { alpha: 0, beta: 0, omega: 1 }));
      expect(fit.coefficients.alpha).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(fit.logLikelihood)).toBe(true);
    }
  });

  it('fits a series the same however far its mean lies from 0', () => {
    const small = simulated(600, 8).map((value) => value / 100);
    for (const model of ['garch', 'gjr', 'egarch'] as const) {
      const about = fitted(small, { model });
      for (const level of [0.3, -5, 100]) {
        const moved = fitted(
          small.map((value) => value + level),
          { model },
        );
        expect(moved.logLikelihood).toBeCloseTo(about.logLikelihood, 5);
        expect(moved.coefficients.mu - level).toBeCloseTo(about.coefficients.mu, 6);
        expect(moved.atBounds).toEqual(about.atBounds);
      }
    }
  });

  it('refuses a horizon over which an explosive forecast has no number', () => {
    const growing = simulated(400, 3).map((value, t) => value * 1.02 ** t);
    const free = { persistenceBound: null } as const;
    const fit = fitted(growing, free);
    expect(fit.persistence).toBeGreaterThan(1);
    expect(refusal(growing, { ...free, horizon: 1_000_000 })).toContain('horizon is 1000000');
  });

  it('takes an outlier a hundred deviations away', () => {
    const wild = Float64Array.from(y);
    wild[350] = 100;
    for (const model of ['garch', 'gjr', 'egarch'] as const) {
      const fit = fitGarch(wild, { model, distribution: 'student-t' });
      if (fit.ok) expect(Number.isFinite(fit.value.logLikelihood)).toBe(true);
      else expect(fit.error.code).toBe('not-converged');
    }
  });

  it('refuses bad input by name, value and what is allowed', () => {
    expect(refusal(new Float64Array(63))).toBe('y has 63 values; at least 64 are needed');
    expect(refusal(new Float64Array(100).fill(3))).toContain('not be constant');
    const holed = Float64Array.from(y);
    holed[9] = Number.NaN;
    expect(refusal(holed)).toBe('y[9] is NaN; every value must be finite');
    holed[9] = Number.POSITIVE_INFINITY;
    expect(refusal(holed)).toBe('y[9] is Infinity; every value must be finite');
    expect(refusal(y, { fixedNu: 5 })).toContain('student-t');
    expect(refusal(y, { distribution: 'student-t', fixedNu: 2 })).toContain('fixedNu is 2;');
    expect(refusal(y, { persistenceBound: 1 })).toContain('persistenceBound is 1;');
    expect(refusal(y, { initialVariance: 0 })).toContain('initialVariance is 0;');
    expect(refusal(y, { horizon: -1 })).toContain('horizon is -1;');
    expect(refusal(y, { scoreLags: 1.5 })).toContain('scoreLags is 1.5;');
    expect(refusal(y, { maxIterations: 0 })).toContain('maxIterations is 0;');
    const c = COEFFICIENTS['garch']!;
    for (const [change, word] of [
      [{ omega: 0 }, 'omega is 0;'],
      [{ alpha: -0.1 }, 'alpha is -0.1;'],
      [{ gamma: 0.1 }, 'gamma is 0.1;'],
      [{ beta: 2 }, 'beta is 2;'],
      [{ nu: 5 }, 'nu is 5;'],
      [{ mu: Number.NaN }, 'mu is NaN;'],
    ] as const) {
      const got = evaluateGarch(y, { ...c, ...change });
      expect(got.ok ? 'accepted' : got.error.detail).toContain(word);
    }
  });

  it('says that it did not converge when its steps are used up', () => {
    const fit = fitGarch(y, { maxIterations: 1 });
    expect(fit).toMatchObject({ ok: false, error: { code: 'not-converged' } });
  });
});
