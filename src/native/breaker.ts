import { assert } from '../core/index.ts';
import type { Instrument } from '../model/index.ts';
import { loadAddon } from './load.ts';

/** What `createBreaker` of the addon returns. */
export interface NativeBreaker {
  /** A u32 word per venue, then that of all venues: the reason while its circuit is open, else 0. */
  readonly memory: ArrayBuffer;
  /** Number of venues, and so the first number that is no venue. */
  readonly venues: number;
  /** Place of the word of all venues. */
  readonly allVenues: number;
}

/** The part of the addon that `native/binding/breaker.cc` registers. */
export interface BreakerAddon {
  createBreaker(): NativeBreaker;
}

/** A venue by its number, or all of them. */
export type Circuit = number | 'all';

/** The circuit that an engine watches for an instrument: that of the venue whose messages it reads. */
export const circuitOf = ({ sequenceRule }: Pick<Instrument, 'sequenceRule'>): number =>
  loadAddon().sequenceRuleVenues[sequenceRule];

/**
 * Stops trading on one venue or on all of them: the steering plane's side of the words that the gate
 * of every engine reads, on whatever thread it runs. A trip holds for the next check of any gate.
 *
 * It stands beside the engine's own halt word, which belongs to one engine and to its thread.
 */
export class CircuitBreaker {
  /** The addon's own object, for engines. */
  readonly handle: NativeBreaker;
  readonly #words: Uint32Array;

  /** Errors: `NativeError` when the addon does not load. */
  constructor() {
    this.handle = (loadAddon() as unknown as BreakerAddon).createBreaker();
    this.#words = new Uint32Array(this.handle.memory);
  }

  /** Opens a circuit; the latest reason stands. Requires: a whole reason from 1 to 2^32 - 1. */
  trip(circuit: Circuit, reason: number): void {
    assert(
      Number.isInteger(reason) && reason >= 1 && reason <= 0xffff_ffff,
      `a reason is a whole number from 1 to 4294967295, not ${reason}`,
    );
    Atomics.store(this.#words, this.#placeOf(circuit), reason);
  }

  /** Closes a circuit. Closing that of all venues leaves those of single venues as they are. */
  reset(circuit: Circuit): void {
    Atomics.store(this.#words, this.#placeOf(circuit), 0);
  }

  /** Whether nothing may be sent to the venue; for 'all', whether the common circuit is open. */
  isOpen(circuit: Circuit): boolean {
    return this.reason(circuit) !== null || this.reason('all') !== null;
  }

  /** Why this circuit is open; null while it is closed. */
  reason(circuit: Circuit): number | null {
    const reason = Atomics.load(this.#words, this.#placeOf(circuit));
    return reason === 0 ? null : reason;
  }

  #placeOf(circuit: Circuit): number {
    const { venues, allVenues } = this.handle;
    if (circuit === 'all') return allVenues;
    assert(
      Number.isInteger(circuit) && circuit >= 0 && circuit < venues,
      `a venue is a whole number from 0 to ${venues - 1}, not ${circuit}`,
    );
    return circuit;
  }
}
