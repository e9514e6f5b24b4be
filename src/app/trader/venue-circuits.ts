import type { Instrument } from '../../model/index.ts';
import { type CircuitBreaker, circuitOf } from '../../native/index.ts';

/** What the breaker's word of a venue says while its circuit is open. */
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
  /** null while it is closed, as far as it is ours. */
  reason: string | null;
}

/**
 * Opens the circuit of one venue while it sends no fresh data for any of its instruments or does not
 * answer, and closes it when that has ended. It touches no circuit that it did not open.
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
      reason: null,
    }));
  }

  /** Judges every venue. `venueFailure` is why orders are not answered; null while they are. */
  observe(isStale: (instrument: Instrument) => boolean, venueFailure: string | null): void {
    for (const circuit of this.#circuits) {
      if (venueFailure !== null) {
        this.#open(circuit, VENUE_UNREACHABLE, `it does not answer orders (${venueFailure})`);
      } else if (circuit.instruments.every(isStale)) {
        this.#open(circuit, VENUE_STALE, 'none of its instruments has fresh market data');
      } else if (circuit.reason !== null) {
        circuit.reason = null;
        this.#breaker?.reset(circuit.number);
      }
    }
  }

  #open(circuit: Circuit, code: number, reason: string): void {
    circuit.reason = reason;
    this.#breaker?.trip(circuit.number, code);
  }

  /** The circuits that are open now, one entry for each venue name behind them. */
  open(): readonly OpenCircuit[] {
    return this.#circuits.flatMap(({ reason, instruments }) => {
      if (reason === null) return [];
      const venues = new Set(instruments.map(({ venue }) => venue));
      return [...venues].map((venue) => ({ venue, reason }));
    });
  }
}
