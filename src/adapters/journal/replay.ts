import { ok, type Result } from '../../core/index.ts';
import type { JournalEntry } from '../../model/index.ts';
import { decodeRecord, SEGMENT_HEADER_BYTES, type StorageFailure } from '../../store/ports.ts';
import type { SegmentFile } from './segment-files.ts';
import { scanSegment } from './segment-scan.ts';

/**
 * Calls `visit` with every entry of the segments in order, beginning in the first one at `offset`
 * with entry `firstSeq`. Gives how many there were.
 *
 * Errors:  `corrupt` with file and offset for a record that is unreadable or out of order; what was
 *          visited before it stays visited.
 */
export function replaySegments(
  segments: readonly SegmentFile[],
  offset: number,
  firstSeq: bigint,
  visit: (entry: JournalEntry) => void,
): Result<bigint, StorageFailure> {
  let next = firstSeq;
  const visitRecord = (payload: Uint8Array): string | null => {
    const record = decodeRecord(payload);
    if (!record.ok) return record.error.detail;
    if (record.value.kind !== 'entry') return null;
    const { entry } = record.value;
    if (entry.seq !== next) return `entry ${entry.seq} stands where ${next} belongs`;
    visit(entry);
    next += 1n;
    return null;
  };
  for (const [index, segment] of segments.entries()) {
    const from = index === 0 ? offset : SEGMENT_HEADER_BYTES;
    const scanned = scanSegment(segment.path, visitRecord, from);
    if (!scanned.ok) return scanned;
  }
  return ok(next - firstSeq);
}
