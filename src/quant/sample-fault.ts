import { seriesFault } from './errors.ts';

/**
 * Beyond this size, or varying by less than its inverse, fourth powers leave the range of doubles.
 */
const LARGEST = 1e70;

/**
 * Says what is wrong with a sample whose moments are wanted: what `seriesFault` says, or values too
 * large, or differences too small, for their powers to be doubles; else null. A constant sample
 * passes.
 */
export function sampleFault(name: string, x: Float64Array, minimum: number): string | null {
  const fault = seriesFault(name, x, minimum);
  if (fault !== null) return fault;
  let spread = 0;
  for (let i = 0; i < x.length; i += 1) {
    if (Math.abs(x[i]!) > LARGEST) {
      return `${name}[${i}] is ${x[i]}; sizes up to ${LARGEST} are allowed`;
    }
    spread = Math.max(spread, Math.abs(x[i]! - x[0]!));
  }
  return spread > 0 && spread < 1 / LARGEST
    ? `${name} varies by ${spread}; at least ${1 / LARGEST} is needed`
    : null;
}
