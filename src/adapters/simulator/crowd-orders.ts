import type { MatchSide } from '../../native/index.ts';

/**
 * The crowd's resting orders of one symbol, in fixed slots: which live, where, on which side.
 *
 * An order's id carries its slot and a generation, and is even, so that it can never equal the odd
 * id of an account's order nor the id of an earlier order in the same slot.
 *
 * Bounds: `capacity` orders; `add` answers 0 when all slots are taken.
 */
export class CrowdOrders {
  readonly ticks: Float64Array;
  readonly side: Uint8Array;
  readonly #capacity: number;
  readonly #symbol: number;
  readonly #symbols: number;
  readonly #rest: Float64Array;
  readonly #generation: Float64Array;
  readonly #live: Int32Array;
  readonly #position: Int32Array;
  readonly #free: Int32Array;
  #liveCount = 0;

  constructor(capacity: number, symbol: number, symbols: number) {
    this.#capacity = capacity;
    this.#symbol = symbol;
    this.#symbols = symbols;
    this.ticks = new Float64Array(capacity);
    this.side = new Uint8Array(capacity);
    this.#rest = new Float64Array(capacity);
    this.#generation = new Float64Array(capacity);
    this.#live = new Int32Array(capacity);
    this.#position = new Int32Array(capacity).fill(-1);
    this.#free = Int32Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
  }

  /** Orders that live. */
  get count(): number {
    return this.#liveCount;
  }

  /** Takes a slot for a new order and returns its id, or 0 when none is free. */
  add(side: MatchSide, ticks: number, lots: number): number {
    if (this.#liveCount === this.#capacity) return 0;
    const slot = this.#free[this.#capacity - this.#liveCount - 1]!;
    this.#generation[slot] = this.#generation[slot]! + 1;
    this.ticks[slot] = ticks;
    this.side[slot] = side;
    this.#rest[slot] = lots;
    this.#live[this.#liveCount] = slot;
    this.#position[slot] = this.#liveCount;
    this.#liveCount += 1;
    return this.idOf(slot);
  }

  /** Id of the order in a slot. */
  idOf(slot: number): number {
    const place = (this.#generation[slot]! * this.#symbols + this.#symbol) * this.#capacity + slot;
    return 2 * place;
  }

  /** Slot of the `index`-th living order, 0 to count - 1, in no stated order. */
  slotAt(index: number): number {
    return this.#live[index]!;
  }

  /** Takes `lots` off an order; it is forgotten when nothing is left. Ids without a slot: no-op. */
  reduce(id: number, lots: number): void {
    const slot = (id / 2) % this.#capacity;
    if (id === 0 || this.#position[slot]! < 0 || this.idOf(slot) !== id) return;
    const left = this.#rest[slot]! - lots;
    this.#rest[slot] = left;
    if (left > 0) return;
    const hole = this.#position[slot]!;
    this.#liveCount -= 1;
    const moved = this.#live[this.#liveCount]!;
    this.#live[hole] = moved;
    this.#position[moved] = hole;
    this.#position[slot] = -1;
    this.#free[this.#capacity - this.#liveCount - 1] = slot;
  }
}
