import { HmacSha256 } from '../../../audit/index.ts';
import { type EventTimeNs, JsonBytes, NS_PER_MS } from '../../../core/index.ts';
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

const QUERY = {
  symbol: Buffer.from('symbol='),
  side: { buy: Buffer.from('&side=BUY'), sell: Buffer.from('&side=SELL') },
  timeInForce: {
    gtc: Buffer.from('&type=LIMIT&timeInForce=GTC'),
    ioc: Buffer.from('&type=LIMIT&timeInForce=IOC'),
    fok: Buffer.from('&type=LIMIT&timeInForce=FOK'),
    gtd: Buffer.from('&type=LIMIT&timeInForce=GTD'),
  },
  postOnly: Buffer.from('&type=LIMIT&timeInForce=GTX'),
  quantity: Buffer.from('&quantity='),
  price: Buffer.from('&price='),
  reduceOnly: Buffer.from('&reduceOnly=true'),
  mayOpen: Buffer.from('&reduceOnly=false'),
  newClientOrderId: Buffer.from('&newClientOrderId='),
  origClientOrderId: Buffer.from('&origClientOrderId='),
  timestamp: Buffer.from('&timestamp='),
} as const;

/** How a number of grid steps is written: so many units of so many decimals each. */
interface Grid {
  readonly units: number;
  readonly decimals: number;
}

function gridOf(stepE8: bigint): Grid {
  const decimals = gridDecimals(stepE8);
  return { units: Number(stepE8) / 10 ** (8 - decimals), decimals };
}

interface Grids {
  readonly symbol: Uint8Array;
  readonly price: Grid;
  readonly quantity: Grid;
}

const gridsOf = ({ symbol, tickSizeE8, stepSizeE8 }: Instrument): Grids => ({
  symbol: Buffer.from(symbol),
  price: gridOf(tickSizeE8),
  quantity: gridOf(stepSizeE8),
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
  readonly #hmac = new HmacSha256(Buffer.from(SECRET), REQUEST_BYTES);
  readonly #request = new JsonBytes(REQUEST_BYTES);

  constructor(instruments: readonly Instrument[]) {
    this.#grids = new Map(instruments.map((each) => [each.id, gridsOf(each)]));
  }

  /** The request written last; valid until the next one. */
  get last(): Uint8Array {
    return this.#request.written;
  }

  /** Writes a new order; gives the length of the request. */
  submit({ clientOrderId, request, createdAt }: Order): number {
    const { symbol, price, quantity } = this.#grids.get(request.instrument)!;
    const query = this.#hmac.begin();
    query.raw(QUERY.symbol);
    query.raw(symbol);
    query.raw(QUERY.side[request.side]);
    query.raw(request.postOnly ? QUERY.postOnly : QUERY.timeInForce[request.timeInForce]);
    query.raw(QUERY.quantity);
    query.decimal(request.quantity * quantity.units, quantity.decimals);
    query.raw(QUERY.price);
    query.decimal(request.price * price.units, price.decimals);
    query.raw(request.reduceOnly ? QUERY.reduceOnly : QUERY.mayOpen);
    query.raw(QUERY.newClientOrderId);
    query.latin1(clientOrderId);
    return this.#sign(SUBMIT, query, createdAt);
  }

  /** Writes a cancel; gives the length of the request. */
  cancel({ clientOrderId, request, updatedAt }: Order): number {
    const query = this.#hmac.begin();
    query.raw(QUERY.symbol);
    query.raw(this.#grids.get(request.instrument)!.symbol);
    query.raw(QUERY.origClientOrderId);
    query.latin1(clientOrderId);
    return this.#sign(CANCEL, query, updatedAt);
  }

  /** Ends the query with its time, signs it, and writes the request around it. */
  #sign(opening: Uint8Array, query: JsonBytes, at: EventTimeNs): number {
    query.raw(QUERY.timestamp);
    query.integer(Number(at / NS_PER_MS));
    const signature = this.#hmac.hex();
    const request = this.#request;
    request.restart(0);
    request.raw(opening);
    request.raw(query.bytes, this.#hmac.messageStart, query.length);
    request.raw(SIGNATURE);
    request.latin1(signature);
    request.raw(CLOSING);
    return request.length;
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
