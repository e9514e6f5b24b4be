import { assert } from '../core/index.ts';
import { byPeriod } from './microstructure.ts';

/** One trade as the classification needs it. */
export interface TimedTrade {
  readonly timeS: number;
  readonly price: number;
  readonly volume: number;
}

/** The trades of one period. */
export interface TradeBar {
  /** Number of the period since the origin. */
  readonly period: number;
  readonly open: number;
  readonly close: number;
  readonly volume: number;
}

/** One volume bucket. The last one may be open: its volume is then below the size. */
export interface VolumeBucket {
  readonly bought: number;
  readonly sold: number;
  /** Periods from the bar that began it to the bar that ended it. */
  readonly duration: number;
}

/**
 * The standard normal distribution function.
 *
 * Errors: absolute error below 1e-14; relative 1e-7 beyond seven deviations, 0 below -38.
 * Source: Hart (1968), Computer Approximations, in the form of West (2005), Wilmott Magazine.
 */
export function normalCdf(x: number): number {
  const z = Math.abs(x);
  if (z > 38) return x > 0 ? 1 : 0;
  const density = Math.exp((-z * z) / 2);
  const above = (coefficients: readonly number[]): number =>
    coefficients.reduce((value, c) => value * z + c, 0);
  const tail =
    z < 7.07106781186547
      ? (density *
          above([
            3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383,
            112.079291497871, 221.213596169931, 220.206867912376,
          ])) /
        above([
          8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461,
          296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752,
        ])
      : density / (z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))))) / Math.sqrt(2 * Math.PI);
  return x > 0 ? 1 - tail : tail;
}

/**
 * Gathers trades into bars of whole periods, counted from `originS`; periods without a trade have
 * no bar.
 */
export function tradeBars(
  trades: readonly TimedTrade[],
  periodS: number,
  originS = 0,
): readonly TradeBar[] {
  const groups = byPeriod(
    trades.map(({ timeS }) => timeS - originS),
    trades,
    periodS,
  );
  return groups.map(({ period, values }) => ({
    period,
    open: values[0]!.price,
    close: values.at(-1)!.price,
    volume: values.reduce((total, { volume }) => total + volume, 0),
  }));
}

/**
 * The share of a bar's volume that buyers began, from its price change alone.
 *
 *   Phi(dP / sigma_dP); one half where sigma is 0
 *
 * Source: Easley, Lopez de Prado & O'Hara (2012), Review of Financial Studies 25(5).
 */
export function bulkBuyShare(change: number, deviation: number): number {
  return deviation > 0 ? normalCdf(change / deviation) : 0.5;
}

/**
 * Fills buckets of equal volume with bars in turn; a bar that fills more than one is split in its
 * own share of buys. The last bucket is the open one, which may be empty.
 *
 * Requires: size > 0, volumes above zero, shares in [0, 1]; one share per bar.
 */
export function volumeBuckets(
  bars: readonly TradeBar[],
  buyShares: readonly number[],
  size: number,
): readonly VolumeBucket[] {
  assert(size > 0 && bars.length === buyShares.length, 'a size above 0 and one share per bar');
  const buckets: VolumeBucket[] = [];
  let [bought, sold, began] = [0, 0, bars[0]?.period ?? 0];
  for (const [i, { period, volume }] of bars.entries()) {
    const share = buyShares[i]!;
    let left = volume;
    while (left > 0) {
      const filled = bought + sold;
      if (filled === 0) began = period;
      // What rounding leaves of a bucket counts as full, else a stray bucket of nothing would follow.
      const room = size - filled;
      const taken = left < room - size * 1e-12 ? left : room;
      bought += taken * share;
      sold += taken * (1 - share);
      left = left - taken > size * 1e-12 ? left - taken : 0;
      if (taken === room) {
        buckets.push({ bought, sold, duration: period - began });
        [bought, sold] = [0, 0];
      }
    }
  }
  const last = bars.at(-1)?.period ?? 0;
  return [...buckets, { bought, sold, duration: bought + sold > 0 ? last - began : 0 }];
}

/**
 * The series of VPIN, one value per bucket; `null` before the window is full.
 *
 *   sum over the last n buckets of |bought - sold| / (n size)
 *
 * Source: Easley, Lopez de Prado & O'Hara (2012).
 */
export function vpinSeries(
  buckets: readonly VolumeBucket[],
  size: number,
  window: number,
): readonly (number | null)[] {
  assert(size > 0 && window >= 1, 'a size and a window above 0');
  return buckets.map((_, i) => {
    if (i + 1 < window) return null;
    const last = buckets.slice(i + 1 - window, i + 1);
    const total = last.reduce((sum, { bought, sold }) => sum + Math.abs(bought - sold), 0);
    return total / (window * size);
  });
}
