import { ok } from '../core/index.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';
import { leastSquares } from './least-squares.ts';

/** What is regressed on which averages. */
export interface HarOptions {
  /** Lengths of the averages, rising: 1, 5 and 22 bars of Corsi by default (crypto: 1, 7, 30). */
  readonly lags?: readonly number[];
  /** The regression is over realised variance itself, its root or its logarithm. Default `level`. */
  readonly transform?: 'level' | 'sqrt' | 'log';
  /** Bars ahead whose average is explained. Default 1. */
  readonly horizon?: number;
  /**
   * Lags of the Newey-West standard errors, which overlapping horizons need; horizon - 1 by default:
   * with 0 they are White's.
   */
  readonly neweyWestLags?: number;
}

/** A heterogeneous autoregression of realised variance. */
export interface HarFit {
  /** The constant, then one coefficient for each average. */
  readonly coefficients: Float64Array;
  /** Of ordinary least squares. */
  readonly standardErrors: Float64Array;
  /** Robust to heteroscedasticity and overlap. */
  readonly robustErrors: Float64Array;
  readonly rSquared: number;
  /** Observations in the regression. */
  readonly observations: number;
  /**
   * The average realised variance expected of the next `horizon` bars, back from the transform; with
   * `sqrt` and `log` the residual variance corrects for convexity (normal residuals).
   */
  readonly forecast: number;
}

const transforms = {
  level: { to: (v: number) => v, from: (v: number) => v },
  sqrt: { to: Math.sqrt, from: (v: number, s2: number) => v * v + s2 },
  log: { to: Math.log, from: (v: number, s2: number) => Math.exp(v + 0.5 * s2) },
} as const;

function harFault(rv: Float64Array, lags: readonly number[], horizon: number): string | null {
  const rising = lags.every((lag, at) => Number.isInteger(lag) && lag > (lags[at - 1] ?? 0));
  if (!rising || lags.length === 0)
    return `lags are [${lags}]; they must be whole numbers that rise from 1`;
  if (!(Number.isInteger(horizon) && horizon >= 1)) {
    return `horizon is ${horizon}; it must be a whole number from 1`;
  }
  const fault = seriesFault('rv', rv, lags.at(-1)! + horizon + 2 * lags.length + 2);
  if (fault !== null) return fault;
  const at = rv.findIndex((value) => value <= 0);
  return at < 0 ? null : `rv[${at}] is ${rv[at]}; a realised variance must be above 0`;
}

/** (X'X)^-1 S (X'X)^-1 with S the long-run outer product of x[t] residual[t]; square roots. */
function robustErrors(
  x: Float64Array,
  residuals: Float64Array,
  inverse: Float64Array,
  p: number,
  lags: number,
): Float64Array {
  const n = residuals.length;
  const spread = new Float64Array(p * p);
  for (let lag = 0; lag <= Math.min(lags, n - 1); lag += 1) {
    const weight = 1 - lag / (lags + 1);
    for (let t = lag; t < n; t += 1) {
      const both = weight * residuals[t]! * residuals[t - lag]!;
      for (let i = 0; i < p; i += 1) {
        for (let k = 0; k < p; k += 1) {
          const product = both * x[t * p + i]! * x[(t - lag) * p + k]!;
          spread[i * p + k]! += product;
          if (lag > 0) spread[k * p + i]! += product;
        }
      }
    }
  }
  return Float64Array.from({ length: p }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < p; k += 1) {
      for (let l = 0; l < p; l += 1) {
        sum += inverse[i * p + k]! * spread[k * p + l]! * inverse[l * p + i]!;
      }
    }
    return Math.sqrt(Math.max(0, sum));
  });
}

/**
 * Fits HAR-RV by least squares: the average of the next bars on averages over several past spans.
 *
 *   mean(v[t+1..t+h]) = c + sum over lags l of b_l mean(v[t-l+1..t]),   v = transform(rv)
 *
 * Shapes:      rv[n] of realised variances, oldest first.
 * Errors:      `bad-input`; `singular` when the averages are collinear, as of a constant series.
 * Determinism: plain loops.
 * Source:      Corsi (2009), J. of Financial Econometrics 7(2), equation 9.
 */
export function fitHar(rv: Float64Array, options: HarOptions = {}): QuantResult<HarFit> {
  const { lags = [1, 5, 22], transform = 'level', horizon = 1 } = options;
  const { neweyWestLags = horizon - 1 } = options;
  const fault = harFault(rv, lags, horizon);
  if (fault !== null) return badInput(fault);
  if (!(Number.isInteger(neweyWestLags) && neweyWestLags >= 0)) {
    return badInput(`neweyWestLags is ${neweyWestLags}; it must be a whole number from 0`);
  }
  const { to, from } = transforms[transform];
  const p = lags.length + 1;
  const longest = lags.at(-1)!;
  const v = Float64Array.from(rv, to);
  const mean = (start: number, length: number): number => {
    let sum = 0;
    for (let t = start; t < start + length; t += 1) sum += v[t]!;
    return sum / length;
  };
  const row = (t: number): number[] => [1, ...lags.map((lag) => mean(t - lag + 1, lag))];
  const n = rv.length - longest - horizon + 1;
  const x = new Float64Array(n * p);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    x.set(row(longest - 1 + i), i * p);
    y[i] = mean(longest + i, horizon);
  }
  const fit = leastSquares(x, y, n, p);
  if (fit === null) {
    return {
      ok: false,
      error: { code: 'singular', detail: `the averages over [${lags}] bars are collinear` },
    };
  }
  const average = y.reduce((sum, value) => sum + value, 0) / n;
  const total = y.reduce((sum, value) => sum + (value - average) ** 2, 0);
  const expected = row(rv.length - 1).reduce(
    (sum, value, i) => sum + value * fit.coefficients[i]!,
    0,
  );
  return ok({
    coefficients: fit.coefficients,
    standardErrors: fit.standardErrors,
    robustErrors: robustErrors(x, fit.residuals, fit.xtxInverse, p, neweyWestLags),
    rSquared: total > 0 ? 1 - fit.residualSumOfSquares / total : 0,
    observations: n,
    forecast: from(expected, fit.sigma2),
  });
}
