import { describe, expect, it } from 'vitest';
import { seededRng } from '../../src/core/index.ts';
import { ArmaFilter, coefficientsOfPartials, withSeason } from '../../src/quant/arma.ts';
import {
  evaluateArima,
  fitArima,
  fitOrnsteinUhlenbeck,
  forecastArima,
  forecastVar,
  impulseResponses,
  kalmanFilter,
  selectVarLags,
  varianceDecomposition,
  vectorAutoregression,
} from '../../src/quant/index.ts';
import { cholesky, choleskyLogDeterminant, solveLower } from '../../src/quant/linear-algebra.ts';
import { normals, refusal, value } from './results.ts';

/** A path of the ARMA process, begun 500 values before. */
function simulate(ar: readonly number[], ma: readonly number[], n: number, seed: number) {
  const e = normals(n + 500, seed);
  const w = new Float64Array(n + 500);
  for (let t = 30; t < n + 500; t += 1) {
    w[t] = e[t]!;
    ar.forEach((phi, i) => {
      w[t]! += phi * w[t - 1 - i]!;
    });
    ma.forEach((theta, i) => {
      w[t]! += theta * e[t - 1 - i]!;
    });
  }
  return w.slice(500);
}

/** Autocovariances from long sums of responses ψ, innovation variance 1. */
function autocovariances(ar: readonly number[], ma: readonly number[], n: number): Float64Array {
  const psi = new Float64Array(4000);
  for (let j = 0; j < psi.length; j += 1) {
    psi[j] = j === 0 ? 1 : (ma[j - 1] ?? 0);
    ar.forEach((phi, i) => {
      if (j > i) psi[j]! += phi * psi[j - 1 - i]!;
    });
  }
  return Float64Array.from({ length: n }, (_, k) => {
    let sum = 0;
    for (let j = k; j < psi.length; j += 1) sum += psi[j]! * psi[j - k]!;
    return sum;
  });
}

describe('the ARMA filter', () => {
  const season = {
    ar: [...withSeason(Float64Array.of(0.3), Float64Array.of(0.5), 4, -1)],
    ma: [...withSeason(Float64Array.of(-0.4), Float64Array.of(0.6), 4, 1)],
  };
  const models = [
    { ar: [0.7], ma: [] },
    { ar: [], ma: [0.5, 0.3] },
    { ar: [0.5, -0.3], ma: [0.4] },
    { ar: [0.2], ma: [0.9, 0.1, -0.3] },
    { ar: [], ma: [1] },
    season,
  ];

  it('has the likelihood of the joint normal distribution, also with values missing', () => {
    for (const { ar, ma } of models) {
      for (const missing of [[], [4, 9, 10, 11, 39]]) {
        const n = 40;
        const w = simulate(ar, ma, n, 1);
        for (const t of missing) w[t] = Number.NaN;
        const seen = [...w.keys()].filter((t) => !Number.isNaN(w[t]!));
        const gamma = autocovariances(ar, ma, n);
        const m = seen.length;
        const joint = Float64Array.from({ length: m * m }, (_, at) => {
          return gamma[Math.abs(seen[Math.floor(at / m)]! - seen[at % m]!)]!;
        });
        const factor = cholesky(joint, m)!;
        const white = solveLower(
          factor,
          Float64Array.from(seen, (t) => w[t]!),
          m,
          1,
        );
        const out = new Float64Array(n);
        const filter = ArmaFilter.create({ ar: Float64Array.from(ar), ma: Float64Array.from(ma) })!;
        const run = filter.run(w, out);
        expect(run.count).toBe(m);
        expect(run.logVariances).toBeCloseTo(choleskyLogDeterminant(factor, m), 9);
        seen.forEach((t, i) => {
          expect(out[t]).toBeCloseTo(white[i]!, 9);
        });
      }
    }
  });

  it('knows no filter of an autoregression that is not stationary', () => {
    for (const ar of [[1], [1.2], [0.5, 0.6], [-1.01]]) {
      expect(ArmaFilter.create({ ar: Float64Array.from(ar), ma: new Float64Array() })).toBeNull();
    }
  });

  it('is stationary for all partial autocorrelations within one', () => {
    const rng = seededRng(5);
    for (let k = 0; k < 200; k += 1) {
      const partials = Float64Array.from({ length: 1 + (k % 5) }, () => 1.9 * rng.uniform() - 0.95);
      const ar = coefficientsOfPartials(partials);
      expect(ar.at(-1)).toBe(partials.at(-1));
      expect(ArmaFilter.create({ ar, ma: new Float64Array() })).not.toBeNull();
    }
  });
});

