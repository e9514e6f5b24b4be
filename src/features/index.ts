export {
  abdiRanaldoSpread,
  closeRollSpread,
  corwinSchultzSpread,
  edgeSpread,
  type OhlcBar,
  ohlcSpread,
} from './bar-spreads.ts';
export { FEATURES, type FeatureDefinition, type FeatureName } from './catalogue.ts';
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
