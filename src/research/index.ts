export {
  type CalibrationSubject,
  calibrateMarket,
  type DepthRow,
  type MarketCalibration,
} from './calibration/calibrate-market.ts';
export {
  type HeldOutTest,
  QUANTILE_PROBABILITIES,
  quantileTable,
} from './calibration/distribution-tests.ts';
export {
  fitHawkes,
  type Hawkes,
  type HawkesFit,
  hawkesLogLikelihood,
  hawkesResiduals,
} from './calibration/hawkes.ts';
export type {
  MarketObservation,
  ObservedLevel,
  ReceivedObservation,
} from './calibration/market-event.ts';
export { MarketMeasurement, type MarketSample } from './calibration/market-measurement.ts';
export type {
  DelayModel,
  LatencyModels,
  MarketModel,
  MarketModels,
  ModelFault,
  ProfileStep,
} from './calibration/market-model.ts';
export { checkMarketModels, marketModelDocument } from './calibration/model-check.ts';
export {
  type OwnFillsCalibration,
  OwnOrderMeasurement,
  type SlippageFit,
  type SurvivalPoint,
} from './calibration/own-orders.ts';
export { fitQueueModel, type QueueModel, queueCdf } from './calibration/queue-model.ts';
