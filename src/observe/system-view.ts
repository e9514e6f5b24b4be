import type {
  CauseOrigin,
  ChargeCause,
  ClosingCause,
  ControlMode,
  Liquidity,
  OrderStatus,
  OrderType,
  Side,
  TimeInForce,
} from '../model/index.ts';

/** Most open orders a view shows; `orderCount` tells the true number. */
export const MAX_VIEW_ORDERS = 100;

/** Most fills a view shows, the latest first. */
export const MAX_VIEW_FILLS = 100;

/** Most charges a view shows, the latest first. */
export const MAX_VIEW_CHARGES = 8;

/** Most refusals a view shows, the latest first. */
export const MAX_VIEW_REFUSALS = 20;

/** Book levels of each side that a view shows, the best first. */
export const MAX_VIEW_LEVELS = 10;

/** A decimal number as text, ready to show: `-1234.50`. Its unit stands in the field's comment. */
export type DecimalText = string;

/** Milliseconds since 1970-01-01 UTC. */
export type EpochMs = number;

/** With whose money orders are made: none at all for `backtest`, `paper` and `shadow`. */
export type TradingEnvironment = 'backtest' | 'paper' | 'shadow' | 'canary' | 'live';

/** One active cause of a control mode. */
export interface CauseView {
  readonly id: string;
  readonly mode: ControlMode;
  readonly origin: CauseOrigin;
  /** Plain words for people. */
  readonly detail: string;
  readonly sinceMs: EpochMs;
}

/** The control mode in force: that of the most severe cause. */
export interface ModeView {
  readonly mode: ControlMode;
  readonly sinceMs: EpochMs;
  readonly causes: readonly CauseView[];
}

/** The connection to one venue. */
export interface VenueView {
  readonly venue: string;
  readonly connected: boolean;
  /** Age of the latest message of any kind; null before the first. */
  readonly lastMessageAgeMs: number | null;
  /** From sending an order to its acknowledgement, median of the recent ones; null before the first. */
  readonly latencyMs: number | null;
  /** Why its circuit breaker lets nothing new through to it, plain words; null while it is closed. */
  readonly breaker: string | null;
}

/** What the decoder of one connection did since the process started. */
export interface ConnectionView {
  /** Its index. */
  readonly connection: number;
  readonly messages: number;
  /** Of these, what the exact-shape decoder left to the general one. */
  readonly fallbacks: number;
  /** Messages whose sequence number did not follow, where the venue numbers a connection's. */
  readonly sequenceGaps: number;
}

/** Whether a book may be traded on: only `synchronised` may. */
export type FeedState = 'waiting' | 'synchronising' | 'synchronised' | 'stale';

/** The market data of one instrument. */
export interface FeedView {
  readonly instrument: string;
  readonly state: FeedState;
  /** Age of the latest book update; null before the first. */
  readonly lastUpdateAgeMs: number | null;
  readonly messagesPerSecond: number;
  /** Sequence breaks since the process started, each followed by a resynchronisation. */
  readonly gaps: number;
  /** Messages refused by the decoder or the book since the process started. */
  readonly refused: number;
  /** Messages that were not applied, by the engine's status: refused, held, repeated or too old. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Updates of the book that carried the venue's checksum, and those that it did not agree with. */
  readonly checksumChecks: number;
  readonly checksumMismatches: number;
}

/** What the account is worth, in the view's currency. */
export interface EquityView {
  /** When the amounts were true. */
  readonly atMs: EpochMs;
  readonly equity: DecimalText;
  readonly cash: DecimalText;
  readonly realised: DecimalText;
  readonly unrealised: DecimalText;
  /** Paid so far; negative when rebates exceed them. */
  readonly fees: DecimalText;
  /** Funding and interest paid so far; negative when more was received. */
  readonly charges: DecimalText;
  /**
   * Fall from the equity's peak, as a fraction of it: 0.02 is two per cent below. The peak starts
   * anew where the cause of a drawdown was lifted.
   */
  readonly drawdown: number;
  /** The largest such fall since the data directory began. */
  readonly maxDrawdown: number;
}

/** One position that is not flat. */
export interface PositionView {
  readonly instrument: string;
  /** Base currency; negative for a short position. */
  readonly quantity: DecimalText;
  readonly base: string;
  /** Weighted average, quote currency per unit. */
  readonly entryPrice: DecimalText;
  readonly markPrice: DecimalText;
  /** Signed value at the mark, quote currency. */
  readonly notional: DecimalText;
  readonly unrealised: DecimalText;
  readonly realised: DecimalText;
}

/** One order that may still trade. */
export interface OrderView {
  readonly clientOrderId: string;
  readonly instrument: string;
  readonly strategy: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly price: DecimalText;
  readonly quantity: DecimalText;
  readonly filled: DecimalText;
  readonly base: string;
  readonly status: OrderStatus;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly cancelRequested: boolean;
  readonly createdAtMs: EpochMs;
}

