import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { auditPaths, verifyAuditLog } from '../adapters/audit-log/index.ts';
import { AppFailure, type AuditVerification } from './contracts.ts';

const REMEDY = 'Name the data directory of the service with --data-dir.';

/** A service ran here, yet the whole audit is gone: that is for the audit to report. */
const allGone = (path: string): AuditVerification => ({
  intact: false,
  path,
  entries: 0,
  headHash: null,
  firstBad: { seq: '1', line: 1, problem: 'the log is missing, though the service ran here' },
  elapsedMs: 0,
  entriesPerSecond: 0,
});

/**
 * Checks the audit log of a data directory. Needs no running service and does not disturb one.
 *
 * Errors:  throws `AppFailure`: `configuration` where no service ever ran, `failed` where the log
 *          cannot be read.
 */
export function verifyAudit(dataDir: string): AuditVerification {
  const paths = auditPaths(dataDir);
  if (![paths.log, paths.anchor, paths.key].some((path) => existsSync(path))) {
    if (existsSync(join(dataDir, 'journal'))) return allGone(paths.log);
    throw new AppFailure('configuration', `there is no audit log in ${dataDir}`, REMEDY);
  }
  const checked = verifyAuditLog(paths);
  if (!checked.ok) throw new AppFailure('failed', checked.error.detail);
  const { head, firstBad, path, elapsedMs, entriesPerSecond } = checked.value;
  return {
    intact: firstBad === null,
    path,
    entries: head.count,
    headHash: head.count === 0 ? null : head.hash,
    firstBad:
      firstBad === null
        ? null
        : { ...firstBad, seq: firstBad.seq === null ? null : String(firstBad.seq) },
    elapsedMs,
    entriesPerSecond,
  };
}
