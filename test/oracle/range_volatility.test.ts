import { describe, it } from 'vitest';
import { type RangeEstimator, rangeVolatility } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';

const fixture = load('range_volatility');

const ESTIMATORS: Readonly<Record<string, RangeEstimator>> = {
  close: 'close',
  'garman.klass': 'garman-klass',
  parkinson: 'parkinson',
  'rogers.satchell': 'rogers-satchell',
  'gk.yz': 'garman-klass-yz',
  'yang.zhang': 'yang-zhang',
};

describe.skipIf(fixture === null)('volatility from the prices of bars', () => {
  if (fixture === null) return;
  const { ohlc, N: barsPerYear } = fixture.input;
  const bars = {
    open: series(ohlc.Open),
    high: series(ohlc.High),
    low: series(ohlc.Low),
    close: series(ohlc.Close),
  };
  const to = new Comparison('range_volatility', fixture);

  it('meets TTR at every bar, null before the first window', () => {
    for (const key of Object.keys(fixture.expected)) {
      const [, name, window] = /^(.*)_(\d+)$/.exec(key)!;
      const estimator = ESTIMATORS[name!]!;
      const got = rangeVolatility(bars, { estimator, window: Number(window), barsPerYear });
      if (!got.ok) throw new Error(got.error.detail);
      const missing = Array.from({ length: got.value.first }, () => null);
      to.compare(`/${key}`, [...missing, ...got.value.values], fixture.tolerance);
    }
  });
});
