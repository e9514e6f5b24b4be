import { statSync } from 'node:fs';
import { err, ok, type Result } from '../../core/index.ts';
import type { JournalEntry } from '../../model/index.ts';
import { SEGMENT_HEADER_BYTES, type StorageFailure, storageFailure } from '../../store/ports.ts';
import { replaySegments } from './replay.ts';
import { listSegments, type SegmentFile } from './segment-files.ts';

/** The newest segments whose sizes come to at most `bytes` together; always the last one. */
function newestSegments(
  segments: readonly SegmentFile[],
  bytes: number,
): Result<readonly SegmentFile[], StorageFailure> {
  let [first, total] = [segments.length - 1, 0];
  for (let at = first; at >= 0; at -= 1) {
    const { path } = segments[at]!;
    try {
      total += statSync(path).size;
    } catch (cause) {
      return err(storageFailure(cause, 'read', path));
    }
    if (total > bytes) break;
    first = at;
  }
  return ok(segments.slice(Math.max(0, first)));
}

/**
 * Calls `visit` with every entry of the journal in a directory, and changes nothing there. Gives how
 * many there were. A record that is being written, or was cut by a crash, ends the last segment.
 *
 * With `newestBytes` it begins with the first of the newest segments that fit so many bytes.
 *
 * Memory:  a piece of a segment at a time.
 * Errors:  a directory that cannot be read; `corrupt` for damage inside the journal.
 */
export function readJournalEntries(
  directory: string,
  visit: (entry: JournalEntry) => void,
  newestBytes = Number.POSITIVE_INFINITY,
): Result<bigint, StorageFailure> {
  const segments = listSegments(directory);
  if (!segments.ok) return segments;
  const newest = newestSegments(segments.value, newestBytes);
  if (!newest.ok) return newest;
  const [first] = newest.value;
  if (first === undefined) return ok(0n);
  return replaySegments(newest.value, SEGMENT_HEADER_BYTES, first.firstSeq, visit);
}
