import type { EventTimeNs } from '../core/index.ts';
import { type Arena, placeOf, strideIn } from './arena.ts';
import type { Region } from './layout.ts';

/** Instruments of one underlying whose books make one best bid and offer. */
export interface EngineComposite {
  /** 2 to 16 indices; no instrument in two composites. On threads all of one shard. */
  readonly instruments: readonly number[];
  /** A book whose last depth is older does not count, ms, 0 to 3,600,000. */
  readonly maxAgeMs: number;
}

/** One side of a composite, in units that grids of all kinds share. */
export interface EngineCompositeQuote {
  /** 1e-8 quote units. */
  readonly priceE8: bigint;
  /** At `instrument` alone, 1e-8 base units. */
  readonly quantityE8: bigint;
  /** Over all fresh members at that price, 1e-8 base units. */
  readonly totalQuantityE8: bigint;
  /** Index of the instrument: of equal prices the one with more. */
  readonly instrument: number;
}

/** The best bid and offer over several books. */
export interface EngineCompositeTop {
  /** The time it is judged for. */
  readonly at: EventTimeNs;
  readonly bid: EngineCompositeQuote | null;
  readonly ask: EngineCompositeQuote | null;
  readonly isLocked: boolean;
  /** Best bid above best ask: at two venues, or one of them is late. */
  readonly isCrossed: boolean;
  /** Members whose books are synchronised and young enough, by their indices. */
  readonly fresh: readonly number[];
  /** Members whose books are synchronised and too old. */
  readonly stale: readonly number[];
}

/** Reads the composites of an engine. */
export class CompositeReader {
  readonly #arena: Arena;
  readonly #region: Region;
  readonly #composites: readonly EngineComposite[];

  constructor(arena: Arena, region: Region, composites: readonly EngineComposite[]) {
    this.#arena = arena;
    this.#region = region;
    this.#composites = composites;
  }

  /** Composites of the engine. */
  get count(): number {
    return this.#composites.length;
  }

  /** A composite as the arena shows it; null while no member is fresh. */
  top(composite: number): EngineCompositeTop | null {
    const { i64, u32, i32 } = this.#arena;
    const members = this.#composites[composite]!.instruments;
    const amount = (name: string): bigint =>
      i64[placeOf(this.#region, name, 'i64') + composite * strideIn(this.#region, 'i64')]!;
    const place = (name: string, type: 'u32' | 'i32'): number =>
      placeOf(this.#region, name, type) + composite * strideIn(this.#region, type);
    const fresh = u32[place('fresh', 'u32')]!;
    if (fresh === 0) return null;
    const stale = u32[place('stale', 'u32')]!;
    const quote = (side: 'bid' | 'ask'): EngineCompositeQuote | null => {
      const instrument = i32[place(`${side}Symbol`, 'i32')]!;
      if (instrument < 0) return null;
      return {
        priceE8: amount(`${side}E8`),
        quantityE8: amount(`${side}QuantityE8`),
        totalQuantityE8: amount(`${side}TotalE8`),
        instrument,
      };
    };
    return {
      at: amount('atNs') as EventTimeNs,
      bid: quote('bid'),
      ask: quote('ask'),
      isLocked: u32[place('locked', 'u32')] !== 0,
      isCrossed: u32[place('crossed', 'u32')] !== 0,
      fresh: members.filter((_, member) => (fresh & (1 << member)) !== 0),
      stale: members.filter((_, member) => (stale & (1 << member)) !== 0),
    };
  }
}
