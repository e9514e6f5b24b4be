import {
  addMs,
  assert,
  type EventTimeNs,
  err,
  eventTime,
  type Json,
  ok,
  type Result,
  toIso,
} from '../core/index.ts';
import {
  type ControlMode,
  type DomainEvent,
  type InstrumentId,
  type ModeCause,
  type StrategyId,
  severity,
} from '../model/index.ts';
import { AWAITING_RECONCILIATION, liftsItself } from './causes.ts';
import { SelfClearings } from './self-clearings.ts';

/** Owner of the orders that safety places; all of them reduce-only. */
export const SAFETY_STRATEGY = 'safety' as StrategyId;

/** Least time between asking for a restore and its taking effect. */
export const RESTORE_LOCK_MS = 24 * 3_600_000;

/** A restore that came due lapses when its checks stay red for this long. */
const RESTORE_LAPSE_MS = 24 * 3_600_000;

/** A restore that was asked for and waits for its time. */
export interface PendingRestore {
  readonly causeId: string;
  readonly requestedAt: EventTimeNs;
  readonly dueAt: EventTimeNs;
}

/** Why a cause may not be lifted now. */
export interface ClearRefusal {
  readonly code: 'no-such-cause' | 'needs-restore' | 'too-often';
  readonly detail: string;
}

type CauseCleared = Extract<DomainEvent, { readonly kind: 'cause-cleared' }>;
type CauseRaised = Extract<DomainEvent, { readonly kind: 'cause-raised' }>;

const bootCause = (since: EventTimeNs): ModeCause => ({
  id: AWAITING_RECONCILIATION,
  mode: 'PAUSE',
  origin: 'start-up',
  detail: 'waits until the account is reconciled with the venue',
  since,
});

const isLocked = (cause: ModeCause): boolean =>
  cause.origin === 'human' || cause.origin === 'hardware';

/**
 * The control mode: a fold over causes. The mode is the most severe of the active ones.
 *
 * Every `run-started` brings back `awaiting-reconciliation`, which `reconciled` lifts; all other
 * causes outlive a restart. Causes are keyed by ids that code defines, so their number is bounded.
 */
export class Safety {
  readonly #causes = new Map<string, ModeCause>();
  readonly #restores = new Map<string, PendingRestore>();
  readonly #lastReduction = new Map<InstrumentId, EventTimeNs>();
  #clearings = new SelfClearings();
  #modeSince: EventTimeNs = eventTime(0n);

  constructor() {
    this.#causes.set(AWAITING_RECONCILIATION, bootCause(eventTime(0n)));
  }

