import { studentTMeanAbsolute } from './garch-density.ts';
import type { GarchCoefficients, GarchModelName } from './garch-model.ts';

/** Persistence of shocks: alpha + gamma / 2 + beta, or beta for EGARCH. */
export const persistenceOf = (model: GarchModelName, c: GarchCoefficients): number =>
  model === 'egarch' ? c.beta : c.alpha + 0.5 * c.gamma + c.beta;

/**
 * The variance to which forecasts tend: omega / (1 - persistence), or exp(omega / (1 - beta)) for
 * EGARCH, whose mean log variance it is; null where there is none.
 */
export function unconditionalVariance(model: GarchModelName, c: GarchCoefficients): number | null {
  const persistence = persistenceOf(model, c);
  if (!(Math.abs(persistence) < 1)) return null;
  const level = c.omega / (1 - persistence);
  return model === 'egarch' ? Math.exp(level) : level;
}

/** The variance that follows a variance h and a shock e. */
export function nextVariance(
  model: GarchModelName,
  c: GarchCoefficients,
  h: number,
  e: number,
): number {
  if (model !== 'egarch') {
    return c.omega + (e < 0 ? c.alpha + c.gamma : c.alpha) * (e * e) + c.beta * h;
  }
  const z = e / Math.sqrt(h);
  const size = Math.abs(z) - studentTMeanAbsolute(c.nu);
  return Math.exp(c.omega + c.alpha * z + c.gamma * size + c.beta * Math.log(h));
}

/**
 * Continues a first forecast: h[k+1] = omega + persistence h[k]; for EGARCH the same of log h, with
 * the shocks at their mean (rugarch), which leaves out the convexity of the exponential.
 *
 * Shapes: the forecast has `horizon` values, the first of which is `first`.
 */
export function forecastVariance(
  model: GarchModelName,
  c: GarchCoefficients,
  first: number,
  horizon: number,
): Float64Array {
  const out = new Float64Array(horizon);
  const persistence = persistenceOf(model, c);
  let h = first;
  for (let k = 0; k < horizon; k += 1) {
    out[k] = h;
    h = model === 'egarch' ? Math.exp(c.omega + c.beta * Math.log(h)) : c.omega + persistence * h;
  }
  return out;
}
