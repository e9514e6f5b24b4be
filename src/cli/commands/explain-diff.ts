import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type ExitCodeHolder, setAction } from '../command-frame.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { durationValue, textValue, wholeNumberValue } from '../option-values.ts';
import { explainDiffLines } from '../render/explain-diff-lines.ts';
import { StopWatch } from '../stop.ts';

interface ExplainFlags {
  readonly live: string;
  readonly backtest: string;
  readonly run?: number;
  readonly tolerance?: number;
}

/** Longest path that an option takes. */
const LONGEST_PATH = 4096;

const EXAMPLES = `
A run is a data directory (its latest run, or --run), a file of events (bot4 backtest --events), or a
directory with events.jsonl. Where both sides are data directories --run means both.

Examples:
  bot4 explain-diff --live /srv/bot4 --backtest run.jsonl
  bot4 explain-diff --live a.jsonl --backtest b.jsonl --tolerance 250ms --json

Exits with 0 when every decision is equal, with 1 when one differs, with 2 for bad input.`;

/** Adds `bot4 explain-diff`. */
export function addExplainDiff(
  program: Command,
  context: CliContext,
  holder: ExitCodeHolder,
): void {
  const command = program
    .command('explain-diff')
    .summary('name the first decision in which two runs differ')
    .description('Names the first decision that differs between two runs, and why.')
    .requiredOption('--live <path>', 'one run', textValue(LONGEST_PATH))
    .requiredOption('--backtest <path>', 'the other run', textValue(LONGEST_PATH))
    .option(
      '--run <n>',
      'run of each data directory (default: its latest)',
      wholeNumberValue(1, 1e12),
    )
    .option('--tolerance <time>', 'times may differ by this (default: not at all)', durationValue)
    .addHelpText('after', EXAMPLES);
  setAction<ExplainFlags>(command, context, holder, async (flags, { output }) => {
    const { io, app } = context;
    const stop = new StopWatch(io, 'Stopping.');
    try {
      const report = await app.explainDiff({
        live: resolve(io.workingDirectory, flags.live),
        backtest: resolve(io.workingDirectory, flags.backtest),
        runEpoch: flags.run ?? null,
        toleranceMs: flags.tolerance ?? 0,
        onLine: output.progress,
        signal: stop.signal,
      });
      output.result(report, explainDiffLines(report, output.style));
      return report.equal ? EXIT.ok : EXIT.error;
    } finally {
      stop.close();
    }
  });
}
