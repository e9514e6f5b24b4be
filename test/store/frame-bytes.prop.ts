import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json, JsonBytes } from '../../src/core/index.ts';
import { encodeCheckpoint, encodeEntry } from '../../src/store/index.ts';
import { FRAME_HEADER_BYTES, FrameWriter } from '../../src/store/ports.ts';
import fc from '../fast-check.ts';
import { anyEvent } from './arbitrary-events.ts';

const written = (put: (out: JsonBytes) => void, size = 16): string => {
  const out = new JsonBytes(size);
  put(out);
  return Buffer.from(out.written).toString('utf8');
};

describe('JSON written as bytes', () => {
  it('writes every string as JSON.stringify does, lone surrogates and escapes included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(written((out) => out.string(value))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('writes every safe integer as decimal digits', () => {
    const edges = [0, -0, 9, 10, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53 - 1, 1 - 2 ** 53];
    const integers = fc.oneof(fc.constantFrom(...edges), fc.integer(), fc.maxSafeInteger());
    fc.assert(
      fc.property(integers, (value) => {
        expect(written((out) => out.integer(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('frames every event with the bytes of its canonical JSON', () => {
    const writer = new FrameWriter();
    fc.assert(
      fc.property(anyEvent, fc.bigInt({ min: 1n, max: 2n ** 63n }), (event, seq) => {
        const length = writer.entry(seq, event);
        const entry = Buffer.from(writer.entryBytes.subarray(0, length));
        const payload = encodeEntry({ seq, event });
        expect(entry.toString('utf8', FRAME_HEADER_BYTES)).toBe(payload);
        expect(payload).toBe(canonicalJson({ event, seq }));
        expect(entry).toEqual(writer.frame(payload));
      }),
      { numRuns: 500 },
    );
  });

  it('frames a checkpoint with the bytes of its canonical JSON, whatever its size', () => {
    const writer = new FrameWriter();
    const state = fc.dictionary(fc.string(), fc.oneof(fc.bigInt(), fc.jsonValue() as never));
    fc.assert(
      fc.property(state, fc.nat(30_000), (members, filler) => {
        const each = { ...members, filler: 'ü'.repeat(filler) } as Json;
        const frame = Buffer.from(writer.checkpoint(7n, each));
        const payload = encodeCheckpoint(7n, each);
        expect(frame.toString('utf8', FRAME_HEADER_BYTES) === payload).toBe(true);
        expect(frame.equals(new FrameWriter().frame(payload))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
