import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as quant from '../../src/quant/index.ts';

type Bars = quant.HighLowCloseVolume;

/** A walk whose steps come from a linear congruence. */
function walk(n: number, level = 100): Bars {
  let state = 99991;
  const next = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  const bars = { high: [], low: [], close: [], volume: [] } as Record<keyof Bars, number[]>;
  let price = level;
  for (let i = 0; i < n; i += 1) {
    price *= 1 + (next() - 0.5) / 40;
    bars.close.push(price);
    bars.high.push(price * (1 + next() / 100));
    bars.low.push(price * (1 - next() / 100));
    bars.volume.push(1 + Math.floor(next() * 1000));
  }
  const array = (key: keyof Bars) => Float64Array.from(bars[key]);
  return { high: array('high'), low: array('low'), close: array('close'), volume: array('volume') };
}

/** Every indicator with its default or a usual period. */
const every: Record<string, (bars: Bars) => quant.QuantResult<unknown>> = {
  sma: ({ close }) => quant.sma(close, 7),
  ema: ({ close }) => quant.ema(close, 7),
  wma: ({ close }) => quant.wma(close, 7),
  dema: ({ close }) => quant.dema(close, 7),
  hma: ({ close }) => quant.hma(close, 9),
  zlema: ({ close }) => quant.zlema(close, 7),
  vwap: ({ close, volume }) => quant.vwap(close, volume, 7),
  kama: ({ close }) => quant.kama(close),
  moments: ({ close }) => quant.rollingMoments(close, 7, 1),
  extremes: ({ close }) => quant.rollingExtremes(close, 7),
  rsi: ({ close }) => quant.rsi(close),
  macd: ({ close }) => quant.macd(close),
  stochastic: (bars) => quant.stochastic(bars),
  cci: (bars) => quant.cci(bars),
  mfi: (bars) => quant.mfi(bars),
  cmo: ({ close }) => quant.cmo(close),
  williams: (bars) => quant.williamsR(bars),
  ultimate: (bars) => quant.ultimateOscillator(bars),
  trix: ({ close }) => quant.trix(close),
  momentum: ({ close }) => quant.momentum(close, 5),
  change: ({ close }) => quant.rateOfChange(close, 5),
  kst: ({ close }) => quant.knowSureThing(close),
  tsi: ({ close }) => quant.trueStrength(close),
  stc: ({ close }) => quant.schaffTrendCycle(close),
  adx: (bars) => quant.adx(bars),
  aroon: (bars) => quant.aroon(bars),
  sar: (bars) => quant.parabolicSar(bars),
  ichimoku: (bars) => quant.ichimoku(bars),
  vortex: (bars) => quant.vortex(bars),
  bollinger: ({ close }) => quant.bollingerBands(close),
  atr: (bars) => quant.averageTrueRange(bars),
  donchian: (bars) => quant.donchianChannel(bars),
  chaikinVolatility: (bars) => quant.chaikinVolatility(bars),
  keltner: (bars) => quant.keltnerChannel(bars),
  mass: (bars) => quant.massIndex(bars),
  ulcer: ({ close }) => quant.rollingUlcer(close),
  obv: ({ close, volume }) => quant.onBalanceVolume(close, volume),
  ad: (bars) => quant.accumulationDistribution(bars),
  cmf: (bars) => quant.chaikinMoneyFlow(bars),
};

/** The arrays of a result that must be there. */
function arrays(result: quant.QuantResult<unknown>): Float64Array[] {
  if (!result.ok) throw new Error(result.error.detail);
  if (result.value instanceof Float64Array) return [result.value];
  return Object.values(result.value as Record<string, Float64Array>);
}

const lastValues = (result: quant.QuantResult<unknown>): number[] =>
  arrays(result).map((x) => x[x.length - 1]!);

