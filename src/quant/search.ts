/** Where a search for a minimum ended. */
export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly evaluations: number;
  /** False when the steps were used up, or nothing lower was found far from a flat point. */
  readonly converged: boolean;
}

/** How long a search goes on. */
export interface SearchOptions {
  /** The gain, relative to 1 + |value|, below which a search is done. Default 1e-12. */
  readonly tolerance?: number;
  /** Default 500, for Nelder-Mead 200 per dimension. */
  readonly maxIterations?: number;
}

/** The inner product. */
export const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
};

/** x + step d. */
export const along = (x: Float64Array, step: number, d: Float64Array): Float64Array =>
  Float64Array.from(x, (value, i) => value + step * d[i]!);
