import Type, { type Static } from 'typebox';
import { FAULT_KINDS, type FaultKind, type FaultRule } from '../adapters/simulator/index.ts';
import { group, real } from './config-builders.ts';

const KINDS = Object.keys(FAULT_KINDS) as FaultKind[];

const fault = () =>
  group('A fault of the simulated venue; see docs/simulated-venue.md.', {
    kind: Type.Enum(KINDS, { description: 'What happens.' }),
    probability: real('Share of the messages that it touches.', '', [0, 1], 1),
    perHour: real('Mean number of beginnings in an hour; 0: always there.', '', [0, 3_600], 0),
    durationMs: real('How long it lasts each time.', 'ms', [1, 3_600_000], 1_000),
    delayMs: real('Mean extra delay of the delay kinds.', 'ms', [1, 60_000], 100),
    retryAfterMs: real('What a refusal asks to wait.', 'ms', [1, 600_000], 1_000),
    skewMs: real("Venue's clock less the true time.", 'ms', [-7_200_000, 7_200_000], 0),
  });

/** The schema of `simulator.faults`. */
export const faultSettings = () =>
  Type.Array(fault(), {
    description: 'Faults that the venue of paper trading has, to see how trading bears them.',
    maxItems: 32,
    default: [],
  });

/** One fault as settings write it, with defaults filled in. */
export type FaultSettings = Static<ReturnType<typeof fault>>;

/** The rule that a fault of the settings stands for. */
export function faultRule(settings: FaultSettings): FaultRule {
  const { kind, perHour, durationMs, ...rest } = settings;
  return { kind: kind as FaultKind, ...rest, ...(perHour === 0 ? {} : { perHour, durationMs }) };
}
