import { describe, it } from 'vitest';
import {
  bulkBuyShare,
  differences,
  normalCdf,
  sampleDeviation,
  tradeBars,
  volumeBuckets,
  vpinSeries,
} from '../../src/features/index.ts';
import { expectAllFields, hasFixture, readFixture } from './typed-fixture.ts';

interface Input {
  readonly t_s: readonly number[];
  readonly price: readonly number[];
  readonly volume: readonly number[];
  readonly is_buyer_maker: readonly boolean[];
  readonly timebarsize_s: number;
  readonly buckets_per_avg_day: number;
  readonly samplength: number;
}

interface Expected {
  readonly PINstimation: {
    readonly cols: readonly string[];
    readonly vpin: readonly (number | null)[];
  };
  readonly bvc_1s_bars: {
    readonly z_first10: readonly number[];
    readonly buy_volume_first10: readonly number[];
  };
}

interface Tolerance {
  readonly bvc_abs: number;
  readonly bucket_rel: number;
  readonly vpin_abs: number;
}

const NAME = 'vpin.json';
const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

/** Bars classified by the change within the bar, buckets of the day's mean volume, as R's PINstimation does. */
function bucketsWithinBars(input: Input, expected: Expected) {
  const trades = input.t_s.map((timeS, i) => ({
    timeS,
    price: input.price[i]!,
    volume: input.volume[i]!,
  }));
  // R cuts time from the first trade on, not at whole seconds.
  const bars = tradeBars(trades, input.timebarsize_s, input.t_s[0]);
  const days = new Set(input.t_s.map((time) => Math.floor(time / 86_400)));
  const size = sum(input.volume) / days.size / input.buckets_per_avg_day;
  const changes = bars.map(({ open, close }) => close - open);
  const deviation = sampleDeviation(changes);
  const shares = changes.map((change) => bulkBuyShare(change, deviation));
  // Whether rounding leaves an empty bucket behind the last full one is the reference's to say.
  const buckets = volumeBuckets(bars, shares, size).slice(0, expected.PINstimation.vpin.length);
  const vpin = vpinSeries(buckets, size, input.samplength);
  return {
    params: {
      tbSize: input.timebarsize_s,
      buckets: input.buckets_per_avg_day,
      samplength: input.samplength,
      VBS: size,
      ndays: days.size,
    },
    buckets: {
      bucket: buckets.map((_, i) => i + 1),
      'agg.bvol': buckets.map(({ bought }) => bought),
      'agg.svol': buckets.map(({ sold }) => sold),
      aoi: buckets.map(({ bought, sold }) => Math.abs(bought - sold)),
      vpin,
      duration: buckets.map(({ duration }) => duration * input.timebarsize_s),
    },
    vpin,
  };
}

/** One-second bars classified by the change from close to close; the first has none. */
function closeToClose(input: Input, expected: Expected) {
  const trades = input.t_s.map((timeS, i) => ({
    timeS,
    price: input.price[i]!,
    volume: input.volume[i]!,
  }));
  const bars = tradeBars(trades, 1);
  const changes = differences(bars.map(({ close }) => close));
  const deviation = sampleDeviation(changes);
  const volumes = bars.slice(1).map(({ volume }) => volume);
  const shares = changes.map((change) => normalCdf(change / deviation));
  const bought = shares.map((share, i) => share * volumes[i]!);
  const { z_first10, buy_volume_first10 } = expected.bvc_1s_bars;
  return {
    sigma_dp_ddof1: deviation,
    z_first10: shares.slice(0, z_first10.length),
    buy_volume_first10: bought.slice(0, buy_volume_first10.length),
    total_buy: sum(bought),
    total: sum(volumes),
  };
}

describe('bulk volume classification and VPIN', () => {
  it.skipIf(!hasFixture(NAME))(
    'equal every field of the reference fixture but its column names',
    () => {
      const { input, expected, tolerance } = readFixture<Input, Expected, Tolerance>(NAME);
      const buyers = input.volume.filter((_, i) => !input.is_buyer_maker[i]);
      const actual = {
        PINstimation: bucketsWithinBars(input, expected),
        bvc_1s_bars: closeToClose(input, expected),
        aggressor_buy_share: sum(buyers) / sum(input.volume),
      };
      const size = actual.PINstimation.params.VBS;
      const allowed = (path: string, x: number): number => {
        if (/\bvpin\b/.test(path)) return tolerance.vpin_abs;
        // A bucket of nothing but rounding has no relative precision: its size is the measure.
        if (path.startsWith('PINstimation.buckets')) {
          return tolerance.bucket_rel * Math.max(Math.abs(x), 1e-6 * size);
        }
        return tolerance.bvc_abs;
      };
      expectAllFields(NAME, actual, expected, allowed, {
        'PINstimation.cols': 'names of the R package’s columns, no numbers',
      });
    },
  );
});
