const NONE = -1;
const FIRST_BUCKETS = 16;

/** FNV-1a over the code units. Source: Fowler, Noll, Vo; IETF draft-eastlake-fnv, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}

/**
 * Finds the place that the owner gave to a text: small whole numbers, used again once they are free.
 *
 * A hash table over arrays that are kept. A `Map` whose keys come and go is made anew all the time,
 * and a dead table of it that grew old holds the next one, and all their keys, until a full
 * collection: at thousands of keys a second that was most of what collections copied.
 *
 * Cost: O(length of the text) an operation; nothing is allocated but for the most places at a time.
 */
export class TextPlaces<K extends string> {
  readonly #texts: (K | undefined)[] = [];
  readonly #hashes: number[] = [];
  /** The next place of the same bucket. */
  readonly #behind: number[] = [];
  #buckets = new Int32Array(FIRST_BUCKETS).fill(NONE);
  #size = 0;

  /** Texts that have a place. */
  get size(): number {
    return this.#size;
  }

  /** The place of a text; -1 when it has none. */
  find(text: K): number {
    const hash = hashOf(text);
    let place = this.#buckets[hash & (this.#buckets.length - 1)]!;
    while (place !== NONE) {
      if (this.#hashes[place] === hash && this.#texts[place] === text) return place;
      place = this.#behind[place]!;
    }
    return NONE;
  }

  /** The text at a place that is in use. */
  at(place: number): K {
    return this.#texts[place] as K;
  }

  /** Gives a text that has no place the place `place`, which must be free and at most the first new one. */
  add(text: K, place: number): void {
    while (this.#texts.length <= place) {
      this.#texts.push(undefined);
      this.#hashes.push(0);
      this.#behind.push(NONE);
    }
    if (this.#texts.length > this.#buckets.length) this.#grow();
    this.#texts[place] = text;
    this.#hashes[place] = hashOf(text);
    this.#link(place);
    this.#size += 1;
  }

  /** Frees a place that is in use. */
  free(place: number): void {
    const bucket = this.#hashes[place]! & (this.#buckets.length - 1);
    if (this.#buckets[bucket] === place) this.#buckets[bucket] = this.#behind[place]!;
    else {
      let before = this.#buckets[bucket]!;
      while (this.#behind[before] !== place) before = this.#behind[before]!;
      this.#behind[before] = this.#behind[place]!;
    }
    this.#texts[place] = undefined;
    this.#size -= 1;
  }

  #link(place: number): void {
    const bucket = this.#hashes[place]! & (this.#buckets.length - 1);
    this.#behind[place] = this.#buckets[bucket]!;
    this.#buckets[bucket] = place;
  }

  #grow(): void {
    this.#buckets = new Int32Array(2 * this.#buckets.length).fill(NONE);
    for (let place = 0; place < this.#texts.length; place += 1) {
      if (this.#texts[place] !== undefined) this.#link(place);
    }
  }
}
