import { describe, expect, it } from 'vitest';
import {
  evaluateGarch,
  filterGarch,
  filterGarchLanes,
  type GarchRecursion,
  type GarchState,
  recursionColumns,
  stepGarch,
  updateGarch,
} from '../../src/quant/index.ts';
import { simulated } from './garch-samples.ts';

const recursion: GarchRecursion = { omega: 0.05, alpha: 0.04, gamma: 0.07, beta: 0.87 };
const whole = { ...recursion, mu: 0, nu: null };

const values = (result: ReturnType<typeof filterGarch>): Float64Array => {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
};

describe('the GARCH filters', () => {
  it('agree with the online steps and with the variances of the likelihood', () => {
    const y = simulated(203, 4);
    const batch = values(filterGarch(y, recursion, 1.3));
    let state: GarchState = { variance: 1.3, count: 0 };
    for (let t = 0; t < y.length; t += 1) {
      expect(Math.abs(batch[t]! / state.variance - 1)).toBeLessThan(1e-13);
      state = stepGarch('gjr', whole, state, y[t]!);
    }
    expect(state.count).toBe(203);
    expect(Math.abs(batch[203]! / state.variance - 1)).toBeLessThan(1e-13);
    const evaluated = evaluateGarch(y, whole, { model: 'gjr', initialVariance: 'sample-mean' });
    if (!evaluated.ok) throw new Error(evaluated.error.detail);
    const { variance, nextVariance } = evaluated.value;
    const again = values(filterGarch(y, recursion, variance[0]!));
    for (const [t, h] of [...variance, nextVariance].entries()) {
      expect(Math.abs(again[t]! / h - 1)).toBeLessThan(1e-12);
    }
  });

  it('step EGARCH online as the likelihood does', () => {
    const y = simulated(150, 8);
    for (const nu of [null, 5.5]) {
      const c = { mu: 0.03, omega: 0.01, alpha: -0.05, gamma: 0.2, beta: 0.9, nu };
      const distribution = nu === null ? 'normal' : 'student-t';
      const got = evaluateGarch(y, c, { model: 'egarch', distribution });
      if (!got.ok) throw new Error(got.error.detail);
      let state: GarchState = { variance: got.value.variance[0]!, count: 0 };
      for (const value of y) state = stepGarch('egarch', c, state, value);
      expect(Math.abs(state.variance / got.value.nextVariance - 1)).toBeLessThan(1e-11);
    }
  });

  it('run eight series as eight filters, to the bit, all at once or one step at a time', () => {
    const n = 40;
    const lanes = Array.from({ length: 8 }, (_, l) => ({
      omega: 0.01 * (l + 1),
      alpha: 0.02 * l,
      gamma: l % 2 === 0 ? 0.05 : 0,
      beta: 0.6 + 0.04 * l,
    }));
    const first = lanes.map((_, l) => 0.5 + l);
    const series = lanes.map((_, l) => simulated(n, l + 1));
    const mixed = Float64Array.from(
      { length: 8 * n },
      (_, i) => series[i % 8]![Math.floor(i / 8)]!,
    );
    const together = values(filterGarchLanes(mixed, lanes, first));
    let online = first;
    for (let t = 0; t < n; t += 1) {
      const step = values(filterGarchLanes(mixed.slice(8 * t, 8 * t + 8), lanes, online));
      expect([...step.slice(0, 8)]).toEqual([...together.slice(8 * t, 8 * t + 8)]);
      online = [...step.slice(8)];
    }
    expect(online).toEqual([...together.slice(8 * n)]);
    for (let l = 0; l < 8; l += 1) {
      let state: GarchState = { variance: first[l]!, count: 0 };
      for (const e of series[l]!)
        state = stepGarch('gjr', { ...lanes[l]!, mu: 0, nu: null }, state, e);
      expect(together[8 * n + l]).toBe(state.variance);
    }
  });

  it('update many series in place, to the bit of the online step, and none when a shock is bad', () => {
    for (const count of [1, 7, 8, 19]) {
      const of = Array.from({ length: count }, (_, s) => ({
        omega: 0.01 + s / 100,
        alpha: 0.05,
        gamma: s % 3 === 0 ? 0.1 : 0,
        beta: 0.8,
      }));
      const columns = recursionColumns(of);
      if (!columns.ok) throw new Error(columns.error.detail);
      const e = simulated(count, count);
      const variances = Float64Array.from(of, (_, s) => 1 + s);
      expect(updateGarch(e, columns.value, variances).ok).toBe(true);
      for (const [s, c] of of.entries()) {
        const want = stepGarch(
          'gjr',
          { ...c, mu: 0, nu: null },
          { variance: 1 + s, count: 0 },
          e[s]!,
        );
        expect(variances[s]).toBe(want.variance);
      }
      e[0] = Number.NaN;
      const before = [...variances];
      expect(updateGarch(e, columns.value, variances).ok).toBe(false);
      expect([...variances]).toEqual(before);
      expect(updateGarch(new Float64Array(count + 1), columns.value, variances).ok).toBe(false);
    }
    expect(recursionColumns([{ ...recursion, omega: 0 }])).toMatchObject({
      error: { detail: 'omega[0] is 0; it must be above 0' },
    });
  });

  it('refuse recursions and series that have no variances', () => {
    const e = Float64Array.of(1, 2);
    const detail = (c: Partial<GarchRecursion>, first = 1): string => {
      const got = filterGarch(e, { ...recursion, ...c }, first);
      return got.ok ? 'accepted' : got.error.detail;
    };
    expect(detail({})).toBe('accepted');
    expect(detail({ omega: -1 })).toContain('omega is -1;');
    expect(detail({ alpha: 0.01, gamma: -0.02 })).toContain('alpha is 0.01, gamma -0.02;');
    expect(detail({ beta: 1.6 })).toContain('beta is 1.6;');
    expect(detail({}, 0)).toContain('first variance is 0;');
    expect(filterGarch(new Float64Array(0), recursion, 1).ok).toBe(false);
    expect(filterGarchLanes(e, [recursion], [1]).ok).toBe(false);
    const eight = Array.from({ length: 8 }, () => recursion);
    const ones = Array.from({ length: 8 }, () => 1);
    expect(filterGarchLanes(e, eight, ones).ok).toBe(false);
    expect(filterGarchLanes(new Float64Array(8), eight, [...ones.slice(1), 0])).toMatchObject({
      error: { detail: 'the first variance[7] is 0; it must be above 0' },
    });
  });
});
