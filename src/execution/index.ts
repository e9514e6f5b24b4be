export {
  type LocalAccount,
  RECOVERED_STRATEGY,
  type Reconciliation,
} from './account.ts';
export {
  flatProfile,
  learnVolumeProfile,
  sliceVolumes,
  type VolumeProfile,
  VolumeTally,
} from './algorithms/index.ts';
export {
  type Amendment,
  type AmendRefusal,
  amendRefusal,
  prepareAmend,
} from './amendment.ts';
export {
  type ClientOrderIdParts,
  ClientOrderIds,
  clientOrderId,
  parseClientOrderId,
} from './client-order-ids.ts';
export { correctionId, namedCorrections } from './correction-id.ts';
export {
  type AlmgrenChrissProblem,
  type AlmgrenChrissTrajectory,
  almgrenChriss,
  attributeCost,
  type CostAttribution,
  type CostMarket,
  type CostQuestion,
  type CostTerms,
  ExecutionLedger,
  type ExecutionRecord,
  type ExecutionTotals,
  type ExpectedCost,
  edgeExceedsCost,
  expectedCost,
  halfTickMoney,
  type ImpactModel,
  impactBps,
  LEDGER_ORDERS,
  LEDGER_PARENTS,
  NO_COSTS,
  NO_SUMS,
  opportunityOf,
  roundTripCostBps,
  shortfallBps,
  sumsOf,
} from './costs/index.ts';
export { averageFillPriceE8 } from './fill-price.ts';
export { foreignOrders, isForeignDifference } from './foreign-orders.ts';
export { remainingLots, worstQuantity } from './order-entry.ts';
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
export {
  NO_TOTALS,
  type Parent,
  RETAINED_FINISHED_CHILDREN,
  type RoleTotals,
} from './parent-entry.ts';
export {
  type ParentOrderIdParts,
  ParentOrderIds,
  parentOrderId,
  parseParentOrderId,
} from './parent-ids.ts';
export {
  type ChildRequest,
  cancelAndEnd,
  decideParent,
  type ParentAction,
  type ParentChild,
  type ParentFacts,
  type ParentMachine,
  type ParentTouch,
  type ParentView,
  parentView,
  totalsOf,
  WIND_DOWN,
  workingLots,
} from './parent-machine.ts';
export {
  MAX_OPEN_PARENTS,
  type OrderLookup,
  ParentOrders,
  RETAINED_ENDED_PARENTS,
} from './parent-orders.ts';
export { PARENT_MACHINES } from './parents/index.ts';
export type {
  OrderGateway,
  RunEpochs,
  VenueAccount,
  VenueClosing,
  VenueNotice,
  VenueOpenOrder,
  VenueTerms,
  VenueUnavailable,
} from './ports.ts';
export { reconcile, resolveDoubts } from './reconcile.ts';
export {
  effectivePriceE16,
  isPassedOver,
  MAX_VENUES,
  nextRoute,
  type RouteLeg,
  type RouteLevel,
  type RouteQuestion,
  type RouteSplit,
  type SentLeg,
  splitOrder,
  unsentE8,
  type VenueLiquidity,
  venuePenaltyE8,
} from './router/index.ts';
export {
  type CancelRefusal,
  prepareCancel,
  prepareSubmission,
  type Submission,
  submissionEvent,
} from './submission.ts';
export { VenueAccess } from './venue-access.ts';
