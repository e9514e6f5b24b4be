import { type Rng, standardNormal } from '../../core/index.ts';

/** Log-standard deviation of order sizes. */
export const SIZE_DEVIATION = 2.5;

/** Largest order, in means of the uncut distribution. */
const CUT_IN_MEANS = 20;

/**
 * Mean of a log-normal with sigma 2.5 that is cut at 20 of its own means, per uncut mean:
 *   Phi((ln 20 - sigma^2 / 2) / sigma) + 20 * (1 - Phi((ln 20 + sigma^2 / 2) / sigma))
 */
const CUT_MEAN = 0.623;

/** Draws heavy-tailed order sizes in whole lots, at least one. */
export class OrderSizes {
  /** Median of the distribution, lots; below 1 when one lot is the most common size. */
  readonly medianLots: number;
  readonly #cutLots: number;
  readonly #rng: Rng;

  private constructor(medianLots: number, cutLots: number, rng: Rng) {
    this.medianLots = medianLots;
    this.#cutLots = cutLots;
    this.#rng = rng;
  }

  /** Sizes with this mean, in lots, cut at about 32 means. */
  static withMean(meanLots: number, rng: Rng): OrderSizes {
    const uncutMean = meanLots / CUT_MEAN;
    return new OrderSizes(
      uncutMean / Math.exp((SIZE_DEVIATION * SIZE_DEVIATION) / 2),
      uncutMean * CUT_IN_MEANS,
      rng,
    );
  }

  /** Sizes with this median, in lots, none above `cutLots`. */
  static withMedian(medianLots: number, cutLots: number, rng: Rng): OrderSizes {
    return new OrderSizes(medianLots, cutLots, rng);
  }

  /** One size, in lots. */
  draw(): number {
    const drawn = this.medianLots * Math.exp(SIZE_DEVIATION * standardNormal(this.#rng));
    return Math.max(1, Math.round(Math.min(drawn, this.#cutLots)));
  }
}
