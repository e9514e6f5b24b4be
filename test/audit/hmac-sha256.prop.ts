import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HmacSha256 } from '../../src/audit/index.ts';
import fc from '../fast-check.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

const signed = (key: Uint8Array, message: Uint8Array, size: number): string => {
  const hmac = new HmacSha256(key, size);
  hmac.begin().raw(message);
  return hmac.hex();
};

describe('an HMAC-SHA-256', () => {
  it('is that of the test cases of RFC 4231', () => {
    const cases = [
      [
        '0b'.repeat(20),
        Buffer.from('Hi There').toString('hex'),
        'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
      ],
      [
        Buffer.from('Jefe').toString('hex'),
        Buffer.from('what do ya want for nothing?').toString('hex'),
        '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
      ],
      [
        'aa'.repeat(131),
        Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First').toString('hex'),
        '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
      ],
    ] as const;
    for (const [key, message, expected] of cases) {
      expect(signed(hex(key), hex(message), 64)).toBe(expected);
    }
  });

  it('is that of node:crypto, for any key and one message after the other', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, fc.array(bytes, { minLength: 1, maxLength: 5 }), (key, messages) => {
        const hmac = new HmacSha256(key, 32);
        for (const message of messages) {
          hmac.begin().raw(message);
          expect(hmac.hex()).toBe(createHmac('sha256', key).update(message).digest('hex'));
        }
      }),
      { numRuns: 300 },
    );
  });
});
