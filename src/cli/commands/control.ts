import { type Command, Option } from 'commander';
import { RESTORABLE_CAUSES } from '../../app/contracts.ts';
import { type CommandAction, type ExitCodeHolder, setAction } from '../command-frame.ts';
import type { CliContext, ModeCommand } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { configSources } from '../global-options.ts';
import { durationValue, textValue } from '../option-values.ts';
import { modeChangeLines, statusLines } from '../render/status-lines.ts';

const DEFAULT_TIMEOUT_MS = 5000;
const LONGEST_REASON = 200;

interface ControlFlags {
  readonly timeout: number;
  readonly reason?: string;
}

interface RestoreFlags extends Pick<ControlFlags, 'timeout'> {
  readonly cancel?: boolean;
  readonly cause?: string;
}

const addTimeout = (command: Command): Command =>
  command.option(
    '--timeout <time>',
    'longest wait for the answer (default: 5s)',
    durationValue,
    // Shown by the text above: commander would print it in ms.
  );

const timeoutOf = (flags: Partial<ControlFlags>): number => flags.timeout ?? DEFAULT_TIMEOUT_MS;

const changeMode =
  <Flags extends Pick<ControlFlags, 'timeout'>>(
    commandOf: (flags: Flags) => { readonly kind: ModeCommand; readonly reason: string | null },
  ): CommandAction<Flags> =>
  async (flags, { context, global, output }) => {
    const { io, app } = context;
    const dataDir = await app.locateDataDir(configSources(io, global, []));
    const command = commandOf(flags);
    const report = await app.askModeChange(dataDir, command, timeoutOf(flags));
    output.result(report, modeChangeLines(report, output.style));
    return EXIT.ok;
  };

/** Adds `bot4 status`. */
export function addStatus(program: Command, context: CliContext, holder: ExitCodeHolder): void {
  const command = addTimeout(
    program
      .command('status')
      .summary('show how the running service is')
      .description('Shows mode, positions, profit and loss of the running service.'),
  );
  setAction<ControlFlags>(command, context, holder, async (flags, { global, output }) => {
    const dataDir = await context.app.locateDataDir(configSources(context.io, global, []));
    const report = await context.app.askStatus(dataDir, timeoutOf(flags));
    output.result(report, statusLines(report, output.style));
    return EXIT.ok;
  });
}

const DERISKING: readonly (readonly [kind: ModeCommand, summary: string, description: string])[] = [
  [
    'pause',
    'open no new exposure',
    'Opens nothing: withdraws the orders that could open exposure and keeps those that only reduce it. Takes effect at once.',
  ],
  [
    'reduce',
    'shrink positions in stages',
    'Shrinks all positions in stages and opens nothing. Takes effect at once.',
  ],
  [
    'emergency',
    'cancel everything and flatten',
    'Cancels every order, then flattens every position within price collars. Takes effect at once and does not ask back.',
  ],
];

/** Adds `bot4 pause`, `reduce` and `emergency`: at once, and lifted only by `restore`. */
export function addDerisking(program: Command, context: CliContext, holder: ExitCodeHolder): void {
  for (const [kind, summary, description] of DERISKING) {
    const command = addTimeout(
      program
        .command(kind)
        .summary(summary)
        .description(`${description} Lifted only by "bot4 restore".`)
        .option('--reason <text>', 'why, for the audit', textValue(LONGEST_REASON)),
    );
    setAction(
      command,
      context,
      holder,
      changeMode<ControlFlags>(({ reason = null }) => ({ kind, reason })),
    );
  }
}

/** Adds `bot4 restore`. */
export function addRestore(program: Command, context: CliContext, holder: ExitCodeHolder): void {
  const command = addTimeout(
    program
      .command('restore')
      .summary('ask for trading again, time-locked')
      .description(
        'Asks to lift pause, reduce or emergency. It takes effect after a time lock of at least 24 h, when every check is green then.',
      )
      .option('--cancel', 'withdraw a restore that is waiting')
      .addOption(
        new Option('--cause <id>', 'only this cause, not all that need it').choices(
          RESTORABLE_CAUSES,
        ),
      ),
  );
  setAction(
    command,
    context,
    holder,
    changeMode<RestoreFlags>(({ cancel, cause = null }) => ({
      kind: cancel === true ? 'cancel-restore' : 'restore',
      // The wire has one text beside the kind: for these two it is the id of the cause, not a reason.
      reason: cause,
    })),
  );
}
