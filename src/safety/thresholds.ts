import { err, ok, type Result } from '../core/index.ts';

/** When safety acts by itself, and how. Durations in ms unless the name says otherwise. */
export interface SafetyThresholds {
  /** Drawdown from the equity's peak that shrinks the positions; fraction. */
  readonly reduceAtDrawdown: number;
  /** Drawdown from the equity's peak that flattens everything; fraction. */
  readonly emergencyAtDrawdown: number;
  /** No fresh data on any instrument for this long pauses. */
  readonly feedStaleMs: number;
  /** An event loop that stood still for this long pauses. */
  readonly eventLoopStallMs: number;
  /** A clock this far from the venue's pauses. */
  readonly clockSkewPauseMs: number;
  /** An order whose fate stays unknown for this long pauses. */
  readonly unknownOrderMs: number;
  /** An automatic pause lifts itself after its reason was gone for this long. */
  readonly clearAfterMs: number;
  /** Share of the position that one stage of REDUCE closes. */
  readonly reduceStageFraction: number;
  /** Time between two stages of REDUCE. */
  readonly reduceStageIntervalMs: number;
  /** Share of the position that one slice of EMERGENCY closes. */
  readonly flattenSliceFraction: number;
  /** Time between two slices of EMERGENCY. */
  readonly flattenSliceIntervalMs: number;
  /** How long EMERGENCY waits for cancels to be confirmed before it flattens anyway. */
  readonly cancelConfirmMs: number;
  /**
   * How far beyond the touch a reducing order may execute; bps. At most half of risk's price
   * collar, which counts from the mid price: the other half is left to half a spread.
   */
  readonly flattenCollarBps: number;
}

/** One threshold that configuration may set, with its bounds. */
export interface ThresholdDeclaration {
  readonly name: keyof SafetyThresholds;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly description: string;
}

const declare = (
  name: keyof SafetyThresholds,
  unit: string,
  [min, max]: readonly [number, number],
  standard: number,
  description: string,
): ThresholdDeclaration => ({ name, unit, min, max, default: standard, description });

/** Every threshold with its unit, bounds and default, in the order shown to people. */
export const SAFETY_THRESHOLDS: readonly ThresholdDeclaration[] = [
  declare('reduceAtDrawdown', 'fraction', [0.001, 1], 0.1, 'Drawdown that enters REDUCE.'),
  declare('emergencyAtDrawdown', 'fraction', [0.001, 1], 0.2, 'Drawdown that enters EMERGENCY.'),
  declare('feedStaleMs', 'ms', [100, 600_000], 5_000, 'Silence of all feeds that pauses.'),
  declare('eventLoopStallMs', 'ms', [50, 60_000], 2_000, 'Standstill of the process that pauses.'),
  declare(
    'clockSkewPauseMs',
    'ms',
    [1, 60_000],
    1_000,
    'Clock difference to the venue that pauses.',
  ),
  declare('unknownOrderMs', 'ms', [100, 600_000], 30_000, 'Unknown fate of an order that pauses.'),
  declare('clearAfterMs', 'ms', [0, 3_600_000], 5_000, 'Quiet time before a pause lifts itself.'),
  declare('reduceStageFraction', 'fraction', [0.01, 1], 0.25, 'Share closed by a REDUCE stage.'),
  declare('reduceStageIntervalMs', 'ms', [100, 3_600_000], 30_000, 'Time between REDUCE stages.'),
  declare('flattenSliceFraction', 'fraction', [0.01, 1], 0.25, 'Share closed by a slice.'),
  declare('flattenSliceIntervalMs', 'ms', [50, 60_000], 500, 'Time between EMERGENCY slices.'),
  declare('cancelConfirmMs', 'ms', [50, 60_000], 5_000, 'Wait for cancels before flattening.'),
  declare('flattenCollarBps', 'bps', [0, 1_000], 50, 'Reach of a reducing order past the touch.'),
];

/** Why a threshold was refused: names it, the value and what is allowed. */
export interface ThresholdFault {
  readonly name: string;
  readonly message: string;
}

/**
 * Makes the thresholds from configured values; what is not given takes its default.
 *
 * Errors:  every fault at once; unknown names are refused, and so is an EMERGENCY drawdown that is
 *          not above the REDUCE one.
 */
export function safetyThresholds(
  given: Readonly<Record<string, unknown>>,
): Result<SafetyThresholds, readonly ThresholdFault[]> {
  const faults: ThresholdFault[] = [];
  const values: Record<string, number> = {};
  for (const { name, unit, min, max, default: standard } of SAFETY_THRESHOLDS) {
    const value = given[name] ?? standard;
    if (typeof value === 'number' && value >= min && value <= max) values[name] = value;
    else {
      const message = `${name} = ${String(value)} is not allowed; allowed: ${min} to ${max} ${unit}`;
      faults.push({ name, message });
    }
  }
  const known = new Set<string>(SAFETY_THRESHOLDS.map((declaration) => declaration.name));
  for (const name of Object.keys(given)) {
    if (known.has(name)) continue;
    const allowed = [...known].join(', ');
    faults.push({ name, message: `${name} is no threshold of safety; allowed: ${allowed}` });
  }
  const thresholds = values as unknown as SafetyThresholds;
  const { reduceAtDrawdown, emergencyAtDrawdown } = thresholds;
  if (emergencyAtDrawdown <= reduceAtDrawdown) {
    faults.push({
      name: 'emergencyAtDrawdown',
      message: `emergencyAtDrawdown = ${emergencyAtDrawdown} is not above reduceAtDrawdown = ${reduceAtDrawdown}`,
    });
  }
  return faults.length === 0 ? ok(thresholds) : err(faults);
}
