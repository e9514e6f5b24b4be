import type { JournalView } from '../adapters/journal/index.ts';
import { eventTime } from '../core/index.ts';
import type { DomainEvent, JournalEntry } from '../model/index.ts';
import { encodeEvent, type JournalReader } from '../store/index.ts';
import type { Bot4Config } from './config.ts';
import { AppFailure } from './contracts.ts';
import { chosenFile, inputsOf } from './recording/recorded-run.ts';
import { RerunTrader } from './recording/rerun-trader.ts';
import type { RunHeader, RunInput } from './recording/run-inputs.ts';
import {
  newestCheckpoint,
  openJournalView,
  orRefuse,
  stateFrom,
  walkJournal,
} from './time-travel/journal-source.ts';
import type { RerunDifference, RerunOptions, RerunReport } from './time-travel/report.ts';
import { accountCosts } from './trader/account-costs.ts';
import { ExecutionMemory } from './trader/execution-memory.ts';
import type { TradingState } from './trader/trading-state.ts';
import { packageVersion } from './version.ts';

const READ_BATCH = 1_000;
const FRAMES_A_LINE = 250_000;

/** Why a comparison ends where the journal does not hold what the recording goes on with. */
const JOURNAL_SHORT = 'the journal ends before the recording';

function checkHeader(path: string, first: RunInput | undefined, view: JournalView): RunHeader {
  if (first === undefined) {
    throw new AppFailure(
      'failed',
      `${path} holds no input: the run ended within the half second before its first inputs are on the disk`,
    );
  }
  if (first.kind !== 'header') {
    throw new AppFailure('failed', `${path} does not begin with the header of a recorded run`);
  }
  const { header } = first;
  if (header.format !== 1) {
    throw new AppFailure('failed', `${path} has format ${header.format}; allowed: 1`);
  }
  if (header.journalId !== view.id) {
    throw new AppFailure(
      'failed',
      `${path} was recorded beside journal ${header.journalId}, this one is ${view.id}`,
    );
  }
  return header;
}

async function stateBefore(
  view: JournalView,
  seq: bigint,
  options: RerunOptions,
  observe: (event: DomainEvent) => void = () => {},
): Promise<TradingState> {
  const checkpoint = newestCheckpoint(view, (place) => place.seq <= seq);
  const from = (checkpoint?.seq ?? 0n) + 1n;
  if (from < view.firstSeq) {
    throw new AppFailure(
      'failed',
      `the state at entry ${seq}, where the run began, is gone; the journal begins at ${view.firstSeq}`,
    );
  }
  const state = stateFrom(options.config, checkpoint?.state ?? null);
  const entry = ({ event }: JournalEntry) => {
    state.apply(event);
    observe(event);
  };
  await walkJournal(view, { from, to: seq }, { entry }, options);
  return state;
}

/** Compares what the rerun writes with the journal, entry by entry. */
class Comparison {
  readonly expectedState: TradingState;
  readonly #reader: JournalReader;
  #batch: { readonly text: string; readonly event: Parameters<TradingState['apply']>[0] }[] = [];
  #ended = false;
  #runs = 0;
  seq: bigint;
  events = 0;
  orders = 0;
  difference: RerunDifference | null = null;
  /** What the rerun wrote where the journal ended, though no later run follows; null: it did not. */
  beyondJournal: string | null = null;
  /** The first entry that the rerun did not come to. */
  firstLeft: string | null = null;

  constructor(view: JournalView, header: RunHeader, expectedState: TradingState) {
    this.seq = BigInt(header.seq);
    this.#reader = view.reader(this.seq + 1n);
    this.expectedState = expectedState;
  }

  /** Whether nothing more is to be compared. */
  get isOver(): boolean {
    return this.difference !== null || this.beyondJournal !== null;
  }

  /** Compares the latest events of the rerun. */
  async take(events: ReturnType<RerunTrader['takeEvents']>): Promise<void> {
    for (const event of events) {
      if (this.isOver) return;
      const expected = await this.#next();
      const found = encodeEvent(event);
      if (expected === null && this.#runs <= 1) {
        this.beyondJournal = found;
        return;
      }
      if (expected?.text !== found) {
        const seq = String(this.seq + 1n);
        this.difference = { seq, expected: expected?.text ?? null, found };
        return;
      }
      this.#batch.shift();
      this.seq += 1n;
      this.events += 1;
      if (event.kind === 'order-submitted') this.orders += 1;
      this.expectedState.apply(expected.event);
    }
  }

  /** Entries of the run that the rerun did not come to. */
  async left(): Promise<number> {
    let left = 0;
    for (let next = await this.#next(); next !== null; next = await this.#next()) {
      this.firstLeft ??= next.text;
      this.#batch.shift();
      left += 1;
    }
    return left;
  }

  async #next() {
    if (this.#batch.length === 0 && !this.#ended) await this.#fill();
    return this.#batch[0] ?? null;
  }

