import type { OptionKind } from '../../src/quant/index.ts';

/** Mean and standard error of a discounted payoff over simulated prices at expiry. */
export function discountedPayoff(
  terminal: Float64Array,
  kind: OptionKind,
  strike: number,
  rateTimesYears: number,
): { readonly mean: number; readonly standardError: number } {
  const sign = kind === 'call' ? 1 : -1;
  const discount = Math.exp(-rateTimesYears);
  let sum = 0;
  let squares = 0;
  for (const price of terminal) {
    const payoff = discount * Math.max(0, sign * (price - strike));
    sum += payoff;
    squares += payoff * payoff;
  }
  const mean = sum / terminal.length;
  const variance = squares / terminal.length - mean * mean;
  return { mean, standardError: Math.sqrt(variance / terminal.length) };
}
