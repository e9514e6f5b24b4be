import { ok } from '../core/index.ts';
import { normalCdf } from './distributions.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';
import type { SimulatedPaths } from './simulate.ts';
import { type GeometricBrownianMotion, modelFault } from './simulation-models.ts';

/** The position and the limits its risk is told by. */
export interface PathRiskOptions {
  /** Value of the position at the start; losses are fractions of it. */
  readonly start: number;
  /** Chance that a loss stays below value at risk; default 0.99. */
  readonly confidence?: number;
  /** A path that falls to this value or below is ruined; default half of the start. */
  readonly ruin?: number;
}

/** What simulated paths say of the risk of holding on. Losses are positive. */
export interface PathRisk {
  readonly expectedReturn: number;
  /** The least loss l with P(loss <= l) >= confidence. */
  readonly valueAtRisk: number;
  /** Mean loss of the worst share 1 - confidence of paths. */
  readonly expectedShortfall: number;
  readonly meanDrawdown: number;
  /** The drawdown that this share of paths stays below. */
  readonly drawdownAtConfidence: number;
  /** Share of paths that were ruined on the way, watched at the steps. */
  readonly riskOfRuin: number;
}

const average = (x: Float64Array): number => x.reduce((sum, v) => sum + v, 0) / x.length;

/** The least value that a share `level` of the sorted ones does not exceed. */
const lowerQuantile = (sorted: Float64Array, level: number): number =>
  sorted[Math.min(sorted.length, Math.max(1, Math.ceil(level * sorted.length - 1e-9))) - 1]!;

/**
 * Value at risk, expected shortfall, drawdown and risk of ruin over simulated paths.
 *
 * Errors:  `bad-input` unless start is above 0 and confidence inside (0, 1).
 * Source:  Acerbi & Tasche (2002), J. Banking & Finance 26: the shortfall splits the path at the quantile.
 */
export function pathRisk(
  run: Pick<SimulatedPaths, 'terminal' | 'minimum' | 'maxDrawdown'>,
  options: PathRiskOptions,
): QuantResult<PathRisk> {
  const { start, confidence = 0.99 } = options;
  const ruin = options.ruin ?? start / 2;
  if (!(start > 0 && Number.isFinite(start))) return badInput(`start is ${start}; above 0`);
  if (!(confidence > 0 && confidence < 1)) {
    return badInput(`confidence is ${confidence}; it must be inside (0, 1)`);
  }
  if (!Number.isFinite(ruin)) return badInput(`ruin is ${ruin}; it must be finite`);
  const fault = seriesFault('terminal', run.terminal, 1);
  if (fault !== null) return badInput(fault);
  const losses = run.terminal.map((value) => 1 - value / start).sort();
  const n = losses.length;
  const valueAtRisk = lowerQuantile(losses, confidence);
  let beyond = 0;
  let count = 0;
  for (let i = n - 1; i >= 0 && losses[i]! > valueAtRisk; i -= 1) {
    beyond += losses[i]!;
    count += 1;
  }
  const tail = (1 - confidence) * n;
  return ok({
    expectedReturn: average(run.terminal) / start - 1,
    valueAtRisk,
    expectedShortfall: (beyond + valueAtRisk * (tail - count)) / tail,
    meanDrawdown: average(run.maxDrawdown),
    drawdownAtConfidence: lowerQuantile(run.maxDrawdown.slice().sort(), confidence),
    riskOfRuin: run.minimum.reduce((sum, low) => sum + (low <= ruin ? 1 : 0), 0) / n,
  });
}

/**
 * Chance that a geometric Brownian motion falls to a barrier within a time, watched all the time.
 *
 * Errors:  `bad-input` unless the barrier is above 0 and volatility too.
 * Source:  Borodin & Salminen (2002), Handbook of Brownian motion, 2.1.2.4.
 */
export function ruinProbability(
  model: GeometricBrownianMotion,
  barrier: number,
  years: number,
): QuantResult<number> {
  const fault = modelFault(model);
  if (fault !== null) return badInput(fault);
  for (const [name, value] of Object.entries({ barrier, years, volatility: model.volatility })) {
    if (!(value > 0 && Number.isFinite(value))) {
      return badInput(`${name} is ${value}; it must be above 0`);
    }
  }
  const distance = Math.log(barrier / model.spot);
  if (distance >= 0) return ok(1);
  const drift = model.drift - model.volatility ** 2 / 2;
  const deviation = model.volatility * Math.sqrt(years);
  const reflected = Math.exp((2 * drift * distance) / model.volatility ** 2);
  const second = normalCdf((distance + drift * years) / deviation);
  const crossing = normalCdf((distance - drift * years) / deviation);
  // The weight may overflow where the chance it multiplies has underflowed.
  return ok(Math.min(1, crossing + (second > 0 ? reflected * second : 0)));
}
