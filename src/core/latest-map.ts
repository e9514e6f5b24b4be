import { assert } from './assert.ts';
import { TextPlaces } from './text-places.ts';

/**
 * A map of the latest `capacity` keys, in the order in which they came: one more drops the oldest.
 *
 * Entries lie in a ring; see `TextPlaces` for what a `Map` would keep alive.
 *
 * Cost: an operation costs the length of its key; memory for `capacity` entries.
 */
export class LatestMap<K extends string, V> {
  readonly #capacity: number;
  readonly #places = new TextPlaces<K>();
  readonly #values: V[] = [];
  /** Number of the oldest entry that is kept, and of the next one; its place is what is left by the capacity. */
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
    return this.#places.size;
  }

  /** Whether a key is kept. */
  has(key: K): boolean {
    return this.#places.find(key) >= 0;
  }

  /** The value of a key that is kept. */
  get(key: K): V | undefined {
    const place = this.#places.find(key);
    return place < 0 ? undefined : this.#values[place];
  }

  /** Gives a key a value; one that is new comes last. Gives the value that was dropped for it, if any. */
  set(key: K, value: V): V | undefined {
    const known = this.#places.find(key);
    if (known >= 0) {
      this.#values[known] = value;
      return undefined;
    }
    const place = this.#next % this.#capacity;
    const isFull = this.size === this.#capacity;
    const dropped = isFull ? this.#values[place] : undefined;
    if (isFull) {
      this.#places.free(place);
      this.#first += 1;
    }
    this.#places.add(key, place);
    this.#values[place] = value;
    this.#next += 1;
    return dropped;
  }

  /** Keys and values, oldest first. */
  *entries(): Generator<readonly [K, V]> {
    for (let number = this.#first; number < this.#next; number += 1) {
      const place = number % this.#capacity;
      yield [this.#places.at(place), this.#values[place]!];
    }
  }

  /** Values, oldest first. */
  *values(): Generator<V> {
    for (const [, value] of this.entries()) yield value;
  }
}
