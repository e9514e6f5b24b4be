import { assert } from '../../core/index.ts';
import type { Amendment } from '../../execution/ports.ts';
import {
  type ClientOrderId,
  type Fill,
  type Instrument,
  type InstrumentId,
  type Liquidity,
  type OcoGroup,
  type Order,
  type OrderRequest,
  type PriceTicks,
  type QtyLots,
  qtyLots,
  type TradeId,
  type VenueOrderId,
} from '../../model/index.ts';
import { type MatchReason, PREVENTION } from '../../native/index.ts';
import { executionFee } from './account.ts';
import {
  amendedReport,
  endReport,
  presentState,
  type SentReport,
  unamended,
  wordOf,
} from './desk-reports.ts';
import { type FeeRates, feesAt } from './fee-tiers.ts';
import type { MarketImpact } from './market-impact.ts';
import type { FeeSchedule, SelfTradePrevention, VenueFilters } from './options.ts';
import { OrderChecks } from './order-checks.ts';
import { toEventTime, type VenueTimeUs } from './schedule.ts';
import type { VenueTruth } from './truth.ts';
import type { EndedOrder, HeldOrder, TruthRecord } from './truth-record.ts';
import {
  ACCOUNT,
  canBeRestored,
  EngineNumbers,
  hasWon,
  heldOrder,
  type OrderEntry,
  placedOrder,
  restOf,
} from './working-orders.ts';

/** First id of a session: ids of different sessions of one ledger never meet. */
const IDS_PER_SESSION = 1_000_000_000;

/** Where records are written before they count; applies them to the truth. */
export interface RecordSink {
  append(records: readonly TruthRecord[]): void;
}

/** The first id, plus one, that a session of a ledger may give out. */
export const firstIdOf = (session: number): number => session * IDS_PER_SESSION;

/**
 * Where the account's orders arrive: checks them, works them in the matching engine, books what
 * happens, writes it to the ledger, and only then reports it.
 *
 * Rules:   a client order id that is known is answered with that order's present state, never with
 *          a second order; reduce-only orders are cut to the position that is left to reduce, and
 *          expire, newest first, when the position shrinks under them; the account never trades
 *          with itself (the resting order is cancelled, `self-trade`, unless the venue is set to
 *          another way); when an order of an OCO group trades, triggers, ends or is refused, the
 *          others are cancelled and the group takes no more.
 */
export class OrderDesk {
  readonly #instruments: readonly Instrument[];
  readonly #byId: ReadonlyMap<InstrumentId, Instrument>;
  readonly #engine: OrderEntry;
  readonly #truth: VenueTruth;
  readonly #ledger: RecordSink;
  readonly #fees: FeeSchedule;
  readonly #impact: MarketImpact | null;
  readonly #checks: OrderChecks;
  readonly #report: (report: SentReport) => void;
  readonly #numbers = new EngineNumbers();
  readonly #prevention: number;
  /** Orders of OCO groups of which one was refused: to be cancelled before the run ends. */
  #orphans: HeldOrder[] = [];
  #nextExpiry: VenueTimeUs | null = null;
  readonly #clock: (at: VenueTimeUs) => VenueTimeUs;
  #reports: SentReport[] = [];
  /** The order that the engine has not yet given its verdict on. */
  #arriving: HeldOrder | null = null;
  /** The amend that the engine has not yet answered. */
  #amending: (Amendment & { readonly taken: QtyLots }) | null = null;
  readonly #tookLots = new Map<number, number>();

