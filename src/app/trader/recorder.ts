import type { Result } from '../../core/index.ts';
import type { DomainEvent } from '../../model/index.ts';
import { automaticCause } from '../../safety/index.ts';
import type { StorageFailure } from '../../store/index.ts';
import type { TradingState } from './trading-state.ts';

/** Where events are written before they take effect: the journal, or a backtest's running hash. */
export interface EventLog {
  append(event: DomainEvent): Result<bigint, StorageFailure>;
}

/**
 * Told of every event after it was applied, with its place in the log (null when the log refused
 * it). It may not record events itself.
 */
export type EventObserver = (event: DomainEvent, seq: bigint | null) => void;

/**
 * The one way in which state changes: written first, then applied.
 *
 * When the log refuses a write, an order submission is not applied (and so never sent); everything
 * else is, because a fill, a cancel or a trip is true whether or not the disk works, and the next
 * start reconciles with the venue. The mode goes to PAUSE at once.
 */
export class Recorder {
  readonly #log: EventLog;
  readonly #state: TradingState;
  readonly #observers: readonly EventObserver[];
  #failure: StorageFailure | null = null;

  constructor(log: EventLog, state: TradingState, observers: readonly EventObserver[]) {
    this.#log = log;
    this.#state = state;
    this.#observers = observers;
  }

  /** Why the log refused the latest write; null while it works. */
  get failure(): StorageFailure | null {
    return this.#failure;
  }

  /** Writes and applies an event. False when the log refused it. */
  record(event: DomainEvent): boolean {
    const written = this.#log.append(event);
    if (!written.ok) {
      this.fail(written.error, event);
      if (event.kind === 'order-submitted') return false;
    } else this.#failure = null;
    this.#apply(event, written.ok ? written.value : null);
    return written.ok;
  }

  /** Notes that the log failed outside an append, for example in a group commit. */
  fail(failure: StorageFailure, event: Pick<DomainEvent, 'at'>): void {
    this.#failure = failure;
    const detail = `the journal refused a write: ${failure.detail}`;
    const raised = this.#state.safety.raise(
      automaticCause('journal-unwritable', 'PAUSE', detail, event.at),
    );
    if (raised !== null) this.#apply(raised, null);
  }

  #apply(event: DomainEvent, seq: bigint | null): void {
    this.#state.apply(event);
    for (const observe of this.#observers) observe(event, seq);
  }
}
