export type { QuantError, QuantResult } from './errors.ts';
export { type Moments, moments } from './moments.ts';
