import Type, { type Static } from 'typebox';
import {
  FAULT_KINDS,
  type FaultKind,
  type FaultRule,
  ruleFault,
} from '../adapters/simulator/index.ts';
import { group, real } from './config-builders.ts';

const KINDS = Object.keys(FAULT_KINDS) as FaultKind[];

const fault = () =>
  group('A fault of the simulated venue; see docs/simulated-venue.md.', {
    kind: Type.Enum(KINDS, { description: 'What happens.' }),
    probability: real('Share of the messages that it touches.', '', [0, 1], 1),
    perHour: real(
      'Mean number of beginnings in an hour; 0 without `atMs`: always there.',
      '',
      [0, 3_600],
      0,
    ),
    atMs: Type.Array(Type.Number({ minimum: 0, maximum: 31_536_000_000 }), {
      description:
        'Times at which it begins instead, in ms after the start of the run, in rising order.',
      maxItems: 1_000,
      default: [],
    }),
    symbol: Type.Optional(
      Type.String({
        description: 'Symbol that a `halt` concerns; all of them where it is left out.',
        maxLength: 64,
        'x-form': 'a symbol of `instruments`, such as "BTCUSDT"',
      }),
    ),
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

/** The rule that a fault of the settings stands for; `symbols` are those of the instruments, in order. */
export function faultRule(settings: FaultSettings, symbols: readonly string[]): FaultRule {
  const { kind, perHour, durationMs, atMs, symbol, ...rest } = settings;
  const index = symbol === undefined ? -1 : symbols.indexOf(symbol);
  return {
    kind: kind as FaultKind,
    ...rest,
    ...(perHour === 0 ? {} : { perHour, durationMs }),
    ...(atMs.length === 0 ? {} : { atMs, durationMs }),
    ...(index < 0 ? {} : { symbol: index }),
  };
}

/** What is wrong with one key of a fault, beside what the schema says. */
export interface FaultIssue {
  /** Key of the fault; empty: the fault as a whole. */
  readonly key: string;
  readonly problem: string;
  readonly allowed: string;
}

function timeIssue({ atMs, perHour }: FaultSettings): FaultIssue | null {
  if (atMs.length > 0 && perHour > 0) {
    const problem = `is ${perHour}, but atMs is given too`;
    return { key: 'perHour', problem, allowed: 'either atMs or perHour above 0' };
  }
  const late = atMs.findIndex((at, i) => i > 0 && at <= atMs[i - 1]!);
  if (late < 0) return null;
  const problem = `is ${atMs[late]}, after ${atMs[late - 1]}`;
  return { key: `atMs[${late}]`, problem, allowed: 'more than the time before it' };
}

function symbolIssue(
  { kind, symbol }: FaultSettings,
  symbols: readonly string[],
): FaultIssue | null {
  if (symbol === undefined) return null;
  const problem = `is "${symbol}"`;
  if (kind !== 'halt') {
    const allowed = 'only with the kind "halt": faults of other kinds concern all symbols';
    return { key: 'symbol', problem: `${problem} with the kind "${kind}"`, allowed };
  }
  if (symbols.includes(symbol)) return null;
  return { key: 'symbol', problem, allowed: `one of ${symbols.join(', ')}` };
}

/** Everything in which a fault makes no sense. */
export function faultIssues(
  settings: FaultSettings,
  symbols: readonly string[],
): readonly FaultIssue[] {
  const issues = [timeIssue(settings), symbolIssue(settings, symbols)].filter((i) => i !== null);
  if (issues.length > 0) return issues;
  const why = ruleFault(faultRule(settings, symbols));
  if (why === null) return [];
  const allowed = 'atMs, or perHour above 0, for a fault that must have an end';
  return [{ key: '', problem: `is not possible: ${why}`, allowed }];
}
