import { assert, type EventTimeNs, eventTime, type Json, NS_PER_S } from '../core/index.ts';

/**
 * A token bucket on event time, kept as one exact integer: the theoretical arrival time of the next
 * order if all came at the sustained rate. A bucket that a restart restores from its snapshot is as
 * full as it was.
 *
 * Source:  generic cell rate algorithm, ITU-T I.371 annex A.
 */
export class OrderThrottle {
  readonly #intervalNs: bigint;
  #theoreticalArrival: bigint;
  /** The burst asked about last and how far ahead of its time an order may then be. */
  #burst = 1;
  #toleranceNs = 0n;

  /** Requires `ordersPerSecond > 0`. */
  constructor(ordersPerSecond: number, theoreticalArrival: bigint = 0n) {
    assert(ordersPerSecond > 0, `an order rate is positive, got ${ordersPerSecond}`);
    this.#intervalNs = BigInt(Math.round(Number(NS_PER_S) / ordersPerSecond));
    this.#theoreticalArrival = theoreticalArrival;
  }

  /** Whether one more order fits into a bucket of `burst` orders at this time. */
  allows(at: EventTimeNs, burst: number): boolean {
    return this.#theoreticalArrival - at <= this.#tolerance(burst);
  }

  /** Takes one token. A time before the latest one counts as it stands: it only refills less. */
  take(at: EventTimeNs): void {
    const from = this.#theoreticalArrival > at ? this.#theoreticalArrival : at;
    this.#theoreticalArrival = from + this.#intervalNs;
  }

  /** Earliest time at which `allows` will hold for this burst. */
  allowedAt(burst: number): EventTimeNs {
    return eventTime(this.#theoreticalArrival - this.#tolerance(burst));
  }

  #tolerance(burst: number): bigint {
    if (burst !== this.#burst) {
      this.#burst = burst;
      this.#toleranceNs = BigInt(burst - 1) * this.#intervalNs;
    }
    return this.#toleranceNs;
  }

  /** The state as canonical JSON. */
  snapshot(): Json {
    return this.#theoreticalArrival;
  }
}
