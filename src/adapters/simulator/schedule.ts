import { assert, type EventTimeNs } from '../../core/index.ts';

/** The venue's own time: whole microseconds since 1970-01-01 UTC, a safe integer. */
export type VenueTimeUs = number;

/** Venue time of an event time, rounded down to the microsecond. */
export const toVenueTime = (at: EventTimeNs): VenueTimeUs => Number(at / 1000n);

/** Event time of a venue time, ns. */
export const toEventTime = (at: VenueTimeUs): EventTimeNs => (BigInt(at) * 1000n) as EventTimeNs;

interface Entry {
  readonly at: VenueTimeUs;
  readonly order: number;
  readonly run: () => void;
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/**
 * Things to do at venue times, earliest first; what is due at the same time runs in the order in
 * which it was scheduled.
 *
 * Cost: O(log n) for each entry (binary heap).
 */
export class Schedule {
  #heap: Entry[] = [];
  #scheduled = 0;

  /** Time of the next entry, or Infinity when there is none. */
  get nextAt(): VenueTimeUs {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Entries that wait. */
  get size(): number {
    return this.#heap.length;
  }

  /** Plans `run` for a venue time. */
  add(at: VenueTimeUs, run: () => void): void {
    assert(Number.isSafeInteger(at), `a venue time is a safe integer of microseconds, got ${at}`);
    const heap = this.#heap;
    const entry = { at, order: this.#scheduled++, run };
    let child = heap.length;
    heap.push(entry);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[child] = heap[parent]!;
      child = parent;
    }
    heap[child] = entry;
  }

  /** Takes the earliest entry out and runs it. Requires an entry. */
  runNext(): void {
    const heap = this.#heap;
    const first = heap[0];
    assert(first !== undefined, 'an entry waits when the schedule is run');
    const last = heap.pop()!;
    if (heap.length > 0) this.#siftDown(last);
    first.run();
  }

  /** Moves every entry later by `us` microseconds; their order stays. */
  delay(us: number): void {
    this.#heap = this.#heap.map((entry) => ({ ...entry, at: entry.at + us }));
  }

  #siftDown(entry: Entry): void {
    const heap = this.#heap;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, entry)) break;
      heap[parent] = heap[child]!;
      parent = child;
    }
    heap[parent] = entry;
  }
}
