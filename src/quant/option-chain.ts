import { ok } from '../core/index.ts';
import { black76, type OptionKind } from './black-scholes.ts';
import { badInput, type QuantResult } from './errors.ts';

/** One listed option of an expiry. */
export interface ListedOption {
  readonly kind: OptionKind;
  readonly strike: number;
  /** Contracts, of one coin each. */
  readonly openInterest: number;
}

/** What the holders of all options of an expiry would be paid, by settlement price. */
export interface MaxPain {
  /** The settlement at which least is paid; the lowest of equals. */
  readonly strike: number;
  /** Every strike with what is paid there, ascending. */
  readonly pain: readonly { readonly strike: number; readonly paid: number }[];
  readonly totalOpenInterest: number;
  /** Puts / calls; null without calls. */
  readonly putCallRatio: number | null;
}

function listingFault(options: readonly ListedOption[]): string | null {
  if (options.length === 0) return 'the chain has no option';
  for (const [i, { strike, openInterest }] of options.entries()) {
    if (!(strike > 0 && Number.isFinite(strike))) {
      return `options[${i}].strike is ${strike}; it must be above 0`;
    }
    if (!(openInterest >= 0 && Number.isFinite(openInterest))) {
      return `options[${i}].openInterest is ${openInterest}; it must be at least 0`;
    }
  }
  return null;
}

/**
 * Finds the settlement among the strikes at which the options of one expiry pay least.
 *
 * Units:   `paid` in units of strike times contract.
 * Errors:  `bad-input` for an empty chain, a strike not above 0 or an open interest below 0.
 */
export function maxPain(options: readonly ListedOption[]): QuantResult<MaxPain> {
  const fault = listingFault(options);
  if (fault !== null) return badInput(fault);
  const strikes = [...new Set(options.map((o) => o.strike))].sort((a, b) => a - b);
  const pain = strikes.map((settlement) => {
    let paid = 0;
    for (const { kind, strike, openInterest } of options) {
      const sign = kind === 'call' ? 1 : -1;
      paid += openInterest * Math.max(0, sign * (settlement - strike));
    }
    return { strike: settlement, paid };
  });
  const least = pain.reduce((best, at) => (at.paid < best.paid ? at : best));
  const sum = (kind: OptionKind): number =>
    options.reduce((total, o) => total + (o.kind === kind ? o.openInterest : 0), 0);
  const [calls, puts] = [sum('call'), sum('put')];
  return ok({
    strike: least.strike,
    pain,
    totalOpenInterest: calls + puts,
    putCallRatio: calls > 0 ? puts / calls : null,
  });
}

/** A listed option with what its gamma needs. */
export interface VolatileOption extends ListedOption {
  readonly forward: number;
  /** Per square root of a year. */
  readonly volatility: number;
  readonly years: number;
}

/** The move and the convention of a gamma exposure. */
export interface GammaExposureOptions {
  /** The price whose move counts. */
  readonly spot: number;
  /** Move of the spot as a fraction; default 0.01. */
  readonly move?: number;
  /**
   * Who holds what: `calls-long-puts-short` (default) counts calls + and puts -, as if dealers were long
   * calls and short puts; `all-short` counts both -.
   */
  readonly dealers?: 'calls-long-puts-short' | 'all-short';
}

/**
 * Gamma exposure of a chain: the money dealers trade to stay hedged when the spot moves.
 *
 *   sum of sign * gamma * open interest * spot^2 * move, gamma of Black (1976) without discount
 *
 * Errors:  `bad-input` where an option or the spot is not as Black's formula needs it.
 */
export function gammaExposure(
  options: readonly VolatileOption[],
  { spot, move = 0.01, dealers = 'calls-long-puts-short' }: GammaExposureOptions,
): QuantResult<number> {
  const fault = listingFault(options);
  if (fault !== null) return badInput(fault);
  if (!(spot > 0 && Number.isFinite(spot))) return badInput(`spot is ${spot}; it must be above 0`);
  if (!Number.isFinite(move)) return badInput(`move is ${move}; it must be finite`);
  let sum = 0;
  for (const [i, option] of options.entries()) {
    const greeks = black76({ ...option, rate: 0 });
    if (!greeks.ok) return badInput(`options[${i}]: ${greeks.error.detail}`);
    const sign = option.kind === 'call' && dealers === 'calls-long-puts-short' ? 1 : -1;
    sum += sign * greeks.value.gamma * option.openInterest;
  }
  const exposure = sum * spot * spot * move;
  return Number.isFinite(exposure)
    ? ok(exposure)
    : badInput('the exposure leaves the range of doubles');
}
