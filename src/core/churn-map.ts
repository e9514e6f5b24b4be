import { TextPlaces } from './text-places.ts';

/** No place. */
const NONE = -1;

/**
 * A map for entries that come and go all the time, in the order in which their keys came.
 *
 * The entries lie in places that are used again; see `TextPlaces` for what a `Map` would keep alive.
 *
 * Cost: an operation costs the length of its key; memory for the most entries that ever were at a
 *       time.
 */
export class ChurnMap<K extends string, V> {
  readonly #places = new TextPlaces<K>();
  readonly #values: (V | undefined)[] = [];
  readonly #free: number[] = [];
  /** Places in the order of their keys, linked both ways; `NONE` at the ends. */
  readonly #later: number[] = [];
  readonly #earlier: number[] = [];
  #oldest = NONE;
  #newest = NONE;

  /** Number of entries. */
  get size(): number {
    return this.#places.size;
  }

  /** Whether a key has an entry. */
  has(key: K): boolean {
    return this.#places.find(key) !== NONE;
  }

  /** The entry of a key. */
  get(key: K): V | undefined {
    const place = this.#places.find(key);
    return place === NONE ? undefined : this.#values[place];
  }

  /** Gives a key an entry; one that is new comes last. */
  set(key: K, value: V): void {
    let place = this.#places.find(key);
    if (place === NONE) {
      place = this.#free.pop() ?? this.#values.length;
      this.#places.add(key, place);
      this.#link(place);
    }
    this.#values[place] = value;
  }

  /** Takes an entry out; false when there was none. */
  delete(key: K): boolean {
    const place = this.#places.find(key);
    if (place === NONE) return false;
    this.#places.free(place);
    this.#values[place] = undefined;
    this.#free.push(place);
    this.#unlink(place);
    return true;
  }

  #link(place: number): void {
    this.#earlier[place] = this.#newest;
    this.#later[place] = NONE;
    if (this.#newest === NONE) this.#oldest = place;
    else this.#later[this.#newest] = place;
    this.#newest = place;
  }

  #unlink(place: number): void {
    const earlier = this.#earlier[place]!;
    const later = this.#later[place]!;
    if (earlier === NONE) this.#oldest = later;
    else this.#later[earlier] = later;
    if (later === NONE) this.#newest = earlier;
    else this.#earlier[later] = earlier;
  }

  /**
   * Where the oldest entry lies; -1 when there is none. With `after` and `at` entries are walked
   * without the garbage of an iterator; meanwhile none may come or be taken out.
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

  /** Keys and entries as they are now, oldest key first. */
  entries(): (readonly [K, V])[] {
    const entries: (readonly [K, V])[] = [];
    for (let place = this.#oldest; place !== NONE; place = this.after(place)) {
      entries.push([this.#places.at(place), this.at(place)]);
    }
    return entries;
  }

  /** Entries as they are now, oldest key first. */
  values(): V[] {
    const values: V[] = [];
    for (let place = this.#oldest; place !== NONE; place = this.after(place)) {
      values.push(this.at(place));
    }
    return values;
  }
}
