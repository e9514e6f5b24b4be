import { assert, type Json, type Result } from '../../core/index.ts';
import type { DomainEvent } from '../../model/index.ts';
import { automaticCause } from '../../safety/index.ts';
import type { StorageFailure } from '../../store/index.ts';
import type { TradingState } from './trading-state.ts';

/** Where events are written before they take effect: the journal, or a backtest's running hash. */
export interface EventLog {
  append(event: DomainEvent): Result<bigint, StorageFailure>;
}

/** Told of every event after it was applied. It may not record events itself. */
export type EventObserver = (event: DomainEvent) => void;

/** Told of every event once it is written, with its place in the log. It may not record events. */
export type WriteObserver = (event: DomainEvent, seq: bigint) => void;

/** Events that may wait for a log that refuses writes. One more stops the run. */
const MAX_UNWRITTEN = 10_000;

/** What a recorder works with. */
export interface RecorderDeps {
  readonly log: EventLog;
  readonly state: TradingState;
  readonly onApplied: readonly EventObserver[];
  readonly onWritten: readonly WriteObserver[];
}

/**
 * The one way in which state changes: written first, then applied.
 *
 * When the log refuses a write, an order submission is not applied (and so never sent), nor are an
 * amend and the opening of a parent order; everything else is, because a fill, a cancel or a trip is true whether or not the disk works. Such events
 * wait, in order, and are written before anything else once the log works again. Until then the
 * mode is PAUSE. A process that is killed meanwhile loses only what waits, and the next start
 * reconciles with the venue.
 */
export class Recorder {
  readonly #deps: RecorderDeps;
  readonly #unwritten: DomainEvent[] = [];
  /** The state as the log knows it while events wait; null when the log knows everything. */
  #logged: TradingState | null = null;
  #failure: StorageFailure | null = null;
  /** Whether an effect is under way: what it records is observed after what led to it. */
  #inEffect = false;
  /** Events that took effect and that no observer was told of yet. */
  readonly #unobserved: { readonly event: DomainEvent; readonly seq: bigint | null }[] = [];

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
  }

  /** Why the log refuses writes; null while it works and nothing waits. */
  get failure(): StorageFailure | null {
    return this.#failure;
  }

  /** Events that wait for the log. */
  get unwritten(): number {
    return this.#unwritten.length;
  }

  /**
   * Writes and applies an event, then lets `effect` happen, then tells the observers: an order is
   * on its way before anybody looks at it. False when the log refused the event; then `effect` does
   * not happen.
   *
   * Errors: `InvariantError` when more than 10,000 events wait for the log.
   */
  record(event: DomainEvent, effect: (() => void) | null = null): boolean {
    this.retry();
    if (this.#unwritten.length === 0) {
      const written = this.#deps.log.append(event);
      if (written.ok) {
        this.#failure = null;
        this.#deps.state.apply(event);
        if (effect === null && !this.#inEffect) this.#observe(event, written.value);
        else this.#afterEffect(event, written.value, effect);
        return true;
      }
      this.#failure = written.error;
    }
    const opens =
      event.kind === 'order-submitted' ||
      event.kind === 'amend-requested' ||
      event.kind === 'parent-opened';
    if (!opens) this.#keep(event);
    this.#raise(event);
    return false;
  }

  /** Lets an effect happen; the outermost one tells the observers of all that came of it, in order. */
  #afterEffect(event: DomainEvent, seq: bigint, effect: (() => void) | null): void {
    this.#unobserved.push({ event, seq });
    if (this.#inEffect) {
      effect?.();
      return;
    }
    this.#inEffect = true;
    try {
      effect?.();
    } finally {
      this.#inEffect = false;
      for (let next = this.#unobserved.shift(); next; next = this.#unobserved.shift()) {
        this.#observe(next.event, next.seq);
      }
    }
  }

  /** Tells of an event that was applied, and, unless `seq` is null, written. */
  #observe(event: DomainEvent, seq: bigint | null): void {
    for (const observe of this.#deps.onApplied) observe(event);
    if (seq === null) return;
    for (const observe of this.#deps.onWritten) observe(event, seq);
  }

  /** Writes what waits, oldest first, as far as the log takes it. */
  retry(): void {
    if (this.#unwritten.length === 0) return;
    const { log, onWritten } = this.#deps;
    while (this.#unwritten.length > 0) {
      const event = this.#unwritten[0]!;
      const written = log.append(event);
      if (!written.ok) {
        this.#failure = written.error;
        return;
      }
      this.#unwritten.shift();
      this.#logged?.apply(event);
      for (const observe of onWritten) observe(event, written.value);
      if (this.#unwritten.length > 0) continue;
      this.#logged = null;
      this.#failure = null;
    }
  }

  /** Notes that the log failed outside an append, for example in a group commit. */
  fail(failure: StorageFailure, event: Pick<DomainEvent, 'at'>): void {
    this.#failure = failure;
    this.#raise(event);
  }

  /** The state of everything written: what a checkpoint of the log may hold. */
  checkpoint(): Json {
    return (this.#logged ?? this.#deps.state).snapshot();
  }

  /** Applies an event that the log refused and keeps it for later. */
  #keep(event: DomainEvent): void {
    assert(
      this.#unwritten.length < MAX_UNWRITTEN,
      () => `at most ${MAX_UNWRITTEN} events wait for the journal: ${this.#failure?.detail}`,
    );
    this.#logged ??= this.#deps.state.copy();
    this.#unwritten.push(event);
    this.#deps.state.apply(event);
    if (this.#inEffect) this.#unobserved.push({ event, seq: null });
    else this.#observe(event, null);
  }

  #raise({ at }: Pick<DomainEvent, 'at'>): void {
    const detail = `the journal refuses writes: ${this.#failure?.detail}`;
    const cause = automaticCause('journal-unwritable', 'PAUSE', detail, at);
    const raised = this.#deps.state.safety.raise(cause);
    if (raised !== null) this.#keep(raised);
  }
}
