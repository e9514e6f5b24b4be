import { renameSync, unlinkSync } from 'node:fs';
import { err, ok, type Result } from '../../core/index.ts';
import {
  type Checkpoint,
  decodeRecord,
  glanceAtRecord,
  type Recovery,
  SEGMENT_HEADER_BYTES,
  type StorageFailure,
  storageFailure,
} from '../../store/ports.ts';
import { makeDirectory } from './durable-file.ts';
import { listSegments, readHeader, type SegmentFile } from './segment-files.ts';
import { corrupt, type SegmentEnd, scanSegment } from './segment-scan.ts';

/** A place in the journal from which a replay can start. */
export interface ReplayStart {
  readonly segment: SegmentFile;
  readonly offset: number;
}

/** The journal as it stands on the disk after a crash or a clean stop. */
export interface RecoveredFiles {
  /** Null for a journal that has no segment yet. */
  readonly journalId: string | null;
  /** Oldest first; the last one is to be continued, after cutting it to `openEnd`. */
  readonly segments: readonly SegmentFile[];
  readonly openEnd: number;
  /** Whether the segments before the last one are known to be durable. */
  readonly sealed: boolean;
  /** Just after the newest checkpoint; null when there is none. */
  readonly start: ReplayStart | null;
  readonly recovery: Recovery;
}

interface SegmentSummary extends SegmentEnd {
  readonly lastSeq: bigint;
  readonly sealed: boolean;
  readonly checkpoint: Checkpoint | null;
  /** Offset just after the checkpoint. */
  readonly checkpointEnd: number;
}

/** Reads a segment's records by glance, decoding only the newest checkpoint. */
function summarise(segment: SegmentFile): Result<SegmentSummary, StorageFailure> {
  let lastSeq = segment.firstSeq - 1n;
  let sealed = false;
  let newest: { payload: Buffer; offset: number } | null = null;
  const scanned = scanSegment(segment.path, (payload, offset) => {
    const glance = glanceAtRecord(payload);
    if (glance === null) return 'the record is of no known kind';
    if (glance.kind === 'entry') {
      if (glance.seq !== lastSeq + 1n) return `entry ${glance.seq} follows entry ${lastSeq}`;
      lastSeq = glance.seq;
    } else if (glance.kind === 'sealed') {
      sealed = true;
    } else {
      if (glance.seq !== lastSeq) return `checkpoint ${glance.seq} follows entry ${lastSeq}`;
      newest = { payload: Buffer.from(payload), offset };
    }
    return null;
  });
  if (!scanned.ok) return scanned;
  const summary = { ...scanned.value, lastSeq, sealed };
  const found = newest as { payload: Buffer; offset: number } | null;
  if (found === null) return ok({ ...summary, checkpoint: null, checkpointEnd: 0 });
  const decoded = decodeRecord(found.payload);
  if (!decoded.ok) return err(corrupt(segment.path, found.offset, decoded.error.detail));
  const checkpoint = decoded.value.kind === 'checkpoint' ? decoded.value.checkpoint : null;
  const checkpointEnd = found.offset + 8 + found.payload.length;
  return ok({ ...summary, checkpoint, checkpointEnd });
}

/** Checks every header and drops a last segment whose making was cut short. */
function checkedSegments(
  directory: string,
): Result<{ segments: SegmentFile[]; journalId: string | null }, StorageFailure> {
  const listed = listSegments(directory);
  if (!listed.ok) return listed;
  const segments = listed.value;
  let journalId: string | null = null;
  for (const [index, segment] of segments.entries()) {
    const header = readHeader(segment);
    if (!header.ok) return header;
    if (header.value === null) {
      if (index !== segments.length - 1) {
        return err(corrupt(segment.path, 0, 'it is shorter than a header'));
      }
      try {
        unlinkSync(segment.path);
      } catch (cause) {
        return err(storageFailure(cause, 'remove', segment.path));
      }
      segments.pop();
      break;
    }
    journalId ??= header.value.journalId;
    if (header.value.journalId !== journalId) {
      const what = `it belongs to journal ${header.value.journalId}, the first to ${journalId}`;
      return err(corrupt(segment.path, 16, what));
    }
  }
  return ok({ segments, journalId });
}

/**
 * Finds where the journal ends and where a replay starts. Cuts nothing yet except a last segment
 * that has no whole header.
 *
 * When the last segment does not say that the one before it was durable, a power cut may have lost
 * the end of that one; then everything after the loss is set aside (renamed, kept), since it was
 * never reported durable. Any other gap is damage.
 */
export function recoverFiles(directory: string): Result<RecoveredFiles, StorageFailure> {
  try {
    makeDirectory(directory);
  } catch (cause) {
    return err(storageFailure(cause, 'create', directory));
  }
  const checked = checkedSegments(directory);
  if (!checked.ok) return checked;
  const { segments, journalId } = checked.value;
  const setAside: string[] = [];
  let last = segments.at(-1);
  if (last === undefined) return ok(emptyJournal(journalId));
  let summary = summarise(last);
  if (!summary.ok) return summary;

  const previous = segments.at(-2);
  if (!summary.value.sealed && previous !== undefined) {
    const before = summarise(previous);
    if (!before.ok) return before;
    const expected = last.firstSeq - 1n;
    if (before.value.lastSeq > expected) {
      const what = `it ends at entry ${before.value.lastSeq}, the next begins at ${last.firstSeq}`;
      return err(corrupt(previous.path, before.value.end, what));
    }
    if (before.value.lastSeq < expected || before.value.tornBytes > 0) {
      const aside = `${last.path}.set-aside`;
      try {
        renameSync(last.path, aside);
      } catch (cause) {
        return err(storageFailure(cause, 'rename', last.path));
      }
      setAside.push(aside);
      segments.pop();
      last = previous;
      summary = before;
    }
  }
  const { lastSeq, end, tornBytes, sealed } = summary.value;
  const newest = newestCheckpoint(segments, summary.value);
  if (!newest.ok) return newest;
  return ok({
    journalId,
    segments,
    openEnd: end,
    sealed: sealed || segments.length === 1,
    start: newest.value.start,
    recovery: { checkpoint: newest.value.checkpoint, lastSeq, tornBytes, setAside },
  });
}

const emptyJournal = (journalId: string | null): RecoveredFiles => ({
  journalId,
  segments: [],
  openEnd: SEGMENT_HEADER_BYTES,
  sealed: true,
  start: null,
  recovery: { checkpoint: null, lastSeq: 0n, tornBytes: 0, setAside: [] },
});

/** Looks backwards for a checkpoint; without one the journal must reach back to entry 1. */
function newestCheckpoint(
  segments: readonly SegmentFile[],
  last: SegmentSummary,
): Result<{ checkpoint: Checkpoint | null; start: ReplayStart | null }, StorageFailure> {
  for (let index = segments.length - 1; index >= 0; index -= 1) {
    const segment = segments[index]!;
    const summary = index === segments.length - 1 ? ok(last) : summarise(segment);
    if (!summary.ok) return summary;
    const { checkpoint, checkpointEnd } = summary.value;
    if (checkpoint !== null) return ok({ checkpoint, start: { segment, offset: checkpointEnd } });
  }
  const first = segments[0]!;
  if (first.firstSeq !== 1n) {
    const what = `the journal has no checkpoint and begins at entry ${first.firstSeq}, not at 1`;
    return err(corrupt(first.path, 0, what));
  }
  return ok({ checkpoint: null, start: null });
}
