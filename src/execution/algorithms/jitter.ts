import { type EventTimeNs, seededRng } from '../../core/index.ts';

/** What a draw is for; draws of different purposes are independent. */
export type JitterStream = 'size' | 'time';

const STREAMS: { readonly [K in JitterStream]: number } = { size: 0x85ebca6b, time: 0xc2b2ae35 };

/** Mixes the seed of a spec with the moment of its opening, so that no two parents look alike. */
export function parentSeed(seed: number, openedAt: EventTimeNs): number {
  const low = Number(openedAt & 0xffff_ffffn);
  const high = Number((openedAt >> 32n) & 0xffff_ffffn);
  return (seed ^ low ^ Math.imul(high, 0x9e3779b1)) >>> 0;
}

/**
 * Draw number `counter` of a stream, in [-0.5, 0.5). A function of its arguments: a restart sees the
 * same draws, and asking twice changes nothing.
 */
export function jitterAt(seed: number, stream: JitterStream, counter: number): number {
  const mixed = seed ^ STREAMS[stream] ^ Math.imul(counter + 1, 0x9e3779b1);
  return seededRng(mixed).uniform() - 0.5;
}
