import type { Json } from '../core/index.ts';
import type { DomainEvent, JournalEntry } from '../model/index.ts';
import type { AuditDraft } from './entry.ts';

type Actor = (event: DomainEvent) => string;

const actorOfCause: Actor = (event) => {
  if (event.kind !== 'cause-raised') return 'safety';
  const { origin } = event.cause;
  return origin === 'human' || origin === 'hardware' ? origin : 'safety';
};

/** Who did it, for each kind of event that the audit keeps. */
const AUDITED: Readonly<Partial<Record<DomainEvent['kind'], Actor>>> = {
  'run-started': () => 'service',
  'run-stopped': () => 'service',
  'cash-deposited': () => 'service',
  reconciled: () => 'service',
  'cause-raised': actorOfCause,
  'cause-cleared': () => 'safety',
  'restore-requested': () => 'human',
  'restore-cancelled': () => 'human',
  'order-doubted': () => 'service',
  'order-rejected': () => 'venue',
  'order-filled': () => 'venue',
  'account-charged': () => 'venue',
  'position-closed': () => 'venue',
};

/**
 * What the audit keeps of a journal entry; null for what only the journal keeps: the routine of
 * orders (submitted, accepted, cancelled, refused), samples, bars and book synchronisation.
 */
export function auditDraftOf(entry: JournalEntry): AuditDraft | null {
  const { event, seq } = entry;
  const actor = AUDITED[event.kind];
  if (actor === undefined) return null;
  return {
    at: event.at,
    actor: actor(event),
    action: event.kind,
    detail: detailOf(event),
    journalSeq: seq,
  };
}

function detailOf(event: DomainEvent): Json {
  // Fills are most of what is audited, and the rest of an object costs twenty times as much.
  if (event.kind === 'order-filled') return { fill: event.fill } as unknown as Json;
  const { kind, at, ...detail } = event;
  return detail as unknown as Json;
}
