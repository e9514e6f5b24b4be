import { type EventTimeNs, msBetween } from '../../src/core/index.ts';
import type {
  Amendment,
  OrderGateway,
  VenueAccount,
  VenueClosing,
} from '../../src/execution/index.ts';
import {
  type ClientOrderId,
  type ClosingCause,
  type Fill,
  notional,
  type Order,
  qtyLots,
  sideSign,
  type VenueReport,
} from '../../src/model/index.ts';
import {
  type VenueOrder as KnownOrder,
  venueAccount,
  venueOrderIdOf,
} from '../execution/venue-account.ts';
import { BTC, fillOf, usdt } from '../portfolio/sample-account.ts';

/** An order as the venue has it. */
export interface VenueOrder extends KnownOrder {
  /** Nothing is heard of it until the account is asked. */
  silent: boolean;
}

/**
 * A venue that does what a test tells it to. What is true there is certain; what we hear waits in a
 * queue, from which the test lets it out, twice or in another order if it likes. It does not enforce
 * reduce-only, so that nothing closes twice is up to us, until it closes a position by itself.
 */
export class HostileVenue implements OrderGateway {
  readonly #orders = new Map<ClientOrderId, VenueOrder>();
  readonly #fills: Fill[] = [];
  readonly #closings: VenueClosing[] = [];
  readonly #queue: VenueReport[] = [];
  readonly #submissions = new Map<ClientOrderId, number>();
  #receive: (report: VenueReport) => void = () => {};
  #cash: bigint = usdt('1000000');
  #lots = 0;
  now: EventTimeNs;
  bid = 600_000;
  ask = 600_001;
  /** Lots that an order which takes finds at once. */
  depth = 1_000;
  /** An order that is silent this long is asked about; what comes after the answer is heard, ms. */
  silentMs = 200;
  /** How the next submissions and cancels go; used up one by one, then `good`. */
  readonly fates: ('good' | 'refused' | 'silent' | 'lost')[] = [];
  readonly cancelFates: ('good' | 'refused' | 'lost' | 'crossed')[] = [];
  readonly amendFates: ('good' | 'refused' | 'silent' | 'lost' | 'crossed' | 'late')[] = [];
  readonly #late: Amendment[] = [];
  /** Absent where the venue cannot amend. */
  readonly amend?: (order: Order, amendment: Amendment) => void;

  constructor(now: EventTimeNs, canAmend = true) {
    this.now = now;
    if (canAmend) this.amend = (_order, amendment) => this.#amend(amendment);
  }

  onReport(receive: (report: VenueReport) => void): void {
    this.#receive = receive;
  }

  /** Signed position that is true at the venue. */
  get lots(): number {
    return this.#lots;
  }

  /** Reports that were not let out yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Client ids that were sent more than once. */
  get sentTwice(): readonly ClientOrderId[] {
    return [...this.#submissions].flatMap(([id, times]) => (times > 1 ? [id] : []));
  }

  /** Orders that work, oldest first. */
  working(): readonly Order[] {
    return this.#working().map(({ sent }) => sent);
  }

  #working(): VenueOrder[] {
    return [...this.#orders.values()].filter((order) => order.end === null);
  }

  #say(order: VenueOrder | null, report: VenueReport): void {
    if (order?.silent !== true) this.#queue.push(report);
  }

  submit(sent: Order): void {
    const { clientOrderId, request } = sent;
    this.#submissions.set(clientOrderId, (this.#submissions.get(clientOrderId) ?? 0) + 1);
    const fate = this.fates.shift() ?? 'good';
    if (fate === 'lost') return;
    const silent = fate === 'silent';
    const order: VenueOrder = { sent, amendments: 0, filled: 0, end: null, silent };
    this.#orders.set(clientOrderId, order);
    const at = this.now;
    if (fate === 'refused' || this.#isTooLate(sent)) {
      order.end = 'rejected';
      this.#say(order, { kind: 'order-rejected', at, clientOrderId, reason: 'refused' });
      return;
    }
    const venueOrderId = venueOrderIdOf(clientOrderId);
    this.#say(order, { kind: 'order-accepted', at, clientOrderId, venueOrderId });
    this.#match(order);
    if (request.timeInForce === 'ioc' && order.end === null) {
      order.end = 'expired';
      this.#say(order, { kind: 'order-expired', at, clientOrderId, reason: 'rest of an ioc' });
    }
  }

