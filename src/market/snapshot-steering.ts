import { addMs, type EventTimeNs } from '../core/index.ts';
import type { DomainEvent, InstrumentId } from '../model/index.ts';

/** Where the engine's copy of a book stands. */
export type BookState = 'waiting-snapshot' | 'synchronised' | 'broken';

/** What the engine says about one instrument's book. */
export interface BookSync {
  /** Dense instrument index. */
  readonly symbol: number;
  readonly instrument: InstrumentId;
  readonly state: BookState;
  /** Update id of the book; meaningful when synchronised. */
  readonly updateId: bigint;
  /** Why it is broken, in the engine's words; null otherwise. */
  readonly reason: string | null;
}

/** How snapshots are asked for. */
export interface SnapshotTiming {
  /** Wait before the second request; it doubles with every further one. */
  readonly firstRetryMs: number;
  /** The wait never grows beyond this. */
  readonly maxRetryMs: number;
  /** A book that was synchronised for this long starts again at `firstRetryMs`. */
  readonly stableAfterMs: number;
}

/** Venue-friendly defaults: a full-depth snapshot is an expensive question. */
const SNAPSHOT_TIMING: SnapshotTiming = {
  firstRetryMs: 1_000,
  maxRetryMs: 60_000,
  stableAfterMs: 60_000,
};

/** What one look at the books calls for. */
export interface SteeringStep {
  /** Instrument indices to request a snapshot for now. */
  readonly requests: readonly number[];
  /** Transitions to record. */
  readonly events: readonly DomainEvent[];
}

interface Steered {
  synchronisedAt: EventTimeNs | null;
  /** Requests since the book was last stable. */
  attempts: number;
  nextRequestAt: EventTimeNs | null;
}

/**
 * Asks for full-depth snapshots: at once on the start and after a gap, then with a doubling wait
 * for as long as the book does not synchronise. The wait is also the limit within which a snapshot
 * must arrive. A book that breaks again and again keeps its long wait until it was stable.
 *
 * Not journalled: after a restart every book starts without a snapshot.
 */
export class SnapshotSteering {
  readonly #timing: SnapshotTiming;
  readonly #steered = new Map<number, Steered>();

  constructor(timing: SnapshotTiming = SNAPSHOT_TIMING) {
    this.#timing = timing;
  }

  /** Looks at every book. To be called after each batch of frames, or about every 100 ms. */
  observe(books: readonly BookSync[], at: EventTimeNs): SteeringStep {
    const requests: number[] = [];
    const events: DomainEvent[] = [];
    for (const book of books) {
      const steered = this.#of(book.symbol);
      const event = this.#noteTransition(book, steered, at);
      if (event !== null) events.push(event);
      if (book.state !== 'synchronised' && this.#requestIsDue(steered, at)) {
        requests.push(book.symbol);
      }
    }
    return { requests, events };
  }

  #of(symbol: number): Steered {
    let steered = this.#steered.get(symbol);
    if (steered === undefined) {
      steered = { synchronisedAt: null, attempts: 0, nextRequestAt: null };
      this.#steered.set(symbol, steered);
    }
    return steered;
  }

  #noteTransition(book: BookSync, steered: Steered, at: EventTimeNs): DomainEvent | null {
    const { instrument, updateId } = book;
    if (book.state === 'synchronised') {
      if (steered.synchronisedAt !== null) return null;
      steered.synchronisedAt = at;
      return { kind: 'book-synchronised', at, instrument, updateId };
    }
    if (steered.synchronisedAt === null) return null;
    if (addMs(steered.synchronisedAt, this.#timing.stableAfterMs) <= at) {
      steered.attempts = 0;
      steered.nextRequestAt = null;
    }
    steered.synchronisedAt = null;
    return { kind: 'book-desynchronised', at, instrument, reason: book.reason ?? book.state };
  }

  #requestIsDue(steered: Steered, at: EventTimeNs): boolean {
    if (steered.nextRequestAt !== null && at < steered.nextRequestAt) return false;
    const { firstRetryMs, maxRetryMs } = this.#timing;
    const waitMs = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(steered.attempts, 30));
    steered.attempts += 1;
    steered.nextRequestAt = addMs(at, waitMs);
    return true;
  }
}
