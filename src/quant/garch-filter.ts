import { ok } from '../core/index.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';
import { nextVariance } from './garch-forecast.ts';
import type { GarchCoefficients, GarchModelName } from './garch-model.ts';
import { kernel } from './kernel.ts';

/** Series in one call of `filterGarchLanes`. */
export const GARCH_LANES = 8;

/** A filter between two observations: the variance it expects of the next, and how many it has seen. */
export interface GarchState {
  readonly variance: number;
  readonly count: number;
}

/**
 * Takes one observation into a filter and returns the state after it: pure, and for EGARCH, GJR and
 * GARCH alike the recursion as its formula says.
 *
 * Requires: a state with a variance above 0; a finite y.
 */
export const stepGarch = (
  model: GarchModelName,
  coefficients: GarchCoefficients,
  state: GarchState,
  y: number,
): GarchState => ({
  variance: nextVariance(model, coefficients, state.variance, y - coefficients.mu),
  count: state.count + 1,
});

/** Coefficients of one lane of the filter: GJR, with gamma 0 for GARCH. */
export interface GarchRecursion {
  readonly omega: number;
  readonly alpha: number;
  readonly gamma: number;
  readonly beta: number;
}

function recursionFault(c: GarchRecursion, first: number, where: string): string | null {
  if (!(c.omega > 0 && Number.isFinite(c.omega))) {
    return `omega${where} is ${c.omega}; it must be above 0`;
  }
  if (!(c.alpha >= 0 && c.alpha + c.gamma >= 0 && c.alpha + c.gamma < Infinity)) {
    return `alpha${where} is ${c.alpha}, gamma ${c.gamma}; alpha and their sum may not be below 0`;
  }
  if (!(c.beta >= 0 && c.beta <= 1.5)) {
    return `beta${where} is ${c.beta}; it must lie between 0 and 1.5`;
  }
  return first > 0 && Number.isFinite(first)
    ? null
    : `the first variance${where} is ${first}; it must be above 0`;
}

/**
 * Filters a series of shocks with GARCH(1,1) or GJR-GARCH(1,1).
 *
 * Shapes:      e[n] in; n + 1 variances out, the last of the observation that follows.
 * Errors:      `bad-input`.
 * Determinism: bit-identical on every target; within 1e-13 of stepGarch.
 * Cost:        bench/native/volatility_workloads.cc.
 */
export function filterGarch(
  e: Float64Array,
  c: GarchRecursion,
  firstVariance: number,
): QuantResult<Float64Array> {
  const fault = seriesFault('e', e, 1) ?? recursionFault(c, firstVariance, '');
  if (fault !== null) return badInput(fault);
  const h = new Float64Array(e.length + 1);
  kernel('garchFilter')(e, Float64Array.of(c.omega, c.alpha, c.gamma, c.beta, firstVariance), h);
  return ok(h);
}

/**
 * Filters eight series at once; one observation of each updates eight filters online.
 *
 * Shapes:      e[8 n] with series l at e[8 t + l]; eight recursions and first variances; 8 (n + 1)
 *              variances out in the same order.
 * Errors:      `bad-input`.
 * Determinism: bit-identical on every target, and to stepGarch.
 */
export function filterGarchLanes(
  e: Float64Array,
  lanes: readonly GarchRecursion[],
  firstVariances: readonly number[],
): QuantResult<Float64Array> {
  if (lanes.length !== GARCH_LANES || firstVariances.length !== GARCH_LANES) {
    return badInput(
      `${lanes.length} recursions and ${firstVariances.length} first variances; eight of each are needed`,
    );
  }
  if (e.length % GARCH_LANES !== 0) {
    return badInput(`e has ${e.length} values; a multiple of eight is needed`);
  }
  const parameters = new Float64Array(5 * GARCH_LANES);
  for (let l = 0; l < GARCH_LANES; l += 1) {
    const fault = recursionFault(lanes[l]!, firstVariances[l]!, `[${l}]`);
    if (fault !== null) return badInput(fault);
    const { omega, alpha, gamma, beta } = lanes[l]!;
    [omega, alpha, gamma, beta, firstVariances[l]!].forEach((value, at) => {
      parameters[at * GARCH_LANES + l] = value;
    });
  }
  const fault = seriesFault('e', e, GARCH_LANES);
  if (fault !== null) return badInput(fault);
  const h = new Float64Array(e.length + GARCH_LANES);
  kernel('garchFilterLanes')(e, parameters, h);
  return ok(h);
}

/** Recursions of S series side by side: S of omega, then alpha, gamma and beta. */
export function recursionColumns(of: readonly GarchRecursion[]): QuantResult<Float64Array> {
  const columns = new Float64Array(4 * of.length);
  for (const [s, c] of of.entries()) {
    const fault = recursionFault(c, 1, `[${s}]`);
    if (fault !== null) return badInput(fault);
    [c.omega, c.alpha, c.gamma, c.beta].forEach((value, at) => {
      columns[at * of.length + s] = value;
    });
  }
  return ok(columns);
}

/**
 * Takes one shock of each of S series into their variances, in place: all three arrays may be views
 * into the arena. A shock that is not finite would stay in its variance: it is refused before any
 * variance changes.
 *
 * Shapes:      e[S], columns[4 S] from recursionColumns, variances[S] in and out.
 * Errors:      `bad-input`.
 * Determinism: bit-identical on every target, and to stepGarch.
 */
export function updateGarch(
  e: Float64Array,
  columns: Float64Array,
  variances: Float64Array,
): QuantResult<Float64Array> {
  if (columns.length !== 4 * e.length || variances.length !== e.length) {
    return badInput(
      `${e.length} shocks, ${columns.length} values of recursions and ${variances.length} variances; ` +
        'four values and one variance belong to each shock',
    );
  }
  const fault = seriesFault('e', e, 1);
  if (fault !== null) return badInput(fault);
  kernel('garchUpdate')(e, columns, variances);
  return ok(variances);
}
