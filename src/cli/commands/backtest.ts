import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type ExitCodeHolder, setAction } from '../command-frame.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { configSources } from '../global-options.ts';
import { absolutePaths } from '../option-values.ts';
import { backtestLines } from '../render/backtest-lines.ts';
import { StopWatch } from '../stop.ts';

interface BacktestFlags {
  readonly data: readonly string[];
  readonly events?: string;
}

const eventsPath = (path: string, workingDirectory: string): string =>
  `${resolve(workingDirectory, path)}${path.endsWith('/') ? '/' : ''}`;

const EXAMPLES = `
A capture has one message a line: the receive time in ns since the epoch, a space, the raw JSON of
the venue. Files may be gzip; several are merged by receive time. Equal input gives an equal state
hash, on every kernel target.

Examples:
  bot4 backtest --data usdm_btcusdt.ws.gz
  bot4 backtest --data spot_btcusdt.ws.gz spot_ethusdt.ws.gz --json
  bot4 backtest --data usdm_btcusdt.ws.gz --events run.jsonl    for bot4 explain-diff
  BOT4_TARGET=sse2 bot4 backtest --data usdm_btcusdt.ws.gz`;

/** Adds `bot4 backtest`. */
export function addBacktest(program: Command, context: CliContext, holder: ExitCodeHolder): void {
  const command = program
    .command('backtest')
    .summary('replay recorded market data')
    .description('Replays recorded venue messages through the engine, risk and execution.')
    .requiredOption('--data <files...>', 'captures to replay')
    .option('--events <path>', 'write every event to a file, or to events.jsonl in a directory')
    .addHelpText('after', EXAMPLES);
  setAction<BacktestFlags>(command, context, holder, async (flags, { global, output }) => {
    const { data, events } = flags;
    const { io, app } = context;
    const loaded = await app.loadConfig(configSources(io, global, []));
    if (!loaded.ok) return output.configurationRefused(loaded.error);
    const stop = new StopWatch(io, 'Stopping.');
    try {
      const report = await app.runBacktest({
        files: absolutePaths(data, io.workingDirectory),
        // A slash at the end says directory, which resolving would take away.
        events: events === undefined ? null : eventsPath(events, io.workingDirectory),
        config: loaded.value.config,
        onLine: output.progress,
        signal: stop.signal,
      });
      output.result(report, backtestLines(report, output.style));
      return stop.received === null ? EXIT.ok : EXIT.interrupted;
    } finally {
      stop.close();
    }
  });
}
