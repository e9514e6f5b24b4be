export {
  type BrokenPair,
  type ContagionTest,
  type CorrelationBreakdown,
  type CorrelationLevel,
  correlationBreakdown,
  forbesRigobon,
  testContagion,
} from './contagion.ts';
export {
  type CopulaOptions,
  copulaLogDensity,
  fitGaussianCopula,
  fitTCopula,
  fitTCopulaByRegime,
  type GaussianCopulaFit,
  type RegimeCopula,
  type TCopula,
  type TCopulaFit,
  tailDependence,
} from './copula.ts';
export { kendallMatrix, pseudoObservations } from './copula-data.ts';
export {
  type SampleOptions,
  type StressOptions,
  type StressResult,
  sampleTCopula,
  stressTCopula,
} from './copula-scenarios.ts';
export {
  type DccCoefficients,
  type DccFilter,
  type DccFit,
  type DccOptions,
  dccTarget,
  filterDcc,
  fitDcc,
  forecastDcc,
} from './dcc.ts';
export { type DccGarch, type DccGarchOptions, fitDccGarch } from './dcc-garch.ts';
export {
  type DccMargin,
  type DccMarginFit,
  type DccMarginOptions,
  garchMargin,
} from './dcc-margin.ts';
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
  stepGarch,
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
  fitJumpGarch,
  type Jump,
  type JumpDiffusion,
  type JumpGarch,
  type JumpOptions,
  type JumpTest,
  jumpDiffusion,
  jumpTest,
} from './jump-diffusion.ts';
export type { Matrix } from './linear-algebra.ts';
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
  type PriceBars,
  RANGE_ESTIMATORS,
  type RangeEstimator,
  type RangeOptions,
  type RollingSeries,
  rangeVolatility,
} from './range-volatility.ts';
export { type ShrinkageOptions, type ShrunkCovariance, shrinkCovariance } from './shrinkage.ts';
export {
  type SystemicRisk,
  type SystemicRiskLevel,
  type SystemicRiskOptions,
  systemicRisk,
} from './systemic-risk.ts';
