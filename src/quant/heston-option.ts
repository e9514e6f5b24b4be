import { ok } from '../core/index.ts';
import { blackScholesPrice, type OptionKind, optionFault } from './black-scholes.ts';
import { badInput, type QuantResult } from './errors.ts';
import { gaussLegendre } from './gauss-legendre.ts';
import { expectedJump, jumpFault, type LogJumps } from './merton-option.ts';

/** A square-root variance and its correlation with the price. */
export interface HestonVariance {
  /** v0, per year. */
  readonly initial: number;
  /** kappa, per year. */
  readonly reversion: number;
  /** theta, per year. */
  readonly longRun: number;
  /** sigma: volatility of variance. */
  readonly volatility: number;
  /** rho, inside (-1, 1). */
  readonly correlation: number;
}

/** A European option whose underlying has a variance of its own. */
export interface HestonOption {
  readonly kind: OptionKind;
  readonly spot: number;
  readonly strike: number;
  readonly rate: number;
  readonly dividendYield?: number;
  readonly years: number;
  readonly variance: HestonVariance;
  /** With jumps the model is Bates's. */
  readonly jumps?: LogJumps;
}

/** Says what is wrong with a variance process, else null. */
export function varianceFault(variance: HestonVariance): string | null {
  const { initial, reversion, longRun, volatility, correlation } = variance;
  if (!(initial >= 0 && Number.isFinite(initial))) {
    return `initial variance is ${initial}; it must be at least 0`;
  }
  if (!(Math.abs(correlation) < 1)) {
    return `correlation is ${correlation}; it must be inside (-1, 1)`;
  }
  return optionFault({
    positive: { reversion, 'long-run variance': longRun, 'volatility of variance': volatility },
    finite: {},
  });
}

/** Real and imaginary part. */
type Complex = readonly [number, number];

const times = (a: Complex, b: Complex): Complex => [
  a[0] * b[0] - a[1] * b[1],
  a[0] * b[1] + a[1] * b[0],
];

const over = (a: Complex, b: Complex): Complex => {
  const size = b[0] * b[0] + b[1] * b[1];
  return [(a[0] * b[0] + a[1] * b[1]) / size, (a[1] * b[0] - a[0] * b[1]) / size];
};

const exponential = (a: Complex): Complex => {
  const size = Math.exp(a[0]);
  return [size * Math.cos(a[1]), size * Math.sin(a[1])];
};

const logarithm = (a: Complex): Complex => [
  Math.log(Math.hypot(a[0], a[1])),
  Math.atan2(a[1], a[0]),
];

/** The root with a real part of at least 0. */
const squareRoot = (a: Complex): Complex => {
  const size = Math.hypot(a[0], a[1]);
  const real = Math.sqrt((size + Math.abs(a[0])) / 2);
  if (real === 0) return [0, 0];
  const other = Math.abs(a[1]) / (2 * real);
  const sign = a[1] < 0 ? -1 : 1;
  return a[0] >= 0 ? [real, sign * other] : [other, sign * real];
};

/**
 * ln E[e^(s X)] at s = 1/2 + i x for X = ln(S_T / F): Heston in the form that never leaves the principal
 * branch, and the jumps.
 *
 * Source:  Albrecher, Mayer, Schoutens & Tistaert (2007), The little Heston trap; Bates (1996).
 */
function logTransform(option: HestonOption, x: number): Complex {
  const { initial, reversion, longRun, volatility: sigma, correlation } = option.variance;
  const T = option.years;
  const beta: Complex = [reversion - correlation * sigma * 0.5, -correlation * sigma * x];
  const squared = times(beta, beta);
  const d = squareRoot([squared[0] + sigma * sigma * (0.25 + x * x), squared[1]]);
  const minus: Complex = [beta[0] - d[0], beta[1] - d[1]];
  const g = over(minus, [beta[0] + d[0], beta[1] + d[1]]);
  const decay = exponential([-d[0] * T, -d[1] * T]);
  const gDecay = times(g, decay);
  const below: Complex = [1 - gDecay[0], -gDecay[1]];
  const log = logarithm(over(below, [1 - g[0], -g[1]]));
  const scale = (reversion * longRun) / (sigma * sigma);
  const state = times(minus, over([1 - decay[0], -decay[1]], below));
  const weight = initial / (sigma * sigma);
  let real = scale * (minus[0] * T - 2 * log[0]) + weight * state[0];
  let imaginary = scale * (minus[1] * T - 2 * log[1]) + weight * state[1];
  if (option.jumps !== undefined) {
    const { intensity, mean, deviation } = option.jumps;
    const half = (deviation * deviation) / 2;
    const jump = exponential([mean / 2 + half * (0.25 - x * x), mean * x + half * x]);
    const k = expectedJump(option.jumps);
    real += intensity * T * (jump[0] - 1 - k / 2);
    imaginary += intensity * T * (jump[1] - k * x);
  }
  return [real, imaginary];
}

