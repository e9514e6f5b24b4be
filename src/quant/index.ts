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
