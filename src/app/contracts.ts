import type { ControlMode } from '../model/index.ts';
import { AUTOMATIC_CAUSES, HUMAN_CAUSES } from '../safety/index.ts';
import type { BenchPart } from './bench/report.ts';
import type { Bot4Config } from './config.ts';

export {
  BENCH_PARTS,
  type BenchComparison,
  type BenchGoal,
  type BenchPair,
  type BenchPart,
  type BenchReport,
  type BenchStage,
  type LatencyPercentilesUs,
  type Spread,
} from './bench/report.ts';
export type {
  CalibrationOptions,
  CalibrationReport,
  InstrumentCalibration,
} from './calibrate/report.ts';

export type {
  DifferenceReason,
  ExplainDiffOptions,
  ExplainDiffReport,
  SideOfDecision,
} from './decisions/report.ts';
export type {
  CaptureExportOptions,
  CaptureExportReport,
  CheckpointDifference,
  JournalVerification,
  ReplayedOrder,
  ReplayedPosition,
  ReplayOptions,
  ReplayReport,
  RerunDifference,
  RerunOptions,
  RerunReport,
} from './time-travel/report.ts';

/** Where a composition root writes progress for people: one line each, without a line break. */
export type LineSink = (line: string) => void;

/** How a paper run is started and ended. */
export interface RunOptions {
  /** Stops by itself after this long, in ms of wall time; null runs until the signal. */
  readonly durationMs: number | null;
  /** Progress and notices for people (the command line writes them to stderr). */
  readonly onLine: LineSink;
  /** Aborted by Ctrl-C or SIGTERM: cancel own orders, stop, resolve with `stoppedBy: 'signal'`. */
  readonly signal: AbortSignal;
}

/** One instrument's part of a run or backtest. Amounts in quote currency as plain decimals. */
export interface InstrumentSummary {
  /** `venue:SYMBOL`. */
  readonly instrument: string;
  readonly strategy: string;
  readonly messagesRead: number;
  readonly bookUpdatesApplied: number;
  readonly decisions: number;
  readonly orders: number;
  readonly fills: number;
  /** Signed position at the end, base units, plain decimal. */
  readonly position: string;
  /** Mark at the end, quote per base, plain decimal; null when no market was seen. */
  readonly mark: string | null;
  /** What executing the orders came to; absent before the first fill. */
  readonly execution?: ExecutionSummary;
}

/**
 * What was paid beyond the mid price at which each order, or the parent it worked for, was opened.
 * Amounts in quote currency as plain decimals, positive is a cost; docs/orders.md explains the parts.
 */
export interface ExecutionSummary {
  /** Value of the measured fills at their arrival prices. */
  readonly value: string;
  /** Spread and impact that the cost model expected, bps of that value; null without a measured fill. */
  readonly predictedBps: number | null;
  /** What the fills came to against their arrival prices, without fees, bps; null as above. */
  readonly realisedBps: number | null;
  readonly fees: string;
  readonly spread: string;
  readonly impact: string;
  readonly delay: string;
  /** The sum of these, exact. */
  readonly total: string;
  /** What the unfilled rest of parent orders would have earned. */
  readonly opportunityCost: string;
  /** Lots of fills whose order was opened without a fresh book. */
  readonly unmeasuredLots: number;
  /** The latest parent orders, at most 50. */
  readonly parents: readonly ParentExecution[];
}

/** One parent order's execution. */
export interface ParentExecution {
  readonly id: string;
  readonly kind: string;
  readonly side: 'buy' | 'sell';
  readonly filledShare: number;
  readonly predictedBps: number | null;
  readonly realisedBps: number | null;
  /** All costs of its fills, quote currency. */
  readonly cost: string;
  readonly opportunityCost: string;
  /** Why it ended; null while it works. */
  readonly ended: string | null;
}

/** Profit and loss in quote currency, plain decimals with eight places. */
export interface ProfitAndLoss {
  /** Currency of every amount, for example `USDT`. */
  readonly currency: string;
  readonly deposits: string;
  readonly cash: string;
  readonly realised: string;
  readonly unrealised: string;
  /** Paid when positive, rebated when negative. */
  readonly fees: string;
  /** Funding and interest, paid when positive; absent while they come to nothing. */
  readonly charges?: string;
  /** deposits + realised + unrealised - fees - charges, which equals cash + marked positions. */
  readonly equity: string;
  /** Largest fall from a peak of equity, fraction of that peak, 0 to 1. */
  readonly maxDrawdownFraction: number;
}

