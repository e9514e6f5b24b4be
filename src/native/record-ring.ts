import { type Arena, placeOf } from './arena.ts';
import type { ArenaLayout } from './layout.ts';

/** What `oldest` gives of an empty ring. */
export const NO_RECORD = -1;

/** A ring of records that C++ writes during a run and JavaScript empties between two. */
export class RecordRing {
  readonly #u32: Uint32Array;
  readonly #head: number;
  readonly #tail: number;
  /** Capacity, a power of two, minus one. */
  readonly #mask: number;

  constructor(
    { u32 }: Arena,
    { control, ...rings }: ArenaLayout,
    name: 'intent' | 'trade' | 'controlFrame',
  ) {
    this.#u32 = u32;
    this.#head = placeOf(control, `${name}Head`, 'u32');
    this.#tail = placeOf(control, `${name}Tail`, 'u32');
    this.#mask = rings[`${name}s`].count - 1;
  }

  /** Slot of the oldest record, `NO_RECORD` when there is none. */
  oldest(): number {
    const tail = this.#u32[this.#tail]!;
    return this.#u32[this.#head] === tail ? NO_RECORD : tail & this.#mask;
  }

  /** Gives up the oldest record: its slot may be written again. */
  release(): void {
    this.#u32[this.#tail] = (this.#u32[this.#tail]! + 1) >>> 0;
  }
}
