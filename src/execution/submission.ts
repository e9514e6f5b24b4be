import { assert, type EventTimeNs, err, ok, type Result } from '../core/index.ts';
import {
  type ClientOrderId,
  type DomainEvent,
  type MarketMoment,
  ORDER_TERMS,
  type Order,
  type OrderRequest,
  termsOf,
} from '../model/index.ts';
import { isRiskApproved, type RiskApproved } from '../risk/index.ts';
import type { ClientOrderIds } from './client-order-ids.ts';
import { submittedEntry } from './order-entry.ts';
import { isFinal } from './order-machine.ts';

/** The event to journal before the order goes out, and the order as it will then stand. */
export interface Submission {
  readonly event: Extract<DomainEvent, { readonly kind: 'order-submitted' }>;
  readonly order: Order;
}

/**
 * Gives an approved request its client order id. Nothing is sent: the event is journalled and
 * applied first, then the order goes to the gateway.
 *
 * Errors:  `InvariantError` for a request that did not come through the risk gate.
 */
export function prepareSubmission(
  approved: RiskApproved<OrderRequest>,
  ids: ClientOrderIds,
  at: EventTimeNs,
): Submission {
  const event = submissionEvent(approved, ids, at, null);
  return { event, order: submittedEntry(event).order };
}

/**
 * The event alone, with the market as the order goes out, if that is known.
 *
 * Errors:  as `prepareSubmission`.
 */
export function submissionEvent(
  approved: RiskApproved<OrderRequest>,
  ids: ClientOrderIds,
  at: EventTimeNs,
  market: MarketMoment | null,
): Submission['event'] {
  assert(isRiskApproved(approved), 'execution is given only requests that risk approved');
  const plain: OrderRequest = {
    instrument: approved.instrument,
    strategy: approved.strategy,
    side: approved.side,
    type: approved.type,
    price: approved.price,
    quantity: approved.quantity,
    timeInForce: approved.timeInForce,
    postOnly: approved.postOnly,
    reduceOnly: approved.reduceOnly,
  };
  const { parent } = approved;
  const isPlain = parent === undefined && ORDER_TERMS.every((term) => approved[term] === undefined);
  // Most orders have no further terms: one copy, of one form, is enough for them.
  const request = isPlain
    ? plain
    : { ...plain, ...termsOf(approved), ...(parent !== undefined && { parent }) };
  const clientOrderId = ids.next();
  return market === null
    ? { kind: 'order-submitted', at, clientOrderId, request }
    : { kind: 'order-submitted', at, clientOrderId, request, market };
}

/** Why no cancel is sent. */
export interface CancelRefusal {
  readonly code: 'order-unknown-here' | 'order-final' | 'cancel-under-way';
  readonly detail: string;
}

/** The event to journal before a cancel goes out. Cancels are never blocked by risk or by a mode. */
export function prepareCancel(
  order: Order | null,
  clientOrderId: ClientOrderId,
  at: EventTimeNs,
): Result<Extract<DomainEvent, { readonly kind: 'cancel-requested' }>, CancelRefusal> {
  if (order === null) {
    return err({ code: 'order-unknown-here', detail: `no order ${clientOrderId}` });
  }
  if (isFinal(order.status)) {
    return err({ code: 'order-final', detail: `order ${clientOrderId} is ${order.status}` });
  }
  if (order.cancelRequested) {
    return err({ code: 'cancel-under-way', detail: `order ${clientOrderId} is being cancelled` });
  }
  return ok({ kind: 'cancel-requested', at, clientOrderId });
}
