import { type EventTimeNs, msBetween } from '../core/index.ts';

/**
 * Tells how old the data of each instrument is.
 *
 * An instrument is stale when nothing came for longer than the limit, and before its first data.
 */
export class Staleness {
  readonly #limitMs: number;
  readonly #latest: (EventTimeNs | null)[];

  /** For instruments 0 to `instruments` - 1. */
  constructor(instruments: number, limitMs: number) {
    this.#limitMs = limitMs;
    this.#latest = new Array<EventTimeNs | null>(instruments).fill(null);
  }

  /** Notes data of an instrument; an older time than the latest changes nothing. */
  note(symbol: number, at: EventTimeNs): void {
    const latest = this.#latest[symbol];
    if (latest === undefined) return;
    if (latest === null || at > latest) this.#latest[symbol] = at;
  }

  /** Age of an instrument's latest data, ms, not below zero; null before the first. */
  ageMs(symbol: number, now: EventTimeNs): number | null {
    const latest = this.#latest[symbol] ?? null;
    return latest === null ? null : Math.max(0, msBetween(latest, now));
  }

  /** Whether an instrument's data is older than the limit, or never came. */
  isStale(symbol: number, now: EventTimeNs): boolean {
    const age = this.ageMs(symbol, now);
    return age === null || age > this.#limitMs;
  }

  /** Age of the freshest data over all instruments, ms; null before the first. */
  freshestAgeMs(now: EventTimeNs): number | null {
    let freshest: number | null = null;
    for (let symbol = 0; symbol < this.#latest.length; symbol += 1) {
      const age = this.ageMs(symbol, now);
      if (age !== null && (freshest === null || age < freshest)) freshest = age;
    }
    return freshest;
  }
}
