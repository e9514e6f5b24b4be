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
export type { Matrix } from './linear-algebra.ts';
export { type Moments, moments } from './moments.ts';
