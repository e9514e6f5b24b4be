import { ok } from '../core/index.ts';
import { type ForwardOption, optionFault, type SpotOption } from './black-scholes.ts';
import { badInput, type QuantResult } from './errors.ts';
import { kernel } from './kernel.ts';

/** Options by column: prices undiscounted, so that a forward price says all about rate and yield. */
export interface PricedChain {
  /** Price / e^(-rate * years), in units of the forward. */
  readonly price: Float64Array;
  readonly forward: Float64Array;
  readonly strike: Float64Array;
  /** 1 for a call, -1 for a put. */
  readonly sign: Float64Array;
  readonly years: Float64Array;
}

/** How the search for a volatility ended. */
export const impliedOutcomes = [
  'found',
  'no-time-value',
  'below-intrinsic',
  'above-maximum',
  'not-converged',
] as const;

/** Volatilities of a chain, and how each search ended. */
export interface ImpliedVolatilities {
  /** Per square root of a year; 0 where the outcome is not 0. */
  readonly volatility: Float64Array;
  /** Index into impliedOutcomes. */
  readonly outcome: Float64Array;
}

const columns = ['price', 'forward', 'strike', 'sign', 'years'] as const;

/** Least forward, strike and time: below, quotients leave the range of doubles. */
const LEAST = 1e-300;

const allowed = (name: (typeof columns)[number], value: number): boolean => {
  if (name === 'sign') return Math.abs(value) === 1;
  return (name === 'price' ? value >= 0 : value > LEAST) && value < Number.POSITIVE_INFINITY;
};

/** Whether every row may be solved: one pass without calls, for chains are long and mostly sound. */
function isSound({ price, forward, strike, sign, years }: PricedChain): boolean {
  const infinity = Number.POSITIVE_INFINITY;
  for (let i = 0; i < price.length; i += 1) {
    const row =
      price[i]! >= 0 &&
      price[i]! < infinity &&
      forward[i]! > LEAST &&
      forward[i]! < infinity &&
      strike[i]! > LEAST &&
      strike[i]! < infinity &&
      years[i]! > LEAST &&
      years[i]! < infinity &&
      (sign[i] === 1 || sign[i] === -1);
    if (!row) return false;
  }
  return true;
}

function chainFault(chain: PricedChain): string | null {
  const n = chain.price.length;
  const short = columns.find((name) => chain[name].length !== n);
  if (short !== undefined) return `${short} has ${chain[short].length} values, price has ${n}`;
  if (isSound(chain)) return null;
  for (const name of columns) {
    const column = chain[name];
    const at = column.findIndex((value) => !allowed(name, value));
    const what = name === 'sign' ? '1 or -1' : name === 'price' ? 'at least 0' : 'above 0';
    if (at >= 0) return `${name}[${at}] is ${column[at]}; it must be ${what}`;
  }
  return null;
}

/**
 * Implied volatilities of a chain in one call of the kernel.
 *
 * Bound:       relative 1e-11 or, if more, 2e-15 / (volatility sqrt(years)) out of the money; in the
 *              money what the time value keeps of its digits.
 * Errors:      `bad-input` for unequal columns, numbers that are not finite or not above 0; a price no
 *              volatility gives is an outcome of its option, not an error of the chain.
 * Determinism: bit-identical on every target.
 */
export function impliedVolatilities(chain: PricedChain): QuantResult<ImpliedVolatilities> {
  const fault = chainFault(chain);
  if (fault !== null) return badInput(fault);
  const volatility = new Float64Array(chain.price.length);
  const outcome = new Float64Array(chain.price.length);
  kernel('impliedVolatility')(
    chain.price,
    chain.forward,
    chain.strike,
    chain.sign,
    chain.years,
    volatility,
    outcome,
  );
  return ok({ volatility, outcome });
}

/** The volatility that gives one option on a forward this (discounted) price. */
export function impliedVolatilityBlack76(
  option: Omit<ForwardOption, 'volatility'>,
  price: number,
): QuantResult<number> {
  const { forward, strike, rate, years } = option;
  const fault = optionFault({ positive: { forward, strike, years }, finite: { price, rate } });
  if (fault !== null) return badInput(fault);
  const found = impliedVolatilities({
    price: Float64Array.of(price * Math.exp(rate * years)),
    forward: Float64Array.of(forward),
    strike: Float64Array.of(strike),
    sign: Float64Array.of(option.kind === 'call' ? 1 : -1),
    years: Float64Array.of(years),
  });
  if (!found.ok) return found;
  const outcome = impliedOutcomes[found.value.outcome[0]!]!;
  if (outcome === 'found') return ok(found.value.volatility[0]!);
  return {
    ok: false,
    error: {
      code: outcome === 'not-converged' ? 'not-converged' : 'bad-input',
      detail: `price ${price} has no implied volatility: ${outcome}`,
    },
  };
}

/** The volatility that gives one option on a spot this price by Black, Scholes and Merton. */
export function impliedVolatility(
  option: Omit<SpotOption, 'volatility'>,
  price: number,
): QuantResult<number> {
  const { kind, spot, strike, rate, years } = option;
  const forward = spot * Math.exp((rate - (option.dividendYield ?? 0)) * years);
  return impliedVolatilityBlack76({ kind, forward, strike, rate, years }, price);
}
