import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CheckpointPlace, JournalView } from '../../adapters/journal/index.ts';
import { InvariantError, type Json, type Result } from '../../core/index.ts';
import type { JournalEntry } from '../../model/index.ts';
import type { Checkpoint, StorageFailure } from '../../store/index.ts';
import type { Bot4Config } from '../config.ts';
import { AppFailure } from '../contracts.ts';
import { TradingState } from '../trader/trading-state.ts';

/** How a walk over entries is watched. */
export interface WalkWatch {
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Lets others run. Errors: throws `AppFailure` for an interruption. */
async function othersRun({ signal }: WalkWatch): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw new AppFailure('interrupted', 'the replay was interrupted');
}

/** What a person is told of a journal that cannot be read. */
export function orRefuse<T>(result: Result<T, StorageFailure>): T {
  if (result.ok) return result.value;
  const { code, detail } = result.error;
  throw new AppFailure(
    code === 'corrupt' ? 'failed' : 'configuration',
    code === 'corrupt' ? detail : `the journal: ${detail}`,
    'Nothing was changed. See docs/storage.md.',
  );
}

/**
 * Opens the journal of a data directory for reading alone, letting others run after each segment.
 *
 * Errors: throws `AppFailure` where there is none or a record is damaged, with segment and offset,
 *         and for an interruption.
 */
export async function openJournalView(dataDir: string, watch: WalkWatch): Promise<JournalView> {
  const directory = join(dataDir, 'journal');
  if (!existsSync(directory)) {
    throw new AppFailure(
      'configuration',
      `${dataDir} holds no journal`,
      'Name the data directory of a service that has run, with --data-dir.',
    );
  }
  const steps = JournalView.opening(directory);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return orRefuse(step.value);
    const { done, of } = step.value;
    if (of > 1) watch.onLine(`segment ${done} of ${of} looked at`);
    await othersRun(watch);
  }
}

/** Fresh state, or that of a checkpoint. Errors: throws `AppFailure` when it does not fit. */
export function stateFrom(config: Bot4Config, snapshot: Json | null): TradingState {
  const instruments = config.instruments.map((one) => one.instrument);
  try {
    return new TradingState(instruments, config.risk, snapshot);
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    throw new AppFailure(
      'configuration',
      `the state in ${config.dataDir} does not fit the configuration: ${error.message}`,
      'Use the configuration that the service ran with (--config).',
    );
  }
}

/** The newest checkpoint that `fits`, read whole; null when none does. What fits, all older ones do. */
export function newestCheckpoint(
  view: JournalView,
  fits: (place: CheckpointPlace, read: () => Checkpoint) => boolean,
): Checkpoint | null {
  const places = view.checkpoints();
  let newest: Checkpoint | null = null;
  let place: CheckpointPlace | null = null;
  for (let [from, to] = [0, places.length]; from < to; ) {
    const middle = (from + to) >> 1;
    const one = places[middle]!;
    let whole: Checkpoint | null = null;
    const read = (): Checkpoint => {
      whole ??= orRefuse(view.checkpoint(one));
      return whole;
    };
    if (fits(one, read)) {
      [newest, place] = [whole, one];
      from = middle + 1;
    } else to = middle;
  }
  return place === null ? null : (newest ?? orRefuse(view.checkpoint(place)));
}

/**
 * Visits entries and checkpoints of a view in order, letting others run after each segment.
 *
 * Errors: throws `AppFailure` for damage and for an interruption.
 */
export async function walkJournal(
  view: JournalView,
  range: { readonly from: bigint; readonly to: bigint },
  visit: {
    readonly entry: (entry: JournalEntry) => void;
    readonly checkpoint?: (checkpoint: Checkpoint, place: CheckpointPlace) => void;
  },
  watch: WalkWatch,
): Promise<void> {
  const steps = view.walk(range.from, range.to, (record, place) => {
    if (record.kind === 'entry') visit.entry(record.entry);
    if (record.kind === 'checkpoint') {
      visit.checkpoint?.(record.checkpoint, { ...place, seq: record.checkpoint.seq });
    }
    return null;
  });
  let told = 0n;
  for (const step of steps) {
    const seq = orRefuse(step);
    if (told > 0n && seq < range.to) watch.onLine(`entry ${seq} of ${range.to} replayed`);
    told = seq;
    await othersRun(watch);
  }
}