  async #fill(): Promise<void> {
    const entries = orRefuse(await this.#reader.next(READ_BATCH));
    for (const { event } of entries) {
      if (event.kind === 'run-started') this.#runs += 1;
      if (this.#runs > 1) break;
      this.#batch.push({ text: encodeEvent(event), event });
    }
    this.#ended = this.#runs > 1 || entries.length === 0;
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }
}

interface Driven {
  inputs: number;
  frames: number;
  until: string;
  hashes: Extract<RunInput, { readonly kind: 'end' }> | null;
}

/** Drives the core with the inputs, one behind, until they end or the rerun has left the run. */
async function drive(
  inputs: AsyncGenerator<RunInput, void>,
  core: RerunTrader,
  comparison: Comparison,
  options: RerunOptions,
): Promise<Driven> {
  const driven: Driven = { inputs: 0, frames: 0, until: 'the end of the process', hashes: null };
  let waiting: RunInput | null = null;
  const takeWaiting = async (): Promise<void> => {
    if (waiting === null) return;
    core.take(waiting);
    const events = core.takeEvents();
    if (events.length > 0) await comparison.take(events);
  };
  for await (const input of inputs) {
    if (options.signal.aborted) throw new AppFailure('interrupted', 'the rerun was interrupted');
    if (input.kind === 'decision') continue;
    if (input.kind === 'ended-early' && comparison.beyondJournal === null) {
      // The input before it broke off in the middle of the run, not here.
      driven.until = input.reason;
      return driven;
    }
    await takeWaiting();
    waiting = null;
    if (comparison.difference !== null) return driven;
    if (comparison.beyondJournal !== null) {
      // Whether the run was recorded to its end decides if its journal was whole.
      driven.until = JOURNAL_SHORT;
      if (input.kind !== 'end') continue;
    }
    if (input.kind === 'end') {
      driven.until = 'end';
      driven.hashes = input;
      return driven;
    }
    waiting = input;
    driven.inputs += 1;
    if (input.kind !== 'frame') continue;
    driven.frames += 1;
    if (driven.frames % FRAMES_A_LINE === 0) options.onLine(`${driven.frames} messages driven`);
  }
  await takeWaiting();
  return driven;
}

function noticesOf(header: RunHeader, config: Bot4Config): readonly string[] {
  const notices: string[] = [];
  if (header.configurationHash !== config.hash) {
    notices.push(
      `the run had configuration ${header.configurationHash}, this one is ${config.hash}`,
    );
  }
  if (header.version !== packageVersion()) {
    notices.push(`the run had version ${header.version}, this is ${packageVersion()}`);
  }
  return notices;
}

/** Whether a run that was recorded to its end wrote less than the rerun: its journal is at rest. */
async function lacksEnd(
  { hashes }: Driven,
  view: JournalView,
  options: RerunOptions,
): Promise<boolean> {
  if (hashes === null) return false;
  // A service that ended meanwhile wrote on after the journal was looked at.
  const now = await openJournalView(options.config.dataDir, options);
  return now.lastSeq === view.lastSeq;
}

/**
 * Drives the trading core with the recorded inputs of a run and compares every event that it writes
 * with the journal, and the state and the engine at the end with those of the run. Reads only.
 *
 * Errors: throws `AppFailure` where the run is not recorded, the journal or the recording is damaged,
 *         and for an interruption.
 */
export async function runRerun(options: RerunOptions): Promise<RerunReport> {
  const started = performance.now();
  const { config } = options;
  const file = chosenFile(config, options.runEpoch);
  const view = await openJournalView(config.dataDir, options);
  const inputs = inputsOf(file.path);
  const first = await inputs.next();
  const header = checkHeader(file.path, first.done ? undefined : first.value, view);
  const startSeq = BigInt(header.seq);
  const instruments = config.instruments.map((one) => one.instrument);
  const memory = new ExecutionMemory(instruments, accountCosts(config));
  const core = new RerunTrader({
    config,
    state: await stateBefore(view, startSeq, options, memory.observe),
    memory,
    runEpoch: header.runEpoch,
    startedAt: eventTime(BigInt(header.startedAt)),
  });
  const comparison = new Comparison(view, header, await stateBefore(view, startSeq, options));
  try {
    const driven = await drive(inputs, core, comparison, options);
    const reachedSeq = comparison.seq;
    const { beyondJournal } = comparison;
    const isShort = beyondJournal !== null && !(await lacksEnd(driven, view, options));
    if (isShort) driven.until = JOURNAL_SHORT;
    else if (beyondJournal !== null) {
      comparison.difference = {
        seq: String(reachedSeq + 1n),
        expected: null,
        found: beyondJournal,
      };
    }
    const left = comparison.isOver ? 0 : await comparison.left();
    const whole = driven.until === 'end';
    if (whole && left > 0 && comparison.difference === null) {
      const expected = comparison.firstLeft;
      comparison.difference = { seq: String(reachedSeq + 1n), expected, found: null };
    }
    const hashes = {
      expectedStateHash: comparison.expectedState.hash(),
      stateHash: isShort ? null : core.trader.state.hash(),
      expectedEngineHash: isShort ? null : (driven.hashes?.engineHash ?? null),
      engineHash: core.trader.engine.stateHash(),
    };
    const sameEngine =
      hashes.expectedEngineHash === null || hashes.expectedEngineHash === hashes.engineHash;
    const sameState = isShort || hashes.expectedStateHash === hashes.stateHash;
    return {
      dataDir: config.dataDir,
      runEpoch: header.runEpoch,
      equal: comparison.difference === null && sameState && sameEngine,
      inputs: driven.inputs,
      frames: driven.frames,
      events: comparison.events,
      orders: comparison.orders,
      fromSeq: String(startSeq + 1n),
      toSeq: String(reachedSeq),
      recordedUntil: driven.until,
      entriesNotRecorded: left,
      ...hashes,
      notices: noticesOf(header, config),
      firstDifference: comparison.difference,
      elapsedMs: performance.now() - started,
    };
  } finally {
    await comparison.close();
  }
}
