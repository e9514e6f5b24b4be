import { expect, it } from 'vitest';
import { periodogram, realFft, welch } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';

const fixture = load('spectral');

it.skipIf(fixture === null)('FFT, periodogram and Welch equal scipy and numpy', () => {
  const { input, expected, tolerance } = fixture!;
  const x = series(input.x);
  const { re, im } = realFft(x);
  comparison!.compare('/rfft_real', re, tolerance);
  comparison!.compare('/rfft_imag', im, tolerance);
  const single = periodogram(x);
  // One-sided: half of a segment and one.
  const averaged = welch(x, { segment: 2 * (expected.welch.length - 1) });
  if (!single.ok || !averaged.ok) return expect.fail('the spectra exist');
  comparison!.compare('/periodogram', single.value.power, tolerance);
  comparison!.compare('/welch', averaged.value.power, tolerance);
  comparison!.compare('/argmax_period', single.value.dominantPeriod, tolerance);
});

const comparison = fixture && new Comparison('spectral', fixture);
