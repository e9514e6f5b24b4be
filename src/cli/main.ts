import { CommanderError } from 'commander';
import { packageVersion } from '../app/version.ts';
import { lazyApp } from './app.ts';
import type { ExitCodeHolder } from './command-frame.ts';
import type { App } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { expectedFailure } from './failures.ts';
import type { CliIo } from './io.ts';
import { Output } from './output.ts';
import { buildProgram } from './program.ts';

/** What the person wanted of the output, also when the command line could not be read. */
const outputOf = (argv: readonly string[], io: CliIo): Output => {
  const end = argv.indexOf('--');
  const options = end < 0 ? argv : argv.slice(0, end);
  return new Output(io, {
    json: options.includes('--json'),
    color: !options.includes('--no-color'),
  });
};

/**
 * Runs one command line (without the names of node and script) and returns its exit code. Writes
 * only through `io` and throws nothing.
 */
export async function main(
  argv: readonly string[],
  io: CliIo,
  app: App = lazyApp(packageVersion()),
): Promise<number> {
  const holder: ExitCodeHolder = { exitCode: EXIT.ok };
  const output = outputOf(argv, io);
  let shown = '';
  const show = (text: string) => {
    shown += text;
  };
  try {
    await buildProgram({ io, app }, holder, show).parseAsync(argv, { from: 'user' });
    return holder.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version end by a throw as well.
      if (error.exitCode === 0) {
        output.shown(error.code === 'commander.version' ? 'version' : 'help', shown);
        return EXIT.ok;
      }
      const noCommand = error.code === 'commander.help';
      return output.usageRefused(
        noCommand ? 'no command was given' : error.message.replace(/^error: /, ''),
      );
    }
    const failure = expectedFailure(error);
    return failure === null ? output.bug(error) : output.failure(failure);
  }
}
