import { err, type Json, ok, type Result, toIso } from '../core/index.ts';
import {
  type AmendRequest,
  type DomainEvent,
  type Instrument,
  type InstrumentId,
  lowersExposure,
  type Order,
  type OrderRequest,
  type PriceTicks,
  qtyLots,
} from '../model/index.ts';
import { approve, type RiskApproved } from './approved.ts';
import { checkGross, checkPosition, checkReduceOnly } from './exposure.ts';
import type { RiskLimits } from './limits.ts';
import { checkCollar, checkGrids, checkOrderNotional, checkShape } from './order-shape.ts';
import { checkDisplayNotional, checkTriggerSide } from './order-terms.ts';
import { OrderThrottle } from './order-throttle.ts';
import { RecentOrders } from './recent-orders.ts';
import type { RiskRefusal } from './refusal.ts';
import type { RiskContext } from './risk-context.ts';

/** What only reduces gets this many times the burst and open orders: openings never starve exits. */
const REDUCE_ONLY_HEADROOM = 2;

const checkReconciled = ({ reconciled }: RiskContext): RiskRefusal | null =>
  reconciled
    ? null
    : { code: 'RISK_NOT_RECONCILED', detail: 'allowed once the account is reconciled' };

const noMark = ({ id }: Instrument): RiskRefusal => ({
  code: 'RISK_NO_MARK',
  detail: `${id} has no fresh mark`,
});

/**
 * The one way from a request to an approved order.
 *
 * A fold over `order-submitted` and `amend-requested`: the order rate and the recent orders are its only state. `approve`
 * changes nothing, so the order must be recorded before the next one is judged.
 *
 * Determinism: the answer is a function of the events applied, the request and the context.
 */
export class RiskGate {
  readonly limits: RiskLimits;
  readonly #instruments: ReadonlyMap<InstrumentId, Instrument>;
  #throttle: OrderThrottle;
  #recent: RecentOrders;

  constructor(instruments: readonly Instrument[], limits: RiskLimits) {
    this.limits = limits;
    this.#instruments = new Map(instruments.map((instrument) => [instrument.id, instrument]));
    this.#throttle = new OrderThrottle(limits.maxOrdersPerSecond);
    this.#recent = new RecentOrders(limits.duplicateWindowMs);
  }

