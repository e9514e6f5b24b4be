import { assert, type EventTimeNs } from '../core/index.ts';
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

/** Where a kind of record has its fields, one place for each, as `placeOf` gives them. */
function placesOf<K extends string>(
  region: Region,
  fields: Readonly<Record<K, FieldType>>,
): Readonly<Record<K, number>> {
  const places = Object.entries<FieldType>(fields).map(([name, type]) => [
    name,
    placeOf(region, name, type),
  ]);
  return Object.fromEntries(places) as Record<K, number>;
}

/**
 * One intent as it stands in its ring, with its numbers at hand: looking at them makes no garbage,
 * only `at` does, a bigint. Valid only while it is visited; `copy` is for keeping.
 */
export interface IntentRecord extends IntentBase {
  readonly kind: EngineIntent['kind'];
  /** This and the next two: of an intent to take. */
  readonly side: Side;
  readonly price: PriceTicks;
  readonly quantity: QtyLots;
  /** This and the next: of an intent to quote. */
  readonly bid: EngineQuoteIntent['bid'];
  readonly ask: EngineQuoteIntent['ask'];
  /** The intent as an object of its own. */
  copy(): EngineIntent;
}

/**
 * Goes over the ring of intents. Fields rather than getters: a number that a function returns is
 * garbage wherever the compiler did not inline it.
 */
export class IntentCursor implements IntentRecord {
  kind: EngineIntent['kind'] = 'take';
  symbol = 0;
  sequence = 0;
  probability = 0.5;
  edge = 0;
  reasonBits = 0;
  midTicks = 0;
  volatilityBps = 0;
  side: Side = 'buy';
  price = 0 as PriceTicks;
  quantity = 0 as QtyLots;
  readonly #arena: Arena;
  readonly #strideWide: number;
  readonly #strideNarrow: number;
  readonly #places;
  /** What the slot adds to a place of eight bytes. */
  #wide = 0;

  constructor(arena: Arena, region: Region) {
    this.#arena = arena;
    this.#strideWide = strideIn(region, 'f64');
    this.#strideNarrow = strideIn(region, 'u32');
    this.#places = placesOf(region, {
      symbol: 'i32',
      kind: 'u32',
      reasons: 'u32',
      atNs: 'i64',
      sequence: 'f64',
      probability: 'f64',
      edge: 'f64',
      midTicks: 'f64',
      volatilityBps: 'f64',
      side: 'f64',
      priceTicks: 'f64',
      lots: 'f64',
      bidTicks: 'f64',
      bidLots: 'f64',
      askTicks: 'f64',
      askLots: 'f64',
    });
  }

  /** Makes this the record in slot `index`. */
  moveTo(index: number): void {
    const { f64, i32, u32 } = this.#arena;
    const places = this.#places;
    const wide = index * this.#strideWide;
    const narrow = index * this.#strideNarrow;
    this.#wide = wide;
    this.kind = u32[places.kind + narrow] === 1 ? 'take' : 'quote';
    this.symbol = i32[places.symbol + narrow]!;
    this.sequence = f64[places.sequence + wide]!;
    this.probability = f64[places.probability + wide]!;
    this.edge = f64[places.edge + wide]!;
    this.reasonBits = u32[places.reasons + narrow]!;
    this.midTicks = f64[places.midTicks + wide]!;
    this.volatilityBps = f64[places.volatilityBps + wide]!;
    this.side = f64[places.side + wide]! > 0 ? 'buy' : 'sell';
    const price = f64[places.priceTicks + wide]!;
    const quantity = f64[places.lots + wide]!;
    assert(
      Number.isSafeInteger(price) && Number.isSafeInteger(quantity),
      'an intent has whole ticks and lots',
    );
    this.price = price as PriceTicks;
    this.quantity = quantity as QtyLots;
  }

  get at(): EventTimeNs {
    return this.#arena.i64[this.#places.atNs + this.#wide]! as EventTimeNs;
  }

  get bid(): EngineQuoteIntent['bid'] {
    return this.#quote(this.#places.bidTicks, this.#places.bidLots);
  }

  get ask(): EngineQuoteIntent['ask'] {
    return this.#quote(this.#places.askTicks, this.#places.askLots);
  }

  copy(): EngineIntent {
    const { symbol, at, sequence, probability, edge, reasonBits, midTicks, volatilityBps } = this;
    // Both literals name every field: a copy of a common part by spreading costs ten times as much.
    if (this.kind === 'take') {
      return {
        kind: 'take',
        symbol,
        at,
        sequence,
        probability,
        edge,
        reasonBits,
        midTicks,
        volatilityBps,
        side: this.side,
        price: this.price,
        quantity: this.quantity,
      };
    }
    return {
      kind: 'quote',
      symbol,
      at,
      sequence,
      probability,
      edge,
      reasonBits,
      midTicks,
      volatilityBps,
      bid: this.bid,
      ask: this.ask,
    };
  }

  #quote(ticks: number, lots: number): EngineQuoteIntent['bid'] {
    const { f64 } = this.#arena;
    const quantity = f64[lots + this.#wide]!;
    if (quantity === 0) return null;
    return { price: priceTicks(f64[ticks + this.#wide]!), quantity: qtyLots(quantity) };
  }
}

/** Reads trades from their ring. There are many, so the places of their fields are kept. */
export class TradeReader {
  readonly #arena: Arena;
  readonly #wide: number;
  readonly #narrow: number;
  readonly #places;

  constructor(arena: Arena, region: Region) {
    this.#arena = arena;
    this.#wide = strideIn(region, 'f64');
    this.#narrow = strideIn(region, 'u32');
    this.#places = placesOf(region, {
      symbol: 'i32',
      aggressor: 'u32',
      atNs: 'i64',
      ticks: 'f64',
      lots: 'f64',
      tradeId: 'f64',
    });
  }

  /** The record in slot `index`. */
  at(index: number): EngineTrade {
    const { f64, i32, i64, u32 } = this.#arena;
    const places = this.#places;
    const wide = index * this.#wide;
    const narrow = index * this.#narrow;
    return {
      symbol: i32[places.symbol + narrow]!,
      at: i64[places.atNs + wide]! as EventTimeNs,
      price: priceTicks(f64[places.ticks + wide]!),
      quantity: qtyLots(f64[places.lots + wide]!),
      aggressor: u32[places.aggressor + narrow] === 0 ? 'buy' : 'sell',
      tradeId: f64[places.tradeId + wide]!,
    };
  }
}
