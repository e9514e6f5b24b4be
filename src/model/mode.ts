import type { EventTimeNs } from '../core/index.ts';

/** The control modes, from the mildest to the most severe. */
export const CONTROL_MODES = ['NORMAL', 'PAUSE', 'REDUCE', 'EMERGENCY'] as const;

/** NORMAL trades; PAUSE opens nothing; REDUCE shrinks in stages; EMERGENCY cancels and flattens. */
export type ControlMode = (typeof CONTROL_MODES)[number];

/** Who or what asked for a mode. Human and hardware causes are lifted only by a time-locked restore. */
export type CauseOrigin = 'start-up' | 'automatic' | 'human' | 'hardware';

/** One active reason to be in a mode other than NORMAL. */
export interface ModeCause {
  /** Stable identifier, for example `awaiting-reconciliation` or `human-pause`. */
  readonly id: string;
  readonly mode: ControlMode;
  readonly origin: CauseOrigin;
  /** Plain words for people. */
  readonly detail: string;
  readonly since: EventTimeNs;
}

/** Position of a mode in the order of severity: 0 for NORMAL. */
export const severity = (mode: ControlMode): number => CONTROL_MODES.indexOf(mode);
