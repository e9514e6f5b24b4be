import type { Amendment, VenueTerms } from '../../execution/ports.ts';
import type { ClientOrderId, VenueReport } from '../../model/index.ts';
import type { MatchReason } from '../../native/index.ts';
import type { VenueTruth } from './truth.ts';
import type { EndedOrder } from './truth-record.ts';

type WithoutTime<T> = T extends VenueReport ? Omit<T, 'at'> : never;

/** A report as the venue sends it; the receiver stamps its arrival. */
export type SentReport = WithoutTime<VenueReport>;

/** Reasons whose words here are not the engine's. */
export const wordOf = (reason: MatchReason): string => {
  if (reason === 'none') return 'unfilled-rest';
  return reason === 'reduce-only' ? 'reduce-only-excess' : reason;
};

/** The report of an order's end other than by its last fill. */
export const endReport = (end: EndedOrder): SentReport => {
  const { clientOrderId, reason, state } = end;
  if (state === 'rejected') return { kind: 'order-rejected', clientOrderId, reason };
  if (state === 'cancelled') return { kind: 'order-cancelled', clientOrderId, reason };
  return { kind: 'order-expired', clientOrderId, reason };
};

/** The answer that an order works with its present terms. */
export const amendedReport = (
  clientOrderId: ClientOrderId,
  { price, quantity, filled, amendments }: VenueTerms,
): SentReport => ({
  kind: 'order-amended',
  clientOrderId,
  amendment: amendments ?? 0,
  price,
  quantity,
  filled,
});

/** The answer that an amend was not carried out. */
export const unamended = (
  { clientOrderId, amendment }: Pick<Amendment, 'clientOrderId' | 'amendment'>,
  reason: string,
  orderWorks: boolean,
): SentReport => ({ kind: 'amend-rejected', clientOrderId, amendment, reason, orderWorks });

/** What a repeated client order id is answered: the order's present state; null when it is new. */
export function presentState(
  truth: VenueTruth,
  clientOrderId: ClientOrderId,
): readonly SentReport[] | null {
  const open = truth.open.get(clientOrderId);
  const ended = truth.ended.get(clientOrderId);
  if (open === undefined && ended === undefined) return null;
  const reports: SentReport[] = [];
  const venueOrderId = open?.venueOrderId ?? ended?.venueOrderId ?? null;
  if (venueOrderId !== null) {
    reports.push({ kind: 'order-accepted', clientOrderId, venueOrderId });
  }
  for (const fill of truth.fills) {
    if (fill.clientOrderId === clientOrderId) reports.push({ kind: 'order-filled', fill });
  }
  if (ended !== undefined && ended.state !== 'filled') reports.push(endReport(ended));
  return reports;
}
