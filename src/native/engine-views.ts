import { assert, type EventTimeNs } from '../core/index.ts';
import { type PriceTicks, priceTicks, type QtyLots, qtyLots } from '../model/index.ts';
import { Arena, placeOf } from './arena.ts';
import { CompositeReader, type EngineCompositeTop } from './composites.ts';
import { ConnectionReader, type EngineConnectionState } from './connections.ts';
import type { EngineOptions } from './engine-options.ts';
import type { EngineSyncState, NativeAddon, NativeEngine } from './layout.ts';
import {
  type EngineDecision,
  type EngineSymbolState,
  type EngineTouch,
  StateReader,
} from './symbol-state.ts';

/** One side of a book, best price first. */
export interface EngineLevel {
  readonly price: PriceTicks;
  readonly quantity: QtyLots;
}

/** What an engine shows of its books, decisions and connections. Reading changes nothing. */
export abstract class EngineViews {
  /** The kernel target in use: sse2, avx2 or avx512. */
  readonly target: string;
  /** Names of the features by slot. */
  readonly featureNames: readonly string[];
  /** Names of the reason bits, lowest first. */
  readonly reasonNames: readonly string[];
  /** The addon's own object, for the replay matcher. */
  readonly handle: NativeEngine;
  protected readonly arena: Arena;
  readonly #nowPlace: number;
  readonly #symbols: number;
  readonly #states: StateReader;
  readonly #composites: CompositeReader;
  readonly #connections: ConnectionReader;

  protected constructor(addon: NativeAddon, handle: NativeEngine, options: EngineOptions) {
    const { layout } = handle;
    this.target = addon.target;
    this.featureNames = addon.featureNames;
    this.reasonNames = addon.reasonNames;
    this.handle = handle;
    this.arena = new Arena(handle.arena);
    this.#nowPlace = placeOf(layout.control, 'nowNs', 'i64');
    this.#symbols = options.instruments.length;
    this.#states = new StateReader(this.arena, layout.states, addon);
    this.#composites = new CompositeReader(this.arena, layout.composites, options.composites ?? []);
    this.#connections = new ConnectionReader(
      this.arena,
      layout.connections,
      addon.framingErrorNames,
    );
  }

  /** What is known of one connection. */
  connection(index: number): EngineConnectionState {
    assert(
      Number.isInteger(index) && index >= 0 && index < this.#connections.count,
      () => `connection ${index} is an index below ${this.#connections.count}`,
    );
    return this.#connections.state(index);
  }

  /** The best `depth` levels of each side of the verified book. */
  book(
    symbol: number,
    depth: number,
  ): { readonly bids: readonly EngineLevel[]; readonly asks: readonly EngineLevel[] } {
    this.checkSymbol(symbol);
    const raw = this.handle.book(symbol, depth);
    const level = (i: number): EngineLevel => ({
      price: priceTicks(raw[2 + 2 * i]!),
      quantity: qtyLots(raw[3 + 2 * i]!),
    });
    const [bids, asks] = [raw[0]!, raw[1]!];
    return {
      bids: Array.from({ length: bids }, (_, i) => level(i)),
      asks: Array.from({ length: asks }, (_, i) => level(bids + i)),
    };
  }

  /** How far the symbol's book is proven. */
  syncState(symbol: number): EngineSyncState {
    this.checkSymbol(symbol);
    return this.#states.sync(symbol);
  }

  /** Receive time of the symbol's last depth update in the book; 0 before the first. */
  lastDepthAt(symbol: number): EventTimeNs {
    this.checkSymbol(symbol);
    return this.#states.lastDepthAt(symbol);
  }

  /** Age of the symbol's last depth update at the last processed frame, ns. */
  depthAgeNs(symbol: number): number {
    this.checkSymbol(symbol);
    return this.#states.depthAgeNs(symbol, this.#nowPlace);
  }

  /** The best prices; null while the book is not synchronised or a side is empty. */
  touch(symbol: number): EngineTouch | null {
    this.checkSymbol(symbol);
    return this.#states.touch(symbol);
  }

  /**
   * The best bid and offer of a composite at the time of the last frame, on threads of its shard's
   * last view; null while no member's book is synchronised and young enough.
   */
  composite(index: number): EngineCompositeTop | null {
    assert(
      Number.isInteger(index) && index >= 0 && index < this.#composites.count,
      () => `composite ${index} is an index below ${this.#composites.count}`,
    );
    this.handle.refreshComposites();
    return this.#composites.top(index);
  }

  /** How many connections the engine reads. */
  get connectionCount(): number {
    return this.#connections.count;
  }

  /** The last decision; null before the first. */
  decision(symbol: number): EngineDecision | null {
    this.checkSymbol(symbol);
    return this.#states.decision(symbol);
  }

  /** Everything about one symbol, for people and steering. */
  state(symbol: number): EngineSymbolState {
    this.checkSymbol(symbol);
    return this.#states.state(symbol);
  }

  /** Receive time of the last processed frame. */
  now(): EventTimeNs {
    return this.arena.i64[this.#nowPlace]! as EventTimeNs;
  }

  /** Names of the reasons whose bits are set. */
  reasons(bits: number): readonly string[] {
    return this.reasonNames.filter((_, bit) => (bits & (1 << bit)) !== 0);
  }

  /** Fingerprint of every decision so far and every book: 16 hexadecimal digits. */
  stateHash(): string {
    return this.handle.stateHash().toString(16).padStart(16, '0');
  }

  /** Asserts that a symbol is an index of the engine's instruments. */
  protected checkSymbol(symbol: number): void {
    assert(
      Number.isInteger(symbol) && symbol >= 0 && symbol < this.#symbols,
      () => `symbol ${symbol} is an index below ${this.#symbols}`,
    );
  }
}
