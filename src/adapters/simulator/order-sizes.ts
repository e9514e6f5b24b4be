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

/** A distribution by its quantiles: `values` at ascending `probabilities` from 0 to 1. */
export interface QuantileTable {
  readonly probabilities: readonly number[];
  readonly values: readonly number[];
}

function quantileAt({ probabilities, values }: QuantileTable, p: number): number {
  let low = 0;
  let high = probabilities.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (probabilities[middle]! <= p) low = middle;
    else high = middle;
  }
  const part = (p - probabilities[low]!) / (probabilities[high]! - probabilities[low]!);
  return values[low]! + part * (values[high]! - values[low]!);
}

/** Mean of a function of what such a table describes, by the middles of 2,000 equal shares. */
export function tableMean(table: QuantileTable, of: (value: number) => number): number {
  const shares = 2_000;
  let sum = 0;
  for (let i = 0; i < shares; i += 1) sum += of(quantileAt(table, (i + 0.5) / shares));
  return sum / shares;
}

/** Draws heavy-tailed order sizes in whole lots, at least one. */
export class OrderSizes {
  /** Median of the distribution, lots; below 1 when one lot is the most common size. */
  readonly medianLots: number;
  readonly #cutLots: number;
  readonly #rng: Rng;
  /** null: log-normal. */
  readonly #table: QuantileTable | null;

  private constructor(
    medianLots: number,
    cutLots: number,
    rng: Rng,
    table: QuantileTable | null = null,
  ) {
    this.medianLots = medianLots;
    this.#cutLots = cutLots;
    this.#rng = rng;
    this.#table = table;
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

  /** Sizes with these quantiles, in lots, between which they are uniform. */
  static fromQuantiles(table: QuantileTable, rng: Rng): OrderSizes {
    const median = Math.max(1e-9, quantileAt(table, 0.5));
    return new OrderSizes(median, table.values.at(-1)!, rng, table);
  }

  /** One size, in lots. */
  draw(): number {
    if (this.#table !== null) {
      return Math.max(1, Math.round(quantileAt(this.#table, this.#rng.uniform())));
    }
    const drawn = this.medianLots * Math.exp(SIZE_DEVIATION * standardNormal(this.#rng));
    return Math.max(1, Math.round(Math.min(drawn, this.#cutLots)));
  }
}
