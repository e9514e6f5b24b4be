import { type Clock, type EventTimeNs, eventTime } from '../../core/index.ts';

const NS_PER_MS = 1_000_000n;

/**
 * The machine's clock: wall time at the start plus monotonic time since, so that a step of the wall
 * clock never moves it backwards or makes a time-out fire early. It never begins before `notBefore`,
 * the latest time already recorded, so that a wall clock set back cannot make time repeat.
 *
 * Units: ns since the epoch; resolution that of CLOCK_MONOTONIC.
 */
export class SystemClock implements Clock {
  readonly #base: bigint;
  #wallOffsetMs: number;

  constructor(notBefore: EventTimeNs = eventTime(0n)) {
    const wall = BigInt(Date.now()) * NS_PER_MS;
    this.#base = (wall > notBefore ? wall : notBefore) - process.hrtime.bigint();
    this.#wallOffsetMs = this.#offsetMs();
  }

  now(): EventTimeNs {
    return eventTime(this.#base + process.hrtime.bigint());
  }

  #offsetMs(): number {
    return Date.now() - Number(this.now() / 1_000n) / 1_000;
  }

  /** How far the wall clock was moved since the last call, ms: 0 while nobody touches it. */
  takeWallStepMs(): number {
    const offset = this.#offsetMs();
    const step = offset - this.#wallOffsetMs;
    this.#wallOffsetMs = offset;
    return step;
  }
}
