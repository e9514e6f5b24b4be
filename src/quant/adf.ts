import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { type LeastSquares, leastSquares } from './least-squares.ts';
import { sampleFault } from './sample-fault.ts';
import {
  type CriticalValues,
  type Deterministic,
  mackinnonCriticalValues,
  mackinnonPValue,
  tablePValue,
} from './unit-root-tables.ts';

/** Which regression, how many lags, and whose p-value. */
export interface AdfOptions {
  /** Default `c`. */
  readonly regression?: Deterministic;
  /** Lagged differences; with `autolag`, the most to try. Default ceil(12 (n / 100)^(1/4)). */
  readonly lags?: number;
  /** Chooses the lags by a criterion over a common sample. Default: none, `lags` is taken. */
  readonly autolag?: 'aic' | 'bic' | null;
  /**
   * MacKinnon's surface (default), or the table of Banerjee et al., for `ct` only, in [0.01, 0.99].
   */
  readonly pValue?: 'mackinnon' | 'table';
}

/** The augmented Dickey-Fuller test of a unit root. */
export interface AdfTest {
  readonly statistic: number;
  readonly pValue: number;
  readonly lags: number;
  readonly observations: number;
  readonly criticalValues: CriticalValues;
  /** The least value of the criterion; null without `autolag`. */
  readonly criterion: number | null;
}

const TERMS: Record<Deterministic, number> = { n: 0, c: 1, ct: 2, ctt: 3 };

/**
 * Regresses the difference on the level, `lags` lagged differences and the deterministic terms,
 * over the times from `first` on. Column 0 is the level.
 */
function dickeyFullerRegression(
  x: Float64Array,
  lags: number,
  first: number,
  deterministic: Deterministic,
): LeastSquares | null {
  const rows = x.length - first;
  const terms = TERMS[deterministic];
  const width = 1 + lags + terms;
  const design = new Float64Array(rows * width);
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    const t = first + i;
    y[i] = x[t]! - x[t - 1]!;
    const at = i * width;
    design[at] = x[t - 1]!;
    for (let k = 1; k <= lags; k += 1) design[at + k] = x[t - k]! - x[t - k - 1]!;
    // The trend runs over [0, 1]: its scale changes nothing but the conditioning.
    for (let k = 0; k < terms; k += 1) design[at + 1 + lags + k] = ((i + 1) / rows) ** k;
  }
  return leastSquares(design, y, rows, width);
}

const collinear = {
  ok: false,
  error: {
    code: 'singular',
    detail: 'the regressors are collinear: x is constant or follows its own lags exactly',
  },
} as const;

function chooseLags(
  x: Float64Array,
  most: number,
  deterministic: Deterministic,
  autolag: 'aic' | 'bic',
): { readonly lags: number; readonly criterion: number } | null {
  let best: { lags: number; criterion: number } | null = null;
  const n = x.length - 1 - most;
  for (let lags = 0; lags <= most; lags += 1) {
    const fit = dickeyFullerRegression(x, lags, most + 1, deterministic);
    if (fit === null) return null;
    const parameters = 1 + lags + TERMS[deterministic];
    const logLikelihood =
      (-n / 2) * (Math.log(2 * Math.PI) + Math.log(fit.residualSumOfSquares / n) + 1);
    const penalty = autolag === 'aic' ? 2 : Math.log(n);
    const criterion = -2 * logLikelihood + penalty * parameters;
    if (best === null || criterion < best.criterion) best = { lags, criterion };
  }
  return best;
}

/**
 * Tests the null that x has a unit root against stationarity.
 *
 *   dx_t = a x_(t-1) + sum b_k dx_(t-k) + deterministic terms + e_t; the statistic is a / se(a)
 *
 * Errors: `bad-input`; `singular` for a constant or exactly predictable series.
 * Source: Said & Dickey (1984); MacKinnon (1994, 2010).
 */
export function adfTest(x: Float64Array, options: AdfOptions = {}): QuantResult<AdfTest> {
  const { regression = 'c', autolag = null, pValue = 'mackinnon' } = options;
  const fault = sampleFault('x', x, 8);
  if (fault !== null) return badInput(fault);
  const terms = TERMS[regression];
  // Each regression keeps at least two observations over its parameters.
  const room = Math.floor((x.length - terms - 4) / 2);
  const most = options.lags ?? Math.min(room, Math.ceil(12 * (x.length / 100) ** 0.25));
  if (!Number.isInteger(most) || most < 0 || most > room) {
    return badInput(`lags is ${most}; it must be an integer from 0 to ${room}`);
  }
  if (pValue === 'table' && regression !== 'ct') {
    return badInput(`pValue is table with regression ${regression}; the table is for ct`);
  }
  const chosen = autolag === null ? null : chooseLags(x, most, regression, autolag);
  if (autolag !== null && chosen === null) return collinear;
  const lags = chosen?.lags ?? most;
  const fit = dickeyFullerRegression(x, lags, lags + 1, regression);
  if (fit === null || !(fit.standardErrors[0]! > 0)) return collinear;
  const statistic = fit.coefficients[0]! / fit.standardErrors[0]!;
  const observations = x.length - 1 - lags;
  return ok({
    statistic,
    pValue:
      pValue === 'table'
        ? tablePValue(statistic, x.length - 1, 'z-t')
        : mackinnonPValue(statistic, regression),
    lags,
    observations,
    criticalValues: mackinnonCriticalValues(observations, regression),
    criterion: chosen?.criterion ?? null,
  });
}
