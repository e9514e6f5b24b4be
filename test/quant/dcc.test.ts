import { describe, expect, it } from 'vitest';
import { dccOptionsFault } from '../../src/quant/dcc.ts';
import {
  type DccGarch,
  dccTarget,
  evaluateGarch,
  filterDcc,
  fitDcc,
  fitDccGarch,
  forecastDcc,
  garchMargin,
  type Matrix,
} from '../../src/quant/index.ts';
import { shocks } from './garch-samples.ts';
import { codeOf, refusal, value } from './results.ts';

/** Residuals of a DCC whose target has one correlation for all pairs. */
function residuals(n: number, d: number, seed: number, a: number, b: number, rho = 0.4): Matrix {
  const next = shocks(seed);
  const data = new Float64Array(n * d);
  const target = (i: number, j: number): number => (i === j ? 1 : rho);
  const q = Array.from({ length: d }, (_, i) => Array.from({ length: d }, (__, j) => target(i, j)));
  const l = q.map((row) => row.map(() => 0));
  for (let t = 0; t < n; t += 1) {
    const z = data.subarray(t * d, (t + 1) * d);
    const draws = Array.from({ length: d }, next);
    for (let i = 0; i < d; i += 1) {
      for (let j = 0; j <= i; j += 1) {
        let sum = q[i]![j]! / Math.sqrt(q[i]![i]! * q[j]![j]!);
        for (let k = 0; k < j; k += 1) sum -= l[i]![k]! * l[j]![k]!;
        l[i]![j] = i === j ? Math.sqrt(sum) : sum / l[j]![j]!;
        z[i]! += l[i]![j]! * draws[j]!;
      }
    }
    for (let i = 0; i < d; i += 1) {
      for (let j = 0; j < d; j += 1) {
        q[i]![j] = (1 - a - b) * target(i, j) + a * z[i]! * z[j]! + b * q[i]![j]!;
      }
    }
  }
  return { data, rows: n, columns: d };
}

const returnsOf = (z: Matrix): Matrix => {
  const data = new Float64Array(z.data.length);
  for (let i = 0; i < z.columns; i += 1) {
    let h = 1;
    for (let t = 0; t < z.rows; t += 1) {
      const e = Math.sqrt(h) * z.data[t * z.columns + i]!;
      data[t * z.columns + i] = 0.03 + e;
      h = 0.05 + 0.08 * e * e + 0.87 * h;
    }
  }
  return { ...z, data };
};

describe('the DCC filter', () => {
  it('sums the likelihood of the bivariate density it steps through, for every convention', () => {
    const z = residuals(203, 2, 4, 0.05, 0.9);
    for (const firstStep of ['unconditional', 'ones'] as const) {
      for (const target of ['covariance', 'second-moment'] as const) {
        const got = value(filterDcc(z, { a: 0.05, b: 0.9 }, { firstStep, target }));
        let sum = 0;
        for (let t = 0; t < z.rows; t += 1) {
          const r = got.correlations[4 * t + 1]!;
          const [x, y] = [z.data[2 * t]!, z.data[2 * t + 1]!];
          const form = (x * x + y * y - 2 * r * x * y) / (1 - r * r);
          sum -= 0.5 * (Math.log(1 - r * r) + form - x * x - y * y);
        }
        expect(Math.abs(got.logLikelihood - sum)).toBeLessThan(1e-9);
      }
    }
  });

  it('holds every length and number of assets that lanes leave over', () => {
    for (const d of [2, 3, 5, 9]) {
      for (const n of [32, 33, 39, 40, 41]) {
        const z = residuals(n, d, n + d, 0.04, 0.9);
        const { logLikelihood, correlations } = value(filterDcc(z, { a: 0.04, b: 0.9 }));
        const split = value(filterDcc(z, { a: 0.04, b: 0.9 }));
        expect(Number.isFinite(logLikelihood)).toBe(true);
        expect(split.correlations).toEqual(correlations);
        expect(correlations.every((r) => Math.abs(r) <= 1)).toBe(true);
      }
    }
  });

  it('starts from the target, or from rmgarch, and forecasts towards the target', () => {
    const z = residuals(100, 2, 8, 0.05, 0.9);
    const at = { a: 0.1, b: 0.8 };
    const q = dccTarget(z);
    const rho = (off: number, x: number, y: number): number => off / Math.sqrt(x * y);
    const plain = value(filterDcc(z, at)).correlations[1]!;
    expect(plain).toBeCloseTo(rho(q[1]!, q[0]!, q[3]!), 12);
    const ones = value(filterDcc(z, at, { firstStep: 'ones' })).correlations[1]!;
    const one = (value: number): number => 0.9 * value + 0.1;
    expect(ones).toBeCloseTo(rho(one(q[1]!), one(q[0]!), one(q[3]!)), 12);
    const far = forecastDcc(Float64Array.of(1, 0.9, 0.9, 1), q, at, 2, 400);
    expect(far[1]).toBeCloseTo(0.9, 12);
    expect(far.at(-2)).toBeCloseTo(plain, 12);
  });
});

