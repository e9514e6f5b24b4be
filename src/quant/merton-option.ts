import { ok } from '../core/index.ts';
import { blackScholesPrice, optionFault, type SpotOption } from './black-scholes.ts';
import { badInput, type QuantResult } from './errors.ts';

/** Jumps of the logarithm of the price: a Poisson number of normal ones. */
export interface LogJumps {
  /** Expected number a year. */
  readonly intensity: number;
  /** Mean of a jump of the logarithm. */
  readonly mean: number;
  readonly deviation: number;
}

/** Says what is wrong with jumps, else null. */
export function jumpFault(jumps: LogJumps): string | null {
  const { intensity, mean, deviation } = jumps;
  if (!(intensity >= 0 && Number.isFinite(intensity))) {
    return `intensity is ${intensity}; it must be at least 0`;
  }
  if (!(deviation >= 0 && Number.isFinite(deviation))) {
    return `jump deviation is ${deviation}; it must be at least 0`;
  }
  return Number.isFinite(mean) ? null : `jump mean is ${mean}; it must be finite`;
}

/** Expected relative jump E[e^J] - 1, which the drift compensates. */
export const expectedJump = (jumps: LogJumps): number =>
  Math.expm1(jumps.mean + (jumps.deviation * jumps.deviation) / 2);

/**
 * Prices a European option when the price jumps (Merton): Black-Scholes prices weighted by the Poisson
 * chances of n jumps, until the weights left are below 1e-17.
 *
 * Errors:  `bad-input`; `not-converged` beyond 10,000 expected jumps.
 * Source:  Merton (1976), J. Financial Economics 3.
 */
export function mertonOption(option: SpotOption, jumps: LogJumps): QuantResult<number> {
  const { spot, strike, rate, volatility, years } = option;
  const fault =
    optionFault({
      positive: { spot, strike, volatility, years },
      finite: { rate, dividendYield: option.dividendYield ?? 0 },
    }) ?? jumpFault(jumps);
  if (fault !== null) return badInput(fault);
  const k = expectedJump(jumps);
  const expected = jumps.intensity * (1 + k) * years;
  if (!(expected <= 10_000)) {
    return {
      ok: false,
      error: { code: 'not-converged', detail: `${expected} jumps expected; at most 10000` },
    };
  }
  let price = 0;
  let logWeight = -expected;
  const last = Math.ceil(expected + 12 * Math.sqrt(expected) + 40);
  for (let n = 0; n <= last; n += 1) {
    if (n > 0) logWeight += Math.log(expected / n);
    const weight = Math.exp(logWeight);
    if (weight > 0) {
      price +=
        weight *
        blackScholesPrice({
          ...option,
          rate: rate - jumps.intensity * k + (n * Math.log1p(k)) / years,
          volatility: Math.sqrt(volatility ** 2 + (n * jumps.deviation ** 2) / years),
        });
    }
    if (n > expected && weight < 1e-17) break;
  }
  return Number.isFinite(price) ? ok(price) : badInput('the price leaves the range of doubles');
}
