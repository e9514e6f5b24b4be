import type { CheckpointPlace, JournalView } from '../../adapters/journal/index.ts';
import { canonicalJson, type Json } from '../../core/index.ts';
import type { JournalEntry } from '../../model/index.ts';
import { type Checkpoint, hashState, stateHash } from '../../store/index.ts';
import type { Bot4Config } from '../config.ts';
import type { TradingState } from '../trader/trading-state.ts';
import { orRefuse, stateFrom, type WalkWatch, walkJournal } from './journal-source.ts';
import type { CheckpointDifference, JournalVerification } from './report.ts';

const differingParts = (expected: Json, found: Json): readonly string[] => {
  const [a, b] = [expected, found] as [Record<string, Json>, Record<string, Json>];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort().filter((part) => {
    const [left, right] = [a[part], b[part]];
    if (left === undefined || right === undefined) return left !== right;
    return canonicalJson(left) !== canonicalJson(right);
  });
};

/**
 * Recomputes the state along a journal twice: once from the first entry, never taking anything from
 * a checkpoint, and once anew from each checkpoint to the next. Both have to come to the hash that
 * each checkpoint carries.
 */
class Verifier {
  readonly #config: Bot4Config;
  readonly #origin: string;
  readonly #whole: TradingState;
  #since: TradingState;
  #sinceSeq: bigint;
  #configuration: string | null = null;
  checkpoints = 0;
  entries = 0;
  firstDifference: CheckpointDifference | null = null;

  constructor(config: Bot4Config, first: Checkpoint | null) {
    this.#config = config;
    this.#origin = first === null ? 'the first entry' : `the checkpoint at entry ${first.seq}`;
    this.#whole = stateFrom(config, first?.state ?? null);
    this.#since = stateFrom(config, first?.state ?? null);
    this.#sinceSeq = first?.seq ?? 0n;
  }

  get origin(): string {
    return this.#origin;
  }

  entry({ event }: JournalEntry): void {
    if (event.kind === 'run-started') this.#configuration = event.configurationHash;
    this.entries += 1;
    this.#whole.apply(event);
    this.#since.apply(event);
  }

  checkpoint(checkpoint: Checkpoint, place: CheckpointPlace): void {
    this.checkpoints += 1;
    this.#compare(checkpoint, place, this.#whole, this.#origin);
    const before = this.#sinceSeq === 0n ? 'the first entry' : `entry ${this.#sinceSeq}`;
    this.#compare(checkpoint, place, this.#since, `the state at ${before}`);
    this.#since = stateFrom(this.#config, checkpoint.state);
    this.#sinceSeq = checkpoint.seq;
    // What is read back has to be what was written, or a restart would not go on from it.
    this.#compare(checkpoint, place, this.#since, 'the checkpoint itself, read back');
  }

  /** At the end both ways come to one state, and what it would leave as a checkpoint reads back. */
  end(seq: bigint): void {
    const written = canonicalJson(this.#whole.snapshot());
    const state = JSON.parse(written) as Json;
    const end: Checkpoint = { seq, state, stateHash: hashState(written) };
    this.#compare(end, null, this.#since, `the state at entry ${this.#sinceSeq}`);
    this.#compare(end, null, stateFrom(this.#config, state), 'the state itself, read back');
  }

  #compare(
    checkpoint: Checkpoint,
    place: CheckpointPlace | null,
    state: TradingState,
    from: string,
  ): void {
    if (this.firstDifference !== null) return;
    const snapshot = state.snapshot();
    const found = stateHash(snapshot);
    if (found === checkpoint.stateHash) return;
    const other = this.#configuration !== null && this.#configuration !== this.#config.hash;
    this.firstDifference = {
      seq: String(checkpoint.seq),
      segment: place?.path ?? null,
      offset: place?.offset ?? null,
      from,
      expected: checkpoint.stateHash,
      found,
      parts: differingParts(checkpoint.state, snapshot),
      configuration: other
        ? `written under configuration ${this.#configuration}, recomputed under ${this.#config.hash}`
        : null,
    };
  }
}

/** Checks every checkpoint of a journal against its entries. */
export async function verifyJournal(
  view: JournalView,
  config: Bot4Config,
  watch: WalkWatch,
): Promise<JournalVerification> {
  const started = performance.now();
  const oldest = view.checkpoints()[0];
  // After retention the first entries are gone: their oldest checkpoint stands for them.
  const first =
    view.firstSeq > 1n && oldest !== undefined ? orRefuse(view.checkpoint(oldest)) : null;
  const verifier = new Verifier(config, first);
  const from = (first?.seq ?? 0n) + 1n;
  await walkJournal(
    view,
    { from, to: view.lastSeq },
    {
      entry: (entry) => verifier.entry(entry),
      checkpoint: (checkpoint, place) => verifier.checkpoint(checkpoint, place),
    },
    watch,
  );
  verifier.end(view.lastSeq);
  const { checkpoints, entries, firstDifference, origin } = verifier;
  return {
    equal: firstDifference === null,
    checkpoints,
    entries,
    from: origin,
    firstDifference,
    elapsedMs: performance.now() - started,
  };
}
