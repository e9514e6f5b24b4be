import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../core/index.ts';
import type { DomainEvent } from '../model/index.ts';

/** Hexadecimal digits of an id: 64 bits. */
const DIGITS = 16;

/**
 * Names a correction that reconciliation made in our books: `rc-` and 16 hexadecimal digits.
 *
 *   SHA-256 of the account and the event in canonical JSON, without the time of the comparison
 *
 * Determinism: the same difference found again, at another time or in another run, has the same id;
 *              another order, trade or content has another.
 */
export function correctionId(account: string, event: DomainEvent): string {
  const { at: _at, ...content } = event;
  const text = canonicalJson({ account, content: content as unknown as Json });
  return `rc-${createHash('sha256').update(text).digest('hex').slice(0, DIGITS)}`;
}

const subjectOf = (event: DomainEvent): string => {
  if (event.kind === 'order-filled') return `${event.fill.tradeId} of ${event.fill.clientOrderId}`;
  if (event.kind === 'account-charged') return event.charge.chargeId;
  if (event.kind === 'position-closed') return `${event.fill.tradeId} of ${event.fill.instrument}`;
  return 'clientOrderId' in event ? event.clientOrderId : 'the account';
};

/**
 * The events of a reconciliation with the ids of its corrections in the closing `reconciled`, so that
 * the journal, the audit and the database tell the same correction by the same name.
 */
export function namedCorrections(
  account: string,
  events: readonly DomainEvent[],
): readonly DomainEvent[] {
  const lines = events
    .filter(({ kind }) => kind !== 'reconciled')
    .map((event) => `${correctionId(account, event)}: ${event.kind} ${subjectOf(event)}`);
  return events.map((event) =>
    event.kind === 'reconciled'
      ? { ...event, resolutions: [...event.resolutions, ...lines] }
      : event,
  );
}
