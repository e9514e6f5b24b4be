import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { SimulatedVenue } from '../../../src/adapters/simulator/index.ts';
import { addMs, seededRng } from '../../../src/core/index.ts';
import { BTC_MARKET, ETH_MARKET, freshDirectory, openVenue, SOL_MARKET } from './fixture.ts';
import { flat, MarketMeter, type MarketStatistics } from './market-statistics.ts';

const recorded = new URL('../../../../shared/market/binance_raw/', import.meta.url);

/** The recorded markets: file and tick size. */
const CAPTURES = [
  ['usdm_btcusdt_20240808.ws.gz', 0.1],
  ['spot_btcusdt_20240808.ws.gz', 0.01],
  ['spot_ethusdt_20240808.ws.gz', 0.01],
  ['cm_btcusd_perp_20240808.ws.gz', 0.1],
] as const;

/** Length of the captures: the generated market is measured in windows as long, seconds. */
const WINDOW_S = 345;
const WINDOWS = 6;

/**
 * Least and greatest value in the four captures. The band in which the generated market must lie is
 * wider by the factor 1.3 on both sides, and for autocorrelations by two standard errors
 * of one capture, 2 / sqrt(345) = 0.108.
 */
const RECORDED = new Map<string, readonly [number, number]>([
  ['spreadOneTick', [0.991, 0.997]],
  ['spreadMean', [1.059, 1.568]],
  ['depthWithin.1', [0.045, 0.381]],
  ['depthWithin.2', [0.092, 0.432]],
  ['depthWithin.5', [0.396, 0.643]],
  ['touchShare', [0.18, 0.366]],
  ['nearOverFar', [0.605, 1.52]],
  ['sizeQuantile.25', [0.183, 0.25]],
  ['sizeQuantile.75', [5.063, 24.591]],
  ['sizeQuantile.90', [16.563, 113.636]],
  ['sizeQuantile.99', [71.625, 586.693]],
  ['sameMillisecond', [0.67, 0.753]],
  ['gapVariation', [1.439, 1.993]],
  ['gapQuantile.50', [0.097, 0.444]],
  ['gapQuantile.90', [2.773, 3.266]],
  ['gapQuantile.99', [6.617, 8.755]],
  ['kurtosis', [9.775, 29.209]],
  ['stillSeconds', [0.459, 0.668]],
  ['absoluteReturnAcf.1', [-0.002, 0.139]],
  ['absoluteReturnAcf.5', [0.003, 0.069]],
  ['absoluteReturnAcf.10', [-0.018, 0.045]],
  ['returnAcf', [-0.095, 0.078]],
  ['signAcf.1', [0.782, 0.864]],
  ['signAcf.10', [0.425, 0.599]],
]);

const WIDER = 1.3;
const TWO_ERRORS = 0.108;

/** The band of one statistic. */
function band(name: string): readonly [number, number] {
  const [least, greatest] = RECORDED.get(name)!;
  if (name.includes('Acf')) return [least - TWO_ERRORS, greatest + TWO_ERRORS];
  if (name === 'spreadOneTick') return [1 - (1 - least) * WIDER, 1];
  return [least / WIDER, greatest * WIDER];
}

/** What of the statistics lies outside its band, in words; empty when everything is inside. */
const outside = (statistics: ReadonlyMap<string, number>): string[] =>
  [...statistics].flatMap(([name, value]) => {
    const [low, high] = band(name);
    if (value >= low && value <= high) return [];
    return [`${name} is ${value.toFixed(3)}, allowed ${low.toFixed(3)} to ${high.toFixed(3)}`];
  });

const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** The median of each statistic over windows. */
const medians = (windows: readonly MarketStatistics[]): ReadonlyMap<string, number> => {
  const maps = windows.map(flat);
  return new Map([...maps[0]!.keys()].map((name) => [name, median(maps.map((m) => m.get(name)!))]));
};

const MARKETS = [
  ['BTCUSDT', BTC_MARKET, 0.1],
  ['ETHUSDT', ETH_MARKET, 0.01],
  ['SOLUSDT', SOL_MARKET, 0.001],
] as const;

/** Measures the three default markets over some windows of one venue's life. */
function measure(seed: number): readonly (readonly MarketStatistics[])[] {
  const instruments = MARKETS.map(([, market]) => market);
  const venue = openVenue({ instruments, seed, directory: freshDirectory() });
  const windows: MarketStatistics[][] = MARKETS.map(() => []);
  for (let window = 0; window < WINDOWS; window += 1) {
    const meters = MARKETS.map(([, , tick]) => new MarketMeter(tick));
    venue.onFrame(({ symbol, seconds, nanoseconds, bytes }) => {
      meters[symbol]!.read(seconds + nanoseconds / 1e9, Buffer.from(bytes).toString('latin1'));
    });
    for (const { instrument } of instruments) venue.requestSnapshot(instrument.index);
    venue.advanceTo(addMs(venue.now(), WINDOW_S * 1000));
    meters.forEach((meter, symbol) => {
      windows[symbol]!.push(meter.statistics());
    });
  }
  venue.close();
  return windows;
}

describe('the statistics of the generated market', () => {
  let generated: readonly (readonly MarketStatistics[])[] = [];

  beforeAll(() => {
    generated = measure(1);
  }, 120_000);

  it.each(MARKETS.map(([name], index) => [name, index] as const))(
    'of %s lie in the bands of the recorded markets',
    (_, index) => {
      expect(outside(medians(generated[index]!))).toEqual([]);
    },
  );
});