  constructor(deps: {
    readonly instruments: readonly Instrument[];
    readonly engine: OrderEntry;
    readonly truth: VenueTruth;
    readonly ledger: RecordSink;
    readonly fees: FeeSchedule;
    /** Of orders that take; absent: none. */
    readonly impact?: MarketImpact;
    readonly maxLeverage: number;
    readonly filters: VenueFilters;
    readonly selfTradePrevention: SelfTradePrevention;
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
    this.#impact = deps.impact ?? null;
    this.#checks = new OrderChecks(deps);
    this.#prevention = PREVENTION[deps.selfTradePrevention];
    this.#report = deps.report;
    this.#clock = deps.clock ?? ((at) => at);
  }

  /**
   * Puts the orders that rested when the last session ended back into the empty book; those that
   * cannot rest expire, and of an OCO group of which one is done only that one stays. The engine is
   * to be run after it.
   */
  restore(at: VenueTimeUs): void {
    for (const instrument of this.#instruments) {
      const lots = this.#truth.account.position(instrument.id);
      this.#engine.position(instrument.index, ACCOUNT, lots);
    }
    for (const order of [...this.#truth.open.values()]) {
      if (order.expiresAt !== undefined && order.expiresAt <= at) {
        this.#end(order, 'expired', 'timed-out', at);
      } else if (!canBeRestored(order)) {
        this.#end(order, 'expired', 'venue-restarted', at);
      }
    }
    // Only now: what expired, or what the killed venue had begun, may have ended a group.
    for (const order of [...this.#truth.open.values()]) {
      const { ocoGroup } = order;
      const isOver = ocoGroup !== undefined && this.#truth.isGroupDone(ocoGroup);
      if (isOver && !hasWon(order)) this.#end(order, 'cancelled', 'one-cancels-other', at);
      else this.#place(order, true);
    }
  }

  /** An order arrives. The engine is to be run after it, then `settle`. */
  arrive(clientOrderId: ClientOrderId, request: OrderRequest, at: VenueTimeUs): void {
    const known = presentState(this.#truth, clientOrderId);
    if (known !== null) {
      this.#reports.push(...known);
      return;
    }
    const instrument = this.#byId.get(request.instrument);
    const refused =
      instrument === undefined
        ? 'unknown-instrument'
        : this.#checks.refusal(instrument, request, at);
    if (refused !== null || instrument === undefined) {
      this.#refuse(clientOrderId, refused ?? 'unknown-instrument', at, request.ocoGroup);
      return;
    }
    const taken = request.reduceOnly
      ? qtyLots(Math.min(request.quantity, this.#checks.reducible(instrument, request)))
      : request.quantity;
    const number = firstIdOf(this.#truth.session) + this.#numbers.count + 1;
    const venueOrderId = String(number) as VenueOrderId;
    this.#arriving = heldOrder(clientOrderId, venueOrderId, request, taken);
    this.#place(this.#arriving, false);
  }

  /** Writes an order to the engine; `again` after a restart. */
  #place(order: HeldOrder, again: boolean): void {
    const instrument = this.#byId.get(order.instrument);
    assert(instrument !== undefined, `the ledger's ${order.instrument} is traded here`);
    const id = this.#numbers.next(order.clientOrderId);
    const symbol = instrument.index;
    const group = this.#numbers.group(order.ocoGroup);
    const at = { symbol, id, group, prevention: this.#prevention, again };
    this.#engine.place(placedOrder(order, at));
  }

  /** A cancel arrives. The engine is to be run after it, then `settle`. */
  arriveCancel(order: Order): void {
    const { clientOrderId } = order;
    const id = this.#numbers.idOf(clientOrderId);
    const instrument = this.#byId.get(order.request.instrument);
    if (id !== undefined && instrument !== undefined) {
      this.#engine.cancel(instrument.index, id);
      return;
    }
    const ended = this.#truth.ended.get(clientOrderId);
    const reason = ended === undefined ? 'unknown-order' : `already-${ended.state}`;
    this.#reports.push({ kind: 'cancel-rejected', clientOrderId, reason });
  }

  /** An amend arrives. The engine is to be run after it, then `settle`. */
  arriveAmend(amend: Amendment): void {
    const { clientOrderId, amendment } = amend;
    const held = this.#truth.open.get(clientOrderId);
    const ended = this.#truth.ended.get(clientOrderId);
    const known = held ?? ended?.amended;
    if (known !== undefined && amendment <= (known.amendments ?? 0)) {
      this.#reports.push(amendedReport(clientOrderId, known));
      return;
    }
    const id = this.#numbers.idOf(clientOrderId);
    const instrument = held === undefined ? undefined : this.#byId.get(held.instrument);
    if (held === undefined || id === undefined || instrument === undefined) {
      const reason = ended === undefined ? 'unknown-order' : `already-${ended.state}`;
      this.#reports.push(unamended(amend, reason, false));
      return;
    }
    const judged = this.#checks.amend(instrument, held, amend);
    if ('refused' in judged) {
      this.#reports.push(unamended(amend, judged.refused, true));
      return;
    }
    this.#amending = { ...amend, taken: judged.taken };
    const lots = judged.taken - held.filled;
    this.#engine.amend(instrument.index, id, { ticks: amend.price, lots });
  }

  /** The engine gave an order of the account the terms of the amend that arrived. */
  amended(id: number, at: VenueTimeUs): void {
    const amend = this.#amending;
    this.#amending = null;
    const clientOrderId = this.#worked(id);
    assert(amend?.clientOrderId === clientOrderId, `engine order ${id} is the one to be amended`);
    const { amendment, price, quantity, taken } = amend;
    const amended = { amendment, price, quantity, taken };
    this.#write({ kind: 'change', at, clientOrderId, amended });
    this.#reports.push(amendedReport(clientOrderId, this.#open(clientOrderId)!));
  }

  /** The engine refused the amend that arrived. */
  amendRejected(id: number, reason: MatchReason): void {
    const amend = this.#amending;
    this.#amending = null;
    assert(amend !== null, `engine order ${id} is the one to be amended`);
    this.#reports.push(unamended(amend, reason, true));
  }

  /** The engine took the arriving order. */
  accepted(at: VenueTimeUs): void {
    const order = this.#arriving;
    if (order === null) return;
    this.#arriving = null;
    this.#write({ kind: 'order', at, order });
    if (order.expiresAt !== undefined) this.#nextExpiry = null;
    const { clientOrderId, venueOrderId } = order;
    this.#reports.push({ kind: 'order-accepted', clientOrderId, venueOrderId });
  }

  /** The engine refused the arriving order. */
  rejected(id: number, reason: MatchReason, at: VenueTimeUs): void {
    const clientOrderId = this.#forget(id);
    const arriving = this.#arriving;
    this.#arriving = null;
    const restored = this.#open(clientOrderId);
    if (restored !== undefined) {
      this.#end(restored, 'expired', 'venue-restarted', at);
      this.#orphan(restored.ocoGroup);
      return;
    }
    const word = reason === 'reduce-only' ? 'nothing-to-reduce' : reason;
    this.#refuse(clientOrderId, word, at, arriving?.ocoGroup);
    this.#forgetGroup(arriving?.ocoGroup);
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
    const clientOrderId = this.#numbers.orderOf(id);
    const order = clientOrderId === undefined ? undefined : this.#open(clientOrderId);
    assert(order !== undefined, `engine order ${id} belongs to an open order`);
    const instrument = this.#byId.get(order.instrument)!;
    const { quantity, liquidity } = trade;
    const price = liquidity === 'maker' ? trade.price : this.#paid(order, instrument, trade, at);
    const fill: Fill = {
      tradeId: `${instrument.symbol}-${trade.publicId}` as TradeId,
      clientOrderId: order.clientOrderId,
      instrument: instrument.id,
      side: order.side,
      price,
      quantity,
      fee: executionFee(instrument, price, quantity, liquidity, this.#feesAt(at)),
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
    this.#left(order);
    const end = this.#truth.ended.get(order.clientOrderId)!;
    if (end.state !== 'filled') this.#reports.push(endReport(end));
  }

  /** The price of an execution that took, with its impact. */
  #paid(
    order: HeldOrder,
    instrument: Instrument,
    { price, quantity }: { readonly price: PriceTicks; readonly quantity: QtyLots },
    at: VenueTimeUs,
  ): PriceTicks {
    if (this.#impact === null) return price;
    const taken = qtyLots(order.filled + quantity);
    const taking = { side: order.side, limit: order.price, taken, price, quantity };
    return this.#impact.take(instrument, taking, at);
  }

  /** The fees that the account's volume of the last 30 days earns it. */
  #feesAt(at: VenueTimeUs): FeeRates {
    const { feeTiers } = this.#fees;
    if (feeTiers.length === 0) return this.#fees;
    return feesAt(this.#fees, feeTiers, this.#truth.volume.total(at));
  }

  /** Cancels every open order of the account, as before a liquidation. The engine is run after it. */
  cancelAll(at: VenueTimeUs): void {
    for (const order of [...this.#truth.open.values()]) {
      this.#drop(order, 'cancelled', 'liquidation', at);
    }
  }

  /** Tells the engine a position that changed without an order. */
  moved(instrument: Instrument): void {
    const lots = this.#truth.account.position(instrument.id);
    this.#engine.position(instrument.index, ACCOUNT, lots);
  }

  /** An order of the account left the book, or its wait for a trigger. */
  removed(id: number, reason: MatchReason, at: VenueTimeUs): void {
    const order = this.#open(this.#forget(id));
    assert(order !== undefined, `engine order ${id} belongs to an open order`);
    const asked = reason === 'requested' || reason === 'one-cancels-other';
    this.#end(order, asked ? 'cancelled' : 'expired', wordOf(reason), at);
  }

  /** The rest of an order that may not rest or not go on; reason `none` for the former. */
  expired(id: number, reason: MatchReason, at: VenueTimeUs): void {
    const order = this.#open(this.#forget(id));
    assert(order !== undefined, `engine order ${id} belongs to an open order`);
    this.#end(order, 'expired', wordOf(reason), at);
  }

  /** A stop of the account woke. */
  triggered(id: number, at: VenueTimeUs): void {
    this.#write({ kind: 'change', at, clientOrderId: this.#worked(id), triggered: true });
  }

  /** The water mark of a trailing stop moved. */
  trailed(id: number, price: PriceTicks, at: VenueTimeUs): void {
    this.#write({ kind: 'change', at, clientOrderId: this.#worked(id), waterMark: price });
  }

  /** An order of the account lost lots to another one instead of trading with it. */
  prevented(id: number, lots: QtyLots, at: VenueTimeUs): void {
    this.#write({ kind: 'change', at, clientOrderId: this.#worked(id), prevented: lots });
  }

  /** When the next good-till-date order ends; infinite when there is none. */
  get nextExpiry(): VenueTimeUs {
    if (this.#nextExpiry === null) {
      let next = Number.POSITIVE_INFINITY;
      for (const { expiresAt } of this.#truth.open.values()) {
        if (expiresAt !== undefined && expiresAt < next) next = expiresAt;
      }
      this.#nextExpiry = next;
    }
    return this.#nextExpiry;
  }

  /**
   * Expires reduce-only orders that the position no longer covers, newest first, and cancels what is
   * left of OCO groups of which an order was refused, by writing cancels; answers whether the engine
   * is to be run again.
   */
  trim(at: VenueTimeUs): boolean {
    let trimmed = false;
    const orphans = this.#orphans;
    this.#orphans = [];
    for (const order of orphans) {
      if (!this.#truth.open.has(order.clientOrderId)) continue;
      this.#drop(order, 'cancelled', 'one-cancels-other', at);
      trimmed = true;
    }
    for (const instrument of this.#instruments) {
      for (const side of ['buy', 'sell'] as const) {
        let orders = this.#checks.reduceOnlyOrders(instrument, side);
        while (restOf(orders) > this.#checks.closable(instrument, side)) {
          const newest = orders.pop()!;
          const { ocoGroup } = newest;
          if (ocoGroup !== undefined) orders = orders.filter((one) => one.ocoGroup !== ocoGroup);
          this.#drop(newest, 'expired', 'reduce-only-excess', at);
          trimmed = true;
        }
      }
    }
    return trimmed;
  }

  /** Ends an order that the engine still works, and takes it out there. */
  #drop(order: HeldOrder, state: 'cancelled' | 'expired', reason: string, at: VenueTimeUs): void {
    const id = this.#numbers.idOf(order.clientOrderId)!;
    this.#forget(id);
    this.#end(order, state, reason, at);
    this.#engine.cancel(this.#byId.get(order.instrument)!.index, id);
  }

  /** Whether an engine id is of an order that the desk works. */
  works(id: number): boolean {
    return this.#numbers.orderOf(id) !== undefined;
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

  #worked(id: number): ClientOrderId {
    const clientOrderId = this.#numbers.orderOf(id);
    assert(clientOrderId !== undefined, `engine order ${id} is one of the account's`);
    return clientOrderId;
  }

  #forget(id: number): ClientOrderId {
    const clientOrderId = this.#worked(id);
    this.#numbers.forget(id);
    return clientOrderId;
  }

  /** An order is over: what was known of its expiry and its group is, too. */
  #left(order: HeldOrder): void {
    if (order.expiresAt !== undefined) this.#nextExpiry = null;
    this.#forgetGroup(order.ocoGroup);
  }

  /** Forgets the number of an OCO group that no open order has. */
  #forgetGroup(ocoGroup: OcoGroup | undefined): void {
    if (ocoGroup === undefined) return;
    for (const other of this.#truth.open.values()) if (other.ocoGroup === ocoGroup) return;
    this.#numbers.forgetGroup(ocoGroup);
  }

  /** Leaves the open orders of an OCO group to be cancelled before the run ends. */
  #orphan(ocoGroup: OcoGroup | undefined): void {
    if (ocoGroup === undefined) return;
    for (const order of this.#truth.open.values()) {
      if (order.ocoGroup === ocoGroup) this.#orphans.push(order);
    }
  }

  #refuse(
    clientOrderId: ClientOrderId,
    reason: string,
    at: VenueTimeUs,
    ocoGroup?: OcoGroup,
  ): void {
    const group = ocoGroup === undefined ? {} : { ocoGroup };
    // Of a group that was done before, what is open is the order that won it.
    const wasDone = ocoGroup !== undefined && this.#truth.isGroupDone(ocoGroup);
    const end: EndedOrder = {
      clientOrderId,
      venueOrderId: null,
      state: 'rejected',
      reason,
      at,
      ...group,
    };
    this.#write({ kind: 'end', at, end });
    this.#reports.push(endReport(end));
    if (!wasDone) this.#orphan(ocoGroup);
  }

  #end(order: HeldOrder, state: 'cancelled' | 'expired', reason: string, at: VenueTimeUs): void {
    const { clientOrderId, venueOrderId } = order;
    const end: EndedOrder = { clientOrderId, venueOrderId, state, reason, at };
    this.#write({ kind: 'end', at, end });
    this.#reports.push(endReport(end));
    this.#left(order);
  }
}
