import { badInput, finiteResult, type QuantResult, seriesFault } from './errors.ts';

/** A mean over simulated paths and what is known of its error. */
export interface PathMean {
  readonly mean: number;
  readonly standardError: number;
}

/** A mean with the help of a control. */
export interface ControlledMean extends PathMean {
  /** Coefficient of the control. */
  readonly beta: number;
  /** Variance without control / variance with it; null where nothing is left. */
  readonly varianceRatio: number | null;
}

/** Means of neighbours: paths 2k and 2k + 1 are one observation when they are antithetic. */
function observations(x: Float64Array, antithetic: boolean): Float64Array {
  if (!antithetic) return x;
  return Float64Array.from({ length: x.length >> 1 }, (_, i) => (x[2 * i]! + x[2 * i + 1]!) / 2);
}

const average = (x: Float64Array): number => x.reduce((sum, v) => sum + v, 0) / x.length;

function pathFault(name: string, x: Float64Array, antithetic: boolean): string | null {
  const odd = antithetic && x.length % 2 === 1;
  if (odd) return `${name} has ${x.length} values; antithetic paths come in pairs`;
  return seriesFault(name, x, antithetic ? 6 : 3);
}

/** Mean of a payoff over paths; antithetic ones count by pairs. Errors: `bad-input`. */
export function pathMean(payoff: Float64Array, antithetic = false): QuantResult<PathMean> {
  const fault = pathFault('payoff', payoff, antithetic);
  if (fault !== null) return badInput(fault);
  const y = observations(payoff, antithetic);
  const mean = average(y);
  const squares = y.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return finiteResult({ mean, standardError: Math.sqrt(squares / (y.length - 1) / y.length) });
}

/**
 * Mean of a payoff corrected by a control whose expectation is known, with the coefficient of least
 * variance.
 *
 *   mean(y) - beta (mean(x) - expectation), beta = cov(x, y) / var(x)
 *
 * Errors:  `bad-input` for series of unequal length or with values that are not finite; a control that
 *          does not vary has beta 0.
 * Source:  Glasserman (2003), Monte Carlo methods in financial engineering, 4.1.
 */
export function controlVariate(
  payoff: Float64Array,
  control: Float64Array,
  expectation: number,
  antithetic = false,
): QuantResult<ControlledMean> {
  const fault =
    pathFault('payoff', payoff, antithetic) ?? pathFault('control', control, antithetic);
  if (fault !== null) return badInput(fault);
  if (payoff.length !== control.length) {
    return badInput(`control has ${control.length} values, payoff has ${payoff.length}`);
  }
  if (!Number.isFinite(expectation)) return badInput(`expectation is ${expectation}; not finite`);
  const y = observations(payoff, antithetic);
  const x = observations(control, antithetic);
  const n = y.length;
  const [meanX, meanY] = [average(x), average(y)];
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < n; i += 1) {
    xx += (x[i]! - meanX) ** 2;
    xy += (x[i]! - meanX) * (y[i]! - meanY);
    yy += (y[i]! - meanY) ** 2;
  }
  const beta = xx > 0 ? xy / xx : 0;
  const rest = Math.max(0, yy - beta * xy);
  return finiteResult({
    mean: meanY - beta * (meanX - expectation),
    standardError: Math.sqrt(rest / (n - 2) / n),
    beta,
    varianceRatio: rest > 0 ? yy / rest : null,
  });
}
