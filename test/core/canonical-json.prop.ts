import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/index.ts';
import fc from '../fast-check.ts';

/** Code units of every kind: controls, quotation marks, backslashes, lone surrogates, plain ones. */
const text = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0x22, 0x5c, 0x61, 0xd83d)))
  .map((units) => String.fromCharCode(...units));

describe('canonical JSON', () => {
  it('writes every string, alone and as a key, as JSON.stringify does', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(canonicalJson(value)).toBe(JSON.stringify(value));
        expect(canonicalJson({ [value]: 1 })).toBe(JSON.stringify({ [value]: 1 }));
      }),
    );
  });

  it('writes every finite number as JSON.stringify does, -0 as 0', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(canonicalJson(value)).toBe(JSON.stringify(value));
      }),
    );
    expect(canonicalJson(-0)).toBe('0');
  });
});