describe.skipIf(!existsSync(fileURLToPath(recorded)))(
  'the recorded markets (skipped where ../shared/market is absent)',
  () => {
    it('have the statistics that the bands are made of', () => {
      const measured = CAPTURES.map(([file, tick]) => {
        const meter = new MarketMeter(tick);
        const text = gunzipSync(readFileSync(new URL(file, recorded))).toString('latin1');
        for (const line of text.split('\n')) {
          const space = line.indexOf(' ');
          if (space > 0) meter.read(Number(line.slice(0, space)) / 1e9, line.slice(space + 1));
        }
        return flat(meter.statistics());
      });
      for (const [name, [least, greatest]] of RECORDED) {
        const values = measured.map((map) => map.get(name)!);
        expect([name, Math.min(...values)]).toEqual([name, expect.closeTo(least, 2)]);
        expect([name, Math.max(...values)]).toEqual([name, expect.closeTo(greatest, 2)]);
      }
    });
  },
);

describe('the bands', () => {
  it('refuse a market without clusters, heavy tails, walls or still seconds', () => {
    const rng = seededRng(1);
    const meter = new MarketMeter(1);
    const text = (x: number) => String(x);
    const levels = (side: 1 | -1, middle: number) =>
      Array.from({ length: 400 }, (_, i) => [text(middle + side * (i + 1)), '1']);
    let middle = 100_000;
    meter.read(
      0,
      JSON.stringify({ lastUpdateId: 1, bids: levels(-1, middle), asks: levels(1, middle) }),
    );
    for (let ms = 0; ms < WINDOW_S * 1000; ms += 20) {
      const at = ms / 1000;
      middle += rng.uniform() < 0.5 ? 2 : -2;
      const bids = levels(-1, middle);
      const asks = levels(1, middle);
      const e = { e: 'depthUpdate', b: bids, a: asks };
      if (ms % 1000 === 0) meter.read(at, JSON.stringify({ lastUpdateId: 1, bids, asks }));
      if (ms % 1000 === 0) meter.read(at, JSON.stringify({ data: e }));
      meter.read(at, JSON.stringify({ data: { b: text(middle - 1), a: text(middle + 1) } }));
      if (rng.uniform() < 0.1) {
        const trade = {
          e: 'trade',
          p: '1',
          q: text(1 + rng.uniform()),
          T: ms,
          m: rng.uniform() < 0.5,
        };
        meter.read(at, JSON.stringify({ data: trade }));
      }
    }
    const wrong = outside(flat(meter.statistics())).map((line) => line.split(' ')[0]);
    expect(wrong).toEqual(
      expect.arrayContaining([
        'spreadOneTick',
        'touchShare',
        'sizeQuantile.99',
        'sameMillisecond',
        'gapVariation',
        'kurtosis',
        'stillSeconds',
        'signAcf.1',
      ]),
    );
  });
});

describe('the volatility of the generated market', () => {
  it('is what was asked for, over many sessions, within 15 %', () => {
    let variance = 0;
    const sessions = 40;
    for (let seed = 1; seed <= sessions; seed += 1) {
      const venue = openVenue({ seed });
      let before = venue.touch(0);
      for (let step = 0; step < 30; step += 1) {
        venue.advanceTo(addMs(venue.now(), 10_000));
        const after = venue.touch(0);
        const middle = (t: typeof before) => t.bidTicks + t.askTicks;
        variance += Math.log(middle(after) / middle(before)) ** 2;
        before = after;
      }
      venue.close();
    }
    const perDay = Math.sqrt((variance / (sessions * 300)) * 86_400);
    expect(perDay).toBeGreaterThan(0.03 * 0.85);
    expect(perDay).toBeLessThan(0.03 * 1.15);
  }, 120_000);

  it('clusters: absolute returns stay correlated for a minute, signed returns are not', () => {
    const absolute: number[] = [];
    const signed: number[] = [];
    for (let seed = 1; seed <= 2; seed += 1) {
      const venue = openVenue({ seed: seed + 100 });
      let before = venue.touch(0);
      for (let second = 0; second < 3600; second += 1) {
        venue.advanceTo(addMs(venue.now(), 1000));
        const after = venue.touch(0);
        const r = Math.log((after.bidTicks + after.askTicks) / (before.bidTicks + before.askTicks));
        signed.push(r);
        absolute.push(Math.abs(r));
        before = after;
      }
      venue.close();
    }
    const acf = (x: readonly number[], lag: number) => {
      const mean = x.reduce((a, b) => a + b, 0) / x.length;
      let top = 0;
      let bottom = 0;
      for (let i = 0; i < x.length; i += 1) {
        bottom += (x[i]! - mean) ** 2;
        if (i >= lag) top += (x[i]! - mean) * (x[i - lag]! - mean);
      }
      return top / bottom;
    };
    expect(acf(absolute, 1)).toBeGreaterThan(0.05);
    expect(acf(absolute, 10)).toBeGreaterThan(0.03);
    expect(acf(absolute, 60)).toBeGreaterThan(0.01);
    expect(Math.abs(acf(signed, 1))).toBeLessThan(0.06);
    expect(Math.abs(acf(signed, 10))).toBeLessThan(0.06);
  }, 120_000);
});

describe('the speed of the generated market', () => {
  it('makes an hour of one instrument in seconds', () => {
    const opened = SimulatedVenue.open(
      { instruments: [BTC_MARKET], directory: freshDirectory() },
      openVenue().now(),
    );
    if (!opened.ok) throw new Error(opened.error.detail);
    // Time on the processor: other tests run on the same cores.
    const before = process.cpuUsage();
    opened.value.advanceTo(addMs(opened.value.now(), 3_600_000));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(60);
    opened.value.close();
  }, 180_000);
});
