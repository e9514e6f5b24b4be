import { type ArmaPolynomials, withSeason } from './arma.ts';
import { type Matrix, matrixFault } from './linear-algebra.ts';

/** Which ARIMA model: orders (p, d, q), seasonal (P, D, Q) and its period, regressors. */
export interface ArimaSpecification {
  readonly order: readonly [p: number, d: number, q: number];
  readonly seasonal?: {
    readonly order: readonly [number, number, number];
    readonly period: number;
  };
  /** Whether a mean is fitted. Default true; never where the series is differenced. */
  readonly mean?: boolean;
  /** One row a value; their errors follow the ARIMA model. */
  readonly regressors?: Matrix;
}

/** Orders and data of a fit, differenced and checked. */
export interface ArimaProblem {
  readonly counts: readonly [ar: number, ma: number, seasonalAr: number, seasonalMa: number];
  readonly period: number;
  /** 1 − Σ delta[i]·B^(i+1) is the differencing polynomial. */
  readonly delta: Float64Array;
  readonly w: Float64Array;
  /** Columns of the differenced regressors, the mean's ones first where there is one. */
  readonly columns: readonly Float64Array[];
  readonly hasMean: boolean;
}

/** The coefficients d of 1 − Σ d[i]·B^(i+1) = (1 − B)^d·(1 − B^s)^D. */
function differencing(d: number, seasonal: number, period: number): Float64Array {
  let out: Float64Array = new Float64Array(0);
  for (let k = 0; k < d; k += 1) out = withSeason(out, Float64Array.of(1), 1, -1);
  for (let k = 0; k < seasonal; k += 1) out = withSeason(out, Float64Array.of(1), period, -1);
  return out;
}

/** x[t] − Σ delta[i]·x[t−i−1], from the first t that has all of it. */
function differenced(x: Float64Array, delta: Float64Array): Float64Array {
  const lost = delta.length;
  return Float64Array.from({ length: x.length - lost }, (_, t) =>
    delta.reduce((sum, c, i) => sum - c * x[t + lost - i - 1]!, x[t + lost]!),
  );
}

/** Beyond these a search takes minutes, and differences are rounding: the longest lag is R's. */
const MOST_COEFFICIENTS = 32;
const LONGEST_LAG = 350;
const MOST_DIFFERENCES = 8;

function sizeFault(
  [p, d, q]: ArimaSpecification['order'],
  seasonal: ArimaSpecification['seasonal'],
): string | null {
  const [sp, sd, sq] = seasonal?.order ?? [0, 0, 0];
  const count = p + q + sp + sq;
  if (count > MOST_COEFFICIENTS) {
    return `the orders make ${count} coefficients; at most ${MOST_COEFFICIENTS} are fitted`;
  }
  if (d > MOST_DIFFERENCES || sd > MOST_DIFFERENCES) {
    return `the series is differenced ${d} and ${sd} times; at most ${MOST_DIFFERENCES} each`;
  }
  const lag = Math.max(p, q) + Math.max(sp, sq, sd) * (seasonal?.period ?? 0);
  return lag > LONGEST_LAG ? `the longest lag is ${lag}; at most ${LONGEST_LAG} is fitted` : null;
}

function specificationFault(spec: ArimaSpecification): string | null {
  const { order, seasonal } = spec;
  for (const [name, orders] of [
    ['order', order],
    ['seasonal.order', seasonal?.order ?? [0, 0, 0]],
  ] as const) {
    const at = orders.findIndex((o) => !(Number.isInteger(o) && o >= 0));
    if (at >= 0) return `${name}[${at}] is ${orders[at]}; orders are whole and >= 0`;
  }
  if (seasonal && !(Number.isInteger(seasonal.period) && seasonal.period >= 2)) {
    return `seasonal.period is ${seasonal.period}; at least 2 is needed`;
  }
  return sizeFault(order, seasonal);
}

/** Differences the series and its regressors; a string says what is wrong with them. */
export function arimaProblem(y: Float64Array, spec: ArimaSpecification): ArimaProblem | string {
  const fault = specificationFault(spec);
  if (fault !== null) return fault;
  const [p, d, q] = spec.order;
  const [sp, sd, sq] = spec.seasonal?.order ?? [0, 0, 0];
  const period = spec.seasonal?.period ?? 1;
  const infinite = y.findIndex((v) => Math.abs(v) === Number.POSITIVE_INFINITY);
  if (infinite >= 0)
    return `y[${infinite}] is ${y[infinite]}; values are finite, or NaN where missing`;
  const delta = differencing(d, sd, period);
  const missing = y.findIndex(Number.isNaN);
  if (missing >= 0 && delta.length > 0) {
    return `y[${missing}] is missing; a series to be differenced must be whole`;
  }
  if (spec.regressors) {
    const wrong = matrixFault('regressors', spec.regressors, 1);
    if (wrong !== null) return wrong;
    const { rows } = spec.regressors;
    if (rows !== y.length) return `regressors has ${rows} rows; y has ${y.length} values`;
  }
  const hasMean = (spec.mean ?? true) && delta.length === 0;
  const width = spec.regressors?.columns ?? 0;
  const needed = delta.length + p + q + (sp + sq) * period + width + (hasMean ? 1 : 0) + 2;
  const seen = y.reduce((count, v) => count + (Number.isNaN(v) ? 0 : 1), 0);
  if (seen < needed) return `y has ${seen} observed values; this model needs ${needed}`;
  const w = differenced(y, delta);
  const columns = Array.from({ length: width }, (_, j) => {
    const data = spec.regressors!.data;
    return differenced(
      Float64Array.from(y, (_v, t) => data[t * width + j]!),
      delta,
    );
  });
  if (hasMean) columns.unshift(new Float64Array(w.length).fill(1));
  const masked = columns.map((column) =>
    column.map((v, t) => (Number.isNaN(w[t]!) ? Number.NaN : v)),
  );
  return { counts: [p, q, sp, sq], period, delta, w, columns: masked, hasMean };
}

/** Splits natural coefficients into the four polynomials and multiplies the seasonal ones out. */
export function polynomials(problem: ArimaProblem, x: Float64Array): ArmaPolynomials {
  const [p, q, sp, sq] = problem.counts;
  const part = (from: number, count: number) => x.slice(from, from + count);
  return {
    ar: withSeason(part(0, p), part(p + q, sp), problem.period, -1),
    ma: withSeason(part(p, q), part(p + q + sp, sq), problem.period, 1),
  };
}
