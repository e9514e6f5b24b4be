import { assert, type EventTimeNs, eventTime, NS_PER_MS } from '../core/index.ts';
import {
  type Bar,
  type InstrumentId,
  type PriceTicks,
  type QtyLots,
  qtyLots,
  type Side,
} from '../model/index.ts';

/** One trade of the market, as it goes into bars. */
export interface MarketTrade {
  readonly at: EventTimeNs;
  readonly price: PriceTicks;
  readonly quantity: QtyLots;
  /** The side that took liquidity. */
  readonly aggressor: Side;
}

interface OpenBar {
  openedAt: EventTimeNs;
  open: PriceTicks;
  high: PriceTicks;
  low: PriceTicks;
  close: PriceTicks;
  volume: number;
  buyVolume: number;
  trades: number;
}

/**
 * Makes bars of one interval from the trades of one instrument.
 *
 * Intervals start at whole multiples of their length since the epoch and include their start. An
 * interval without trades makes no bar. A trade older than the open bar is counted in
 * `lateTrades` and changes nothing, since a closed bar is final.
 */
export class BarAggregator {
  readonly #instrument: InstrumentId;
  readonly #intervalMs: number;
  readonly #intervalNs: bigint;
  #bar: OpenBar | null = null;
  #closedUntil: bigint = 0n;
  #lateTrades = 0;

  /** Requires a whole `intervalMs` above zero. */
  constructor(instrument: InstrumentId, intervalMs: number) {
    assert(Number.isInteger(intervalMs) && intervalMs > 0, `a bar lasts ${intervalMs} ms`);
    this.#instrument = instrument;
    this.#intervalMs = intervalMs;
    this.#intervalNs = BigInt(intervalMs) * NS_PER_MS;
  }

  /** Adds a trade; returns the bar that it closed, or null. */
  add(trade: MarketTrade): Bar | null {
    const closed = this.closeUntil(trade.at);
    if (trade.at < this.#closedUntil || (this.#bar !== null && trade.at < this.#bar.openedAt)) {
      this.#lateTrades += 1;
      return closed;
    }
    const bar = this.#bar;
    const bought = trade.aggressor === 'buy' ? trade.quantity : 0;
    if (bar === null) {
      this.#bar = {
        openedAt: eventTime(trade.at - (trade.at % this.#intervalNs)),
        open: trade.price,
        high: trade.price,
        low: trade.price,
        close: trade.price,
        volume: trade.quantity,
        buyVolume: bought,
        trades: 1,
      };
      return closed;
    }
    if (trade.price > bar.high) bar.high = trade.price;
    if (trade.price < bar.low) bar.low = trade.price;
    bar.close = trade.price;
    bar.volume += trade.quantity;
    bar.buyVolume += bought;
    bar.trades += 1;
    return closed;
  }

  /** Closes the open bar when its interval ended at or before `now`; null when it did not. */
  closeUntil(now: EventTimeNs): Bar | null {
    const bar = this.#bar;
    if (bar === null || now < bar.openedAt + this.#intervalNs) return null;
    this.#bar = null;
    this.#closedUntil = bar.openedAt + this.#intervalNs;
    return {
      instrument: this.#instrument,
      openedAt: bar.openedAt,
      intervalMs: this.#intervalMs,
      open: bar.open,
      high: bar.high,
      low: bar.low,
      close: bar.close,
      volume: qtyLots(bar.volume),
      buyVolume: qtyLots(bar.buyVolume),
      trades: bar.trades,
    };
  }

  /** Trades that came after their bar was closed. */
  get lateTrades(): number {
    return this.#lateTrades;
  }
}
