import { kernel } from './kernel.ts';

/**
 * Standard normals of one stream of a seed: value i depends on seed, stream and i alone, and is the same on
 * every target. Streams differ from the paths of a simulation with the same seed.
 *
 * Requires: seed and stream whole, from 0 to 2^53 - 1; at most 2^34 values.
 */
export function normalStream(seed: number, stream: number, count: number): Float64Array {
  const out = new Float64Array(count);
  const words = [seed % 2 ** 32, Math.floor(seed / 2 ** 32), stream, 0];
  kernel('philoxNormals')(Float64Array.from(words), out);
  return out;
}
