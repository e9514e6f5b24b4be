// The engine's estimators equal test/features/reference-*.ts to the last bit
// (test/features/engine-features.test.ts). Here those references, with a window that never forgets,
// equal the definitions over the whole sample: so the engine's forget where the definitions do not,
// and differ in nothing else.
import { describe, expect, it } from 'vitest';
import {
  bulkBuyShare,
  differences,
  sampleDeviation,
  tradeBars,
  volumeBuckets,
  vpinSeries,
} from '../../src/features/index.ts';
import { polynomialNormalCdf, ReferenceVpin } from '../features/reference-bars.ts';
import { ReferenceMean, ReferenceMoments } from '../features/reference-math.ts';
import { hasFixture, readFixture } from './typed-fixture.ts';

interface Input {
  readonly secs: {
    readonly price_last: readonly number[];
    readonly signed_volume: readonly number[];
    readonly dollar_volume: readonly number[];
  };
  readonly roll_synthetic_prices: readonly number[];
  readonly tick_prices: readonly number[];
}

interface Expected {
  readonly kyle: { readonly lambda: number; readonly r2: number; readonly hasbrouck_sqrt: number };
  readonly amihud_mean_abs_logret_per_dollar: number;
  readonly roll: { readonly cov_population: number };
  readonly roll_synthetic: { readonly cov_population: number };
}

interface Trades {
  readonly t_s: readonly number[];
  readonly price: readonly number[];
  readonly volume: readonly number[];
  readonly buckets_per_avg_day: number;
}

const closeTo = (actual: number, expected: number, relative: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));

const lineOf = (x: readonly number[], y: readonly number[]): ReferenceMoments => {
  const moments = new ReferenceMoments(Number.POSITIVE_INFINITY);
  for (const [i, value] of x.entries()) moments.add(value, y[i]!);
  return moments;
};

describe.skipIf(!hasFixture('microstructure.json'))('the incremental estimators', () => {
  const fixture = () => readFixture<Input, Expected, unknown>('microstructure.json');

  it('give Kyle’s lambda, its R² and Hasbrouck’s lambda of the whole sample', () => {
    const { input, expected } = fixture();
    const volumes = input.secs.signed_volume.slice(1);
    const changes = differences(input.secs.price_last);
    const kyle = lineOf(volumes, changes);
    closeTo(kyle.xy / kyle.xx, expected.kyle.lambda, 1e-8);
    closeTo((kyle.xy * kyle.xy) / (kyle.xx * kyle.yy), expected.kyle.r2, 1e-8);
    const roots = lineOf(
      volumes.map((v) => Math.sign(v) * Math.sqrt(Math.abs(v))),
      changes,
    );
    closeTo(roots.xy / roots.xx, expected.kyle.hasbrouck_sqrt, 1e-8);
  });

  it('give Roll’s population covariance of the whole sample', () => {
    const { input, expected } = fixture();
    for (const [prices, covariance] of [
      [input.tick_prices, expected.roll.cov_population],
      [input.roll_synthetic_prices, expected.roll_synthetic.cov_population],
    ] as const) {
      const changes = differences(prices);
      const line = lineOf(changes.slice(0, -1), changes.slice(1));
      expect(Math.abs(line.xy - covariance)).toBeLessThanOrEqual(1e-8 * line.xx);
    }
  });

  it('give Amihud’s ratio but for simple in place of log returns', () => {
    const { input, expected } = fixture();
    const { price_last: prices, dollar_volume: notionals } = input.secs;
    const ratio = new ReferenceMean(Number.POSITIVE_INFINITY);
    prices.slice(1).forEach((price, i) => {
      ratio.add(Math.abs(price / prices[i]! - 1) / notionals[i + 1]!);
    });
    // |log(1 + r) - r| is about r² / 2: of the size of a second's return.
    const largest = Math.max(...prices.slice(1).map((p, i) => Math.abs(p / prices[i]! - 1)));
    closeTo(ratio.value, expected.amihud_mean_abs_logret_per_dollar, largest);
  });
});

describe.skipIf(!hasFixture('vpin.json'))('the incremental VPIN', () => {
  it('equals the definition over the same buckets when their size is held', () => {
    const { input } = readFixture<Trades, unknown, unknown>('vpin.json');
    const bars = tradeBars(
      input.t_s.map((timeS, i) => ({ timeS, price: input.price[i]!, volume: input.volume[i]! })),
      1,
    );
    const size = bars.reduce((total, { volume }) => total + volume, 0) / input.buckets_per_avg_day;
    const changes = bars.map(({ open, close }) => close - open);
    const sigma = sampleDeviation(changes);
    const shares = changes.map((change) => bulkBuyShare(change, sigma));
    const vpin = new ReferenceVpin();
    bars.forEach(({ volume }, i) => {
      vpin.add(volume, polynomialNormalCdf(changes[i]! / sigma), size / 10);
    });
    const full = volumeBuckets(bars, shares, size).slice(0, -1).slice(-50);
    // The engine's polynomial is within 1.5e-7 of the distribution function: twice that of the share.
    const expected = vpinSeries(full, size, full.length).at(-1)!;
    // Rounding may leave the last full bucket open by a hair: then it is the one before.
    const before = vpinSeries(full.slice(0, -1), size, full.length - 1).at(-1)!;
    const off = Math.min(
      Math.abs(vpin.value().vpin - expected),
      Math.abs(vpin.value().vpin - before),
    );
    expect(off).toBeLessThanOrEqual(3e-7);
  });
});
