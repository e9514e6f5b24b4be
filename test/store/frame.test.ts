import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../src/core/index.ts';
import { crc32c } from '../../src/store/index.ts';
import {
  FRAME_HEADER_BYTES,
  FrameWriter,
  findRecordAfter,
  MAX_PAYLOAD_BYTES,
  readFrame,
} from '../../src/store/ports.ts';
import fc from '../fast-check.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const framed = (payload: string): Buffer => Buffer.from(new FrameWriter().frame(payload));

describe('crc32c', () => {
  // RFC 3720 appendix B.4.
  it.each([
    ['32 bytes of zeroes', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['32 rising bytes', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['32 falling bytes', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    ['the digits 1 to 9', Buffer.from('123456789'), 0xe3069283],
    ['nothing', bytes(), 0],
  ])('of %s equals the published value', (_, input, expected) => {
    expect(crc32c(input)).toBe(expected);
  });

  it('of a range equals the one of the cut-out bytes, at every offset and length to 40', () => {
    const all = Uint8Array.from({ length: 80 }, (_, i) => (i * 37 + 11) & 0xff);
    for (let start = 0; start < 40; start += 1) {
      for (let length = 0; length <= 40; length += 1) {
        expect(crc32c(all, start, start + length)).toBe(crc32c(all.slice(start, start + length)));
      }
    }
  });
});

describe('a framed record', () => {
  it('reads back as it was, whatever the characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6_000 }), (content) => {
        const payload = JSON.stringify({ content });
        const frame = framed(payload);
        const reading = readFrame(frame, 0);
        expect(reading.kind).toBe('record');
        if (reading.kind !== 'record') return;
        expect(Buffer.from(reading.payload).toString()).toBe(payload);
        expect(reading.next).toBe(frame.length);
      }),
    );
  });

  it('is incomplete at every shorter length', () => {
    const frame = framed('{"a":"some payload"}');
    for (let length = 0; length < frame.length; length += 1) {
      const reading = readFrame(frame.subarray(0, length), 0);
      const needs = length < FRAME_HEADER_BYTES ? FRAME_HEADER_BYTES : frame.length;
      expect(reading).toEqual({ kind: 'incomplete', needs });
    }
  });

  it('is bad or incomplete after any single bit flips', () => {
    const frame = framed('{"a":"some payload"}');
    for (let bit = 0; bit < frame.length * 8; bit += 1) {
      const flipped = Buffer.from(frame);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(readFrame(flipped, 0).kind).not.toBe('record');
    }
  });

  it('is never seen in a block of zeroes', () => {
    expect(readFrame(new Uint8Array(4096), 0)).toMatchObject({ kind: 'bad' });
    expect(findRecordAfter(new Uint8Array(4096), 0)).toBeNull();
  });

  it('keeps small records in one buffer and gives large ones their own', () => {
    const writer = new FrameWriter();
    const small = writer.frame('{"a":1}');
    const large = writer.frame(JSON.stringify({ a: 'x'.repeat(100_000) }));
    expect(readFrame(small, 0).kind).toBe('record');
    expect(readFrame(large, 0).kind).toBe('record');
    expect(writer.frame('{"b":2}').buffer).toBe(small.buffer);
  });

  it('above the largest payload is refused as a bug', () => {
    const payload = `{"a":"${'x'.repeat(MAX_PAYLOAD_BYTES)}"}`;
    expect(() => new FrameWriter().frame(payload)).toThrow(InvariantError);
  });
});

describe('looking for a whole record after a damaged place', () => {
  it('finds the first one at any distance', () => {
    const record = framed('{"seq":"9"}');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const found = findRecordAfter(Buffer.concat([noise, record, record]), 0);
        expect(found).toBe(noise.length);
      }),
    );
  });

  it('finds nothing in the beginning of a record that was cut', () => {
    const record = framed(JSON.stringify({ a: 'x'.repeat(500), b: { c: '{}' } }));
    for (let length = 0; length < record.length; length += 7) {
      expect(findRecordAfter(record.subarray(0, length), 0)).toBeNull();
    }
  });
});
