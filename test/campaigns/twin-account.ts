import { type EventTimeNs, eventTime, type Rng } from '../../src/core/index.ts';
import {
  type LocalAccount,
  Orders,
  type VenueAccount,
  type VenueOpenOrder,
  type VenueTerms,
} from '../../src/execution/index.ts';
import {
  type AmendTerms,
  type ClientOrderId,
  type DomainEvent,
  type Fill,
  type InstrumentId,
  money,
  notional,
  type OrderRequest,
  priceTicks,
  type QtyLots,
  qtyLots,
  type StrategyId,
  sideSign,
  type TradeId,
  type VenueOrderId,
} from '../../src/model/index.ts';
import { Portfolio } from '../../src/portfolio/index.ts';
import { sampleInstrument } from '../model/sample-instrument.ts';

const INSTRUMENTS = [
  sampleInstrument(0, 'BTC', '0.1', '0.001'),
  sampleInstrument(1, 'ETH', '0.01', '0.001'),
];

/** Fills of an instrument that our side remembers one by one. */
export const REMEMBERED_FILLS = 60;

/** The run that compares; orders of it and of earlier ones are ours. */
export const RUN_EPOCH = 9;

const OPENING = money(100_000_00000000n);

/** One order of the account, as both sides could know it. */
export interface TwinOrder {
  readonly id: ClientOrderId;
  readonly request: OrderRequest;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * One account seen twice: our books and the venue's. Every step says which side learns of it, so
 * that any discrepancy can be made; what both sides learn keeps them equal.
 */
export class TwinAccount {
  readonly orders = new Orders();
  readonly portfolio = new Portfolio(INSTRUMENTS, REMEMBERED_FILLS);
  /** What the venue answers; kinds change it at will. */
  readonly open: Mutable<VenueOpenOrder>[] = [];
  readonly ended = new Map<ClientOrderId, 'filled' | 'cancelled' | 'rejected' | 'expired'>();
  readonly amended = new Map<ClientOrderId, VenueTerms>();
  readonly positions = new Map<InstrumentId, QtyLots>();
  fills: Fill[] = [];
  cash: bigint = OPENING;
  readonly #rng: Rng;
  #orders = 0;
  #trades = 0;
  #ms = 0;

  constructor(rng: Rng) {
    this.#rng = rng;
    this.#apply({ kind: 'cash-deposited', at: this.#at(), amount: OPENING });
    this.#history();
  }

  /** Whole lots from 1 to `most`. */
  lots(most: number): number {
    return 1 + (this.#rng.uint32() % most);
  }

  #at(): EventTimeNs {
    this.#ms += 1 + (this.#rng.uint32() % 50);
    return eventTime(1_700_000_000_000_000_000n + BigInt(this.#ms) * 1_000_000n);
  }

  #apply(event: DomainEvent): void {
    this.orders.apply(event);
    this.portfolio.apply(event);
  }

  /** Orders of the past on which both sides agree: filled, cancelled in part, working. */
  #history(): void {
    for (let n = this.#rng.uint32() % 8; n > 0; n -= 1) {
      const order = this.sent();
      this.works(order);
      this.acknowledged(order);
      if (this.#rng.uniform() < 0.7) this.booked(this.filledAtVenue(order, this.lots(9)));
      if (this.#rng.uniform() < 0.5) continue;
      this.ends(order, 'cancelled');
      this.#apply({
        kind: 'order-cancelled',
        at: this.#at(),
        clientOrderId: order.id,
        reason: 'asked for',
      });
    }
  }

