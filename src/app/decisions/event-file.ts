import {
  closeSync,
  createReadStream,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { DomainEvent, JournalEntry } from '../../model/index.ts';
import { decodeRecord, encodeEntry } from '../../store/index.ts';
import { AppFailure } from '../contracts.ts';
import type { DecisionContext } from './context.ts';

/** Name of the events in a directory. */
const FILE_NAME = 'events.jsonl';

const BLOCK_CHARACTERS = 64 * 1024;

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** The file that a path means: itself, or `events.jsonl` in a directory. */
export const eventFilePath = (path: string): string =>
  isDirectory(path) || path.endsWith('/') ? join(path, FILE_NAME) : path;

/**
 * Writes the events of a backtest, one JSON document a line as the journal has them, each decision
 * followed by what was known at it. A file that stood there is replaced once the new one is whole.
 *
 * Errors: throws `AppFailure` naming the file.
 */
export class EventFile {
  readonly path: string;
  readonly #fd: number;
  /** Where it is written until it is whole; the path itself where that is no file, as /dev/stdout. */
  readonly #partial: string;
  #text = '';
  #isOpen = true;

  constructor(path: string) {
    this.path = eventFilePath(path);
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      const isSpecial = statSync(this.path, { throwIfNoEntry: false })?.isFile() === false;
      this.#partial = isSpecial ? this.path : `${this.path}.part`;
      this.#fd = openSync(this.#partial, 'w', 0o600);
    } catch (error) {
      throw new AppFailure('failed', `cannot write ${this.path}: ${reasonOf(error)}`);
    }
  }

  /** Takes an event with its number. */
  event(seq: bigint, event: DomainEvent): void {
    this.#line(encodeEntry({ seq, event }));
  }

  /** Takes what was known at the decision that was the latest event. */
  readonly context = (context: DecisionContext): void => {
    this.#line(JSON.stringify({ context }));
  };

  #line(text: string): void {
    this.#text += `${text}\n`;
    if (this.#text.length >= BLOCK_CHARACTERS) this.#flush();
  }

  #flush(): void {
    try {
      const bytes = Buffer.from(this.#text);
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    } catch (error) {
      throw new AppFailure('failed', `cannot write ${this.path}: ${reasonOf(error)}`);
    }
    this.#text = '';
  }

  /** Writes what is left and gives the file its name. */
  close(): void {
    try {
      this.#flush();
    } finally {
      this.#isOpen = false;
      closeSync(this.#fd);
    }
    if (this.#partial === this.path) return;
    try {
      renameSync(this.#partial, this.path);
    } catch (error) {
      throw new AppFailure('failed', `cannot write ${this.path}: ${reasonOf(error)}`);
    }
  }

  /** Leaves nothing of a file that did not become whole. */
  discard(): void {
    if (this.#isOpen) closeSync(this.#fd);
    this.#isOpen = false;
    if (this.#partial !== this.path) rmSync(this.#partial, { force: true });
  }
}

/** One line of an event file. */
export type EventLine =
  | { readonly kind: 'entry'; readonly entry: JournalEntry }
  | { readonly kind: 'context'; readonly context: DecisionContext };

function readLine(path: string, number: number, text: string): EventLine {
  if (text.startsWith('{"context":')) {
    const { context } = JSON.parse(text) as { readonly context: DecisionContext };
    return { kind: 'context', context };
  }
  const record = decodeRecord(Buffer.from(text));
  if (record.ok && record.value.kind === 'entry')
    return { kind: 'entry', entry: record.value.entry };
  const why = record.ok ? `it is a ${record.value.kind}` : record.error.detail;
  throw new AppFailure('usage', `${path}, line ${number} is no event: ${why}`);
}

/**
 * Reads an event file back, plain or gzip.
 *
 * Errors: throws `AppFailure` of kind `usage` naming file and line.
 */
export async function* readEventFile(path: string): AsyncGenerator<EventLine, void> {
  const source = createReadStream(path);
  const text = path.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  source.on('error', (error) => text.destroy(error));
  let number = 0;
  try {
    for await (const line of createInterface({
      input: text,
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      number += 1;
      if (line !== '') yield readLine(path, number, line);
    }
    if (number === 0) throw new AppFailure('usage', `${path} is empty: it holds no event`);
  } catch (error) {
    if (error instanceof AppFailure) throw error;
    throw new AppFailure('usage', `${path} cannot be read: ${reasonOf(error)}`);
  } finally {
    source.destroy();
  }
}
