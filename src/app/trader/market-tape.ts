import { type EventTimeNs, msBetween } from '../../core/index.ts';
import type { Instrument, PriceTicks } from '../../model/index.ts';
import type { Engine, EngineTrade } from '../../native/index.ts';

/** How long a reading of the engine's volatility is used; it is smoothed over 30 s. */
const VOLATILITY_AGE_MS = 1_000;

interface Reading {
  readonly readAt: EventTimeNs;
  readonly value: number | null;
}

/** What the trades of this run came to, and how much the market moves. */
export class MarketTape {
  readonly #engine: Engine;
  readonly #lastTrades = new Map<number, PriceTicks>();
  readonly #tradedLots = new Map<number, number>();
  readonly #volatilities = new Map<number, Reading>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Takes a trade of the market in. */
  add({ symbol, price, quantity }: EngineTrade): void {
    this.#lastTrades.set(symbol, price);
    this.#tradedLots.set(symbol, (this.#tradedLots.get(symbol) ?? 0) + quantity);
  }

  /** Price of the latest trade of this run; null before the first. */
  lastTrade({ index }: Instrument): PriceTicks | null {
    return this.#lastTrades.get(index) ?? null;
  }

  /** Lots that traded in this run. */
  tradedLots({ index }: Instrument): number {
    return this.#tradedLots.get(index) ?? 0;
  }

  /** Realised volatility, at most a second old: fraction per sqrt(s); null until it is known. */
  volatility({ index }: Instrument): number | null {
    const now = this.#engine.now();
    const known = this.#volatilities.get(index);
    if (known !== undefined && msBetween(known.readAt, now) < VOLATILITY_AGE_MS) return known.value;
    const bps = this.#engine.state(index).features['realisedVolatility'] ?? 0;
    const value = Number.isFinite(bps) && bps > 0 ? bps / 10_000 : null;
    this.#volatilities.set(index, { readAt: now, value });
    return value;
  }
}
