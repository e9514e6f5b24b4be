import { closeSync, openSync, readdirSync, readSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../core/index.ts';
import {
  decodeSegmentHeader,
  encodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  type StorageFailure,
  segmentFirstSeq,
  segmentName,
  storageFailure,
} from '../../store/ports.ts';
import type { JournalDisk } from './disk.ts';
import { corrupt } from './segment-scan.ts';

/** One segment of the journal on the disk. */
export interface SegmentFile {
  readonly path: string;
  readonly firstSeq: bigint;
}

/** Permissions of journal files: they name positions and orders. */
export const PRIVATE_FILE = 0o600;

/** The segments of a directory, oldest first; other files are left alone. */
export function listSegments(directory: string): Result<SegmentFile[], StorageFailure> {
  try {
    const segments: SegmentFile[] = [];
    for (const name of readdirSync(directory).sort()) {
      const firstSeq = segmentFirstSeq(name);
      if (firstSeq !== null) segments.push({ path: join(directory, name), firstSeq });
    }
    return ok(segments);
  } catch (cause) {
    return err(storageFailure(cause, 'list', directory));
  }
}

/** Reads a segment's header; null when the file is shorter than one (its making was cut short). */
export function readHeader(segment: SegmentFile): Result<SegmentHeader | null, StorageFailure> {
  try {
    if (statSync(segment.path).size < SEGMENT_HEADER_BYTES) return ok(null);
    const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
    const fd = openSync(segment.path, 'r');
    try {
      readSync(fd, bytes, 0, bytes.length, 0);
    } finally {
      closeSync(fd);
    }
    const header = decodeSegmentHeader(bytes);
    if (!header.ok) return err(corrupt(segment.path, 0, header.error));
    if (header.value.firstSeq !== segment.firstSeq) {
      const what = `its header begins at entry ${header.value.firstSeq}, its name says otherwise`;
      return err(corrupt(segment.path, 0, what));
    }
    return header;
  } catch (cause) {
    return err(storageFailure(cause, 'read', segment.path));
  }
}

/** Makes a segment with its header and leaves it open for appending. Not yet durable. */
export function createSegment(
  disk: JournalDisk,
  directory: string,
  header: SegmentHeader,
): Result<{ readonly segment: SegmentFile; readonly fd: number }, StorageFailure> {
  const path = join(directory, segmentName(header.firstSeq));
  let fd: number;
  try {
    fd = disk.openSync(path, 'ax', PRIVATE_FILE);
  } catch (cause) {
    return err(storageFailure(cause, 'create', path));
  }
  const bytes = encodeSegmentHeader(header);
  try {
    const written = disk.writeSync(fd, bytes, 0, bytes.length);
    if (written === bytes.length) {
      return ok({ segment: { path, firstSeq: header.firstSeq }, fd });
    }
    discard(disk, fd, path);
    return err({
      code: 'disk-full',
      path,
      detail: `cannot write the header of ${path}: disk full`,
    });
  } catch (cause) {
    discard(disk, fd, path);
    return err(storageFailure(cause, 'write', path));
  }
}

function discard(disk: JournalDisk, fd: number, path: string): void {
  disk.closeSync(fd);
  try {
    unlinkSync(path);
  } catch {
    // A leftover shorter than a header is recognised and removed at the next start.
  }
}
