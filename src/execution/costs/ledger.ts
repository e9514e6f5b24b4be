import { ChurnMap } from '../../core/index.ts';
import {
  type ClientOrderId,
  type DomainEvent,
  type Fill,
  type Instrument,
  type InstrumentId,
  type MarketMoment,
  type OrderRequest,
  type ParentOrderId,
  type ParentSpec,
  qtyLots,
  sideSign,
} from '../../model/index.ts';
import { addSums, type CostSums, NO_SUMS, sumsOf, twiceMid, wholeProduct } from './attribution.ts';
import { type CostTerms, expectedCost } from './cost-model.ts';

/** Orders of which the ledger keeps the details; the totals count all. */
export const LEDGER_ORDERS = 1_000;

/** Parents of which it keeps the details. */
export const LEDGER_PARENTS = 256;

/** What an order, or a parent with its children, was expected to cost and came to. */
export interface ExecutionRecord<Id> {
  readonly id: Id;
  readonly instrument: InstrumentId;
  /** Algorithm of a parent; order type of an order. */
  readonly kind: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: number;
  /** The market at the opening; null: it cannot be measured. */
  readonly arrival: MarketMoment | null;
  /** Expected price beyond the arrival mid (spread and impact), bps; null without arrival. */
  readonly predictedBps: number | null;
  readonly filled: number;
  readonly sums: CostSums;
  /** Twice the mid price at the end; null while it works, or when the market was not known. */
  readonly endMid: number | null;
  /** Why it ended; null while it works. */
  readonly ended: string | null;
}

/** What the orders of one instrument came to. */
export interface ExecutionTotals {
  readonly fills: number;
  /** Lots with a benchmark, and those without. */
  readonly lots: number;
  readonly unmeasuredLots: number;
  /** Arrival value of the measured lots, half ticks * lots. */
  readonly arrivalValue: bigint;
  /** Sum of predicted bps * arrival value: a statistic. */
  readonly predictedValue: number;
  /** Of every fill; those without a benchmark have only fees. */
  readonly sums: CostSums;
  /** What the unfilled rest of ended parents would have earned since their opening, half ticks * lots. */
  readonly opportunity: bigint;
}

