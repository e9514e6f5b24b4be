/** Statuses of messages that were understood and needed no applying; all others are refusals. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  'skipped-trade',
  'held-for-snapshot',
  'stale-update',
  'duplicate-update',
  'stale-snapshot',
]);

/** Counts of messages by status, told apart. */
export interface MessageStatuses {
  /** Not understood, or contradicting what came before. */
  readonly refused: Readonly<Record<string, number>>;
  /** Understood, but of no effect: held, repeated, older than the book, outside the market. */
  readonly passedOver: Readonly<Record<string, number>>;
}

/** Tells refused messages from those that were understood and rightly had no effect. */
export function messageStatuses(counts: Readonly<Record<string, number>>): MessageStatuses {
  const refused: Record<string, number> = {};
  const passedOver: Record<string, number> = {};
  for (const [status, count] of Object.entries(counts)) {
    (PASSED_OVER.has(status) ? passedOver : refused)[status] = count;
  }
  return { refused, passedOver };
}
