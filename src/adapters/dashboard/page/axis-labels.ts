import { fixed } from './format.ts';

/** More decimals than these say nothing to a reader. */
const MAX_DECIMALS = 4;

/** Fewest decimals, 0 to 4, that write every multiple of `step` as it is. */
export function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < MAX_DECIMALS; decimals += 1) {
    const scaled = Math.abs(step) * 10 ** decimals;
    // Multiples are floats: 0.1 + 0.2 must not ask for a 17th digit.
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6) return decimals;
  }
  return MAX_DECIMALS;
}

/** The figures beside an axis whose lines are `step` apart, all with the decimals of the step. */
export function axisLabels(values: readonly number[], step: number, unit = ''): string[] {
  const decimals = decimalsOf(step);
  return values.map((value) => `${fixed(value, decimals)}${unit}`);
}
