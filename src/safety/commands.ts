import { addMs, type EventTimeNs, toIso } from '../core/index.ts';
import type { ControlMode, DomainEvent } from '../model/index.ts';
import { HUMAN_CAUSES } from './causes.ts';
import { RESTORE_LOCK_MS, type Safety } from './safety.ts';

/** What a person may ask of a running service. */
export type SafetyCommand =
  | { readonly kind: 'pause' | 'reduce' | 'emergency'; readonly detail?: string }
  /** Asks for the lifting of one cause, or of all that need it. */
  | { readonly kind: 'restore'; readonly causeId?: string }
  | { readonly kind: 'cancel-restore'; readonly causeId?: string };

/** What a command comes to: events to record and an answer in plain words. */
export interface CommandOutcome {
  readonly accepted: boolean;
  readonly events: readonly DomainEvent[];
  readonly message: string;
}

const HUMAN_MODES: Readonly<Record<'pause' | 'reduce' | 'emergency', ControlMode>> = {
  pause: 'PAUSE',
  reduce: 'REDUCE',
  emergency: 'EMERGENCY',
};

const refused = (message: string): CommandOutcome => ({ accepted: false, events: [], message });

function tighten(
  safety: Safety,
  kind: 'pause' | 'reduce' | 'emergency',
  detail: string,
  at: EventTimeNs,
): CommandOutcome {
  const id = HUMAN_CAUSES[kind];
  const events: DomainEvent[] = [];
  if (safety.pendingRestores().some((restore) => restore.causeId === id)) {
    events.push({ kind: 'restore-cancelled', at, causeId: id });
  }
  const raised = safety.raise({ id, mode: HUMAN_MODES[kind], origin: 'human', detail, since: at });
  if (raised !== null) events.push(raised);
  const message =
    raised === null
      ? `${HUMAN_MODES[kind]} by command is active already`
      : `${HUMAN_MODES[kind]} by command; only a restore with 24 h notice lifts it`;
  return { accepted: true, events, message };
}

function requestRestore(
  safety: Safety,
  causeId: string | undefined,
  at: EventTimeNs,
): CommandOutcome {
  const lockable = safety.causes().filter((cause) => safety.needsRestore(cause, at));
  const wanted = causeId === undefined ? lockable : lockable.filter(({ id }) => id === causeId);
  if (wanted.length === 0) {
    const known = lockable.map(({ id }) => id).join(', ');
    return refused(
      known === ''
        ? 'no active cause needs a restore'
        : `no cause ${causeId} needs a restore; those that do: ${known}`,
    );
  }
  const pending = new Set(safety.pendingRestores().map((restore) => restore.causeId));
  const dueAt = addMs(at, RESTORE_LOCK_MS);
  const events: DomainEvent[] = wanted
    .filter(({ id }) => !pending.has(id))
    .map(({ id }) => ({ kind: 'restore-requested', at, causeId: id, dueAt }));
  const names = wanted.map(({ id }) => id).join(', ');
  const message =
    events.length === 0
      ? `a restore of ${names} is pending already`
      : `restore of ${names} takes effect at ${toIso(dueAt)} at the earliest, if all checks are green then`;
  return { accepted: true, events, message };
}

function cancelRestore(
  safety: Safety,
  causeId: string | undefined,
  at: EventTimeNs,
): CommandOutcome {
  const wanted = safety
    .pendingRestores()
    .filter((restore) => causeId === undefined || restore.causeId === causeId);
  if (wanted.length === 0) {
    return refused(causeId === undefined ? 'no restore is pending' : `no restore of ${causeId}`);
  }
  const events = wanted.map((restore) => {
    return { kind: 'restore-cancelled', at, causeId: restore.causeId } as const;
  });
  const names = wanted.map((restore) => restore.causeId).join(', ');
  return { accepted: true, events, message: `restore of ${names} cancelled` };
}

/**
 * Answers a command. What lowers risk is always accepted, in every state; what raises it again
 * waits 24 h and can be cancelled meanwhile. Changes nothing itself.
 */
export function handleCommand(
  safety: Safety,
  command: SafetyCommand,
  at: EventTimeNs,
): CommandOutcome {
  switch (command.kind) {
    case 'pause':
    case 'reduce':
    case 'emergency':
      return tighten(safety, command.kind, command.detail ?? `${command.kind} by command`, at);
    case 'restore':
      return requestRestore(safety, command.causeId, at);
    case 'cancel-restore':
      return cancelRestore(safety, command.causeId, at);
  }
}
