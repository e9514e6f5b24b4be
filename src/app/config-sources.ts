import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { ConfigIssue, PathSetting, Setting } from '../core/config/index.ts';
import { ok, type Result } from '../core/index.ts';
import { readConfigFile } from './config-file.ts';

/** Where settings come from: flags over environment over file over defaults. */
export interface ConfigSources {
  /** File named on the command line; null looks at `BOT4_CONFIG`, then at `<dataDir>/bot4.json`. */
  readonly file: string | null;
  /** Settings given on the command line, strongest of all. */
  readonly flags: readonly PathSetting[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Directory that relative paths of the command line and environment start from. */
  readonly workingDirectory: string;
  readonly homeDirectory: string;
}

/** Resolves a path as people write it: `~/` is the home directory. */
export const pathFrom = (path: string, base: string, home: string): string => {
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1));
  return resolve(base, path);
};

/** `$XDG_STATE_HOME/bot4` where that variable holds an absolute path, else `~/.bot4`. */
export function defaultDataDir({ environment, homeDirectory }: ConfigSources): string {
  const state = environment['XDG_STATE_HOME'];
  return state !== undefined && isAbsolute(state)
    ? join(state, 'bot4')
    : join(homeDirectory, '.bot4');
}

/** The data directory as command line or environment give it; null when neither does. */
export function givenDataDir(sources: ConfigSources): string | null {
  const flag = sources.flags.findLast((setting) => setting.path === 'dataDir')?.setting.content;
  const fromFlag = flag?.kind === 'text' ? flag.text : null;
  const given = fromFlag ?? (sources.environment['BOT4_DATA'] || null);
  return given === null ? null : pathFrom(given, sources.workingDirectory, sources.homeDirectory);
}

/** A configuration file that was read: its absolute path and what it holds. */
export interface FileLayer {
  readonly path: string;
  readonly setting: Setting;
}

/**
 * Reads the configuration file: the one named by the command line, by `BOT4_CONFIG`, or
 * `<dataDir>/bot4.json` where that exists; null when there is none.
 */
export function readFileLayer(
  sources: ConfigSources,
): Result<FileLayer | null, readonly ConfigIssue[]> {
  const named = sources.file ?? (sources.environment['BOT4_CONFIG'] || null);
  const path =
    named === null
      ? join(givenDataDir(sources) ?? defaultDataDir(sources), 'bot4.json')
      : pathFrom(named, sources.workingDirectory, sources.homeDirectory);
  const read = readConfigFile(path, named !== null);
  if (!read.ok) return read;
  return ok(read.value === null ? null : { path, setting: read.value });
}

/**
 * Finds the data directory without asking for a sound configuration, so that a command which takes
 * risk away reaches a running service even when the file was broken since it started.
 */
export function locateDataDir(sources: ConfigSources): string {
  const given = givenDataDir(sources);
  if (given !== null) return given;
  const file = readFileLayer(sources);
  const content = file.ok ? file.value?.setting.content : undefined;
  const member = content?.kind === 'object' ? content.members.get('dataDir')?.content : undefined;
  if (file.ok && file.value !== null && member?.kind === 'scalar') {
    const { value } = member;
    if (typeof value === 'string' && value !== '') {
      return pathFrom(value, dirname(file.value.path), sources.homeDirectory);
    }
  }
  return defaultDataDir(sources);
}
