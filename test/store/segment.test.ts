import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../src/core/index.ts';
import {
  decodeSegmentHeader,
  encodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  segmentFirstSeq,
  segmentName,
} from '../../src/store/ports.ts';

const header = { journalId: '00112233445566778899aabbccddeeff', firstSeq: 123_456n };

describe('a segment header', () => {
  it('reads back as it was', () => {
    const bytes = encodeSegmentHeader(header);
    expect(bytes.length).toBe(SEGMENT_HEADER_BYTES);
    expect(decodeSegmentHeader(bytes)).toEqual({ ok: true, value: header });
  });

  it('is refused after any single bit flips', () => {
    const bytes = encodeSegmentHeader(header);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(decodeSegmentHeader(flipped).ok).toBe(false);
    }
  });

  it('of another version is refused with both versions', () => {
    const bytes = encodeSegmentHeader(header);
    bytes.writeUInt32LE(9, 8);
    expect(decodeSegmentHeader(bytes)).toEqual({
      ok: false,
      error: 'the format version is 9, this program reads 1',
    });
  });

  it('shorter than a header is refused', () => {
    const bytes = encodeSegmentHeader(header).subarray(0, 47);
    expect(decodeSegmentHeader(bytes)).toEqual({
      ok: false,
      error: 'the header has 47 bytes, must have 48',
    });
  });

  it('is not made for a wrong journal id or for entry 0', () => {
    expect(() => encodeSegmentHeader({ ...header, journalId: 'xyz' })).toThrow(InvariantError);
    expect(() => encodeSegmentHeader({ ...header, firstSeq: 0n })).toThrow(InvariantError);
  });
});

describe('a segment name', () => {
  it('states its first entry and sorts in journal order', () => {
    const seqs = [1n, 9n, 10n, 99n, 1_000_000n, 2n ** 62n];
    const names = seqs.map(segmentName);
    expect([...names].sort()).toEqual(names);
    expect(names.map(segmentFirstSeq)).toEqual(seqs);
  });

  it.each(['1.journal', '00000000000000000001.journal.set-aside', 'notes.txt', ''])(
    'is not seen in %j',
    (name) => {
      expect(segmentFirstSeq(name)).toBeNull();
    },
  );
});
