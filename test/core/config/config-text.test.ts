import { describe, expect, it } from 'vitest';
import { decodeConfigText, MAX_CONFIG_BYTES } from '../../../src/core/config/index.ts';

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))),
  );

describe('the text of a configuration file', () => {
  it('is read as UTF-8', () => {
    expect(decodeConfigText(bytes('{"a": "µ€😀"}'))).toEqual({ ok: true, value: '{"a": "µ€😀"}' });
  });

  it.each([
    ['a UTF-8 byte order mark', bytes([0xef, 0xbb, 0xbf], '{}'), 'begins with a byte order mark'],
    ['UTF-16, low byte first', bytes([0xff, 0xfe, 0x7b, 0]), 'it is UTF-16'],
    ['UTF-16, high byte first', bytes([0xfe, 0xff, 0, 0x7b]), 'it is UTF-16'],
    ['a Latin-1 umlaut', bytes('{\n"a": "', [0xfc], '"}'), 'byte 9, in line 2'],
    ['a character cut short', bytes('{}', [0xe2, 0x82]), 'it is not UTF-8: byte 5'],
    ['an encoded surrogate', bytes('{}', [0xed, 0xa0, 0x80]), 'it is not UTF-8'],
    ['an overlong slash', bytes([0xc0, 0xaf]), 'it is not UTF-8: byte 1, in line 1'],
    ['binary noise', bytes([0x7f, 0x45, 0x4c, 0x46, 0x80, 0x81]), 'byte 5'],
  ])('is refused for %s', (_name, content, message) => {
    const decoded = decodeConfigText(content);
    if (decoded.ok) throw new Error('was accepted');
    expect(decoded.error).toContain(message);
  });

  it('is refused above 1 MiB and read at 1 MiB', () => {
    expect(decodeConfigText(new Uint8Array(MAX_CONFIG_BYTES).fill(32)).ok).toBe(true);
    expect(decodeConfigText(new Uint8Array(MAX_CONFIG_BYTES + 1).fill(32))).toEqual({
      ok: false,
      error: 'it has 1048577 bytes; at most 1048576 are read',
    });
  });
});
