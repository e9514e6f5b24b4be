import type { Command } from 'commander';
import { type ExitCodeHolder, setAction } from '../command-frame.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { configSources } from '../global-options.ts';
import { absolutePaths, durationValue, wholeNumberValue } from '../option-values.ts';
import { benchLines } from '../render/bench-lines.ts';
import { StopWatch } from '../stop.ts';

interface BenchFlags {
  readonly data?: string[];
  readonly rate: number;
  readonly duration: number;
}

const EXAMPLES = `
Latency counts from the intended arrival of each message (open loop), so a stall shows in every
message that waited for it.

Examples:
  bot4 bench
  bot4 bench --data usdm_btcusdt.ws.gz --rate 20000 --duration 30s --json`;

/** Adds `bot4 bench`. */
export function addBench(program: Command, context: CliContext, holder: ExitCodeHolder): void {
  const command = program
    .command('bench')
    .summary('measure message bytes to intent on this machine')
    .description('Measures the path from message bytes to intent on this machine.')
    .option('--data <files...>', 'captures to feed; without it the generated market')
    .option('--rate <n>', 'offered load, messages/s', wholeNumberValue(1, 10_000_000), 20_000)
    .option('--duration <time>', 'time of the open-loop part', durationValue, 10_000)
    .addHelpText('after', EXAMPLES);
  setAction<BenchFlags>(command, context, holder, async (flags, { global, output }) => {
    const loaded = await context.app.loadConfig(configSources(context.io, global, []));
    if (!loaded.ok) return output.configurationRefused(loaded.error);
    const stop = new StopWatch(context.io, 'Stopping.');
    try {
      const report = await context.app.runBench({
        files: absolutePaths(flags.data ?? [], context.io.workingDirectory),
        config: loaded.value.config,
        messagesPerSecond: flags.rate,
        durationMs: flags.duration,
        onLine: output.progress,
        signal: stop.signal,
      });
      output.result(report, benchLines(report, output.style));
      return stop.received === null ? EXIT.ok : EXIT.interrupted;
    } finally {
      stop.close();
    }
  });
}
