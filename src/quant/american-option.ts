import { ok } from '../core/index.ts';
import { optionFault, type SpotOption } from './black-scholes.ts';
import { badInput, type QuantResult } from './errors.ts';

/** Size and convention of a binomial tree. */
export interface TreeOptions {
  readonly steps: number;
  /**
   * Probability of an up move: `cox-ross-rubinstein` (e^(carry dt) - d) / (u - d) (default), or
   * `first-order` 1/2 + (carry - v^2/2) sqrt(dt) / (2 v), as QuantLib's "crr" tree has it.
   */
  readonly probability?: 'cox-ross-rubinstein' | 'first-order';
}

/**
 * Prices an American option on the binomial tree of Cox, Ross and Rubinstein.
 *
 * Errors:  `bad-input` also when the steps are so long that the probability leaves (0, 1).
 * Cost:    O(steps^2).
 * Source:  Cox, Ross & Rubinstein (1979), J. Financial Economics 7.
 */
export function americanOption(option: SpotOption, tree: TreeOptions): QuantResult<number> {
  const { spot, strike, rate, volatility, years } = option;
  const dividendYield = option.dividendYield ?? 0;
  const fault = optionFault({
    positive: { spot, strike, volatility, years },
    finite: { rate, dividendYield },
  });
  if (fault !== null) return badInput(fault);
  const { steps } = tree;
  if (!(Number.isInteger(steps) && steps >= 1 && steps <= 20_000)) {
    return badInput(`steps is ${steps}; a whole number from 1 to 20000 is needed`);
  }
  const dt = years / steps;
  const move = volatility * Math.sqrt(dt);
  const carry = rate - dividendYield;
  const up =
    tree.probability === 'first-order'
      ? 0.5 + (0.5 * (carry - (volatility * volatility) / 2) * dt) / move
      : (Math.exp(carry * dt) - Math.exp(-move)) / (Math.exp(move) - Math.exp(-move));
  if (!(up > 0 && up < 1)) return badInput(`the probability of an up move is ${up}; more steps`);
  const sign = option.kind === 'call' ? 1 : -1;
  const price = (step: number, ups: number): number => spot * Math.exp(move * (2 * ups - step));
  const levels = Float64Array.from({ length: 2 * steps + 1 }, (_, i) => price(steps, i / 2));
  const values = Float64Array.from({ length: steps + 1 }, (_, i) =>
    Math.max(0, sign * (levels[2 * i]! - strike)),
  );
  const discount = Math.exp(-rate * dt);
  for (let step = steps - 1; step >= 0; step -= 1) {
    for (let i = 0; i <= step; i += 1) {
      const held = discount * (up * values[i + 1]! + (1 - up) * values[i]!);
      const exercised = sign * (levels[2 * i + steps - step]! - strike);
      values[i] = held > exercised ? held : exercised;
    }
  }
  return ok(values[0]!);
}
