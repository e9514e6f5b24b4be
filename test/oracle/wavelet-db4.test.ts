import { expect, it } from 'vitest';
import * as quant from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';

const fixture = load('wavelet_db4');

/** The value of a result that must be there. */
function value<T>(result: quant.QuantResult<T>): T {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

it.skipIf(fixture === null)('transforms and denoising equal PyWavelets', () => {
  const { input, expected, tolerance } = fixture!;
  const compared = comparison!;
  const x = series(input.x);
  const filters = value(quant.daubechies(4));
  compared.compare('/filters/dec_lo', filters.decompositionLow, tolerance);
  compared.compare('/filters/dec_hi', filters.decompositionHigh, tolerance);
  compared.compare('/filters/rec_lo', filters.reconstructionLow, tolerance);
  compared.compare('/filters/rec_hi', filters.reconstructionHigh, tolerance);
  compared.compare('/waveslim_d8_lowpass', filters.reconstructionLow, tolerance);
  for (const mode of ['periodization', 'symmetric'] as const) {
    for (const name of Object.keys(expected[mode])) {
      const level = Number(name.match(/\d+/)![0]);
      const { coefficients } = value(quant.waveletTransform(x, { mode, level }));
      expect(coefficients.map((c) => c.length)).toEqual(
        expected[mode][name].map((c: number[]) => c.length),
      );
      compared.compare(`/${mode}/${name}`, coefficients, tolerance);
    }
  }
  const odd = value(quant.waveletTransform(series(input.y_odd), { level: 3 }));
  compared.compare('/symmetric_odd_level3', odd.coefficients, tolerance);
  const maximum = Object.keys(expected).find((name) => name.startsWith('max_level_'))!;
  const length = Number(maximum.match(/\d+/)![0]);
  compared.compare(`/${maximum}`, quant.maximumWaveletLevel(length));
  // The energies and the denoising of the fixture wrap around and use the same level.
  const level = expected.energy_per_level_periodization.length - 1;
  const wrapped = value(quant.waveletTransform(x, { mode: 'periodization', level }));
  compared.compare('/energy_per_level_periodization', quant.waveletEnergy(wrapped), tolerance);
  const denoised = value(quant.waveletDenoise(x, { mode: 'periodization', level }));
  compared.compare('/denoise_soft_universal/sigma', denoised.noiseDeviation, tolerance);
  compared.compare('/denoise_soft_universal/threshold', denoised.threshold, tolerance);
  compared.compare('/denoise_soft_universal/signal', denoised.signal, tolerance);
});

const comparison = fixture && new Comparison('wavelet_db4', fixture);