describe('the DCC fit', () => {
  const z = residuals(1500, 3, 12, 0.04, 0.93);
  const fit = value(fitDcc(z));

  it('finds what was simulated, and no neighbour has a higher likelihood', () => {
    expect(Math.abs(fit.coefficients.a - 0.04)).toBeLessThan(3 * fit.robustErrors!.a);
    expect(Math.abs(fit.coefficients.b - 0.93)).toBeLessThan(3 * fit.robustErrors!.b);
    const { a, b } = fit.coefficients;
    for (const [da, db] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
      [1, -1],
      [-1, 1],
    ] as const) {
      const near = value(filterDcc(z, { a: a + 1e-3 * da, b: b + 1e-3 * db }));
      expect(near.logLikelihood).toBeLessThan(fit.logLikelihood);
    }
  });

  it('has the second derivatives that differences of its likelihood have', () => {
    const { a, b } = fit.coefficients;
    const at = (x: number, y: number): number => value(filterDcc(z, { a: x, b: y })).logLikelihood;
    const s = 1e-4;
    const { information, byResidual, scores } = fit.derivatives;
    const caa = -(at(a + s, b) - 2 * at(a, b) + at(a - s, b)) / (s * s);
    const cab =
      -(at(a + s, b + s) - at(a + s, b - s) - at(a - s, b + s) + at(a - s, b - s)) / (4 * s * s);
    expect(Math.abs(information[0]! / caa - 1)).toBeLessThan(1e-3);
    expect(Math.abs(information[1]! / cab - 1)).toBeLessThan(1e-3);
    const total = [0, 1].map((k) => scores.reduce((sum, v, i) => (i % 2 === k ? sum + v : sum), 0));
    expect(Math.abs(total[0]!)).toBeLessThan(0.05);
    expect(Math.abs(total[1]!)).toBeLessThan(0.05);
    for (const place of [0, 4, 700, 4498]) {
      const moved = (by: number): Matrix => {
        const data = z.data.slice();
        data[place]! += by;
        return { ...z, data };
      };
      const mixed = (dz: number, da: number): number =>
        value(filterDcc(moved(dz), { a: a + da, b })).logLikelihood;
      const h = 1e-3;
      const want = (mixed(h, s) - mixed(h, -s) - mixed(-h, s) + mixed(-h, -s)) / (4 * h * s);
      const got = byResidual[0][place]!;
      expect(Math.abs(got - want)).toBeLessThan(1e-3 * Math.max(1, Math.abs(want)));
    }
  });

  it('says when it ends on a bound', () => {
    const held = value(fitDcc(residuals(800, 2, 3, 0.05, 0.94), { persistenceBound: 0.9 }));
    expect(held.atBounds).toContain('persistence');
    expect(held.coefficients.a + held.coefficients.b).toBeCloseTo(0.9, 10);
  });

  it('gives finite numbers or a named error where correlations do not move', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const got = fitDcc(residuals(150, 3, seed, 0, 0));
      if (!got.ok) {
        expect(got.error.code).toBe('not-converged');
        continue;
      }
      const { coefficients, logLikelihood, hessianErrors, robustErrors } = got.value;
      for (const value of [logLikelihood, ...Object.values(coefficients)]) {
        expect(Number.isFinite(value)).toBe(true);
      }
      for (const errors of [hessianErrors, robustErrors]) {
        if (errors !== null) expect(Number.isFinite(errors.a + errors.b)).toBe(true);
      }
    }
  });

  it('names what it cannot take', () => {
    const small = residuals(60, 2, 1, 0.05, 0.9);
    const twin = { ...small, data: small.data.map((v, i, all) => (i % 2 === 0 ? v : all[i - 1]!)) };
    expect(codeOf(fitDcc(twin))).toBe('singular');
    expect(refusal(fitDcc({ ...small, rows: 30 }))).toContain('at least 32');
    expect(refusal(fitDcc({ data: small.data, rows: 120, columns: 1 }))).toContain('1 columns');
    const broken = small.data.slice();
    broken[5] = Number.NaN;
    expect(refusal(fitDcc({ ...small, data: broken }))).toContain('z[2][1] is NaN');
    expect(refusal(filterDcc(small, { a: 0.5, b: 0.6 }))).toContain('a is 0.5 and b is 0.6');
    expect(refusal(fitDcc(small, { persistenceBound: 1.2 }))).toContain('persistenceBound is 1.2');
    expect(codeOf(fitDcc(z, { maxIterations: 1 }))).toBe('not-converged');
    expect(dccOptionsFault({ maxIterations: 0 })).toContain('maxIterations is 0');
  });
});

