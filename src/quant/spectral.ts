import { ok } from '../core/index.ts';
import { badInput, finiteResult, type QuantResult } from './errors.ts';
import { realFft } from './fft.ts';
import { sampleFault } from './sample-fault.ts';

/** How a spectrum is estimated. */
export interface SpectrumOptions {
  /** Samples per unit of time. Default 1. */
  readonly sampleRate?: number;
  /** 'hann' is the periodic one, as for spectra. Default: 'boxcar' for `periodogram`, 'hann' for `welch`. */
  readonly window?: 'boxcar' | 'hann';
  /** 'mean' removes the mean of every segment. Default 'mean'. */
  readonly detrend?: 'mean' | 'none';
  /** 'density' in power per frequency, 'spectrum' in power. Default 'density'. */
  readonly scaling?: 'density' | 'spectrum';
}

/** How `welch` cuts segments. */
export interface WelchOptions extends SpectrumOptions {
  /** Values of a segment. Default 256, or all when there are fewer. */
  readonly segment?: number;
  /** Values that neighbouring segments share. Default half of a segment. */
  readonly overlap?: number;
}

/** A one-sided power spectrum. */
export interface Spectrum {
  readonly frequency: Float64Array;
  readonly power: Float64Array;
  /** 1 / frequency of the greatest power without frequency 0; Infinity where all power is 0. */
  readonly dominantPeriod: number;
}

function taper(kind: 'boxcar' | 'hann', n: number): Float64Array {
  if (kind === 'boxcar') return new Float64Array(n).fill(1);
  return Float64Array.from({ length: n }, (_, t) => 0.5 - 0.5 * Math.cos((2 * Math.PI * t) / n));
}

/** Adds |FFT|^2 of one segment, mean removed and windowed, to `power`. */
function addSegment(
  x: Float64Array,
  window: Float64Array,
  detrend: 'mean' | 'none',
  power: Float64Array,
): void {
  const n = x.length;
  const mean = detrend === 'mean' ? x.reduce((sum, v) => sum + v, 0) / n : 0;
  const { re, im } = realFft(x.map((v, t) => (v - mean) * window[t]!));
  for (let k = 0; k < power.length; k += 1) power[k] = power[k]! + re[k]! ** 2 + im[k]! ** 2;
}

function finish(
  power: Float64Array,
  segments: number,
  window: Float64Array,
  options: SpectrumOptions,
): QuantResult<Spectrum> {
  const rate = options.sampleRate ?? 1;
  const n = window.length;
  const norm =
    options.scaling === 'spectrum'
      ? window.reduce((sum, w) => sum + w, 0) ** 2
      : rate * window.reduce((sum, w) => sum + w * w, 0);
  const frequency = new Float64Array(power.length);
  let peak = 0;
  for (let k = 0; k < power.length; k += 1) {
    frequency[k] = (k * rate) / n;
    // Bins with a mirror image hold half of their power; 0 and n / 2 have none.
    const sides = k === 0 || 2 * k === n ? 1 : 2;
    power[k] = (power[k]! * sides) / (segments * norm);
    if (k > 0 && power[k]! > (peak === 0 ? 0 : power[peak]!)) peak = k;
  }
  const dominantPeriod = peak === 0 ? Infinity : 1 / frequency[peak]!;
  const sound = finiteResult({ frequency, power });
  return sound.ok ? ok({ ...sound.value, dominantPeriod }) : sound;
}

function optionFault(options: SpectrumOptions): string | null {
  const rate = options.sampleRate ?? 1;
  return rate > 0 && Number.isFinite(rate)
    ? null
    : `sampleRate is ${rate}; it must be a finite number above 0`;
}

/**
 * Estimates the spectrum from the whole series: |FFT|^2 / (rate sum w^2), doubled for the bins with a
 * mirror image.
 *
 * Errors: `bad-input` for fewer than 2 values, values that are not finite or too large to be squared, a
 *         rate that is not above 0.
 */
export function periodogram(x: Float64Array, options: SpectrumOptions = {}): QuantResult<Spectrum> {
  const fault = sampleFault('x', x, 2) ?? optionFault(options);
  if (fault !== null) return badInput(fault);
  const window = taper(options.window ?? 'boxcar', x.length);
  const power = new Float64Array(Math.floor(x.length / 2) + 1);
  addSegment(x, window, options.detrend ?? 'mean', power);
  return finish(power, 1, window, options);
}

/**
 * Estimates the spectrum by Welch's average over windowed, overlapping segments; values after the last
 * whole segment are not used.
 *
 * Errors: as `periodogram`; also a segment longer than the series or an overlap not below it.
 * Source: Welch (1967), IEEE Trans. Audio Electroacoustics 15(2).
 */
export function welch(x: Float64Array, options: WelchOptions = {}): QuantResult<Spectrum> {
  const fault = sampleFault('x', x, 2) ?? optionFault(options);
  if (fault !== null) return badInput(fault);
  const segment = options.segment ?? Math.min(256, x.length);
  if (!Number.isInteger(segment) || segment < 2 || segment > x.length) {
    return badInput(`segment is ${segment}; allowed are whole numbers from 2 to ${x.length}`);
  }
  const overlap = options.overlap ?? Math.floor(segment / 2);
  if (!Number.isInteger(overlap) || overlap < 0 || overlap >= segment) {
    return badInput(`overlap is ${overlap}; allowed are whole numbers from 0 to ${segment - 1}`);
  }
  const window = taper(options.window ?? 'hann', segment);
  const power = new Float64Array(Math.floor(segment / 2) + 1);
  let segments = 0;
  for (let start = 0; start + segment <= x.length; start += segment - overlap) {
    addSegment(x.subarray(start, start + segment), window, options.detrend ?? 'mean', power);
    segments += 1;
  }
  return finish(power, segments, window, options);
}
