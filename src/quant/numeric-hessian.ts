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
