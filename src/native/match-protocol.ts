/** Side of an order as the engine counts it. */
export const BUY = 0;

/** Side of an order as the engine counts it. */
export const SELL = 1;

/** `BUY` or `SELL`. */
export type MatchSide = 0 | 1;

/** Owner of orders that may meet each other: the anonymous rest of the market. */
export const CROWD = 0;

/**
 * The numbers of command and event records, for the matching engine and the replay matcher alike.
 * The addon exports the same as `matchProtocol`; a test holds the two equal. They stand here as
 * literals, so that the switch over event kinds is compiled to one.
 */
export const MATCH_PROTOCOL = {
  commands: {
    limit: 1,
    market: 2,
    cancel: 3,
    depth: 4,
    place: 5,
    amend: 6,
    replace: 7,
    clock: 8,
    position: 9,
    shift: 10,
    record: 11,
  },
  events: {
    accepted: 1,
    rejected: 2,
    trade: 3,
    cancelled: 4,
    expired: 5,
    cancelRejected: 6,
    level: 7,
    triggered: 8,
    amended: 9,
    amendRejected: 10,
    prevented: 11,
    trailed: 12,
  },
  /**
   * How an order behaves: a limit order rests, takes or expires, rests or is refused; a placed one
   * may have any of them, their sum. `prevention` is a factor of `PREVENTION`.
   */
  flags: {
    gtc: 0,
    ioc: 1,
    postOnly: 2,
    fok: 4,
    reduceOnly: 8,
    market: 16,
    allowFailure: 32,
    prevention: 64,
  },
  /** Powers of two that the parts of an event's first slot are multiplied by; the kind is not. */
  head: { reason: 64, side: 65_536, maker: 131_072 },
  reasons: [
    'none',
    'requested',
    'self-trade',
    'duplicate-id',
    'bad-price',
    'bad-quantity',
    'bad-symbol',
    'bad-command',
    'post-only-would-take',
    'book-full',
    'unknown-order',
    'one-cancels-other',
    'timed-out',
    'reduce-only',
    'would-trigger',
    'not-fillable',
    'bad-terms',
    'not-attempted',
    'too-many-slices',
  ],
} as const;

/**
 * What happens when an order would trade with a resting one of its owner: the resting one goes, the
 * incoming one goes, both go, or both lose the smaller of their quantities.
 */
export const PREVENTION = {
  cancelResting: 0,
  cancelNew: 1,
  cancelBoth: 2,
  decrement: 3,
} as const;

/** How an order behaves. */
export const MATCH_FLAGS = MATCH_PROTOCOL.flags;

/** Reasons by their number. */
const MATCH_REASONS = MATCH_PROTOCOL.reasons;

/** Why the engine refused a command or removed an order. */
export type MatchReason = (typeof MATCH_REASONS)[number];

/** Terms that only some orders have; absent ones are 0. */
export interface MatchTerms {
  /** Trade price that wakes a stop; of a trailing stop its water mark, if it has one already. */
  readonly trigger?: number;
  /** Ticks between the water mark of a trailing stop and its trigger. */
  readonly trail?: number;
  /** Lots of an iceberg that the book shows at a time. */
  readonly display?: number;
  /** When the order ends, in the unit of `clock`. */
  readonly expiresAt?: number;
  /** Number of an OCO group. */
  readonly group?: number;
}

/** An order with any flags and terms, see `MatchingEngine.place`. */
export interface PlacedOrder extends MatchTerms {
  readonly symbol: number;
  readonly id: number;
  readonly owner: number;
  readonly side: MatchSide;
  /** Limit price; with the flag `market` the worst one. */
  readonly ticks: number;
  readonly lots: number;
  /** Sum of `MATCH_FLAGS`. */
  readonly flags: number;
}

const { head } = MATCH_PROTOCOL;

/** The kind of an event, by its first slot. */
export const kindOf = (first: number): number => first & (head.reason - 1);

/** The reason of an event, by its first slot. */
export const reasonOf = (first: number): MatchReason =>
  MATCH_REASONS[((first & (head.side - 1)) / head.reason) | 0]!;

/** The side of an event, by its first slot. */
export const sideOf = (first: number): MatchSide => ((first & head.side) !== 0 ? SELL : BUY);

/** Whether the order of an event rested, by its first slot. */
export const isMaker = (first: number): boolean => (first & head.maker) !== 0;