/** What a finished paper run hands back. */
export interface RunSummary {
  readonly stoppedBy: 'duration' | 'signal' | 'fault';
  /** Why, in plain words; for a fault the error's message. */
  readonly reason: string;
  readonly runEpoch: number;
  readonly startedAt: string;
  readonly stoppedAt: string;
  readonly durationMs: number;
  readonly kernelTarget: string;
  /** Highest sequence number of the journal. */
  readonly journalSeq: string;
  readonly messagesRead: number;
  readonly decisions: number;
  readonly ordersSubmitted: number;
  readonly ordersRefused: number;
  /** Entries that were not tried, by the reason, such as EDGE_BELOW_COST of the cost check. */
  readonly entriesLeftOut: Readonly<Record<string, number>>;
  /** Own orders still working at the venue at the end; 0 after a clean stop. */
  readonly ordersLeftOpen: number;
  readonly fills: number;
  readonly mode: ControlMode;
  readonly pnl: ProfitAndLoss;
  readonly instruments: readonly InstrumentSummary[];
  /** SHA-256 of the canonical state of every stateful context, hexadecimal. */
  readonly stateHash: string;
  readonly dataDir: string;
  readonly dashboardUrl: string | null;
}

/** What to replay. */
export interface BacktestOptions {
  /** Captures (`<recv_ns> <raw json>` per line, plain or gzip), replayed merged by receive time. */
  readonly files: readonly string[];
  /** Where to write every event, a file or a directory; null or absent: nowhere. */
  readonly events?: string | null;
  readonly config: Bot4Config;
  readonly onLine: LineSink;
  readonly signal: AbortSignal;
}

/** One place where two depth updates did not follow each other. */
export interface SequenceBreak {
  readonly instrument: string;
  /** Receive time of the message that broke the sequence, ns since the epoch. */
  readonly atNs: string;
  readonly reason: string;
  /** How trading on a true book became possible again; `unresolved` at the end of the data. */
  readonly resolvedBy: string;
}

/** What a backtest found. The same input gives the same report apart from the fields of speed. */
export interface BacktestReport {
  readonly files: readonly { readonly path: string; readonly messages: number }[];
  readonly firstEventAt: string | null;
  readonly lastEventAt: string | null;
  readonly messagesRead: number;
  /** Price levels in the depth updates and snapshots that were decoded. */
  readonly levelUpdates: number;
  readonly bookUpdatesApplied: number;
  /** Messages refused, by the decoder's named status. */
  readonly messagesRefused: Readonly<Record<string, number>>;
  /** Messages understood but of no effect (held, repeated, older than the book), by status. */
  readonly messagesPassedOver: Readonly<Record<string, number>>;
  /** Lines that are not `<recv_ns> <raw json>`, an unfinished last line among them. */
  readonly linesUnreadable: number;
  readonly sequenceBreakCount: number;
  /** The first 1,000 of them. */
  readonly sequenceBreaks: readonly SequenceBreak[];
  readonly decisions: number;
  readonly orders: number;
  readonly ordersRefused: Readonly<Record<string, number>>;
  /** Entries that were not tried, by the reason, such as EDGE_BELOW_COST of the cost check. */
  readonly entriesLeftOut: Readonly<Record<string, number>>;
  readonly fills: number;
  /** Quote currency, plain decimal. */
  readonly fees: string;
  readonly pnl: ProfitAndLoss;
  readonly instruments: readonly InstrumentSummary[];
  readonly kernelTarget: string;
  readonly stateHash: string;
  /** Wall time of the replay, ms. Not part of the state. */
  readonly elapsedMs: number;
  /** CPU time of all threads of the process in the replay, ms. Not part of the state. */
  readonly cpuMs: number;
  /** messagesRead per second of wall time. Not part of the state. */
  readonly eventsPerSecond: number;
  /** levelUpdates per second of wall time. Not part of the state. */
  readonly levelUpdatesPerSecond: number;
  /** levelUpdates per second of CPU time: what one core does. Not part of the state. */
  readonly levelUpdatesPerCpuSecond: number;
}

/** What to measure. */
export interface BenchOptions {
  /** Captures to feed; empty takes a recorded one from `recordings`, or the generated market. */
  readonly files: readonly string[];
  /** Parts to measure; empty: all. */
  readonly parts: readonly BenchPart[];
  /** Fewer rounds and shorter loops: a minute or so, for a check of the ratios. */
  readonly quick: boolean;
  /** Folder of recorded market data; null takes the one beside the project, if there is one. */
  readonly recordings: string | null;
  /** Baseline to compare the ratios with; null: none. */
  readonly baseline: string | null;
  /** Where to write the ratios as a baseline; null: nowhere. */
  readonly saveBaseline: string | null;
  /** Whether to keep the manifest as that of this build, for the dashboard. */
  readonly save: boolean;
  /** Offered load of the doorbell's open loop, messages per second. */
  readonly messagesPerSecond: number;
  /** Wall time of the doorbell's open loop, ms. */
  readonly durationMs: number;
  readonly config: Bot4Config;
  readonly onLine: LineSink;
  readonly signal: AbortSignal;
}

