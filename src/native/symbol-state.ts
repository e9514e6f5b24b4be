import type { EventTimeNs } from '../core/index.ts';
import { type PriceTicks, priceTicks, type QtyLots, qtyLots } from '../model/index.ts';
import { type Arena, placeOf, strideIn } from './arena.ts';
import type { EngineSyncState, FieldType, NativeAddon, Region } from './layout.ts';

/** The best prices of a synchronised book. */
export interface EngineTouch {
  readonly bid: PriceTicks;
  readonly bidLots: QtyLots;
  readonly ask: PriceTicks;
  readonly askLots: QtyLots;
}

/** The last decision of one symbol. */
export interface EngineDecision {
  /** Receive time of the message it was made on. */
  readonly at: EventTimeNs;
  readonly side: 'buy' | 'sell' | 'none';
  readonly quantity: QtyLots;
  /** Probability of an up move; 0.5 when nothing was computed. */
  readonly probability: number;
  readonly edge: number;
  readonly reasonBits: number;
}

/** What a perpetual's venue last said of its mark price. Prices in 1e-8 quote units. */
export interface EngineMark {
  readonly at: EventTimeNs;
  readonly markE8: number;
  /** null when the venue gave none. */
  readonly indexE8: number | null;
  /** Funding rate of the period, signed, 1e-8. */
  readonly fundingRateE8: number;
  /** Time of the next funding, ms since the epoch; null when the venue gave none. */
  readonly nextFundingMs: number | null;
}

/** Counters of one symbol since the engine was made. */
export interface EngineCounters {
  readonly messages: number;
  readonly depthApplied: number;
  readonly trades: number;
  readonly tickers: number;
  readonly snapshots: number;
  readonly gaps: number;
  readonly duplicates: number;
  readonly staleDropped: number;
  readonly heldDropped: number;
  readonly staleSnapshots: number;
  readonly crossed: number;
  readonly tickerChecks: number;
  readonly tickerMismatches: number;
  readonly checksumChecks: number;
  readonly checksumMismatches: number;
  readonly marks: number;
  readonly liquidations: number;
  /** Quantities off the step, rounded down to whole lots (never to zero). */
  readonly roundedQuantities: number;
  readonly decisions: number;
  readonly intents: number;
  /** Messages by status other than ok; statuses that did not occur are absent. */
  readonly refused: Readonly<Record<string, number>>;
}

/** Everything the engine tells about one symbol, copied at one moment. */
export interface EngineSymbolState {
  readonly sync: EngineSyncState;
  /** The status that broke the book; null unless broken. */
  readonly brokenBy: string | null;
  readonly updateId: bigint;
  /** Depth updates held for a snapshot. */
  readonly pending: number;
  readonly lastMessageAt: EventTimeNs;
  readonly lastDepthAt: EventTimeNs;
  /** null while the book is not synchronised or a side is empty. */
  readonly touch: EngineTouch | null;
  readonly bidLevels: number;
  readonly askLevels: number;
  /** null before the first trade. */
  readonly lastTrade: PriceTicks | null;
  /** null before the first. */
  readonly mark: EngineMark | null;
  readonly policy: 'none' | 'take' | 'quote';
  /** null before the first decision. */
  readonly decision: EngineDecision | null;
  /** By feature name. */
  readonly features: Readonly<Record<string, number>>;
  readonly counters: EngineCounters;
}

const POLICIES = ['none', 'take', 'quote'] as const;

/** The names behind the numbers of a state record, by index; the addon exports them. */
type StateNames = Pick<NativeAddon, 'statusNames' | 'featureNames' | 'syncStateNames'>;

/** Where the best prices of record 0 stand, and how far the next record is. */
type TouchPlaces = Readonly<Record<keyof EngineTouch | 'stride', number>>;