  /** An order of random terms over 10 to 19 lots that no side knows yet. */
  order(terms: Partial<OrderRequest> = {}, runEpoch = 1 + (this.#rng.uint32() % RUN_EPOCH)) {
    this.#orders += 1;
    const id = `b4-${runEpoch.toString(36)}-${this.#orders.toString(36)}` as ClientOrderId;
    const traded = INSTRUMENTS[this.#rng.uint32() % INSTRUMENTS.length]!;
    const request: OrderRequest = {
      instrument: traded.id,
      strategy: 'tester' as StrategyId,
      side: this.#rng.uniform() < 0.5 ? 'buy' : 'sell',
      type: 'limit',
      price: priceTicks(traded.index === 0 ? 600_000 : 300_000),
      quantity: qtyLots(10 + (this.#rng.uint32() % 10)),
      timeInForce: 'gtc',
      postOnly: false,
      reduceOnly: false,
      ...terms,
    };
    return { id, request } satisfies TwinOrder;
  }

  /** We send an order. */
  sent(terms: Partial<OrderRequest> = {}, order = this.order(terms)): TwinOrder {
    const { id: clientOrderId, request } = order;
    this.#apply({ kind: 'order-submitted', at: this.#at(), clientOrderId, request });
    return order;
  }

  /** We hear that the venue took it. */
  acknowledged({ id }: TwinOrder): void {
    const venueOrderId = `v-${id}` as VenueOrderId;
    this.#apply({ kind: 'order-accepted', at: this.#at(), clientOrderId: id, venueOrderId });
  }

  /** We ask for other terms; the venue has not heard of it. */
  amends({ id }: TwinOrder, terms: AmendTerms): void {
    const at = this.#at();
    const amendment = (this.orders.get(id)?.amendments ?? 0) + 1;
    this.#apply({ kind: 'amend-requested', at, clientOrderId: id, amendment, ...terms });
  }

  /** The venue works it with other terms. */
  amendedAtVenue(order: TwinOrder, terms: AmendTerms, amendments = 1): void {
    const open = this.open.find((one) => one.clientOrderId === order.id)!;
    Object.assign(open, { ...terms, amendments });
  }

  /** We doubt it. */
  doubted({ id }: TwinOrder): void {
    this.#apply({ kind: 'order-doubted', at: this.#at(), clientOrderId: id, reason: 'no answer' });
  }

  /** We hear that it ended. */
  endedHere({ id }: TwinOrder, kind: 'order-cancelled' | 'order-rejected'): void {
    this.#apply({ kind, at: this.#at(), clientOrderId: id, reason: 'told so' });
  }

  /** The venue works it. */
  works({ id, request }: TwinOrder): Mutable<VenueOpenOrder> {
    const { instrument: of, side, price, quantity } = request;
    const open = {
      clientOrderId: id,
      venueOrderId: `v-${id}` as VenueOrderId,
      instrument: of,
      side,
      price,
      quantity,
      filled: qtyLots(0),
    };
    this.open.push(open);
    return open;
  }

  /** A fill of an order, with other terms if given; no side knows it yet. */
  fill({ id, request }: TwinOrder, lots: number, terms: Partial<Fill> = {}): Fill {
    this.#trades += 1;
    return {
      tradeId: `t${this.#trades}` as TradeId,
      clientOrderId: id,
      instrument: request.instrument,
      side: request.side,
      price: request.price,
      quantity: qtyLots(lots),
      fee: money(BigInt(this.#rng.uint32() % 1_000_000)),
      liquidity: 'maker',
      at: this.#at(),
      ...terms,
    };
  }

  /** The venue fills lots of an order: its list, position, cash and the order's filled lots. */
  filledAtVenue(order: TwinOrder, lots: number, terms: Partial<Fill> = {}): Fill {
    const fill = this.fill(order, lots, terms);
    this.fills.push(fill);
    this.settles(fill);
    const open = this.open.find((one) => one.clientOrderId === order.id);
    if (open !== undefined) open.filled = qtyLots(open.filled + lots);
    return fill;
  }

  /** Position and cash of the venue move by a fill. */
  settles(fill: Fill): void {
    const traded = INSTRUMENTS.find((one) => one.id === fill.instrument)!;
    const sign = sideSign(fill.side);
    this.cash -= BigInt(sign) * notional(traded, fill.price, fill.quantity) + fill.fee;
    this.moves(fill.instrument, sign * fill.quantity);
  }

  /** The venue's position moves by signed lots. */
  moves(id: InstrumentId, lots: number): void {
    const held = (this.positions.get(id) ?? 0) + lots;
    if (held === 0) this.positions.delete(id);
    else this.positions.set(id, qtyLots(held));
  }

  /** We hear of a fill. */
  booked(fill: Fill): void {
    this.#apply({ kind: 'order-filled', at: fill.at, fill });
  }

  /** The venue ends an order. */
  ends({ id }: TwinOrder, end: 'filled' | 'cancelled' | 'rejected' | 'expired'): void {
    const at = this.open.findIndex((one) => one.clientOrderId === id);
    const open = this.open[at];
    if (open?.amendments !== undefined) this.amended.set(id, { ...open });
    if (at >= 0) this.open.splice(at, 1);
    this.ended.set(id, end);
  }

  /** Applies what reconciliation says. */
  apply(events: readonly DomainEvent[]): void {
    for (const event of events) this.#apply(event);
  }

  /** Our side of the comparison. */
  local(): LocalAccount {
    return {
      at: eventTime(1_700_000_000_000_000_000n + BigInt(this.#ms + 60_000) * 1_000_000n),
      runEpoch: RUN_EPOCH,
      orders: this.orders,
      positions: this.portfolio.lots(),
      cash: this.portfolio.cash,
      deposits: this.portfolio.deposits,
      fillStanding: (fill) => this.portfolio.fillStanding(fill),
      instruments: new Map(INSTRUMENTS.map((one) => [one.id, one])),
      settleMs: 0,
    };
  }

  /** The venue's side. */
  venue(): VenueAccount {
    return {
      at: this.local().at,
      openOrders: this.open,
      fills: this.fills,
      positions: this.positions,
      cash: money(this.cash),
      ended: this.ended,
      amended: this.amended,
      endedSince: eventTime(0n),
    };
  }
}
