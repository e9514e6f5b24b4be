import { assert, err, ok, type Result } from '../core/index.ts';
import { crc32c } from './crc32c.ts';

/** Bytes of the header that opens every segment. */
export const SEGMENT_HEADER_BYTES = 48;

/** Version of the segment format. */
export const SEGMENT_VERSION = 1;

const MAGIC = Buffer.from('BOT4JRNL', 'latin1');
const NAME = /^(\d{20})\.journal$/;

/** The header of a segment. */
export interface SegmentHeader {
  /** Which journal it belongs to: 32 lower-case hex digits, drawn when the journal was made. */
  readonly journalId: string;
  /** Sequence number of the first entry that this segment can hold. */
  readonly firstSeq: bigint;
}

/**
 * Writes a segment header: magic, u32 version, u32 zero, 16 bytes of journal id, u64 first sequence
 * number, u32 zero, u32 CRC32C of everything before; little-endian.
 */
export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  assert(/^[0-9a-f]{32}$/.test(header.journalId), 'a journal id is 32 hex digits');
  assert(header.firstSeq >= 1n, 'entries are numbered from 1');
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32LE(SEGMENT_VERSION, 8);
  bytes.write(header.journalId, 16, 'hex');
  bytes.writeBigUInt64LE(header.firstSeq, 32);
  bytes.writeUInt32LE(crc32c(bytes, 0, 44), 44);
  return bytes;
}

/** Reads a segment header; says in words what is wrong with any other bytes. */
export function decodeSegmentHeader(bytes: Uint8Array): Result<SegmentHeader, string> {
  if (bytes.length < SEGMENT_HEADER_BYTES) {
    return err(`the header has ${bytes.length} bytes, must have ${SEGMENT_HEADER_BYTES}`);
  }
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, SEGMENT_HEADER_BYTES);
  if (!view.subarray(0, 8).equals(MAGIC)) return err('the magic is not BOT4JRNL');
  const version = view.readUInt32LE(8);
  if (version !== SEGMENT_VERSION) {
    return err(`the format version is ${version}, this program reads ${SEGMENT_VERSION}`);
  }
  if (view.readUInt32LE(44) !== crc32c(view, 0, 44)) return err('the header checksum is wrong');
  const firstSeq = view.readBigUInt64LE(32);
  if (firstSeq < 1n) return err('the first sequence number is 0, must be at least 1');
  return ok({ journalId: view.toString('hex', 16, 32), firstSeq });
}

/** File name of the segment whose first entry is `firstSeq`; names sort in journal order. */
export const segmentName = (firstSeq: bigint): string =>
  `${firstSeq.toString().padStart(20, '0')}.journal`;

/** First sequence number that a segment's file name states; null when it is no segment's name. */
export function segmentFirstSeq(name: string): bigint | null {
  const match = NAME.exec(name);
  return match === null ? null : BigInt(match[1]!);
}
