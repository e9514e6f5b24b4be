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
