import { describe, expect, it } from 'vitest';
import { compareDecimals, DECIMAL_PATTERN, isDecimal } from '../../../src/core/config/index.ts';
import fc from '../../fast-check.ts';

const decimals = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 12n - 1n }), fc.nat(99_999_999))
  .map(([negative, whole, fraction]) => {
    const text = `${negative ? '-' : ''}${whole}.${String(fraction).padStart(8, '0')}`;
    const units = whole * 100_000_000n + BigInt(fraction);
    return { text, units: negative ? -units : units };
  });

describe('decimals in settings', () => {
  it('are ordered exactly, far beyond the precision of a float', () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        const order = a.units < b.units ? -1 : a.units > b.units ? 1 : 0;
        expect(compareDecimals(a.text, b.text)).toBe(order);
      }),
    );
    expect(compareDecimals('999999999999.00000001', '999999999999')).toBe(1);
    expect(compareDecimals('0.10', '0.1')).toBe(0);
    expect(compareDecimals('-0', '0')).toBe(0);
  });

  it.each(['0', '-1', '0.10', '123456789012.12345678'])('may be written %s', (text) => {
    expect(isDecimal(text)).toBe(true);
    expect(new RegExp(DECIMAL_PATTERN, 'u').test(text)).toBe(true);
  });

  it.each([
    '',
    '.5',
    '5.',
    '+1',
    '1e3',
    '1,000',
    ' 1',
    '1 ',
    '0x1',
    '1234567890123',
    '0.123456789',
    'NaN',
    '１',
  ])('may not be written %j', (text) => {
    expect(isDecimal(text)).toBe(false);
    expect(new RegExp(DECIMAL_PATTERN, 'u').test(text)).toBe(false);
  });
});
