import type { Instrument } from '../../model/index.ts';
import { type CircuitBreaker, circuitOf } from '../../native/index.ts';

/** Why a circuit is ours to hold open: a bit each in its word, the stronger one higher. */
const VENUE_STALE = 1;
const VENUE_UNREACHABLE = 2;

/** A venue that nothing new is sent to. */
export interface OpenCircuit {
  readonly venue: string;
  /** Plain words. */
  readonly reason: string;
}

interface Circuit {
  readonly number: number;
  readonly instruments: readonly Instrument[];
  /** Why it is open, as far as it is ours, strongest first. */
  reasons: readonly string[];
}

/**
 * Opens the circuit of one venue while it sends no fresh data for any of its instruments or does not
 * answer, and closes it when that has ended. It takes back no trip but its own.
 */
export class VenueCircuits {
  readonly #breaker: CircuitBreaker | null;
  readonly #circuits: readonly Circuit[];

  constructor(breaker: CircuitBreaker | null, instruments: readonly Instrument[]) {
    this.#breaker = breaker;
    const byCircuit = new Map<number, Instrument[]>();
    for (const instrument of breaker === null ? [] : instruments) {
      const number = circuitOf(instrument);
      byCircuit.set(number, [...(byCircuit.get(number) ?? []), instrument]);
    }
    this.#circuits = [...byCircuit].map(([number, list]) => ({
      number,
      instruments: list,
      reasons: [],
    }));
  }

  /**
   * Judges every venue. `failureOf` is why orders for an instrument are not answered; null while
   * they are.
   */
  observe(
    isStale: (instrument: Instrument) => boolean,
    failureOf: (instrument: Instrument) => string | null,
  ): void {
    for (const circuit of this.#circuits) {
      const { number, instruments } = circuit;
      const failure = instruments.map(failureOf).find((each) => each !== null) ?? null;
      const stale = instruments.every(isStale);
      this.#hold(number, VENUE_UNREACHABLE, failure !== null);
      this.#hold(number, VENUE_STALE, stale);
      circuit.reasons = [
        ...(failure === null ? [] : [`it does not answer orders (${failure})`]),
        ...(stale ? ['none of its instruments has fresh market data'] : []),
      ];
    }
  }

  #hold(circuit: number, bit: number, open: boolean): void {
    if (open) this.#breaker?.trip(circuit, bit);
    else this.#breaker?.reset(circuit, bit);
  }

  /** The circuits that are open now, one entry for each venue name behind them: its strongest reason. */
  open(): readonly OpenCircuit[] {
    return this.#circuits.flatMap(({ reasons: [reason], instruments }) => {
      if (reason === undefined) return [];
      const venues = new Set(instruments.map(({ venue }) => venue));
      return [...venues].map((venue) => ({ venue, reason }));
    });
  }
}
