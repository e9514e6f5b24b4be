/** Where a search for a minimum ended. */
export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const STEP = 1e-6;

/** The gradient by central differences; steps scale with each coordinate. */
export function numericGradient(f: (x: Float64Array) => number, x: Float64Array): Float64Array {
  const at = Float64Array.from(x);
  return x.map((value, i) => {
    const step = STEP * Math.max(1, Math.abs(value));
    at[i] = value + step;
    const above = f(at);
    at[i] = value - step;
    const below = f(at);
    at[i] = value;
    return (above - below) / (2 * step);
  });
}

/** The Hessian by central differences with a step of its own for each coordinate. */
export function numericHessian(
  f: (x: Float64Array) => number,
  x: Float64Array,
  steps: Float64Array,
): Float64Array {
  const n = x.length;
  const out = new Float64Array(n * n);
  const centre = f(x);
  const at = Float64Array.from(x);
  const shifted = (i: number, a: number, j: number, b: number): number => {
    at[i]! += a * steps[i]!;
    at[j]! += b * steps[j]!;
    const value = f(at);
    at[i] = x[i]!;
    at[j] = x[j]!;
    return value;
  };
  for (let i = 0; i < n; i += 1) {
    const curve = shifted(i, 1, i, 0) - 2 * centre + shifted(i, -1, i, 0);
    out[i * n + i] = curve / (steps[i]! * steps[i]!);
    for (let j = 0; j < i; j += 1) {
      const same = shifted(i, 1, j, 1) + shifted(i, -1, j, -1);
      const opposite = shifted(i, 1, j, -1) + shifted(i, -1, j, 1);
      const mixed = (same - opposite) / (4 * steps[i]! * steps[j]!);
      out[i * n + j] = mixed;
      out[j * n + i] = mixed;
    }
  }
  return out;
}

/** H − (what the last step learned), the update of the inverse Hessian. */
function update(h: Float64Array, s: Float64Array, y: Float64Array): void {
  const n = s.length;
  const dot = (u: Float64Array, v: Float64Array) =>
    u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  const curvature = dot(s, y);
  if (!(curvature > 1e-14)) return;
  const hy = s.map((_, i) => dot(h.subarray(i * n, (i + 1) * n), y));
  const factor = (1 + dot(y, hy) / curvature) / curvature;
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      h[i * n + j]! += factor * s[i]! * s[j]! - (hy[i]! * s[j]! + s[i]! * hy[j]!) / curvature;
    }
  }
}

/**
 * Minimises a smooth function by BFGS with numeric gradients; values that are not finite are walls.
 *
 * Source: Nocedal & Wright (2006), Numerical Optimization, 2nd ed., algorithm 6.1, with halved steps.
 */
export function minimise(
  f: (x: Float64Array) => number,
  start: Float64Array,
  maxIterations = 200,
): Minimum {
  const n = start.length;
  let x = Float64Array.from(start);
  let value = f(x);
  let gradient = numericGradient(f, x);
  const inverse = new Float64Array(n * n);
  const reset = () => {
    inverse.fill(0);
    for (let i = 0; i < n; i += 1) inverse[i * n + i] = 1;
  };
  reset();
  let fresh = true;
  for (let iteration = 0; iteration < maxIterations; iteration += 1) {
    const direction = x.map((_, i) =>
      gradient.reduce((sum, g, j) => sum - inverse[i * n + j]! * g, 0),
    );
    const slope = direction.reduce((sum, d, i) => sum + d * gradient[i]!, 0);
    const flat = gradient.every((g) => Math.abs(g) < 1e-8);
    if (flat) return { x, value, iterations: iteration, converged: true };
    let step = slope < 0 ? 1 : 0;
    let next = x;
    let moved = Number.NaN;
    for (; step > 1e-12; step /= 2) {
      next = x.map((v, i) => v + step * direction[i]!);
      moved = f(next);
      if (moved <= value + 1e-4 * step * slope) break;
    }
    if (!(moved <= value + 1e-4 * step * slope) || step <= 1e-12) {
      // The inverse Hessian may have gone stale: once more along the gradient, then it is the end.
      if (fresh) return { x, value, iterations: iteration, converged: true };
      reset();
      fresh = true;
      continue;
    }
    const turned = numericGradient(f, next);
    update(
      inverse,
      next.map((v, i) => v - x[i]!),
      turned.map((g, i) => g - gradient[i]!),
    );
    fresh = false;
    const gain = value - moved;
    x = next;
    value = moved;
    gradient = turned;
    const steep = gradient.some((g) => Math.abs(g) > 1e-6);
    if (gain < 1e-13 * (1 + Math.abs(value)) && !steep) {
      return { x, value, iterations: iteration + 1, converged: true };
    }
  }
  return { x, value, iterations: maxIterations, converged: false };
}
