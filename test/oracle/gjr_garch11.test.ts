import { describe, it } from 'vitest';
import type { GarchOptions } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';
import {
  archVariance,
  compareFit,
  conventions,
  ERRORS_WITHOUT_TOLERANCE,
  fitted,
  type GarchTolerance,
  names,
} from './garch-reference.ts';

const fixture = load('gjr_garch11');

describe.skipIf(fixture === null)('GJR-GARCH(1,1)', () => {
  if (fixture === null) return;
  const y = series(fixture.input.y);
  const { expected, tolerance } = fixture;
  const to = new Comparison('gjr_garch11', fixture);
  const near: GarchTolerance = {
    coef: { abs: tolerance.coef_abs },
    // nu is of order 5, not 0.1: the tolerance of the coefficients is taken relative to it.
    shape: { rel: tolerance.coef_abs },
    loglik: { abs: tolerance.loglik_abs },
    h: { rel: tolerance.h_rel },
    errors: ERRORS_WITHOUT_TOLERANCE,
  };
  const gjr = (options: GarchOptions) => fitted(y, { ...options, model: 'gjr' });

  it('meets rugarch with normal innovations', () => {
    compareFit(to, '/primary', expected.primary, gjr(conventions.rugarch), near);
  });

  it('meets rugarch with Student-t innovations', () => {
    const fit = gjr({ ...conventions.rugarch, distribution: 'student-t' });
    compareFit(to, '/student', expected.student, fit, near);
  });

  it('meets arch with the variance of the series as backcast', () => {
    const entry = expected.arch_backcast_var;
    compareFit(to, '/arch_backcast_var', entry, gjr(archVariance(y)), near, names.arch);
  });
});
