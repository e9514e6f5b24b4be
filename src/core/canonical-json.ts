import { InvariantError } from './assert.ts';

/** What canonical JSON can hold. Bigints are written as decimal strings. */
export type Json =
  | null
  | boolean
  | number
  | string
  | bigint
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * Writes a value as canonical JSON: keys sorted by UTF-16 code unit, no white space, bigints as
 * decimal strings, `undefined` members left out. Equal values give equal bytes.
 *
 * Errors:  `InvariantError` for NaN, infinities, functions and symbols.
 * Source:  RFC 8785 (JSON Canonicalization Scheme).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'bigint') return `"${value}"`;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new InvariantError(`canonical JSON cannot hold ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const record = value as Record<string, unknown>;
    const parts: string[] = [];
    for (const key of Object.keys(record).sort()) {
      if (record[key] === undefined) continue;
      parts.push(`${JSON.stringify(key)}:${canonicalJson(record[key])}`);
    }
    return `{${parts.join(',')}}`;
  }
  throw new InvariantError(`canonical JSON cannot hold a ${typeof value}`);
}
