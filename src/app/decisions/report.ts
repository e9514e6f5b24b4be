/** What two runs are compared by. */
export interface ExplainDiffOptions {
  /** A data directory, or a file of events; likewise `backtest`. */
  readonly live: string;
  readonly backtest: string;
  /** Run of each side that is a data directory; null: its latest. */
  readonly runEpoch: number | null;
  /** Decisions that differ in nothing but their time, by up to this, count as equal; ms. */
  readonly toleranceMs: number;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** One side of a pair of decisions. */
export interface SideOfDecision {
  /** Entry of the journal or the event file. */
  readonly seq: string;
  /** ISO 8601, and ns since the epoch. */
  readonly at: string;
  readonly atNs: string;
  /** What was decided, in words. */
  readonly decision: string;
}

/** Something that differed when the decisions did. */
export interface DifferenceReason {
  /** Which input or state, for example `market`, `fill`, `position`. */
  readonly what:
    | 'version'
    | 'configuration'
    | 'market'
    | 'latency'
    | 'fill'
    | 'fee'
    | 'refusal'
    | 'mode'
    | 'position'
    | 'open-orders'
    | 'engine'
    | 'request'
    | 'time'
    | 'end';
  /** Where the difference was found, in words. */
  readonly where: string;
  readonly live: string;
  readonly backtest: string;
}

/** Whether two runs decided alike, and where not. */
export interface ExplainDiffReport {
  readonly live: string;
  readonly backtest: string;
  readonly equal: boolean;
  /** Decisions that were equal before the first that was not, or in all. */
  readonly equalDecisions: number;
  /** Null while all are equal; a side is null where its run has no more decisions. */
  readonly first: {
    /** Number of the decision in its run, from 1. */
    readonly number: number;
    readonly live: SideOfDecision | null;
    readonly backtest: SideOfDecision | null;
    /** The likeliest cause first: what came in before what followed from it. */
    readonly reasons: readonly DifferenceReason[];
  } | null;
}
