export {
  effectivePriceE16,
  type RouteLevel,
  type RouteQuestion,
  type VenueLiquidity,
  venuePenaltyE8,
} from './liquidity.ts';
export { isPassedOver, nextRoute, type SentLeg, unsentE8 } from './route.ts';
export { MAX_VENUES, type RouteLeg, type RouteSplit, splitOrder } from './split.ts';
