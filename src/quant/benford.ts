import { ok } from '../core/index.ts';
import { chiSquareSf } from './distributions.ts';
import { badInput, type QuantResult } from './errors.ts';

/** How far first digits lie from Benford's law. */
export interface Benford {
  /** Values that are not 0; zeros have no first digit. */
  readonly n: number;
  /** How often each first digit 1 to 9, and each second digit 0 to 9, occurs. */
  readonly firstCounts: Float64Array;
  readonly secondCounts: Float64Array;
  readonly firstExpected: Float64Array;
  readonly secondExpected: Float64Array;
  /** Pearson's statistic of the first digits, 8 degrees of freedom, and its p-value. */
  readonly chiSquared: number;
  readonly pValue: number;
  /** Mean absolute deviation of the shares of the first digits. */
  readonly meanDeviation: number;
  /** Nigrini's (2012) grades of it: to 0.006, 0.012, 0.015 and above. */
  readonly conformity: 'close' | 'acceptable' | 'marginal' | 'none';
  /** z of each first digit, with the continuity correction 1 / 2n where it is the smaller. */
  readonly z: Float64Array;
  /** Greatest distance of the cumulated shares of the first digits. */
  readonly kolmogorovSmirnov: number;
}

const firstLaw = (): Float64Array =>
  Float64Array.from({ length: 9 }, (_, d) => Math.log10(1 + 1 / (d + 1)));

const secondLaw = (): Float64Array =>
  Float64Array.from({ length: 10 }, (_, d) => {
    let share = 0;
    for (let first = 1; first <= 9; first += 1) share += Math.log10(1 + 1 / (10 * first + d));
    return share;
  });

/** How digits are read. */
export interface BenfordOptions {
  /**
   * 'shortest' reads the shortest decimal that gives the value back; a number 1 to 20 reads scientific
   * notation with that many decimals (15 is C's "%.15e", for which 9.7 begins 9.6999). Default 'shortest'.
   */
  readonly notation?: 'shortest' | number;
}

/**
 * Compares the leading digits of values with Benford's law, signs and zeros left out. A value of one
 * digit has second digit 0.
 *
 * Errors: `bad-input` for values that are not finite, and fewer than 10 that are not 0.
 * Source: Nigrini (2012), Benford's Law.
 */
export function benford(values: Float64Array, options: BenfordOptions = {}): QuantResult<Benford> {
  const { notation = 'shortest' } = options;
  if (notation !== 'shortest' && !(Number.isInteger(notation) && notation >= 1 && notation <= 20)) {
    return badInput(`notation is ${notation}; allowed are 'shortest' and whole numbers 1 to 20`);
  }
  const decimals = notation === 'shortest' ? undefined : notation;
  const firstCounts = new Float64Array(9);
  const secondCounts = new Float64Array(10);
  let n = 0;
  for (let i = 0; i < values.length; i += 1) {
    const v = values[i]!;
    if (!Number.isFinite(v)) return badInput(`values[${i}] is ${v}; every value must be finite`);
    if (v === 0) continue;
    const digits = Math.abs(v).toExponential(decimals);
    const first = Number(digits[0]) - 1;
    const second = digits[1] === '.' ? Number(digits[2]) : 0;
    firstCounts[first] = firstCounts[first]! + 1;
    secondCounts[second] = secondCounts[second]! + 1;
    n += 1;
  }
  if (n < 10) return badInput(`values has ${n} values that are not 0; at least 10 are needed`);
  const firstExpected = firstLaw();
  const shares = firstCounts.map((count) => count / n);
  let statistic = 0;
  let deviation = 0;
  let [seen, law, distance] = [0, 0, 0];
  firstExpected.forEach((e, d) => {
    statistic += (firstCounts[d]! - n * e) ** 2 / (n * e);
    deviation += Math.abs(shares[d]! - e) / 9;
    seen += shares[d]!;
    law += e;
    distance = Math.max(distance, Math.abs(seen - law));
  });
  return ok({
    n,
    firstCounts,
    secondCounts,
    firstExpected,
    secondExpected: secondLaw(),
    chiSquared: statistic,
    pValue: chiSquareSf(statistic, 8),
    meanDeviation: deviation,
    conformity: grade(deviation),
    z: firstExpected.map((e, d) => zScore(shares[d]!, e, n)),
    kolmogorovSmirnov: distance,
  });
}

function zScore(share: number, expected: number, n: number): number {
  const off = Math.abs(share - expected);
  const correction = 1 / (2 * n);
  return (off > correction ? off - correction : off) / Math.sqrt((expected * (1 - expected)) / n);
}

function grade(deviation: number): Benford['conformity'] {
  if (deviation < 0.006) return 'close';
  if (deviation < 0.012) return 'acceptable';
  return deviation < 0.015 ? 'marginal' : 'none';
}
