import { type Arena, placeOf, strideIn } from './arena.ts';
import type { Region } from './layout.ts';

/** Bounds that the gate applies to one symbol; fields that are absent stay as they are. */
export interface Steering {
  readonly positionLots?: number;
  readonly maxPositionLots?: number;
  readonly maxOrderLots?: number;
  readonly budgetLots?: number;
  /** Largest |position| after an order times its price, ticks x lots; 0: no such bound. */
  readonly maxPositionNotional?: number;
  /** Largest order times its price, ticks x lots; 0: no such bound. */
  readonly maxOrderNotional?: number;
  /** A price further beyond the other side's touch is cut to this, ticks; 0: no such bound. */
  readonly maxCollarTicks?: number;
  /** Largest distance of a price from the mark, else the last trade, else the mid, bps; 0: none. */
  readonly collarBps?: number;
  /** No intent while the mark price is older, ns; 0: no such bound. */
  readonly staleMarkAfterNs?: number;
}

/** The fields of `Steering`, which are those of the record. */
const STEERING = [
  'positionLots',
  'maxPositionLots',
  'maxOrderLots',
  'budgetLots',
  'maxPositionNotional',
  'maxOrderNotional',
  'maxCollarTicks',
  'collarBps',
  'staleMarkAfterNs',
] as const satisfies readonly (keyof Steering)[];

/** Writes what the gate reads of each symbol. */
export class SteeringWriter {
  readonly #arena: Arena;
  readonly #region: Region;

  constructor(arena: Arena, region: Region) {
    this.#arena = arena;
    this.#region = region;
  }

  /** Writes the fields that are given. */
  set(symbol: number, steering: Steering): void {
    for (const name of STEERING) {
      const value = steering[name];
      if (value === undefined) continue;
      const place = placeOf(this.#region, name, 'f64');
      this.#arena.f64[place + symbol * strideIn(this.#region, 'f64')] = value;
    }
  }

  /** Writes the bits that stop the symbol's intents. */
  setHalt(symbol: number, bits: number): void {
    const place = placeOf(this.#region, 'halt', 'u32') + symbol * strideIn(this.#region, 'u32');
    Atomics.store(this.#arena.u32, place, bits);
  }
}
