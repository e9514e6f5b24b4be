/** No slot. */
const NONE = -1;

/**
 * A map for entries that come and go all the time, in the order in which their keys came.
 *
 * The entries lie in slots that are used again; the `Map` behind holds keys and slot numbers alone.
 * A `Map` is made anew after so many deletions, and a dead table of it that grew old holds the next
 * one until a full collection: with the entries inside, every one that ever was would stay so long.
 *
 * Cost: that of a `Map` and an array access; memory for the most entries that ever were at a time.
 */
export class ChurnMap<K, V> {
  readonly #slots = new Map<K, number>();
  readonly #values: (V | undefined)[] = [];
  readonly #free: number[] = [];
  /** Slots in the order of their keys, linked both ways; `NONE` at the ends. */
  readonly #later: number[] = [];
  readonly #earlier: number[] = [];
  #oldest = NONE;
  #newest = NONE;

  /** Number of entries. */
  get size(): number {
    return this.#slots.size;
  }

  /** Whether a key has an entry. */
  has(key: K): boolean {
    return this.#slots.has(key);
  }

  /** The entry of a key. */
  get(key: K): V | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.#values[slot];
  }

  /** Gives a key an entry; one that is new comes last. */
  set(key: K, value: V): void {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#free.pop() ?? this.#values.length;
      this.#slots.set(key, slot);
      this.#link(slot);
    }
    this.#values[slot] = value;
  }

  /** Takes an entry out; false when there was none. */
  delete(key: K): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#slots.delete(key);
    this.#values[slot] = undefined;
    this.#free.push(slot);
    this.#unlink(slot);
    return true;
  }

  #link(slot: number): void {
    this.#earlier[slot] = this.#newest;
    this.#later[slot] = NONE;
    if (this.#newest === NONE) this.#oldest = slot;
    else this.#later[this.#newest] = slot;
    this.#newest = slot;
  }

  #unlink(slot: number): void {
    const earlier = this.#earlier[slot]!;
    const later = this.#later[slot]!;
    if (earlier === NONE) this.#oldest = later;
    else this.#later[earlier] = later;
    if (later === NONE) this.#newest = earlier;
    else this.#earlier[later] = earlier;
  }

  /**
   * Where the oldest entry lies; -1 when there is none. With `after` and `at` entries are walked
   * without the garbage of an iterator; meanwhile none may be set or taken out.
   */
  get oldest(): number {
    return this.#oldest;
  }

  /** Where the entry after one lies; -1 behind the newest. */
  after(place: number): number {
    return this.#later[place]!;
  }

  /** The entry of a place. */
  at(place: number): V {
    return this.#values[place] as V;
  }

  /** Keys and entries, oldest key first. Entries may be set or taken out meanwhile. */
  *entries(): Generator<readonly [K, V]> {
    for (const [key, slot] of this.#slots) yield [key, this.#values[slot] as V];
  }

  /** Entries, oldest key first. */
  *values(): Generator<V> {
    for (const slot of this.#slots.values()) yield this.#values[slot] as V;
  }
}
