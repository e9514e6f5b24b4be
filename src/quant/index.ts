export { type ArimaCoefficients, type ArimaFit, evaluateArima, fitArima } from './arima.ts';
export { type ArimaForecast, forecastArima } from './arima-forecast.ts';
export type { ArimaSpecification } from './arima-problem.ts';
export {
  type ElasticNetOptions,
  type ElasticNetPath,
  elasticNet,
} from './elastic-net.ts';
export {
  type CrossValidatedNet,
  type CrossValidationOptions,
  crossValidatedNet,
  predictNet,
} from './elastic-net-cv.ts';
export { logisticElasticNet } from './elastic-net-logistic.ts';
export type { QuantError, QuantResult } from './errors.ts';
export { type FastIcaOptions, fastIca, type IndependentComponents } from './fast-ica.ts';
export {
  type IsotonicFit,
  type IsotonicMap,
  type IsotonicOptions,
  isotonicRegression,
  isotonicValue,
} from './isotonic.ts';
export {
  type KalmanFilter,
  type KalmanOptions,
  type KalmanSmoother,
  kalmanFilter,
  kalmanSmoother,
} from './kalman.ts';
export type { Matrix } from './linear-algebra.ts';
export { fitLocalLevel, type LocalLevelFit, localLevelModel } from './local-level.ts';
export { type Moments, moments } from './moments.ts';
export {
  fitOrnsteinUhlenbeck,
  type OrnsteinUhlenbeck,
  type OrnsteinUhlenbeckOptions,
} from './ornstein-uhlenbeck.ts';
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
  type CalibrationSettings,
  type CalibrationState,
  RegimeCalibration,
  type RegimeState,
} from './regime-calibration.ts';
export type { InitialState, StateSpace } from './state-space.ts';
export {
  forecastVar,
  impulseResponses,
  orthogonalImpulseResponses,
  selectVarLags,
  type VectorAutoregression,
  varianceDecomposition,
  vectorAutoregression,
} from './vector-autoregression.ts';
