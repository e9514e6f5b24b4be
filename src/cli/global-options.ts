import type { Command } from 'commander';
import type { ConfigSources } from '../app/config.ts';
import type { PathSetting, Setting } from '../core/config/index.ts';
import type { CliIo } from './io.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly json: boolean;
  readonly color: boolean;
  readonly dataDir: string | null;
  readonly config: string | null;
}

/** Reads the options that every command takes from a parsed command. */
export function globalOptions(command: Command): GlobalOptions {
  const given = command.optsWithGlobals<{
    json?: boolean;
    color?: boolean;
    dataDir?: string;
    config?: string;
  }>();
  return {
    json: given.json ?? false,
    color: given.color ?? true,
    dataDir: given.dataDir ?? null,
    config: given.config ?? null,
  };
}

/** A setting that an option gives: its value is read like an environment variable's. */
export function flagSetting(option: string, path: string, text: string): PathSetting {
  const setting: Setting = { origin: `option ${option}`, content: { kind: 'text', text } };
  return { path, setting };
}

/** Where the configuration of this call comes from. */
export function configSources(
  io: CliIo,
  options: GlobalOptions,
  flags: readonly PathSetting[],
): ConfigSources {
  const dataDir =
    options.dataDir === null ? [] : [flagSetting('--data-dir', 'dataDir', options.dataDir)];
  return {
    file: options.config,
    flags: [...dataDir, ...flags],
    environment: io.environment,
    workingDirectory: io.workingDirectory,
    homeDirectory: io.homeDirectory,
  };
}
