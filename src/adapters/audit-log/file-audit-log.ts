import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import {
  type AuditDraft,
  type AuditEntry,
  type AuditFailure,
  type AuditLog,
  type ChainHead,
  ChainVerifier,
  ChainWriter,
  EMPTY_HEAD,
  encodeAnchor,
  JournalGap,
} from '../../audit/ports.ts';
import { err, ok, type Result } from '../../core/index.ts';
import { type AuditPaths, auditPaths } from './audit-files.ts';
import { type AuditDisk, systemDisk } from './disk.ts';
import { createKey, readKey } from './key-file.ts';
import { readLines } from './line-reader.ts';
import { readAnchor } from './verify.ts';

/** How an audit log is opened. */
export interface FileAuditLogOptions {
  readonly dataDir: string;
  /** Longest time between an entry and the anchor that covers it, in ms; 50 by default. */
  readonly anchorIntervalMs?: number;
  /** The calls that write entries; the operating system's own by default. */
  readonly disk?: AuditDisk;
}

/** What opening found, for the writer to go on from. */
interface OpenedLog {
  readonly key: Uint8Array;
  readonly head: ChainHead;
  readonly journalSeq: bigint;
  readonly bytes: number;
}

const syncFile = promisify(fdatasync);

/**
 * The audit log in a file, written before `append` returns, anchored soon after.
 *
 * When the disk refuses an entry the log goes on as soon as it can, but writes no later journal entry
 * before those that are missing: the file never has a hole that a later entry hides.
 */
export class FileAuditLog implements AuditLog {
  readonly #paths: AuditPaths;
  readonly #key: Uint8Array;
  readonly #writer: ChainWriter;
  readonly #anchorIntervalMs: number;
  readonly #fd: number;
  readonly #disk: AuditDisk;
  readonly #gap = new JournalGap();
  #head: ChainHead;
  #journalSeq: bigint;
  #bytes: number;
  #anchoredCount: number;
  #timer: NodeJS.Timeout | null = null;
  #anchoring: Promise<Result<ChainHead, AuditFailure>> | null = null;
  #failure: AuditFailure | null = null;
  /** The file ends with the beginning of a line that did not fit. */
  #torn = false;
  #closed = false;

  private constructor(options: FileAuditLogOptions, opened: OpenedLog, fd: number) {
    this.#paths = auditPaths(options.dataDir);
    this.#key = opened.key;
    this.#writer = new ChainWriter(opened.key);
    this.#anchorIntervalMs = options.anchorIntervalMs ?? 50;
    this.#fd = fd;
    this.#disk = options.disk ?? systemDisk;
    this.#head = opened.head;
    this.#journalSeq = opened.journalSeq;
    this.#bytes = opened.bytes;
    this.#anchoredCount = opened.head.count;
  }

  /**
   * Opens the log of a data directory, which must exist, making it when there is none; cuts a last line that a crash
   * left half written. Only the end behind the anchor is checked; `verifyAuditLog` checks all.
   *
   * Errors:  `tampered` when log, anchor and key do not fit together; `storage`.
   */
  static open(options: FileAuditLogOptions): Result<FileAuditLog, AuditFailure> {
    const paths = auditPaths(options.dataDir);
    try {
      makeDirectory(dirname(paths.log));
      const opened = openExisting(paths);
      if (!opened.ok) return opened;
      const fd = openSync(paths.log, 'a', 0o600);
      ftruncateSync(fd, opened.value.bytes);
      fdatasyncSync(fd);
      const log = new FileAuditLog(options, opened.value, fd);
      log.#anchorNow();
      return ok(log);
    } catch (cause) {
      return err(storage('open', paths.log, cause));
    }
  }

  get head(): ChainHead {
    return this.#head;
  }

  get journalSeq(): bigint {
    return this.#journalSeq;
  }

  get missingFrom(): bigint | null {
    return this.#gap.from;
  }

  /** Why the last entry or anchor could not be written; null when it could. */
  get failure(): AuditFailure | null {
    return this.#failure;
  }

