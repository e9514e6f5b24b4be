import { ok } from '../core/index.ts';
import { normalQuantile } from './distributions.ts';
import { badInput, finiteResult, type QuantResult } from './errors.ts';
import {
  type GeometricBrownianMotion,
  modelFault,
  type OrnsteinUhlenbeckProcess,
  type SquareRootProcess,
} from './simulation-models.ts';

const timeFault = (years: number): string | null =>
  years > 0 && Number.isFinite(years) ? null : `years is ${years}; it must be above 0`;

/** The distribution of a geometric Brownian motion after some time. */
export interface GbmMoments {
  readonly mean: number;
  readonly variance: number;
  readonly logMean: number;
  readonly logDeviation: number;
  /** The price below which it is with this chance. */
  readonly quantile: (level: number) => number;
}

/** Exact moments of geometric Brownian motion. Errors: `bad-input`. */
export function gbmMoments(model: GeometricBrownianMotion, years: number): QuantResult<GbmMoments> {
  const fault = modelFault(model) ?? timeFault(years);
  if (fault !== null) return badInput(fault);
  const { spot, drift, volatility } = model;
  const mean = spot * Math.exp(drift * years);
  const logMean = Math.log(spot) + (drift - volatility ** 2 / 2) * years;
  const logDeviation = volatility * Math.sqrt(years);
  const quantile = (level: number): number =>
    Math.exp(logMean + logDeviation * normalQuantile(level));
  const variance = mean * mean * Math.expm1(volatility ** 2 * years);
  if (!Number.isFinite(variance)) return badInput('the variance leaves the range of doubles');
  return ok({ mean, variance, logMean, logDeviation, quantile });
}

/** Moments of a process that reverts to a mean. */
export interface ReversionMoments {
  readonly mean: number;
  readonly variance: number;
  readonly stationaryVariance: number;
  readonly halfLife: number;
}

/** Exact moments of an Ornstein-Uhlenbeck or a square-root process. Errors: `bad-input`. */
export function reversionMoments(
  model: OrnsteinUhlenbeckProcess | SquareRootProcess,
  years: number,
): QuantResult<ReversionMoments> {
  const fault = modelFault(model) ?? timeFault(years);
  if (fault !== null) return badInput(fault);
  const { start, reversion, mean, volatility } = model;
  const decay = Math.exp(-reversion * years);
  const gone = -Math.expm1(-reversion * years);
  const unit = volatility ** 2 / reversion;
  const variance =
    model.kind === 'ou'
      ? (unit / 2) * -Math.expm1(-2 * reversion * years)
      : unit * gone * (start * decay + (mean * gone) / 2);
  return finiteResult({
    mean: mean + (start - mean) * decay,
    variance,
    stationaryVariance: model.kind === 'ou' ? unit / 2 : (unit * mean) / 2,
    halfLife: Math.LN2 / reversion,
  });
}

/**
 * Expected maximum drawdown of Brownian motion without drift, watched all the time.
 *
 * Source: Magdon-Ismail, Atiya, Pratap & Abu-Mostafa (2004), J. Applied Probability 41(1).
 */
export const expectedMaxDrawdown = (volatility: number, years: number): number =>
  Math.sqrt(Math.PI / 2) * volatility * Math.sqrt(years);
