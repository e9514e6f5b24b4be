import { toNativeError } from './error.ts';
import { loadAddon } from './load.ts';

/** One thread's end of a ring, as the addon makes it. */
interface RingEnd {
  readonly number: number;
  readonly capacity: number;
  readonly record: ArrayBuffer;
  push(): boolean;
  pop(): boolean;
  close(): void;
}

/** The part of the addon that `native/binding/ring.cc` registers. */
export interface RingAddon {
  createRing(capacity: number): RingEnd;
  openRing(number: number): RingEnd;
}

/**
 * A bounded ring of records of eight numbers between any number of Node's threads, all of which may
 * push and pop. For one writer and one reader `SharedRingProducer` is faster.
 *
 * `record` is this thread's own: `push` sends what stands in it, `pop` fills it. Policy when full:
 * `push` returns false and sends nothing. The ring lives until every thread that opened it has closed
 * or lost its end; a process may hold 256 of them. A closed end refuses: `push` and `pop` throw.
 */
export class ThreadRing {
  /** By this number another thread of the process opens the ring. */
  readonly number: number;
  /** Records that fit. */
  readonly capacity: number;
  /** Eight numbers to send, or received last. */
  readonly record: Float64Array;
  readonly #end: RingEnd;

  private constructor(make: (addon: RingAddon) => RingEnd) {
    try {
      this.#end = make(loadAddon() as unknown as RingAddon);
    } catch (error) {
      throw toNativeError(error);
    }
    this.number = this.#end.number;
    this.capacity = this.#end.capacity;
    this.record = new Float64Array(this.#end.record);
  }

  /** Makes a ring. Errors: `NativeError` unless the capacity is a power of two from 2 to 2^20. */
  static create(capacity: number): ThreadRing {
    return new ThreadRing((addon) => addon.createRing(capacity));
  }

  /** Opens a ring of another thread. Errors: `NativeError` when no thread holds it any more. */
  static open(number: number): ThreadRing {
    return new ThreadRing((addon) => addon.openRing(number));
  }

  /** Sends the record; false when the ring is full. */
  push(): boolean {
    return this.#end.push();
  }

  /** Gives this thread's end back, with the ring when it was the last. May be called again. */
  close(): void {
    this.#end.close();
  }

  /** Receives into the record; false when the ring is empty. */
  pop(): boolean {
    return this.#end.pop();
  }
}