  append(draft: AuditDraft): Result<AuditEntry, AuditFailure> {
    if (this.#closed) return err(closed(this.#paths.log));
    const { journalSeq } = draft;
    if (journalSeq !== null && !this.#gap.admits(journalSeq)) {
      const missing = `journal entry ${this.#gap.from} is still missing before ${journalSeq}`;
      return err(this.#refuse(journalSeq, missing));
    }
    const entry = this.#writer.put(this.#head, draft);
    const { line } = this.#writer;
    try {
      this.#write(line);
    } catch (cause) {
      return err(this.#refuse(journalSeq, cause));
    }
    this.#failure = null;
    this.#bytes += line.length;
    this.#head = { count: entry.seq, hash: entry.hash };
    if (journalSeq !== null) {
      this.#gap.fill(journalSeq);
      if (journalSeq > this.#journalSeq) this.#journalSeq = journalSeq;
    }
    this.#timer ??= setTimeout(() => void this.anchor(), this.#anchorIntervalMs);
    return ok(entry);
  }

  anchor(): Promise<Result<ChainHead, AuditFailure>> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#closed) return Promise.resolve(err(closed(this.#paths.log)));
    const before = this.#anchoring ?? Promise.resolve(null);
    const anchoring = before.then(() => this.#anchorOnce());
    this.#anchoring = anchoring;
    return anchoring;
  }

  /**
   * Anchors the last entry and closes the file, in any case. Further entries are refused with `closed`.
   */
  close(): Result<void, AuditFailure> {
    if (this.#closed) return ok(undefined);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#closed = true;
    try {
      try {
        fdatasyncSync(this.#fd);
      } finally {
        closeSync(this.#fd);
      }
      this.#anchorNow();
      return ok(undefined);
    } catch (cause) {
      return err(storage('close', this.#paths.log, cause));
    }
  }

  async #anchorOnce(): Promise<Result<ChainHead, AuditFailure>> {
    const head = this.#head;
    if (this.#closed || head.count === this.#anchoredCount) return ok(head);
    const content = this.#anchorText();
    const fresh = `${this.#paths.anchor}.next`;
    try {
      await syncFile(this.#fd);
      const file = await open(fresh, 'w', 0o600);
      try {
        await file.writeFile(content);
        await file.datasync();
      } finally {
        await file.close();
      }
      // Closing meanwhile wrote a newer anchor.
      if (!this.#closed) await rename(fresh, this.#paths.anchor);
      this.#anchoredCount = head.count;
      return ok(head);
    } catch (cause) {
      if (this.#closed) return err(closed(this.#paths.log));
      this.#failure = storage('anchor', this.#paths.anchor, cause);
      return err(this.#failure);
    }
  }

  #anchorNow(): void {
    const fresh = `${this.#paths.anchor}.new`;
    writeFileSync(fresh, this.#anchorText(), { mode: 0o600, flush: true });
    renameSync(fresh, this.#paths.anchor);
  }

  #anchorText(): string {
    const { count, hash } = this.#head;
    const anchor = { bytes: this.#bytes, count, hash, journalSeq: this.#journalSeq };
    return encodeAnchor(this.#key, anchor);
  }

  /** Writes the whole line or leaves the file as it was, at the latest before the next line. */
  #write(line: Uint8Array): void {
    if (this.#torn) this.#cutBack();
    let done = 0;
    try {
      while (done < line.length) {
        done += this.#disk.writeSync(this.#fd, line, done, line.length - done);
      }
    } catch (cause) {
      this.#torn = done > 0;
      try {
        if (this.#torn) this.#cutBack();
      } catch {
        // The write's own error is the one to tell; the next line begins with another attempt.
      }
      throw cause;
    }
  }

  #cutBack(): void {
    this.#disk.ftruncateSync(this.#fd, this.#bytes);
    this.#torn = false;
  }

  #refuse(journalSeq: bigint | null, cause: unknown): AuditFailure {
    if (journalSeq !== null && journalSeq > this.#journalSeq) this.#gap.miss(journalSeq);
    this.#failure = storage('append to', this.#paths.log, cause);
    return this.#failure;
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

const storage = (tried: string, path: string, cause: unknown): AuditFailure => ({
  code: 'storage',
  path,
  detail: `cannot ${tried} ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
});

const closed = (path: string): AuditFailure => ({
  code: 'closed',
  path,
  detail: `the audit log ${path} is closed`,
});

const tampered = (path: string, what: string): AuditFailure => ({
  code: 'tampered',
  path,
  detail: `${what}; run \`bot4 audit verify\` for the first bad entry`,
});

/** Reads key, anchor and the entries behind the anchor; makes what a new log needs. */
function openExisting(paths: AuditPaths): Result<OpenedLog, AuditFailure> {
  const size = existsSync(paths.log) ? statSync(paths.log).size : 0;
  const key = readKey(paths.key);
  if (!key.ok) return key;
  const anchor = readAnchor(paths.anchor);
  if (!anchor.ok) return err(tampered(paths.anchor, anchor.error));
  if (key.value === null) {
    if (size > 0 || anchor.value !== null) return err(tampered(paths.key, 'the key is missing'));
    const made = createKey(paths.key);
    if (!made.ok) return made;
    return ok({ key: made.value, head: EMPTY_HEAD, journalSeq: 0n, bytes: 0 });
  }
  if (anchor.value === null) {
    if (size > 0) return err(tampered(paths.anchor, 'the anchor is missing'));
    return ok({ key: key.value, head: EMPTY_HEAD, journalSeq: 0n, bytes: 0 });
  }
  const { count, hash, bytes, journalSeq } = anchor.value;
  const verifier = new ChainVerifier(key.value, anchor.value, { count, hash });
  let end = bytes;
  if (size < bytes) {
    const what = `${paths.log} has ${size} bytes, the anchor says at least ${bytes}`;
    return err(tampered(paths.log, what));
  }
  if (size > bytes) {
    const read = readLines(paths.log, bytes, (line) => verifier.accept(line));
    end = read.end;
    if (read.stopped && verifier.bad === null) {
      return err(tampered(paths.log, `line ${verifier.head.count + 1} is longer than any entry`));
    }
  }
  const bad = verifier.bad ?? verifier.finish();
  if (bad !== null) return err(tampered(paths.log, `line ${bad.line}: ${bad.problem}`));
  const covered = { journalSeq };
  if (verifier.journalSeq > journalSeq) covered.journalSeq = verifier.journalSeq;
  return ok({ key: key.value, head: verifier.head, ...covered, bytes: end });
}
