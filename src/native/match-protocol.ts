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
  commands: { limit: 1, market: 2, cancel: 3, depth: 4 },
  events: {
    accepted: 1,
    rejected: 2,
    trade: 3,
    cancelled: 4,
    expired: 5,
    cancelRejected: 6,
    level: 7,
  },
  /** How a limit order behaves: rest, take or expire, rest or be refused. */
  flags: { gtc: 0, ioc: 1, postOnly: 2 },
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
  ],
} as const;

/** How a limit order behaves: rest, take or expire, rest or be refused. */
export const MATCH_FLAGS = MATCH_PROTOCOL.flags;

/** Reasons by their number. */
export const MATCH_REASONS = MATCH_PROTOCOL.reasons;

/** Why the engine refused a command or removed an order. */
export type MatchReason = (typeof MATCH_REASONS)[number];

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
