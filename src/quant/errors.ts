import { ok, type Result } from '../core/index.ts';

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

/** Refuses a result of which a number, or a value of a series, left the range of doubles; names it. */
export function finiteResult<T extends object>(result: T): QuantResult<T> {
  const lost = Object.entries(result).find(([, part]) =>
    typeof part === 'number'
      ? !Number.isFinite(part)
      : part instanceof Float64Array && !part.every(Number.isFinite),
  );
  return lost === undefined ? ok(result) : badInput(`${lost[0]} leaves the range of doubles`);
}
