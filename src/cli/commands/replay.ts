import type { Command } from 'commander';
import { type ExitCodeHolder, setAction } from '../command-frame.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { configSources } from '../global-options.ts';
import { textValue, wholeNumberValue } from '../option-values.ts';
import { replayLines, rerunLines } from '../render/replay-lines.ts';
import { StopWatch } from '../stop.ts';

const LONGEST_MOMENT = 40;

interface ReplayFlags {
  readonly until?: string;
  readonly verify?: boolean;
  readonly rerun?: boolean;
  readonly run?: number;
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

Exits with 1 when a checkpoint or the rerun differs, or the journal is damaged.`;

/** Adds `bot4 replay`. */
export function addReplay(program: Command, context: CliContext, holder: ExitCodeHolder): void {
  const command = program
    .command('replay')
    .summary('rebuild a past state from the journal')
    .description('Rebuilds the state of any past moment from the journal. Reads only.')
    .option('--until <moment>', 'entry or time (default: the end)', textValue(LONGEST_MOMENT))
    .option('--verify', 'recompute every checkpoint and compare the state hashes')
    .option('--rerun', 'drive a recorded run again and compare its events')
    .option('--run <n>', 'with --rerun: the run (default: the latest)', wholeNumberValue(1, 1e12))
    .addHelpText('after', EXAMPLES);
  setAction<ReplayFlags>(command, context, holder, async (flags, { global, output }) => {
    const { io, app } = context;
    const rerun = flags.rerun === true;
    if (rerun && (flags.until !== undefined || flags.verify === true)) {
      output.progress('error: --rerun goes with neither --until nor --verify');
      return output.usageRefused('--rerun goes with neither --until nor --verify');
    }
    if (!rerun && flags.run !== undefined) {
      output.progress('error: --run goes with --rerun');
      return output.usageRefused('--run goes with --rerun');
    }
    const loaded = await app.loadConfig(configSources(io, global, []));
    if (!loaded.ok) return output.configurationRefused(loaded.error);
    const { config } = loaded.value;
    const stop = new StopWatch(io, 'Stopping.');
    const common = { config, onLine: output.progress, signal: stop.signal };
    try {
      if (rerun) {
        const report = await app.runRerun({ ...common, runEpoch: flags.run ?? null });
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
