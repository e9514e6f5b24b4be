import { ok, type Result } from '../../core/index.ts';
import type { JournalEntry } from '../../model/index.ts';
import { SEGMENT_HEADER_BYTES, type StorageFailure } from '../../store/ports.ts';
import { replaySegments } from './replay.ts';
import { listSegments } from './segment-files.ts';

/**
 * Calls `visit` with every entry of the journal in a directory, and changes nothing there. Gives how
 * many there were. A record that is being written, or was cut by a crash, ends the last segment.
 *
 * Memory:  a piece of a segment at a time.
 * Errors:  a directory that cannot be read; `corrupt` for damage inside the journal.
 */
export function readJournalEntries(
  directory: string,
  visit: (entry: JournalEntry) => void,
): Result<bigint, StorageFailure> {
  const segments = listSegments(directory);
  if (!segments.ok) return segments;
  const [first] = segments.value;
  if (first === undefined) return ok(0n);
  return replaySegments(segments.value, SEGMENT_HEADER_BYTES, first.firstSeq, visit);
}
