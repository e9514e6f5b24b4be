import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Longest path of a Unix socket on Linux, bytes (`sun_path` holds 108 with the final NUL). */
export const MAX_SOCKET_PATH_BYTES = 107;

/** Where the control socket of a data directory lives. */
export interface ControlSocketPath {
  /** Private directory (mode 0700) that holds nothing but the socket. */
  readonly directory: string;
  readonly socket: string;
}

/**
 * The control socket of a data directory: `<dataDir>/control/control.sock`; where that is longer
 * than a socket path may be, `/tmp/bot4-<uid>/<hash of dataDir>.sock`. Both sides derive it from
 * the same two values, never from their environment.
 */
export function controlSocketPath(dataDir: string, userId: number): ControlSocketPath {
  const directory = join(dataDir, 'control');
  const socket = join(directory, 'control.sock');
  if (Buffer.byteLength(socket) <= MAX_SOCKET_PATH_BYTES) return { directory, socket };
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const shared = join('/tmp', `bot4-${userId}`);
  return { directory: shared, socket: join(shared, `${hash}.sock`) };
}
