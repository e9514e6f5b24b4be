import type { JournalView } from '../adapters/journal/index.ts';
import { type EventTimeNs, toIso } from '../core/index.ts';
import type { JournalEntry } from '../model/index.ts';
import type { Checkpoint } from '../store/index.ts';
import { AppFailure } from './contracts.ts';
import {
  newestCheckpoint,
  openJournalView,
  orRefuse,
  stateFrom,
  type WalkWatch,
  walkJournal,
} from './time-travel/journal-source.ts';
import { type Moment, parseMoment } from './time-travel/moment.ts';
import type { ReplayOptions, ReplayReport } from './time-travel/report.ts';
import { JournalMarks, stateReport } from './time-travel/state-report.ts';
import { verifyJournal } from './time-travel/verify.ts';

/** Entries before a checkpoint among which the latest equity sample is looked for. */
const SAMPLE_REACH = 3_000n;

const usage = (message: string): AppFailure => new AppFailure('usage', message);

function momentOf(text: string | null, view: JournalView): Moment {
  if (text === null) return { kind: 'seq', seq: view.lastSeq };
  const moment = parseMoment(text);
  if (!moment.ok) throw usage(`--until "${text}" is no moment: ${moment.error}`);
  return moment.value;
}

/** The earliest entry whose state can be rebuilt: after retention that of the oldest checkpoint. */
function earliest(view: JournalView): bigint {
  if (view.firstSeq === 1n) return 0n;
  const oldest = view.checkpoints()[0];
  if (oldest !== undefined) return oldest.seq;
  throw new AppFailure(
    'failed',
    `the journal begins at entry ${view.firstSeq} and has no checkpoint to go on from`,
  );
}

const lastEventAtOf = ({ state }: Checkpoint): bigint =>
  BigInt((state as { readonly lastEventAt: string }).lastEventAt);

/** The checkpoint to go on from, and whether an entry still belongs to the moment. */
function planOf(moment: Moment, view: JournalView) {
  const first = earliest(view);
  if (moment.kind === 'seq') {
    const { seq } = moment;
    if (seq < first || seq > view.lastSeq) {
      throw usage(`entry ${seq} is not in the journal; allowed: ${first} to ${view.lastSeq}`);
    }
    const checkpoint = newestCheckpoint(view, (place) => place.seq <= seq);
    return { checkpoint, to: seq, belongs: () => true };
  }
  const { at } = moment;
  const checkpoint = newestCheckpoint(view, (_, read) => lastEventAtOf(read()) <= at);
  if (checkpoint === null && first > 0n) {
    const oldest = orRefuse(view.checkpoint(view.checkpoints()[0]!));
    const allowed = toIso(lastEventAtOf(oldest) as EventTimeNs);
    throw usage(`${toIso(at)} lies before the journal; allowed: from ${allowed} on`);
  }
  return { checkpoint, to: view.lastSeq, belongs: ({ event }: JournalEntry) => event.at <= at };
}

/** Finds the marks of the sample before a checkpoint that the replay went on from. */
async function lookBack(
  view: JournalView,
  seq: bigint,
  marks: JournalMarks,
  watch: WalkWatch,
): Promise<void> {
  const back = seq - SAMPLE_REACH;
  const from = back > view.firstSeq ? back : view.firstSeq;
  await walkJournal(view, { from, to: seq }, { entry: ({ event }) => marks.observe(event) }, watch);
}

/** The last entry that belongs to the state, and what the entries said in passing. */
interface Progress {
  seq: bigint;
  at: EventTimeNs | null;
  replayed: number;
  over: boolean;
  first: EventTimeNs | null;
}

/**
 * Rebuilds the state of a past moment from the journal of a data directory, by the nearest
 * checkpoint before it and the entries that follow. Reads only: the directory is not locked, so a
 * service may be writing to it.
 *
 * A time means the state as it was known then: all entries before the first one that is later.
 *
 * Errors: throws `AppFailure` for a moment outside the journal (with the allowed range), a damaged
 *         journal (with segment and offset) and an interruption.
 */
export async function runReplay(options: ReplayOptions): Promise<ReplayReport> {
  const { config, until, verify } = options;
  const view = await openJournalView(config.dataDir, options);
  const moment = momentOf(until, view);
  const { checkpoint, to, belongs } = planOf(moment, view);
  const state = stateFrom(config, checkpoint?.state ?? null);
  const marks = new JournalMarks();
  const progress: Progress = {
    seq: checkpoint?.seq ?? 0n,
    at: checkpoint === null ? null : (lastEventAtOf(checkpoint) as EventTimeNs),
    replayed: 0,
    over: false,
    first: null,
  };
  const entry = (each: JournalEntry): void => {
    progress.first ??= each.event.at;
    if (progress.over || !belongs(each)) {
      progress.over = true;
      return;
    }
    state.apply(each.event);
    marks.observe(each.event);
    progress.seq = each.seq;
    progress.at = each.event.at;
    progress.replayed += 1;
  };
  await walkJournal(view, { from: progress.seq + 1n, to }, { entry }, options);
  if (moment.kind === 'time' && progress.seq === 0n) {
    const allowed = progress.first === null ? 'the journal is empty' : toIso(progress.first);
    throw usage(`${toIso(moment.at)} lies before the journal; allowed: from ${allowed} on`);
  }
  if (marks.latest().size === 0) await lookBack(view, progress.seq, marks, options);
  const verification = verify ? await verifyJournal(view, config, options) : null;
  const instruments = config.instruments.map((one) => one.instrument);
  return {
    dataDir: config.dataDir,
    journalId: view.id,
    firstSeq: String(view.firstSeq),
    lastSeq: String(view.lastSeq),
    seq: String(progress.seq),
    at: progress.at === null ? null : toIso(progress.at),
    atNs: progress.at === null ? null : String(progress.at),
    startedFrom:
      checkpoint === null ? 'the first entry' : `the checkpoint at entry ${checkpoint.seq}`,
    entriesReplayed: progress.replayed,
    ...stateReport(state, instruments, marks.latest()),
    notices: view.notices,
    verification,
  };
}
