import { closeSync, openSync, readSync, statSync, unlinkSync } from 'node:fs';
import { err, ok, type Result } from '../../core/index.ts';
import {
  FRAME_HEADER_BYTES,
  glanceAtRecord,
  SEGMENT_HEADER_BYTES,
  type StorageFailure,
  storageFailure,
} from '../../store/ports.ts';
import type { SegmentFile } from './segment-files.ts';

/** Bytes of segments on the disk. */
export const segmentBytes = (segments: readonly SegmentFile[]): number =>
  segments.reduce((sum, segment) => sum + statSync(segment.path).size, 0);

/**
 * Removes the oldest segments until the closed ones fit `keepBytes`. A segment goes only when its
 * last entry is projected, the segment after it opens with a checkpoint, and that one is not the
 * newest: so recovery never needs what is gone. Gives how many were removed.
 */
export function pruneSegments(
  segments: readonly SegmentFile[],
  projectedSeq: bigint,
  keepBytes: number,
): Result<number, StorageFailure> {
  const sizes = segments.map((segment) => statSync(segment.path).size);
  let total = sizes.slice(0, -1).reduce((sum, size) => sum + size, 0);
  let removed = 0;
  while (removed < segments.length - 2 && total > keepBytes) {
    const lastSeq = segments[removed + 1]!.firstSeq - 1n;
    if (lastSeq > projectedSeq || !opensWithCheckpoint(segments[removed + 1]!)) break;
    const { path } = segments[removed]!;
    try {
      unlinkSync(path);
    } catch (cause) {
      return removed > 0 ? ok(removed) : err(storageFailure(cause, 'remove', path));
    }
    total -= sizes[removed]!;
    removed += 1;
  }
  return ok(removed);
}

function opensWithCheckpoint(segment: SegmentFile): boolean {
  const opening = Buffer.alloc(64);
  const fd = openSync(segment.path, 'r');
  try {
    const read = readSync(fd, opening, 0, opening.length, SEGMENT_HEADER_BYTES);
    return glanceAtRecord(opening.subarray(FRAME_HEADER_BYTES, read))?.kind === 'checkpoint';
  } finally {
    closeSync(fd);
  }
}
