import type { EventTimeNs } from './time.ts';

/** The wall clock, read only by adapters and composition roots. */
export interface Clock {
  /** Now, ns since the epoch, never earlier than the last answer. */
  now(): EventTimeNs;
}

/** A stream of uniform numbers. Seeded implementations repeat bit for bit. */
export interface Rng {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform 32-bit unsigned integer. */
  uint32(): number;
}
