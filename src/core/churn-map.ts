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
    return true;
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
