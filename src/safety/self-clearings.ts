import { addMs, type EventTimeNs, eventTime, type Json } from '../core/index.ts';

/** How often a cause may lift itself within the window. */
const SELF_CLEARINGS_ALLOWED = 3;

/** The window of `SELF_CLEARINGS_ALLOWED`. */
const SELF_CLEARING_WINDOW_MS = 24 * 3_600_000;

/** Counts how often each cause lifted itself; only the latest few times of each are kept. */
export class SelfClearings {
  readonly #times = new Map<string, EventTimeNs[]>();

  /** Rebuilds the counts from a snapshot. */
  static restore(snapshot: Json): SelfClearings {
    const clearings = new SelfClearings();
    for (const [id, times] of snapshot as readonly (readonly [string, readonly string[]])[]) {
      clearings.#times.set(
        id,
        times.map((time) => eventTime(BigInt(time))),
      );
    }
    return clearings;
  }

  /** Whether a cause may lift itself once more at this time. */
  allows(causeId: string, at: EventTimeNs): boolean {
    const times = this.#times.get(causeId) ?? [];
    const recent = times.filter((time) => addMs(time, SELF_CLEARING_WINDOW_MS) > at);
    return recent.length < SELF_CLEARINGS_ALLOWED;
  }

  /** Counts one. */
  add(causeId: string, at: EventTimeNs): void {
    const times = this.#times.get(causeId) ?? [];
    this.#times.set(causeId, [...times, at].slice(-SELF_CLEARINGS_ALLOWED));
  }

  /** The state as canonical JSON. */
  snapshot(): Json {
    return [...this.#times];
  }
}
