import type { EventTimeNs } from '../core/index.ts';
import type { PriceTicks, QtyLots } from './units.ts';

/** The terms of a working order that an amend may change. */
export interface AmendTerms {
  readonly price: PriceTicks;
  /** Of the whole order: what is filled already counts. */
  readonly quantity: QtyLots;
}

/** An amend that the venue has not answered: the order may work with its terms or with the old. */
export interface PendingAmend extends AmendTerms {
  /** Number among the amends of its order, from 1. */
  readonly number: number;
  /** When it was asked for. */
  readonly at: EventTimeNs;
}

/** Whether other terms can only lessen what an order does: no more lots, no more eager price. */
export function lowersExposure(
  { side, price, quantity }: AmendTerms & { readonly side: 'buy' | 'sell' },
  to: AmendTerms,
): boolean {
  const isEagerer = side === 'buy' ? to.price > price : to.price < price;
  return to.quantity <= quantity && !isEagerer;
}
