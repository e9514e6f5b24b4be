import type { EpochMs, SystemView } from './system-view.ts';

/** A view older than this means that the trader no longer makes new ones, ms. */
const VIEW_STALE_AFTER_MS = 5_000;

/** Event-loop delay from which the steering plane counts as degraded, p99, ms. */
const EVENT_LOOP_DEGRADED_MS = 100;

/** Event-loop delay from which it counts as failed, p99, ms. */
const EVENT_LOOP_FAILED_MS = 1_000;

/** `degraded` still does its duty or has stopped on purpose; `failed` needs somebody's attention. */
export type CheckStatus = 'ok' | 'degraded' | 'failed';

/** One thing that was looked at. */
export interface HealthCheck {
  readonly name: 'view' | 'mode' | 'journal' | 'venues' | 'feeds' | 'database' | 'event-loop';
  readonly status: CheckStatus;
  /** Plain words with the value that was found. */
  readonly detail: string;
}

/** The state of the service: that of its worst check. */
export interface HealthReport {
  readonly status: CheckStatus;
  readonly checks: readonly HealthCheck[];
}

/**
 * Judges a view at a time: is somebody needed?
 *
 * A pause is `degraded`, since it is a decision and not a defect; EMERGENCY, an unwritable journal,
 * no venue at all, no usable book at all and a trader that no longer reports are `failed`.
 * The database alone never fails the service: trading goes on without it.
 *
 * Determinism: a function of its arguments.
 */
export function evaluateHealth(view: SystemView, nowMs: EpochMs): HealthReport {
  const checks = [
    viewCheck(view, nowMs),
    modeCheck(view),
    journalCheck(view),
    venuesCheck(view),
    feedsCheck(view),
    databaseCheck(view),
    eventLoopCheck(view),
  ];
  const has = (status: CheckStatus): boolean => checks.some((check) => check.status === status);
  return { status: has('failed') ? 'failed' : has('degraded') ? 'degraded' : 'ok', checks };
}

function viewCheck(view: SystemView, nowMs: EpochMs): HealthCheck {
  const ageMs = Math.max(0, nowMs - view.atMs);
  return {
    name: 'view',
    status: ageMs > VIEW_STALE_AFTER_MS ? 'failed' : 'ok',
    detail: `the trader reported ${ageMs < 1000 ? 'less than 1' : Math.floor(ageMs / 1000)} s ago`,
  };
}

function modeCheck(view: SystemView): HealthCheck {
  const { mode } = view.mode;
  const status = mode === 'EMERGENCY' ? 'failed' : mode === 'NORMAL' ? 'ok' : 'degraded';
  return { name: 'mode', status, detail: `control mode is ${mode}` };
}

function journalCheck({ journal }: SystemView): HealthCheck {
  const unsynced = BigInt(journal.seq) - BigInt(journal.durableSeq);
  return journal.writable
    ? {
        name: 'journal',
        status: 'ok',
        detail: `entry ${journal.seq} written, ${unsynced} not yet on the disk`,
      }
    : { name: 'journal', status: 'failed', detail: `not writable after entry ${journal.seq}` };
}

function venuesCheck({ venues }: SystemView): HealthCheck {
  const down = venues.filter((venue) => !venue.connected).map((venue) => venue.venue);
  const none = down.length === venues.length;
  return {
    name: 'venues',
    status: none ? 'failed' : down.length > 0 ? 'degraded' : 'ok',
    detail:
      down.length > 0
        ? `not connected: ${down.join(', ')}`
        : `${venues.length} of ${venues.length} connected`,
  };
}

function feedsCheck({ feeds }: SystemView): HealthCheck {
  const bad = feeds.filter((feed) => feed.state !== 'synchronised');
  const none = bad.length === feeds.length;
  return {
    name: 'feeds',
    status: none ? 'failed' : bad.length > 0 ? 'degraded' : 'ok',
    detail:
      bad.length > 0
        ? bad.map((feed) => `${feed.instrument} is ${feed.state}`).join(', ')
        : `${feeds.length} of ${feeds.length} books synchronised`,
  };
}

function databaseCheck({ database }: SystemView): HealthCheck {
  const detail = database.detail === null ? '' : `: ${database.detail}`;
  return {
    name: 'database',
    status: database.state === 'connected' || database.state === 'off' ? 'ok' : 'degraded',
    detail: `${database.state}, ${database.lagEntries} ${database.lagEntries === 1 ? 'entry' : 'entries'} behind${detail}`,
  };
}

function eventLoopCheck({ process }: SystemView): HealthCheck {
  const p99 = process.eventLoopDelayP99Ms;
  const late = p99 > EVENT_LOOP_DEGRADED_MS;
  return {
    name: 'event-loop',
    status: p99 > EVENT_LOOP_FAILED_MS ? 'failed' : late ? 'degraded' : 'ok',
    detail: `delay p99 is ${p99.toFixed(1)} ms`,
  };
}
