import { along, type Minimum, type SearchOptions } from './search.ts';

/**
 * Minimises a function without derivatives by the simplex of Nelder and Mead, whose coefficients
 * depend on the dimension. A value that is not finite counts as infinitely high.
 *
 * The first simplex steps by `size` times max(1, |x|) along each axis (default 0.1).
 *
 * Source: Nelder and Mead (1965), The Computer Journal 7(4); Gao and Han (2012), Computational
 *         Optimization and Applications 51(1), for the coefficients.
 */
export function nelderMead(
  f: (x: Float64Array) => number,
  start: Float64Array,
  options: SearchOptions & { readonly size?: number } = {},
): Minimum {
  const n = start.length;
  const { tolerance = 1e-12, maxIterations = 200 * n, size = 0.1 } = options;
  let evaluations = 0;
  const at = (x: Float64Array): { x: Float64Array; value: number } => {
    evaluations += 1;
    const value = f(x);
    return { x, value: Number.isFinite(value) ? value : Number.POSITIVE_INFINITY };
  };
  const expansion = 1 + 2 / n;
  const contraction = n === 1 ? 0.5 : 0.75 - 1 / (2 * n);
  const shrinkage = n === 1 ? 0.5 : 1 - 1 / n;
  const corners = [at(Float64Array.from(start))];
  for (let i = 0; i < n; i += 1) {
    const corner = Float64Array.from(start);
    corner[i]! += size * Math.max(1, Math.abs(corner[i]!));
    corners.push(at(corner));
  }
  let iterations = 0;
  let converged = false;
  for (; iterations < maxIterations; iterations += 1) {
    corners.sort((a, b) => a.value - b.value);
    const [best, worst] = [corners[0]!, corners[n]!];
    const spread = Math.max(
      ...corners.map((c) => Math.max(...c.x.map((v, i) => Math.abs(v - best.x[i]!)))),
    );
    const scale = 1 + Math.max(...best.x.map((v) => Math.abs(v)));
    converged =
      worst.value - best.value <= tolerance * (1 + Math.abs(best.value)) &&
      spread <= Math.sqrt(tolerance) * scale;
    if (converged) break;
    const centre = new Float64Array(n);
    for (let c = 0; c < n; c += 1) {
      for (let i = 0; i < n; i += 1) centre[i]! += corners[c]!.x[i]! / n;
    }
    const from = Float64Array.from(centre, (v, i) => v - worst.x[i]!);
    const reflected = at(along(centre, 1, from));
    if (reflected.value < best.value) {
      const expanded = at(along(centre, expansion, from));
      corners[n] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < corners[n - 1]!.value) {
      corners[n] = reflected;
    } else {
      const outside = reflected.value < worst.value;
      const contracted = at(along(centre, outside ? contraction : -contraction, from));
      if (contracted.value < Math.min(reflected.value, worst.value)) corners[n] = contracted;
      else {
        for (let c = 1; c <= n; c += 1) {
          const x = corners[c]!.x.map((v, i) => best.x[i]! + shrinkage * (v - best.x[i]!));
          corners[c] = at(x);
        }
      }
    }
  }
  corners.sort((a, b) => a.value - b.value);
  return { ...corners[0]!, iterations, evaluations, converged };
}
