import type { ControlMode } from '../../model/index.ts';
import type { Bot4Config } from '../config.ts';

/** What to rebuild from a journal. */
export interface ReplayOptions {
  readonly config: Bot4Config;
  /** A moment as `parseMoment` reads it; null for the end of the journal. */
  readonly until: string | null;
  /** Also recomputes every checkpoint from the first entry and from the checkpoint before it. */
  readonly verify: boolean;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** An order that was not final at the moment. Amounts are plain decimals. */
export interface ReplayedOrder {
  readonly clientOrderId: string;
  readonly instrument: string;
  readonly strategy: string;
  readonly side: 'buy' | 'sell';
  readonly status: string;
  /** Quote per base. */
  readonly price: string;
  /** Base units. */
  readonly quantity: string;
  readonly filled: string;
  readonly createdAt: string;
  readonly cancelRequested: boolean;
}

/** A position that was not flat at the moment. */
export interface ReplayedPosition {
  readonly instrument: string;
  /** Signed, base units, plain decimal. */
  readonly position: string;
  /** Quote per base: mark of the latest equity sample, else price of the latest fill. */
  readonly mark: string;
  /** Quote currency. */
  readonly unrealised: string;
}

/** The first checkpoint, or the end of the journal, that is not what its entries come to. */
export interface CheckpointDifference {
  /** Journal entry after which it was written. */
  readonly seq: string;
  /** Null for the end of the journal, whose state is in no file. */
  readonly segment: string | null;
  readonly offset: number | null;
  /** From where the state was recomputed. */
  readonly from: string;
  /** Hash that the checkpoint has, and that which was recomputed. */
  readonly expected: string;
  readonly found: string;
  /** Parts of the state that differ, such as `orders` or `portfolio`. */
  readonly parts: readonly string[];
  /** Set where it was written under another configuration than the given one. */
  readonly configuration: string | null;
}

/** What checking every checkpoint against the entries came to. */
export interface JournalVerification {
  readonly equal: boolean;
  readonly checkpoints: number;
  /** Entries that were folded, each counted once. */
  readonly entries: number;
  /** Where the recomputation began: the first entry, or the oldest checkpoint after retention. */
  readonly from: string;
  readonly firstDifference: CheckpointDifference | null;
  readonly elapsedMs: number;
}

/** The state at one moment of a journal. */
export interface ReplayReport {
  readonly dataDir: string;
  readonly journalId: string;
  /** Entries that the journal holds. */
  readonly firstSeq: string;
  readonly lastSeq: string;
  /** The last entry of the state that is shown; 0 before the first. */
  readonly seq: string;
  /** Time of that entry, ISO 8601 and ns since the epoch; null before the first. */
  readonly at: string | null;
  readonly atNs: string | null;
  /** The state that the replay went on from, for example `checkpoint at entry 1200`. */
  readonly startedFrom: string;
  readonly entriesReplayed: number;
  readonly runEpoch: number;
  readonly reconciledAt: string | null;
  readonly mode: ControlMode;
  readonly modeSince: string;
  readonly causes: readonly {
    readonly id: string;
    readonly mode: ControlMode;
    readonly origin: string;
    readonly detail: string;
    readonly since: string;
  }[];
  /** Currency of all amounts. */
  readonly currency: string;
  readonly cash: string;
  readonly deposits: string;
  readonly realised: string;
  readonly unrealised: string;
  /** Paid when positive, rebated when negative. */
  readonly fees: string;
  /** Funding and interest, paid when positive; absent while they come to nothing. */
  readonly charges?: string;
  readonly equity: string;
  readonly maxDrawdownFraction: number;
  readonly positions: readonly ReplayedPosition[];
  readonly openOrders: readonly ReplayedOrder[];
  /** SHA-256 of the canonical state, hexadecimal. */
  readonly stateHash: string;
  /** What the next start would cut or set aside; empty normally. */
  readonly notices: readonly string[];
  /** Null unless it was asked for. */
  readonly verification: JournalVerification | null;
}

/** What to drive again. */
export interface RerunOptions {
  readonly config: Bot4Config;
  /** The run; null takes the latest one that was recorded. */
  readonly runEpoch: number | null;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Where a rerun left what the run did. */
export interface RerunDifference {
  /** Journal entry. */
  readonly seq: string;
  /** What the run wrote and what the rerun wrote, canonical JSON; null: nothing more. */
  readonly expected: string | null;
  readonly found: string | null;
}

/** What driving a recorded run again came to. */
export interface RerunReport {
  readonly dataDir: string;
  readonly runEpoch: number;
  /** Whether every event, in order, and the hashes at the end are those of the run. */
  readonly equal: boolean;
  /** Inputs that were taken, market messages among them. */
  readonly inputs: number;
  readonly frames: number;
  /** Events and orders of the rerun that were compared with the journal. */
  readonly events: number;
  readonly orders: number;
  /** The journal entries that were compared. */
  readonly fromSeq: string;
  readonly toSeq: string;
  /** `end`: the whole run; else why the comparison ends before it. */
  readonly recordedUntil: string;
  /** Entries of the run after the recording; 0 for a whole one. */
  readonly entriesNotRecorded: number;
  /**
   * Of the state after the last compared entry: in the journal, and in the rerun; there null where
   * the journal ends before the recording, since the rerun is beyond it by then.
   */
  readonly expectedStateHash: string;
  readonly stateHash: string | null;
  /** Of the engine; the expected one is known for a whole recording alone. */
  readonly expectedEngineHash: string | null;
  readonly engineHash: string;
  /** Set where the run had another configuration or version than this one. */
  readonly notices: readonly string[];
  readonly firstDifference: RerunDifference | null;
  readonly elapsedMs: number;
}

/** Which recorded run to write as captures, and where. */
export interface CaptureExportOptions extends RerunOptions {
  readonly directory: string;
}

/** The captures that were written. */
export interface CaptureExportReport {
  readonly runEpoch: number;
  readonly files: readonly { readonly path: string; readonly messages: number }[];
}