/** What a running service answers to `bot4 status`. */
export interface StatusReport {
  readonly pid: number;
  readonly version: string;
  readonly runEpoch: number;
  readonly startedAt: string;
  readonly uptimeMs: number;
  readonly kernelTarget: string;
  readonly mode: ControlMode;
  readonly modeSince: string;
  readonly causes: readonly {
    readonly id: string;
    readonly mode: ControlMode;
    readonly origin: string;
    readonly detail: string;
    readonly since: string;
    /** When a requested restore takes effect, ISO 8601; null when none is pending. */
    readonly restoreDueAt: string | null;
  }[];
  /** Why it is not trading, most important first, plain words; empty while it trades. */
  readonly notTradingBecause: readonly string[];
  /** Venues that the circuit breaker lets nothing new through to, and why. */
  readonly breakers: readonly { readonly venue: string; readonly reason: string }[];
  readonly pnl: ProfitAndLoss;
  readonly positions: readonly {
    readonly instrument: string;
    readonly position: string;
    readonly mark: string | null;
    readonly unrealised: string;
  }[];
  readonly openOrders: number;
  /** Entries that were not tried since the start, by the reason. */
  readonly entriesLeftOut: Readonly<Record<string, number>>;
  readonly fills: number;
  readonly journalSeq: string;
  readonly database: string;
  readonly dashboardUrl: string | null;
}

/** What a command that changes the mode did. */
export interface ModeChangeReport {
  readonly mode: ControlMode;
  /** What was done, in plain words. */
  readonly detail: string;
  /** Causes now active. */
  readonly causes: readonly string[];
  /** After `restore` alone: when it takes effect at the earliest, ISO 8601; null after all others. */
  readonly dueAt: string | null;
}

/** The causes that a restore may name: all but that of the start-up, which lifts itself. */
export const RESTORABLE_CAUSES: readonly string[] = [
  ...Object.values(HUMAN_CAUSES),
  ...Object.keys(AUTOMATIC_CAUSES),
];

/** What checking the audit log found. */
export interface AuditVerification {
  readonly intact: boolean;
  readonly path: string;
  /** Entries that were read up to the end or the first bad one. */
  readonly entries: number;
  /** Hash of the last good entry, hexadecimal; null for an empty log. */
  readonly headHash: string | null;
  /** The first entry that is wrong; null when the log is intact. */
  readonly firstBad: {
    /** Sequence number; null where the line is too damaged to tell. */
    readonly seq: string | null;
    /** 1-based. */
    readonly line: number;
    readonly problem: string;
  } | null;
  readonly elapsedMs: number;
  readonly entriesPerSecond: number;
}

/** One thing that `bot4 doctor` looked at. */
export interface DoctorCheck {
  /** Stable name, for example `kernel-target`. */
  readonly name: string;
  /** `fail`: the service will not run or not safely; `warn`: it runs, with less than it could. */
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was found, with units. */
  readonly found: string;
  /** What to do about it; null when there is nothing to do. */
  readonly remedy: string | null;
}

/** What `bot4 doctor` found. */
export interface DoctorReport {
  /** True when no check failed. */
  readonly healthy: boolean;
  readonly version: string;
  readonly dataDir: string;
  readonly kernelTargets: {
    /** In use; null when the engine does not load. */
    readonly active: string | null;
    /** Those that this processor can run, the slowest first. */
    readonly supported: readonly string[];
  };
  readonly checks: readonly DoctorCheck[];
}

/** One run of a model of the quantitative library. */
export interface QuantRequest {
  readonly model: string;
  /** A path, `-` for standard input, null where the model takes none. */
  readonly file: string | null;
  /** Names of the columns in the order that the model takes them; null leaves it to their names. */
  readonly columns: readonly string[] | null;
  /** Whether the columns are prices whose returns are meant. */
  readonly returns: 'none' | 'simple' | 'log';
  /** `name=value` each. */
  readonly settings: readonly string[];
}

/** What a model found. */
export interface QuantReport {
  readonly model: string;
  readonly source: string | null;
  readonly columns: readonly { readonly name: string; readonly values: number }[];
  /** Options in force, those left to the model apart. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly result: unknown;
}

/** What a model takes. */
export interface QuantModelFacts {
  readonly name: string;
  readonly theme: string;
  readonly about: string;
  readonly columns: readonly string[];
  /** What columns after those are; null where there are none. */
  readonly furtherColumns: string | null;
  readonly options: readonly {
    readonly name: string;
    readonly about: string;
    readonly allowed: string;
    /** Null where it has to be given or the model decides. */
    readonly default: unknown;
    readonly needed: boolean;
  }[];
}

/** The models of the quantitative library. */
export interface QuantListing {
  readonly models: readonly QuantModelFacts[];
}

/** What kind of failure ended a command; the command line turns it into an exit code. */
export type AppFailureKind =
  | 'failed'
  | 'usage'
  | 'not-running'
  | 'configuration'
  | 'timeout'
  | 'refused-by-safety'
  | 'audit-verification'
  | 'interrupted';

/**
 * An expected failure that ends a command: it names the thing and what to do. Anything else that
 * is thrown counts as a bug.
 */
export class AppFailure extends Error {
  override readonly name = 'AppFailure';
  readonly kind: AppFailureKind;
  /** What to do about it, one sentence; null when the message says it. */
  readonly remedy: string | null;

  constructor(kind: AppFailureKind, message: string, remedy: string | null = null) {
    super(message);
    this.kind = kind;
    this.remedy = remedy;
  }
}
