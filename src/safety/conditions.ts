import { addMs, type EventTimeNs } from '../core/index.ts';
import type { ControlMode, DomainEvent, ModeCause } from '../model/index.ts';
import { AUTOMATIC_CAUSES, type AutomaticCauseId, liftsItself } from './causes.ts';
import type { Safety } from './safety.ts';
import type { SafetyThresholds } from './thresholds.ts';

/** What is measured about the running service, all at one moment. */
export interface SafetyReadings {
  readonly at: EventTimeNs;
  /** Fraction of the equity's peak. */
  readonly drawdown: number;
  readonly journalWritable: boolean;
  /** Age of the freshest data over all instruments, ms; time since the start before the first. */
  readonly freshestFeedAgeMs: number;
  readonly venueReachable: boolean;
  /** Whether the last comparison with the venue found what it could not explain. */
  readonly reconciliationMismatch: boolean;
  /** What differs, for people; absent: the bare fact. */
  readonly mismatchDetail?: string;
  /** Longest age of an order whose fate is unknown, ms; 0 when there is none. */
  readonly oldestUnknownOrderMs: number;
  /** Longest standstill of the event loop since the last readings, ms. */
  readonly eventLoopStallMs: number;
  /** Our clock less the venue's, ms; null when it is not known. */
  readonly clockSkewMs: number | null;
}

/** One condition as it stands. */
export interface Condition {
  readonly causeId: AutomaticCauseId;
  readonly active: boolean;
  readonly mode: ControlMode;
  /** Value and limit in plain words; empty while it is not active. */
  readonly detail: string;
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)} %`;

/** Judges the readings. A drawdown stays until a person restores; what is technical lifts itself. */
export function evaluateConditions(
  readings: SafetyReadings,
  thresholds: SafetyThresholds,
): readonly Condition[] {
  const { drawdown, freshestFeedAgeMs, oldestUnknownOrderMs, clockSkewMs } = readings;
  const pause = (causeId: AutomaticCauseId, active: boolean, say: () => string): Condition => ({
    causeId,
    active,
    mode: 'PAUSE',
    detail: active ? say() : '',
  });
  const fallen = (causeId: AutomaticCauseId, mode: ControlMode, limit: number): Condition => ({
    causeId,
    active: drawdown >= limit,
    mode,
    detail: drawdown >= limit ? `drawdown ${percent(drawdown)}; limit ${percent(limit)}` : '',
  });
  return [
    fallen('drawdown-reduce', 'REDUCE', thresholds.reduceAtDrawdown),
    fallen('drawdown-emergency', 'EMERGENCY', thresholds.emergencyAtDrawdown),
    pause('journal-unwritable', !readings.journalWritable, () => 'the journal refused a write'),
    pause(
      'feeds-stale',
      freshestFeedAgeMs > thresholds.feedStaleMs,
      () =>
        `freshest market data is ${freshestFeedAgeMs.toFixed(0)} ms old; limit ${thresholds.feedStaleMs} ms`,
    ),
    pause('venue-unreachable', !readings.venueReachable, () => 'the venue does not answer'),
    pause(
      'reconciliation-mismatch',
      readings.reconciliationMismatch,
      () => readings.mismatchDetail ?? 'our books and the venue differ',
    ),
    pause(
      'orders-unknown',
      oldestUnknownOrderMs > thresholds.unknownOrderMs,
      () =>
        `an order is in doubt for ${oldestUnknownOrderMs.toFixed(0)} ms; limit ${thresholds.unknownOrderMs} ms`,
    ),
    pause(
      'event-loop-stalled',
      readings.eventLoopStallMs > thresholds.eventLoopStallMs,
      () =>
        `event loop stood still for ${readings.eventLoopStallMs.toFixed(0)} ms; limit ${thresholds.eventLoopStallMs} ms`,
    ),
    pause(
      'clock-skew',
      clockSkewMs !== null && Math.abs(clockSkewMs) > thresholds.clockSkewPauseMs,
      () =>
        `clock differs by ${clockSkewMs?.toFixed(0)} ms; limit ${thresholds.clockSkewPauseMs} ms`,
    ),
  ];
}

/** What the monitor found in one set of readings. */
export interface Observation {
  /** What the readings call for, in the order to be recorded in. */
  readonly events: readonly DomainEvent[];
  /**
   * The ids of the conditions that hold now and keep a restore from taking effect. A drawdown is
   * not among them: its restore is what counts the drawdown anew.
   */
  readonly red: readonly AutomaticCauseId[];
}

const keepsRestoreBack = ({ active, causeId }: Condition): boolean =>
  active && causeId !== 'drawdown-reduce' && causeId !== 'drawdown-emergency';

/**
 * Turns conditions into events over time: raises at once, lifts a self-clearing cause after its
 * condition was gone for `clearAfterMs`, as often as safety allows.
 *
 * What it remembers, since when a condition is gone, is not journalled: after a restart the quiet
 * time is counted anew.
 */
export class ConditionMonitor {
  readonly #thresholds: SafetyThresholds;
  readonly #goneSince = new Map<AutomaticCauseId, EventTimeNs>();

  constructor(thresholds: SafetyThresholds) {
    this.#thresholds = thresholds;
  }

  /** Judges the readings once. The events are to be recorded before the next call. */
  observe(readings: SafetyReadings, safety: Safety): Observation {
    const conditions = evaluateConditions(readings, this.#thresholds);
    const events: DomainEvent[] = [];
    for (const condition of conditions) {
      const event = condition.active
        ? this.#raise(condition, safety, readings.at)
        : this.#settle(condition.causeId, safety, readings.at);
      if (event !== null) events.push(event);
    }
    const ended = this.#settleContradiction(readings, safety);
    if (ended !== null) events.push(ended);
    return { events, red: conditions.filter(keepsRestoreBack).map(({ causeId }) => causeId) };
  }

  #raise(condition: Condition, safety: Safety, at: EventTimeNs): DomainEvent | null {
    this.#goneSince.delete(condition.causeId);
    return safety.raise(automaticCause(condition.causeId, condition.mode, condition.detail, at));
  }

  /** A contradiction is raised where it is found; that both sides agree again is what ends it. */
  #settleContradiction(readings: SafetyReadings, safety: Safety): DomainEvent | null {
    if (!readings.reconciliationMismatch) {
      return this.#settle('order-contradiction', safety, readings.at);
    }
    this.#goneSince.delete('order-contradiction');
    return null;
  }

  #settle(causeId: AutomaticCauseId, safety: Safety, at: EventTimeNs): DomainEvent | null {
    if (!liftsItself(causeId) || safety.cause(causeId) === null) {
      this.#goneSince.delete(causeId);
      return null;
    }
    const since = this.#goneSince.get(causeId) ?? at;
    this.#goneSince.set(causeId, since);
    if (at < addMs(since, this.#thresholds.clearAfterMs)) return null;
    const cleared = safety.selfClear(
      causeId,
      at,
      `gone for ${this.#thresholds.clearAfterMs} ms: ${AUTOMATIC_CAUSES[causeId].meaning}`,
    );
    return cleared.ok ? cleared.value : null;
  }
}

/** A cause that safety raises by itself. */
export const automaticCause = (
  id: AutomaticCauseId,
  mode: ControlMode,
  detail: string,
  since: EventTimeNs,
): ModeCause => ({ id, mode, origin: 'automatic', detail, since });