describe('ARIMA', () => {
  it('recovers coefficients within four standard errors', () => {
    const w = simulate([0.6, -0.2], [0.4], 3000, 2).map((v) => 2 * v + 10);
    const fit = value(fitArima(w, { order: [2, 0, 1] }));
    const got = [...fit.ar, ...fit.ma, fit.mean!];
    [0.6, -0.2, 0.4, 10].forEach((truth, i) => {
      expect(Math.abs(got[i]! - truth)).toBeLessThan(4 * fit.standardErrors![i]!);
    });
    expect(fit.sigma2).toBeCloseTo(4, 0);
    expect(fit.bic).toBeGreaterThan(fit.aic);
  });

  it('is at a maximum: the state space likelihood agrees and falls all around', () => {
    const w = simulate([0.5], [0.3], 200, 3);
    const fit = value(fitArima(w, { order: [1, 0, 1], mean: false }));
    const likelihood = (phi: number, theta: number): number => {
      const s = fit.sigma2;
      const variance = (1 + 2 * phi * theta + theta * theta) / (1 - phi * phi);
      const model = {
        states: 2,
        observed: 1,
        design: Float64Array.of(1, 0),
        transition: Float64Array.of(phi, 1, 0, 0),
        observationCovariance: Float64Array.of(0),
        stateCovariance: Float64Array.of(s, s * theta, s * theta, s * theta * theta),
      };
      const covariance = Float64Array.of(s * variance, s * theta, s * theta, s * theta * theta);
      return value(kalmanFilter(w, model, { mean: new Float64Array(2), covariance })).logLikelihood;
    };
    const [phi, theta] = [fit.ar[0]!, fit.ma[0]!];
    expect(likelihood(phi, theta)).toBeCloseTo(fit.logLikelihood, 8);
    for (const [a, b] of [
      [0.01, 0],
      [-0.01, 0],
      [0, 0.01],
      [0, -0.01],
    ] as const) {
      expect(likelihood(phi + a, theta + b)).toBeLessThan(fit.logLikelihood);
    }
  });

  it('forecasts a random walk flat with errors that grow by the root of time', () => {
    let level = 0;
    const y = normals(300, 4).map((v) => {
      level += v;
      return level;
    });
    const spec = { order: [0, 1, 0] } as const;
    const fit = value(fitArima(y, spec));
    const forecast = value(forecastArima(y, spec, fit, 9));
    expect(fit.mean).toBeNull();
    for (let h = 0; h < 9; h += 1) {
      expect(forecast.mean[h]).toBeCloseTo(y[299]!, 10);
      expect(forecast.standardErrors[h]).toBeCloseTo(Math.sqrt((h + 1) * fit.sigma2), 10);
    }
  });

  it('forecasts a first-order autoregression towards its mean, over a missing value', () => {
    const y = simulate([0.8], [], 400, 6).map((v) => v + 5);
    y[100] = Number.NaN;
    const spec = { order: [1, 0, 0] } as const;
    const fit = value(fitArima(y, spec));
    expect(fit.observations).toBe(399);
    expect(fit.residuals[100]).toBe(0);
    const { mean, standardErrors } = value(forecastArima(y, spec, fit, 3));
    const [phi, centre] = [fit.ar[0]!, fit.mean!];
    expect(mean[2]).toBeCloseTo(centre + phi ** 3 * (y[399]! - centre), 10);
    expect(standardErrors[1]).toBeCloseTo(Math.sqrt(fit.sigma2 * (1 + phi * phi)), 10);
  });

  it('takes regressors with it into the forecast, also where the series is differenced', () => {
    const noise = normals(200, 7);
    let level = 0;
    const x = Float64Array.from({ length: 210 }, (_, t) => Math.sin(t / 3));
    const y = noise.map((v, t) => {
      level += 0.1 * v;
      return level + 3 * x[t]!;
    });
    const regressors = { data: x.slice(0, 200), rows: 200, columns: 1 };
    const spec = { order: [0, 1, 0] as const, regressors };
    const fit = value(fitArima(y, spec));
    expect(fit.regression[0]).toBeCloseTo(3, 1);
    const future = { data: x.slice(200), rows: 10, columns: 1 };
    const { mean } = value(forecastArima(y, spec, fit, 10, future));
    const base = y[199]! - fit.regression[0]! * x[199]!;
    expect(mean[9]).toBeCloseTo(base + fit.regression[0]! * x[209]!, 10);
    expect(refusal(forecastArima(y, spec, fit, 10))).toContain('future is needed');
  });

  it('names what is wrong with its input', () => {
    const y = normals(50, 8);
    expect(refusal(fitArima(y, { order: [1, -1, 0] }))).toContain('order[1] is -1');
    expect(refusal(fitArima(y.slice(0, 4), { order: [2, 0, 2] }))).toContain('4 observed values');
    expect(refusal(fitArima(y.with(3, Number.NaN), { order: [0, 1, 1] }))).toContain(
      'y[3] is missing',
    );
    expect(refusal(fitArima(y.with(3, Number.POSITIVE_INFINITY), { order: [0, 0, 1] }))).toContain(
      'y[3]',
    );
    const period = {
      order: [1, 0, 0] as const,
      seasonal: { order: [1, 0, 0] as const, period: 1 },
    };
    expect(refusal(fitArima(y, period))).toContain('seasonal.period is 1');
    const flat = fitArima(new Float64Array(50).fill(3), { order: [1, 0, 0] });
    expect(flat).toMatchObject({ ok: false, error: { code: 'singular' } });
    const twice = { data: new Float64Array(50).fill(1), rows: 50, columns: 1 };
    expect(fitArima(y, { order: [1, 0, 0], regressors: twice })).toMatchObject({
      ok: false,
      error: { code: 'singular' },
    });
    const short = { data: new Float64Array(9), rows: 9, columns: 1 };
    expect(refusal(fitArima(y, { order: [1, 0, 0], regressors: short }))).toContain('9 rows');
  });

  it('evaluates coefficients given to it, which fit the orders', () => {
    const w = simulate([0.6], [0.4], 150, 12);
    const spec = { order: [1, 0, 1] } as const;
    const fit = value(fitArima(w, spec));
    const own = { ar: fit.ar, ma: fit.ma, mean: fit.mean! };
    expect(value(evaluateArima(w, spec, own)).logLikelihood).toBeCloseTo(fit.logLikelihood, 9);
    const other = value(evaluateArima(w, spec, { ...own, mean: fit.mean! + 0.1 }));
    expect(other.logLikelihood).toBeLessThan(fit.logLikelihood);
    const none = new Float64Array(0);
    expect(refusal(evaluateArima(w, spec, { ar: none, ma: fit.ma }))).toContain('ar has 0 values');
    const unstable = { ar: Float64Array.of(1.1), ma: fit.ma };
    expect(refusal(evaluateArima(w, spec, unstable))).toContain('not stationary');
    const extra = { ...own, regression: Float64Array.of(1) };
    expect(refusal(evaluateArima(w, spec, extra))).toContain('1 needed');
  });

  it('ends on series at the edge of its region', () => {
    const trend = Float64Array.from({ length: 60 }, (_, t) => t + 0.01 * Math.sin(t));
    for (const spec of [
      { order: [1, 0, 0] },
      { order: [0, 2, 1] },
      { order: [2, 0, 2] },
    ] as const) {
      const fit = fitArima(trend, spec);
      if (fit.ok) {
        expect(Number.isFinite(fit.value.logLikelihood)).toBe(true);
        expect(fit.value.standardErrors?.every(Number.isFinite) ?? true).toBe(true);
      } else expect(fit.error.code).toBe('not-converged');
    }
  });
});