describe('indicators', () => {
  it.each(Object.entries(every))(
    '%s needs no later bar: a prefix gives the same values',
    (name, run) => {
      const bars = walk(400);
      const cut = (n: number): Bars => ({
        high: bars.high.slice(0, n),
        low: bars.low.slice(0, n),
        close: bars.close.slice(0, n),
        volume: bars.volume.slice(0, n),
      });
      const whole = arrays(run(bars));
      // The stop of SAR begins at a distance that the whole series sets.
      if (name === 'sar') return expect(whole[0]!.every(Number.isFinite)).toBe(true);
      for (const n of [121, 128, 200, 399]) {
        arrays(run(cut(n))).forEach((part, k) => {
          expect(part).toEqual(whole[k]!.subarray(0, n));
        });
      }
    },
  );

  it.each(Object.entries(every))('%s gives numbers on a market that never moves', (_name, run) => {
    const flat = new Float64Array(200).fill(100);
    const bars = { high: flat, low: flat, close: flat, volume: new Float64Array(200) };
    for (const value of lastValues(run(bars))) expect(value).not.toBeNaN();
  });

  it.each(Object.entries(every))('%s names the value that is not finite', (_name, run) => {
    const bars = walk(200);
    for (const x of Object.values(bars)) x[150] = Number.NaN;
    const result = run(bars);
    expect(result.ok ? '' : result.error.detail).toMatch(/\[150\] is NaN/);
  });

  it.each(Object.entries(every).filter(([name]) => !['obv', 'ad'].includes(name)))(
    '%s says how many bars it needs when there are too few',
    (_name, run) => {
      const result = run(walk(1));
      expect(result.ok ? '' : result.error.detail).toMatch(/has 1 values; at least \d+ are needed/);
    },
  );

  it('forget a price a million times as high when it has left the window', () => {
    const x = Float64Array.from({ length: 300 }, (_, i) => 1 + (i % 7) / 8);
    const spiked = Float64Array.from(x);
    spiked[100] = 1e15;
    for (const run of [
      (y: Float64Array) => quant.sma(y, 20),
      (y: Float64Array) => quant.rollingMoments(y, 20),
    ]) {
      const [clean, after] = [arrays(run(x)), arrays(run(spiked))];
      clean.forEach((part, k) => {
        expect(after[k]!.subarray(120)).toEqual(part.subarray(120));
      });
    }
  });

  it('keep the digits of a deviation far from 0', () => {
    const x = Float64Array.from({ length: 500 }, (_, i) => 1e9 + ((i * 37) % 101) / 128);
    const got = arrays(quant.rollingMoments(x, 50));
    for (let i = 49; i < 500; i += 1) {
      const window = x.subarray(i - 49, i + 1).map((v) => v - 1e9);
      const mean = window.reduce((sum, v) => sum + v, 0) / 50;
      const variance = window.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 50;
      expect(Math.abs(got[1]![i]! - variance) / variance).toBeLessThan(1e-12);
    }
  });

  it.each([
    [
      'a period of 0',
      () => quant.sma(walk(50).close, 0),
      'period is 0; allowed are whole numbers from 1',
    ],
    [
      'half a bar',
      () => quant.rsi(walk(50).close, 2.5),
      'period is 2.5; allowed are whole numbers from 1',
    ],
    [
      'a price of 0',
      () => quant.rateOfChange(new Float64Array(9), 2),
      'x[0] is 0; prices must be above 0',
    ],
    [
      'unequal lengths',
      () => quant.onBalanceVolume(new Float64Array(3), new Float64Array(4)),
      'volume has 4 values where the others have 3',
    ],
    [
      'a low below 0 in a money flow',
      () => quant.mfi({ ...walk(50), low: new Float64Array(50).fill(-1) }),
      'low[0] is -1; a price may not be below 0',
    ],
    [
      'a change of a mean of 0',
      () => quant.trix(new Float64Array(100).fill(1, 50), 10, 7),
      'x[0] is 0; prices must be above 0',
    ],
    [
      'a percentage of a mean of 0',
      () => quant.macd(new Float64Array(100).fill(1, 50), { scale: 'percent' }),
      'x[0] is 0; prices must be above 0',
    ],
    [
      'a gap that is no number',
      () => quant.parabolicSar(walk(50), { gap: Number.NaN }),
      'gap is NaN; it must be finite and not below 0',
    ],
  ])('refuse %s', (_what, run, detail) => {
    const result = run();
    expect(result.ok ? '' : result.error.detail).toBe(detail);
  });

  it.each(Object.entries(every))('%s refuses sizes whose squares no double holds', (name, run) => {
    for (const level of [1e299, 1e-299]) {
      const result = run(walk(200, level));
      const allowed = /\[0\] is .*e[+-]\d+; (allowed are 0 and sizes from 1e-100 to 1e\+100)/;
      // Of prices on a scale of logarithms none is out of range.
      if (name === 'kst') expect(result.ok).toBe(true);
      else expect(result.ok ? '' : result.error.detail).toMatch(allowed);
    }
  });

  it.each(Object.entries(every))(
    '%s gives finite numbers within the sizes it takes',
    (_name, run) => {
      for (const level of [1e97, 1e-98]) {
        for (const value of lastValues(run(walk(400, level))))
          expect(value).toSatisfy(Number.isFinite);
      }
    },
  );

  it.each(
    Object.entries(every).filter(([, run]) => {
      const bars = walk(200);
      return run.toString().includes('bars') && run(bars).ok;
    }),
  )('%s refuses a bar whose high is below its low', (_name, run) => {
    const bars = walk(200);
    bars.high[70] = bars.low[70]! / 2;
    const result = run(bars);
    expect(result.ok ? '' : result.error.detail).toMatch(/^high\[70\] is .*, below low\[70\], /);
  });

  it('take a partial span longer than any series as one over all its bars', () => {
    const bars = walk(90);
    const over = (span: number) => quant.ichimoku(bars, { span, spanWindow: 'partial' });
    expect(over(Number.MAX_SAFE_INTEGER)).toEqual(over(90));
    expect(over(91)).toEqual(over(90));
  });

  it('refuse a volume below 0', () => {
    const bars = { ...walk(50), volume: new Float64Array(50).fill(-1) };
    for (const result of [
      quant.onBalanceVolume(bars.close, bars.volume),
      quant.vwap(bars.close, bars.volume, 2),
      quant.mfi(bars),
      quant.chaikinMoneyFlow(bars),
      quant.accumulationDistribution(bars),
    ]) {
      const detail = result.ok ? '' : result.error.detail;
      expect(detail).toBe('volume[0] is -1; a volume may not be below 0');
    }
  });
});

/** One hash over the bits of all indicators. */
function digest(): string {
  const hash = createHash('sha256');
  const bars = walk(1003);
  for (const run of Object.values(every)) {
    for (const x of arrays(run(bars))) {
      // Any NaN is as good as another.
      const bits = new BigUint64Array(x.buffer, x.byteOffset, x.length);
      hash.update(BigUint64Array.from(bits, (b, i) => (Number.isNaN(x[i]!) ? 0n : b)));
    }
  }
  return hash.digest('hex');
}

it('the bits of all indicators are the same on every target', () => {
  // scripts/test.mjs runs this folder on each target of the machine.
  expect(digest()).toBe('2b1826d900a66e0e18f3b033e70e7767478802bde3194291ad5e1f8506a2f33a');
});
