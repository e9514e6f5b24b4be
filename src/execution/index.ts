export {
  type LocalAccount,
  RECOVERED_STRATEGY,
  type Reconciliation,
} from './account.ts';
export {
  type ClientOrderIdParts,
  ClientOrderIds,
  clientOrderId,
  parseClientOrderId,
} from './client-order-ids.ts';
export { averageFillPriceE8 } from './fill-price.ts';
export { remainingLots } from './order-entry.ts';
export {
  isFinal,
  ORDER_STATUSES,
  ORDER_TRANSITIONS,
  ORDER_TRIGGERS,
  type OrderTrigger,
  type Transition,
  transition,
  transitionTable,
} from './order-machine.ts';
export {
  type OrderFilter,
  Orders,
  RETAINED_FINISHED_ORDERS,
  type ReportFinding,
} from './orders.ts';
export type {
  OrderGateway,
  RunEpochs,
  VenueAccount,
  VenueNotice,
  VenueOpenOrder,
  VenueUnavailable,
} from './ports.ts';
export { reconcile, resolveDoubts } from './reconcile.ts';
export {
  type CancelRefusal,
  prepareCancel,
  prepareSubmission,
  type Submission,
} from './submission.ts';
export { VenueAccess } from './venue-access.ts';