/** Expected variance to expiry, jumps included: the variance of the Black price beside the integral. */
function expectedVariance(option: HestonOption): number {
  const { initial, reversion, longRun } = option.variance;
  const T = option.years;
  const diffusive = longRun * T + ((initial - longRun) * -Math.expm1(-reversion * T)) / reversion;
  if (option.jumps === undefined) return diffusive;
  const { intensity, mean, deviation } = option.jumps;
  return diffusive + intensity * T * (mean * mean + deviation * deviation);
}

const rule = gaussLegendre(20);

/**
 * Prices a European option under Heston's model, or Bates's when there are jumps: the Black price of the
 * expected variance, corrected by one integral along Im = -1/2, in panels of 20 Gauss-Legendre nodes until
 * the rest is below 1e-13 of the spot. A price below 0 by rounding is given as 0.
 *
 *   C = C_Black + e^(-rT) sqrt(F K) / pi * integral Re[e^(-i x ln(K/F)) (phi_Black - phi)] / (x^2 + 1/4) dx
 *
 * Errors:  `bad-input`; `not-converged` after 4,000 panels.
 * Source:  Lewis (2001), A simple option formula; Andersen & Piterbarg (2010), Interest rate modeling 1, 9.
 */
export function hestonOption(option: HestonOption): QuantResult<number> {
  const { spot, strike, rate, years, variance } = option;
  const dividendYield = option.dividendYield ?? 0;
  const fault =
    optionFault({ positive: { spot, strike, years }, finite: { rate, dividendYield } }) ??
    varianceFault(variance) ??
    (option.jumps === undefined ? null : jumpFault(option.jumps));
  if (fault !== null) return badInput(fault);
  const forward = spot * Math.exp((rate - dividendYield) * years);
  const k = Math.log(strike / forward);
  const total = expectedVariance(option);
  const widest = 4 / (Math.abs(k) + Math.sqrt(total) + 0.01);
  let from = 0;
  let width = Math.min(0.5, widest);
  let sum = 0;
  let quiet = 0;
  for (let panel = 0; panel < 4000; panel += 1) {
    let part = 0;
    let size = 0;
    for (let i = 0; i < rule.nodes.length; i += 1) {
      const x = from + (width * (1 + rule.nodes[i]!)) / 2;
      const [real, imaginary] = logTransform(option, x);
      const black = Math.exp((-total / 2) * (x * x + 0.25));
      const angle = imaginary - x * k;
      const gap = black * Math.cos(x * k) - Math.exp(real) * Math.cos(angle);
      const weight = rule.weights[i]! / (x * x + 0.25);
      part += weight * gap;
      size += weight * (black + Math.exp(real));
    }
    sum += (part * width) / 2;
    from += width;
    width = Math.min(2 * width, widest);
    // Two panels, for the integrand may cross 0 in one.
    quiet = size * from < 1e-13 ? quiet + 1 : 0;
    if (quiet === 2) return finish(option, total, sum);
  }
  return {
    ok: false,
    error: { code: 'not-converged', detail: `the integral has no end by x = ${from}` },
  };
}

function finish(option: HestonOption, total: number, sum: number): QuantResult<number> {
  const { spot, strike, rate, years } = option;
  const dividendYield = option.dividendYield ?? 0;
  const volatility = Math.sqrt(total / years);
  const { kind } = option;
  const black = blackScholesPrice({ kind, spot, strike, rate, dividendYield, volatility, years });
  const scale = Math.sqrt(spot * strike) * Math.exp((-(rate + dividendYield) * years) / 2);
  const price = Math.max(0, black + (scale * sum) / Math.PI);
  return Number.isFinite(price) ? ok(price) : badInput('the price leaves the range of doubles');
}
