import { createHash } from 'node:crypto';
import { chmodSync, existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { canReach, type ServerAccount } from './server-account.ts';
import { SOCKET_NAME } from './server-settings.ts';

/** Longest path of a Unix socket, bytes, without the final NUL (`sun_path`). */
const MAX_SOCKET_PATH = 107;

/** Where the files of an embedded server are. */
export interface ServerPlace {
  /** Cluster, library links and log. */
  readonly directory: string;
  /** The private directory of its socket. */
  readonly socketDirectory: string;
}

/**
 * The place for the server of a data directory: below it where the server's user gets through, else
 * below /var/lib. A socket path that would be too long goes below the directory for temporary files.
 */
export function serverPlace(dataDir: string, account: ServerAccount | null): ServerPlace {
  const hash = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12);
  const directory = directoryFor(dataDir, account, hash);
  const inside = join(directory, 'run');
  const fits = Buffer.byteLength(join(inside, SOCKET_NAME)) <= MAX_SOCKET_PATH;
  return { directory, socketDirectory: fits ? inside : join(tmpdir(), `bot4-${hash}`) };
}

function directoryFor(dataDir: string, account: ServerAccount | null, hash: string): string {
  const inside = join(resolve(dataDir), 'postgres');
  if (account === null || !existsSync(dataDir)) return inside;
  if (canReach(account, inside)) return inside;
  // Passing through our own directory can be allowed without letting anybody list or read it.
  const { uid, mode } = statSync(dataDir);
  if (uid === process.geteuid?.() && canReach(account, resolve(dataDir))) {
    chmodSync(dataDir, mode | 0o011);
    return inside;
  }
  return join('/var/lib', `bot4-${hash}`);
}
