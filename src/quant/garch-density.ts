import { lgamma } from './special-functions.ts';

/** E|z| of a normal, or of a Student-t scaled to unit variance; `nu` null for the normal. */
export function studentTMeanAbsolute(nu: number | null): number {
  if (nu === null) return Math.sqrt(2 / Math.PI);
  const ratio = Math.exp(lgamma((nu + 1) / 2) - lgamma(nu / 2));
  return ((2 * Math.sqrt(nu - 2)) / (nu - 1) / Math.sqrt(Math.PI)) * ratio;
}
