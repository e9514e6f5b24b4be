export type { QuantError, QuantResult } from './errors.ts';
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
export { type Moments, moments } from './moments.ts';