describe('the DCC-GARCH fit', () => {
  const returns = returnsOf(residuals(1500, 3, 21, 0.04, 0.93));
  const fit: DccGarch = value(fitDccGarch(returns, { horizon: 3 }));

  it('gives the margins that the GARCH filter gives, and the joint likelihood', () => {
    const y = Float64Array.from({ length: 1500 }, (_, t) => returns.data[3 * t + 1]!);
    const own = fit.margins[1]!;
    const filtered = value(evaluateGarch(y, own.coefficients, { initialVariance: 'sample-mean' }));
    expect([...own.variance]).toEqual([...filtered.variance]);
    expect(own.nextVariance).toBeCloseTo(filtered.nextVariance, 14);
    const sum = fit.margins.reduce((all, each) => all + each.logLikelihood, 0);
    expect(fit.logLikelihood).toBeCloseTo(sum + fit.correlation.logLikelihood, 9);
    expect(fit.forecast.length).toBe(27);
    expect(fit.nextCovariance[4]).toBeCloseTo(own.nextVariance, 12);
  });

  it('has margins whose scores and residual slopes are those of differences', () => {
    const y = Float64Array.from({ length: 1500 }, (_, t) => returns.data[3 * t]!);
    for (const initialVariance of ['fcp', 'sample-mean', 'backcast', 0.8] as const) {
      const margin = value(garchMargin({ initialVariance })(y));
      const p = margin.estimated.length;
      const z = (name: string, by: number): Float64Array => {
        const at = { ...margin.coefficients, [name]: (margin.coefficients as never)[name] + by };
        const { variance } = value(evaluateGarch(y, at, { initialVariance }));
        return variance.map((h, t) => (y[t]! - at.mu) / Math.sqrt(h));
      };
      margin.estimated.forEach((name, k) => {
        const total = y.reduce((sum, _, t) => sum + margin.scores[t * p + k]!, 0);
        const spread = Math.sqrt(margin.information[k * p + k]!);
        expect(Math.abs(total) / spread).toBeLessThan(1e-3);
        const [up, down] = [z(name, 1e-6), z(name, -1e-6)];
        for (const t of [0, 1, 200, 1499]) {
          const want = (up[t]! - down[t]!) / 2e-6;
          const got = margin.residualSlopes[t * p + k]!;
          expect(Math.abs(got - want)).toBeLessThan(1e-5 * Math.max(1, Math.abs(want)));
        }
      });
    }
  });

  it('estimates a and b with errors of two steps that hold the truth', () => {
    const { a, b } = fit.correlation.coefficients;
    const errors = fit.twoStepErrors!;
    expect(errors.a).toBeGreaterThan(0);
    expect(Math.abs(a - 0.04)).toBeLessThan(3 * errors.a);
    expect(Math.abs(b - 0.93)).toBeLessThan(3 * errors.b);
  });

  it('takes another model as step one', () => {
    const plain = garchMargin({ mean: 'zero' });
    const got = value(fitDccGarch(returns, {}, plain));
    expect(got.margins[0]!.coefficients.mu).toBe(0);
    expect(got.margins[0]!.estimated).toEqual(['omega', 'alpha', 'beta']);
  });

  it('names the column at fault', () => {
    const constant = { ...returns, data: returns.data.map((v, i) => (i % 3 === 2 ? 4 : v)) };
    expect(refusal(fitDccGarch(constant))).toContain('column 2 of returns');
    expect(refusal(fitDccGarch({ ...returns, columns: 2 }))).toContain('returns holds');
    expect(refusal(fitDccGarch(returns, { horizon: 0 }))).toContain('horizon is 0');
    const twin = {
      ...returns,
      data: returns.data.map((v, i, all) => (i % 3 === 2 ? all[i - 1]! : v)),
    };
    expect(codeOf(fitDccGarch(twin))).toBe('singular');
  });
});
