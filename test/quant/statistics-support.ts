import { seededRng, standardNormal } from '../../src/core/index.ts';
import type { QuantResult } from '../../src/quant/errors.ts';

export { must } from '../oracle/statistics-result.ts';

/** What a refusal said, or an empty text where the model gave a result. */
export const refusal = (result: QuantResult<unknown>): string =>
  result.ok ? '' : `${result.error.code}: ${result.error.detail}`;

/** Standard normal numbers, the same in every run. */
export function normals(n: number, seed: number): Float64Array {
  const rng = seededRng(seed);
  return Float64Array.from({ length: n }, () => standardNormal(rng));
}

/** The running sum of standard normal steps. */
export function randomWalk(n: number, seed: number): Float64Array {
  let level = 0;
  return normals(n, seed).map((step) => {
    level += step;
    return level;
  });
}
