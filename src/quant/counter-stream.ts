/**
 * Reproducible random numbers by counter: the numbers of (seed, index) do not depend on what else was
 * drawn, so that samples may be cut into parts or drawn in any order.
 *
 *   Philox4x32-10 with key = seed and counter = (block, index low, index high, purpose)
 *
 * Determinism: integers and + - * / only, but for Math.log, cos and sin of `normal` and `gamma`, which
 *              V8 computes in software of its own.
 * Source:      Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as 1, 2, 3.
 */
export class CounterStream {
  readonly #key: readonly [number, number];
  readonly #index: readonly [number, number];
  readonly #purpose: number;
  #block = 0;
  readonly #words = new Uint32Array(4);
  #left = 0;
  #spare: number | null = null;

  /** Of whole numbers: seed and index below 2^53, purpose below 2^32. */
  constructor(seed: number, index: number, purpose: number) {
    this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
    this.#index = [index >>> 0, Math.floor(index / 2 ** 32) >>> 0];
    this.#purpose = purpose;
  }

  #word(): number {
    if (this.#left === 0) {
      const { 0: low, 1: high } = this.#index;
      philox(this.#words, [this.#block, low, high, this.#purpose], this.#key);
      this.#block += 1;
      this.#left = 4;
    }
    this.#left -= 1;
    return this.#words[this.#left]!;
  }

  /** Uniform in (0, 1), of 52 bits: a whole number and a half by 2^52. */
  uniform(): number {
    const high = this.#word() >>> 6;
    const low = this.#word() >>> 6;
    return (high * 2 ** 26 + low + 0.5) / 2 ** 52;
  }

  /** Standard normal. Source: Box and Muller (1958). */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Gamma with scale 1. Requires: shape > 0. Source: Marsaglia and Tsang (2000), ACM TOMS 26(3). */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(this.uniform()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
    }
  }
}

/** The high 32 bits of a product of two 32-bit numbers. */
function highProduct(a: number, b: number): number {
  const [a1, a0, b1, b0] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const cross = a0 * b1 + (middle & 0xffff);
  return (a1 * b1 + Math.floor(middle / 65536) + Math.floor(cross / 65536)) >>> 0;
}

/** Philox4x32-10: four words of a counter of four and a key of two. */
export function philox(
  out: Uint32Array,
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round += 1) {
    const high0 = highProduct(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0) >>> 0;
    const high1 = highProduct(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}
