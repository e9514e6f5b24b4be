import type { EventTimeNs, Rng } from '../../src/core/index.ts';
import type { Amendment, VenueAccount } from '../../src/execution/index.ts';
import {
  type ClientOrderId,
  type Fill,
  notional,
  type Order,
  qtyLots,
  sideSign,
  type VenueReport,
} from '../../src/model/index.ts';
import { BTC, fillOf, usdt } from '../portfolio/sample-account.ts';
import { type VenueOrder, venueAccount, venueOrderIdOf } from './venue-account.ts';

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
    const venueOrderId = venueOrderIdOf(clientOrderId);
    const refused = this.#rng.uniform() < 0.05;
    this.#orders.set(clientOrderId, {
      sent,
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
    return venueAccount({
      at,
      orders: this.#orders,
      fills: this.#fills,
      lots: this.#lots,
      cash: this.#cash,
    });
  }
}
