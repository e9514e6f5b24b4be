import { describe, expect, it } from 'vitest';
import { evaluateGarch } from '../../src/quant/index.ts';
import { Comparison, type Json, load, series } from './fixture.ts';
import {
  archVariance,
  compareFit,
  conventions,
  fitted,
  type GarchTolerance,
  names,
  renamed,
} from './garch-reference.ts';

const fixture = load('garch11_normal');

describe.skipIf(fixture === null)('GARCH(1,1) with normal innovations', () => {
  if (fixture === null) return;
  const y = series(fixture.input.y);
  const { expected, tolerance } = fixture;
  const to = new Comparison('garch11_normal', fixture);
  const near: GarchTolerance = {
    coef: { rel: tolerance.coef_rel },
    loglik: { abs: tolerance.loglik_abs },
    h: { rel: tolerance.h_rel },
    errors: { rel: tolerance.se_hessian_rel },
  };

  it('meets the optimum of the FCP convention', () => {
    compareFit(to, '/primary', expected.primary, fitted(y, conventions.fcp), near);
  });

  it('evaluates at the published coefficients', () => {
    const entry = expected.evaluation_at_fixed_params;
    const { mu, omega, alpha1: alpha, beta1: beta } = entry.coef;
    const at = evaluateGarch(y, { mu, omega, alpha, gamma: 0, beta, nu: null });
    if (!at.ok) throw new Error(at.error.detail);
    const { variance, logLikelihood, nextVariance } = at.value;
    const path = '/evaluation_at_fixed_params';
    const abs = { abs: tolerance.evaluation_abs };
    to.compare(`${path}/loglik_at_coef`, logLikelihood, abs);
    to.compare(`${path}/h1`, variance[0], abs);
    to.compare(`${path}/h2`, variance[1], abs);
    to.compare(`${path}/h_last`, variance.at(-1), abs);
    to.compare(`${path}/h_next`, nextVariance, abs);
    to.leaveOut(`${path}/coef`, 'coefficients that go in, not results');
  });

  it('meets each package under its own convention', () => {
    const options = {
      rugarch_sGARCH_norm: conventions.rugarch,
      fGarch_norm: conventions.fcp,
      arch_norm_backcast_var: archVariance(y),
      arch_norm_default_backcast: conventions.archBackcast,
    };
    for (const [name, option] of Object.entries(options)) {
      const entry = expected.all[name];
      if (entry !== undefined) compareFit(to, `/all/${name}`, entry, fitted(y, option), near);
    }
  });

  const { published } = fixture as Json;
  it.skipIf(published?.coef === undefined)('meets the published benchmark to six digits', () => {
    const fit = fitted(y, conventions.fcp);
    const near = (got: number, want: number): void =>
      expect(Math.abs(got / want - 1), `${got} against ${want}`).toBeLessThan(1e-6);
    const ours = { r: renamed(fit.coefficients, names.r), e: renamed(fit.robustErrors, names.r) };
    for (const name of Object.keys(published.coef)) near(ours.r[name], published.coef[name]);
    near(fit.logLikelihood, published.loglik);
    for (const name of Object.keys(published.se_robust ?? {})) {
      near(ours.e[name], published.se_robust[name]);
    }
    // Printed with six digits, not all of them rounded.
    const errors = renamed(fit.hessianErrors, names.r);
    const printed = published.fcp_1996_published?.se_hessian ?? {};
    for (const name of Object.keys(printed)) {
      expect(Math.abs(errors[name] / printed[name] - 1)).toBeLessThan(5e-6);
    }
  });
});
