import { ok } from '../core/index.ts';
import { normalSf } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { fitGarch, type GarchFit } from './garch.ts';
import type { GarchOptions } from './garch-model.ts';
import { sampleFault } from './sample-fault.ts';

/** Whether a stretch of returns holds jumps. */
export interface JumpTest {
  /** Sum of squared returns. */
  readonly realisedVariance: number;
  /** pi/2 times the sum of products of neighbours, corrected by n / (n - 1): jumps drop out. */
  readonly bipowerVariation: number;
  /** max(0, realised variance - bipower variation) / realised variance. */
  readonly jumpShare: number;
  /** Asymptotically standard normal without jumps. */
  readonly statistic: number;
  /** Of the one-sided test that there is no jump. */
  readonly pValue: number;
}

/** E|z|^(4/3) of a normal z, to the power -3. */
const TRIPOWER_SCALE = 0.8308609250295592 ** -3;

/**
 * Tests for jumps by the ratio of bipower to realised variation.
 *
 *   z = (1 - BV/RV) / sqrt((pi^2/4 + pi - 5) / n * max(1, TQ/BV^2)),   TQ the tripower quarticity
 *
 * Shapes:      returns[n] of one stretch (a day of intraday returns, say), n >= 10.
 * Errors:      `bad-input`, also where the bipower variation is 0.
 * Determinism: plain loops.
 * Source:      Barndorff-Nielsen and Shephard (2006), J. of Financial Econometrics 4(1); the ratio
 *              form of Huang and Tauchen (2005), ibid. 3(4), equation 15.
 */
export function jumpTest(returns: Float64Array): QuantResult<JumpTest> {
  const fault = sampleFault('returns', returns, 10);
  if (fault !== null) return badInput(fault);
  const n = returns.length;
  let [realised, bipower, tripower] = [0, 0, 0];
  for (let t = 0; t < n; t += 1) {
    const here = Math.abs(returns[t]!);
    realised += here * here;
    if (t >= 1) bipower += here * Math.abs(returns[t - 1]!);
    if (t >= 2) tripower += Math.cbrt(here * Math.abs(returns[t - 1]! * returns[t - 2]!)) ** 4;
  }
  bipower *= (Math.PI / 2) * (n / (n - 1));
  tripower *= n * TRIPOWER_SCALE * (n / (n - 2));
  // Below this the square of the ratio to the realised variance is no double.
  if (!(bipower > 1e-100 * realised)) {
    return badInput('returns have no two neighbours that both differ from 0');
  }
  const spread = (Math.PI ** 2 / 4 + Math.PI - 5) / n;
  const share = 1 - bipower / realised;
  const statistic = share / Math.sqrt(spread * Math.max(1, tripower / (bipower * bipower)));
  return ok({
    realisedVariance: realised,
    bipowerVariation: bipower,
    jumpShare: Math.max(0, share),
    statistic,
    pValue: normalSf(statistic),
  });
}

/** How single jumps are found. */
export interface JumpOptions {
  /** Returns behind each from which its local volatility is estimated. Default 100. */
  readonly window?: number;
  /** The chance of a false jump anywhere in the series. Default 0.01. */
  readonly significance?: number;
}

/** A return too large for the diffusion around it. */
export interface Jump {
  readonly index: number;
  /** The whole return. */
  readonly size: number;
  /** |return| over the local volatility. */
  readonly statistic: number;
}

/** Jumps of a series as a compound Poisson process with normal sizes, and what is left. */
export interface JumpDiffusion {
  readonly jumps: readonly Jump[];
  /** Jumps per bar, over the bars that could be tested. */
  readonly intensity: number;
  readonly meanSize: number;
  /** By n - 1; 0 with fewer than two jumps. */
  readonly sizeDeviation: number;
  /** Variance per bar that jumps bring: intensity (meanSize^2 + sizeDeviation^2). */
  readonly jumpVariance: number;
  /** The series with each jump replaced by the mean of the other returns. */
  readonly diffusive: Float64Array;
}

