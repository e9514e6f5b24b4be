import { type FileHandle, open } from 'node:fs/promises';
import { err, ok, type Result } from '../../core/index.ts';
import type { JournalEntry } from '../../model/index.ts';
import {
  decodeRecord,
  glanceAtRecord,
  type JournalReader,
  readFrame,
  SEGMENT_HEADER_BYTES,
  type StorageFailure,
  storageFailure,
} from '../../store/ports.ts';
import type { SegmentFile } from './segment-files.ts';
import { corrupt } from './segment-scan.ts';

/** What a reader needs to know of the journal it reads. */
export interface ReadableJournal {
  durableSeq(): bigint;
  segments(): readonly SegmentFile[];
}

const CHUNK_BYTES = 256 * 1024;

/** Reads durable entries from the segment files, a bounded piece at a time, off the event loop. */
export class FileJournalReader implements JournalReader {
  readonly #journal: ReadableJournal;
  #nextSeq: bigint;
  #segment: SegmentFile | null = null;
  #handle: FileHandle | null = null;
  #position = SEGMENT_HEADER_BYTES;

  constructor(journal: ReadableJournal, fromSeq: bigint) {
    this.#journal = journal;
    this.#nextSeq = fromSeq < 1n ? 1n : fromSeq;
  }

  async next(max: number): Promise<Result<readonly JournalEntry[], StorageFailure>> {
    const durable = this.#journal.durableSeq();
    const entries: JournalEntry[] = [];
    try {
      while (entries.length < max && this.#nextSeq <= durable) {
        const failure = await this.#enterSegment();
        if (failure !== null) return err(failure);
        const more = await this.#readSome(entries, max, durable);
        if (!more.ok) return more;
      }
      return ok(entries);
    } catch (cause) {
      return err(storageFailure(cause, 'read', this.#segment?.path ?? 'the journal'));
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
    this.#segment = null;
  }

  /** Opens the segment that holds the next entry, unless it is open already. */
  async #enterSegment(): Promise<StorageFailure | null> {
    const segments = this.#journal.segments();
    const wanted = segments.findLast((segment) => segment.firstSeq <= this.#nextSeq);
    if (wanted === undefined) {
      const first = segments[0]!;
      return {
        code: 'missing',
        path: first.path,
        detail: `entry ${this.#nextSeq} was removed; the journal begins at ${first.firstSeq}`,
      };
    }
    if (wanted.path === this.#segment?.path && this.#handle !== null) return null;
    await this.close();
    this.#handle = await open(wanted.path, 'r');
    this.#segment = wanted;
    this.#position = SEGMENT_HEADER_BYTES;
    return null;
  }

  /** Reads one piece and takes its entries; bytes past the durable end are never looked at. */
  async #readSome(
    entries: JournalEntry[],
    max: number,
    durable: bigint,
  ): Promise<Result<void, StorageFailure>> {
    const path = this.#segment!.path;
    let want = CHUNK_BYTES;
    let bytes = await this.#read(want);
    let at = 0;
    while (entries.length < max && this.#nextSeq <= durable) {
      const reading = readFrame(bytes, at);
      if (reading.kind === 'incomplete') {
        if (at > 0) break;
        if (bytes.length < want) {
          const what = `it ends before entry ${this.#nextSeq}, which was on the disk`;
          return err(corrupt(path, this.#position, what));
        }
        want = reading.needs;
        bytes = await this.#read(want);
        continue;
      }
      if (reading.kind === 'bad') return err(corrupt(path, this.#position + at, reading.reason));
      const refusal = this.#take(reading.payload, entries);
      if (refusal !== null) return err(corrupt(path, this.#position + at, refusal));
      at = reading.next;
    }
    this.#position += at;
    return ok(undefined);
  }

  #take(payload: Uint8Array, entries: JournalEntry[]): string | null {
    const glance = glanceAtRecord(payload);
    if (glance === null) return 'the record is of no known kind';
    if (glance.kind !== 'entry' || glance.seq < this.#nextSeq) return null;
    if (glance.seq > this.#nextSeq)
      return `entry ${glance.seq} stands where ${this.#nextSeq} belongs`;
    const record = decodeRecord(payload);
    if (!record.ok) return record.error.detail;
    if (record.value.kind === 'entry') entries.push(record.value.entry);
    this.#nextSeq += 1n;
    return null;
  }

  async #read(length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const position = this.#position + filled;
      const { bytesRead } = await this.#handle!.read(bytes, filled, length - filled, position);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }
}
