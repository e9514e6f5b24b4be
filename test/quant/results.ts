import { type Result, seededRng, standardNormal } from '../../src/core/index.ts';
import type { QuantResult } from '../../src/quant/index.ts';

/** The value of a result; a refusal fails the test with its words. */
export function value<T>(result: Result<T, { readonly detail: string }>): T {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

/** Why a model refused; 'accepted' when it did not. */
export const refusal = (result: QuantResult<unknown>): string =>
  result.ok ? 'accepted' : result.error.detail;

/** The code of a refusal; 'ok' when there is none. */
export const codeOf = (result: QuantResult<unknown>): string =>
  result.ok ? 'ok' : result.error.code;

/** Standard normal values of a seed. */
export function normals(length: number, seed: number): Float64Array {
  const rng = seededRng(seed);
  return Float64Array.from({ length }, () => standardNormal(rng));
}
