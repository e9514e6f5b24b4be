import { describe, it } from 'vitest';
import { Comparison, load, series } from './fixture.ts';
import {
  compareFit,
  conventions,
  ERRORS_WITHOUT_TOLERANCE,
  fitted,
  type GarchTolerance,
} from './garch-reference.ts';

const fixture = load('garch11_student_t');

describe.skipIf(fixture === null)('GARCH(1,1) with Student-t innovations', () => {
  if (fixture === null) return;
  const y = series(fixture.input.y);
  const { expected, tolerance } = fixture;
  const to = new Comparison('garch11_student_t', fixture);
  const near: GarchTolerance = {
    coef: { rel: tolerance.coef_rel },
    shape: { rel: tolerance.shape_rel },
    loglik: { abs: tolerance.loglik_abs },
    h: { rel: tolerance.h_rel },
    errors: ERRORS_WITHOUT_TOLERANCE,
  };

  it('meets rugarch, whose persistence stays below 0.999', () => {
    const fit = fitted(y, { ...conventions.rugarch, distribution: 'student-t' });
    compareFit(to, '/primary', expected.primary, fit, near);
  });

  it('meets fGarch, which sets no bound', () => {
    const fit = fitted(y, { ...conventions.fcp, distribution: 'student-t' });
    compareFit(to, '/fGarch', expected.fGarch, fit, near);
  });
});
