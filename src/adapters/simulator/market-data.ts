import type { Instrument } from '../../model/index.ts';
import { BUY, type MatchSide, type Touch } from '../../native/index.ts';
import type { VenueTimeUs } from './schedule.ts';
import { BinanceWire, type WireLevel } from './wire.ts';

/**
 * Turns what the matching engine does to one symbol into the venue's messages: depth updates that
 * gather the changes of an interval, trades and best quotes as they happen, snapshots on request.
 *
 * Every change of a level takes the next update id. `U` and `u` of a depth update are the first and
 * last id it gathers, `pu` is the previous update's `u`.
 */
export class MarketData {
  readonly #wire: BinanceWire;
  readonly #publish: (bytes: Uint8Array) => void;
  readonly #clock: (at: VenueTimeUs) => VenueTimeUs;
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  readonly #shown: Touch = { bidTicks: 0, bidLots: 0, askTicks: 0, askLots: 0 };
  #updateId: number;
  #publishedId: number;
  #tradeId: number;

  /** `clock` gives what the venue's clock shows at a time: the stamp of its messages. */
  constructor(
    instrument: Instrument,
    firstId: number,
    publish: (bytes: Uint8Array) => void,
    clock: (at: VenueTimeUs) => VenueTimeUs = (at) => at,
  ) {
    this.#wire = new BinanceWire(instrument);
    this.#publish = publish;
    this.#clock = clock;
    this.#updateId = firstId;
    this.#publishedId = firstId;
    this.#tradeId = firstId;
  }

  /** Whether levels changed since the last depth update. */
  get changed(): boolean {
    return this.#updateId > this.#publishedId;
  }

  /** Notes that the total at a price is now `lots`. */
  levelChanged(side: MatchSide, ticks: number, lots: number): void {
    this.#updateId += 1;
    (side === BUY ? this.#bids : this.#asks).set(ticks, lots);
  }

  /** Publishes a trade and returns its id. */
  traded(at: VenueTimeUs, takerSide: MatchSide, ticks: number, lots: number): number {
    this.#tradeId += 1;
    const buyerIsMaker = takerSide !== BUY;
    this.#publish(
      this.#wire.trade({ at: this.#clock(at), tradeId: this.#tradeId, ticks, lots, buyerIsMaker }),
    );
    return this.#tradeId;
  }

  /** Publishes the best quotes if they differ from the last published ones and both sides stand. */
  quote(at: VenueTimeUs, touch: Touch): void {
    const shown = this.#shown;
    if (touch.bidLots === 0 || touch.askLots === 0) return;
    if (
      touch.bidTicks === shown.bidTicks &&
      touch.bidLots === shown.bidLots &&
      touch.askTicks === shown.askTicks &&
      touch.askLots === shown.askLots
    ) {
      return;
    }
    Object.assign(shown, touch);
    this.#publish(
      this.#wire.bookTicker({
        at: this.#clock(at),
        updateId: this.#updateId,
        bid: { ticks: touch.bidTicks, lots: touch.bidLots },
        ask: { ticks: touch.askTicks, lots: touch.askLots },
      }),
    );
  }

  /** Publishes the gathered changes as one depth update; nothing when nothing changed. */
  flush(at: VenueTimeUs): void {
    if (!this.changed) return;
    this.#publish(
      this.#wire.depthUpdate({
        at: this.#clock(at),
        firstId: this.#publishedId + 1,
        lastId: this.#updateId,
        previousLastId: this.#publishedId,
        bids: sortedLevels(this.#bids),
        asks: sortedLevels(this.#asks),
      }),
    );
    this.forget();
  }

  /** Drops the gathered changes: used once, for the seeded book that only a snapshot tells. */
  forget(): void {
    this.#bids.clear();
    this.#asks.clear();
    this.#publishedId = this.#updateId;
  }

  /** The whole book as it stands, as REST bytes. */
  snapshot(at: VenueTimeUs, bids: readonly WireLevel[], asks: readonly WireLevel[]): Uint8Array {
    return this.#wire.snapshot({ at: this.#clock(at), lastUpdateId: this.#updateId, bids, asks });
  }
}

const sortedLevels = (changes: ReadonlyMap<number, number>): WireLevel[] =>
  [...changes].map(([ticks, lots]) => ({ ticks, lots })).sort((a, b) => a.ticks - b.ticks);
