import { assert } from '../core/index.ts';

/** Places of the header's i32 words, 128 bytes apart where another thread writes. */
const MAGIC_AT = 0;
const CAPACITY_AT = 1;
const WORDS_AT = 2;
const HEAD_AT = 32;
const TAIL_AT = 64;
const REFUSED_AT = 96;
const HEADER_BYTES = 512;

const MAGIC = 0x62347231;

/** How large a shared ring is. */
export interface SharedRingSize {
  /** Records that fit; a power of two from 2 to 2^24. */
  readonly capacity: number;
  /** f64 words of a record; 1 to 64. */
  readonly words: number;
}

const isPowerOfTwo = (n: number): boolean => Number.isInteger(n) && n > 0 && (n & (n - 1)) === 0;

/** Makes the memory of a shared ring, to be passed to the other thread. */
export function createSharedRing({ capacity, words }: SharedRingSize): SharedArrayBuffer {
  assert(
    isPowerOfTwo(capacity) && capacity >= 2 && capacity <= 1 << 24,
    `capacity ${capacity} is no power of two from 2 to 16777216`,
  );
  assert(
    Number.isInteger(words) && words >= 1 && words <= 64,
    `words ${words} is no whole number from 1 to 64`,
  );
  const memory = new SharedArrayBuffer(HEADER_BYTES + capacity * words * 8);
  const header = new Int32Array(memory, 0, HEADER_BYTES / 4);
  header[CAPACITY_AT] = capacity;
  header[WORDS_AT] = words;
  Atomics.store(header, MAGIC_AT, MAGIC);
  return memory;
}

/** What both ends of a ring see of its memory. */
class RingView {
  readonly header: Int32Array;
  readonly slots: Float64Array;
  readonly capacity: number;
  readonly words: number;

  constructor(memory: SharedArrayBuffer) {
    assert(
      memory.byteLength > HEADER_BYTES &&
        Atomics.load(new Int32Array(memory, 0, 1), MAGIC_AT) === MAGIC,
      'the memory is that of a shared ring',
    );
    this.header = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.capacity = this.header[CAPACITY_AT]!;
    this.words = this.header[WORDS_AT]!;
    this.slots = new Float64Array(memory, HEADER_BYTES, this.capacity * this.words);
  }
}

/**
 * The writing end of a bounded ring of records between two threads of Node. One thread pushes.
 *
 * Policy when full: what does not fit is refused and counted; nothing is overwritten.
 * Cost: no garbage; a batch is handed over by one atomic store (bench thread-ring). `claim` and
 *       `commit` spare `push` its copy.
 */
export class SharedRingProducer {
  /** f64 words of a record. */
  readonly words: number;
  /** Records that fit. */
  readonly capacity: number;
  /** The words of all records of the ring; only claimed ones may be written. */
  readonly slots: Float64Array;
  readonly #header: Int32Array;
  #head: number;
  /** The consumer's position as last seen: read again only when the ring looks full. */
  #tail: number;
  #claimed = 0;

  constructor(memory: SharedArrayBuffer) {
    const view = new RingView(memory);
    this.words = view.words;
    this.capacity = view.capacity;
    this.slots = view.slots;
    this.#header = view.header;
    this.#head = Atomics.load(view.header, HEAD_AT);
    this.#tail = Atomics.load(view.header, TAIL_AT);
  }

