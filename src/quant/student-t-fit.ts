import { ok } from '../core/index.ts';
import { lgamma } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';
import { sampleFault } from './sample-fault.ts';

/** A Student t distribution of a location and a scale. */
export interface StudentTFit {
  readonly location: number;
  /** Not the deviation: that is scale sqrt(nu / (nu - 2)). */
  readonly scale: number;
  readonly nu: number;
  readonly logLikelihood: number;
}

const LOWEST_NU = 1;
const HIGHEST_NU = 200;

interface Step {
  readonly location: number;
  readonly square: number;
}

/** Location and squared scale at one nu, by the EM algorithm from a start. */
function locationScale(x: Float64Array, nu: number, start: Step): Step {
  let { location, square } = start;
  const n = x.length;
  for (let step = 0; step < 500; step += 1) {
    let weights = 0;
    let sum = 0;
    for (const value of x) {
      const w = (nu + 1) / (nu + (value - location) ** 2 / square);
      weights += w;
      sum += w * value;
    }
    const next = sum / weights;
    let spread = 0;
    for (const value of x) {
      spread += ((nu + 1) / (nu + (value - location) ** 2 / square)) * (value - next) ** 2;
    }
    // The sum of the weights instead of n: same fixed point, fewer steps (Kent, Tyler & Vardi
    // 1994).
    const updated = spread / weights;
    const moved =
      Math.abs(updated - square) / square + Math.abs(next - location) / Math.sqrt(square);
    location = next;
    square = updated;
    if (moved < 1e-13 * n ** 0.25 || !(square > 0)) break;
  }
  return { location, square };
}

function logLikelihood(x: Float64Array, nu: number, { location, square }: Step): number {
  let sum = 0;
  for (const value of x) sum += Math.log1p((value - location) ** 2 / square / nu);
  const constant =
    lgamma((nu + 1) / 2) - lgamma(nu / 2) - 0.5 * Math.log(nu * Math.PI) - 0.5 * Math.log(square);
  return x.length * constant - ((nu + 1) / 2) * sum;
}

/**
 * Fits location, scale and degrees of freedom of a Student t by maximum likelihood: EM inside a
 * golden section over ln nu in [1, 200]. At 200 the sample shows no heavier tail than the normal.
 *
 * Errors: `bad-input` for fewer than 20 values; `not-converged` where more than half are equal, so
 *         that the likelihood has no bound.
 * Source: Lange, Little & Taylor (1989), J. American Statistical Association 84.
 */
export function fitStudentT(x: Float64Array): QuantResult<StudentTFit> {
  const fault = sampleFault('x', x, 20);
  if (fault !== null) return badInput(fault);
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  if (!(variance > 0)) return badInput(`x is constant at ${x[0]}; it must vary`);
  const sorted = x.slice().sort();
  const half = x.length >> 1;
  for (let i = 0; i + half < x.length; i += 1) {
    if (sorted[i] === sorted[i + half]) {
      const detail = `more than half of the values equal ${sorted[i]}; the likelihood has no bound`;
      return { ok: false, error: { code: 'not-converged', detail } };
    }
  }
  let warm: Step = { location: mean, square: variance };
  const at = (logNu: number) => {
    const nu = Math.exp(logNu);
    warm = locationScale(x, nu, warm);
    return { nu, step: warm, value: logLikelihood(x, nu, warm) };
  };
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(LOWEST_NU);
  let high = Math.log(HIGHEST_NU);
  let left = at(high - golden * (high - low));
  let right = at(low + golden * (high - low));
  for (let step = 0; step < 60 && high - low > 1e-8; step += 1) {
    if (left.value >= right.value) {
      high = Math.log(right.nu);
      right = left;
      left = at(high - golden * (high - low));
    } else {
      low = Math.log(left.nu);
      left = right;
      right = at(low + golden * (high - low));
    }
  }
  const best = left.value >= right.value ? left : right;
  return ok({
    location: best.step.location,
    scale: Math.sqrt(best.step.square),
    nu: best.nu,
    logLikelihood: best.value,
  });
}
