export {
  abdiRanaldoSpread,
  closeRollSpread,
  corwinSchultzSpread,
  edgeSpread,
  type OhlcBar,
  ohlcSpread,
} from './bar-spreads.ts';
export { FEATURES, type FeatureName } from './catalogue.ts';
export type { FeatureDefinition } from './feature-definition.ts';
export {
  amihudIlliquidity,
  byPeriod,
  differences,
  hasbrouckLambda,
  type KyleImpact,
  kyleLambda,
  type Line,
  leastSquares,
  mean,
  microprice,
  orderFlowEvents,
  type Quote,
  type RollSpread,
  rollSpread,
  sampleDeviation,
} from './microstructure.ts';
export {
  bulkBuyShare,
  normalCdf,
  type TimedTrade,
  type TradeBar,
  tradeBars,
  type VolumeBucket,
  volumeBuckets,
  vpinSeries,
} from './volume-buckets.ts';