/** Reads the state records of an engine. */
export class StateReader {
  readonly #arena: Arena;
  readonly #region: Region;
  readonly #names: StateNames;
  /** Places of record 0 by field, looked up once: each field has one type. */
  readonly #places = new Map<string, number>();
  readonly #touchPlaces: TouchPlaces;
  /** The touch read last of each symbol: the same object while its numbers are. */
  readonly #touches: (EngineTouch | undefined)[] = [];
  readonly #depthPlace: number;
  readonly #depthStride: number;
  readonly #syncPlace: number;
  readonly #syncStride: number;

  constructor(arena: Arena, region: Region, names: StateNames) {
    this.#arena = arena;
    this.#region = region;
    this.#names = names;
    this.#touchPlaces = {
      bid: placeOf(region, 'bestBidTicks', 'f64'),
      bidLots: placeOf(region, 'bestBidLots', 'f64'),
      ask: placeOf(region, 'bestAskTicks', 'f64'),
      askLots: placeOf(region, 'bestAskLots', 'f64'),
      stride: strideIn(region, 'f64'),
    };
    this.#depthPlace = placeOf(region, 'lastDepthNs', 'i64');
    this.#depthStride = strideIn(region, 'i64');
    this.#syncPlace = placeOf(region, 'syncState', 'u32');
    this.#syncStride = strideIn(region, 'u32');
  }

  /** The synchronisation alone: cheap enough for every turn. */
  sync(symbol: number): EngineSyncState {
    const at = this.#arena.u32[this.#syncPlace + symbol * this.#syncStride]!;
    return this.#names.syncStateNames[at]!;
  }

  /** Receive time of the last depth update in the book; 0 before the first. */
  lastDepthAt(symbol: number): EventTimeNs {
    return this.#time(symbol, 'lastDepthNs');
  }

  /**
   * Time from the last depth update in the book to the one that stands at `laterPlace`, ns; exact up
   * to 104 days. By halves, since each bigint is an object.
   */
  depthAgeNs(symbol: number, laterPlace: number): number {
    const { u32, i32 } = this.#arena;
    const later = 2 * laterPlace;
    const depth = 2 * (this.#depthPlace + symbol * this.#depthStride);
    return (i32[later + 1]! - i32[depth + 1]!) * 2 ** 32 + (u32[later]! - u32[depth]!);
  }

  /** The best prices, or null while they are not proven. */
  touch(symbol: number): EngineTouch | null {
    if (this.sync(symbol) !== 'synchronised') return null;
    const { f64 } = this.#arena;
    const places = this.#touchPlaces;
    const first = symbol * places.stride;
    const bid = f64[first + places.bid]!;
    const ask = f64[first + places.ask]!;
    if (bid === 0 || ask === 0) return null;
    const bidLots = f64[first + places.bidLots]!;
    const askLots = f64[first + places.askLots]!;
    const known = this.#touches[symbol];
    const isSame = known !== undefined && known.bid === bid && known.ask === ask;
    if (isSame && known.bidLots === bidLots && known.askLots === askLots) return known;
    const touch = {
      bid: priceTicks(bid),
      bidLots: qtyLots(bidLots),
      ask: priceTicks(ask),
      askLots: qtyLots(askLots),
    };
    this.#touches[symbol] = touch;
    return touch;
  }

  /** The whole state of one symbol. */
  state(symbol: number): EngineSymbolState {
    const sync = this.sync(symbol);
    const lastTrade = this.#f64(symbol, 'lastTradeTicks');
    return {
      sync,
      brokenBy:
        sync === 'broken'
          ? (this.#names.statusNames[this.#u32(symbol, 'brokenBy')] ?? 'invalid')
          : null,
      updateId: BigInt(this.#f64(symbol, 'lastUpdateId')),
      pending: this.#f64(symbol, 'pending'),
      lastMessageAt: this.#time(symbol, 'lastMessageNs'),
      lastDepthAt: this.#time(symbol, 'lastDepthNs'),
      touch: this.touch(symbol),
      bidLevels: this.#f64(symbol, 'bidLevels'),
      askLevels: this.#f64(symbol, 'askLevels'),
      lastTrade: lastTrade === 0 ? null : priceTicks(lastTrade),
      mark: this.#mark(symbol),
      policy: POLICIES[this.#u32(symbol, 'policy')]!,
      decision: this.decision(symbol),
      features: this.#namedFeatures(symbol),
      counters: this.#counters(symbol),
    };
  }

  /** The last decision, or null before the first. */
  decision(symbol: number): EngineDecision | null {
    if (this.#f64(symbol, 'decisions') === 0) return null;
    const side = this.#f64(symbol, 'side');
    return {
      at: this.#time(symbol, 'decidedNs'),
      side: side > 0 ? 'buy' : side < 0 ? 'sell' : 'none',
      quantity: qtyLots(this.#f64(symbol, 'quantity')),
      probability: this.#f64(symbol, 'probability'),
      edge: this.#f64(symbol, 'edge'),
      reasonBits: this.#u32(symbol, 'reasons'),
    };
  }

  #mark(symbol: number): EngineMark | null {
    if (this.#f64(symbol, 'marks') === 0) return null;
    const indexE8 = this.#f64(symbol, 'indexE8');
    const nextFundingMs = this.#f64(symbol, 'nextFundingMs');
    return {
      at: this.#time(symbol, 'markNs'),
      markE8: this.#f64(symbol, 'markE8'),
      indexE8: indexE8 === 0 ? null : indexE8,
      fundingRateE8: this.#f64(symbol, 'fundingRateE8'),
      nextFundingMs: nextFundingMs === 0 ? null : nextFundingMs,
    };
  }

  #namedFeatures(symbol: number): Record<string, number> {
    const start = this.#place(symbol, 'features', 'f64');
    return Object.fromEntries(
      this.#names.featureNames.map((name, slot) => [name, this.#arena.f64[start + slot]!]),
    );
  }

  #counters(symbol: number): EngineCounters {
    const count = (name: string): number => this.#f64(symbol, name);
    return {
      messages: count('messages'),
      depthApplied: count('depthApplied'),
      trades: count('trades'),
      tickers: count('tickers'),
      snapshots: count('snapshots'),
      gaps: count('gaps'),
      duplicates: count('duplicates'),
      staleDropped: count('staleDropped'),
      heldDropped: count('heldDropped'),
      staleSnapshots: count('staleSnapshots'),
      crossed: count('crossed'),
      tickerChecks: count('tickerChecks'),
      tickerMismatches: count('tickerMismatches'),
      checksumChecks: count('checksumChecks'),
      checksumMismatches: count('checksumMismatches'),
      marks: count('marks'),
      liquidations: count('liquidations'),
      roundedQuantities: count('roundedQuantities'),
      decisions: count('decisions'),
      intents: count('intents'),
      refused: countsByStatus(
        this.#arena,
        this.#place(symbol, 'refused', 'u32'),
        this.#names.statusNames,
      ),
    };
  }

  #place(symbol: number, name: string, type: FieldType): number {
    let first = this.#places.get(name);
    if (first === undefined) {
      first = placeOf(this.#region, name, type);
      this.#places.set(name, first);
    }
    return first + symbol * strideIn(this.#region, type);
  }

  #f64(symbol: number, name: string): number {
    return this.#arena.f64[this.#place(symbol, name, 'f64')]!;
  }

  #u32(symbol: number, name: string): number {
    return this.#arena.u32[this.#place(symbol, name, 'u32')]!;
  }

  #time(symbol: number, name: string): EventTimeNs {
    return this.#arena.i64[this.#place(symbol, name, 'i64')]! as EventTimeNs;
  }
}

/** The non-zero counters of an array indexed by status. */
export function countsByStatus(
  arena: Arena,
  start: number,
  statuses: readonly string[],
): Record<string, number> {
  const counts: Record<string, number> = {};
  statuses.forEach((status, i) => {
    const count = arena.u32[start + i]!;
    if (count > 0) counts[status] = count;
  });
  return counts;
}
