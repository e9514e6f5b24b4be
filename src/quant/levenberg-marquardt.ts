import { cholesky, choleskySolve } from './linear-algebra.ts';
import { along, dot, type Minimum, type SearchOptions } from './search.ts';

/** The residuals' Jacobian by forward differences, row-major with a row per residual. */
function forwardJacobian(
  residuals: (x: Float64Array) => Float64Array,
  x: Float64Array,
  r: Float64Array,
): Float64Array {
  const n = x.length;
  const out = new Float64Array(r.length * n);
  const moved = Float64Array.from(x);
  for (let j = 0; j < n; j += 1) {
    const step = 1.5e-8 * Math.max(1, Math.abs(x[j]!));
    moved[j] = x[j]! + step;
    const width = moved[j]! - x[j]!;
    const at = residuals(moved);
    for (let i = 0; i < r.length; i += 1) out[i * n + j] = (at[i]! - r[i]!) / width;
    moved[j] = x[j]!;
  }
  return out;
}

/**
 * Minimises half the sum of squared residuals by Levenberg-Marquardt with Nielsen's damping.
 *
 * `jacobian` (row-major, a row per residual) null takes forward differences. Residuals that are not
 * finite make a step fail.
 *
 * Source: Marquardt (1963), J. SIAM 11(2); Madsen, Nielsen and Tingleff (2004), Methods for Non-linear
 *         Least Squares Problems, algorithm 3.16.
 */
export function levenbergMarquardt(
  residuals: (x: Float64Array) => Float64Array,
  jacobian: ((x: Float64Array) => Float64Array) | null,
  start: Float64Array,
  options: SearchOptions = {},
): Minimum {
  const { tolerance = 1e-12, maxIterations = 500 } = options;
  const n = start.length;
  let x: Float64Array = Float64Array.from(start);
  let r = residuals(x);
  let value = 0.5 * dot(r, r);
  let [evaluations, iterations, growth, damping] = [1, 0, 2, 0];
  const end = (converged: boolean): Minimum => ({ x, value, iterations, evaluations, converged });
  if (!Number.isFinite(value)) return end(false);
  const normal = new Float64Array(n * n);
  const slope = new Float64Array(n);
  let stale = true;
  while (iterations < maxIterations) {
    iterations += 1;
    if (stale) {
      const j = jacobian === null ? forwardJacobian(residuals, x, r) : jacobian(x);
      normal.fill(0);
      slope.fill(0);
      for (let row = 0; row < r.length; row += 1) {
        for (let a = 0; a < n; a += 1) {
          const left = j[row * n + a]!;
          slope[a]! -= left * r[row]!;
          for (let b = 0; b <= a; b += 1) normal[a * n + b]! += left * j[row * n + b]!;
        }
      }
      if (damping === 0) {
        for (let a = 0; a < n; a += 1) damping = Math.max(damping, 1e-3 * normal[a * n + a]!);
        if (!(damping > 0)) return end(dot(slope, slope) === 0);
      }
    }
    const damped = Float64Array.from(normal);
    for (let a = 0; a < n; a += 1) damped[a * n + a]! += damping;
    const factor = cholesky(damped, n);
    const step = factor === null ? null : choleskySolve(factor, slope, n, 1);
    const next = step === null ? x : along(x, 1, step);
    const nextResiduals = step === null ? r : residuals(next);
    const lower = step === null ? Number.NaN : 0.5 * dot(nextResiduals, nextResiduals);
    evaluations += 1;
    const promised = step === null ? 0 : 0.5 * (damping * dot(step, step) + dot(step, slope));
    stale = lower < value;
    if (step !== null && promised <= tolerance * (tolerance + value)) return end(true);
    if (!stale) {
      damping *= growth;
      growth *= 2;
      if (!Number.isFinite(damping)) return end(false);
      continue;
    }
    const quality = (value - lower) / promised;
    damping *= Math.max(1 / 3, 1 - (2 * quality - 1) ** 3);
    growth = 2;
    x = next;
    r = nextResiduals;
    value = lower;
  }
  return end(false);
}
