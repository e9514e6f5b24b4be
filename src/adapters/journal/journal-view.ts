import { err, ok, type Result } from '../../core/index.ts';
import {
  type Checkpoint,
  decodeRecord,
  glanceAtRecord,
  type JournalReader,
  type JournalRecord,
  type StorageFailure,
} from '../../store/ports.ts';
import { FileJournalReader } from './reader.ts';
import { listSegments, readHeader, type SegmentFile } from './segment-files.ts';
import { corrupt, ENOUGH, scanSegment } from './segment-scan.ts';

/** Where a record stands on the disk. */
export interface RecordPlace {
  readonly path: string;
  /** Of the record's first byte, in its segment. */
  readonly offset: number;
}

/** A checkpoint of a journal, not read yet. */
export interface CheckpointPlace extends RecordPlace {
  /** The last entry that it holds. */
  readonly seq: bigint;
}

/** What a walk over the journal is told of each record; a string refuses it as damage. */
export type ViewVisitor = (record: JournalRecord, place: RecordPlace) => string | null;

interface ViewedSegment extends SegmentFile {
  readonly checkpoints: readonly CheckpointPlace[];
}

/** What looking at one segment gave. */
interface SegmentGlance {
  readonly checkpoints: readonly CheckpointPlace[];
  readonly lastSeq: bigint;
  readonly tornBytes: number;
  readonly sealed: boolean;
}

function glanceAtSegment(segment: SegmentFile): Result<SegmentGlance, StorageFailure> {
  const { path } = segment;
  const checkpoints: CheckpointPlace[] = [];
  let lastSeq = segment.firstSeq - 1n;
  let sealed = false;
  const scanned = scanSegment(path, (payload, offset) => {
    const glance = glanceAtRecord(payload);
    if (glance === null) return 'the record is of no known kind';
    const { kind, seq } = glance;
    if (kind === 'sealed') sealed = true;
    if (kind === 'checkpoint') {
      if (seq !== lastSeq) return `checkpoint ${seq} follows entry ${lastSeq}`;
      checkpoints.push({ path, offset, seq });
    }
    if (kind !== 'entry') return null;
    if (seq !== lastSeq + 1n) return `entry ${seq} follows entry ${lastSeq}`;
    lastSeq = seq;
    return null;
  });
  if (!scanned.ok) return scanned;
  return ok({ checkpoints, lastSeq, tornBytes: scanned.value.tornBytes, sealed });
}

/** The segments with whole headers; one whose making was cut short counts as not there. */
function headedSegments(
  directory: string,
): Result<{ readonly id: string; readonly segments: readonly SegmentFile[] }, StorageFailure> {
  const listed = listSegments(directory);
  if (!listed.ok) return listed;
  const segments: SegmentFile[] = [];
  let id: string | null = null;
  for (const [index, segment] of listed.value.entries()) {
    const header = readHeader(segment);
    if (!header.ok) return header;
    if (header.value === null) {
      if (index === listed.value.length - 1) break;
      return err(corrupt(segment.path, 0, 'it is shorter than a header'));
    }
    id ??= header.value.journalId;
    if (header.value.journalId !== id) {
      const what = `it belongs to journal ${header.value.journalId}, the first to ${id}`;
      return err(corrupt(segment.path, 16, what));
    }
    segments.push(segment);
  }
  if (id !== null) return ok({ id, segments });
  const detail = `${directory} holds no journal`;
  return err({ code: 'missing', path: directory, detail });
}

/**
 * A journal as it stands on the disk at one moment, for reading alone: nothing is cut, renamed or
 * locked, so it may be looked at while a service writes to it. What that service appends afterwards
 * is not seen.
 */
export class JournalView {
  readonly id: string;
  readonly firstSeq: bigint;
  readonly lastSeq: bigint;
  /** What the next start would cut or set aside, for people; empty normally. */
  readonly notices: readonly string[];
  readonly #segments: readonly ViewedSegment[];

  private constructor(
    id: string,
    segments: readonly ViewedSegment[],
    lastSeq: bigint,
    notices: readonly string[],
  ) {
    this.id = id;
    this.#segments = segments;
    this.firstSeq = segments[0]?.firstSeq ?? 1n;
    this.lastSeq = lastSeq;
    this.notices = notices;
  }

