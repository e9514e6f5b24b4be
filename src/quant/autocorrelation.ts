import { ok } from '../core/index.ts';
import { chiSquareSf } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { sampleFault } from './sample-fault.ts';

const lagFault = (x: Float64Array, lag: number): string | null => {
  const fault = sampleFault('x', x, 3);
  if (fault !== null) return fault;
  if (!Number.isInteger(lag) || lag < 1 || lag >= x.length) {
    return `lag is ${lag}; it must be an integer from 1 to ${x.length - 1}`;
  }
  return x.every((value) => value === x[0]) ? `x is constant at ${x[0]}; it must vary` : null;
};

const correlations = (x: Float64Array, lags: number): Float64Array => {
  const n = x.length;
  const mean = x.reduce((sum, value) => sum + value, 0) / n;
  const d = x.map((value) => value - mean);
  const out = new Float64Array(lags + 1);
  for (let k = 0; k <= lags; k += 1) {
    let sum = 0;
    for (let t = k; t < n; t += 1) sum += d[t]! * d[t - k]!;
    out[k] = sum;
  }
  return out.map((value) => value / out[0]!);
};

/**
 * Autocorrelations at lags 0..lags, the mean removed, both sums by n.
 *
 * Errors: `bad-input`; a constant series is one.
 */
export function autocorrelation(x: Float64Array, lags: number): QuantResult<Float64Array> {
  const fault = lagFault(x, lags);
  return fault === null ? ok(correlations(x, lags)) : badInput(fault);
}

/**
 * Partial autocorrelations at lags 1..lags, by the recursion of Durbin and Levinson over
 * `autocorrelation`.
 *
 * Errors: `bad-input`; `singular` where a lower order already predicts without error.
 */
export function partialAutocorrelation(x: Float64Array, lags: number): QuantResult<Float64Array> {
  const fault = lagFault(x, lags);
  if (fault !== null) return badInput(fault);
  const r = correlations(x, lags);
  const out = new Float64Array(lags);
  let phi = new Float64Array(0);
  let error = 1;
  for (let k = 1; k <= lags; k += 1) {
    let sum = r[k]!;
    for (let j = 1; j < k; j += 1) sum -= phi[j - 1]! * r[k - j]!;
    if (!(error > 1e-14)) {
      const detail = `order ${k - 1} predicts x without error; order ${k} has no partial correlation`;
      return { ok: false, error: { code: 'singular', detail } };
    }
    const last = sum / error;
    const next = new Float64Array(k);
    for (let j = 0; j < k - 1; j += 1) next[j] = phi[j]! - last * phi[k - 2 - j]!;
    next[k - 1] = last;
    phi = next;
    error *= 1 - last * last;
    out[k - 1] = last;
  }
  return ok(out);
}

/** Which sum of squared autocorrelations, over which lags. */
export interface PortmanteauOptions {
  readonly lag: number;
  /** Default `ljung-box`. */
  readonly method?: 'ljung-box' | 'box-pierce';
  /** Parameters already fitted to x: the degrees of freedom are lag - fitted. Default 0. */
  readonly fitted?: number;
}

/** A portmanteau test of no autocorrelation. */
export interface PortmanteauTest {
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  /** null where no degree of freedom is left. */
  readonly pValue: number | null;
}

/**
 * Tests that the first autocorrelations of x are all 0.
 *
 *   Ljung-Box n(n + 2) sum r_k^2 / (n - k);  Box-Pierce n sum r_k^2
 *
 * Errors: `bad-input`.
 * Source: Ljung & Box (1978), Biometrika 65(2).
 */
export function portmanteau(
  x: Float64Array,
  options: PortmanteauOptions,
): QuantResult<PortmanteauTest> {
  const { lag, method = 'ljung-box', fitted = 0 } = options;
  const fault = lagFault(x, lag);
  if (fault !== null) return badInput(fault);
  if (!Number.isInteger(fitted) || fitted < 0) {
    return badInput(`fitted is ${fitted}; it must be an integer from 0`);
  }
  const n = x.length;
  const r = correlations(x, lag);
  let sum = 0;
  for (let k = 1; k <= lag; k += 1) {
    sum += method === 'ljung-box' ? (r[k]! * r[k]! * (n + 2)) / (n - k) : r[k]! * r[k]!;
  }
  const statistic = n * sum;
  const degreesOfFreedom = lag - fitted;
  const pValue = degreesOfFreedom > 0 ? chiSquareSf(statistic, degreesOfFreedom) : null;
  return ok({ statistic, degreesOfFreedom, pValue });
}
