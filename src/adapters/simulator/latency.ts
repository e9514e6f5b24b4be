import { type Rng, standardNormal } from '../../core/index.ts';
import type { VenueTimeUs } from './schedule.ts';

/** Longest delay ever drawn, us: the tail of the log-normal is cut here. */
const MAX_DELAY_US = 1_000_000;

/**
 * One direction of a connection: draws a delay for each message and never lets one overtake
 * another, as a TCP stream does.
 *
 *   delay = median * exp(sigma * N(0, 1)), at most one second
 *
 * Determinism: a function of the generator's seed and of the calls.
 */
export class DelayLine {
  readonly #medianUs: number;
  readonly #sigma: number;
  readonly #rng: Rng;
  #lastArrival: VenueTimeUs = 0;

  constructor(medianMs: number, sigma: number, rng: Rng) {
    this.#medianUs = medianMs * 1000;
    this.#sigma = sigma;
    this.#rng = rng;
  }

  /** When a message that leaves at `at` arrives, with so many microseconds of its own on top. */
  arrival(at: VenueTimeUs, extraUs = 0): VenueTimeUs {
    const drawn = this.#medianUs * Math.exp(this.#sigma * standardNormal(this.#rng));
    const arrives = at + Math.round(Math.min(drawn, MAX_DELAY_US)) + extraUs;
    this.#lastArrival = Math.max(this.#lastArrival, arrives);
    return this.#lastArrival;
  }

  /** Moves what is under way later by `us` microseconds. */
  delay(us: number): void {
    this.#lastArrival += us;
  }
}
