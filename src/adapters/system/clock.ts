import { type Clock, type EventTimeNs, eventTime } from '../../core/index.ts';

/**
 * The machine's clock: wall time at the start plus monotonic time since, so that a step of the wall
 * clock never moves it backwards or makes a time-out fire early.
 *
 * Units: ns since the epoch; resolution that of CLOCK_MONOTONIC.
 */
export class SystemClock implements Clock {
  readonly #base: bigint;

  constructor() {
    this.#base = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
  }

  now(): EventTimeNs {
    return eventTime(this.#base + process.hrtime.bigint());
  }

  /** Wall clock less this clock, ms: what a step or drift of the wall clock has come to. */
  wallStepMs(): number {
    return Date.now() - Number(this.now() / 1_000n) / 1_000;
  }
}
