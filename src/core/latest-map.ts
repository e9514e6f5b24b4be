import { assert } from './assert.ts';

/**
 * A map of the latest `capacity` keys, in the order in which they came: one more drops the oldest.
 *
 * Entries lie in a ring, and two maps of places take turns: nothing is ever deleted from either. A
 * `Map` whose oldest key is deleted for each new one is made anew again and again, and each of its
 * dead tables that grew old holds the next one, and so every entry, until a full collection.
 *
 * Cost: O(1) an operation; memory for twice `capacity` keys.
 */
export class LatestMap<K, V> {
  readonly #capacity: number;
  readonly #keys: K[] = [];
  readonly #values: V[] = [];
  #young = new Map<K, number>();
  #old = new Map<K, number>();
  /** Number of the oldest entry that is kept, and of the next one. */
  #first = 0;
  #next = 0;

  constructor(capacity: number) {
    assert(
      Number.isSafeInteger(capacity) && capacity > 0,
      () => `a map keeps at least one key, not ${capacity}`,
    );
    this.#capacity = capacity;
  }

  /** Keys that are kept. */
  get size(): number {
    return this.#next - this.#first;
  }

  #place(key: K): number | null {
    const number = this.#young.get(key) ?? this.#old.get(key);
    return number === undefined || number < this.#first ? null : number % this.#capacity;
  }

  /** Whether a key is kept. */
  has(key: K): boolean {
    return this.#place(key) !== null;
  }

  /** The value of a key that is kept. */
  get(key: K): V | undefined {
    const place = this.#place(key);
    return place === null ? undefined : this.#values[place];
  }

  /** Gives a key a value; one that is new comes last. Gives the value that was dropped for it, if any. */
  set(key: K, value: V): V | undefined {
    const place = this.#place(key);
    if (place !== null) {
      this.#values[place] = value;
      return undefined;
    }
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    const slot = this.#next % this.#capacity;
    const isFull = this.size === this.#capacity;
    const dropped = isFull ? this.#values[slot] : undefined;
    if (isFull) this.#first += 1;
    this.#keys[slot] = key;
    this.#values[slot] = value;
    this.#young.set(key, this.#next);
    this.#next += 1;
    return dropped;
  }

  /** Keys and values, oldest first. */
  *entries(): Generator<readonly [K, V]> {
    for (let number = this.#first; number < this.#next; number += 1) {
      const slot = number % this.#capacity;
      yield [this.#keys[slot]!, this.#values[slot]!];
    }
  }

  /** Values, oldest first. */
  *values(): Generator<V> {
    for (const [, value] of this.entries()) yield value;
  }
}
