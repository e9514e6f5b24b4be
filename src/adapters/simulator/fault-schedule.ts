import type { Rng } from '../../core/index.ts';
import type { FaultKind, FaultRule } from './fault-rules.ts';
import type { VenueTimeUs } from './schedule.ts';

const US_PER_HOUR = 3_600_000_000;
const US_PER_MS = 1_000;

/** One stretch of time in which a rule holds. */
export interface FaultWindow {
  readonly from: VenueTimeUs;
  readonly until: VenueTimeUs;
}

const ALWAYS: FaultWindow = { from: 0, until: Number.POSITIVE_INFINITY };
const NEVER: FaultWindow = { from: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY };

const exponential = (rng: Rng, mean: number): number => -mean * Math.log(1 - rng.uniform());

/** The windows of one rule, one after the other. */
class RuleWindows {
  readonly rule: FaultRule;
  readonly #rng: Rng;
  readonly #startAt: VenueTimeUs;
  #next = 0;
  #shift = 0;
  #window: FaultWindow;

  constructor(rule: FaultRule, rng: Rng, startAt: VenueTimeUs) {
    this.rule = rule;
    this.#rng = rng;
    this.#startAt = startAt;
    this.#window = this.#following(startAt);
  }

  /** The window that holds at a time or comes next. Times may not go back. */
  at(now: VenueTimeUs): FaultWindow {
    while (this.#window.until <= now) this.#window = this.#following(this.#window.until);
    return this.#window;
  }

  /** Moves what is to come later by `us` microseconds. */
  delay(us: number): void {
    this.#shift += us;
    this.#window = { from: this.#window.from + us, until: this.#window.until + us };
  }

  #following(after: VenueTimeUs): FaultWindow {
    const { atMs, perHour, durationMs = 0 } = this.rule;
    const lasts = Math.max(1, Math.round(durationMs * US_PER_MS));
    if (atMs !== undefined) {
      const ms = atMs[this.#next];
      this.#next += 1;
      if (ms === undefined) return NEVER;
      const from = this.#startAt + this.#shift + Math.round(ms * US_PER_MS);
      return { from, until: from + lasts };
    }
    if (perHour === undefined) return ALWAYS;
    const from = after + Math.round(exponential(this.#rng, US_PER_HOUR / perHour));
    return { from, until: from + lasts };
  }
}

/**
 * When which fault holds, and which message it touches.
 *
 * Determinism: a function of the rules, the seed and the calls. A rule draws from a generator of its
 * own, so that the others do not shift when one is added or taken away.
 */
export class FaultSchedule {
  readonly #rules: readonly { readonly windows: RuleWindows; readonly rng: Rng }[];

  /** `rngOf` gives the generator of a stream by its name. */
  constructor(rules: readonly FaultRule[], startAt: VenueTimeUs, rngOf: (name: string) => Rng) {
    const counts = new Map<FaultKind, number>();
    this.#rules = rules.map((rule) => {
      const count = counts.get(rule.kind) ?? 0;
      counts.set(rule.kind, count + 1);
      const name = `${rule.kind}-${count}`;
      return {
        windows: new RuleWindows(rule, rngOf(`${name}-times`), startAt),
        rng: rngOf(`${name}-messages`),
      };
    });
  }

  /** Whether there is no rule at all. */
  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /** The rule of a kind that holds now, for `symbol` if it names one; null when none does. */
  holds(kind: FaultKind, now: VenueTimeUs, symbol: number | null = null): FaultRule | null {
    for (const { windows } of this.#rules) {
      const { rule } = windows;
      if (rule.kind !== kind) continue;
      if (symbol !== null && rule.symbol !== undefined && rule.symbol !== symbol) continue;
      if (windows.at(now).from <= now) return rule;
    }
    return null;
  }

  /** The end of the longest window of a kind that holds now; null when none does. */
  until(kind: FaultKind, now: VenueTimeUs, symbol: number | null = null): VenueTimeUs | null {
    let latest: VenueTimeUs | null = null;
    for (const { windows } of this.#rules) {
      const { rule } = windows;
      if (rule.kind !== kind) continue;
      if (symbol !== null && rule.symbol !== undefined && rule.symbol !== symbol) continue;
      const { from, until } = windows.at(now);
      if (from <= now && until > (latest ?? 0)) latest = until;
    }
    return latest;
  }

  /** The rule of a kind that touches a message now; null when none does. */
  touches(kind: FaultKind, now: VenueTimeUs): FaultRule | null {
    for (const { windows, rng } of this.#rules) {
      const { rule } = windows;
      if (rule.kind !== kind || windows.at(now).from > now) continue;
      const { probability = 1 } = rule;
      if (probability >= 1 || (probability > 0 && rng.uniform() < probability)) return rule;
    }
    return null;
  }

  /** Extra delay of a message by the rules of a delay kind, us. */
  delayUs(kind: 'delay-frames' | 'delay-requests' | 'delay-reports', now: VenueTimeUs): number {
    let us = 0;
    for (const { windows, rng } of this.#rules) {
      const { rule } = windows;
      if (rule.kind !== kind || windows.at(now).from > now) continue;
      if (rng.uniform() >= (rule.probability ?? 1)) continue;
      us += Math.round(exponential(rng, (rule.delayMs ?? 100) * US_PER_MS));
    }
    return us;
  }

  /** When the state of any rule of these kinds changes next, after `now`; Infinity when never. */
  nextChange(kinds: readonly FaultKind[], now: VenueTimeUs): VenueTimeUs {
    let next = Number.POSITIVE_INFINITY;
    for (const { windows } of this.#rules) {
      if (!kinds.includes(windows.rule.kind)) continue;
      const { from, until } = windows.at(now);
      next = Math.min(next, from > now ? from : until);
    }
    return next;
  }

  /** Moves everything to come later by `us` microseconds: for a process that was suspended. */
  delay(us: number): void {
    for (const { windows } of this.#rules) windows.delay(us);
  }
}
