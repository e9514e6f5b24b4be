import { chmodSync, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { err, ok, type Result } from '../../core/index.ts';

/**
 * Makes sure that a directory exists which only this user may enter (mode 0700). Its parent must
 * exist.
 *
 * Errors:  in words: not to be made, not a directory (a symbolic link is none), another owner.
 */
export function ensurePrivateDirectory(path: string, userId: number): Result<null, string> {
  try {
    if (!existsSync(path)) mkdirSync(path, { mode: 0o700 });
    const stat = lstatSync(path);
    if (!stat.isDirectory()) return err(`${path} is not a directory`);
    if (stat.uid !== userId) return err(`${path} belongs to user ${stat.uid}, not to ${userId}`);
    if ((stat.mode & 0o777) !== 0o700) chmodSync(path, 0o700);
    return ok(null);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return err(error.message);
    throw error;
  }
}

/** Why a socket is not to be spoken to. */
export interface UntrustedSocket {
  readonly kind: 'absent' | 'untrusted';
  /** For `untrusted`: what is wrong, and with which file. */
  readonly message: string;
}

const untrusted = (message: string): Result<null, UntrustedSocket> =>
  err({ kind: 'untrusted', message });

const ownerOf = (path: string, uid: number, userId: number): Result<null, UntrustedSocket> =>
  uid === userId ? ok(null) : untrusted(`${path} belongs to user ${uid}, not to ${userId}`);

/**
 * Tells whether only this user can have put a socket where it is: a real directory that nobody else
 * may enter, and a socket in it, both the user's own. Without it anybody could wait under a name in
 * /tmp for commands that were meant for somebody else's service.
 *
 * Errors:  `absent` when directory or socket are not there, `untrusted` in words.
 */
export function checkPrivateSocket(
  directory: string,
  socket: string,
  userId: number,
): Result<null, UntrustedSocket> {
  try {
    const around = lstatSync(directory);
    if (!around.isDirectory()) return untrusted(`${directory} is not a directory`);
    const owned = ownerOf(directory, around.uid, userId);
    if (!owned.ok) return owned;
    if ((around.mode & 0o077) !== 0) {
      const mode = (around.mode & 0o777).toString(8).padStart(4, '0');
      return untrusted(`${directory} is open to other users (mode ${mode}, not 0700)`);
    }
    const stat = lstatSync(socket);
    if (!stat.isSocket()) return untrusted(`${socket} is not a socket`);
    return ownerOf(socket, stat.uid, userId);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const absent = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    return err({ kind: absent ? 'absent' : 'untrusted', message: error.message });
  }
}
