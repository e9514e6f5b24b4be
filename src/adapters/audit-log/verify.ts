import { existsSync, readFileSync } from 'node:fs';
import {
  type AuditAnchor,
  type AuditFailure,
  type BadEntry,
  type ChainHead,
  ChainVerifier,
  decodeAnchor,
} from '../../audit/ports.ts';
import { err, ok, type Result } from '../../core/index.ts';
import type { AuditPaths } from './audit-files.ts';
import { readKey } from './key-file.ts';
import { readLines } from './line-reader.ts';

/** What checking a whole audit log found. */
export interface AuditCheck {
  readonly path: string;
  /** The last good entry. */
  readonly head: ChainHead;
  /** The first entry that is not what was written; null when the log is intact. */
  readonly firstBad: BadEntry | null;
  /** Whether the key was there, so that rebuilt entries are found too. */
  readonly keyed: boolean;
  /** Entries that the anchor covers; those after it could be cut off unseen. */
  readonly anchoredCount: number;
  /** Bytes of a last line that was cut by a crash after the anchor; 0 normally. */
  readonly tornBytes: number;
  readonly elapsedMs: number;
  readonly entriesPerSecond: number;
}

/** Reads an anchor file: null when it is missing, a sentence when it is not an anchor. */
export function readAnchor(path: string): Result<AuditAnchor | null, string> {
  try {
    return decodeAnchor(readFileSync(path, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return ok(null);
    return err(`cannot read ${path}: ${String(cause)}`);
  }
}

/**
 * Checks every entry of a log, its anchor and its end. Needs neither the service nor the writer; a
 * running service may go on writing meanwhile.
 */
export function verifyAuditLog(paths: AuditPaths): Result<AuditCheck, AuditFailure> {
  const began = performance.now();
  const key = readKey(paths.key);
  if (!key.ok && key.error.code === 'storage') return key;
  const usableKey = key.ok ? key.value : null;
  // The anchor first: a log that grows meanwhile still reaches it.
  const anchor = readAnchor(paths.anchor);
  const verifier = new ChainVerifier(usableKey, anchor.ok ? anchor.value : null);
  let tornBytes = 0;
  let overlong = false;
  if (existsSync(paths.log)) {
    try {
      const end = readLines(paths.log, 0, (line) => verifier.accept(line));
      tornBytes = end.tornBytes;
      overlong = end.stopped && verifier.bad === null;
    } catch (cause) {
      const detail = `cannot read ${paths.log}: ${String(cause)}`;
      return err({ code: 'storage', path: paths.log, detail });
    }
  }
  const { head } = verifier;
  const line = head.count + 1;
  const whole = (problem: string): BadEntry => ({ seq: null, line, problem });
  const lost = usableKey === null && (head.count > 0 || (anchor.ok && anchor.value !== null));
  const firstBad =
    verifier.bad ??
    (overlong ? whole('the line is longer than any entry') : null) ??
    (anchor.ok ? verifier.finish() : whole(anchor.error)) ??
    (key.ok ? null : whole(key.error.detail)) ??
    (lost ? whole(`the key ${paths.key} is missing, so entries may have been rebuilt`) : null);
  const elapsedMs = performance.now() - began;
  return ok({
    path: paths.log,
    head,
    firstBad,
    keyed: usableKey !== null,
    anchoredCount: anchor.ok ? (anchor.value?.count ?? 0) : 0,
    tornBytes,
    elapsedMs,
    entriesPerSecond: Math.round(head.count / (elapsedMs / 1000)),
  });
}