describe('vector autoregression', () => {
  function sample(n: number): { data: Float64Array; rows: number; columns: number } {
    const e = normals(2 * n, 9);
    const data = new Float64Array(2 * n);
    for (let t = 1; t < n; t += 1) {
      data[2 * t] = 0.5 * data[2 * t - 2]! + 0.2 * data[2 * t - 1]! + e[2 * t]!;
      data[2 * t + 1] = 0.1 + 0.3 * data[2 * t - 1]! + e[2 * t + 1]! + 0.5 * e[2 * t]!;
    }
    return { data, rows: n, columns: 2 };
  }

  it('recovers the process, chooses its lag and splits its variance', () => {
    const y = sample(3000);
    const fit = value(vectorAutoregression(y, 1));
    [0, 0.1, 0.5, 0, 0.2, 0.3].forEach((truth, i) => {
      expect(Math.abs(fit.coefficients[i]! - truth)).toBeLessThan(4 * fit.standardErrors[i]!);
    });
    expect(value(selectVarLags(y, 4, 'bic'))).toBe(1);
    const shares = varianceDecomposition(fit, 10);
    for (const block of shares) {
      expect(block[0]! + block[1]!).toBeCloseTo(1, 12);
      expect(block[2]! + block[3]!).toBeCloseTo(1, 12);
    }
    expect(shares[0]![1]).toBe(0);
    expect(shares[0]![2]).toBeCloseTo(0.2, 1);
  });

  it('responds to a shock as a forecast does that differs by it', () => {
    const y = sample(200);
    const fit = value(vectorAutoregression(y, 3));
    const shocked = y.data.slice();
    shocked[2 * 199 + 1]! += 1;
    const base = forecastVar(fit, y, 6);
    const moved = forecastVar(fit, { ...y, data: shocked }, 6);
    const responses = impulseResponses(fit, 6);
    for (let h = 0; h < 6; h += 1) {
      expect(moved[2 * h]! - base[2 * h]!).toBeCloseTo(responses[h + 1]![1]!, 10);
      expect(moved[2 * h + 1]! - base[2 * h + 1]!).toBeCloseTo(responses[h + 1]![3]!, 10);
    }
  });

  it('names what is wrong with its input', () => {
    const y = sample(30);
    expect(refusal(vectorAutoregression(y, 0))).toContain('lags is 0');
    expect(refusal(vectorAutoregression(y, 20))).toContain('y is 30 by 2');
    const copies = y.data.map((v, k) => (k % 2 === 1 ? y.data[k - 1]! : v));
    expect(vectorAutoregression({ ...y, data: copies }, 1)).toMatchObject({
      ok: false,
      error: { code: 'singular' },
    });
    expect(vectorAutoregression({ ...y, data: new Float64Array(60) }, 1).ok).toBe(false);
  });
});

