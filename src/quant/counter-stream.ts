import { kernel } from './kernel.ts';

/** Blocks of four words that a call draws: about what a sample of a few assets takes. */
const BLOCKS = 8;

/**
 * Reproducible random numbers by counter: the numbers of (seed, index) do not depend on what else was
 * drawn, so that samples may be cut into parts or drawn in any order.
 *
 *   Philox4x32-10 with key = seed and counter = (index low, index high, block, purpose)
 *
 * Purposes 0 to 3 are of simulated paths, normal streams and Sobol shifts.
 *
 * Determinism: integers and + - * / only, but for Math.log, cos and sin of `normal` and `gamma`, which
 *              V8 computes in software of its own.
 * Source:      Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as 1, 2, 3.
 */
export class CounterStream {
  /** Index low and high, block, purpose, seed low and high, as the kernel takes them. */
  readonly #counter: Float64Array;
  readonly #words = new Float64Array(4 * BLOCKS);
  readonly #draw = kernel('philoxWords');
  #left = 0;
  #spare: number | null = null;

  /** Of whole numbers: seed and index below 2^53, purpose below 2^32. */
  constructor(seed: number, index: number, purpose: number) {
    const [low, high] = [index % 2 ** 32, Math.floor(index / 2 ** 32)];
    this.#counter = Float64Array.of(
      low,
      high,
      0,
      purpose,
      seed % 2 ** 32,
      Math.floor(seed / 2 ** 32),
    );
  }

  #word(): number {
    if (this.#left === 0) {
      this.#draw(this.#counter, this.#words);
      this.#counter[2]! += BLOCKS;
      this.#left = this.#words.length;
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
