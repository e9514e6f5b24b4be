/** Active from every start until the account was reconciled with the venue. */
export const AWAITING_RECONCILIATION = 'awaiting-reconciliation';

/** The causes that people raise by command. */
export const HUMAN_CAUSES = {
  pause: 'human-pause',
  reduce: 'human-reduce',
  emergency: 'human-emergency',
} as const;

/** What a cause that safety raises by itself means, and how it ends. */
export interface AutomaticCause {
  /** One sentence for people. */
  readonly meaning: string;
  /** Whether it lifts itself when its reason is gone; otherwise only a restore lifts it. */
  readonly liftsItself: boolean;
}

/** The causes that safety raises by itself. */
export const AUTOMATIC_CAUSES = {
  'drawdown-reduce': {
    meaning: 'The equity fell too far below its peak: positions are reduced.',
    liftsItself: false,
  },
  'drawdown-emergency': {
    meaning: 'The equity fell far below its peak: everything is flattened.',
    liftsItself: false,
  },
  'journal-unwritable': {
    meaning: 'The journal cannot be written, so nothing new may happen.',
    liftsItself: true,
  },
  'feeds-stale': { meaning: 'No instrument has fresh market data.', liftsItself: true },
  'venue-unreachable': { meaning: 'The venue does not answer.', liftsItself: true },
  'reconciliation-mismatch': {
    meaning: 'Our books and the venue differ in a way that cannot be explained.',
    liftsItself: true,
  },
  'order-contradiction': {
    meaning: 'The venue contradicted what it said about an order; reconciliation is due.',
    liftsItself: true,
  },
  'position-closed-by-venue': {
    meaning: 'The venue liquidated or deleveraged a position of ours.',
    liftsItself: false,
  },
  'orders-unknown': {
    meaning: 'The fate of an order stays unknown.',
    liftsItself: true,
  },
  'event-loop-stalled': { meaning: 'The process stood still.', liftsItself: true },
  'clock-skew': { meaning: 'Our clock and the venue disagree.', liftsItself: true },
  'invariant-broken': {
    meaning: 'A rule that must always hold was broken: a bug.',
    liftsItself: false,
  },
} as const satisfies Readonly<Record<string, AutomaticCause>>;

/** The id of a cause that safety raises by itself. */
export type AutomaticCauseId = keyof typeof AUTOMATIC_CAUSES;

/** Whether a cause of this id lifts itself when its reason is gone. */
export const liftsItself = (causeId: string): boolean =>
  (AUTOMATIC_CAUSES as Readonly<Record<string, AutomaticCause>>)[causeId]?.liftsItself ?? false;
