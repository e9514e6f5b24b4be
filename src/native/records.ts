import type { EventTimeNs } from '../core/index.ts';
import { type PriceTicks, priceTicks, type QtyLots, qtyLots, type Side } from '../model/index.ts';
import { type Arena, placeOf, strideIn } from './arena.ts';
import type { FieldType, Region } from './layout.ts';

interface IntentBase {
  /** Instrument index. */
  readonly symbol: number;
  /** Receive time of the market message that led to it. */
  readonly at: EventTimeNs;
  /** From 1, without gaps over the engine's intents. */
  readonly sequence: number;
  /** Calibrated probability of an up move, 0 to 1. */
  readonly probability: number;
  /** Expected value of the bet after cost, fraction of the stake. */
  readonly edge: number;
  readonly reasonBits: number;
  /** Mid price at the decision, ticks. */
  readonly midTicks: number;
  /** Realised volatility at the decision, bps per sqrt(s). */
  readonly volatilityBps: number;
}

/** Take liquidity up to a limit price. */
export interface EngineTakeIntent extends IntentBase {
  readonly kind: 'take';
  readonly side: Side;
  readonly price: PriceTicks;
  readonly quantity: QtyLots;
}

/** The quotes that should rest now; null: nothing on that side. */
export interface EngineQuoteIntent extends IntentBase {
  readonly kind: 'quote';
  readonly bid: { readonly price: PriceTicks; readonly quantity: QtyLots } | null;
  readonly ask: { readonly price: PriceTicks; readonly quantity: QtyLots } | null;
}

/** What the engine wants for one symbol; not yet an order. */
export type EngineIntent = EngineTakeIntent | EngineQuoteIntent;

/** One print of the tape. */
export interface EngineTrade {
  /** Instrument index. */
  readonly symbol: number;
  /** Receive time of its message. */
  readonly at: EventTimeNs;
  readonly price: PriceTicks;
  readonly quantity: QtyLots;
  /** The side that took liquidity. */
  readonly aggressor: Side;
  /** The venue's id, unique per symbol. */
  readonly tradeId: number;
}

/** Reads the fields of one kind of record. */
class RecordReader {
  readonly #arena: Arena;
  readonly #region: Region;
  readonly #places = new Map<string, { readonly at: number; readonly stride: number }>();

  constructor(arena: Arena, region: Region) {
    this.#arena = arena;
    this.#region = region;
  }

  f64(index: number, name: string): number {
    return this.#arena.f64[this.#at(index, name, 'f64')]!;
  }

  u32(index: number, name: string): number {
    return this.#arena.u32[this.#at(index, name, 'u32')]!;
  }

  i32(index: number, name: string): number {
    return this.#arena.i32[this.#at(index, name, 'i32')]!;
  }

  time(index: number, name: string): EventTimeNs {
    return this.#arena.i64[this.#at(index, name, 'i64')]! as EventTimeNs;
  }

  #at(index: number, name: string, type: FieldType): number {
    let place = this.#places.get(name);
    if (place === undefined) {
      place = { at: placeOf(this.#region, name, type), stride: strideIn(this.#region, type) };
      this.#places.set(name, place);
    }
    return place.at + index * place.stride;
  }
}

/** Reads intents from their ring. */
export class IntentReader {
  readonly #read: RecordReader;

  constructor(arena: Arena, region: Region) {
    this.#read = new RecordReader(arena, region);
  }

  /** The record in slot `index`. */
  at(index: number): EngineIntent {
    const read = this.#read;
    const base: IntentBase = {
      symbol: read.i32(index, 'symbol'),
      at: read.time(index, 'atNs'),
      sequence: read.f64(index, 'sequence'),
      probability: read.f64(index, 'probability'),
      edge: read.f64(index, 'edge'),
      reasonBits: read.u32(index, 'reasons'),
      midTicks: read.f64(index, 'midTicks'),
      volatilityBps: read.f64(index, 'volatilityBps'),
    };
    if (read.u32(index, 'kind') === 1) {
      return {
        ...base,
        kind: 'take',
        side: read.f64(index, 'side') > 0 ? 'buy' : 'sell',
        price: priceTicks(read.f64(index, 'priceTicks')),
        quantity: qtyLots(read.f64(index, 'lots')),
      };
    }
    return {
      ...base,
      kind: 'quote',
      bid: this.#quote(index, 'bidTicks', 'bidLots'),
      ask: this.#quote(index, 'askTicks', 'askLots'),
    };
  }

  #quote(index: number, ticks: string, lots: string): EngineQuoteIntent['bid'] {
    const quantity = this.#read.f64(index, lots);
    if (quantity === 0) return null;
    return { price: priceTicks(this.#read.f64(index, ticks)), quantity: qtyLots(quantity) };
  }
}

/** Reads trades from their ring. There are many, so the places of their fields are kept. */
export class TradeReader {
  readonly #arena: Arena;
  readonly #wide: number;
  readonly #narrow: number;
  readonly #places: Readonly<
    Record<'symbol' | 'aggressor' | 'at' | 'ticks' | 'lots' | 'tradeId', number>
  >;

  constructor(arena: Arena, region: Region) {
    this.#arena = arena;
    this.#wide = strideIn(region, 'f64');
    this.#narrow = strideIn(region, 'u32');
    this.#places = {
      symbol: placeOf(region, 'symbol', 'i32'),
      aggressor: placeOf(region, 'aggressor', 'u32'),
      at: placeOf(region, 'atNs', 'i64'),
      ticks: placeOf(region, 'ticks', 'f64'),
      lots: placeOf(region, 'lots', 'f64'),
      tradeId: placeOf(region, 'tradeId', 'f64'),
    };
  }

  /** The record in slot `index`. */
  at(index: number): EngineTrade {
    const { f64, i32, i64, u32 } = this.#arena;
    const places = this.#places;
    const wide = index * this.#wide;
    const narrow = index * this.#narrow;
    return {
      symbol: i32[places.symbol + narrow]!,
      at: i64[places.at + wide]! as EventTimeNs,
      price: priceTicks(f64[places.ticks + wide]!),
      quantity: qtyLots(f64[places.lots + wide]!),
      aggressor: u32[places.aggressor + narrow] === 0 ? 'buy' : 'sell',
      tradeId: f64[places.tradeId + wide]!,
    };
  }
}
