import { type EventTimeNs, toIso } from '../../core/index.ts';
import type { DomainEvent, InstrumentId } from '../../model/index.ts';
import type { SequenceBreak } from '../contracts.ts';

interface OpenBreak {
  readonly instrument: InstrumentId;
  readonly at: EventTimeNs;
  readonly reason: string;
  resolvedBy: string | null;
}

/** Breaks that are listed one by one; `count` goes on beyond. */
const MAX_LISTED = 1_000;

/** Collects where books were lost and how they came back. */
export class BreakList {
  readonly #breaks: OpenBreak[] = [];
  #count = 0;

  /** Number of breaks, also of those that are not listed. */
  get count(): number {
    return this.#count;
  }

  /** Takes note of an event. */
  readonly observe = (event: DomainEvent): void => {
    if (event.kind === 'book-desynchronised') this.#count += 1;
    if (event.kind === 'book-desynchronised' && this.#breaks.length < MAX_LISTED) {
      const { instrument, at, reason } = event;
      this.#breaks.push({ instrument, at, reason, resolvedBy: null });
    }
    if (event.kind === 'book-synchronised') {
      const open = this.#breaks.findLast(
        (each) => each.instrument === event.instrument && each.resolvedBy === null,
      );
      if (open !== undefined) {
        open.resolvedBy = `snapshot, synchronised at update ${event.updateId}, ${toIso(event.at)}`;
      }
    }
  };

  /** The first 1,000 breaks in order of time. */
  list(): readonly SequenceBreak[] {
    return this.#breaks.map(({ instrument, at, reason, resolvedBy }) => ({
      instrument,
      atNs: String(at),
      reason,
      resolvedBy: resolvedBy ?? 'unresolved: no later snapshot in the data, no order until the end',
    }));
  }
}
