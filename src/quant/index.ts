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
export { type Moments, moments } from './moments.ts';
export {
  PageCusum,
  type PageCusumOptions,
  type PageCusumResult,
  type PageCusumState,
  pageCusum,
} from './page-cusum.ts';
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
