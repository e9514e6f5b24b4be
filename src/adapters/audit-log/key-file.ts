import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { AuditFailure } from '../../audit/ports.ts';
import { err, ok, type Result } from '../../core/index.ts';

const HEX_KEY = /^[0-9a-f]{64}\n?$/;

/** Reads the key of a log; null when there is none. */
export function readKey(path: string): Result<Buffer | null, AuditFailure> {
  let content: string;
  try {
    content = readFileSync(path, 'latin1');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return ok(null);
    return err({ code: 'storage', path, detail: `cannot read ${path}: ${String(cause)}` });
  }
  if (HEX_KEY.test(content)) return ok(Buffer.from(content.trim(), 'hex'));
  const detail = `${path} is not a key of 64 hexadecimal digits; restore it from a backup`;
  return err({ code: 'tampered', path, detail });
}

/** Draws the key of a new log and keeps it readable by its owner alone, durably. */
export function createKey(path: string): Result<Buffer, AuditFailure> {
  const key = randomBytes(32);
  try {
    const fd = openSync(path, 'wx', 0o600);
    try {
      writeSync(fd, `${key.toString('hex')}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return ok(key);
  } catch (cause) {
    return err({ code: 'storage', path, detail: `cannot write ${path}: ${String(cause)}` });
  }
}
