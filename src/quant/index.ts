export { type Benford, type BenfordOptions, benford } from './benford.ts';
export {
  type Hjorth,
  higuchiDimension,
  hjorth,
  katzDimension,
  lempelZivComplexity,
  petrosianDimension,
} from './complexity.ts';
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
export { type ComplexSeries, fft, inverseFft, realFft } from './fft.ts';
export {
  type Dfa,
  dfa,
  fractionalOrderGph,
  type GphFit,
  geometricWindows,
  hurstRescaledRange,
  hurstRescaledRangeVariants,
  hurstWhittle,
  type RescaledRangeOptions,
  type RescaledRangeVariants,
  type WhittleFit,
} from './hurst.ts';
export type {
  HighLow,
  HighLowClose,
  HighLowCloseVolume,
} from './indicator.ts';
export {
  binLabels,
  type EntropyUnit,
  jensenShannon,
  kullbackLeibler,
  mutualInformation,
  shannonEntropy,
} from './information.ts';
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
export { type Recurrence, type RecurrenceOptions, recurrence } from './recurrence.ts';
export {
  periodogram,
  type Spectrum,
  type SpectrumOptions,
  type WelchOptions,
  welch,
} from './spectral.ts';
export {
  type Discretisation,
  gaussianTransferEntropy,
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
