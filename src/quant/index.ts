export { americanOption, type TreeOptions } from './american-option.ts';
export {
  black76,
  blackScholes,
  type ForwardGreeks,
  type ForwardOption,
  type Greeks,
  type OptionKind,
  type SpotOption,
} from './black-scholes.ts';
export {
  type ControlledMean,
  controlVariate,
  type PathMean,
  pathMean,
} from './control-variate.ts';
export { type DeribitOption, parseDeribitChain } from './deribit-chain.ts';
export type { QuantError, QuantResult } from './errors.ts';
export {
  type FractionalOptions,
  fractionalBrownian,
  fractionalBrownianCovariance,
  fractionalNoiseAutocovariance,
} from './fractional-brownian.ts';
export { type HestonOption, type HestonVariance, hestonOption } from './heston-option.ts';
export {
  type ImpliedVolatilities,
  impliedOutcomes,
  impliedVolatilities,
  impliedVolatility,
  impliedVolatilityBlack76,
  type PricedChain,
} from './implied-volatility.ts';
export { type LogJumps, mertonOption } from './merton-option.ts';
export { type Moments, moments } from './moments.ts';
export { normalStream } from './normal-stream.ts';
export {
  type GammaExposureOptions,
  gammaExposure,
  type ListedOption,
  type MaxPain,
  maxPain,
  type VolatileOption,
} from './option-chain.ts';
export { type PathRisk, type PathRiskOptions, pathRisk, ruinProbability } from './path-risk.ts';
export {
  expectedMaxDrawdown,
  type GbmMoments,
  gbmMoments,
  type ReversionMoments,
  reversionMoments,
} from './process-moments.ts';
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
  fitSvi,
  type SmileQuotes,
  type SviSlice,
  sviVariance,
  sviVolatility,
} from './svi.ts';
export {
  fitSurface,
  type SurfaceArbitrage,
  surfaceArbitrage,
  sviDensityFactor,
  type VolatilitySurface,
} from './volatility-surface.ts';
