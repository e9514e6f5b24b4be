import { describe, expect, it } from 'vitest';
import { canonicalJson, JsonBytes, putCanonicalJson } from '../../src/core/index.ts';
import fc from '../fast-check.ts';

const written = (put: (out: JsonBytes) => void, size = 16): string => {
  const out = new JsonBytes(size);
  put(out);
  return Buffer.from(out.written).toString('utf8');
};

/** Whole numbers around every power of ten, where digits are most easily wrong. */
const aroundPowers = fc
  .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom(-1, 0, 1))
  .map(([power, digit, step]) => digit * 10 ** power + step);

const any = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false, undefined),
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.bigInt(),
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
    fc.array(tie('value').map((each) => (each === undefined ? null : each))),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 30 }),
  ),
})).value;

describe('bytes of JSON', () => {
  it('are those of the canonical text of any value', () => {
    const value = any.filter((each) => each !== undefined);
    fc.assert(
      fc.property(value, (each) => {
        expect(written((out) => putCanonicalJson(each, out))).toBe(canonicalJson(each));
      }),
      { numRuns: 400 },
    );
  });

  it('hold the digits of every safe integer and of every bigint', () => {
    const edges = fc.constantFrom(0, 999_999_999, 1e9, 1e9 - 1, 2 ** 31, 2 ** 53 - 1);
    fc.assert(
      fc.property(fc.oneof(edges, aroundPowers, fc.maxSafeInteger()), (value) => {
        expect(written((out) => out.integer(value))).toBe(`${value}`);
        expect(written((out) => out.bigint(BigInt(value)))).toBe(`"${value}"`);
      }),
      { numRuns: 2_000 },
    );
    const limits = [2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), -(2n ** 63n) - 1n, 10n ** 18n, -1n];
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...limits), fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n })),
        (value) => {
          expect(written((out) => out.bigint(value))).toBe(`"${value}"`);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('hold a decimal with its zeros', () => {
    const parts = fc.tuple(fc.nat(2 ** 31 - 1), fc.nat(8));
    fc.assert(
      fc.property(parts, ([units, decimals]) => {
        const digits = `${units}`.padStart(decimals + 1, '0');
        const whole = digits.slice(0, digits.length - decimals);
        const fraction = digits.slice(digits.length - decimals);
        const expected = decimals === 0 ? whole : `${whole}.${fraction}`;
        expect(written((out) => out.decimal(units, decimals))).toBe(expected);
      }),
    );
  });

  it('begin anew where they are told to, and the view is of what was written last', () => {
    const out = new JsonBytes(64);
    for (const text of ['first', 'second', 'a', 'x'.repeat(200), 'last']) {
      out.restart(0);
      out.latin1(text);
      expect(Buffer.from(out.written).toString('latin1')).toBe(text);
    }
  });
});