  /** Records that were refused because the ring was full, modulo 2^32. */
  get refused(): number {
    return Atomics.load(this.#header, REFUSED_AT) >>> 0;
  }

  /** Where the first claimed record begins in `slots`. */
  get place(): number {
    return (this.#head & (this.capacity - 1)) * this.words;
  }

  /**
   * Takes room for up to `count` records that lie one after the other, and returns how many: fewer
   * when the ring is full or ends there. They are written in `slots` from `place` on, without a copy,
   * and `commit` hands them over; until then they may be claimed again.
   */
  claim(count: number): number {
    assert(Number.isInteger(count) && count >= 0, `${count} records cannot be claimed`);
    const fits = this.#room(count);
    const straight = this.capacity - (this.#head & (this.capacity - 1));
    this.#claimed = fits < straight ? fits : straight;
    return this.#claimed;
  }

  /** Hands over the first `count` of the records that were claimed last. */
  commit(count: number): void {
    assert(
      Number.isInteger(count) && count >= 0 && count <= this.#claimed,
      `${count} of ${this.#claimed} claimed records cannot be handed over`,
    );
    this.#claimed -= count;
    this.#head = (this.#head + count) | 0;
    // Pairs with the consumer's load of the head: the records are whole.
    if (count > 0) Atomics.store(this.#header, HEAD_AT, this.#head);
  }

  /**
   * Appends records that lie one after the other in `records` and returns how many fitted. The rest
   * counts as refused: it is for the caller to drop or to send again.
   */
  push(records: Float64Array, count = records.length / this.words): number {
    const { words } = this;
    assert(
      Number.isInteger(count) && count >= 0 && count * words <= records.length,
      `${records.length} words hold no ${count} records of ${words}`,
    );
    this.#claimed = 0;
    const fits = this.#room(count);
    const { slots } = this;
    const first = this.#head & (this.capacity - 1);
    const straight = Math.min(fits, this.capacity - first);
    let to = first * words;
    if (straight * words === records.length) {
      slots.set(records, to);
    } else {
      let from = 0;
      for (const end = straight * words; from < end; ) slots[to++] = records[from++]!;
      to = 0;
      for (const end = fits * words; from < end; ) slots[to++] = records[from++]!;
    }
    this.#head = (this.#head + fits) | 0;
    // Pairs with the consumer's load of the head: the records are whole.
    if (fits > 0) Atomics.store(this.#header, HEAD_AT, this.#head);
    if (fits < count) Atomics.add(this.#header, REFUSED_AT, count - fits);
    return fits;
  }

  #room(wanted: number): number {
    let free = this.capacity - ((this.#head - this.#tail) | 0);
    if (free < wanted) {
      // Pairs with the consumer's store of the tail: it has read what is written next.
      this.#tail = Atomics.load(this.#header, TAIL_AT);
      free = this.capacity - ((this.#head - this.#tail) | 0);
    }
    return Math.min(wanted, free);
  }
}

/**
 * The reading end of a ring between two threads of Node. One thread pops.
 *
 * Cost: no garbage; a batch is given back by one atomic store. `peek` and `release` spare `pop` its
 *       copy.
 */
export class SharedRingConsumer {
  /** f64 words of a record. */
  readonly words: number;
  /** Records that fit. */
  readonly capacity: number;
  /** The words of all records of the ring; only those of `peek` are whole. */
  readonly slots: Float64Array;
  readonly #header: Int32Array;
  #tail: number;
  /** The producer's position as last seen: read again when it is short. */
  #head: number;

  constructor(memory: SharedArrayBuffer) {
    const view = new RingView(memory);
    this.words = view.words;
    this.capacity = view.capacity;
    this.slots = view.slots;
    this.#header = view.header;
    this.#tail = Atomics.load(view.header, TAIL_AT);
    this.#head = this.#tail;
  }

  /** Records that the producer could not place, modulo 2^32. */
  get refused(): number {
    return Atomics.load(this.#header, REFUSED_AT) >>> 0;
  }

  /** Where the oldest record begins in `slots`. */
  get place(): number {
    return (this.#tail & (this.capacity - 1)) * this.words;
  }

  /**
   * Returns how many records, up to `count`, may be read in `slots` from `place` on, oldest first:
   * fewer when there are fewer or the ring ends there. They stay until `release`.
   */
  peek(count: number): number {
    const there = this.#there(count);
    const straight = this.capacity - (this.#tail & (this.capacity - 1));
    return Math.min(there, straight, count);
  }

  /** Gives back the oldest `count` records. Requires: `peek` has said that they are there. */
  release(count: number): void {
    assert(
      Number.isInteger(count) && count >= 0 && count <= ((this.#head - this.#tail) | 0),
      `${count} of ${(this.#head - this.#tail) | 0} records cannot be given back`,
    );
    this.#tail = (this.#tail + count) | 0;
    // Pairs with the producer's load of the tail: these records have been read.
    if (count > 0) Atomics.store(this.#header, TAIL_AT, this.#tail);
  }

  #there(wanted: number): number {
    let there = (this.#head - this.#tail) | 0;
    if (there < wanted) {
      // Pairs with the producer's store of the head: every record before it is whole.
      this.#head = Atomics.load(this.#header, HEAD_AT);
      there = (this.#head - this.#tail) | 0;
    }
    return there;
  }

  /** Takes up to as many records as `records` holds, oldest first, and returns how many. */
  pop(records: Float64Array): number {
    const { words } = this;
    const wanted = Math.floor(records.length / words);
    const count = Math.min(this.#there(wanted), wanted);
    if (count === 0) return 0;
    const { slots } = this;
    const first = this.#tail & (this.capacity - 1);
    const straight = Math.min(count, this.capacity - first);
    let from = first * words;
    let to = 0;
    for (const end = straight * words; to < end; ) records[to++] = slots[from++]!;
    from = 0;
    for (const end = count * words; to < end; ) records[to++] = slots[from++]!;
    this.#tail = (this.#tail + count) | 0;
    // Pairs with the producer's load of the tail: these records have been read.
    Atomics.store(this.#header, TAIL_AT, this.#tail);
    return count;
  }
}