/**
 * Finds single jumps: returns too large for the bipower volatility of the window before them, at the
 * threshold that the largest of n normal values exceeds with the chance `significance`.
 *
 * Shapes:      returns[n], n >= window + 2; the first window - 1 returns cannot be tested.
 * Errors:      `bad-input`.
 * Determinism: plain loops.
 * Source:      Lee and Mykland (2008), Review of Financial Studies 21(6), definition 1 and lemma 1;
 *              the overlay is that of Merton (1976), J. of Financial Economics 3.
 */
export function jumpDiffusion(
  returns: Float64Array,
  options: JumpOptions = {},
): QuantResult<JumpDiffusion> {
  const { window = 100, significance = 0.01 } = options;
  if (!(Number.isInteger(window) && window >= 5)) {
    return badInput(`window is ${window}; it must be a whole number from 5`);
  }
  if (!(significance > 0 && significance < 1)) {
    return badInput(`significance is ${significance}; it must lie between 0 and 1`);
  }
  const fault = sampleFault('returns', returns, window + 2);
  if (fault !== null) return badInput(fault);
  const n = returns.length;
  const threshold = largestStatistic(n, significance);
  const jumps: Jump[] = [];
  const diffusive = Float64Array.from(returns);
  for (let t = window - 1; t < n; t += 1) {
    let products = 0;
    for (let s = t - window + 2; s < t; s += 1) {
      products += Math.abs(returns[s]! * returns[s - 1]!);
    }
    const local = Math.sqrt(products / (window - 2));
    const size = returns[t]!;
    if (local > 0 && Math.abs(size) > threshold * local) {
      jumps.push({ index: t, size, statistic: Math.abs(size) / local });
    }
  }
  const found = new Set(jumps.map((jump) => jump.index));
  let rest = 0;
  for (let t = 0; t < n; t += 1) if (!found.has(t)) rest += returns[t]!;
  for (const { index } of jumps) diffusive[index] = rest / (n - jumps.length);
  const meanSize = jumps.reduce((sum, { size }) => sum + size, 0) / Math.max(1, jumps.length);
  const squares = jumps.reduce((sum, { size }) => sum + (size - meanSize) ** 2, 0);
  const sizeDeviation = jumps.length < 2 ? 0 : Math.sqrt(squares / (jumps.length - 1));
  const intensity = jumps.length / (n - window + 1);
  const jumpVariance = intensity * (meanSize ** 2 + sizeDeviation ** 2);
  return ok({ jumps, intensity, meanSize, sizeDeviation, jumpVariance, diffusive });
}

/** The bound on |r| / local that n returns without jumps exceed with the given chance (Gumbel). */
function largestStatistic(n: number, significance: number): number {
  const c = Math.sqrt(2 / Math.PI);
  const root = Math.sqrt(2 * Math.log(n));
  const centre = root / c - (Math.log(Math.PI) + Math.log(Math.log(n))) / (2 * c * root);
  return centre - Math.log(-Math.log(1 - significance)) / (c * root);
}

/** A GARCH model of the returns between jumps, with the variance of jumps laid over it. */
export interface JumpGarch {
  readonly jumps: JumpDiffusion;
  /** Fitted to the series without its jumps. */
  readonly garch: GarchFit;
  /** The diffusive forecast plus the variance of jumps, for each bar that follows. */
  readonly forecast: Float64Array;
}

/**
 * Fits a GARCH model to a series without its jumps and adds their variance to the forecast.
 *
 * Errors: those of jumpDiffusion and fitGarch.
 */
export function fitJumpGarch(
  returns: Float64Array,
  options: { readonly jumps?: JumpOptions; readonly garch?: GarchOptions } = {},
): QuantResult<JumpGarch> {
  const jumps = jumpDiffusion(returns, options.jumps);
  if (!jumps.ok) return jumps;
  const garch = fitGarch(jumps.value.diffusive, options.garch);
  if (!garch.ok) return garch;
  const forecast = garch.value.forecast.map((h) => h + jumps.value.jumpVariance);
  return ok({ jumps: jumps.value, garch: garch.value, forecast });
}
