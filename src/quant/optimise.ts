export { bfgs, numericGradient } from './bfgs.ts';
export { levenbergMarquardt } from './levenberg-marquardt.ts';
export { nelderMead } from './nelder-mead.ts';
export type { Minimum, SearchOptions } from './search.ts';
