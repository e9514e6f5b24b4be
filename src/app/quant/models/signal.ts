import { ok } from '../../../core/index.ts';
import {
  dfa,
  fractionalOrderGph,
  hurstRescaledRange,
  hurstRescaledRangeVariants,
  hurstWhittle,
  periodogram,
  realFft,
  waveletDenoise,
  waveletEnergy,
  waveletTransform,
  welch,
} from '../../../quant/index.ts';
import { columns, model, named, type QuantModel, refused } from '../model.ts';
import { choice, integer, number, numbers, or } from '../parameters.ts';

const spectrum = {
  sampleRate: or(number('samples per unit of time'), 1),
  detrend: or(choice('what is removed from a segment', ['mean', 'none']), 'mean'),
  scaling: or(choice('unit of the power', ['density', 'spectrum']), 'density'),
};

const wavelet = {
  moments: or(integer('vanishing moments of the Daubechies wavelet, 1 to 10'), 4),
  mode: or(choice('how the ends go on', ['symmetric', 'periodization']), 'symmetric'),
  level: integer('levels; default: as many as the length has'),
};

const windows = numbers('lengths of the windows; default: spaced by the length of x');

/** Spectra, wavelets and long memory. */
export const SIGNAL_MODELS: readonly QuantModel[] = [
  model({
    name: 'fft',
    about: 'discrete Fourier transform of a real series, frequencies 0 to half',
    roles: columns('x'),
    parameters: {},
    run: (given) => {
      const x = given.at(0);
      const at = x.findIndex((value) => !Number.isFinite(value));
      if (at >= 0) return refused(`x[${at}] is ${x[at]}; every value must be finite`);
      return x.length === 0 ? refused('x is empty') : ok(realFft(x));
    },
  }),
  model({
    name: 'periodogram',
    about: 'spectrum of the whole series',
    roles: columns('x'),
    parameters: { ...spectrum, window: or(choice('window', ['boxcar', 'hann']), 'boxcar') },
    run: (given, values) => periodogram(given.at(0), values),
  }),
  model({
    name: 'welch',
    about: 'spectrum averaged over overlapping segments',
    roles: columns('x'),
    parameters: {
      ...spectrum,
      window: or(choice('window', ['boxcar', 'hann']), 'hann'),
      segment: integer('values of a segment; default: 256, or all'),
      overlap: integer('values that neighbours share; default: half of a segment'),
    },
    run: (given, values) => welch(given.at(0), values),
  }),
  model({
    name: 'wavelet',
    about: 'Daubechies wavelet transform and the energy of each level',
    roles: columns('x'),
    parameters: wavelet,
    run: (given, values) => {
      const transform = waveletTransform(given.at(0), values);
      if (!transform.ok) return transform;
      return ok({ ...transform.value, energy: waveletEnergy(transform.value) });
    },
  }),
  model({
    name: 'wavelet-denoise',
    about: 'series without its noise, by soft thresholds on the wavelet details',
    roles: columns('x'),
    parameters: wavelet,
    run: (given, values) => waveletDenoise(given.at(0), values),
  }),
  model({
    name: 'hurst',
    about: 'Hurst exponent by rescaled ranges; x are steps, not levels',
    roles: columns('x'),
    parameters: {
      windows,
      correction: or(
        choice('for short windows', ['anis-lloyd-peters', 'none']),
        'anis-lloyd-peters',
      ),
    },
    run: (given, values) => named('hurst', hurstRescaledRange(given.at(0), values)),
  }),
  model({
    name: 'hurst-variants',
    about: "the four rescaled-range estimates of R's pracma",
    roles: columns('x'),
    parameters: { least: or(integer('shortest window'), 50) },
    run: (given, { least }) => hurstRescaledRangeVariants(given.at(0), least),
  }),
  model({
    name: 'dfa',
    about: 'detrended fluctuation analysis',
    roles: columns('x'),
    parameters: { windows },
    run: (given, values) => dfa(given.at(0), values.windows),
  }),
  model({
    name: 'whittle',
    about: "Hurst exponent of fractional Gaussian noise by Whittle's likelihood",
    roles: columns('x'),
    parameters: {},
    run: (given) => hurstWhittle(given.at(0)),
  }),
  model({
    name: 'gph',
    about: 'order of fractional differencing by the log periodogram',
    roles: columns('x'),
    parameters: { bandwidth: or(number('exponent of n that gives the frequencies'), 0.5) },
    run: (given, { bandwidth }) => fractionalOrderGph(given.at(0), bandwidth),
  }),
];
