import type { Command } from 'commander';
import type { RunSummary } from '../../app/contracts.ts';
import type { PathSetting } from '../../core/config/index.ts';
import { type ExitCodeHolder, setAction } from '../command-frame.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { configSources, flagSetting } from '../global-options.ts';
import type { StopSignal } from '../io.ts';
import { durationValue, wholeNumberValue } from '../option-values.ts';
import { runLines } from '../render/run-lines.ts';
import { StopWatch } from '../stop.ts';

interface RunFlags {
  readonly duration?: number;
  readonly port?: number;
  readonly dashboard: boolean;
  readonly seed?: number;
}

const EXAMPLES = `
Examples:
  bot4 run                              until Ctrl-C, page at http://127.0.0.1:8080
  bot4 run --duration 5m --no-dashboard
  bot4 run --data-dir /srv/bot4 --port 9090

Ctrl-C cancels the own orders and stops; a second Ctrl-C stops at once.`;

const settingsOf = (flags: RunFlags): readonly PathSetting[] => [
  ...(flags.port === undefined
    ? []
    : [flagSetting('--port', 'dashboard.port', String(flags.port))]),
  ...(flags.dashboard ? [] : [flagSetting('--no-dashboard', 'dashboard.enabled', 'false')]),
  ...(flags.seed === undefined
    ? []
    : [flagSetting('--seed', 'simulator.seed', String(flags.seed))]),
];

/** SIGTERM is how a service manager ends a service: a clean stop by it is no interruption. */
const exitCodeOf = (summary: RunSummary, received: StopSignal | null): number => {
  if (summary.stoppedBy === 'fault') return EXIT.error;
  return summary.stoppedBy === 'signal' && received === 'SIGINT' ? EXIT.interrupted : EXIT.ok;
};

/** Adds `bot4 run`. */
export function addRun(program: Command, context: CliContext, holder: ExitCodeHolder): void {
  const command = program
    .command('run')
    .summary('paper-trade on the simulated venue')
    .description('Paper-trades on the simulated venue until it is stopped.')
    .option('--duration <time>', 'stop by itself after a time: 30s, 5m, 2h', durationValue)
    .option('--port <n>', 'TCP port of the page, 0 for any free one', wholeNumberValue(0, 65_535))
    .option('--no-dashboard', 'serve no page and no metrics')
    .option('--seed <n>', 'seed of the generated market', wholeNumberValue(0, 4_294_967_295))
    .addHelpText('after', EXAMPLES);
  setAction<RunFlags>(command, context, holder, async (flags, { global, output }) => {
    const { io, app } = context;
    const loaded = await app.loadConfig(configSources(io, global, settingsOf(flags)));
    if (!loaded.ok) return output.configurationRefused(loaded.error);
    const stop = new StopWatch(io, 'Stopping: cancelling own orders. Once more stops at once.');
    try {
      const summary = await app.runPaper(loaded.value.config, {
        durationMs: flags.duration ?? null,
        onLine: output.progress,
        signal: stop.signal,
      });
      output.result(summary, runLines(summary, output.style));
      return exitCodeOf(summary, stop.received);
    } finally {
      stop.close();
    }
  });
}
