import { assert, type Json, JsonBytes } from '../core/index.ts';
import type { DomainEvent } from '../model/index.ts';
import { crc32c } from './crc32c.ts';
import { putCheckpoint, putEntry } from './record.ts';

/** Bytes before a record's payload: u32 length and u32 CRC32C of the payload, little-endian. */
export const FRAME_HEADER_BYTES = 8;

/** Largest payload of one record, in bytes: checkpoints of a long life fit, a wild length does not. */
export const MAX_PAYLOAD_BYTES = 32 * 1024 * 1024;

/** Smallest payload: an empty JSON object. Zero-filled blocks are therefore never a record. */
const MIN_PAYLOAD_BYTES = 2;

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** What stands at an offset of a segment. */
export type FrameReading =
  | { readonly kind: 'record'; readonly payload: Uint8Array; readonly next: number }
  /** The bytes end before the record does; at least `needs` bytes from its start are wanted. */
  | { readonly kind: 'incomplete'; readonly needs: number }
  | { readonly kind: 'bad'; readonly reason: string };

/** Size of the writer's own buffer: events fit, checkpoints get a buffer of their own. */
const KEPT_BYTES = 16 * 1024;

/** Writes records; the usual small ones into one buffer that it owns. */
export class FrameWriter {
  readonly #buffer = Buffer.allocUnsafe(KEPT_BYTES);
  readonly #entry = new JsonBytes(KEPT_BYTES);
  #checkpointBytes = KEPT_BYTES;

  /**
   * Frames a payload: length, checksum, bytes.
   *
   * Requires: the payload is JSON of an object, at most `MAX_PAYLOAD_BYTES` long.
   * The returned view is valid until the next call.
   */
  frame(payload: string): Buffer {
    const buffer = this.#roomFor(payload);
    const length = buffer.write(payload, FRAME_HEADER_BYTES, 'utf8');
    assert(
      length >= MIN_PAYLOAD_BYTES && length <= MAX_PAYLOAD_BYTES,
      `a record has ${MIN_PAYLOAD_BYTES} to ${MAX_PAYLOAD_BYTES} bytes, got ${length}`,
    );
    const end = FRAME_HEADER_BYTES + length;
    buffer.writeUInt32LE(length, 0);
    buffer.writeUInt32LE(crc32c(buffer, FRAME_HEADER_BYTES, end), 4);
    return buffer.subarray(0, end);
  }

  /**
   * Frames an entry into `entryBytes`; gives the length of the whole frame, which may be above what
   * a record may have.
   *
   * Errors:  `InvariantError` when a field has another type than its declaration.
   */
  entry(seq: bigint, event: DomainEvent): number {
    const out = this.#entry;
    out.restart(FRAME_HEADER_BYTES);
    putEntry(seq, event, out);
    const { bytes, length } = out;
    sealFrame(bytes, length);
    return length;
  }

  /**
   * Frames a checkpoint into a buffer of its own, from 0 on: nothing of its size stays here. The
   * frame may be longer than what a record may have.
   */
  checkpoint(seq: bigint, state: Json): Uint8Array {
    const out = new JsonBytes(this.#checkpointBytes);
    out.restart(FRAME_HEADER_BYTES);
    putCheckpoint(seq, state, out);
    const { bytes, length } = out;
    // The next one is hardly longer.
    this.#checkpointBytes = Math.min(length + (length >> 2), MAX_PAYLOAD_BYTES);
    sealFrame(bytes, length);
    return bytes.subarray(0, length);
  }

  /** Where the last entry stands, from 0 on; valid until the next one. */
  get entryBytes(): Uint8Array {
    return this.#entry.bytes;
  }

  #roomFor(payload: string): Buffer {
    if (FRAME_HEADER_BYTES + payload.length * 3 <= KEPT_BYTES) return this.#buffer;
    return Buffer.allocUnsafe(FRAME_HEADER_BYTES + Buffer.byteLength(payload));
  }
}

/** Writes length and checksum before the payload of a frame of so many bytes. */
function sealFrame(bytes: Uint8Array, length: number): void {
  putUint32(bytes, 0, length - FRAME_HEADER_BYTES);
  putUint32(bytes, 4, crc32c(bytes, FRAME_HEADER_BYTES, length));
}

function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

const uint32At = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

/** Reads the record that starts at `offset`. The payload is a view, not a copy. */
export function readFrame(bytes: Uint8Array, offset: number): FrameReading {
  const available = bytes.length - offset;
  if (available < FRAME_HEADER_BYTES) return { kind: 'incomplete', needs: FRAME_HEADER_BYTES };
  const length = uint32At(bytes, offset);
  if (length < MIN_PAYLOAD_BYTES || length > MAX_PAYLOAD_BYTES) {
    return {
      kind: 'bad',
      reason: `length is ${length}, must be ${MIN_PAYLOAD_BYTES} to ${MAX_PAYLOAD_BYTES}`,
    };
  }
  const start = offset + FRAME_HEADER_BYTES;
  const next = start + length;
  if (next > bytes.length) return { kind: 'incomplete', needs: FRAME_HEADER_BYTES + length };
  const stated = uint32At(bytes, offset + 4);
  const found = crc32c(bytes, start, next);
  if (stated !== found) {
    return { kind: 'bad', reason: `CRC32C is ${hex(found)}, the record says ${hex(stated)}` };
  }
  return { kind: 'record', payload: bytes.subarray(start, next), next };
}

const hex = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`;

/**
 * Finds the first whole record that starts at or after `from`, or null.
 *
 * It tells a torn tail (nothing whole follows: the crash cut the last write) from damage in the
 * middle (something whole follows: the disk or a hand changed what was written).
 */
export function findRecordAfter(bytes: Uint8Array, from: number): number | null {
  const last = bytes.length - FRAME_HEADER_BYTES - MIN_PAYLOAD_BYTES;
  for (let at = from; at <= last; at += 1) {
    if (bytes[at + FRAME_HEADER_BYTES] !== OPENING_BRACE) continue;
    const end = at + FRAME_HEADER_BYTES + uint32At(bytes, at);
    if (end > bytes.length || bytes[end - 1] !== CLOSING_BRACE) continue;
    if (readFrame(bytes, at).kind === 'record') return at;
  }
  return null;
}
