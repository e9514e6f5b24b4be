import { along, dot, type Minimum, type SearchOptions } from './search.ts';

/** The gradient of `f` by central differences, with steps of 6e-6 times max(1, |x|). */
export function numericGradient(f: (x: Float64Array) => number, x: Float64Array): Float64Array {
  const moved = Float64Array.from(x);
  return Float64Array.from(x, (value, i) => {
    const step = 6e-6 * Math.max(1, Math.abs(value));
    moved[i] = value + step;
    const above = f(moved);
    moved[i] = value - step;
    const below = f(moved);
    moved[i] = value;
    return (above - below) / (2 * step);
  });
}

/** The inverse BFGS update with s = x' - x and y = g' - g, where s'y is above 0. */
function updateInverse(h: Float64Array, s: Float64Array, y: Float64Array, sy: number): void {
  const n = s.length;
  const hy = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) hy[i]! += h[i * n + j]! * y[j]!;
  }
  const scale = (1 + dot(y, hy) / sy) / sy;
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      h[i * n + j]! += scale * s[i]! * s[j]! - (hy[i]! * s[j]! + s[i]! * hy[j]!) / sy;
    }
  }
}

function setScaledIdentity(h: Float64Array, n: number, scale: number): void {
  h.fill(0);
  for (let i = 0; i < n; i += 1) h[i * n + i] = scale;
}

/**
 * Minimises a smooth function by BFGS with backtracking. A value that is not finite stands for a point
 * outside the domain: the step is shortened.
 *
 * `gradient` null takes central differences.
 *
 * Requires: f finite at `start`; otherwise the result says not converged after no iteration.
 * Source:   Nocedal and Wright (2006), Numerical Optimization, algorithm 6.1, section 3.1, (6.20).
 */
export function bfgs(
  f: (x: Float64Array) => number,
  gradient: ((x: Float64Array) => Float64Array) | null,
  start: Float64Array,
  options: SearchOptions = {},
): Minimum {
  const { tolerance = 1e-12, maxIterations = 500 } = options;
  const slopeAt = gradient ?? ((at: Float64Array) => numericGradient(f, at));
  const n = start.length;
  const inverse = new Float64Array(n * n);
  let x: Float64Array = Float64Array.from(start);
  let value = f(x);
  let g: Float64Array = slopeAt(x);
  let evaluations = 1;
  let iterations = 0;
  let fresh = true;
  let quiet = 0;
  setScaledIdentity(inverse, n, 1 / Math.max(1, Math.sqrt(dot(g, g))));
  const end = (converged: boolean): Minimum => ({ x, value, iterations, evaluations, converged });
  if (!Number.isFinite(value)) return end(false);
  while (iterations < maxIterations) {
    iterations += 1;
    const d = new Float64Array(n);
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < n; j += 1) d[i]! -= inverse[i * n + j]! * g[j]!;
    }
    const slope = dot(d, g);
    const room = tolerance * (1 + Math.abs(value));
    let step = slope < 0 ? 1 : 0;
    let next = x;
    let lower = value;
    for (let tries = 0; step > 0 && tries < 60; tries += 1) {
      next = along(x, step, d);
      lower = f(next);
      evaluations += 1;
      if (lower <= value + 1e-4 * step * slope) break;
      const curved = lower - value - step * slope;
      const best = Number.isFinite(lower) && curved > 0 ? (-0.5 * step * slope) / curved : 0.2;
      step *= Math.min(0.5, Math.max(0.1, best));
      lower = Number.POSITIVE_INFINITY;
    }
    if (!(lower < Number.POSITIVE_INFINITY) || step === 0) {
      if (fresh || -slope < room) return end(-slope < Math.sqrt(tolerance) * (1 + Math.abs(value)));
      setScaledIdentity(inverse, n, 1 / Math.max(1, Math.sqrt(dot(g, g))));
      fresh = true;
      continue;
    }
    const nextGradient = slopeAt(next);
    const s = Float64Array.from(next, (v, i) => v - x[i]!);
    const y = Float64Array.from(nextGradient, (v, i) => v - g[i]!);
    const sy = dot(s, y);
    if (fresh && sy > 0) setScaledIdentity(inverse, n, sy / dot(y, y));
    if (sy > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y))) updateInverse(inverse, s, y, sy);
    fresh = false;
    quiet = value - lower < room ? quiet + 1 : 0;
    x = next;
    value = lower;
    g = nextGradient;
    if (quiet >= 2 || dot(g, g) === 0) return end(true);
  }
  return end(false);
}
