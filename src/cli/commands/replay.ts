import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type ExitCodeHolder, setAction } from '../command-frame.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { configSources } from '../global-options.ts';
import { textValue, wholeNumberValue } from '../option-values.ts';
import { captureLines, replayLines, rerunLines } from '../render/replay-lines.ts';
import { StopWatch } from '../stop.ts';

const LONGEST_MOMENT = 40;

interface ReplayFlags {
  readonly until?: string;
  readonly verify?: boolean;
  readonly rerun?: boolean;
  readonly run?: number;
  readonly capture?: string;
}

const EXAMPLES = `
A moment is the number of a journal entry, ns since the epoch, or ISO 8601 (UTC unless it says
otherwise): the state as it was known then. Nothing is locked or changed, so a service may be running
on the directory. The configuration has to be the one that the service runs with.

--rerun drives the trading core with the recorded inputs of a run (recording.enabled) and compares
every event that it writes with the journal.

Examples:
  bot4 replay                                     the state at the end
  bot4 replay --until 2026-01-02T03:04:05.678Z
  bot4 replay --until 1200 --json
  bot4 replay --verify                            recompute every checkpoint
  bot4 replay --rerun --run 3                     drive run 3 again
  bot4 replay --capture market                    its market as captures, for a backtest

Exits with 1 when a checkpoint or the rerun differs, or the journal is damaged.`;

/** Says which options do not go together; null when they do. */
function contradictionIn(flags: ReplayFlags): string | null {
  const { rerun = false, capture, run, until, verify = false } = flags;
  const ofState = until !== undefined || verify;
  if (rerun && capture !== undefined) return '--rerun does not go with --capture';
  if (rerun && ofState) return '--rerun goes with neither --until nor --verify';
  if (capture !== undefined && ofState) return '--capture goes with neither --until nor --verify';
  const recorded = rerun || capture !== undefined;
  return run !== undefined && !recorded ? '--run goes with --rerun or --capture' : null;
}

/** Adds `bot4 replay`. */
export function addReplay(program: Command, context: CliContext, holder: ExitCodeHolder): void {
  const command = program
    .command('replay')
    .summary('rebuild a past state from the journal')
    .description('Rebuilds the state of any past moment from the journal. Reads only.')
    .option('--until <moment>', 'entry or time (default: the end)', textValue(LONGEST_MOMENT))
    .option('--verify', 'recompute every checkpoint and compare the state hashes')
    .option('--rerun', 'drive a recorded run again and compare its events')
    .option('--capture <dir>', "write a recorded run's market as captures for bot4 backtest")
    .option('--run <n>', 'recorded run (default: the latest)', wholeNumberValue(1, 1e12))
    .addHelpText('after', EXAMPLES);
  setAction<ReplayFlags>(command, context, holder, async (flags, { global, output }) => {
    const { io, app } = context;
    const refusal = contradictionIn(flags);
    if (refusal !== null) {
      output.progress(`error: ${refusal}`);
      return output.usageRefused(refusal);
    }
    const loaded = await app.loadConfig(configSources(io, global, []));
    if (!loaded.ok) return output.configurationRefused(loaded.error);
    const { config } = loaded.value;
    const stop = new StopWatch(io, 'Stopping.');
    const common = { config, onLine: output.progress, signal: stop.signal };
    try {
      const runEpoch = flags.run ?? null;
      if (flags.capture !== undefined) {
        const directory = resolve(io.workingDirectory, flags.capture);
        const report = await app.exportCaptures({ ...common, runEpoch, directory });
        output.result(report, captureLines(report));
        return EXIT.ok;
      }
      if (flags.rerun === true) {
        const report = await app.runRerun({ ...common, runEpoch });
        output.result(report, rerunLines(report, output.style));
        return report.equal ? EXIT.ok : EXIT.error;
      }
      const { until = null, verify = false } = flags;
      const report = await app.runReplay({ ...common, until, verify });
      output.result(report, replayLines(report, output.style));
      return report.verification?.equal === false ? EXIT.error : EXIT.ok;
    } finally {
      stop.close();
    }
  });
}
