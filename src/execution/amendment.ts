import { assert, type EventTimeNs, err, ok, type Result } from '../core/index.ts';
import type { AmendRequest, AmendTerms, DomainEvent, Order } from '../model/index.ts';
import { isRiskApproved, type RiskApproved } from '../risk/index.ts';
import { isFinal } from './order-machine.ts';

/** The event to journal before an amend goes out. */
export type Amendment = Extract<DomainEvent, { readonly kind: 'amend-requested' }>;

/** Why no amend is sent. */
export interface AmendRefusal {
  readonly code:
    | 'order-unknown-here'
    | 'order-final'
    | 'order-unsettled'
    | 'cancel-under-way'
    | 'amend-under-way'
    | 'not-amendable'
    | 'quantity-filled'
    | 'nothing-to-amend';
  readonly detail: string;
}

/** Why an order cannot be amended at all now; null when it can. */
export function unamendable(order: Order): AmendRefusal | null {
  const { clientOrderId: id, request, status } = order;
  if (isFinal(status)) return { code: 'order-final', detail: `order ${id} is ${status}` };
  if (order.cancelRequested) {
    return { code: 'cancel-under-way', detail: `order ${id} is being cancelled` };
  }
  if (order.amend !== undefined) {
    const { number } = order.amend;
    return { code: 'amend-under-way', detail: `amend ${number} of ${id} is not answered` };
  }
  if (status !== 'accepted' && status !== 'partially-filled') {
    const detail = `order ${id} is ${status}; allowed: accepted, partially-filled`;
    return { code: 'order-unsettled', detail };
  }
  const { type, timeInForce } = request;
  if (type === 'limit' && (timeInForce === 'gtc' || timeInForce === 'gtd')) return null;
  const detail = `order ${id} is ${type} ${timeInForce}; allowed: limit orders with gtc or gtd`;
  return { code: 'not-amendable', detail };
}

/** Why an order cannot be given these terms now; null when it can. */
export function amendRefusal(order: Order, to: AmendTerms): AmendRefusal | null {
  const refusal = unamendable(order);
  if (refusal !== null) return refusal;
  const { clientOrderId: id, request, filled } = order;
  if (to.quantity <= filled) {
    const detail = `quantity ${to.quantity} lots of ${id}; allowed: above the ${filled} filled`;
    return { code: 'quantity-filled', detail };
  }
  if (to.price !== request.price || to.quantity !== request.quantity) return null;
  return { code: 'nothing-to-amend', detail: `order ${id} has these terms` };
}

/**
 * Numbers an approved amend. Nothing is sent: the event is journalled and applied first.
 *
 * An order has one amend under way at most, and none while it is being cancelled or in doubt. A
 * cancel may follow an amend; whichever the venue meets first counts.
 *
 * Errors: `InvariantError` for an amend that did not come through the risk gate.
 */
export function prepareAmend(
  order: Order,
  approved: RiskApproved<AmendRequest>,
  at: EventTimeNs,
): Result<Amendment, AmendRefusal> {
  assert(isRiskApproved(approved), 'execution is given only amends that risk approved');
  const { clientOrderId, price, quantity } = approved;
  assert(clientOrderId === order.clientOrderId, () => `the amend of ${clientOrderId} is its own`);
  const refusal = amendRefusal(order, approved);
  if (refusal !== null) return err(refusal);
  const amendment = (order.amendments ?? 0) + 1;
  return ok({ kind: 'amend-requested', at, clientOrderId, amendment, price, quantity });
}
