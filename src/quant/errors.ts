import type { Result } from '../core/index.ts';

/** Why a model gives no result: input that it cannot take, a search that
 * did not converge, or a caller who gave it up. */
export interface QuantError {
  readonly code: 'bad-input' | 'not-converged' | 'singular' | 'aborted';
  /** Names the thing, the value and what was allowed. */
  readonly detail: string;
}

/** What a model returns. */
export type QuantResult<T> = Result<T, QuantError>;

/** An error about the input. */
export const badInput = (detail: string): { readonly ok: false; readonly error: QuantError } => ({
  ok: false,
  error: { code: 'bad-input', detail },
});

/** Says what is wrong with a series: too short, or the first value that is not finite; else null. */
export function seriesFault(name: string, x: Float64Array, minimum: number): string | null {
  if (x.length < minimum) {
    return `${name} has ${x.length} values; at least ${minimum} are needed`;
  }
  const at = x.findIndex((value) => !Number.isFinite(value));
  return at < 0 ? null : `${name}[${at}] is ${x[at]}; every value must be finite`;
}