  /** Opens a view at once. Errors: as `opening`. */
  static open(directory: string): Result<JournalView, StorageFailure> {
    const steps = JournalView.opening(directory);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  /**
   * Looks at every record of the journal in `directory`, by its kind and number alone; one segment a
   * step, so that the caller can let others run in between.
   *
   * Errors:  `missing` where there is none; `corrupt` with segment and offset.
   */
  static *opening(
    directory: string,
  ): Generator<
    { readonly done: number; readonly of: number },
    Result<JournalView, StorageFailure>
  > {
    const headed = headedSegments(directory);
    if (!headed.ok) return headed;
    const { id, segments } = headed.value;
    const viewed: ViewedSegment[] = [];
    const notices: string[] = [];
    let lastSeq = (segments[0]?.firstSeq ?? 1n) - 1n;
    let torn = 0;
    for (const [index, segment] of segments.entries()) {
      const glance = glanceAtSegment(segment);
      if (!glance.ok) return glance;
      if (torn > 0 || segment.firstSeq !== lastSeq + 1n) {
        const gap = `it begins at entry ${segment.firstSeq}, the one before ends at ${lastSeq}`;
        const lost = index === segments.length - 1 && !glance.value.sealed;
        if (!lost || segment.firstSeq <= lastSeq) return err(corrupt(segment.path, 0, gap));
        notices.push(`${segment.path} is left out: ${gap}, as after a power cut`);
        break;
      }
      viewed.push({ ...segment, checkpoints: glance.value.checkpoints });
      ({ lastSeq, tornBytes: torn } = glance.value);
      if (torn > 0)
        notices.push(`${torn} bytes of a half-written record at the end of ${segment.path}`);
      yield { done: index + 1, of: segments.length };
    }
    return ok(new JournalView(id, viewed, lastSeq, notices));
  }

  /** Reads entries from `fromSeq` on, a bounded batch at a time. */
  reader(fromSeq: bigint): JournalReader {
    const segments = this.#segments;
    return new FileJournalReader(
      { durableSeq: () => this.lastSeq, segments: () => segments },
      fromSeq,
    );
  }

  /** Every checkpoint, oldest first. */
  checkpoints(): readonly CheckpointPlace[] {
    return this.#segments.flatMap(({ checkpoints }) => checkpoints);
  }

  /** Reads a checkpoint whole. Errors: `corrupt` when its state does not have its hash. */
  checkpoint(place: CheckpointPlace): Result<Checkpoint, StorageFailure> {
    let found: Checkpoint | null = null;
    const scanned = scanSegment(
      place.path,
      (payload, offset) => {
        if (offset !== place.offset) return ENOUGH;
        const record = decodeRecord(payload);
        if (!record.ok) return record.error.detail;
        if (record.value.kind === 'checkpoint') found = record.value.checkpoint;
        return ENOUGH;
      },
      place.offset,
    );
    if (!scanned.ok) return scanned;
    if (found !== null) return ok(found);
    return err(corrupt(place.path, place.offset, 'the checkpoint is gone'));
  }

  /**
   * Tells `visit` every entry from `fromSeq` to `toSeq`, and every checkpoint between them, in order;
   * one segment a step, so that the caller can let others run in between.
   *
   * Errors:  yields the failure and ends: `corrupt` with segment and offset, also for what `visit`
   *          refuses.
   */
  *walk(
    fromSeq: bigint,
    toSeq: bigint,
    visit: ViewVisitor,
  ): Generator<Result<bigint, StorageFailure>, void> {
    for (const [index, { path, firstSeq }] of this.#segments.entries()) {
      const next = this.#segments[index + 1];
      if (next !== undefined && next.firstSeq <= fromSeq) continue;
      if (firstSeq > toSeq) return;
      let last = firstSeq - 1n;
      const scanned = scanSegment(path, (payload, offset) => {
        const glance = glanceAtRecord(payload);
        if (glance === null || glance.kind === 'sealed') return null;
        // What was appended after the look at the end is not part of this view.
        if (glance.seq < fromSeq - 1n || glance.seq > toSeq) return null;
        if (glance.seq < fromSeq && glance.kind === 'entry') return null;
        const record = decodeRecord(payload);
        if (!record.ok) return record.error.detail;
        last = glance.seq;
        return visit(record.value, { path, offset });
      });
      if (!scanned.ok) {
        yield scanned;
        return;
      }
      yield ok(last);
    }
  }
}
