import type { StorageFailure } from '../../store/ports.ts';

/** Makes everything written so far durable, off the event loop; gives null or the failure. */
export type Sync = () => Promise<StorageFailure | null>;

/**
 * Turns any number of requests into at most one sync in flight and at most one every `intervalMs`.
 *
 * The first request after a quiet time starts at once; requests that come while a sync is under way
 * share the next one. After a failure nothing is started again.
 */
export class GroupCommit {
  readonly #sync: Sync;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | null = null;
  #inFlight = false;
  #wanted = false;
  #stopped = false;
  #lastStart = Number.NEGATIVE_INFINITY;

  constructor(sync: Sync, intervalMs: number) {
    this.#sync = sync;
    this.#intervalMs = intervalMs;
  }

  /** Asks for a sync of everything written so far. */
  request(): void {
    this.#wanted = true;
    this.#schedule();
  }

  /** Starts no further sync; one in flight still reports. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #schedule(): void {
    if (this.#stopped || this.#inFlight || !this.#wanted || this.#timer !== null) return;
    const wait = this.#lastStart + this.#intervalMs - performance.now();
    // Even a sync that is due waits for the end of this turn, to take its other appends along.
    this.#timer = setTimeout(() => void this.#run(), Math.max(0, wait));
  }

  async #run(): Promise<void> {
    this.#timer = null;
    this.#wanted = false;
    this.#inFlight = true;
    this.#lastStart = performance.now();
    const failure = await this.#sync();
    this.#inFlight = false;
    if (failure !== null) this.stop();
    this.#schedule();
  }
}