  /** Rebuilds the gate from a snapshot, under limits that may have changed since. */
  static restore(snapshot: Json, instruments: readonly Instrument[], limits: RiskLimits): RiskGate {
    const { throttle, recent } = snapshot as {
      readonly throttle: string;
      readonly recent: readonly (readonly [string, string])[];
    };
    const gate = new RiskGate(instruments, limits);
    gate.#throttle = new OrderThrottle(limits.maxOrdersPerSecond, BigInt(throttle));
    gate.#recent = new RecentOrders(
      limits.duplicateWindowMs,
      recent.map(([key, sent]) => [key, BigInt(sent)] as const),
    );
    return gate;
  }

  /**
   * Judges an order against every limit.
   *
   * Errors:  the first limit that it breaks; codes in docs/risk.md.
   * Cost:    O(instruments).
   */
  approve(
    request: OrderRequest,
    context: RiskContext,
  ): Result<RiskApproved<OrderRequest>, RiskRefusal> {
    const refusal = this.#judge(request, context);
    return refusal === null ? ok(approve(request)) : err(refusal);
  }

  /**
   * Judges other terms of a working order: those that can only lessen what it does always pass once
   * the account is reconciled (the journal may have lost earlier amends), all others pass where an
   * order of the difference would.
   *
   * Errors:  the first limit that it breaks; codes in docs/risk.md.
   */
  approveAmend(
    order: Order,
    to: AmendRequest,
    context: RiskContext,
  ): Result<RiskApproved<AmendRequest>, RiskRefusal> {
    const { clientOrderId, price, quantity } = to;
    const refusal = lowersExposure(order.request, to)
      ? (checkReconciled(context) ?? checkGrids(to))
      : this.#judgeAmend(order, to, context);
    return refusal === null ? ok(approve({ clientOrderId, price, quantity })) : err(refusal);
  }

  #judgeAmend(order: Order, to: AmendRequest, context: RiskContext): RiskRefusal | null {
    const { request, filled } = order;
    const instrument = this.#instruments.get(request.instrument);
    if (instrument === undefined) return this.#unknown(request);
    const mark = context.mark(instrument.id);
    const amended = { ...request, price: to.price, quantity: to.quantity };
    // Of an OCO group only the largest order counts: the order as a whole takes the place of itself.
    const more =
      request.ocoGroup === undefined ? to.quantity - request.quantity : to.quantity - filled;
    const difference = { ...amended, quantity: qtyLots(Math.max(0, more)) };
    return (
      checkShape(amended, context.at) ??
      this.#checkMode(amended, context) ??
      (mark === null
        ? noMark(instrument)
        : (checkCollar(amended, mark, this.limits) ??
          checkOrderNotional(amended, instrument, this.limits) ??
          checkDisplayNotional(amended, instrument) ??
          this.#judgeExposure(difference, instrument, mark, context))) ??
      this.#checkRate(amended, context)
    );
  }

  #unknown({ instrument }: OrderRequest): RiskRefusal {
    const known = [...this.#instruments.keys()].join(', ');
    return {
      code: 'RISK_UNKNOWN_INSTRUMENT',
      detail: `instrument ${instrument}; allowed: ${known}`,
    };
  }

  #judge(request: OrderRequest, context: RiskContext): RiskRefusal | null {
    const instrument = this.#instruments.get(request.instrument);
    if (instrument === undefined) return this.#unknown(request);
    const mark = context.mark(instrument.id);
    return (
      checkShape(request, context.at) ??
      this.#checkMode(request, context) ??
      (mark === null
        ? noMark(instrument)
        : this.#judgeAtMark(request, instrument, mark, context)) ??
      this.#checkOpenOrders(request, context) ??
      this.#checkDuplicate(request, context) ??
      this.#checkRate(request, context)
    );
  }

  #judgeAtMark(
    request: OrderRequest,
    instrument: Instrument,
    mark: PriceTicks,
    context: RiskContext,
  ): RiskRefusal | null {
    return (
      checkTriggerSide(request, mark) ??
      checkCollar(request, mark, this.limits) ??
      checkOrderNotional(request, instrument, this.limits) ??
      checkDisplayNotional(request, instrument) ??
      this.#judgeExposure(request, instrument, mark, context)
    );
  }

  #judgeExposure(
    request: OrderRequest,
    instrument: Instrument,
    mark: PriceTicks,
    context: RiskContext,
  ): RiskRefusal | null {
    if (request.reduceOnly) return checkReduceOnly(request, context);
    return (
      checkPosition(request, instrument, mark, context, this.limits) ??
      checkGross(request, this.#instruments, mark, context, this.limits)
    );
  }

  #checkMode(request: OrderRequest, context: RiskContext): RiskRefusal | null {
    const unreconciled = checkReconciled(context);
    if (unreconciled !== null) return unreconciled;
    if (context.mode === 'NORMAL' || request.reduceOnly) return null;
    return { code: 'RISK_MODE', detail: `mode ${context.mode}; allowed: reduce-only orders` };
  }

  #checkOpenOrders(request: OrderRequest, context: RiskContext): RiskRefusal | null {
    const { maxOpenOrders } = this.limits;
    const allowed = request.reduceOnly ? maxOpenOrders * REDUCE_ONLY_HEADROOM : maxOpenOrders;
    if (context.openOrders < allowed) return null;
    return {
      code: 'RISK_OPEN_ORDERS',
      detail: `${context.openOrders} orders are not final; allowed: ${allowed}`,
    };
  }

  #checkDuplicate(request: OrderRequest, context: RiskContext): RiskRefusal | null {
    if (request.reduceOnly) return null;
    const sent = this.#recent.equalSentAt(request, context.at);
    if (sent === null) return null;
    return {
      code: 'RISK_DUPLICATE_ORDER',
      detail: `${request.side} ${request.quantity} lots at ${request.price} ticks was sent at ${toIso(sent)}; allowed: once in ${this.limits.duplicateWindowMs} ms`,
    };
  }

  #checkRate(request: OrderRequest, context: RiskContext): RiskRefusal | null {
    const { orderBurst, maxOrdersPerSecond } = this.limits;
    const burst = request.reduceOnly ? orderBurst * REDUCE_ONLY_HEADROOM : orderBurst;
    if (this.#throttle.allows(context.at, burst)) return null;
    return {
      code: 'RISK_ORDER_RATE',
      detail: `next order at ${toIso(this.#throttle.allowedAt(burst))}; allowed: ${maxOrdersPerSecond} orders/s after ${burst} at once`,
    };
  }

  /** Folds one event: an order or an amend takes a token; a submitted order is remembered. */
  apply(event: DomainEvent): void {
    if (event.kind === 'amend-requested') this.#throttle.take(event.at);
    if (event.kind !== 'order-submitted') return;
    this.#throttle.take(event.at);
    this.#recent.add(event.request, event.at);
  }

  /** The state as canonical JSON. */
  snapshot(): Json {
    return { throttle: this.#throttle.snapshot(), recent: this.#recent.snapshot() };
  }
}
