import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { err, ok, type Result } from '../../core/index.ts';
import {
  findRecordAfter,
  readFrame,
  SEGMENT_HEADER_BYTES,
  type StorageFailure,
  storageFailure,
} from '../../store/ports.ts';

const CHUNK_BYTES = 1024 * 1024;

/** How a segment ends. */
export interface SegmentEnd {
  /** Offset just after the last whole record. */
  readonly end: number;
  /** Bytes after that: what a crash left of the record being written; 0 normally. */
  readonly tornBytes: number;
}

/** Makes the failure that names a damaged place of a segment. */
export const corrupt = (path: string, offset: number, what: string): StorageFailure => ({
  code: 'corrupt',
  path,
  detail:
    `${path} is damaged at offset ${offset}: ${what}; restore the file from a backup, ` +
    'bot4 does not trade on a damaged journal',
});

/** Given by a visitor that has seen enough: the scan ends after its record. */
export const ENOUGH = Symbol('enough');

/** Called with each record's payload (valid during the call) and offset; a string refuses it. */
export type RecordVisitor = (payload: Uint8Array, offset: number) => string | typeof ENOUGH | null;

/**
 * Walks the whole records of a segment from `offset`, in pieces of 1 MiB, synchronously.
 *
 * An unreadable record with nothing whole after it is a torn end; with a whole record after it, or
 * refused by the visitor, it is damage: `corrupt`, with the offset.
 */
export function scanSegment(
  path: string,
  visit: RecordVisitor,
  offset = SEGMENT_HEADER_BYTES,
): Result<SegmentEnd, StorageFailure> {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (cause) {
    return err(storageFailure(cause, 'open', path));
  }
  try {
    return scanOpen(fd, path, visit, offset);
  } catch (cause) {
    // A visitor's own error is a bug of its maker, not a failure of the disk.
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    return err(storageFailure(cause, 'read', path));
  } finally {
    closeSync(fd);
  }
}

function scanOpen(
  fd: number,
  path: string,
  visit: RecordVisitor,
  from: number,
): Result<SegmentEnd, StorageFailure> {
  const size = fstatSync(fd).size;
  let base = from;
  let bytes = readAt(fd, base, Math.min(CHUNK_BYTES, size - base));
  let at = 0;
  while (base + at < size) {
    const reading = readFrame(bytes, at);
    if (reading.kind === 'record') {
      const refusal = visit(reading.payload, base + at);
      if (refusal === ENOUGH) return ok({ end: base + reading.next, tornBytes: 0 });
      if (refusal !== null) return err(corrupt(path, base + at, refusal));
      at = reading.next;
      continue;
    }
    base += at;
    at = 0;
    if (reading.kind === 'incomplete' && base + reading.needs <= size) {
      bytes = readAt(fd, base, Math.min(Math.max(CHUNK_BYTES, reading.needs), size - base));
      continue;
    }
    const whole = findRecordAfter(readAt(fd, base, size - base), 1);
    if (whole === null) return ok({ end: base, tornBytes: size - base });
    const what =
      reading.kind === 'bad' ? reading.reason : `the record needs ${reading.needs} bytes`;
    return err(corrupt(path, base, `${what}, yet a whole record follows at ${base + whole}`));
  }
  return ok({ end: base + at, tornBytes: 0 });
}

function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, length));
  let filled = 0;
  while (filled < bytes.length) {
    const read = readSync(fd, bytes, filled, bytes.length - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}
