import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalView } from '../../adapters/journal/index.ts';
import { InputReadError, inputFile, readInputLines } from '../../adapters/run-inputs/index.ts';
import type { JournalEntry } from '../../model/index.ts';
import type { Checkpoint } from '../../store/index.ts';
import { AppFailure } from '../contracts.ts';
import { InputFormatError, readInput } from '../recording/input-codec.ts';
import { openJournalView, orRefuse, type WalkWatch } from '../time-travel/journal-source.ts';
import { type DecisionContext, type DecisionEvent, isDecision } from './context.ts';
import { eventFilePath, readEventFile } from './event-file.ts';
import { RunFold } from './run-fold.ts';

const READ_BATCH = 1_000;
const DECISION_LINE = 'D'.charCodeAt(0);

/** One decision of a run, with the run as it stood then: `fold` goes on with the next. */
export interface DecisionPoint {
  /** Number in its run, from 1. */
  readonly number: number;
  readonly seq: bigint;
  readonly event: DecisionEvent;
  readonly fold: RunFold;
  /** What was known at it; null where that was not recorded. */
  context(): Promise<DecisionContext | null>;
}

/** The decisions of one run, one after the other. */
export interface RunStream {
  readonly name: string;
  readonly fold: RunFold;
  decisions(): AsyncGenerator<DecisionPoint, void>;
}

/** The run asked for, or the latest of a journal. Errors: throws `AppFailure` naming the runs. */
async function runOf(
  path: string,
  entries: () => AsyncGenerator<JournalEntry, void>,
  run: number | null,
) {
  const runs: number[] = [];
  for await (const { event } of entries()) {
    if (event.kind === 'run-started') runs.push(event.runEpoch);
  }
  const chosen = run === null ? runs.at(-1) : runs.find((each) => each === run);
  if (chosen !== undefined) return chosen;
  const allowed = runs.length === 0 ? 'none' : runs.join(', ');
  throw new AppFailure('usage', `${path} has no run ${run ?? ''}; runs in it: ${allowed}`);
}

async function recordedContext(
  dataDir: string,
  run: number,
  number: number,
  onLine: (line: string) => void,
): Promise<DecisionContext | null> {
  const path = inputFile(dataDir, run);
  if (!existsSync(path)) return null;
  try {
    return await contextIn(path, number);
  } catch (error) {
    if (!(error instanceof InputReadError || error instanceof InputFormatError)) throw error;
    onLine(
      `what was known at the decision is unreadable, only events are compared: ${error.message}`,
    );
    return null;
  }
}

async function contextIn(path: string, number: number): Promise<DecisionContext | null> {
  for await (const lines of readInputLines(path)) {
    for (const line of lines) {
      if (line[0] !== DECISION_LINE) continue;
      const input = readInput(line);
      if (input.kind === 'decision' && input.context.decision === number) return input.context;
    }
  }
  return null;
}

/** The oldest checkpoint of a journal of which retention removed the beginning. */
function keptFrom(view: JournalView): Checkpoint | null {
  const [oldest] = view.checkpoints();
  if (view.firstSeq === 1n || oldest === undefined) return null;
  return orRefuse(view.checkpoint(oldest));
}

async function journalRun(
  dataDir: string,
  run: number | null,
  watch: WalkWatch,
): Promise<RunStream> {
  const view = await openJournalView(dataDir, watch);
  const kept = keptFrom(view);
  async function* entries(): AsyncGenerator<JournalEntry, void> {
    const reader = view.reader(view.firstSeq);
    try {
      for (;;) {
        const batch = orRefuse(await reader.next(READ_BATCH));
        yield* batch;
        if (batch.length === 0) return;
      }
    } finally {
      await reader.close();
    }
  }
  const chosen = await runOf(dataDir, entries, run);
  const fold = new RunFold();
  async function* decisions(): AsyncGenerator<DecisionPoint, void> {
    let current = 0;
    let number = 0;
    for await (const { seq, event } of entries()) {
      if (event.kind === 'run-started') current = event.runEpoch;
      if (current > chosen) return;
      if (kept !== null && seq === kept.seq + 1n) fold.goOnFrom(kept.state);
      fold.apply(event, seq);
      if (current !== chosen || !isDecision(event)) continue;
      number += 1;
      const at = number;
      yield {
        number,
        seq,
        event,
        fold,
        context: () => recordedContext(dataDir, chosen, at, watch.onLine),
      };
    }
  }
  return { name: `${dataDir} run ${chosen}`, fold, decisions };
}

function fileRun(path: string): RunStream {
  const fold = new RunFold();
  async function* decisions(): AsyncGenerator<DecisionPoint, void> {
    let number = 0;
    let waiting: { readonly seq: bigint; readonly event: DecisionEvent } | null = null;
    const point = (context: DecisionContext | null): DecisionPoint => {
      const { seq, event } = waiting!;
      waiting = null;
      number += 1;
      return { number, seq, event, fold, context: () => Promise.resolve(context) };
    };
    for await (const line of readEventFile(path)) {
      // What was known stands in the line after a decision, if anywhere.
      if (waiting !== null) yield point(line.kind === 'context' ? line.context : null);
      if (line.kind === 'context') continue;
      const { seq, event } = line.entry;
      fold.apply(event, seq);
      if (isDecision(event)) waiting = { seq, event };
    }
    if (waiting !== null) yield point(null);
  }
  return { name: path, fold, decisions };
}

/**
 * Opens a run by the path of a data directory, a file of events or a directory with one.
 *
 * Errors: throws `AppFailure` of kind `usage` where the path is none of these.
 */
export async function openRun(
  path: string,
  run: number | null,
  watch: WalkWatch,
): Promise<RunStream> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new AppFailure('usage', `${path} does not exist`);
  if (found.isDirectory() && existsSync(join(path, 'journal'))) {
    return journalRun(path, run, watch).catch((error: unknown) => {
      if (!(error instanceof AppFailure) || error.kind === 'interrupted') throw error;
      throw new AppFailure('usage', error.message, error.remedy);
    });
  }
  const file = eventFilePath(path);
  if (existsSync(file)) return fileRun(file);
  throw new AppFailure(
    'usage',
    `${path} is neither a data directory (with journal/) nor holds events.jsonl`,
  );
}
