import { nelderMead } from '../../quant/index.ts';

/** Where in a queue orders are cancelled. */
export interface QueueModel {
  /**
   * Exponent n of P(cancelled at or before x) = x^n / (x^n + (1 - x)^n): 1 is uniform over the queue,
   * above 1 the middle, below 1 both ends.
   */
  readonly exponent: number;
  readonly standardError: number;
  /** Mean place, 0 front to 1 back; below 0.5 cancels help those behind more than by chance. */
  readonly meanPosition: number;
  readonly cancels: number;
}

/** Fewest cancels that the exponent is fitted to. */
const FEWEST_CANCELS = 100;

/** P(place <= x) under the power model. */
export function queueCdf(x: number, exponent: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return 1 / (1 + ((1 - x) / x) ** exponent);
}

/**
 * Fits the exponent to places by maximum likelihood: the log odds of a place are logistic with scale
 * 1 / n. Null for fewer than 100 places.
 *
 *   f(x) = n x^(n-1) (1 - x)^(n-1) / (x^n + (1 - x)^n)^2,   information per place (3 + pi^2) / (9 n^2)
 *
 * Source: the power probability queue model of hftbacktest; information of a logistic scale as in
 *         Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions 2, chapter 23.
 */
export function fitQueueModel(positions: Float64Array): QueueModel | null {
  const cancels = positions.length;
  if (cancels < FEWEST_CANCELS) return null;
  const odds = positions.map((x) => Math.log(x / (1 - x)));
  const loss = (at: Float64Array): number => {
    const n = Math.exp(at[0]!);
    let sum = 0;
    for (const o of odds) {
      const z = Math.abs(n * o);
      sum += z + 2 * Math.log1p(Math.exp(-z));
    }
    return sum - cancels * at[0]!;
  };
  const exponent = Math.exp(nelderMead(loss, Float64Array.of(0)).x[0]!);
  return {
    exponent,
    standardError: (3 * exponent) / Math.sqrt((3 + Math.PI ** 2) * cancels),
    meanPosition: positions.reduce((a, b) => a + b, 0) / cancels,
    cancels,
  };
}
