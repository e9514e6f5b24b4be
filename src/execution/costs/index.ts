export {
  type AlmgrenChrissProblem,
  type AlmgrenChrissTrajectory,
  almgrenChriss,
  holdingShares,
  optimalSpeed,
} from './almgren-chriss.ts';
export {
  addSums,
  attributeCost,
  type BenchmarkTouch,
  type CostAttribution,
  type CostSums,
  halfTickMoney,
  NO_SUMS,
  sumsOf,
  twiceMid,
} from './attribution.ts';
export {
  type CostMarket,
  type CostQuestion,
  type CostTerms,
  type ExpectedCost,
  edgeExceedsCost,
  expectedCost,
  type ImpactModel,
  impactBps,
  NO_COSTS,
  roundTripCostBps,
} from './cost-model.ts';
export {
  ExecutionLedger,
  type ExecutionRecord,
  type ExecutionTotals,
  LEDGER_ORDERS,
  LEDGER_PARENTS,
  opportunityOf,
  shortfallBps,
} from './ledger.ts';