  /** An exit may be sent before we hear that the venue closed: then reduce-only must hold there. */
  #isTooLate({ request: { reduceOnly, side, quantity } }: Order): boolean {
    const room = -sideSign(side) * this.#lots;
    return reduceOnly && this.#closings.length > 0 && room < quantity;
  }

  #match(order: VenueOrder): void {
    const { side, price, quantity } = order.sent.request;
    const crosses = side === 'buy' ? price >= this.ask : price <= this.bid;
    const lots = Math.min(this.depth, quantity - order.filled);
    if (crosses && lots > 0) this.#fill(order, lots, side === 'buy' ? this.ask : this.bid);
  }

  #fill(order: VenueOrder, lots: number, price: number): void {
    const { side, quantity } = order.sent.request;
    order.filled += lots;
    if (order.filled === quantity) order.end = 'filled';
    const sign = sideSign(side);
    this.#lots += sign * lots;
    const named = { trade: `${this.#fills.length + 1}`, order: order.sent.clientOrderId };
    const fill = { ...fillOf({ ...named, side, price, lots, fee: '0.01' }), at: this.now };
    this.#cash -= BigInt(sign) * notional(BTC, fill.price, fill.quantity) + fill.fee;
    this.#fills.push(fill);
    this.#say(order, { kind: 'order-filled', at: this.now, fill });
  }

  cancel({ clientOrderId }: Order): void {
    const fate = this.cancelFates.shift() ?? 'good';
    const order = this.#orders.get(clientOrderId);
    if (fate === 'lost') return;
    if (order === undefined || order.end !== null || fate === 'refused') {
      const reason = 'too late or unknown';
      this.#say(order ?? null, { kind: 'cancel-rejected', at: this.now, clientOrderId, reason });
      return;
    }
    if (fate === 'crossed') this.crossEnd(order);
    else this.#end(order, 'asked for');
  }

  #amend(asked: Amendment): void {
    const { clientOrderId, amendment, price, quantity } = asked;
    const fate = this.amendFates.shift() ?? 'good';
    const order = this.#orders.get(clientOrderId);
    if (fate === 'lost') return;
    if (fate === 'late') {
      this.#late.push(asked);
      return;
    }
    if (fate === 'crossed' && order !== undefined && order.end === null) {
      const { request } = order.sent;
      this.#fill(order, Math.ceil((request.quantity - order.filled) / 2), request.price);
    }
    const orderWorks = order !== undefined && order.end === null;
    if (!orderWorks || fate === 'refused' || quantity <= order.filled) {
      const reason = orderWorks ? 'refused' : 'too late or unknown';
      const answer = { at: this.now, clientOrderId, amendment, reason, orderWorks };
      this.#say(order ?? null, { kind: 'amend-rejected', ...answer });
      return;
    }
    if (fate === 'silent') order.silent = true;
    order.sent = { ...order.sent, request: { ...order.sent.request, price, quantity } };
    order.amendments = amendment;
    const terms = { amendment, price, quantity, filled: qtyLots(order.filled) };
    this.#say(order, { kind: 'order-amended', at: this.now, clientOrderId, ...terms });
    this.#match(order);
  }

  /** Amends that were under way all the time arrive. */
  arriveLate(): void {
    for (const amendment of this.#late.splice(0)) this.#amend(amendment);
  }

  /** Puts the first answer to an amend behind everything else that waits. */
  delayAmend(): void {
    const at = this.#queue.findIndex(({ kind }) => kind === 'order-amended');
    if (at >= 0) this.#queue.push(...this.#queue.splice(at, 1));
  }

  /** A fill and the end cross: the end is reported first, and the order it ended had filled more. */
  crossEnd(order: VenueOrder | undefined = this.#working()[0]): void {
    if (order === undefined) return;
    const { price, quantity } = order.sent.request;
    const before = this.#queue.length;
    this.#fill(order, Math.max(1, Math.floor((quantity - order.filled) / 2)), price);
    const fills = this.#queue.splice(before);
    this.#end(order, 'asked for');
    this.#queue.push(...fills);
  }

  #end(order: VenueOrder, reason: string): void {
    if (order.end === null) order.end = 'cancelled';
    const { clientOrderId } = order.sent;
    this.#say(order, { kind: 'order-cancelled', at: this.now, clientOrderId, reason });
  }

  /** Fills up to `lots` of the n-th working order at its own price. */
  trade(n: number, lots: number): void {
    const working = this.#working().filter(({ sent }) => sent.request.timeInForce === 'gtc');
    const order = working[n % Math.max(1, working.length)];
    if (order === undefined) return;
    const { price, quantity } = order.sent.request;
    this.#fill(order, 1 + (lots % (quantity - order.filled)), price);
  }

  /** Cancels the n-th working order without being asked. */
  drop(n: number): void {
    const working = this.#working();
    const order = working[n % Math.max(1, working.length)];
    if (order !== undefined) this.#end(order, 'the venue withdrew it');
  }

  /** Cancels what works, as venues do, and closes a part of the position, at least a lot. */
  closePosition(cause: ClosingCause, share: number): void {
    const held = Math.abs(this.#lots);
    if (held === 0) return;
    for (const order of this.#working()) this.#end(order, cause);
    const side = this.#lots > 0 ? 'sell' : 'buy';
    const lots = Math.max(1, Math.floor(held * share));
    const price = side === 'sell' ? this.bid : this.ask;
    const named = { trade: `c${this.#closings.length + 1}`, order: `x-${this.#closings.length}` };
    const fill = { ...fillOf({ ...named, side, price, lots, fee: '0.05' }), at: this.now };
    this.#lots += sideSign(side) * lots;
    this.#cash -= BigInt(sideSign(side)) * notional(BTC, fill.price, fill.quantity) + fill.fee;
    this.#closings.push({ cause, fill });
    this.#say(null, { kind: 'position-closed', at: this.now, cause, fill });
  }

  /** Moves the market; what rests in its way is filled as far as the depth goes. */
  moveTo(bid: number): void {
    this.bid = Math.max(1, bid);
    this.ask = this.bid + 1;
    for (const order of this.#working()) this.#match(order);
  }

  /** Lets the oldest report out. */
  deliver(): void {
    const report = this.#queue.shift();
    if (report !== undefined) this.#receive(report);
  }

  /** Lets the oldest report out twice. */
  deliverTwice(): void {
    const report = this.#queue[0];
    if (report === undefined) return;
    this.deliver();
    this.#receive(report);
  }

  /** Puts the first fill behind the end of the same order, if both wait: it will come late. */
  delayFill(): void {
    const at = this.#queue.findIndex((report) => report.kind === 'order-filled');
    const fill = this.#queue[at];
    if (fill?.kind !== 'order-filled') return;
    const id = fill.fill.clientOrderId;
    const end = this.#queue.findIndex(
      (report, index) => index > at && 'clientOrderId' in report && report.clientOrderId === id,
    );
    if (end < 0) return;
    this.#queue.splice(end + 1, 0, fill);
    this.#queue.splice(at, 1);
  }

  account(_since: EventTimeNs, answer: Parameters<OrderGateway['account']>[1]): void {
    for (const order of this.#orders.values()) {
      if (msBetween(order.sent.createdAt, this.now) >= this.silentMs) order.silent = false;
    }
    answer({ ok: true, value: this.truth() });
  }

  /** What is true at the venue. */
  truth(): VenueAccount {
    return venueAccount({
      at: this.now,
      orders: this.#orders,
      fills: this.#fills,
      closings: this.#closings,
      lots: this.#lots,
      cash: this.#cash,
    });
  }
}
