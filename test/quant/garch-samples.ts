/** A reproducible stream of near-normal values: sums of twelve uniforms. */
export function shocks(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => {
    let sum = -6;
    for (let i = 0; i < 12; i += 1) sum += uniform();
    return sum;
  };
}

/** A simulated GJR-GARCH(1,1) series (gamma 0: GARCH). */
export function simulated(
  n: number,
  seed: number,
  { mu = 0.05, omega = 0.05, alpha = 0.06, gamma = 0, beta = 0.88 } = {},
): Float64Array {
  const next = shocks(seed);
  let h = omega / (1 - alpha - gamma / 2 - beta);
  return Float64Array.from({ length: n }, () => {
    const e = next() * Math.sqrt(h);
    h = omega + (e < 0 ? alpha + gamma : alpha) * e * e + beta * h;
    return mu + e;
  });
}
