import { InvariantError } from './assert.ts';
import type { JsonBytes } from './json-bytes.ts';

/** What canonical JSON can hold. Bigints are written as decimal strings. */
export type Json =
  | null
  | boolean
  | number
  | string
  | bigint
  | readonly Json[]
  | { readonly [key: string]: Json };

const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** So many keys are sorted by insertion. */
const MOST_INSERTED = 24;

function sortedKeys(record: Readonly<Record<string, unknown>>): readonly string[] {
  const keys = Object.keys(record);
  if (keys.length > MOST_INSERTED) {
    for (let i = 1; i < keys.length; i += 1) if (keys[i - 1]! > keys[i]!) return keys.sort();
    return keys;
  }
  // In place: `sort` makes a kilobyte of garbage.
  for (let i = 1; i < keys.length; i += 1) {
    const key = keys[i]!;
    let at = i;
    for (; at > 0 && keys[at - 1]! > key; at -= 1) keys[at] = keys[at - 1]!;
    keys[at] = key;
  }
  return keys;
}

/** A string in quotes. Most need no escape, and looking for one costs less than `JSON.stringify`. */
function quoted(text: string): string {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    // Control characters, quotation marks, backslashes, and surrogates, which may stand alone.
    if (unit < 0x20 || unit === 0x22 || unit === 0x5c || (unit >= 0xd800 && unit <= 0xdfff)) {
      return JSON.stringify(text);
    }
  }
  return `"${text}"`;
}

/**
 * Writes a value as canonical JSON: keys sorted by UTF-16 code unit, no white space, bigints as
 * decimal strings, `undefined` members left out. Equal values give equal bytes.
 *
 * Errors:  `InvariantError` for NaN, infinities, functions and symbols.
 * Source:  RFC 8785 (JSON Canonicalization Scheme).
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return `"${value}"`;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new InvariantError(`canonical JSON cannot hold ${value}`);
    return String(value);
  }
  if (Array.isArray(value)) {
    let text = '[';
    for (let i = 0; i < value.length; i += 1) {
      text += i === 0 ? canonicalJson(value[i]) : `,${canonicalJson(value[i])}`;
    }
    return `${text}]`;
  }
  if (typeof value === 'object') {
    const record = value as Record<string, unknown>;
    let text = '';
    for (const key of sortedKeys(record)) {
      const member = record[key];
      if (member === undefined) continue;
      text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`;
    }
    return `{${text}}`;
  }
  throw new InvariantError(`canonical JSON cannot hold a ${typeof value}`);
}

/** Writes the same bytes as `canonicalJson` behind what `out` holds, without making text. */
export function putCanonicalJson(value: unknown, out: JsonBytes): void {
  if (typeof value === 'string') out.string(value);
  else if (typeof value === 'bigint') out.bigint(value);
  else if (typeof value === 'number' && Number.isSafeInteger(value)) out.integer(value);
  else if (value === null || typeof value !== 'object') out.json(canonicalJson(value));
  else if (Array.isArray(value)) putList(value, out);
  else putRecord(value as Readonly<Record<string, unknown>>, out);
}

function putList(values: readonly unknown[], out: JsonBytes): void {
  out.byte(OPENING_BRACKET);
  for (let i = 0; i < values.length; i += 1) {
    if (i > 0) out.byte(COMMA);
    putCanonicalJson(values[i], out);
  }
  out.byte(CLOSING_BRACKET);
}

function putRecord(record: Readonly<Record<string, unknown>>, out: JsonBytes): void {
  out.byte(OPENING_BRACE);
  const keys = sortedKeys(record);
  let first = true;
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i]!;
    const member = record[key];
    if (member === undefined) continue;
    if (!first) out.byte(COMMA);
    first = false;
    out.string(key);
    out.byte(COLON);
    putCanonicalJson(member, out);
  }
  out.byte(CLOSING_BRACE);
}
