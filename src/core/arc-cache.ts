import { assert } from './assert.ts';

/** How often a cache had what it was asked for. */
export interface CacheCounts {
  readonly hits: number;
  readonly misses: number;
}

/**
 * A bounded cache that adapts itself between what was used lately and what is used often, so that a
 * scan over many keys does not sweep out the ones in daily use.
 *
 * T1 holds keys seen once lately, T2 keys seen at least twice; the ghost lists B1 and B2 remember the
 * keys (not the values) that left them. A miss that a ghost list remembers shifts the aim `p` for the
 * size of T1 by max(1, |B2|/|B1|), or back by max(1, |B1|/|B2|).
 *
 * Requires:    a capacity of at least 1; values other than undefined.
 * Determinism: a function of the calls alone.
 * Cost:        O(1) per call; at most `capacity` values and as many remembered keys
 *              (`bot4 bench --only caches` compares it with LRU and with Bélády's optimum).
 * Source:      Megiddo and Modha (2003), ARC: A Self-Tuning, Low Overhead Replacement Cache, FAST '03,
 *              figure 4.
 */
export class ArcCache<K, V extends NonNullable<unknown> | null> {
  readonly capacity: number;
  /** Insertion order is order of use: the least recently used key comes first. */
  readonly #recent = new Map<K, V>();
  readonly #frequent = new Map<K, V>();
  readonly #recentGhosts = new Set<K>();
  readonly #frequentGhosts = new Set<K>();
  /** The aim for the size of T1; `p` in the paper. */
  #aim = 0;
  #hits = 0;
  #misses = 0;

  constructor(capacity: number) {
    assert(
      Number.isInteger(capacity) && capacity >= 1,
      `a cache holds a whole number of at least 1 values, not ${capacity}`,
    );
    this.capacity = capacity;
  }

  /** Values in the cache. */
  get size(): number {
    return this.#recent.size + this.#frequent.size;
  }

  /** Keys that are remembered without a value; at most `capacity`. */
  get ghosts(): number {
    return this.#recentGhosts.size + this.#frequentGhosts.size;
  }

  /** Hits and misses of `get`. */
  get counts(): CacheCounts {
    return { hits: this.#hits, misses: this.#misses };
  }

  /** Whether the key has a value; changes nothing and counts nothing. */
  has(key: K): boolean {
    return this.#recent.has(key) || this.#frequent.has(key);
  }

  /** The value of a key, which has then been used once more; undefined when there is none. */
  get(key: K): V | undefined {
    const value = this.#touch(key);
    if (value === undefined) this.#misses += 1;
    else this.#hits += 1;
    return value;
  }

  /** Stores a value. That of a key in the cache is replaced, which counts as a use. */
  set(key: K, value: V): void {
    if (this.#touch(key) !== undefined) {
      this.#frequent.set(key, value);
    } else if (this.#recentGhosts.has(key)) {
      const step = Math.max(1, this.#frequentGhosts.size / this.#recentGhosts.size);
      this.#aim = Math.min(this.capacity, this.#aim + step);
      this.#replace(false);
      this.#recentGhosts.delete(key);
      this.#frequent.set(key, value);
    } else if (this.#frequentGhosts.has(key)) {
      const step = Math.max(1, this.#recentGhosts.size / this.#frequentGhosts.size);
      this.#aim = Math.max(0, this.#aim - step);
      this.#replace(true);
      this.#frequentGhosts.delete(key);
      this.#frequent.set(key, value);
    } else {
      this.#makeRoom();
      this.#recent.set(key, value);
    }
  }

  /** Forgets a key and everything remembered of it; true when it had a value. */
  delete(key: K): boolean {
    this.#recentGhosts.delete(key);
    this.#frequentGhosts.delete(key);
    return this.#recent.delete(key) || this.#frequent.delete(key);
  }

  /** Forgets every key; the counts go on. */
  clear(): void {
    this.#recent.clear();
    this.#frequent.clear();
    this.#recentGhosts.clear();
    this.#frequentGhosts.clear();
    this.#aim = 0;
  }

  /** Moves a key that has a value to the end of T2; case I of the paper. */
  #touch(key: K): V | undefined {
    const from = this.#recent.has(key) ? this.#recent : this.#frequent;
    const value = from.get(key);
    if (value === undefined) return undefined;
    from.delete(key);
    this.#frequent.set(key, value);
    return value;
  }

  /** Room for a key that nothing is known of; case IV of the paper. */
  #makeRoom(): void {
    const known = this.size + this.ghosts;
    if (this.#recent.size + this.#recentGhosts.size === this.capacity) {
      if (this.#recent.size < this.capacity) {
        dropOldest(this.#recentGhosts);
        this.#replace(false);
      } else {
        dropOldest(this.#recent);
      }
    } else if (known >= this.capacity) {
      if (known === 2 * this.capacity) dropOldest(this.#frequentGhosts);
      this.#replace(false);
    }
  }

  /** Turns the oldest key of T1 or T2 into a ghost, once the cache is full; REPLACE of the paper. */
  #replace(wasFrequent: boolean): void {
    // After a `delete` there may be room although the lists remember as many keys as ever.
    if (this.size < this.capacity) return;
    const recent = this.#recent.size;
    const fromRecent = recent > 0 && (recent > this.#aim || (wasFrequent && recent === this.#aim));
    if (fromRecent || this.#frequent.size === 0) {
      this.#recentGhosts.add(dropOldest(this.#recent));
    } else {
      this.#frequentGhosts.add(dropOldest(this.#frequent));
    }
  }
}

/** Removes and returns the key that came first. Requires: there is one. */
function dropOldest<K>(from: Map<K, unknown> | Set<K>): K {
  const first = from.keys().next();
  assert(first.done !== true, 'a list to drop from is not empty');
  from.delete(first.value);
  return first.value;
}
