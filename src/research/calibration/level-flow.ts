import type { ObservedLevel } from './market-event.ts';
import type { Reservoir } from './reservoir.ts';

/**
 * Upper bounds of the distances from the touch of the same side, bps. The first bucket, 0, is the
 * touch itself; the others are open below and closed above.
 */
export const DISTANCE_BPS = [
  0, 0.05, 0.1, 0.2, 0.4, 0.7, 1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30,
] as const;

/** Time over which the shrinking of a level is set against the trades at its price, ms. */
const WINDOW_MS = 1_000;

/** Levels of a side above which those beyond twice the farthest distance are forgotten. */
const MOST_LEVELS = 20_000;

/** What happened at one distance, both sides together. */
export interface DistanceFlow {
  readonly toBps: number;
  /** Level increases seen. */
  readonly arrivals: number;
  /** Quantity that came, base units. */
  readonly arrivedQuantity: number;
  /** Quantity that left without a trade at its price, base units. */
  readonly cancelledQuantity: number;
  /** Quantity that left by trades, base units. */
  readonly tradedQuantity: number;
  /** Standing quantity of one side on average over the samples, base units. */
  readonly meanQuantity: number;
  /** Price steps of one side that lie in the bucket, on average. */
  readonly meanTicks: number;
}

interface Shrinking {
  readonly bucket: number;
  decreased: number;
}

/** Sums of one stretch of time. */
interface Totals {
  arrivals: number;
  arrived: number;
  cancelled: number;
  traded: number;
  standing: number;
  ticks: number;
}

/** What is counted over one stretch of time. */
export class FlowTally {
  readonly totals: readonly Totals[] = DISTANCE_BPS.map(() => ({
    arrivals: 0,
    arrived: 0,
    cancelled: 0,
    traded: 0,
    standing: 0,
    ticks: 0,
  }));
  readonly sizes: Reservoir;
  samples = 0;
  /** Time in which the book was followed, ms. */
  coveredMs = 0;

  /** `sizes` takes the quantities that levels grow by within 10 bps of the touch. */
  constructor(sizes: Reservoir) {
    this.sizes = sizes;
  }

  /** Flows by distance so far. */
  flows(): readonly DistanceFlow[] {
    const sides = Math.max(1, 2 * this.samples);
    return this.totals.map((t, i) => ({
      toBps: DISTANCE_BPS[i]!,
      arrivals: t.arrivals,
      arrivedQuantity: t.arrived,
      cancelledQuantity: t.cancelled,
      tradedQuantity: t.traded,
      meanQuantity: t.standing / sides,
      meanTicks: t.ticks / sides,
    }));
  }
}

const bucketOf = (bps: number): number => {
  for (let i = 0; i < DISTANCE_BPS.length; i += 1) if (bps <= DISTANCE_BPS[i]! + 1e-9) return i;
  return -1;
};

/**
 * Follows the levels of a book: what arrives and what is cancelled at which distance from the touch.
 *
 * A level that shrinks by more than was traded at its price in the same second has had the rest
 * cancelled. Several orders between two updates count as one change: rates of arrivals are lower
 * bounds, quantities are net.
 *
 * Source: Cont, Stoikov & Talreja (2010), Operations Research 58(3), section 3.2.
 */
export class LevelFlow {
  readonly #tick: number;
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  readonly #shrinking = new Map<number, Shrinking>();
  readonly #traded = new Map<number, number>();
  #windowEnds = Number.NEGATIVE_INFINITY;
  #lastMs: number | null = null;

  /** `tick` is the price grid. */
  constructor(tick: number) {
    this.#tick = tick;
  }

