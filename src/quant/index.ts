export type { QuantError, QuantResult } from './errors.ts';
export { type Moments, moments } from './moments.ts';
export { type ComplexSeries, fft, inverseFft, realFft } from './fft.ts';
export {
  periodogram,
  type Spectrum,
  type SpectrumOptions,
  type WelchOptions,
  welch,
} from './spectral.ts';
export {
  higuchiDimension,
  hjorth,
  type Hjorth,
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
export {
  binLabels,
  type EntropyUnit,
  jensenShannon,
  kullbackLeibler,
  mutualInformation,
  shannonEntropy,
} from './information.ts';
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
