import { err, type Json, ok, type Result } from '../../core/index.ts';
import type { DomainEvent, JournalEntry } from '../../model/index.ts';
import {
  encodeSealed,
  FRAME_HEADER_BYTES,
  FrameWriter,
  type Journal,
  type JournalReader,
  MAX_PAYLOAD_BYTES,
  type Recovery,
  SEGMENT_HEADER_BYTES,
  type StorageFailure,
  storageFailure,
} from '../../store/ports.ts';
import { type JournalDisk, systemDisk } from './disk.ts';
import { GroupCommit } from './group-commit.ts';
import { type OpenedSegment, openLastSegment } from './open-segment.ts';
import { FileJournalReader } from './reader.ts';
import { type RecoveredFiles, type ReplayStart, recoverFiles } from './recover.ts';
import { replaySegments } from './replay.ts';
import { pruneSegments, segmentBytes } from './retention.ts';
import { createSegment, type SegmentFile } from './segment-files.ts';

/** How a file journal is opened. */
export interface FileJournalOptions {
  /** Directory of the segments; made when missing. */
  readonly directory: string;
  /** Size at which a segment is closed and the next one begun, in bytes; 64 MiB by default. */
  readonly segmentBytes?: number;
  /** Shortest time between two group commits, in ms; 5 by default. */
  readonly commitIntervalMs?: number;
  readonly disk?: JournalDisk;
}

const DEFAULT_SEGMENT_BYTES = 64 * 1024 * 1024;
const DEFAULT_COMMIT_INTERVAL_MS = 5;

/**
 * The journal in local files: `write(2)` before `append` returns, `fdatasync` by group commit off
 * the event loop, a new segment at 64 MiB that begins with a checkpoint.
 */
export class FileJournal implements Journal {
  readonly id: string;
  readonly recovery: Recovery;
  readonly #directory: string;
  readonly #segmentBytes: number;
  readonly #disk: JournalDisk;
  readonly #frames = new FrameWriter();
  readonly #commit: GroupCommit;
  readonly #start: ReplayStart | null;
  readonly #durableListeners = new Set<(durableSeq: bigint) => void>();
  readonly #failureListeners = new Set<(failure: StorageFailure) => void>();
  #segments: SegmentFile[];
  #fd: number;
  #offset: number;
  #rotateAt: number;
  #lastSeq: bigint;
  #durableSeq: bigint;
  /** Segments that rotation left and that no sync has covered yet. */
  #retired: number[] = [];
  #failure: StorageFailure | null = null;
  #checkpointSource: (() => Json) | null = null;

