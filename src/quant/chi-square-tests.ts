import { ok } from '../core/index.ts';
import { chiSquareSf } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';

/** A chi-square test with the frequencies it expected. */
export interface ChiSquareTest {
  readonly statistic: number;
  readonly pValue: number;
  readonly degreesOfFreedom: number;
  /** Row by row. */
  readonly expected: Float64Array;
}

const countFault = (name: string, counts: readonly number[]): string | null => {
  // Up to here a sum of squares over an expectation stays a double.
  const bad = counts.findIndex((value) => !(value >= 0 && value <= 1e70));
  return bad < 0 ? null : `${name}[${bad}] is ${counts[bad]}; every frequency must be in [0, 1e70]`;
};

/**
 * Tests that rows and columns of a table of frequencies are independent.
 *
 *   yates: half a unit towards the expectation where there is one degree of freedom (default)
 *
 * Errors: `bad-input` for fewer than 2 rows or columns, rows of unequal length, a frequency below
 *         0, or a row or column whose sum is 0.
 * Source: Pearson (1900); Yates (1934).
 */
export function chiSquareIndependenceTest(
  table: readonly (readonly number[])[],
  yates = true,
): QuantResult<ChiSquareTest> {
  const columns = table[0]?.length ?? 0;
  if (table.length < 2 || columns < 2) {
    return badInput(`table is ${table.length} by ${columns}; at least 2 by 2 is needed`);
  }
  for (const [i, row] of table.entries()) {
    const fault = countFault(`table[${i}]`, row);
    if (fault !== null) return badInput(fault);
    if (row.length !== columns) {
      return badInput(`table[${i}] has ${row.length} columns; the first row has ${columns}`);
    }
  }
  const rowSums = table.map((row) => row.reduce((sum, v) => sum + v, 0));
  const columnSums = table[0]!.map((_, j) => table.reduce((sum, row) => sum + row[j]!, 0));
  const total = rowSums.reduce((sum, v) => sum + v, 0);
  const empty = rowSums.indexOf(0);
  if (empty >= 0) return badInput(`row ${empty} of table sums to 0; it must be above 0`);
  const bare = columnSums.indexOf(0);
  if (bare >= 0) return badInput(`column ${bare} of table sums to 0; it must be above 0`);
  const degreesOfFreedom = (table.length - 1) * (columns - 1);
  const expected = new Float64Array(table.length * columns);
  let statistic = 0;
  for (const [i, row] of table.entries()) {
    for (const [j, observed] of row.entries()) {
      const mean = (rowSums[i]! * columnSums[j]!) / total;
      expected[i * columns + j] = mean;
      const gap = Math.abs(observed - mean);
      const correction = yates && degreesOfFreedom === 1 ? Math.min(0.5, gap) : 0;
      statistic += (gap - correction) ** 2 / mean;
    }
  }
  const pValue = chiSquareSf(statistic, degreesOfFreedom);
  return ok({ statistic, pValue, degreesOfFreedom, expected });
}

/**
 * Tests that observed frequencies follow expected ones.
 *
 *   fitted: parameters that came from the observations; degrees of freedom are k - 1 - fitted
 *
 * Errors: `bad-input` for unequal lengths or sums, an expectation not above 0, no degree of
 *         freedom.
 */
export function chiSquareGoodnessOfFitTest(
  observed: readonly number[],
  expected: readonly number[],
  fitted = 0,
): QuantResult<ChiSquareTest> {
  const fault = countFault('observed', observed) ?? countFault('expected', expected);
  if (fault !== null) return badInput(fault);
  if (observed.length !== expected.length) {
    return badInput(`observed has ${observed.length} cells and expected ${expected.length}`);
  }
  const zero = expected.findIndex((value) => !(value >= 1e-70));
  if (zero >= 0)
    return badInput(`expected[${zero}] is ${expected[zero]}; it must be at least 1e-70`);
  const degreesOfFreedom = observed.length - 1 - fitted;
  if (!(degreesOfFreedom >= 1)) {
    return badInput(`${observed.length} cells with ${fitted} fitted leave no degree of freedom`);
  }
  const sums = [observed, expected].map((cells) => cells.reduce((sum, v) => sum + v, 0));
  if (Math.abs(sums[0]! - sums[1]!) > 1e-8 * sums[1]!) {
    return badInput(`observed sums to ${sums[0]} and expected to ${sums[1]}; they must be equal`);
  }
  const statistic = observed.reduce((sum, v, i) => sum + (v - expected[i]!) ** 2 / expected[i]!, 0);
  const pValue = chiSquareSf(statistic, degreesOfFreedom);
  return ok({ statistic, pValue, degreesOfFreedom, expected: Float64Array.from(expected) });
}
