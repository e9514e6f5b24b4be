import type { CircuitBreaker, Engine } from '../../native/index.ts';

/**
 * Stops new intents of the trader's engine, and with them those of everything that watches the same
 * circuit breaker: other engines, on other threads.
 */
export class TradingHalt {
  readonly #engine: Engine;
  readonly #breaker: CircuitBreaker | null;

  constructor(engine: Engine, breaker: CircuitBreaker | null) {
    this.#engine = engine;
    this.#breaker = breaker;
  }

  /** Nonzero bits halt, and become the breaker's reason; 0 lets intents through again. */
  set(bits: number): void {
    this.#engine.setHalt(bits);
    if (bits === 0) this.#breaker?.reset('all');
    else this.#breaker?.trip('all', bits);
  }
}
