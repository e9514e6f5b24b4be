import type { Rng } from '../../core/index.ts';

/**
 * A uniform sample of a stream in bounded memory; all of it while it fits.
 *
 * Determinism: a function of the generator's seed and of the values.
 * Source: Vitter (1985), ACM Transactions on Mathematical Software 11(1), algorithm R.
 */
export class Reservoir {
  readonly #values: number[] = [];
  readonly #capacity: number;
  readonly #rng: Rng;
  #seen = 0;

  constructor(capacity: number, rng: Rng) {
    this.#capacity = capacity;
    this.#rng = rng;
  }

  /** Values that came by. */
  get seen(): number {
    return this.#seen;
  }

  /** Takes one value. */
  add(value: number): void {
    this.#seen += 1;
    if (this.#values.length < this.#capacity) {
      this.#values.push(value);
      return;
    }
    const place = Math.floor(this.#rng.uniform() * this.#seen);
    if (place < this.#capacity) this.#values[place] = value;
  }

  /** The sample, ascending. */
  sorted(): Float64Array {
    return Float64Array.from(this.#values).sort();
  }
}
