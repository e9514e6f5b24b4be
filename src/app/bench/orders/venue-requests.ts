import { createHmac } from 'node:crypto';
import type { OrderGateway } from '../../../execution/index.ts';
import {
  gridDecimals,
  type Instrument,
  type InstrumentId,
  type Order,
  type VenueReport,
} from '../../../model/index.ts';

/** No account's: the length of a venue's secret is what counts. */
const SECRET = 'bench'.padEnd(64, '0');

/** Room for one request. */
const REQUEST_BYTES = 4_096;

const SUBMIT = Buffer.from('POST /fapi/v1/order?');
const CANCEL = Buffer.from('DELETE /fapi/v1/order?');
const SIGNATURE = Buffer.from('&signature=');
const CLOSING = Buffer.from(
  ` HTTP/1.1\r\nHost: fapi.binance.com\r\nX-MBX-APIKEY: ${SECRET}\r\nContent-Length: 0\r\n\r\n`,
);

const decimalText = (steps: number, gridE8: bigint): string =>
  ((steps * Number(gridE8)) / 1e8).toFixed(gridDecimals(gridE8));

interface Grids {
  readonly symbol: string;
  readonly price: (ticks: number) => string;
  readonly quantity: (lots: number) => string;
}

const gridsOf = ({ symbol, tickSizeE8, stepSizeE8 }: Instrument): Grids => ({
  symbol,
  price: (ticks) => decimalText(ticks, tickSizeE8),
  quantity: (lots) => decimalText(lots, stepSizeE8),
});

/** What a request is for. */
export type RequestKind = 'submit' | 'cancel';

/**
 * Writes orders and cancels as the HTTP/1.1 requests of Binance USD-M futures, signed with
 * HMAC-SHA256, into one buffer; nothing is sent.
 *
 * Source:  Binance USD-M futures documentation, "New Order", "Cancel Order", "SIGNED Endpoint".
 */
export class VenueRequests {
  readonly #grids: ReadonlyMap<InstrumentId, Grids>;
  readonly #buffer = Buffer.allocUnsafe(REQUEST_BYTES);
  #length = 0;

  constructor(instruments: readonly Instrument[]) {
    this.#grids = new Map(instruments.map((each) => [each.id, gridsOf(each)]));
  }

  /** The request written last; valid until the next one. */
  get last(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Writes a new order; gives the length of the request. */
  submit({ clientOrderId, request, createdAt }: Order): number {
    const { symbol, price, quantity } = this.#grids.get(request.instrument)!;
    const timeInForce = request.postOnly ? 'GTX' : request.timeInForce.toUpperCase();
    const query =
      `symbol=${symbol}&side=${request.side === 'buy' ? 'BUY' : 'SELL'}&type=LIMIT` +
      `&timeInForce=${timeInForce}&quantity=${quantity(request.quantity)}` +
      `&price=${price(request.price)}&reduceOnly=${request.reduceOnly}` +
      `&newClientOrderId=${clientOrderId}&timestamp=${createdAt / 1_000_000n}`;
    return this.#write(SUBMIT, query);
  }

  /** Writes a cancel; gives the length of the request. */
  cancel({ clientOrderId, request, updatedAt }: Order): number {
    const { symbol } = this.#grids.get(request.instrument)!;
    const query = `symbol=${symbol}&origClientOrderId=${clientOrderId}&timestamp=${updatedAt / 1_000_000n}`;
    return this.#write(CANCEL, query);
  }

  /** The signature covers the query alone, whose bytes stand in the buffer already. */
  #write(opening: Buffer, query: string): number {
    const buffer = this.#buffer;
    const from = opening.length;
    opening.copy(buffer);
    let at = from + buffer.write(query, from, 'latin1');
    const signature = createHmac('sha256', SECRET).update(buffer.subarray(from, at)).digest('hex');
    at += SIGNATURE.copy(buffer, at);
    at += buffer.write(signature, at, 'latin1');
    at += CLOSING.copy(buffer, at);
    this.#length = at;
    return at;
  }
}

/** Told of each request as its bytes are ready to send. */
export type RequestReady = (kind: RequestKind, order: Order) => void;

/** A gateway that encodes and sends nothing; the bench plays the venue. */
export class EncodingGateway implements OrderGateway {
  readonly requests: VenueRequests;
  readonly #ready: RequestReady;
  #receive: ((report: VenueReport) => void) | null = null;

  constructor(instruments: readonly Instrument[], ready: RequestReady) {
    this.requests = new VenueRequests(instruments);
    this.#ready = ready;
  }

  submit(order: Order): void {
    this.requests.submit(order);
    this.#ready('submit', order);
  }

  cancel(order: Order): void {
    this.requests.cancel(order);
    this.#ready('cancel', order);
  }

  onReport(receive: (report: VenueReport) => void): void {
    this.#receive = receive;
  }

  /** What the bench, as the venue, reports. */
  report(report: VenueReport): void {
    this.#receive?.(report);
  }

  account(): void {}
}
