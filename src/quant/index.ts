export { type AdfOptions, type AdfTest, adfTest } from './adf.ts';
export {
  autocorrelation,
  type PortmanteauOptions,
  type PortmanteauTest,
  partialAutocorrelation,
  portmanteau,
} from './autocorrelation.ts';
export {
  type ChiSquareTest,
  chiSquareGoodnessOfFitTest,
  chiSquareIndependenceTest,
} from './chi-square-tests.ts';
export {
  type CorrelationTest,
  kendallTest,
  pearsonTest,
  spearmanTest,
} from './correlation-tests.ts';
export type { QuantError, QuantResult } from './errors.ts';
export {
  type GpdFit,
  type GpdOptions,
  gpdFit,
  gpdNegativeLogLikelihood,
  gpdRisk,
  type TailFit,
  type TailRisk,
} from './gpd.ts';
export { type GrangerTest, grangerTest } from './granger.ts';
export { type JarqueBeraTest, jarqueBeraTest } from './jarque-bera.ts';
export {
  type JohansenOptions,
  type JohansenRankTest,
  type JohansenTest,
  johansenPValue,
  johansenTest,
} from './johansen.ts';
export type { JohansenDeterministic } from './johansen-tables.ts';
export {
  type KolmogorovConvention,
  type KolmogorovSmirnovTest,
  kolmogorovSf,
  kolmogorovSmirnovTest,
  kolmogorovSmirnovTwoSampleTest,
} from './kolmogorov.ts';
export { type LeveneTest, leveneTest, pairedTTest, type TTest, tTest } from './mean-tests.ts';
export { type Moments, moments } from './moments.ts';
export {
  type AdjustedPValues,
  adjustPValues,
  MULTIPLE_TESTING_METHODS,
  type MultipleTestingMethod,
} from './multiple-testing.ts';
export {
  mannWhitneyTest,
  type RankTest,
  type RankTestOptions,
  ranks,
  wilcoxonTest,
} from './rank-tests.ts';
export {
  type KpssOptions,
  type KpssTest,
  kpssTest,
  type LagRule,
  longRunVariance,
  type PhillipsPerronOptions,
  type PhillipsPerronTest,
  phillipsPerronTest,
} from './stationarity.ts';
export { fitStudentT, type StudentTFit } from './student-t-fit.ts';
export {
  type HillEstimate,
  hill,
  type MeanExcessPoint,
  meanExcess,
  parameterStability,
  quantileSorted,
  type StabilityPoint,
} from './threshold-diagnostics.ts';
export type { CriticalValues, Deterministic } from './unit-root-tables.ts';
export {
  VAR_METHODS,
  type ValueAtRisk,
  type ValueAtRiskOptions,
  type VarMethod,
  valueAtRisk,
} from './value-at-risk.ts';
export { type LikelihoodRatioTest, type VarBacktest, varBacktest } from './var-backtest.ts';
export { type VarianceRatioTest, varianceRatioTest } from './variance-ratio.ts';