/** One execution. */
export interface FillView {
  readonly tradeId: string;
  readonly instrument: string;
  readonly side: Side;
  readonly price: DecimalText;
  readonly quantity: DecimalText;
  readonly base: string;
  /** Quote currency; negative for a rebate. */
  readonly fee: DecimalText;
  readonly liquidity: Liquidity;
  readonly atMs: EpochMs;
}

/** Money that the venue took or gave beside the fees of our orders. */
export interface ChargeView {
  /** The venue's name of it. */
  readonly id: string;
  /** What it was for: funding, interest, or the fee of what the venue closed. */
  readonly cause: ChargeCause | ClosingCause;
  /** Null: it concerns the account as a whole. */
  readonly instrument: string | null;
  /** Quote currency; negative when it was received. The fees of closings are part of all fees. */
  readonly paid: DecimalText;
  readonly atMs: EpochMs;
}

/** One order request that risk refused. */
export interface RefusalView {
  readonly instrument: string;
  /** Stable code of risk. */
  readonly code: string;
  readonly detail: string;
  readonly atMs: EpochMs;
}

/** One price level: price in quote currency, then quantity in base currency. */
export type LevelView = readonly [price: DecimalText, quantity: DecimalText];

/** The top of one book, the best level of each side first. */
export interface BookView {
  /** Time of the update it shows. */
  readonly atMs: EpochMs;
  readonly bids: readonly LevelView[];
  readonly asks: readonly LevelView[];
}

/** The latest decision of the engine on one instrument, whether or not it led to an order. */
export interface DecisionView {
  readonly atMs: EpochMs;
  readonly side: Side | 'none';
  /** Base currency. */
  readonly quantity: DecimalText;
  /** Calibrated probability that the price moves up, 0 to 1. */
  readonly probability: number;
  /**
   * Expected value after cost, as a fraction of the stake: 0.0004 is four basis points. Null for a
   * quoting strategy, which bets on the spread and not on a direction.
   */
  readonly edge: number | null;
  /** Plain words, the most important first. */
  readonly reasons: readonly string[];
}

/** One traded instrument with its book and its latest decision. */
export interface InstrumentView {
  readonly instrument: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly book: BookView | null;
  readonly decision: DecisionView | null;
}

/** The database that history is projected into. Trading does not wait for it. */
export interface DatabaseView {
  readonly state: 'starting' | 'connected' | 'unavailable' | 'off';
  /** Journal entries not yet written to it. */
  readonly lagEntries: number;
  /** Why it is unavailable or off; null otherwise. */
  readonly detail: string | null;
}

/** The local journal, which every effect waits for. */
export interface JournalView {
  readonly writable: boolean;
  /** Latest sequence number, decimal. */
  readonly seq: string;
  /** Latest sequence number known to be on the disk, decimal. */
  readonly durableSeq: string;
}

/** Counts since the process started. */
export interface TotalsView {
  readonly messages: number;
  readonly decisions: number;
  readonly intents: number;
  readonly ordersSubmitted: number;
  readonly ordersRefused: number;
  /** Entries that were not tried, by the reason: the cost check, or no fresh book. */
  readonly entriesLeftOut: Readonly<Record<string, number>>;
  readonly ordersRejected: number;
  readonly fills: number;
  /** Messages that concerned no traded instrument, by the engine's status. */
  readonly unassigned: Readonly<Record<string, number>>;
  /** What was lost because there was no room for it, by kind: frames, intents, trades and so on. */
  readonly losses: Readonly<Record<string, number>>;
  /** Frames stamped earlier than the one before them, which counted as received with it. */
  readonly clockBackwards: number;
}

/** The process itself. */
export interface ProcessView {
  readonly startedAtMs: EpochMs;
  readonly rssBytes: number;
  readonly eventLoopDelayP50Ms: number;
  readonly eventLoopDelayP99Ms: number;
}

/**
 * Everything the dashboard, the metrics and the health check show, as plain JSON.
 *
 * The trader makes a new one two to four times a second. It holds no reference to live state, its
 * lists are bounded by the constants above, and amounts are exact decimal text.
 *
 * Units: amounts in `currency` unless a field says otherwise; prices in quote currency.
 */
export interface SystemView {
  /** When this view was taken. */
  readonly atMs: EpochMs;
  readonly environment: TradingEnvironment;
  readonly version: string;
  readonly runEpoch: number;
  readonly kernelTarget: string;
  readonly currency: string;
  readonly mode: ModeView;
  readonly venues: readonly VenueView[];
  readonly feeds: readonly FeedView[];
  readonly connections: readonly ConnectionView[];
  readonly equity: EquityView;
  readonly positions: readonly PositionView[];
  readonly orders: readonly OrderView[];
  /** All open orders, also those beyond `MAX_VIEW_ORDERS`. */
  readonly orderCount: number;
  readonly fills: readonly FillView[];
  /** The latest charges, the newest first. */
  readonly charges: readonly ChargeView[];
  readonly refusals: readonly RefusalView[];
  readonly instruments: readonly InstrumentView[];
  readonly database: DatabaseView;
  readonly journal: JournalView;
  readonly totals: TotalsView;
  readonly process: ProcessView;
}
