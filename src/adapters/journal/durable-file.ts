import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { err, ok, type Result } from '../../core/index.ts';
import { type StorageFailure, storageFailure } from '../../store/ports.ts';

/**
 * Makes a directory and its parents, durably, for the owner alone; one that exists is left as it
 * is. Node's own recursive mkdir never returns on file systems like /proc.
 */
export function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
    syncDirectory(parent);
  } catch (cause) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    // Node 22 no longer says ENOTDIR about what lies below a file, so the file itself is met here.
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw Object.assign(new Error(`${path} is not a directory`), { code: 'ENOTDIR' });
  }
}

/** Makes the names in a directory durable: a created or renamed file survives a power cut. */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Replaces a small file as a whole, durably: new file, fsync, rename, fsync of the directory. A
 * reader and a power cut see the old content or the new one, never a mixture.
 */
export function replaceFile(path: string, content: string): Result<void, StorageFailure> {
  const fresh = `${path}.new`;
  try {
    const fd = openSync(fresh, 'w', 0o600);
    try {
      const bytes = Buffer.from(content);
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(fresh, path);
    syncDirectory(dirname(path));
    return ok(undefined);
  } catch (cause) {
    try {
      unlinkSync(fresh);
    } catch {
      // It was renamed or never made.
    }
    return err(storageFailure(cause, 'write', path));
  }
}

/** Reads a small file as text; null when it does not exist. */
export function readIfThere(path: string): Result<string | null, StorageFailure> {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return ok(null);
    return err(storageFailure(cause, 'read', path));
  }
}
