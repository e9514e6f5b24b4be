import { Command } from 'commander';
import type { ExitCodeHolder } from './command-frame.ts';
import { addBacktest } from './commands/backtest.ts';
import { addBench } from './commands/bench.ts';
import { addCalibrate } from './commands/calibrate.ts';
import { addAudit, addDoctor } from './commands/checks.ts';
import { addDerisking, addRestore, addStatus } from './commands/control.ts';
import { addExplainDiff } from './commands/explain-diff.ts';
import { addQuant } from './commands/quant.ts';
import { addReplay } from './commands/replay.ts';
import { addRun } from './commands/run.ts';
import type { CliContext } from './context.ts';
import { EXIT_MEANINGS } from './exit-codes.ts';
import { textValue } from './option-values.ts';

const LONGEST_PATH = 4096;
const MAX_HELP_COLUMNS = 100;

const exitCodes = EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padEnd(5)}${meaning}`);

const AFTER_HELP = `
Examples:
  bot4 run --duration 30s     paper-trade for half a minute
  bot4 status                 how is the running service?
  bot4 pause                  open nothing new, at once

Settings come from options, then BOT4_… variables, then the configuration file, then defaults;
docs/configuration.md lists them. Data goes to stdout, everything else to stderr. NO_COLOR is
respected.

Exit codes:
${exitCodes.join('\n')}`;

/**
 * Makes the command line; the exit code of the command that ran is left in `holder`, and the help or
 * the version that was asked for goes to `show`.
 */
export function buildProgram(
  context: CliContext,
  holder: ExitCodeHolder,
  show: (text: string) => void,
): Command {
  const { io, app } = context;
  const columns = Math.min(MAX_HELP_COLUMNS, io.stdout.columns ?? MAX_HELP_COLUMNS);
  const program = new Command('bot4')
    .description(
      'Self-hosted autonomous crypto trading service. This version trades on paper only.',
    )
    .version(app.version(), '-V, --version', 'print the version')
    .option('--json', 'print one JSON document on stdout')
    .option('--data-dir <dir>', 'directory of all state', textValue(LONGEST_PATH))
    .option('--config <file>', 'configuration file', textValue(LONGEST_PATH))
    .option('--no-color', 'write no colours')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: show,
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => columns,
      getErrHelpWidth: () => columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('Try "bot4 --help".')
    .addHelpText('after', AFTER_HELP);
  addRun(program, context, holder);
  addBacktest(program, context, holder);
  addReplay(program, context, holder);
  addExplainDiff(program, context, holder);
  addCalibrate(program, context, holder);
  addStatus(program, context, holder);
  addDerisking(program, context, holder);
  addRestore(program, context, holder);
  addAudit(program, context, holder);
  addBench(program, context, holder);
  addQuant(program, context, holder);
  addDoctor(program, context, holder);
  return program;
}