  /** Rebuilds the state from a snapshot. */
  static restore(snapshot: Json): Safety {
    const from = snapshot as unknown as {
      readonly causes: readonly (Omit<ModeCause, 'since'> & { readonly since: string })[];
      readonly restores: readonly Record<keyof PendingRestore, string>[];
      readonly lastReduction: readonly (readonly [InstrumentId, string])[];
      readonly clearings: Json;
      readonly modeSince: string;
    };
    const safety = new Safety();
    safety.#causes.clear();
    for (const cause of from.causes) {
      safety.#causes.set(cause.id, { ...cause, since: eventTime(BigInt(cause.since)) });
    }
    for (const { causeId, requestedAt, dueAt } of from.restores) {
      safety.#restores.set(causeId, {
        causeId,
        requestedAt: eventTime(BigInt(requestedAt)),
        dueAt: eventTime(BigInt(dueAt)),
      });
    }
    for (const [instrument, at] of from.lastReduction) {
      safety.#lastReduction.set(instrument, eventTime(BigInt(at)));
    }
    safety.#clearings = SelfClearings.restore(from.clearings);
    safety.#modeSince = eventTime(BigInt(from.modeSince));
    return safety;
  }

  /** Folds one event. */
  apply(event: DomainEvent): void {
    const before = this.mode;
    switch (event.kind) {
      case 'run-started':
        this.#causes.set(AWAITING_RECONCILIATION, bootCause(event.at));
        break;
      case 'reconciled':
        this.#causes.delete(AWAITING_RECONCILIATION);
        break;
      case 'cause-raised':
        this.#raise(event.cause);
        break;
      case 'cause-cleared':
        this.#clear(event);
        break;
      case 'restore-requested':
        this.#restores.set(event.causeId, {
          causeId: event.causeId,
          requestedAt: event.at,
          dueAt: event.dueAt,
        });
        break;
      case 'restore-cancelled':
        this.#restores.delete(event.causeId);
        break;
      case 'order-submitted':
        if (event.request.strategy === SAFETY_STRATEGY) {
          this.#lastReduction.set(event.request.instrument, event.at);
        }
        break;
      default:
        return;
    }
    if (this.mode !== before || this.#modeSince === 0n) this.#modeSince = event.at;
  }

  #raise(cause: ModeCause): void {
    const active = this.#causes.get(cause.id);
    if (active !== undefined && severity(active.mode) >= severity(cause.mode)) return;
    this.#causes.set(cause.id, active === undefined ? cause : { ...cause, since: active.since });
  }

  #clear(event: CauseCleared): void {
    const cause = this.#causes.get(event.causeId);
    if (cause === undefined) return;
    const restore = this.#restores.get(event.causeId);
    const restored = restore !== undefined && event.at >= restore.dueAt;
    assert(
      restored || (!isLocked(cause) && (cause.origin === 'start-up' || liftsItself(cause.id))),
      `${cause.origin} cause ${cause.id} is lifted only by a restore that is due`,
    );
    this.#causes.delete(event.causeId);
    this.#restores.delete(event.causeId);
    if (cause.origin === 'automatic' && !restored) this.#clearings.add(event.causeId, event.at);
  }

  /** The mode now: that of the most severe active cause. */
  get mode(): ControlMode {
    let most: ControlMode = 'NORMAL';
    for (const cause of this.#causes.values()) {
      if (severity(cause.mode) > severity(most)) most = cause.mode;
    }
    return most;
  }

  /** When the mode last changed. */
  get modeSince(): EventTimeNs {
    return this.#modeSince;
  }

  /** Active causes, the most severe first, then the oldest. */
  causes(): readonly ModeCause[] {
    return [...this.#causes.values()].sort(
      (a, b) => severity(b.mode) - severity(a.mode) || Number(a.since - b.since),
    );
  }

  /** One active cause; null when it is not active. */
  cause(id: string): ModeCause | null {
    return this.#causes.get(id) ?? null;
  }

  /** Restores that wait for their time. */
  pendingRestores(): readonly PendingRestore[] {
    return [...this.#restores.values()];
  }

  /** When safety last placed a reducing order in an instrument; null when never. */
  lastReductionAt(instrument: InstrumentId): EventTimeNs | null {
    return this.#lastReduction.get(instrument) ?? null;
  }

  /** Whether only a time-locked restore can lift this cause now. */
  needsRestore(cause: ModeCause, at: EventTimeNs): boolean {
    if (cause.origin === 'start-up') return false;
    return isLocked(cause) || !liftsItself(cause.id) || !this.#clearings.allows(cause.id, at);
  }

  /** The event that raises a cause; null when it is active in this mode or a more severe one. */
  raise(cause: ModeCause): CauseRaised | null {
    const active = this.#causes.get(cause.id);
    if (active !== undefined && severity(active.mode) >= severity(cause.mode)) return null;
    return { kind: 'cause-raised', at: cause.since, cause };
  }

  /**
   * The event that lifts an automatic cause whose reason is gone.
   *
   * Errors:  human and hardware causes need a restore, and so do an automatic one that is not made
   *          to lift itself and one that did so three times in the 24 h before.
   */
  selfClear(causeId: string, at: EventTimeNs, reason: string): Result<CauseCleared, ClearRefusal> {
    const cause = this.#causes.get(causeId);
    if (cause === undefined) {
      return err({ code: 'no-such-cause', detail: `no cause ${causeId} is active` });
    }
    if (cause.origin !== 'automatic' || !liftsItself(causeId)) {
      return err({ code: 'needs-restore', detail: `${causeId} is lifted only by a restore` });
    }
    if (!this.#clearings.allows(causeId, at)) {
      const detail = `${causeId} lifted itself three times in 24 h, last before ${toIso(at)}`;
      return err({ code: 'too-often', detail });
    }
    return ok({ kind: 'cause-cleared', at, causeId, reason });
  }

  /**
   * The events of the restores that are due: with every check green their causes are lifted; a
   * restore that stayed red for `RESTORE_LAPSE_MS` after its time lapses.
   */
  dueRestores(at: EventTimeNs, redChecks: readonly string[]): readonly DomainEvent[] {
    const events: DomainEvent[] = [];
    for (const { causeId, requestedAt, dueAt } of this.#restores.values()) {
      if (at < dueAt) continue;
      if (redChecks.length === 0) {
        const reason = `restore asked for at ${toIso(requestedAt)} is due and all checks are green`;
        events.push({ kind: 'cause-cleared', at, causeId, reason });
      } else if (at >= addMs(dueAt, RESTORE_LAPSE_MS)) {
        events.push({ kind: 'restore-cancelled', at, causeId });
      }
    }
    return events;
  }

  /** The state as canonical JSON. */
  snapshot(): Json {
    return {
      causes: [...this.#causes.values()].map((cause) => ({ ...cause })),
      restores: [...this.#restores.values()].map((restore) => ({ ...restore })),
      lastReduction: [...this.#lastReduction],
      clearings: this.#clearings.snapshot(),
      modeSince: this.#modeSince,
    };
  }
}
