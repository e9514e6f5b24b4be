import { erfc, incompleteBeta, incompleteGamma, lgamma } from './special-functions.ts';

export {
  digamma,
  erf,
  erfc,
  incompleteBeta,
  incompleteGamma,
  lgamma,
  trigamma,
} from './special-functions.ts';

/**
 * Distributions of the tests: density, lower tail (cdf), upper tail (sf) and quantile, to about 1e-13
 * relative in either tail. Parameters outside their range give NaN: callers check them first.
 */

const kLogTwoPi = 1.8378770664093456;

/** Density of the standard normal. */
export const normalPdf = (x: number): number => Math.exp(-0.5 * (x * x + kLogTwoPi));

/** P(Z <= x) of the standard normal. */
export const normalCdf = (x: number): number => 0.5 * erfc(-x * Math.SQRT1_2);

/** P(Z > x) of the standard normal. */
export const normalSf = (x: number): number => 0.5 * erfc(x * Math.SQRT1_2);

const ratio = (r: number, p: readonly number[], q: readonly number[]): number => {
  let above = 0;
  let below = 0;
  for (let i = p.length - 1; i >= 0; i -= 1) {
    above = above * r + p[i]!;
    below = below * r + q[i]!;
  }
  return above / below;
};

const A = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
];
const B = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
];
const C = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
];
const D = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
  0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
];
const E = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
  0.026532189526576124, 0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
];
const F = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
];

/** The x with P(Z <= x) = p. Source: Wichura (1988), AS 241, PPND16. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(0.180625 - q * q, A, B);
  const tail = q < 0 ? p : 1 - p;
  if (tail === 0) return q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-Math.log(tail));
  const x = r <= 5 ? ratio(r - 1.6, C, D) : ratio(r - 5, E, F);
  return q < 0 ? -x : x;
}

/** Log density of Student's t with nu degrees of freedom (not scaled to unit variance). */
export function studentTLogPdf(x: number, nu: number): number {
  const constant = lgamma((nu + 1) / 2) - lgamma(nu / 2) - 0.5 * Math.log(nu * Math.PI);
  return constant - ((nu + 1) / 2) * Math.log1p((x * x) / nu);
}

/** Density of Student's t. */
export const studentTPdf = (x: number, nu: number): number => Math.exp(studentTLogPdf(x, nu));

/** P(T > x) of Student's t; nu = Infinity gives the normal. */
export function studentTSf(x: number, nu: number): number {
  if (Number.isNaN(x) || !(nu > 0)) return Number.NaN;
  // From here on the two differ by less than the rounding of either within 30 deviations.
  if (nu > 1e20) return normalSf(x);
  if (!Number.isFinite(x)) return x > 0 ? 0 : 1;
  const square = x * x;
  const whole = nu + square;
  const tails = incompleteBeta(nu / 2, 0.5, nu / whole, square / whole);
  return x > 0 ? 0.5 * tails.p : 0.5 + 0.5 * tails.q;
}

/** P(T <= x) of Student's t. */
export const studentTCdf = (x: number, nu: number): number => studentTSf(-x, nu);

/** P(X <= x) of the gamma distribution of a shape and a scale (mean = shape * scale). */
export const gammaCdf = (x: number, shape: number, scale = 1): number =>
  incompleteGamma(shape, Math.max(0, x / scale)).p;

/** P(X > x) of the gamma distribution. */
export const gammaSf = (x: number, shape: number, scale = 1): number =>
  incompleteGamma(shape, Math.max(0, x / scale)).q;

/** Density of the gamma distribution. */
export const gammaPdf = (x: number, shape: number, scale = 1): number =>
  x < 0 ? 0 : Math.exp((shape - 1) * Math.log(x / scale) - x / scale - lgamma(shape)) / scale;

/** P(X <= x) of chi-square with k degrees of freedom. */
export const chiSquareCdf = (x: number, k: number): number => gammaCdf(x, k / 2, 2);

/** P(X > x) of chi-square. */
export const chiSquareSf = (x: number, k: number): number => gammaSf(x, k / 2, 2);

/** Density of chi-square. */
export const chiSquarePdf = (x: number, k: number): number => gammaPdf(x, k / 2, 2);

/** P(X <= x) of the beta distribution. */
export const betaCdf = (x: number, a: number, b: number): number =>
  incompleteBeta(a, b, x, 1 - x).p;

/** P(X > x) of the beta distribution. */
export const betaSf = (x: number, a: number, b: number): number => incompleteBeta(a, b, x, 1 - x).q;

/** Density of the beta distribution. */
export const betaPdf = (x: number, a: number, b: number): number =>
  x < 0 || x > 1
    ? 0
    : Math.exp(
        (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b),
      );

const fTails = (x: number, d1: number, d2: number): { readonly p: number; readonly q: number } => {
  if (!(x > 0)) return { p: 0, q: 1 };
  if (x === Number.POSITIVE_INFINITY) return { p: 1, q: 0 };
  const whole = d1 * x + d2;
  return incompleteBeta(d1 / 2, d2 / 2, (d1 * x) / whole, d2 / whole);
};

/** P(X <= x) of Fisher's F. */
export const fCdf = (x: number, d1: number, d2: number): number => fTails(x, d1, d2).p;

/** P(X > x) of Fisher's F. */
export const fSf = (x: number, d1: number, d2: number): number => fTails(x, d1, d2).q;

/** Density of Fisher's F. */
export function fPdf(x: number, d1: number, d2: number): number {
  if (!(x > 0)) return 0;
  const r = (d1 / d2) * x;
  const logBeta = lgamma(d1 / 2) + lgamma(d2 / 2) - lgamma((d1 + d2) / 2);
  return Math.exp((d1 / 2) * Math.log(r) - ((d1 + d2) / 2) * Math.log1p(r) - logBeta) / x;
}

