import { dirname } from 'node:path';
import { err, ok, type Result } from '../../core/index.ts';
import { type StorageFailure, storageFailure } from '../../store/ports.ts';
import { makeDirectory, readIfThere, replaceFile } from './durable-file.ts';

const MAX_EPOCH = 2 ** 40;

/**
 * The number of the run, kept in one small file: read, plus one, written and fsynced before it is
 * used. Every client order id carries it, so losing the end of the journal never reuses an id.
 */
export class FileRunEpochs {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Gives a run epoch that no run before had, durable before it returns.
   *
   * `atLeast`: the highest epoch seen in the journal or at the venue (0 when none), which the answer
   * exceeds even if the file was lost.
   *
   * Errors:  `corrupt` for a file that holds anything but a whole number: guessing could reuse ids.
   */
  next(atLeast = 0): Result<number, StorageFailure> {
    try {
      makeDirectory(dirname(this.#path));
    } catch (cause) {
      return err(storageFailure(cause, 'create', dirname(this.#path)));
    }
    const stored = readIfThere(this.#path);
    if (!stored.ok) return stored;
    const current = stored.value === null ? 0 : this.#parse(stored.value);
    if (current === null) {
      const shown = JSON.stringify((stored.value ?? '').slice(0, 40));
      const detail =
        `${this.#path} holds ${shown}, must be a whole number from 1 to ${MAX_EPOCH}; write into it ` +
        'a number above every run epoch used so far';
      return err({ code: 'corrupt', path: this.#path, detail });
    }
    const next = Math.max(current, atLeast) + 1;
    const written = replaceFile(this.#path, `${next}\n`);
    return written.ok ? ok(next) : written;
  }

  #parse(content: string): number | null {
    const match = /^(\d{1,13})\n?$/.exec(content);
    const epoch = match === null ? Number.NaN : Number(match[1]);
    return epoch >= 1 && epoch <= MAX_EPOCH ? epoch : null;
  }
}
