/**
 * Special functions to about 1e-14 relative: what the distributions are made of.
 *
 * Determinism: + - * / and Math.log, exp, sqrt, which V8 computes from its own fdlibm: the same bits
 * on every processor.
 */

const kHalfLogTwoPi = 0.9189385332046728;

const polynomial = (x: number, ascending: readonly number[]): number => {
  let sum = 0;
  for (let i = ascending.length - 1; i >= 0; i -= 1) sum = sum * x + ascending[i]!;
  return sum;
};

// Rational approximations of fdlibm s_erf.c (Sun Microsystems, 1993), ascending powers.
const PP = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442,
  -0.000023763016656650163,
];
const QQ = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164,
  -0.000003960228278775368,
];
const PA = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175,
  -0.11089469428239668, 0.035478304325618236, -0.002166375594868791,
];
const QA = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164,
  0.01363708391202905, 0.011984499846799107,
];
const RA = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006,
  -162.39666946257347, -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const SA = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679,
  429.00814002756783, 108.63500554177944, 6.570249770319282, -0.0604244152148581,
];
const RB = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192,
  -637.5664433683896, -1025.0951316110772, -483.5191916086514,
];
const SB = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955,
  2553.0504064331644, 474.52854120695537, -22.44095244658582,
];
const kErx = 0.8450629115104675;

/** erfc(x) for x >= 1.25: exp(-x^2) in two factors, the square split so that no digit is lost. */
function erfcTail(x: number): number {
  const s = 1 / (x * x);
  const ratio =
    x < 1 / 0.35 ? polynomial(s, RA) / polynomial(s, SA) : polynomial(s, RB) / polynomial(s, SB);
  const z = Math.fround(x);
  return (Math.exp(-z * z - 0.5625) * Math.exp((z - x) * (z + x) + ratio)) / x;
}

/** The error function. Bound: 1e-15 relative. Source: fdlibm s_erf.c. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a < 0.84375) return x + x * (polynomial(x * x, PP) / polynomial(x * x, QQ));
  const sign = x < 0 ? -1 : 1;
  if (a < 1.25) return sign * (kErx + polynomial(a - 1, PA) / polynomial(a - 1, QA));
  return a >= 6 ? sign : sign * (1 - erfcTail(a));
}

/** 1 - erf(x), accurate in the tail until it underflows beyond 26.5. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < 0.25) return 1 - erf(x);
  if (x < 0.84375) return 0.5 - (x - 0.5 + x * (polynomial(x * x, PP) / polynomial(x * x, QQ)));
  if (x < 1.25) return 1 - kErx - polynomial(x - 1, PA) / polynomial(x - 1, QA);
  return x > 27.3 ? 0 : erfcTail(x);
}

const STIRLING = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
];

/** ln Gamma(x) for x > 0 (reflection below 0; Infinity at the poles). Bound: 1e-14 relative or absolute. */
export function lgamma(x: number): number {
  if (x <= 0) {
    if (Number.isInteger(x)) return Number.POSITIVE_INFINITY;
    return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  }
  if (x === 1 || x === 2) return 0;
  let product = 1;
  let z = x;
  while (z < 14) {
    product *= z;
    z += 1;
  }
  const stirling =
    (z - 0.5) * Math.log(z) - z + kHalfLogTwoPi + polynomial(1 / (z * z), STIRLING) / z;
  return stirling - Math.log(product);
}

/** The derivative of ln Gamma at x > 0. */
export function digamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 12) {
    shift -= 1 / z;
    z += 1;
  }
  const s = 1 / (z * z);
  const tail = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];
  return shift + Math.log(z) - 0.5 / z - s * polynomial(s, tail);
}

/** The second derivative of ln Gamma at x > 0. */
export function trigamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 14) {
    shift += 1 / (z * z);
    z += 1;
  }
  const s = 1 / (z * z);
  const tail = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];
  return shift + 1 / z + s / 2 + (s / z) * polynomial(s, tail);
}

/** ln Gamma(x + 1) minus Stirling's leading terms (Loader 2000). */
function stirlingError(x: number): number {
  if (x > 14) return polynomial(1 / (x * x), STIRLING) / x;
  return lgamma(x + 1) - (x + 0.5) * Math.log(x) + x - kHalfLogTwoPi;
}

/** x ln(x / m) + m - x without cancellation (Loader 2000). */
function devianceTerm(x: number, m: number): number {
  const d = x - m;
  if (Math.abs(d) > 0.1 * (x + m)) return x * Math.log(x / m) - d;
  const v = d / (x + m);
  let sum = d * v;
  let term = 2 * x * v;
  for (let j = 1; j < 1000; j += 1) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) return next;
    sum = next;
  }
  return sum;
}