  private constructor(options: FileJournalOptions, found: RecoveredFiles, opened: OpenedSegment) {
    this.id = opened.journalId;
    this.recovery = found.recovery;
    this.#directory = options.directory;
    this.#segmentBytes = options.segmentBytes ?? DEFAULT_SEGMENT_BYTES;
    this.#disk = options.disk ?? systemDisk;
    this.#start = found.start;
    this.#segments = [...opened.segments];
    this.#fd = opened.fd;
    this.#offset = opened.offset;
    this.#rotateAt = this.#segmentBytes;
    this.#lastSeq = found.recovery.lastSeq;
    this.#durableSeq = found.recovery.lastSeq;
    this.#commit = new GroupCommit(
      () => this.#sync(),
      options.commitIntervalMs ?? DEFAULT_COMMIT_INTERVAL_MS,
    );
  }

  /**
   * Recovers the journal of a directory, cuts a torn end, and opens it for appending. Everything
   * found is on the disk when it returns.
   *
   * Errors:  `corrupt` with the file and offset; `read-only`, `no-permission`, `disk-full`.
   */
  static open(options: FileJournalOptions): Result<FileJournal, StorageFailure> {
    const found = recoverFiles(options.directory);
    if (!found.ok) return found;
    const opened = openLastSegment(options.directory, options.disk ?? systemDisk, found.value);
    if (!opened.ok) return opened;
    const journal = new FileJournal(options, found.value, opened.value);
    if (!found.value.sealed) {
      const sealed = journal.#write(encodeSealed(journal.#segments.at(-1)!.firstSeq - 1n));
      if (!sealed.ok) return sealed;
    }
    return ok(journal);
  }

  get firstSeq(): bigint {
    return this.#segments[0]!.firstSeq;
  }

  get lastSeq(): bigint {
    return this.#lastSeq;
  }

  get durableSeq(): bigint {
    return this.#durableSeq;
  }

  /** Why the journal takes no more entries until the next start; null while it does. */
  get failure(): StorageFailure | null {
    return this.#failure;
  }

  /** Bytes of all segments on the disk. */
  get bytes(): number {
    return segmentBytes(this.#segments.slice(0, -1)) + this.#offset;
  }

  /** Names who gives the state for the checkpoint that opens each new segment. */
  checkpointWith(source: () => Json): void {
    this.#checkpointSource = source;
  }

  append(event: DomainEvent): Result<bigint, StorageFailure> {
    if (this.#offset >= this.#rotateAt) this.#rotate();
    const seq = this.#lastSeq + 1n;
    if (this.#failure !== null) return err(this.#failure);
    const length = this.#frames.entry(seq, event);
    const payloadBytes = length - FRAME_HEADER_BYTES;
    if (payloadBytes > MAX_PAYLOAD_BYTES) return err(this.#tooLarge(payloadBytes));
    const failure = this.#writeBytes(this.#frames.entryBytes, length);
    if (failure !== null) return err(failure);
    this.#lastSeq = seq;
    this.#commit.request();
    return ok(seq);
  }

  checkpoint(state: Json): Result<void, StorageFailure> {
    if (this.#failure !== null) return err(this.#failure);
    const frame = this.#frames.checkpoint(this.#lastSeq, state);
    const payloadBytes = frame.length - FRAME_HEADER_BYTES;
    if (payloadBytes > MAX_PAYLOAD_BYTES) return err(this.#tooLarge(payloadBytes));
    const failure = this.#writeBytes(frame, frame.length);
    if (failure !== null) return err(failure);
    this.#commit.request();
    return ok(undefined);
  }

  /**
   * Calls `visit` with the entries after the newest checkpoint (or from the first one), in order.
   * Meant for start-up, before anything is appended. Gives how many there were.
   */
  replay(
    visit: (entry: JournalEntry) => void,
    from: 'checkpoint' | 'beginning' = 'checkpoint',
  ): Result<bigint, StorageFailure> {
    const { checkpoint } = this.recovery;
    const start = from === 'checkpoint' ? this.#start : null;
    if (start === null || checkpoint === null) {
      return replaySegments(this.#segments, SEGMENT_HEADER_BYTES, this.firstSeq, visit);
    }
    const first = this.#segments.findIndex(({ path }) => path === start.segment.path);
    return replaySegments(this.#segments.slice(first), start.offset, checkpoint.seq + 1n, visit);
  }

  async flush(limitMs: number): Promise<Result<bigint, StorageFailure>> {
    const target = this.#lastSeq;
    if (this.#failure !== null) return err(this.#failure);
    if (this.#durableSeq >= target) return ok(this.#durableSeq);
    this.#commit.request();
    return new Promise((resolve) => {
      const finish = (result: Result<bigint, StorageFailure>): void => {
        clearTimeout(timer);
        stopDurable();
        stopFailure();
        resolve(result);
      };
      const stopDurable = this.onDurable((seq) => {
        if (seq >= target) finish(ok(seq));
      });
      const stopFailure = this.onFailure((failure) => finish(err(failure)));
      const timer = setTimeout(() => {
        const detail = `${this.#directory} did not reach the disk within ${limitMs} ms`;
        finish(err({ code: 'timeout', path: this.#directory, detail }));
      }, limitMs);
    });
  }

  onDurable(listener: (durableSeq: bigint) => void): () => void {
    this.#durableListeners.add(listener);
    return () => this.#durableListeners.delete(listener);
  }

  onFailure(listener: (failure: StorageFailure) => void): () => void {
    this.#failureListeners.add(listener);
    return () => this.#failureListeners.delete(listener);
  }

  reader(fromSeq: bigint): JournalReader {
    return new FileJournalReader(
      { durableSeq: () => this.#durableSeq, segments: () => this.#segments },
      fromSeq,
    );
  }

  /**
   * Removes the oldest segments while the journal is larger than `keepBytes`, but only such as end
   * at or before `projectedSeq` and lie before the newest segment that opens with a checkpoint.
   * Gives the number removed.
   */
  prune(projectedSeq: bigint, keepBytes: number): Result<number, StorageFailure> {
    const pruned = pruneSegments(this.#segments, projectedSeq, keepBytes - this.#offset);
    if (pruned.ok) this.#segments = this.#segments.slice(pruned.value);
    return pruned;
  }

  /** Syncs what is written and closes the files. Further appends are refused with `closed`. */
  close(): Result<void, StorageFailure> {
    this.#commit.stop();
    if (this.#failure?.code === 'closed') return ok(undefined);
    const earlier = this.#failure;
    this.#failure = {
      code: 'closed',
      path: this.#directory,
      detail: `the journal ${this.#directory} is closed`,
    };
    try {
      for (const fd of [...this.#retired, this.#fd]) {
        if (earlier === null) this.#disk.fdatasyncSync(fd);
        this.#disk.closeSync(fd);
      }
      if (earlier === null) this.#advance(this.#lastSeq);
      return earlier === null ? ok(undefined) : err(earlier);
    } catch (cause) {
      return err(storageFailure(cause, 'sync', this.#directory));
    }
  }

  #write(payload: string): Result<void, StorageFailure> {
    if (this.#failure !== null) return err(this.#failure);
    if (payload.length * 3 > MAX_PAYLOAD_BYTES && Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) {
      return err(this.#tooLarge(Buffer.byteLength(payload)));
    }
    const frame = this.#frames.frame(payload);
    const failure = this.#writeBytes(frame, frame.length);
    return failure === null ? ok(undefined) : err(failure);
  }

  #tooLarge(bytes: number): StorageFailure {
    const { path } = this.#segments.at(-1)!;
    const detail = `a record of ${bytes} bytes is above the limit of ${MAX_PAYLOAD_BYTES}`;
    return { code: 'record-too-large', path, detail };
  }

  /** Writes `bytes[0, length)` as a whole or not at all; gives null or the failure. */
  #writeBytes(bytes: Uint8Array, length: number): StorageFailure | null {
    let done = 0;
    try {
      while (done < length) done += this.#disk.writeSync(this.#fd, bytes, done, length - done);
    } catch (cause) {
      const failure = storageFailure(cause, 'append to', this.#segments.at(-1)!.path);
      if (done > 0) this.#cutBack(failure);
      return failure;
    }
    this.#offset += length;
    return null;
  }

  /** Takes back the beginning of a record that did not fit; unable to, the journal is closed. */
  #cutBack(failure: StorageFailure): void {
    try {
      this.#disk.ftruncateSync(this.#fd, this.#offset);
    } catch {
      this.#fail(failure);
    }
  }

  /** Begins the next segment; when that fails the old one goes on for another 1 MiB. */
  #rotate(): void {
    if (this.#retired.length > 0 || this.#failure !== null) return;
    const header = { journalId: this.id, firstSeq: this.#lastSeq + 1n };
    const created = createSegment(this.#disk, this.#directory, header);
    if (!created.ok) {
      this.#rotateAt = this.#offset + 1024 * 1024;
      return;
    }
    this.#retired.push(this.#fd);
    this.#segments = [...this.#segments, created.value.segment];
    this.#fd = created.value.fd;
    this.#offset = SEGMENT_HEADER_BYTES;
    this.#rotateAt = this.#segmentBytes;
    // Unwritten, the segment is still whole: recovery starts from an earlier checkpoint.
    if (this.#checkpointSource !== null) this.checkpoint(this.#checkpointSource());
  }

  async #sync(): Promise<StorageFailure | null> {
    const target = this.#lastSeq;
    const retired = this.#retired;
    try {
      for (const fd of [...retired, this.#fd]) {
        if (this.#failure !== null) return this.#failure;
        await this.#disk.fdatasync(fd);
      }
      if (retired.length > 0) await this.#disk.syncDirectory(this.#directory);
    } catch (cause) {
      if (this.#failure === null) this.#fail(storageFailure(cause, 'sync', this.#directory));
    }
    // Closing in the meantime synced and reported everything itself.
    if (this.#failure !== null) return this.#failure;
    this.#seal(retired);
    this.#advance(target);
    return null;
  }

  /** Closes the segments that a sync covered and says in the new one that they are durable. */
  #seal(retired: readonly number[]): void {
    if (retired.length === 0) return;
    for (const fd of retired) this.#disk.close(fd);
    this.#retired = this.#retired.filter((fd) => !retired.includes(fd));
    // Unwritten, it only makes the next recovery read one segment more.
    this.#write(encodeSealed(this.#segments.at(-1)!.firstSeq - 1n));
  }

  #advance(seq: bigint): void {
    if (seq <= this.#durableSeq) return;
    this.#durableSeq = seq;
    for (const listener of [...this.#durableListeners]) listener(seq);
  }

  #fail(failure: StorageFailure): void {
    this.#failure ??= failure;
    this.#commit.stop();
    for (const listener of [...this.#failureListeners]) listener(failure);
  }
}
