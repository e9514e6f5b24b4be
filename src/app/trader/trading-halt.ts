import type { CircuitBreaker, Engine } from '../../native/index.ts';

/**
 * Who halts trading: a bit each in the engine's halt word and in the circuit of all venues. The
 * strongest has the highest.
 */
export const HALT_OWNERS = {
  /** The control mode is not NORMAL. */
  mode: 1,
  /** The journal refuses writes. */
  journal: 2,
  /** The run is ending. */
  stopping: 4,
} as const;

/** Who halts trading. */
export type HaltOwner = keyof typeof HALT_OWNERS;

/**
 * Stops new intents of the trader's engine, and with them those of everything that watches the same
 * circuit breaker: other engines, on other threads.
 *
 * Trading goes on when every owner has lifted its halt. In the breaker it touches no bits but these.
 */
export class TradingHalt {
  readonly #engine: Engine;
  readonly #breaker: CircuitBreaker | null;
  #bits = 0;

  constructor(engine: Engine, breaker: CircuitBreaker | null) {
    this.#engine = engine;
    this.#breaker = breaker;
  }

  /** Raises or lifts the halt of one owner; that of others stays. */
  set(owner: HaltOwner, halted: boolean): void {
    const bit = HALT_OWNERS[owner];
    this.#bits = halted ? this.#bits | bit : this.#bits & ~bit;
    this.#engine.setHalt(this.#bits);
    if (halted) this.#breaker?.trip('all', bit);
    else this.#breaker?.reset('all', bit);
  }
}
