import { describe, it } from 'vitest';
import { Comparison, load, series } from './fixture.ts';
import {
  compareFit,
  conventions,
  ERRORS_WITHOUT_TOLERANCE,
  fitted,
  type GarchTolerance,
  names,
} from './garch-reference.ts';

const fixture = load('egarch11_normal');

describe.skipIf(fixture === null)('EGARCH(1,1) with normal innovations', () => {
  if (fixture === null) return;
  const y = series(fixture.input.y);
  const { expected, tolerance } = fixture;
  const to = new Comparison('egarch11_normal', fixture);
  const near: GarchTolerance = {
    coef: { abs: tolerance.coef_abs },
    loglik: { abs: tolerance.loglik_abs },
    h: { rel: tolerance.h_rel },
    errors: ERRORS_WITHOUT_TOLERANCE,
  };

  it('meets rugarch', () => {
    const fit = fitted(y, { ...conventions.rugarch, model: 'egarch' });
    compareFit(to, '/primary', expected.primary, fit, near);
  });

  it('meets arch, whose alpha and gamma have each other’s name', () => {
    const fit = fitted(y, { ...conventions.archBackcast, model: 'egarch' });
    compareFit(to, '/arch', expected.arch, fit, near, names.archEgarch);
    to.leaveOut('/arch/mapping', 'a sentence on the names of the coefficients');
  });
});
