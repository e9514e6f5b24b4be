import { assert } from '../../core/index.ts';
import {
  type ClientOrderId,
  type Fill,
  type Instrument,
  type InstrumentId,
  type Liquidity,
  type Order,
  type OrderRequest,
  type PriceTicks,
  type QtyLots,
  qtyLots,
  type TradeId,
  type VenueOrderId,
  type VenueReport,
} from '../../model/index.ts';
import {
  BUY,
  MATCH_FLAGS,
  type MatchingEngine,
  type MatchReason,
  SELL,
} from '../../native/index.ts';
import { executionFee } from './account.ts';
import type { FeeSchedule } from './options.ts';
import { OrderChecks, restOf } from './order-checks.ts';
import { toEventTime, type VenueTimeUs } from './schedule.ts';
import type { VenueTruth } from './truth.ts';
import type { EndedOrder, HeldOrder, TruthRecord } from './truth-record.ts';

/** Owner number of the account's orders in the matching engine. */
const ACCOUNT = 1;

/** First id of a session: ids of different sessions of one ledger never meet. */
const IDS_PER_SESSION = 1_000_000_000;

/** What takes the account's orders: the matching engine, or the matcher of a replay. */
export type OrderEntry = Pick<MatchingEngine, 'limit' | 'market' | 'cancel'>;

/** Where records are written before they count; applies them to the truth. */
export interface RecordSink {
  append(records: readonly TruthRecord[]): void;
}

type WithoutTime<T> = T extends VenueReport ? Omit<T, 'at'> : never;

/** A report as the venue sends it; the receiver stamps its arrival. */
export type SentReport = WithoutTime<VenueReport>;

/** The first id, plus one, that a session of a ledger may give out. */
export const firstIdOf = (session: number): number => session * IDS_PER_SESSION;

/**
 * Where the account's orders arrive: checks them, works them in the matching engine, books what
 * happens, writes it to the ledger, and only then reports it.
 *
 * Rules:   a client order id that is known is answered with that order's present state, never with
 *          a second order; reduce-only orders are cut to the position that is left to reduce, and
 *          expire, newest first, when the position shrinks under them; the account never trades
 *          with itself (the resting order is cancelled, `self-trade`).
 */
export class OrderDesk {
  readonly #instruments: readonly Instrument[];
  readonly #byId: ReadonlyMap<InstrumentId, Instrument>;
  readonly #engine: OrderEntry;
  readonly #truth: VenueTruth;
  readonly #ledger: RecordSink;
  readonly #fees: FeeSchedule;
  readonly #checks: OrderChecks;
  readonly #report: (report: SentReport) => void;
  readonly #clock: (at: VenueTimeUs) => VenueTimeUs;
  readonly #clientIds = new Map<number, ClientOrderId>();
  readonly #engineIds = new Map<ClientOrderId, number>();
  #lastOrder = 0;
  #reports: SentReport[] = [];
  /** The order that the engine has not yet given its verdict on. */
  #arriving: HeldOrder | null = null;
  readonly #tookLots = new Map<number, number>();

  constructor(deps: {
    readonly instruments: readonly Instrument[];
    readonly engine: OrderEntry;
    readonly truth: VenueTruth;
    readonly ledger: RecordSink;
    readonly fees: FeeSchedule;
    readonly maxLeverage: number;
    /** Null while nothing is known of the price. */
    readonly mark: (instrument: Instrument) => PriceTicks | null;
    readonly report: (report: SentReport) => void;
    /** What the venue's clock shows at a time: the stamp of its fills. */
    readonly clock?: (at: VenueTimeUs) => VenueTimeUs;
  }) {
    this.#instruments = deps.instruments;
    this.#byId = new Map(deps.instruments.map((one) => [one.id, one]));
    this.#engine = deps.engine;
    this.#truth = deps.truth;
    this.#ledger = deps.ledger;
    this.#fees = deps.fees;
    this.#checks = new OrderChecks(deps);
    this.#report = deps.report;
    this.#clock = deps.clock ?? ((at) => at);
  }

  /**
   * Puts the orders that rested when the last session ended back into the empty book; those that
   * cannot rest expire. The engine is to be run after it.
   */
  restore(at: VenueTimeUs): void {
    for (const order of [...this.#truth.open.values()]) {
      if (order.type === 'market' || order.timeInForce === 'ioc') {
        this.#end(order, 'expired', 'venue-restarted', at);
        continue;
      }
      const instrument = this.#byId.get(order.instrument);
      assert(instrument !== undefined, `the ledger's ${order.instrument} is traded here`);
      this.#engine.limit(
        instrument.index,
        this.#engineIdFor(order.clientOrderId),
        ACCOUNT,
        order.side === 'buy' ? BUY : SELL,
        order.price,
        order.taken - order.filled,
        MATCH_FLAGS.gtc,
      );
    }
  }

