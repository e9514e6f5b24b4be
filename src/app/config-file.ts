import { readFileSync, statSync } from 'node:fs';
import {
  type ConfigIssue,
  decodeConfigText,
  MAX_CONFIG_BYTES,
  readJson,
  type Setting,
  settingFromJson,
} from '../core/config/index.ts';
import { err, ok, type Result } from '../core/index.ts';

const issueOf = (origin: string, problem: string): ConfigIssue => ({
  path: '',
  origin,
  problem,
  allowed: null,
  suggestion: null,
});

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
  ENOTDIR: 'a part of its path is not a directory',
  ELOOP: 'its path is a circle of symbolic links',
  ENAMETOOLONG: 'its path is too long',
};

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/**
 * Reads a configuration file.
 *
 * Errors:  issues, each with the file's name and where possible line and column; `null` as value
 *          when the file does not exist and does not have to.
 */
export function readConfigFile(
  path: string,
  mustExist: boolean,
): Result<Setting | null, readonly ConfigIssue[]> {
  let bytes: Uint8Array;
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return err([issueOf(path, 'it is a directory, not a file')]);
    if (!stat.isFile()) return err([issueOf(path, 'it is not a regular file')]);
    if (stat.size > MAX_CONFIG_BYTES) {
      return err([
        issueOf(path, `it has ${stat.size} bytes; at most ${MAX_CONFIG_BYTES} are read`),
      ]);
    }
    bytes = readFileSync(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    if (code === 'ENOENT' && !mustExist) return ok(null);
    return err([issueOf(path, SYSTEM_ERRORS[code] ?? `it cannot be read: ${code}`)]);
  }
  const text = decodeConfigText(bytes);
  if (!text.ok) return err([issueOf(path, text.error)]);
  const json = readJson(text.value);
  if (!json.ok) {
    return err(
      json.error.map(({ line, column, message }) => issueOf(`${path}:${line}:${column}`, message)),
    );
  }
  return ok(settingFromJson(json.value, path));
}
