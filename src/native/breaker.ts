import { assert } from '../core/index.ts';
import type { Instrument } from '../model/index.ts';
import { loadAddon } from './load.ts';

/** What `createBreaker` of the addon returns. */
export interface NativeBreaker {
  /** A u32 word per venue, then that of all venues: the bits of who holds its circuit open. */
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

/**
 * The circuit that an engine watches for an instrument: that of the venue's feed whose messages it
 * reads. Binance's spot and futures markets are two.
 */
export const circuitOf = ({ sequenceRule }: Pick<Instrument, 'sequenceRule'>): number =>
  loadAddon().sequenceRuleCircuits[sequenceRule];

/**
 * Stops trading on one venue or on all of them: the steering plane's side of the words that the gate
 * of every engine reads, on whatever thread it runs. A trip holds for the next check of any gate.
 *
 * A circuit has a bit for each of its owners and is open while one of them is set: who resets a
 * circuit takes back its own trip and no other's. The strongest owner has the highest bit.
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

  /** Opens a circuit for the owners of `bits`. Requires: whole bits from 1 to 2^32 - 1. */
  trip(circuit: Circuit, bits: number): void {
    Atomics.or(this.#words, this.#placeOf(circuit), ownersIn(bits));
  }

  /**
   * Takes back the trips of the owners of `bits`; the circuit closes with the last one. Closing that
   * of all venues leaves those of single venues as they are. Requires: as `trip`.
   */
  reset(circuit: Circuit, bits: number): void {
    Atomics.and(this.#words, this.#placeOf(circuit), ~ownersIn(bits));
  }

  /** Whether nothing may be sent to the venue; for 'all', whether the common circuit is open. */
  isOpen(circuit: Circuit): boolean {
    return this.owners(circuit) !== 0 || this.owners('all') !== 0;
  }

  /** The bits of all who hold this circuit open; 0 while it is closed. */
  owners(circuit: Circuit): number {
    return Atomics.load(this.#words, this.#placeOf(circuit));
  }

  /** The strongest of these bits; null while the circuit is closed. */
  reason(circuit: Circuit): number | null {
    const owners = this.owners(circuit);
    return owners === 0 ? null : 2 ** (31 - Math.clz32(owners));
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

function ownersIn(bits: number): number {
  assert(
    Number.isInteger(bits) && bits >= 1 && bits <= 0xffff_ffff,
    `the bits of owners are a whole number from 1 to 4294967295, not ${bits}`,
  );
  return bits;
}