  /** Best bid and ask, ticks; null while a side is empty. */
  touch(): { readonly bid: number; readonly ask: number } | null {
    if (this.#bids.size === 0 || this.#asks.size === 0) return null;
    let bid = Number.NEGATIVE_INFINITY;
    let ask = Number.POSITIVE_INFINITY;
    for (const ticks of this.#bids.keys()) if (ticks > bid) bid = ticks;
    for (const ticks of this.#asks.keys()) if (ticks < ask) ask = ticks;
    return { bid, ask };
  }

  /** Replaces the book. */
  reset(bids: readonly ObservedLevel[], asks: readonly ObservedLevel[]): void {
    this.#bids.clear();
    this.#asks.clear();
    for (const [price, quantity] of bids) this.#bids.set(this.#ticksOf(price), quantity);
    for (const [price, quantity] of asks) this.#asks.set(this.#ticksOf(price), quantity);
    this.#shrinking.clear();
    this.#traded.clear();
    this.#lastMs = null;
  }

  /** Notes a trade, so that it is not taken for a cancel. */
  trade(price: number, quantity: number): void {
    const ticks = this.#ticksOf(price);
    this.#traded.set(ticks, (this.#traded.get(ticks) ?? 0) + quantity);
  }

  /** Applies an update; changes are counted against the touch before it. */
  apply(
    atMs: number,
    bids: readonly ObservedLevel[],
    asks: readonly ObservedLevel[],
    tally: FlowTally,
  ): void {
    tally.coveredMs += Math.max(0, atMs - (this.#lastMs ?? atMs));
    this.#lastMs = atMs;
    const touch = this.touch();
    if (touch !== null) {
      for (const level of bids) this.#change(this.#bids, level, touch.bid, -1, tally);
      for (const level of asks) this.#change(this.#asks, level, touch.ask, 1, tally);
    }
    if (atMs < this.#windowEnds) return;
    this.#windowEnds = atMs + WINDOW_MS;
    this.#settle(tally);
    this.#sample(tally);
    this.#forgetFar();
  }

  #ticksOf(price: number): number {
    return Math.round(price / this.#tick);
  }

  /** `outward` is the direction from the touch into the book, in ticks. */
  #change(
    side: Map<number, number>,
    [price, quantity]: ObservedLevel,
    touch: number,
    outward: 1 | -1,
    tally: FlowTally,
  ): void {
    const ticks = this.#ticksOf(price);
    const before = side.get(ticks) ?? 0;
    if (quantity === 0) side.delete(ticks);
    else side.set(ticks, quantity);
    if (quantity === before) return;
    // A level that betters the touch becomes the touch.
    const bucket = bucketOf(Math.max(0, ((ticks - touch) * outward * 10_000) / touch));
    if (bucket < 0) return;
    if (quantity > before) {
      const totals = tally.totals[bucket]!;
      totals.arrivals += 1;
      totals.arrived += quantity - before;
      if (DISTANCE_BPS[bucket]! <= 10) tally.sizes.add(quantity - before);
      return;
    }
    const known = this.#shrinking.get(ticks);
    if (known !== undefined) known.decreased += before - quantity;
    else this.#shrinking.set(ticks, { bucket, decreased: before - quantity });
  }

  #settle(tally: FlowTally): void {
    for (const [ticks, { bucket, decreased }] of this.#shrinking) {
      const traded = Math.min(decreased, this.#traded.get(ticks) ?? 0);
      tally.totals[bucket]!.cancelled += decreased - traded;
      tally.totals[bucket]!.traded += traded;
    }
    this.#shrinking.clear();
    this.#traded.clear();
  }

  #sample(tally: FlowTally): void {
    const touch = this.touch();
    if (touch === null) return;
    tally.samples += 1;
    for (const [side, best] of [
      [this.#bids, touch.bid],
      [this.#asks, touch.ask],
    ] as const) {
      for (const [ticks, quantity] of side) {
        const bucket = bucketOf((Math.abs(ticks - best) * 10_000) / best);
        if (bucket >= 0) tally.totals[bucket]!.standing += quantity;
      }
      let below = 0;
      tally.totals.forEach((totals, i) => {
        const upTo = 1 + Math.floor((DISTANCE_BPS[i]! * best) / 10_000 + 1e-6);
        totals.ticks += upTo - below;
        below = upTo;
      });
    }
  }

  #forgetFar(): void {
    const touch = this.touch();
    if (touch === null) return;
    const reach = (touch.bid * 2 * DISTANCE_BPS.at(-1)!) / 10_000;
    for (const side of [this.#bids, this.#asks]) {
      if (side.size <= MOST_LEVELS) continue;
      for (const ticks of side.keys()) {
        if (Math.abs(ticks - touch.bid) > reach) side.delete(ticks);
      }
    }
  }
}