/** x^a e^-x / Gamma(a + 1) without loss at large a: the density both incomplete gammas start from. */
export function poissonDensity(a: number, x: number): number {
  if (x === 0) return a === 0 ? 1 : 0;
  if (a === 0) return Math.exp(-x);
  // Far in the tail 2 pi a cannot help: the exponent alone decides, and underflows to 0.
  return Math.exp(-stirlingError(a) - devianceTerm(a, x)) / Math.sqrt(2 * Math.PI * a);
}

/** Modified Lentz evaluation of b0 + a1/(b1 + a2/(b2 + ...)) from n = 1 on. */
function continuedFraction(b0: number, a: (n: number) => number, b: (n: number) => number): number {
  const tiny = 1e-300;
  let f = b0 === 0 ? tiny : b0;
  let c = f;
  let d = 0;
  for (let n = 1; n < 100_000; n += 1) {
    d = b(n) + a(n) * d;
    c = b(n) + a(n) / c;
    if (d === 0) d = tiny;
    if (c === 0) c = tiny;
    d = 1 / d;
    const delta = c * d;
    f *= delta;
    if (Math.abs(delta - 1) < 1e-16) break;
  }
  return f;
}

/** Above this the sums below would need more terms than they are given. */
const LARGE_SHAPE = 1e10;

/**
 * P and Q at a large shape by the leading terms of Temme's uniform expansion.
 *
 *   Q = erfc(eta sqrt(a / 2)) / 2 + R,  eta^2 / 2 = lambda - 1 - ln lambda, lambda = x / a
 *
 * Source: Temme (1979), SIAM J. Math. Analysis 10(4); the first coefficient, 1/(lambda-1) - 1/eta.
 */
function largeShapeGamma(a: number, x: number): { readonly p: number; readonly q: number } {
  const off = (x - a) / a;
  const half = devianceTerm(a, x) / a;
  const eta = (off < 0 ? -1 : 1) * Math.sqrt(2 * Math.max(0, half));
  const first = Math.abs(off) < 1e-4 ? -1 / 3 + eta / 12 : 1 / off - 1 / eta;
  const rest = (Math.exp(-a * half) / Math.sqrt(2 * Math.PI * a)) * first;
  const root = eta * Math.sqrt(a / 2);
  return { p: 0.5 * erfc(-root) - rest, q: 0.5 * erfc(root) + rest };
}

/** The regularised incomplete gammas P(a, x) and Q = 1 - P, each accurate in its own tail. Requires a > 0, x >= 0. */
export function incompleteGamma(a: number, x: number): { readonly p: number; readonly q: number } {
  if (!(x > 0)) return { p: 0, q: 1 };
  if (x === Number.POSITIVE_INFINITY) return { p: 1, q: 0 };
  if (a > LARGE_SHAPE) return largeShapeGamma(a, x);
  const front = poissonDensity(a, x);
  if (x < a + 1) {
    let term = 1;
    let sum = 1;
    for (let n = 1; n < 1_000_000 && term > sum * 1e-17; n += 1) {
      term *= x / (a + n);
      sum += term;
    }
    const p = front * sum;
    return { p, q: 1 - p };
  }
  const fraction = continuedFraction(
    x + 1 - a,
    (n) => n * (a - n),
    (n) => x + 2 * n + 1 - a,
  );
  const q = (front * a) / fraction;
  return { p: 1 - q, q };
}

/**
 * The regularised incomplete beta I_x(a, b) and its complement.
 *
 * Requires: a, b > 0; x in [0, 1]; y = 1 - x, given apart so that neither tail loses digits.
 */
export function incompleteBeta(
  a: number,
  b: number,
  x: number,
  y: number,
): { readonly p: number; readonly q: number } {
  if (!(x > 0)) return { p: 0, q: 1 };
  if (!(y > 0)) return { p: 1, q: 0 };
  if (a * y < b * x) {
    const mirrored = incompleteBeta(b, a, y, x);
    return { p: mirrored.q, q: mirrored.p };
  }
  const n = a + b;
  const exponent =
    stirlingError(n) -
    stirlingError(a) -
    stirlingError(b) -
    devianceTerm(a, n * x) -
    devianceTerm(b, n * y);
  // x^a y^b / B(a, b)
  const front = Math.exp(exponent) * Math.sqrt((a * b) / (2 * Math.PI * n));
  // Didonato and Morris (1992), eq. 9.1: no cancellation while x <= a / (a + b).
  const above = (m: number): number => {
    const width = a + 2 * m - 1;
    return ((a + m - 1) / width) * ((a + b + m - 1) / width) * m * (b - m) * x * x;
  };
  const below = (m: number): number =>
    m +
    (m * (b - m) * x) / (a + 2 * m - 1) +
    ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (a + 2 * m + 1);
  const p = front / continuedFraction((a * (a * y - b * x + 1)) / (a + 1), above, below);
  return { p, q: 1 - p };
}
