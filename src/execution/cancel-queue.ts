import { addMs, assert, ChurnMap, type EventTimeNs, msBetween } from '../core/index.ts';
import type { ClientOrderId, Order } from '../model/index.ts';

/** How often one cancel is sent at most; then it counts as refused and is asked for anew. */
export const MOST_CANCEL_ATTEMPTS = 10;

/** First wait before a cancel that failed is sent again, ms; it doubles each time. */
const FIRST_WAIT_MS = 100;

/** Longest wait between two attempts, ms. */
const LONGEST_WAIT_MS = 5_000;

/** A cancel that got neither an answer nor a failure for so long is not repeated from here, ms. */
const FORGET_AFTER_MS = 60_000;

/** Cancels that wait or are under way; far above what risk lets be open. */
const MOST_CANCELS = 10_000;

interface Cancel {
  readonly order: Order;
  readonly attempts: number;
  /** When it goes out next; null while it is under way. */
  readonly dueAt: EventTimeNs | null;
  readonly touchedAt: EventTimeNs;
}

/**
 * Cancels on their way to a venue that may fail them: each waits for its turn, is repeated with
 * growing waits when it failed, and is given up after `MOST_CANCEL_ATTEMPTS`.
 *
 *   wait after attempt n = min(100 ms * 2^(n-1), 5 s)
 *
 * A cancel without any answer is not repeated here: its order becomes unknown and is asked about.
 * Bounds: one entry for each order that is not final, at most 10,000.
 */
export class CancelQueue {
  readonly #cancels = new ChurnMap<ClientOrderId, Cancel>();
  #waiting = 0;

  /** Cancels that are to be sent, now or later. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Whether a cancel is still to go out before anything new: one that could not be sent at all yet,
   * or a repetition that is due. One that failed and waits for its next attempt holds nothing back.
   */
  isPressing(now: EventTimeNs): boolean {
    if (this.#waiting === 0) return false;
    for (let place = this.#cancels.oldest; place >= 0; place = this.#cancels.after(place)) {
      const { attempts, dueAt } = this.#cancels.at(place);
      if (dueAt !== null && (attempts === 0 || dueAt <= now)) return true;
    }
    return false;
  }

  /** Takes a cancel: to be sent at once when `dueAt` is null, else then. */
  add(order: Order, now: EventTimeNs, dueAt: EventTimeNs | null): void {
    const id = order.clientOrderId;
    assert(
      this.#cancels.size < MOST_CANCELS || this.#cancels.has(id),
      () => `at most ${MOST_CANCELS} cancels wait for a venue`,
    );
    const attempts = dueAt === null ? 1 : 0;
    this.#set(id, { order, attempts, dueAt, touchedAt: now });
  }

  /** Notes that a cancel failed. False when it was tried too often and is given up. */
  failed(id: ClientOrderId, now: EventTimeNs): boolean {
    const cancel = this.#cancels.get(id);
    // One that waits already was told of by an earlier answer.
    if (cancel === undefined || cancel.dueAt !== null) return true;
    if (cancel.attempts >= MOST_CANCEL_ATTEMPTS) {
      this.done(id);
      return false;
    }
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (cancel.attempts - 1), LONGEST_WAIT_MS);
    this.#set(id, { ...cancel, dueAt: addMs(now, wait), touchedAt: now });
    return true;
  }

  /** The cancel was answered, or its order ended. */
  done(id: ClientOrderId): void {
    const cancel = this.#cancels.get(id);
    if (cancel === undefined) return;
    if (cancel.dueAt !== null) this.#waiting -= 1;
    this.#cancels.delete(id);
  }

  /** Takes out up to `most` cancels that are due, in the order in which they were asked for. */
  due(now: EventTimeNs, most: number): readonly Order[] {
    if (this.#cancels.size === 0) return [];
    const out: Order[] = [];
    for (const [id, cancel] of this.#cancels.entries()) {
      if (cancel.dueAt === null) {
        if (msBetween(cancel.touchedAt, now) > FORGET_AFTER_MS) this.done(id);
      } else if (cancel.dueAt <= now && out.length < most) {
        this.#set(id, { ...cancel, attempts: cancel.attempts + 1, dueAt: null, touchedAt: now });
        out.push(cancel.order);
      }
    }
    return out;
  }

  #set(id: ClientOrderId, cancel: Cancel): void {
    const before = this.#cancels.get(id);
    if (before !== undefined && before.dueAt !== null) this.#waiting -= 1;
    if (cancel.dueAt !== null) this.#waiting += 1;
    this.#cancels.set(id, cancel);
  }
}
