import type { QuantResult } from '../../src/quant/errors.ts';

/** The value of a result; a refusal fails the test with its detail. */
export function must<T>(result: QuantResult<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
}
