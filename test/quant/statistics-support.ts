import type { QuantResult } from '../../src/quant/errors.ts';

export { must } from '../oracle/fixture.ts';

/** What a refusal said, or an empty text where the model gave a result. */
export const refusal = (result: QuantResult<unknown>): string =>
  result.ok ? '' : `${result.error.code}: ${result.error.detail}`;

/** Uniform numbers in (0, 1), the same in every run. */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 4294967296 + 1 / 8589934592;
  };
}