describe('Ornstein–Uhlenbeck', () => {
  it('halves a deviation after its half-life', () => {
    const x = simulate([0.9], [], 20_000, 10).map((v) => v + 3);
    const fit = value(fitOrnsteinUhlenbeck(x, { dt: 0.5 }));
    expect(fit.phi ** fit.halfLife!).toBeCloseTo(0.5, 12);
    expect(Math.exp(-fit.theta! * 0.5 * fit.halfLife!)).toBeCloseTo(0.5, 12);
    expect(fit.phi).toBeCloseTo(0.9, 1);
    expect(fit.mu).toBeCloseTo(3, 0);
    expect(fit.stationaryDeviation).toBeCloseTo(1 / Math.sqrt(0.19), 0);
    const unbiased = value(fitOrnsteinUhlenbeck(x, { dt: 0.5, divisor: 'n-2' }));
    const ratio = Math.sqrt(fit.pairs / (fit.pairs - 2));
    expect(unbiased.sigma! / fit.sigma!).toBeCloseTo(ratio, 12);
  });

  it('has no half-life where the series runs away or alternates', () => {
    const growth = Float64Array.from({ length: 40 }, (_, t) => 1.1 ** t);
    expect(value(fitOrnsteinUhlenbeck(growth))).toMatchObject({
      theta: null,
      halfLife: null,
      halfLifeOfDifferences: null,
    });
    const zigzag = Float64Array.from({ length: 40 }, (_, t) => (-0.9) ** t);
    expect(value(fitOrnsteinUhlenbeck(zigzag)).halfLife).toBeNull();
  });

  it('names what is wrong with its input', () => {
    expect(fitOrnsteinUhlenbeck(new Float64Array(9).fill(2))).toMatchObject({
      ok: false,
      error: { code: 'singular' },
    });
    expect(refusal(fitOrnsteinUhlenbeck(normals(9, 11), { dt: 0 }))).toContain('dt is 0');
    expect(refusal(fitOrnsteinUhlenbeck(normals(3, 11)))).toContain('x has 3 values');
  });
});
