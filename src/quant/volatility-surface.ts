import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { fitSvi, type SmileQuotes, type SviSlice, sviVariance } from './svi.ts';

/** Where a surface would give money for nothing. */
export interface SurfaceArbitrage {
  readonly kind: 'butterfly' | 'calendar';
  /** Expiry of the slice; of the later one for a calendar. */
  readonly years: number;
  /** ln(strike / forward) of the worst point. */
  readonly logMoneyness: number;
  /** How far below 0: the density's factor g, or the total variance gained from the earlier slice. */
  readonly amount: number;
}

/** A slice for every expiry, and what is wrong between and in them. */
export interface VolatilitySurface {
  /** By expiry, ascending. */
  readonly slices: readonly SviSlice[];
  readonly arbitrage: readonly SurfaceArbitrage[];
}

/**
 * Durrleman's function, a factor of the density of the price at k: below 0 a butterfly costs less than
 * nothing.
 *
 *   g = (1 - k w'/(2 w))^2 - w'^2/4 (1/w + 1/4) + w''/2
 *
 * Source:  Gatheral & Jacquier (2014), Arbitrage-free SVI volatility surfaces, eq. 2.1.
 */
export function sviDensityFactor(slice: SviSlice, k: number): number {
  const x = k - slice.m;
  const root = Math.sqrt(x * x + slice.sigma * slice.sigma);
  const w = sviVariance(slice, k);
  const slope = slice.b * (slice.rho + x / root);
  const bend = (slice.b * slice.sigma * slice.sigma) / root ** 3;
  return (1 - (k * slope) / (2 * w)) ** 2 - ((slope * slope) / 4) * (1 / w + 0.25) + bend / 2;
}

const gridPoints = 401;
/** Rounding of a fit does not count as arbitrage. */
const slack = 1e-9;

/** The worst point of a function over the quotes' range and half of it on either side. */
function worst(f: (k: number) => number, from: number, to: number): { k: number; value: number } {
  const margin = (to - from) / 2;
  let found = { k: from, value: Number.POSITIVE_INFINITY };
  for (let i = 0; i < gridPoints; i += 1) {
    const k = from - margin + ((to - from + 2 * margin) * i) / (gridPoints - 1);
    const value = f(k);
    if (value < found.value) found = { k, value };
  }
  return found;
}

/**
 * Looks for butterfly arbitrage inside slices and calendar arbitrage between neighbours, on 401 points
 * over the quotes and half their range on either side.
 *
 * Requires: slices by expiry, ascending.
 */
export function surfaceArbitrage(slices: readonly SviSlice[]): readonly SurfaceArbitrage[] {
  const found: SurfaceArbitrage[] = [];
  const add = (kind: SurfaceArbitrage['kind'], years: number, at: { k: number; value: number }) => {
    if (at.value < -slack) found.push({ kind, years, logMoneyness: at.k, amount: -at.value });
  };
  for (const [i, slice] of slices.entries()) {
    const { from, to, years } = slice;
    const density = (k: number): number =>
      sviVariance(slice, k) > 0 ? sviDensityFactor(slice, k) : -1;
    add('butterfly', years, worst(density, from, to));
    const before = slices[i - 1];
    if (before === undefined) continue;
    const gain = (k: number): number => sviVariance(slice, k) - sviVariance(before, k);
    add('calendar', years, worst(gain, Math.min(from, before.from), Math.max(to, before.to)));
  }
  return found;
}

/**
 * Fits SVI to every expiry of a chain and reports what arbitrage the result would allow.
 *
 * Errors:  `bad-input` for no expiry or two of the same; the errors of fitSvi, with the expiry named.
 */
export function fitSurface(expiries: readonly SmileQuotes[]): QuantResult<VolatilitySurface> {
  if (expiries.length === 0) return badInput('there is no expiry');
  const sorted = [...expiries].sort((a, b) => a.years - b.years);
  const slices: SviSlice[] = [];
  for (const [i, quotes] of sorted.entries()) {
    if (quotes.years === sorted[i - 1]?.years)
      return badInput(`two expiries of ${quotes.years} years`);
    const slice = fitSvi(quotes);
    if (!slice.ok) {
      const detail = `expiry of ${quotes.years} years: ${slice.error.detail}`;
      return { ok: false, error: { code: slice.error.code, detail } };
    }
    slices.push(slice.value);
  }
  const arbitrage = surfaceArbitrage(slices);
  return arbitrage.every(({ amount }) => Number.isFinite(amount))
    ? ok({ slices, arbitrage })
    : badInput('the arbitrage leaves the range of doubles');
}
