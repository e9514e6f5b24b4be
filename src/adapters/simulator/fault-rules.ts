import { assert } from '../../core/index.ts';

/** Every kind of fault that the simulated venue can have, with what it does. */
export const FAULT_KINDS = {
  'drop-frames': 'A market message never arrives.',
  'duplicate-frames': 'A market message arrives twice.',
  'reorder-frames': 'A market message is overtaken by 1 to 40 others.',
  'corrupt-frames': 'One byte of a market message is changed.',
  'delay-frames': 'A market message, and all behind it, comes later.',
  'lose-requests': 'A request about an order is lost on its way to the venue.',
  'delay-requests': 'A request about an order, and all behind it, comes later.',
  unanswered: 'A request about an order is carried out, but nothing of that is reported.',
  'server-errors': 'A request about an order is answered 5xx; every second one is carried out.',
  'lose-reports': 'A report is lost on its way back.',
  'duplicate-reports': 'A report arrives twice.',
  'reorder-reports': 'A report is overtaken by those of the next 50 ms.',
  'delay-reports': 'A report, and all behind it, comes later.',
  'fail-account': 'An account question is answered "venue-unavailable".',
  'rate-limit': 'Requests are refused with 429; whoever does not wait is banned.',
  ban: 'Requests are refused with 418.',
  disconnect: 'No connection: market messages, requests and reports are lost.',
  maintenance: 'The market stands still, and requests are refused with 503.',
  'clock-skew': "The venue's clock is wrong by `skewMs`.",
  halt: 'One symbol stands still and takes no orders and amends; cancels pass.',
} as const satisfies Readonly<Record<string, string>>;

/** One kind of fault. */
export type FaultKind = keyof typeof FAULT_KINDS;

/** A fault and when it happens: always, at stated times, or at random ones of a mean rate. */
export interface FaultRule {
  readonly kind: FaultKind;
  /** Share of the messages that it touches while it is there, 0 to 1; all of them when absent. */
  readonly probability?: number;
  /** Times at which it begins, ms after the venue's start, ascending. */
  readonly atMs?: readonly number[];
  /** Mean number of beginnings in an hour, at random times. */
  readonly perHour?: number;
  /** How long it lasts each time, ms; needed with `atMs` and `perHour`. */
  readonly durationMs?: number;
  /** Mean of the extra delay of the delay kinds (exponential), ms; 100 when absent. */
  readonly delayMs?: number;
  /** What the venue asks to wait after a refusal, ms; 1,000 when absent. */
  readonly retryAfterMs?: number;
  /** Venue's clock less the true time, ms; 0 when absent. */
  readonly skewMs?: number;
  /** Symbol that is halted, by its index; all of them when absent. */
  readonly symbol?: number;
}

/** Faults that must have an end: an endless one would leave no venue. */
const NEEDS_AN_END: readonly FaultKind[] = ['ban', 'disconnect', 'maintenance', 'halt'];

/** Why a rule makes no sense, with the allowed values; null when it does. */
export function ruleFault(rule: FaultRule): string | null {
  const { kind, probability = 1, atMs, perHour, durationMs } = rule;
  if (!(probability >= 0 && probability <= 1)) return `probability ${probability} is not 0 to 1`;
  if (atMs !== undefined && perHour !== undefined) return 'either atMs or perHour, not both';
  const isScheduled = atMs !== undefined || perHour !== undefined;
  if (isScheduled !== (durationMs !== undefined)) {
    return 'durationMs belongs to atMs or perHour, and they to it';
  }
  if (durationMs !== undefined && !(durationMs > 0))
    return `durationMs ${durationMs} is not above 0`;
  if (perHour !== undefined && !(perHour > 0)) return `perHour ${perHour} is not above 0`;
  if (atMs?.some((at, i) => !(at >= 0) || at < (atMs[i - 1] ?? 0))) {
    return 'atMs is not ascending from 0';
  }
  if (!isScheduled && NEEDS_AN_END.includes(kind)) return `${kind} needs atMs or perHour`;
  for (const name of ['delayMs', 'retryAfterMs'] as const) {
    const value = rule[name];
    if (value !== undefined && !(value > 0)) return `${name} ${value} is not above 0`;
  }
  return null;
}

/** Fails for a rule that makes no sense. */
export function checkRules(rules: readonly FaultRule[]): void {
  for (const rule of rules) {
    const fault = ruleFault(rule);
    assert(fault === null, `fault ${rule.kind}: ${fault}`);
  }
}
