import { seededRng } from '../../src/core/index.ts';
import type { Engine } from '../../src/native/index.ts';
import { type LevelPair, VenueMessages } from '../native/venue-messages.ts';
import { type BookChange, ReferenceFeatures, type ReferenceLevels } from './reference-features.ts';
import type { SideChange } from './reference-queues.ts';

/** Sorted best first. */
function best(book: ReadonlyMap<number, number>, direction: 1 | -1): ReferenceLevels {
  return [...book].sort(([a], [b]) => direction * (a - b));
}

/**
 * A market of thin books, silences, gaps inside the book and bursts, written as venue messages into
 * an engine and told to the reference at the same time.
 */
export class GeneratedMarket {
  readonly reference: ReferenceFeatures;
  readonly #messages: VenueMessages;
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  readonly #uniform: () => number;
  #mid = 50_000;

  constructor(engine: Engine, symbol: string, tickE8: bigint, seed: number) {
    const rng = seededRng(seed);
    this.#uniform = () => rng.uniform();
    this.#messages = new VenueMessages(engine, symbol, 0);
    this.reference = new ReferenceFeatures(engine.featureNames, tickE8);
    const bids = [1, 2, 3].map((i): LevelPair => [this.#mid - i, 100 * i]);
    const asks = [1, 2, 3].map((i): LevelPair => [this.#mid + i, 90 * i]);
    this.#messages.snapshot(bids, asks);
    for (const [ticks, lots] of bids) this.#bids.set(ticks, lots);
    for (const [ticks, lots] of asks) this.#asks.set(ticks, lots);
    this.#tell({
      bid: { added: 0, removed: 0, touchRemoved: 0 },
      ask: { added: 0, removed: 0, touchRemoved: 0 },
    });
  }

  /** Writes one message: an update, a trade, a mark price or a forced order. */
  step(): void {
    const silence = this.#below(200) === 0 ? 20_000 : 0;
    this.#messages.wait(this.#below(120) + this.#below(silence + 1));
    const kind = this.#below(30);
    if (kind < 9) this.#trade();
    else if (kind === 9) this.#mark();
    else if (kind === 10) this.#liquidation();
    else this.#update();
  }

  #below = (n: number): number => Math.floor(this.#uniform() * n);

  #trade(): void {
    const aggressor = this.#below(5) < 3 ? 'buy' : 'sell';
    const ticks = this.#mid + this.#below(5) - 2;
    const lots = 1 + this.#below(this.#below(10) === 0 ? 5000 : 50);
    this.#messages.trade(ticks, lots, aggressor);
    this.reference.onTrade(ticks, lots, aggressor === 'buy' ? 1 : -1, this.#messages.now);
  }

  #mark(): void {
    const markE8 = 500_000_000_000n + BigInt(this.#below(200_000_000));
    const indexE8 = this.#below(4) === 0 ? 0n : 500_000_000_000n + BigInt(this.#below(200_000_000));
    const fundingE8 = BigInt(this.#below(20_000) - 10_000);
    this.#messages.mark(markE8, indexE8, fundingE8);
    this.reference.onMark(markE8, indexE8, fundingE8);
  }

  #liquidation(): void {
    const side = this.#below(2) === 0 ? 'buy' : 'sell';
    const lots = 1 + this.#below(900);
    this.#messages.liquidation(this.#mid, lots, side);
    this.reference.onLiquidation(lots, side === 'buy' ? 1 : -1, this.#messages.now);
  }

  #update(): void {
    if (this.#below(4) === 0) this.#mid += this.#below(3) - 1;
    const bids = this.#changes(this.#bids, -1);
    const asks = this.#changes(this.#asks, 1);
    const bid = this.#apply(this.#bids, bids, -1);
    const ask = this.#apply(this.#asks, asks, 1);
    this.#messages.depth(bids, asks);
    this.#tell({ bid, ask });
  }

  /** Takes away what the mid has crossed, changes some levels, and leaves the side one at least. */
  #changes(book: ReadonlyMap<number, number>, direction: 1 | -1): readonly LevelPair[] {
    const gone = [...book.keys()].filter((ticks) => direction * (ticks - this.#mid) <= 0);
    const reach = this.#below(6) === 0 ? 60 : 8;
    const changed = Array.from({ length: this.#below(5) }, (): LevelPair => {
      const ticks = this.#mid + direction * (2 + this.#below(reach));
      return [ticks, this.#below(2) === 0 ? 0 : 1 + this.#below(400)];
    });
    const touch: LevelPair = [this.#mid + direction * (1 + this.#below(2)), 1 + this.#below(300)];
    return [...gone.map((ticks): LevelPair => [ticks, 0]), ...changed, touch];
  }

  #apply(book: Map<number, number>, levels: readonly LevelPair[], direction: 1 | -1): SideChange {
    const touch = best(book, direction)[0]?.[0];
    const change = { added: 0, removed: 0, touchRemoved: 0 };
    for (const [ticks, lots] of levels) {
      const growth = lots - (book.get(ticks) ?? 0);
      change.added += Math.max(growth, 0);
      change.removed += Math.max(-growth, 0);
      if (ticks === touch) change.touchRemoved += Math.max(-growth, 0);
      if (lots === 0) book.delete(ticks);
      else book.set(ticks, lots);
    }
    return change;
  }

  #tell(change: BookChange): void {
    const [bids, asks] = [best(this.#bids, -1), best(this.#asks, 1)];
    this.reference.onBook(bids, asks, change, this.#messages.now);
  }
}
