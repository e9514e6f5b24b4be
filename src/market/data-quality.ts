import type { Json } from '../core/index.ts';
import type { DomainEvent, InstrumentId } from '../model/index.ts';

/** How the market data of one instrument has behaved since the books began. */
export interface DataQuality {
  readonly desynchronised: number;
  readonly synchronised: number;
  readonly bars: number;
  /** Why the book was last lost; null when it never was. */
  readonly lastReason: string | null;
}

const UNTOUCHED: DataQuality = { desynchronised: 0, synchronised: 0, bars: 0, lastReason: null };

/** Counts what happens to each instrument's data: a fold over book and bar events. */
export class DataQualityCounters {
  readonly #byInstrument = new Map<InstrumentId, DataQuality>();

  /** Rebuilds the counters from a snapshot. */
  static restore(snapshot: Json): DataQualityCounters {
    const counters = new DataQualityCounters();
    const entries = snapshot as unknown as readonly (readonly [InstrumentId, DataQuality])[];
    for (const [instrument, quality] of entries) {
      counters.#byInstrument.set(instrument, { ...quality });
    }
    return counters;
  }

  /** Folds one event. */
  apply(event: DomainEvent): void {
    if (event.kind === 'book-desynchronised') {
      const { reason: lastReason } = event;
      this.#count(event.instrument, (before) => ({
        ...before,
        desynchronised: before.desynchronised + 1,
        lastReason,
      }));
    } else if (event.kind === 'book-synchronised') {
      this.#count(event.instrument, (before) => ({
        ...before,
        synchronised: before.synchronised + 1,
      }));
    } else if (event.kind === 'bar-closed') {
      this.#count(event.bar.instrument, (before) => ({ ...before, bars: before.bars + 1 }));
    }
  }

  #count(instrument: InstrumentId, change: (before: DataQuality) => DataQuality): void {
    this.#byInstrument.set(instrument, change(this.of(instrument)));
  }

  /** The counters of one instrument. */
  of(instrument: InstrumentId): DataQuality {
    return this.#byInstrument.get(instrument) ?? UNTOUCHED;
  }

  /** The state as canonical JSON. */
  snapshot(): Json {
    return [...this.#byInstrument].map(([instrument, quality]) => [instrument, { ...quality }]);
  }
}