  /** An order arrives. The engine is to be run after it, then `settle`. */
  arrive(clientOrderId: ClientOrderId, request: OrderRequest, at: VenueTimeUs): void {
    if (this.#answerKnown(clientOrderId)) return;
    const instrument = this.#byId.get(request.instrument);
    const refused =
      instrument === undefined ? 'unknown-instrument' : this.#checks.refusal(instrument, request);
    if (refused !== null || instrument === undefined) {
      this.#refuse(clientOrderId, refused ?? 'unknown-instrument', at);
      return;
    }
    const taken = request.reduceOnly
      ? qtyLots(Math.min(request.quantity, this.#checks.reducible(instrument, request.side)))
      : request.quantity;
    const id = this.#engineIdFor(clientOrderId);
    this.#arriving = {
      clientOrderId,
      venueOrderId: String(firstIdOf(this.#truth.session) + this.#lastOrder) as VenueOrderId,
      instrument: instrument.id,
      side: request.side,
      type: request.type,
      price: request.price,
      quantity: request.quantity,
      taken,
      filled: qtyLots(0),
      timeInForce: request.timeInForce,
      postOnly: request.postOnly,
      reduceOnly: request.reduceOnly,
    };
    const side = request.side === 'buy' ? BUY : SELL;
    const { index } = instrument;
    if (request.type === 'market') {
      this.#engine.market(index, id, ACCOUNT, side, request.price, taken);
    } else {
      const flags = request.postOnly
        ? MATCH_FLAGS.postOnly
        : request.timeInForce === 'ioc'
          ? MATCH_FLAGS.ioc
          : MATCH_FLAGS.gtc;
      this.#engine.limit(index, id, ACCOUNT, side, request.price, taken, flags);
    }
  }

  /** A cancel arrives. The engine is to be run after it, then `settle`. */
  arriveCancel(order: Order): void {
    const { clientOrderId } = order;
    const id = this.#engineIds.get(clientOrderId);
    const instrument = this.#byId.get(order.request.instrument);
    if (id !== undefined && instrument !== undefined) {
      this.#engine.cancel(instrument.index, id);
      return;
    }
    const ended = this.#truth.ended.get(clientOrderId);
    const reason = ended === undefined ? 'unknown-order' : `already-${ended.state}`;
    this.#reports.push({ kind: 'cancel-rejected', clientOrderId, reason });
  }

  /** The engine took the arriving order. */
  accepted(at: VenueTimeUs): void {
    const order = this.#arriving;
    if (order === null) return;
    this.#arriving = null;
    this.#write({ kind: 'order', at, order });
    const { clientOrderId, venueOrderId } = order;
    this.#reports.push({ kind: 'order-accepted', clientOrderId, venueOrderId });
  }

  /** The engine refused the arriving order. */
  rejected(id: number, reason: MatchReason, at: VenueTimeUs): void {
    const clientOrderId = this.#forget(id);
    this.#arriving = null;
    this.#refuse(clientOrderId, reason, at);
  }

  /** An order of the account traded. */
  executed(
    id: number,
    trade: {
      readonly publicId: number;
      readonly price: PriceTicks;
      readonly quantity: QtyLots;
      readonly liquidity: Liquidity;
    },
    at: VenueTimeUs,
  ): void {
    const clientOrderId = this.#clientIds.get(id);
    const order = clientOrderId === undefined ? undefined : this.#open(clientOrderId);
    assert(order !== undefined, `engine order ${id} belongs to an open order`);
    const instrument = this.#byId.get(order.instrument)!;
    const { price, quantity, liquidity } = trade;
    const fill: Fill = {
      tradeId: `${instrument.symbol}-${trade.publicId}` as TradeId,
      clientOrderId: order.clientOrderId,
      instrument: instrument.id,
      side: order.side,
      price,
      quantity,
      fee: executionFee(instrument, price, quantity, liquidity, this.#fees),
      liquidity,
      at: toEventTime(this.#clock(at)),
    };
    if (liquidity === 'taker') {
      const took = this.#tookLots.get(instrument.index) ?? 0;
      this.#tookLots.set(instrument.index, took + (order.side === 'buy' ? quantity : -quantity));
    }
    this.#write({ kind: 'fill', at, fill });
    this.#reports.push({ kind: 'order-filled', fill });
    if (this.#truth.open.has(order.clientOrderId)) return;
    this.#forget(id);
    const end = this.#truth.ended.get(order.clientOrderId)!;
    if (end.state !== 'filled') this.#reports.push(endReport(end));
  }

  /** An order of the account left the book unfilled. */
  removed(id: number, reason: MatchReason, at: VenueTimeUs): void {
    const order = this.#open(this.#forget(id));
    assert(order !== undefined, `engine order ${id} belongs to an open order`);
    if (reason === 'requested') this.#end(order, 'cancelled', 'requested', at);
    else this.#end(order, 'expired', reason, at);
  }

  /** The rest of an order that may not rest. */
  expired(id: number, at: VenueTimeUs): void {
    const order = this.#open(this.#forget(id));
    assert(order !== undefined, `engine order ${id} belongs to an open order`);
    this.#end(order, 'expired', 'unfilled-rest', at);
  }

  /**
   * Expires reduce-only orders that the position no longer covers, newest first, by writing cancels;
   * answers whether the engine is to be run again.
   */
  trimReduceOnly(at: VenueTimeUs): boolean {
    let trimmed = false;
    for (const instrument of this.#instruments) {
      for (const side of ['buy', 'sell'] as const) {
        const orders = this.#checks.reduceOnlyOrders(instrument, side);
        let surplus = restOf(orders) - this.#checks.closable(instrument, side);
        while (surplus > 0) {
          const newest = orders.pop()!;
          surplus -= newest.taken - newest.filled;
          const id = this.#engineIds.get(newest.clientOrderId)!;
          this.#forget(id);
          this.#end(newest, 'expired', 'reduce-only-excess', at);
          this.#engine.cancel(instrument.index, id);
          trimmed = true;
        }
      }
    }
    return trimmed;
  }

  /** Whether an engine id is of an order that the desk works. */
  works(id: number): boolean {
    return this.#clientIds.has(id);
  }

  /** Signed lots that the account took per symbol since the last settlement. */
  get tookLots(): ReadonlyMap<number, number> {
    return this.#tookLots;
  }

  /** Sends the reports of what has been written to the ledger. */
  settle(): void {
    this.#tookLots.clear();
    if (this.#reports.length === 0) return;
    const reports = this.#reports;
    this.#reports = [];
    for (const report of reports) this.#report(report);
  }

  #write(record: TruthRecord): void {
    this.#ledger.append([record]);
  }

  #open(clientOrderId: ClientOrderId): HeldOrder | undefined {
    return this.#truth.open.get(clientOrderId);
  }

  #engineIdFor(clientOrderId: ClientOrderId): number {
    this.#lastOrder += 1;
    const id = 2 * this.#lastOrder + 1;
    this.#clientIds.set(id, clientOrderId);
    this.#engineIds.set(clientOrderId, id);
    return id;
  }

  #forget(id: number): ClientOrderId {
    const clientOrderId = this.#clientIds.get(id);
    assert(clientOrderId !== undefined, `engine order ${id} is one of the account's`);
    this.#clientIds.delete(id);
    this.#engineIds.delete(clientOrderId);
    return clientOrderId;
  }

  #answerKnown(clientOrderId: ClientOrderId): boolean {
    const open = this.#open(clientOrderId);
    const ended = this.#truth.ended.get(clientOrderId);
    if (open === undefined && ended === undefined) return false;
    const venueOrderId = open?.venueOrderId ?? ended?.venueOrderId ?? null;
    if (venueOrderId !== null) {
      this.#reports.push({ kind: 'order-accepted', clientOrderId, venueOrderId });
    }
    for (const fill of this.#truth.fills) {
      if (fill.clientOrderId === clientOrderId) this.#reports.push({ kind: 'order-filled', fill });
    }
    if (ended !== undefined && ended.state !== 'filled') this.#reports.push(endReport(ended));
    return true;
  }

  #refuse(clientOrderId: ClientOrderId, reason: string, at: VenueTimeUs): void {
    const end: EndedOrder = { clientOrderId, venueOrderId: null, state: 'rejected', reason, at };
    this.#write({ kind: 'end', at, end });
    this.#reports.push(endReport(end));
  }

  #end(order: HeldOrder, state: 'cancelled' | 'expired', reason: string, at: VenueTimeUs): void {
    const { clientOrderId, venueOrderId } = order;
    const end: EndedOrder = { clientOrderId, venueOrderId, state, reason, at };
    this.#write({ kind: 'end', at, end });
    this.#reports.push(endReport(end));
  }
}

const endReport = (end: EndedOrder): SentReport => {
  const { clientOrderId, reason, state } = end;
  if (state === 'rejected') return { kind: 'order-rejected', clientOrderId, reason };
  if (state === 'cancelled') return { kind: 'order-cancelled', clientOrderId, reason };
  return { kind: 'order-expired', clientOrderId, reason };
};
