import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { type GlobalOptions, globalOptions } from './global-options.ts';
import { Output } from './output.ts';

/** What a command does once its command line is read: returns the exit code. */
export type CommandAction<Options> = (
  options: Options,
  frame: {
    readonly context: CliContext;
    readonly global: GlobalOptions;
    readonly output: Output;
  },
) => Promise<number>;

/** Where the exit code of the command that ran is left. */
export interface ExitCodeHolder {
  exitCode: number;
}

/** Ties a command to what it does. */
export function setAction<Options extends object>(
  command: Command,
  context: CliContext,
  holder: ExitCodeHolder,
  action: CommandAction<Options>,
): Command {
  return command.action(async () => {
    const global = globalOptions(command);
    const output = new Output(context.io, global);
    holder.exitCode = await action(command.opts<Options>(), { context, global, output });
  });
}
