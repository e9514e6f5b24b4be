import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { BENCH_PARTS, type BenchPart, type BenchReport } from '../../app/contracts.ts';
import { type ExitCodeHolder, setAction } from '../command-frame.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { configSources } from '../global-options.ts';
import { absolutePaths, durationValue, textValue, wholeNumberValue } from '../option-values.ts';
import { benchLines } from '../render/bench-lines.ts';
import { StopWatch } from '../stop.ts';

interface BenchFlags {
  readonly data?: string[];
  readonly rate: number;
  readonly duration: number;
  readonly only?: BenchPart[];
  readonly quick?: boolean;
  readonly recordings?: string;
  readonly compare?: string;
  readonly saveBaseline?: string;
  readonly save?: boolean;
}

const LONGEST_PATH = 4096;

const EXAMPLES = `
Ratios come from rounds that alternate with the peer on the same input; the lower 5 % of them must
reach the goal. Latency counts from the intended arrival of each message (open loop), so a stall
shows in every message that waited for it. A ratio that fell below the baseline by more than its
noise or was not measured, or two results that differ, end the command with exit code 1.

Parts: doorbell (the path through Node), path (the path in C++, by stage), peers (ratios),
targets (every instruction set), caches (hit rates), backtest.

Examples:
  bot4 bench
  bot4 bench --only doorbell --data usdm_btcusdt.ws.gz --rate 20000 --duration 30s --json
  bot4 bench --quick --only peers --compare bench/baseline.json`;

const partValue = (text: string, before: BenchPart[] | undefined): BenchPart[] => {
  const part = BENCH_PARTS.find((each) => each === text);
  if (part === undefined) throw new InvalidArgumentError(`Allowed: ${BENCH_PARTS.join(', ')}.`);
  return [...(before ?? []), part];
};

/** Failed when results differed, or a ratio fell below the baseline. */
const exitCodeFor = ({ faults, comparison }: BenchReport): number =>
  faults.length > 0 || (comparison !== null && comparison.fallen.length > 0) ? EXIT.error : EXIT.ok;

/** Adds `bot4 bench`. */
export function addBench(program: Command, context: CliContext, holder: ExitCodeHolder): void {
  const path = textValue(LONGEST_PATH);
  const command = program
    .command('bench')
    .summary('measure this machine: the path, its stages, peers and goals')
    .description('Measures the path from message bytes to intent, its stages and its peers.')
    .option('--data <files...>', 'captures to feed; without it a recorded one or generated')
    .option(
      '--rate <n>',
      'doorbell: offered load, messages/s',
      wholeNumberValue(1, 10_000_000),
      20_000,
    )
    .option('--duration <time>', 'doorbell: time of the open loop', durationValue, 10_000)
    .option('--only <part...>', `measure only: ${BENCH_PARTS.join(', ')}`, partValue)
    .option('--quick', 'fewer rounds: a minute or so, for a check; most goals ask for more')
    .option('--recordings <dir>', 'recorded market data for the workloads', path)
    .option('--compare <file>', 'fail on a ratio that fell below this baseline', path)
    .option('--save-baseline <file>', 'write the ratios as a baseline', path)
    .option('--save', 'keep the manifest as that of this build, for the dashboard')
    .addHelpText('after', EXAMPLES);
  setAction<BenchFlags>(command, context, holder, async (flags, { global, output }) => {
    const loaded = await context.app.loadConfig(configSources(context.io, global, []));
    if (!loaded.ok) return output.configurationRefused(loaded.error);
    const { workingDirectory } = context.io;
    const absolute = (file: string | undefined): string | null =>
      file === undefined ? null : resolve(workingDirectory, file);
    const stop = new StopWatch(context.io, 'Stopping.');
    try {
      const report = await context.app.runBench({
        files: absolutePaths(flags.data ?? [], workingDirectory),
        config: loaded.value.config,
        messagesPerSecond: flags.rate,
        durationMs: flags.duration,
        parts: flags.only ?? [],
        quick: flags.quick ?? false,
        recordings: absolute(flags.recordings),
        baseline: absolute(flags.compare),
        saveBaseline: absolute(flags.saveBaseline),
        save: flags.save ?? false,
        onLine: output.progress,
        signal: stop.signal,
      });
      output.result(report, benchLines(report, output.style));
      return stop.received === null ? exitCodeFor(report) : EXIT.interrupted;
    } finally {
      stop.close();
    }
  });
}