/**
 * The point where a rising cdf reaches p: Newton steps kept inside a bracket that only shrinks, on the
 * smaller tail. Requires 0 < p < 1 and cdf(low) <= p <= cdf(high).
 */
function invert(
  p: number,
  tails: (x: number) => readonly [cdf: number, sf: number],
  pdf: (x: number) => number,
  bracket: readonly [low: number, high: number],
  start: number,
): number {
  let [low, high] = bracket;
  let x = start > low && start < high ? start : 0.5 * (low + high);
  for (let i = 0; i < 400; i += 1) {
    const [below, above] = tails(x);
    const excess = p <= 0.5 ? below - p : 1 - p - above;
    if (excess === 0) return x;
    if (excess > 0) high = x;
    else low = x;
    let next = x - excess / pdf(x);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (Math.abs(next - x) <= 4e-16 * Math.abs(next)) return next;
    x = next;
  }
  return x;
}

/** A bracket that doubles until the cdf passes p. */
function upperBound(p: number, cdf: (x: number) => number, from: number): number {
  let high = from;
  for (let i = 0; i < 1100 && cdf(high) < p; i += 1) high *= 2;
  return high;
}

/**
 * As studentTQuantile for a small p, by Newton's method on logarithms: ln P(T <= -e^u) falls ever
 * faster, down to a slope of -nu, so that after one step all points lie on the far side and come in.
 */
function farStudentTQuantile(p: number, nu: number): number {
  // From here on squares overflow, and the tail is a power to the last digit.
  const edge = 1e100;
  const there = studentTCdf(-edge, nu);
  if (there >= p) return -edge * (there / p) ** (1 / nu);
  let x = Math.min(-1, normalQuantile(p));
  for (let i = 0; i < 400; i += 1) {
    const below = studentTCdf(x, nu);
    const density = studentTPdf(x, nu);
    // Where the density is below the range of doubles the tail is a power already.
    const stretch = density > 0 ? below / density / -x : 1 / nu;
    // A step past the range of doubles comes back half way, in the logarithm.
    const change = below > 0 ? Math.log(below / p) * stretch : -0.5 * Math.log(-x);
    const next = Math.max(-edge, x * Math.exp(change));
    if (Math.abs(next - x) <= 4e-16 * Math.abs(next)) return next;
    x = next;
  }
  return x;
}

/** The x with P(T <= x) = p of Student's t; beyond the range of doubles it is infinite. */
export function studentTQuantile(p: number, nu: number): number {
  if (!(p >= 0 && p <= 1) || !(nu > 0)) return Number.NaN;
  if (nu === Number.POSITIVE_INFINITY || p === 0 || p === 1) return normalQuantile(p);
  if (p === 0.5) return 0;
  // Below a half: the lower tail keeps its digits; above, by symmetry.
  if (p > 0.5) return -studentTQuantile(1 - p, nu);
  if (p < 1e-20) return farStudentTQuantile(p, nu);
  let low = -1;
  for (let i = 0; i < 1100 && studentTCdf(low, nu) > p; i += 1) low *= 2;
  const tails = (x: number) => [studentTCdf(x, nu), studentTSf(x, nu)] as const;
  return invert(p, tails, (x) => studentTPdf(x, nu), [low, 0], normalQuantile(p));
}

/** The x with P(X <= x) = p of the gamma distribution. */
export function gammaQuantile(p: number, shape: number, scale = 1): number {
  if (!(p >= 0 && p <= 1) || !(shape > 0)) return Number.NaN;
  if (p === 0) return 0;
  if (p === 1) return Number.POSITIVE_INFINITY;
  const high = upperBound(p, (x) => gammaCdf(x, shape), shape + 1);
  // Wilson and Hilferty's cube gives the start; near 0 the leading term of the series does.
  const third = 1 / (9 * shape);
  const cube = shape * (1 - third + normalQuantile(p) * Math.sqrt(third)) ** 3;
  const leading = Math.exp((Math.log(p) + lgamma(shape + 1)) / shape);
  const start = leading < 0.1 ? leading : cube;
  const tails = (x: number) => [gammaCdf(x, shape), gammaSf(x, shape)] as const;
  return scale * invert(p, tails, (x) => gammaPdf(x, shape), [0, high], start);
}

/** The x with P(X <= x) = p of chi-square. */
export const chiSquareQuantile = (p: number, k: number): number => gammaQuantile(p, k / 2, 2);

/** The x with P(X <= x) = p of the beta distribution. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1) || !(a > 0 && b > 0)) return Number.NaN;
  if (p === 0 || p === 1) return p;
  const tails = (x: number) => [betaCdf(x, a, b), betaSf(x, a, b)] as const;
  return invert(p, tails, (x) => betaPdf(x, a, b), [0, 1], a / (a + b));
}

/** The x with P(X <= x) = p of Fisher's F. */
export function fQuantile(p: number, d1: number, d2: number): number {
  if (!(p >= 0 && p <= 1) || !(d1 > 0 && d2 > 0)) return Number.NaN;
  if (p === 0) return 0;
  if (p === 1) return Number.POSITIVE_INFINITY;
  const high = upperBound(p, (x) => fCdf(x, d1, d2), 2);
  const tails = (x: number) => [fCdf(x, d1, d2), fSf(x, d1, d2)] as const;
  return invert(p, tails, (x) => fPdf(x, d1, d2), [0, high], 1);
}
