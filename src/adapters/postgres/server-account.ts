import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The system user that the embedded server runs as. */
export interface ServerAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Whether it is another user than ours: then files must be given to it. */
  readonly foreign: boolean;
}

/** PostgreSQL refuses to run as root; these exist on Debian, the first one that does is taken. */
const UNPRIVILEGED_USERS = ['postgres', 'nobody'];

/**
 * The user to run the server as: ourselves, or, as root, an unprivileged system user. Null when root
 * finds none.
 */
export function serverAccount(passwd = '/etc/passwd'): ServerAccount | null {
  const uid = process.geteuid?.() ?? -1;
  const gid = process.getegid?.() ?? -1;
  if (uid !== 0) return { name: `uid ${uid}`, uid, gid, foreign: false };
  const lines = readFileSync(passwd, 'utf8').split('\n');
  for (const name of UNPRIVILEGED_USERS) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields === undefined) continue;
    return { name, uid: Number(fields[2]), gid: Number(fields[3]), foreign: true };
  }
  return null;
}

/** Whether every directory above `path` lets the account through. */
export function canReach(account: ServerAccount, path: string): boolean {
  if (!account.foreign) return true;
  for (let at = dirname(path); ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
