import type { Order, QtyLots, VenueReport } from '../model/index.ts';
import type { LocalAccount } from './account.ts';
import { parseClientOrderId } from './client-order-ids.ts';
import { isGivenUp } from './order-amends.ts';
import type { VenueTerms } from './ports.ts';

/** Our side, as far as the judgement of one order needs it. */
export type JudgingSide = Pick<LocalAccount, 'at' | 'settleMs' | 'runEpoch'>;

/** What the venue's terms say about an order's amends. */
export interface TermsVerdict {
  /** To be recorded before the order's new fills. */
  readonly events: readonly VenueReport[];
  readonly resolutions: readonly string[];
  readonly differences: readonly string[];
  /** Lots of the order once the events are recorded. */
  readonly quantity: QtyLots;
}

const isSame = (
  a: { readonly price: number; readonly quantity: number },
  b: { readonly price: number; readonly quantity: number },
): boolean => a.price === b.price && a.quantity === b.quantity;

/** Whether the venue carried out an amend that is later than all in our journal, which lost it. */
function isLostHere(order: Order, there: VenueTerms, { runEpoch }: JudgingSide): boolean {
  const parts = parseClientOrderId(order.clientOrderId);
  const isEarlier = parts !== null && parts.runEpoch < runEpoch;
  return isEarlier && (there.amendments ?? 0) > (order.amendments ?? 0);
}

/**
 * Compares the terms of an order with those that the venue works it with, or worked it with last.
 *
 * While an amend is in doubt both its terms and the old ones are fine, and the venue's are taken. The
 * old ones count as "not carried out" once the amend is older than `settleMs` at the answer. Terms
 * that the journal lost, or of the last amend that was given up like that, are taken from the venue;
 * any other difference is one.
 */
export function judgeTerms(
  order: Order,
  there: VenueTerms,
  answeredAt: bigint,
  local: JudgingSide,
): TermsVerdict {
  const { clientOrderId, request, amend } = order;
  const { at } = local;
  const name = `order ${clientOrderId}`;
  const taken = (amendment: number, said: string): TermsVerdict => {
    const { price, quantity, filled } = there;
    const event = { kind: 'order-amended', at, clientOrderId, amendment, price, quantity, filled };
    return { events: [event as VenueReport], resolutions: [said], differences: [], quantity };
  };
  const { quantity } = request;
  const nothing = { events: [], resolutions: [], differences: [], quantity };
  if (amend !== undefined && isSame(amend, there)) {
    return taken(amend.number, `${name} works with the terms of amend ${amend.number}: amended`);
  }
  if (isSame(request, there)) {
    const ageNs = amend === undefined ? -1n : answeredAt - amend.at;
    if (amend === undefined || ageNs < BigInt(local.settleMs) * 1_000_000n) return nothing;
    const reason = 'never carried out by the venue';
    const { number: amendment } = amend;
    return {
      ...nothing,
      events: [{ kind: 'amend-rejected', at, clientOrderId, amendment, reason, orderWorks: true }],
      resolutions: [`${name} works without the terms of amend ${amendment}: not amended`],
    };
  }
  if (isLostHere(order, there, local)) {
    return taken(there.amendments!, `${name} was amended, which is missing here: terms taken over`);
  }
  if (isGivenUp(order, there.amendments)) {
    const said = `${name} was amended after amend ${there.amendments} was given up: terms taken over`;
    return taken(there.amendments!, said);
  }
  const differences = (['price', 'quantity'] as const)
    .filter((term) => request[term] !== there[term])
    .map((term) => `${name}: ${term} ${request[term]} here, ${there[term]} at the venue`);
  return { ...nothing, differences };
}
