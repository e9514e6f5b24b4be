import type { EventTimeNs } from '../../src/core/index.ts';
import type { CauseOrigin, ControlMode, DomainEvent, ModeCause } from '../../src/model/index.ts';
import { Safety, type SafetyThresholds, safetyThresholds } from '../../src/safety/index.ts';
import { at } from '../portfolio/sample-account.ts';

/** Milliseconds of one hour. */
export const HOUR = 3_600_000;

/** A cause with the terms that matter to a test. */
export const causeOf = (
  id: string,
  mode: ControlMode,
  origin: CauseOrigin = 'automatic',
  since: EventTimeNs = at(0),
): ModeCause => ({ id, mode, origin, detail: `test of ${id}`, since });

/** The event that raises a cause. */
export const raised = (...terms: Parameters<typeof causeOf>): DomainEvent => {
  const cause = causeOf(...terms);
  return { kind: 'cause-raised', at: cause.since, cause };
};

/** The event that starts a run. */
export const runStarted = (ms = 0): DomainEvent => ({
  kind: 'run-started',
  at: at(ms),
  runEpoch: 1,
  kernelTarget: 'sse2',
  configurationHash: 'none',
  version: '0',
});

/** The event that says that both sides agree. */
export const reconciled = (ms = 1): DomainEvent => ({
  kind: 'reconciled',
  at: at(ms),
  resolutions: [],
});

/** Safety of a run that is reconciled, after the given events. */
export const running = (...events: DomainEvent[]): Safety => {
  const safety = new Safety();
  for (const event of [runStarted(), reconciled(), ...events]) safety.apply(event);
  return safety;
};

/** Applies every event and returns the safety. */
export const applyAll = (safety: Safety, events: readonly DomainEvent[]): Safety => {
  for (const event of events) safety.apply(event);
  return safety;
};

/** Thresholds with the given ones changed; fails the test when they are refused. */
export const thresholdsWith = (given: Readonly<Record<string, unknown>> = {}): SafetyThresholds => {
  const thresholds = safetyThresholds(given);
  if (!thresholds.ok) throw new Error(thresholds.error.map((fault) => fault.message).join('; '));
  return thresholds.value;
};
