import {
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { err, ok, type Result } from '../../core/index.ts';
import type { VenueTruth } from './truth.ts';
import { decodeRecord } from './truth-decode.ts';
import { encodeRecord, type TruthRecord } from './truth-record.ts';

/** Name of the ledger within the venue's directory. */
export const LEDGER_FILE = 'ledger.jsonl';

/** Growth since the last image at which a running ledger is rewritten as one. */
const COMPACT_AFTER_BYTES = 4 * 1024 * 1024;

const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants;

/** Why a ledger cannot be opened. */
export interface LedgerFailure {
  readonly code: 'venue-ledger-corrupt' | 'venue-ledger-unusable';
  readonly detail: string;
}

/** The venue can no longer write down what happens, so it may not go on. */
export class LedgerWriteError extends Error {
  override readonly name = 'LedgerWriteError';
  readonly code = 'ERR_BOT4_VENUE_LEDGER';
}

const checksum = (json: string): string => crc32(json).toString(16).padStart(8, '0');

const lineOf = (record: TruthRecord): string => {
  const json = encodeRecord(record);
  return `${checksum(json)} ${json}\n`;
};

/** What a scan of a ledger's bytes found. */
export interface LedgerScan {
  readonly records: readonly TruthRecord[];
  /** Bytes of whole records; what follows is a torn tail. */
  readonly goodBytes: number;
  readonly tornBytes: number;
}

/**
 * Reads a ledger's bytes: lines of a CRC-32 in hexadecimal, a space, and a record in JSON.
 *
 * A last line that is incomplete or fails its checksum is a torn tail: it was never acknowledged.
 * Such a line with whole lines after it is corruption.
 *
 * Errors: `venue-ledger-corrupt` with the byte offset.
 */
export function scanLedger(bytes: Uint8Array): Result<LedgerScan, LedgerFailure> {
  const records: TruthRecord[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < buffer.length) {
    const end = buffer.indexOf(0x0a, at);
    const last = end < 0 || end === buffer.length - 1;
    const line = buffer.toString('utf8', at, end < 0 ? buffer.length : end);
    const json = line.slice(9);
    const whole = end >= 0 && line[8] === ' ' && line.slice(0, 8) === checksum(json);
    const decoded = whole ? decodeRecord(json) : { wrong: 'its checksum does not match' };
    if ('record' in decoded) {
      records.push(decoded.record);
      at = end + 1;
      continue;
    }
    if (last && !whole) break;
    return err({
      code: 'venue-ledger-corrupt',
      detail: `the record at byte ${at} is damaged: ${decoded.wrong}`,
    });
  }
  return ok({ records, goodBytes: at, tornBytes: buffer.length - at });
}

/**
 * The venue's durable memory: records appended with write(2) before anything is told to anybody.
 *
 * A SIGKILL loses nothing that was appended; a power cut may lose the tail since the last
 * compaction, and then the venue, being simulated, has simply not seen it. Rewritten as one image
 * at each start and after every 4 MiB, by rename, so that a crash leaves the old or the new file.
 */
export class Ledger {
  readonly #directory: string;
  readonly #truth: VenueTruth;
  #file: number;
  #size: number;
  #compactAbove: number;

  private constructor(directory: string, truth: VenueTruth, file: number, size: number) {
    this.#directory = directory;
    this.#truth = truth;
    this.#file = file;
    this.#size = size;
    this.#compactAbove = size + COMPACT_AFTER_BYTES;
  }

  /**
   * Opens or makes the ledger of a directory, replays it into `truth` and compacts it. Makes the
   * directory itself, not its parent.
   *
   * Cost: under 300 ms for the largest; test/adapters/simulator/long-life.test.ts
   */
  static open(directory: string, truth: VenueTruth): Result<Ledger, LedgerFailure> {
    try {
      makeDirectory(directory);
      const scan = scanLedger(readIfThere(join(directory, LEDGER_FILE)));
      if (!scan.ok) {
        const detail = `${join(directory, LEDGER_FILE)}: ${scan.error.detail}`;
        return err({ code: scan.error.code, detail });
      }
      for (const record of scan.value.records) truth.apply(record);
      const rewritten = rewrite(directory, truth);
      return ok(new Ledger(directory, truth, rewritten.file, rewritten.size));
    } catch (error) {
      const detail = `${directory}: ${error instanceof Error ? error.message : String(error)}`;
      return err({ code: 'venue-ledger-unusable', detail });
    }
  }

  /** Bytes in the file. */
  get size(): number {
    return this.#size;
  }

  /**
   * Writes records, then applies them to the truth; all of them or none.
   *
   * Errors: throws `LedgerWriteError` when the directory no longer takes them (full, read-only), and,
   *         with the records written, when it does not take the compaction that was due.
   */
  append(records: readonly TruthRecord[]): void {
    if (records.length === 0) return;
    const bytes = Buffer.from(records.map(lineOf).join(''), 'utf8');
    try {
      writeAll(this.#file, bytes);
    } catch (error) {
      this.#cutTornTail();
      throw this.#writeError('took no record', error);
    }
    this.#size += bytes.length;
    for (const record of records) this.#truth.apply(record);
    if (this.#size > this.#compactAbove) this.#compact();
  }

  /**
   * Writes the last records, makes everything durable against a power cut too, and closes the file.
   *
   * Errors: throws `LedgerWriteError` for the first of these that fails, after the file is closed.
   */
  close(last: readonly TruthRecord[] = []): void {
    let failure: LedgerWriteError | null = null;
    const steps = [
      () => this.append(last),
      () => fsyncSync(this.#file),
      () => closeSync(this.#file),
    ];
    for (const step of steps) {
      try {
        step();
      } catch (error) {
        if (failure !== null) continue;
        const isKnown = error instanceof LedgerWriteError;
        failure = isKnown ? error : this.#writeError('was not made durable', error);
      }
    }
    if (failure !== null) throw failure;
  }

  #writeError(what: string, cause: unknown): LedgerWriteError {
    const message = `the venue's ledger in ${this.#directory} ${what}: ${String(cause)}`;
    return new LedgerWriteError(message, { cause });
  }

  /** Takes back what a failed write left; if that fails too, the next opening finds a torn tail. */
  #cutTornTail(): void {
    try {
      ftruncateSync(this.#file, this.#size);
    } catch {
      // The write's own error is the one to tell.
    }
  }

  #compact(): void {
    const old = this.#file;
    try {
      const rewritten = rewrite(this.#directory, this.#truth);
      this.#file = rewritten.file;
      this.#size = rewritten.size;
      this.#compactAbove = rewritten.size + COMPACT_AFTER_BYTES;
      closeSync(old);
    } catch (error) {
      throw this.#writeError('could not be compacted', error);
    }
  }
}

/**
 * Makes a directory whose parent exists. Not `recursive`: that never returns where the system says
 * of an existing parent that it does not exist, as below /proc.
 */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function readIfThere(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Uint8Array(0);
    throw error;
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

/** Writes the truth as one image beside the ledger and renames it over; returns the open file. */
function rewrite(
  directory: string,
  truth: VenueTruth,
): { readonly file: number; readonly size: number } {
  const path = join(directory, LEDGER_FILE);
  const draft = `${path}.new`;
  const bytes = Buffer.from(lineOf(truth.image()), 'utf8');
  const file = openSync(draft, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600);
  try {
    writeAll(file, bytes);
    fsyncSync(file);
    renameSync(draft, path);
    syncDirectory(directory);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return { file, size: bytes.length };
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
