import { describe, expect, it } from 'vitest';
import { bfgs, levenbergMarquardt, nelderMead } from '../../src/quant/optimise.ts';

const rosenbrock = (x: Float64Array): number =>
  100 * (x[1]! - x[0]! * x[0]!) ** 2 + (1 - x[0]!) ** 2;

const rosenbrockGradient = (x: Float64Array): Float64Array =>
  Float64Array.of(
    -400 * x[0]! * (x[1]! - x[0]! * x[0]!) - 2 * (1 - x[0]!),
    200 * (x[1]! - x[0]! * x[0]!),
  );

const start = (): Float64Array => Float64Array.of(-1.2, 1);

describe('optimisers', () => {
  it('BFGS finds the bottom of the banana valley with and without a gradient', () => {
    for (const gradient of [rosenbrockGradient, null]) {
      const found = bfgs(rosenbrock, gradient, start());
      expect(found.converged).toBe(true);
      expect(found.x[0]).toBeCloseTo(1, 5);
      expect(found.x[1]).toBeCloseTo(1, 5);
    }
  });

  it('BFGS comes back from steps that leave the domain', () => {
    const f = (x: Float64Array): number => x[0]! - Math.log(x[0]!);
    const found = bfgs(f, null, Float64Array.of(30));
    expect(found.converged).toBe(true);
    expect(found.x[0]).toBeCloseTo(1, 5);
  });

  it('BFGS says that it did not converge when its steps are used up or the start has no value', () => {
    expect(bfgs(rosenbrock, null, start(), { maxIterations: 3 }).converged).toBe(false);
    expect(bfgs(() => Number.NaN, null, start()).converged).toBe(false);
  });

  it('Nelder-Mead finds the minimum of a function with a kink', () => {
    const f = (x: Float64Array): number =>
      Math.abs(x[0]! - 3) + 2 * Math.abs(x[1]! + 1) + (x[2]! - 0.5) ** 2;
    const found = nelderMead(f, new Float64Array(3), { maxIterations: 2000 });
    expect(found.converged).toBe(true);
    for (const [i, want] of [3, -1, 0.5].entries()) expect(found.x[i]).toBeCloseTo(want, 4);
  });

  it('Nelder-Mead finds the bottom of the banana valley', () => {
    const found = nelderMead(rosenbrock, start());
    expect(found.converged).toBe(true);
    expect(found.x[0]).toBeCloseTo(1, 4);
  });

  it('Levenberg-Marquardt fits an exponential decay to the digits of its data', () => {
    const t = Float64Array.from({ length: 40 }, (_, i) => i / 10);
    const residuals = (x: Float64Array): Float64Array =>
      t.map((at) => x[0]! * Math.exp(-x[1]! * at) + x[2]! - (5 * Math.exp(-1.3 * at) + 0.7));
    const found = levenbergMarquardt(residuals, null, Float64Array.of(1, 0.5, 0));
    expect(found.converged).toBe(true);
    for (const [i, want] of [5, 1.3, 0.7].entries()) expect(found.x[i]).toBeCloseTo(want, 6);
  });

  it('Levenberg-Marquardt takes an analytic Jacobian and ends at a residual that cannot vanish', () => {
    const residuals = (x: Float64Array): Float64Array => Float64Array.of(x[0]! - 1, x[0]! - 3);
    const found = levenbergMarquardt(residuals, () => Float64Array.of(1, 1), Float64Array.of(9));
    expect(found.converged).toBe(true);
    expect(found.x[0]).toBeCloseTo(2, 9);
    expect(found.value).toBeCloseTo(1, 9);
  });
});
