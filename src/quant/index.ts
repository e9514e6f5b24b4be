export { type AdfOptions, type AdfTest, adfTest } from './adf.ts';
export { americanOption, type TreeOptions } from './american-option.ts';
export { type ArimaCoefficients, type ArimaFit, evaluateArima, fitArima } from './arima.ts';
export { type ArimaForecast, forecastArima } from './arima-forecast.ts';
export type { ArimaSpecification } from './arima-problem.ts';
export {
  autocorrelation,
  type PortmanteauOptions,
  type PortmanteauTest,
  partialAutocorrelation,
  portmanteau,
} from './autocorrelation.ts';
export {
  type BacktestOverfitting,
  backtestOverfitting,
  type OverfittingOptions,
} from './backtest-overfitting.ts';
export {
  BayesianChangeDetector,
  type BocpdOptions,
  type BocpdResult,
  type BocpdState,
  bocpd,
} from './bayesian-change-points.ts';
export { type Benford, type BenfordOptions, benford } from './benford.ts';
export {
  black76,
  blackScholes,
  type ForwardGreeks,
  type ForwardOption,
  type Greeks,
  type OptionKind,
  type SpotOption,
} from './black-scholes.ts';
export type { SegmentCost } from './change-point-costs.ts';
export {
  binarySegmentation,
  optimalPartition,
  type PenalisedOptions,
  pelt,
} from './change-points.ts';
export {
  type ChiSquareTest,
  chiSquareGoodnessOfFitTest,
  chiSquareIndependenceTest,
} from './chi-square-tests.ts';
export {
  type Hjorth,
  higuchiDimension,
  hjorth,
  katzDimension,
  lempelZivComplexity,
  petrosianDimension,
} from './complexity.ts';
export {
  type BrokenPair,
  type ContagionTest,
  type CorrelationBreakdown,
  type CorrelationLevel,
  correlationBreakdown,
  forbesRigobon,
  testContagion,
} from './contagion.ts';
export { type ControlledMean, controlVariate, type PathMean, pathMean } from './control-variate.ts';
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
export { pseudoObservations } from './copula-data.ts';
export {
  type SampleOptions,
  type StressOptions,
  type StressResult,
  sampleTCopula,
  stressTCopula,
} from './copula-scenarios.ts';
export {
  type CorrelationTest,
  kendallTest,
  pearsonTest,
  spearmanTest,
} from './correlation-tests.ts';
export {
  type CountedOptions,
  type Segmentation,
  segmentNeighbourhood,
} from './counted-segmentation.ts';
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
export { type DeribitOption, parseDeribitChain } from './deribit-chain.ts';
export { normalCdf, normalQuantile } from './distributions.ts';
export { type Drawdowns, drawdowns, type PeakConvention } from './drawdowns.ts';
export { type ElasticNetOptions, type ElasticNetPath, elasticNet } from './elastic-net.ts';
export {
  type CrossValidatedNet,
  type CrossValidationOptions,
  crossValidatedNet,
  predictNet,
} from './elastic-net-cv.ts';
export { logisticElasticNet } from './elastic-net-logistic.ts';
export {
  approximateEntropy,
  type OrdinalComplexity,
  type OrdinalOptions,
  permutationEntropy,
  sampleEntropy,
  spectralEntropy,
  svdEntropy,
  type TemplateOptions,
} from './entropy.ts';
export type { QuantError, QuantResult } from './errors.ts';
export { type Ewma, type EwmaOptions, ewma, ewmaDecay, stepEwma } from './ewma.ts';
export { type FastIcaOptions, fastIca, type IndependentComponents } from './fast-ica.ts';
export { type ComplexSeries, fft, inverseFft, realFft } from './fft.ts';
export {
  type FractionalOptions,
  fractionalBrownian,
  fractionalBrownianCovariance,
  fractionalNoiseAutocovariance,
} from './fractional-brownian.ts';
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
export { gaussianTransferEntropy } from './gaussian-transfer-entropy.ts';
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
export { fitHar, type HarFit, type HarOptions } from './har.ts';
export { type HestonOption, type HestonVariance, hestonOption } from './heston-option.ts';
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
  type Dfa,
  dfa,
  geometricWindows,
  hurstRescaledRange,
  hurstRescaledRangeVariants,
  type RescaledRangeOptions,
  type RescaledRangeVariants,
} from './hurst.ts';
export {
  type ImpliedVolatilities,
  impliedOutcomes,
  impliedVolatilities,
  impliedVolatility,
  impliedVolatilityBlack76,
  type PricedChain,
} from './implied-volatility.ts';
export type { HighLow, HighLowClose, HighLowCloseVolume } from './indicator.ts';
export {
  binLabels,
  type EntropyUnit,
  jensenShannon,
  kullbackLeibler,
  mutualInformation,
  shannonEntropy,
} from './information.ts';
export {
  type IsotonicFit,
  type IsotonicMap,
  type IsotonicOptions,
  isotonicRegression,
  isotonicValue,
} from './isotonic.ts';
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
  fitJumpGarch,
  type Jump,
  type JumpDiffusion,
  type JumpGarch,
  type JumpOptions,
  type JumpTest,
  jumpDiffusion,
  jumpTest,
} from './jump-diffusion.ts';
export {
  type KalmanFilter,
  type KalmanOptions,
  type KalmanSmoother,
  kalmanFilter,
  kalmanSmoother,
} from './kalman.ts';
export {
  type BinaryKelly,
  type ContinuousKelly,
  type EmpiricalKellyOptions,
  type KellyStake,
  kellyBinary,
  kellyContinuous,
  kellyEmpirical,
  kellyPortfolio,
  type PortfolioKelly,
} from './kelly.ts';
export { kendallMatrix } from './kendall.ts';
export {
  type KolmogorovConvention,
  type KolmogorovSmirnovTest,
  kolmogorovSf,
  kolmogorovSmirnovTest,
  kolmogorovSmirnovTwoSampleTest,
} from './kolmogorov.ts';
export { cholesky, choleskyInverse, type Matrix } from './linear-algebra.ts';
export { fitLocalLevel, type LocalLevelFit, localLevelModel } from './local-level.ts';
export { fractionalOrderGph, type GphFit, hurstWhittle, type WhittleFit } from './long-memory.ts';
export { type LeveneTest, leveneTest, pairedTTest, type TTest, tTest } from './mean-tests.ts';
export { type LogJumps, mertonOption } from './merton-option.ts';
export { type Moments, moments } from './moments.ts';
export {
  cci,
  cmo,
  type KnowSureThingOptions,
  knowSureThing,
  type MacdOptions,
  macd,
  mfi,
  momentum,
  rateOfChange,
  rsi,
  type SchaffOptions,
  type StochasticOptions,
  schaffTrendCycle,
  stochastic,
  trix,
  trueStrength,
  type UltimateOptions,
  ultimateOscillator,
  williamsR,
} from './momentum-indicators.ts';
export {
  dema,
  type EmaOptions,
  ema,
  hma,
  kama,
  type RollingExtremes,
  type RollingMoments,
  rollingExtremes,
  rollingMoments,
  sma,
  vwap,
  wma,
  zlema,
} from './moving-averages.ts';
export {
  type AdjustedPValues,
  adjustPValues,
  MULTIPLE_TESTING_METHODS,
  type MultipleTestingMethod,
} from './multiple-testing.ts';
export { normalStream } from './normal-stream.ts';
export { numericHessian } from './numeric-hessian.ts';
export {
  bfgs,
  levenbergMarquardt,
  type Minimum,
  nelderMead,
  numericGradient,
  type SearchOptions,
} from './optimise.ts';
export {
  type GammaExposureOptions,
  gammaExposure,
  type ListedOption,
  type MaxPain,
  maxPain,
  type VolatileOption,
} from './option-chain.ts';
export {
  fitOrnsteinUhlenbeck,
  type OrnsteinUhlenbeck,
  type OrnsteinUhlenbeckOptions,
} from './ornstein-uhlenbeck.ts';
export {
  PageCusum,
  type PageCusumOptions,
  type PageCusumResult,
  type PageCusumState,
  pageCusum,
} from './page-cusum.ts';
export { type PathRisk, type PathRiskOptions, pathRisk, ruinProbability } from './path-risk.ts';
export {
  type Performance,
  type PerformanceOptions,
  performance,
  type RelativePerformance,
  relativePerformance,
} from './performance.ts';
export {
  type PlattFit,
  type PlattOptions,
  type PlattSigmoid,
  plattProbability,
  plattScaling,
} from './platt.ts';
export {
  type ColumnScale,
  type PrincipalComponents,
  type PrincipalComponentsOptions,
  principalComponents,
} from './principal-components.ts';
export {
  expectedMaxDrawdown,
  type GbmMoments,
  gbmMoments,
  type ReversionMoments,
  reversionMoments,
} from './process-moments.ts';
export {
  type PriceBars,
  RANGE_ESTIMATORS,
  type RangeEstimator,
  type RangeOptions,
  type RollingSeries,
  rangeVolatility,
} from './range-volatility.ts';
export {
  mannWhitneyTest,
  type RankTest,
  type RankTestOptions,
  ranks,
  wilcoxonTest,
} from './rank-tests.ts';
export { type Recurrence, type RecurrenceOptions, recurrence } from './recurrence.ts';
export {
  kRegimeAlertLevels,
  type RegimeAlert,
  type RegimeAlertLevel,
  type RegimeAlertOptions,
  RegimeAlerts,
} from './regime-alerts.ts';
export {
  type CalibrationSettings,
  type CalibrationState,
  RegimeCalibration,
  type RegimeState,
} from './regime-calibration.ts';
export {
  kRegimeLabels,
  labelRegimes,
  type Regime,
  type RegimeLabel,
  type RegimeLabelOptions,
} from './regime-labels.ts';
export { type ReturnTail, type ReturnTails, returnTails } from './return-tails.ts';
export {
  type DeflatedSharpe,
  deflatedSharpe,
  expectedMaximumSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  type SharpeSample,
  sharpeSample,
} from './sharpe-inference.ts';
export { type ShrinkageOptions, type ShrunkCovariance, shrinkCovariance } from './shrinkage.ts';
export {
  type SimulatedPaths,
  type SimulationControl,
  type SimulationOptions,
  type SimulationProgress,
  simulate,
  simulation,
} from './simulate.ts';
export type { SimulationModel } from './simulation-models.ts';
export {
  maxSobolDimensions,
  type QuasiOptions,
  quasiRandomGbm,
  type SobolOptions,
  sobolPoints,
} from './sobol.ts';
export {
  periodogram,
  type Spectrum,
  type SpectrumOptions,
  type WelchOptions,
  welch,
} from './spectral.ts';
export type { InitialState, StateSpace } from './state-space.ts';
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
export { fitStudentT, type StudentTFit } from './student-t-fit.ts';
export { fitSvi, type SmileQuotes, type SviSlice, sviVariance, sviVolatility } from './svi.ts';
export {
  type SystemicRisk,
  type SystemicRiskLevel,
  type SystemicRiskOptions,
  systemicRisk,
} from './systemic-risk.ts';
export {
  type HillEstimate,
  hill,
  type MeanExcessPoint,
  meanExcess,
  parameterStability,
  quantileSorted,
  type StabilityPoint,
} from './threshold-diagnostics.ts';
export {
  type Discretisation,
  type TransferEntropy,
  type TransferEntropyOptions,
  transferEntropy,
} from './transfer-entropy.ts';
export {
  adx,
  aroon,
  type IchimokuOptions,
  ichimoku,
  type ParabolicOptions,
  parabolicSar,
  vortex,
} from './trend-indicators.ts';
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
export {
  forecastVar,
  impulseResponses,
  orthogonalImpulseResponses,
  selectVarLags,
  type VectorAutoregression,
  varianceDecomposition,
  vectorAutoregression,
} from './vector-autoregression.ts';
export {
  averageTrueRange,
  bollingerBands,
  chaikinVolatility,
  donchianChannel,
  type KeltnerOptions,
  keltnerChannel,
  massIndex,
  rollingUlcer,
} from './volatility-indicators.ts';
export {
  fitSurface,
  type SurfaceArbitrage,
  surfaceArbitrage,
  sviDensityFactor,
  type VolatilitySurface,
} from './volatility-surface.ts';
export {
  accumulationDistribution,
  chaikinMoneyFlow,
  onBalanceVolume,
} from './volume-indicators.ts';
export {
  type Denoised,
  daubechies,
  inverseWaveletTransform,
  maximumWaveletLevel,
  type WaveletFilters,
  type WaveletMode,
  type WaveletOptions,
  type WaveletTransform,
  waveletDenoise,
  waveletEnergy,
  waveletTransform,
} from './wavelet.ts';
