export {
  BayesianChangeDetector,
  type BocpdOptions,
  type BocpdResult,
  type BocpdState,
  bocpd,
} from './bayesian-change-points.ts';
export type { SegmentCost } from './change-point-costs.ts';
export {
  binarySegmentation,
  type CountedOptions,
  optimalPartition,
  type PenalisedOptions,
  pelt,
  type Segmentation,
  segmentNeighbourhood,
} from './change-points.ts';
export type { QuantError, QuantResult } from './errors.ts';
export { type Ewma, type EwmaOptions, ewma, ewmaDecay, stepEwma } from './ewma.ts';
export {
  evaluateGarch,
  fitGarch,
  type GarchBound,
  type GarchErrors,
  type GarchEvaluation,
  type GarchFit,
} from './garch.ts';
export {
  filterGarch,
  filterGarchLanes,
  type GarchRecursion,
  type GarchState,
  recursionColumns,
  stepGarch,
  updateGarch,
} from './garch-filter.ts';
export {
  forecastVariance,
  nextVariance,
  persistenceOf,
  unconditionalVariance,
} from './garch-forecast.ts';
export type {
  GarchCoefficients,
  GarchModel,
  GarchModelName,
  GarchOptions,
  InitialVariance,
} from './garch-model.ts';
export { fitHar, type HarFit, type HarOptions } from './har.ts';
export {
  HmmDecoder,
  type HmmFiltered,
  type HmmModel,
  type HmmPath,
  type HmmPosterior,
  kMaxHmmDimensions,
  kMaxHmmStates,
} from './hidden-markov.ts';
export { fitHmm, type HmmFit, type HmmFitOptions, type HmmSearch } from './hidden-markov-fit.ts';
export {
  fitJumpGarch,
  type Jump,
  type JumpDiffusion,
  type JumpGarch,
  type JumpOptions,
  type JumpTest,
  jumpDiffusion,
  jumpTest,
} from './jump-diffusion.ts';
export { type Moments, moments } from './moments.ts';
export {
  bfgs,
  levenbergMarquardt,
  type Minimum,
  nelderMead,
  numericGradient,
  type SearchOptions,
} from './optimise.ts';
export {
  PageCusum,
  type PageCusumOptions,
  type PageCusumResult,
  type PageCusumState,
  pageCusum,
} from './page-cusum.ts';
export {
  type PriceBars,
  RANGE_ESTIMATORS,
  type RangeEstimator,
  type RangeOptions,
  type RollingSeries,
  rangeVolatility,
} from './range-volatility.ts';
export {
  kRegimeAlertLevels,
  type RegimeAlert,
  type RegimeAlertLevel,
  type RegimeAlertOptions,
  RegimeAlerts,
} from './regime-alerts.ts';
export {
  kRegimeLabels,
  labelRegimes,
  type Regime,
  type RegimeLabel,
  type RegimeLabelOptions,
} from './regime-labels.ts';
export {
  type BaiPerronOptions,
  type BaiPerronResult,
  baiPerron,
  olsCusumTest,
  recursiveCusumTest,
  type StabilityTest,
  type SupFTest,
  supFTest,
} from './structural-change.ts';