const NO_TOTALS: ExecutionTotals = {
  fills: 0,
  lots: 0,
  unmeasuredLots: 0,
  arrivalValue: 0n,
  predictedValue: 0,
  sums: NO_SUMS,
  opportunity: 0n,
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OrderRecord = Mutable<ExecutionRecord<ClientOrderId>> & {
  readonly parent: ParentOrderId | null;
};
type ParentRecord = Mutable<ExecutionRecord<ParentOrderId>>;

/** Forgets the oldest ended entries beyond a bound; what works is never forgotten. */
function bound<K extends string>(
  records: ChurnMap<K, { readonly id: K; readonly ended: string | null }>,
  most: number,
): void {
  for (let place = records.oldest; place >= 0 && records.size > most; ) {
    const { id, ended } = records.at(place);
    place = records.after(place);
    if (ended !== null) records.delete(id);
  }
}

function addFill(record: OrderRecord | ParentRecord, fill: Fill, sums: CostSums): void {
  record.filled += fill.quantity;
  record.sums = addSums(record.sums, sums);
}

/**
 * The quality of our executions: every fill against the mid price at which its order, or the parent
 * that it worked for, was opened. A fold over the journal's events, in which no fill comes twice.
 *
 * Units: ticks and lots; `attributeCost` makes money of the sums.
 */
export class ExecutionLedger {
  readonly #instruments: ReadonlyMap<InstrumentId, Instrument>;
  readonly #terms: CostTerms;
  readonly #orders = new ChurnMap<ClientOrderId, OrderRecord>();
  readonly #parents = new ChurnMap<ParentOrderId, ParentRecord>();
  readonly #totals = new Map<InstrumentId, ExecutionTotals>();

  constructor(instruments: readonly Instrument[], terms: CostTerms) {
    this.#instruments = new Map(instruments.map((each) => [each.id, each]));
    this.#terms = terms;
  }

  /** Takes an event of the journal in. */
  readonly observe = (event: DomainEvent): void => {
    switch (event.kind) {
      case 'parent-opened':
        this.#openParent(event.parent, event.spec, event.market ?? null);
        return;
      case 'parent-ended':
        this.#endParent(event.parent, event.reason, event.market ?? null);
        return;
      case 'order-submitted':
        this.#openOrder(event.clientOrderId, event.request, event.market ?? null);
        return;
      case 'order-filled':
        this.#fill(event.fill);
        return;
      case 'order-cancelled':
      case 'order-rejected':
      case 'order-expired': {
        const order = this.#orders.get(event.clientOrderId);
        if (order !== undefined) order.ended = event.reason;
        return;
      }
      case 'order-amended': {
        const order = this.#orders.get(event.clientOrderId);
        if (order === undefined) return;
        order.quantity = event.quantity;
        const isFilled = order.filled >= event.quantity;
        // A fill of the old quantity before the answer looked like the last one.
        if (order.ended === 'filled' && !isFilled) order.ended = null;
        else if (order.ended === null && isFilled) order.ended = 'filled';
        return;
      }
      default:
        return;
    }
  };

  #predicted(arrival: MarketMoment | null, request: OrderRequest | ParentSpec): number | null {
    if (arrival === null) return null;
    const { bid, ask, bidLots, askLots, volatility } = arrival;
    const { side, quantity } = request;
    const takes =
      'terms' in request || (side === 'buy' ? request.price >= ask : request.price <= bid);
    const displayed = side === 'buy' ? askLots : bidLots;
    const durationMs = 'terms' in request ? request.terms['durationMs'] : 0;
    const durationS = typeof durationMs === 'number' ? durationMs / 1_000 : 0;
    // What is displayed is taken as what comes anew each second.
    const volumeHorizonS = Math.max(1, durationS);
    const volume = displayed * volumeHorizonS;
    const { spreadBps, impactBps } = expectedCost(
      this.#terms,
      { bid, ask, volatility, volume, volumeHorizonS, fundingPerHour: 0 },
      { quantity, side, liquidity: takes ? 'taker' : 'maker', durationS, holdingHours: 0 },
    );
    return spreadBps + impactBps;
  }

  #openParent(id: ParentOrderId, spec: ParentSpec, arrival: MarketMoment | null): void {
    const { instrument, kind, side, quantity } = spec;
    this.#parents.set(id, {
      ...{ id, instrument, kind, side, quantity, arrival },
      predictedBps: this.#predicted(arrival, spec),
      ...{ filled: 0, sums: NO_SUMS, endMid: null, ended: null },
    });
    bound(this.#parents, LEDGER_PARENTS);
  }

  #openOrder(id: ClientOrderId, request: OrderRequest, arrival: MarketMoment | null): void {
    const { instrument, type, side, quantity } = request;
    // One literal: behind a spread members cost ten times as much, an order at a time.
    this.#orders.set(id, {
      id,
      instrument,
      kind: type,
      side,
      quantity,
      arrival,
      parent: request.parent?.id ?? null,
      predictedBps: this.#predicted(arrival, request),
      filled: 0,
      sums: NO_SUMS,
      endMid: null,
      ended: null,
    });
    bound(this.#orders, LEDGER_ORDERS);
  }

  #endParent(id: ParentOrderId, reason: string, market: MarketMoment | null): void {
    const parent = this.#parents.get(id);
    if (parent === undefined) return;
    // A late fill makes a parent live again; what was counted as its rest is then counted anew.
    this.#changeOpportunity(parent, -1n);
    parent.ended = reason;
    parent.endMid = market === null ? null : twiceMid(market);
    this.#changeOpportunity(parent, 1n);
  }

  #changeOpportunity(parent: ParentRecord, sign: bigint): void {
    const totals = this.#totals.get(parent.instrument) ?? NO_TOTALS;
    const opportunity = totals.opportunity + sign * opportunityOf(parent);
    this.#totals.set(parent.instrument, { ...totals, opportunity });
  }

  #fill(fill: Fill): void {
    const order = this.#orders.get(fill.clientOrderId);
    const owner =
      order === undefined || order.parent === null ? undefined : this.#parents.get(order.parent);
    // An exit of a bracket undoes its entry later: the price at the entry's opening is not its benchmark.
    const parent = owner?.side === fill.side ? owner : undefined;
    const submission = order?.arrival ?? null;
    const arrival = parent === undefined ? submission : parent.arrival;
    const measured = submission !== null && arrival !== null;
    const sums = measured ? sumsOf(fill, submission, arrival) : { ...NO_SUMS, fees: fill.fee };
    // The rest of a parent that had ended shrinks.
    if (parent !== undefined) this.#changeOpportunity(parent, -1n);
    if (order !== undefined) {
      addFill(order, fill, sums);
      if (order.filled >= order.quantity) order.ended = 'filled';
    }
    if (parent !== undefined) {
      addFill(parent, fill, sums);
      this.#changeOpportunity(parent, 1n);
    }
    const totals = this.#totals.get(fill.instrument) ?? NO_TOTALS;
    const value = measured ? wholeProduct(twiceMid(arrival), fill.quantity) : 0n;
    this.#totals.set(fill.instrument, {
      fills: totals.fills + 1,
      lots: totals.lots + (measured ? fill.quantity : 0),
      unmeasuredLots: totals.unmeasuredLots + (measured ? 0 : fill.quantity),
      arrivalValue: totals.arrivalValue + value,
      predictedValue: totals.predictedValue + Number(value) * (order?.predictedBps ?? 0),
      sums: addSums(totals.sums, sums),
      opportunity: totals.opportunity,
    });
  }

  /** Starts the totals anew: what was replayed belongs to earlier runs. */
  forgetTotals(): void {
    this.#totals.clear();
    for (const [id, { ended }] of this.#orders.entries())
      if (ended !== null) this.#orders.delete(id);
    for (const [id, { ended }] of this.#parents.entries())
      if (ended !== null) this.#parents.delete(id);
  }

  /** What an instrument's orders came to. */
  totals(instrument: InstrumentId): ExecutionTotals {
    return this.#totals.get(instrument) ?? NO_TOTALS;
  }

  /** The latest orders, oldest first. */
  orders(): readonly ExecutionRecord<ClientOrderId>[] {
    return this.#orders.values();
  }

  /** The latest parents, oldest first. */
  parents(): readonly ExecutionRecord<ParentOrderId>[] {
    return this.#parents.values();
  }

  /** The instrument of a record. */
  instrumentOf(id: InstrumentId): Instrument | null {
    return this.#instruments.get(id) ?? null;
  }
}

/**
 * What the unfilled rest of an ended parent would have earned: side * (mid at the end - arrival mid) *
 * unfilled, half ticks * lots; positive is a cost.
 */
export function opportunityOf(
  record: Pick<ExecutionRecord<unknown>, 'arrival' | 'endMid' | 'side' | 'quantity' | 'filled'>,
): bigint {
  const { arrival, endMid, side, quantity, filled } = record;
  if (arrival === null || endMid === null) return 0n;
  const left = qtyLots(Math.max(0, quantity - filled));
  return BigInt(sideSign(side)) * BigInt(endMid - twiceMid(arrival)) * BigInt(left);
}

/** Realised price beyond the arrival mid (without fees), bps of the arrival value; null without fills. */
export function shortfallBps(sums: CostSums, arrivalValue: bigint): number | null {
  if (arrivalValue === 0n) return null;
  return (Number(sums.shortfall) / Number(arrivalValue)) * 10_000;
}
