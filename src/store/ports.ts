import type { Json, Result } from '../core/index.ts';
import type { DomainEvent, JournalEntry } from '../model/index.ts';
import type { StorageFailure } from './failure.ts';
import type { Checkpoint } from './record.ts';

export { hashState, stateHash } from './checkpoint.ts';
export { type StorageFailure, type StorageFailureCode, storageFailure } from './failure.ts';
export {
  FRAME_HEADER_BYTES,
  type FrameReading,
  FrameWriter,
  findRecordAfter,
  MAX_PAYLOAD_BYTES,
  readFrame,
} from './frame.ts';
export { foldFill, NO_POSITION, type ProjectedPosition } from './position-fold.ts';
export { projectionBatch, storable, timestamp, unitsOf } from './projection.ts';
export {
  APPENDED_TABLES,
  type AppendedTable,
  BAR_COLUMNS,
  type Cell,
  type JournalledFill,
  NEW_ORDER_COLUMNS,
  type OrderChange,
  type ProjectionBatch,
} from './projection-tables.ts';
export {
  type Checkpoint,
  decodeRecord,
  encodeCheckpoint,
  encodeEntry,
  encodeSealed,
  glanceAtRecord,
  type JournalRecord,
  type RecordFailure,
  type RecordGlance,
} from './record.ts';
export {
  decodeSegmentHeader,
  encodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  segmentFirstSeq,
  segmentName,
} from './segment.ts';

/** The append-only record of everything that changed state. */
export interface Journal {
  /** Which journal this is: drawn once, kept in every segment. */
  readonly id: string;
  /** Sequence number of the first entry that is still there; 1 until retention removes some. */
  readonly firstSeq: bigint;
  /** Sequence number of the last entry written; 0 for an empty journal. */
  readonly lastSeq: bigint;
  /** Sequence number up to which everything is on the disk. */
  readonly durableSeq: bigint;
  /**
   * Writes an event before returning its sequence number; no wait for the disk. A killed process
   * loses nothing that was appended; a power cut loses at most what is past `durableSeq`.
   */
  append(event: DomainEvent): Result<bigint, StorageFailure>;
  /** Writes the state after the last entry, so that recovery starts there. */
  checkpoint(state: Json): Result<void, StorageFailure>;
  /** Resolves once everything appended so far is on the disk, or with `timeout` after the limit. */
  flush(limitMs: number): Promise<Result<bigint, StorageFailure>>;
  /** Calls `listener` with the new `durableSeq` after each group commit; gives the way to stop. */
  onDurable(listener: (durableSeq: bigint) => void): () => void;
  /**
   * Calls `listener` when the disk refuses a group commit. The journal then stays closed to appends:
   * after a failed sync nobody knows what the disk holds. Gives the way to stop.
   */
  onFailure(listener: (failure: StorageFailure) => void): () => void;
  /** Opens a reader that begins at entry `fromSeq`. It sees only durable entries. */
  reader(fromSeq: bigint): JournalReader;
}

/** Reads entries forward, a bounded batch at a time. */
export interface JournalReader {
  /** Up to `max` entries; an empty list when nothing more is durable yet. */
  next(max: number): Promise<Result<readonly JournalEntry[], StorageFailure>>;
  close(): Promise<void>;
}

/** What recovery found before the first new entry. */
export interface Recovery {
  /** Newest usable checkpoint; null when the journal has none. */
  readonly checkpoint: Checkpoint | null;
  readonly lastSeq: bigint;
  /** Bytes of a half-written last record that were cut; 0 normally. */
  readonly tornBytes: number;
  /** Segments set aside because a power cut lost the end of the segment before; none normally. */
  readonly setAside: readonly string[];
}

/** How a projection into a database stands. It may be away for any time; nothing waits for it. */
export interface ProjectionStatus {
  /** `following`: caught up or catching up; `away`: trying again; `refused`: needs a person. */
  readonly state: 'starting' | 'following' | 'away' | 'refused' | 'stopped';
  /** In plain words, with the last error; empty while following. */
  readonly detail: string;
  /** Last journal entry that the database holds. */
  readonly projectedSeq: bigint;
  /** Durable entries that it does not hold yet. */
  readonly lagEntries: number;
  /** Age of the oldest of them, seconds; 0 when there is none. */
  readonly lagSeconds: number;
  /** Entries that the database refused for their content; they are kept beside. */
  readonly setAside: number;
  /** Where it is written to, without a password. */
  readonly target: string;
}
