import { formatE8, gridDecimals, type Instrument } from '../../model/index.ts';
import type { VenueTimeUs } from './schedule.ts';

/** One level as it goes over the wire: price in ticks, total quantity in lots (0 removes it). */
export interface WireLevel {
  readonly ticks: number;
  readonly lots: number;
}

/** Numbers of one grid as exact decimal text. */
const gridWriter = (gridE8: bigint): ((steps: number) => string) => {
  const decimals = gridDecimals(gridE8);
  const unit = 10n ** BigInt(8 - decimals);
  const factor = Number(gridE8 / unit);
  const scale = 10 ** decimals;
  return (steps) => {
    const scaled = steps * factor;
    if (!Number.isSafeInteger(scaled)) return formatE8(BigInt(steps) * gridE8, decimals);
    if (decimals === 0) return String(scaled);
    const whole = Math.floor(scaled / scale);
    return `${whole}.${String(scaled - whole * scale).padStart(decimals, '0')}`;
  };
};

/**
 * Writes the messages of Binance USD-M futures for one instrument: combined-stream frames and REST
 * depth snapshots, with the venue's field order.
 *
 * Units:  times in venue microseconds in, milliseconds on the wire; prices and quantities as
 *         decimals with the places of their grids.
 * Source: Binance USD-M futures documentation, "Diff. Book Depth Streams", "Individual Symbol Book
 *         Ticker Streams", "Order Book"; the trade stream as recorded (field X = MARKET).
 */
export class BinanceWire {
  readonly #symbol: string;
  readonly #stream: string;
  readonly #price: (ticks: number) => string;
  readonly #quantity: (lots: number) => string;

  constructor(instrument: Instrument) {
    this.#symbol = instrument.symbol;
    this.#stream = instrument.symbol.toLowerCase();
    this.#price = gridWriter(instrument.tickSizeE8);
    this.#quantity = gridWriter(instrument.stepSizeE8);
  }

  /** A depth update: levels whose totals changed since the previous one, ids first to last. */
  depthUpdate(message: {
    readonly at: VenueTimeUs;
    readonly firstId: number;
    readonly lastId: number;
    readonly previousLastId: number;
    readonly bids: readonly WireLevel[];
    readonly asks: readonly WireLevel[];
  }): Uint8Array {
    const ms = Math.floor(message.at / 1000);
    return Buffer.from(
      `{"stream":"${this.#stream}@depth@100ms","data":{"e":"depthUpdate","E":${ms},"T":${ms},` +
        `"s":"${this.#symbol}","U":${message.firstId},"u":${message.lastId},` +
        `"pu":${message.previousLastId},"b":${this.#levels(message.bids)},` +
        `"a":${this.#levels(message.asks)}}}`,
      'latin1',
    );
  }

  /** A trade; `buyerIsMaker` when the aggressor sold. */
  trade(message: {
    readonly at: VenueTimeUs;
    readonly tradeId: number;
    readonly ticks: number;
    readonly lots: number;
    readonly buyerIsMaker: boolean;
  }): Uint8Array {
    const ms = Math.floor(message.at / 1000);
    return Buffer.from(
      `{"stream":"${this.#stream}@trade","data":{"e":"trade","E":${ms},"T":${ms},` +
        `"s":"${this.#symbol}","t":${message.tradeId},"p":"${this.#price(message.ticks)}",` +
        `"q":"${this.#quantity(message.lots)}","X":"MARKET","m":${message.buyerIsMaker}}}`,
      'latin1',
    );
  }

  /** The best bid and ask with their totals, after the book update `updateId`. */
  bookTicker(message: {
    readonly at: VenueTimeUs;
    readonly updateId: number;
    readonly bid: WireLevel;
    readonly ask: WireLevel;
  }): Uint8Array {
    const ms = Math.floor(message.at / 1000);
    return Buffer.from(
      `{"stream":"${this.#stream}@bookTicker","data":{"e":"bookTicker","u":${message.updateId},` +
        `"s":"${this.#symbol}","b":"${this.#price(message.bid.ticks)}",` +
        `"B":"${this.#quantity(message.bid.lots)}","a":"${this.#price(message.ask.ticks)}",` +
        `"A":"${this.#quantity(message.ask.lots)}","T":${ms},"E":${ms}}}`,
      'latin1',
    );
  }

  /** The REST answer with the whole book as it stands after `lastUpdateId`, best level first. */
  snapshot(message: {
    readonly at: VenueTimeUs;
    readonly lastUpdateId: number;
    readonly bids: readonly WireLevel[];
    readonly asks: readonly WireLevel[];
  }): Uint8Array {
    const ms = Math.floor(message.at / 1000);
    return Buffer.from(
      `{"lastUpdateId":${message.lastUpdateId},"E":${ms},"T":${ms},` +
        `"bids":${this.#levels(message.bids)},"asks":${this.#levels(message.asks)}}`,
      'latin1',
    );
  }

  #levels(levels: readonly WireLevel[]): string {
    let text = '[';
    for (let i = 0; i < levels.length; i += 1) {
      const level = levels[i]!;
      text += `${i === 0 ? '' : ','}["${this.#price(level.ticks)}","${this.#quantity(level.lots)}"]`;
    }
    return `${text}]`;
  }
}
