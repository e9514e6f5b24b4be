import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../core/index.ts';
import { type StorageFailure, storageFailure } from '../../store/ports.ts';
import { makeDirectory, readIfThere } from './durable-file.ts';

/** Who holds a data directory: a process id is reused, its start time within one boot is not. */
interface Holder {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process (`/proc/<pid>/stat`, field 22). */
  readonly startedAt: string;
  readonly bootId: string;
}

const ATTEMPTS = 5;

/** Holds a data directory for one process, by a lock file that names its holder. */
export class DataDirLock {
  readonly #path: string;
  readonly #content: string;

  private constructor(path: string, content: string) {
    this.#path = path;
    this.#content = content;
  }

  /**
   * Takes the lock of a directory, making the directory when missing. The lock of a process that no
   * longer runs is taken over.
   *
   * Errors:  `locked` names the pid of the living holder.
   */
  static acquire(dataDir: string): Result<DataDirLock, StorageFailure> {
    const path = join(dataDir, 'lock');
    const mine = `${path}.${process.pid}`;
    try {
      makeDirectory(dataDir);
      const content = JSON.stringify(describeProcess(process.pid));
      writeFileSync(mine, content, { mode: 0o600 });
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        if (linkIfFree(mine, path)) return ok(new DataDirLock(path, content));
        const found = readIfThere(path);
        if (!found.ok) return found;
        if (found.value === null) continue;
        const holder = parseHolder(found.value);
        if (holder !== null && isAlive(holder)) return err(lockedBy(holder.pid, dataDir, path));
        removeStale(path, found.value);
      }
      const detail = `${path} changes hands while it is being taken; is another start under way?`;
      return err({ code: 'locked', path, detail });
    } catch (cause) {
      return err(storageFailure(cause, 'lock', dataDir));
    } finally {
      removeIfThere(mine);
    }
  }

  /** Gives the directory free, if the lock is still ours. */
  release(): void {
    const found = readIfThere(this.#path);
    if (found.ok && found.value === this.#content) removeIfThere(this.#path);
  }
}

const lockedBy = (pid: number, dataDir: string, path: string): StorageFailure => ({
  code: 'locked',
  path,
  detail: `${dataDir} is in use by the running process ${pid}; stop it or use another --data-dir`,
});

function linkIfFree(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
}

/** Moves the stale lock away; a fresh one that was caught by mistake is put back. */
function removeStale(path: string, stale: string): void {
  const moved = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, moved);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw cause;
  }
  if (readFileSync(moved, 'utf8') !== stale) linkIfFree(moved, path);
  removeIfThere(moved);
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  }
}

function describeProcess(pid: number): Holder {
  return { pid, startedAt: startTicks(pid) ?? '', bootId: bootId() };
}

function parseHolder(content: string): Holder | null {
  try {
    const { pid, startedAt, bootId } = JSON.parse(content) as Partial<Record<string, unknown>>;
    if (!Number.isSafeInteger(pid) || typeof startedAt !== 'string') return null;
    return { pid: pid as number, startedAt, bootId: String(bootId) };
  } catch {
    return null;
  }
}

const isAlive = (holder: Holder): boolean =>
  holder.bootId === bootId() && startTicks(holder.pid) === holder.startedAt;

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Start time of a process in clock ticks since boot; null when there is no such process. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name stands in parentheses and may itself hold blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
