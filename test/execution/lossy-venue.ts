import { type EventTimeNs, eventTime, type Rng } from '../../src/core/index.ts';
import type { Amendment, VenueAccount, VenueTerms } from '../../src/execution/index.ts';
import {
  type ClientOrderId,
  type Fill,
  type InstrumentId,
  type Money,
  money,
  notional,
  type Order,
  type QtyLots,
  qtyLots,
  sideSign,
  type VenueOrderId,
  type VenueReport,
} from '../../src/model/index.ts';
import { BTC, fillOf, usdt } from '../portfolio/sample-account.ts';

interface VenueOrder {
  sent: Order;
  amendments: number;
  readonly venueOrderId: VenueOrderId;
  filled: number;
  end: 'filled' | 'cancelled' | 'rejected' | null;
}

const termsOf = ({ sent: { request }, filled, amendments }: VenueOrder): VenueTerms => ({
  price: request.price,
  quantity: request.quantity,
  filled: qtyLots(filled),
  ...(amendments > 0 && { amendments }),
});

/**
 * A venue whose truth is certain and whose answers may be lost: each report reaches the listener
 * with the given probability, some of them twice.
 */
export class LossyVenue {
  readonly #rng: Rng;
  readonly #loss: number;
  readonly #listener: (report: VenueReport) => void;
  readonly #orders = new Map<ClientOrderId, VenueOrder>();
  readonly #fills: Fill[] = [];
  #cash: bigint = usdt('100000');
  #lots = 0;
  duplicateSubmissions = 0;
  lost = 0;

  constructor(rng: Rng, loss: number, listener: (report: VenueReport) => void) {
    this.#rng = rng;
    this.#loss = loss;
    this.#listener = listener;
  }

  #tell(report: VenueReport): void {
    if (this.#rng.uniform() < this.#loss) {
      this.lost += 1;
      return;
    }
    this.#listener(report);
    if (this.#rng.uniform() < this.#loss) this.#listener(report);
  }

  /** Takes an order; a few are lost on the way, a few refused. */
  submit(sent: Order, at: EventTimeNs): void {
    const { clientOrderId } = sent;
    if (this.#orders.has(clientOrderId)) this.duplicateSubmissions += 1;
    if (this.#rng.uniform() < this.#loss / 2) return;
    const venueOrderId = `v-${clientOrderId}` as VenueOrderId;
    const refused = this.#rng.uniform() < 0.05;
    this.#orders.set(clientOrderId, {
      sent,
      venueOrderId,
      amendments: 0,
      filled: 0,
      end: refused ? 'rejected' : null,
    });
    if (refused) this.#tell({ kind: 'order-rejected', at, clientOrderId, reason: 'refused' });
    else this.#tell({ kind: 'order-accepted', at, clientOrderId, venueOrderId });
  }

  /** Cancels an order, or says that it came too late. */
  cancel(clientOrderId: ClientOrderId, at: EventTimeNs): void {
    const order = this.#orders.get(clientOrderId);
    if (order === undefined || order.end !== null) {
      this.#tell({ kind: 'cancel-rejected', at, clientOrderId, reason: 'unknown or ended' });
      return;
    }
    order.end = 'cancelled';
    this.#tell({ kind: 'order-cancelled', at, clientOrderId, reason: 'asked for' });
  }

  /** Gives an order other terms; some amends are lost on the way, a few refused. */
  amend({ clientOrderId, amendment, price, quantity }: Amendment, at: EventTimeNs): void {
    if (this.#rng.uniform() < this.#loss / 2) return;
    const order = this.#orders.get(clientOrderId);
    const orderWorks = order !== undefined && order.end === null;
    if (!orderWorks || quantity <= order.filled || this.#rng.uniform() < 0.05) {
      const answer = { clientOrderId, amendment, reason: 'refused', orderWorks };
      this.#tell({ kind: 'amend-rejected', at, ...answer });
      return;
    }
    order.sent = { ...order.sent, request: { ...order.sent.request, price, quantity } };
    order.amendments = amendment;
    const terms = { amendment, price, quantity, filled: qtyLots(order.filled) };
    this.#tell({ kind: 'order-amended', at, clientOrderId, ...terms });
  }

  /** Fills some of what works. */
  trade(at: EventTimeNs): void {
    for (const order of this.#orders.values()) {
      if (order.end !== null || this.#rng.uniform() > 0.3) continue;
      const { request, clientOrderId } = order.sent;
      const lots = 1 + (this.#rng.uint32() % (request.quantity - order.filled));
      const fee = usdt('0.01');
      order.filled += lots;
      if (order.filled === request.quantity) order.end = 'filled';
      const sign = sideSign(request.side);
      this.#lots += sign * lots;
      this.#cash -= BigInt(sign) * notional(BTC, request.price, qtyLots(lots)) + fee;
      const named = { trade: `${this.#fills.length + 1}`, order: clientOrderId, fee: '0.01' };
      const fill = fillOf({ ...named, side: request.side, price: request.price, lots });
      this.#fills.push({ ...fill, at });
      this.#tell({ kind: 'order-filled', at, fill: { ...fill, at } });
    }
  }

  /** Lots that still work at the venue, by side. */
  workingLots(side: 'buy' | 'sell'): number {
    let lots = 0;
    for (const { sent, filled, end } of this.#orders.values()) {
      if (end === null && sent.request.side === side) lots += sent.request.quantity - filled;
    }
    return lots;
  }

  /** The truth. */
  account(at: EventTimeNs): VenueAccount {
    const working = [...this.#orders.values()].filter((order) => order.end === null);
    const ended = [...this.#orders].flatMap(([id, order]) =>
      order.end === null ? [] : [[id, order.end] as const],
    );
    const amended = [...this.#orders].flatMap(([id, order]) =>
      order.end === null || order.amendments === 0 ? [] : [[id, termsOf(order)] as const],
    );
    const positions = new Map<InstrumentId, QtyLots>();
    if (this.#lots !== 0) positions.set(BTC.id, qtyLots(this.#lots));
    return {
      at,
      openOrders: working.map((order) => ({
        clientOrderId: order.sent.clientOrderId,
        venueOrderId: order.venueOrderId,
        instrument: order.sent.request.instrument,
        side: order.sent.request.side,
        ...termsOf(order),
      })),
      fills: this.#fills,
      positions,
      cash: money(this.#cash) as Money,
      ended: new Map(ended),
      amended: new Map(amended),
      endedSince: eventTime(0n),
    };
  }
}
