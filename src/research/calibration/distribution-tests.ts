import {
  hill,
  kolmogorovSmirnovTest,
  kolmogorovSmirnovTwoSampleTest,
  normalCdf,
  quantileSorted,
} from '../../quant/index.ts';

/** How well a distribution that was fitted to one part of the data describes another part. */
export interface HeldOutTest {
  /** What is distributed, for example `market order size`. */
  readonly quantity: string;
  readonly distribution: string;
  /** Unit of the quantity and of the parameters that have one. */
  readonly unit: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** Values that were fitted to. */
  readonly fittedTo: number;
  /** Values that were tested on; none of them was fitted to. */
  readonly testedOn: number;
  /** Kolmogorov-Smirnov distance, 0 to 1. */
  readonly statistic: number;
  readonly pValue: number;
}

/** A log-normal distribution. */
export interface LogNormal {
  readonly logMean: number;
  readonly logDeviation: number;
}

/** Share of the largest values that the power tail is fitted to. */
const TAIL_SHARE = 0.05;

/** Fewest values that a distribution is fitted to, or tested on. */
const FEWEST = 20;

/** Probabilities of the quantiles that a model keeps, ascending from 0 to 1. */
export const QUANTILE_PROBABILITIES: readonly number[] = [
  ...Array.from({ length: 100 }, (_, i) => i / 100),
  0.995,
  0.999,
  1,
];

/** Quantiles of ascending values at `QUANTILE_PROBABILITIES`. */
export const quantileTable = (sorted: Float64Array): readonly number[] =>
  QUANTILE_PROBABILITIES.map((p) => quantileSorted(sorted, p));

/** The log-normal of greatest likelihood for positive values. */
export function fitLogNormal(positive: Float64Array): LogNormal {
  let sum = 0;
  for (const x of positive) sum += Math.log(x);
  const logMean = sum / positive.length;
  let squares = 0;
  for (const x of positive) squares += (Math.log(x) - logMean) ** 2;
  return { logMean, logDeviation: Math.sqrt(squares / positive.length) };
}

/** What is tested, and its two parts, ascending. */
interface Parts {
  readonly quantity: string;
  readonly unit: string;
  readonly train: Float64Array;
  readonly test: Float64Array;
}

const enough = ({ train, test }: Parts): boolean => train.length >= FEWEST && test.length >= FEWEST;

function againstCdf(
  parts: Parts,
  distribution: string,
  parameters: Readonly<Record<string, number>>,
  cdf: (x: number) => number,
): readonly HeldOutTest[] {
  const { quantity, unit, train, test } = parts;
  const found = kolmogorovSmirnovTest(test, cdf);
  if (!found.ok) return [];
  const counts = { fittedTo: train.length, testedOn: test.length };
  return [{ quantity, distribution, unit, parameters, ...counts, ...found.value }];
}

/** Tests the values of the test part themselves against those of the train part. */
export function empiricalTest(parts: Parts): readonly HeldOutTest[] {
  if (!enough(parts)) return [];
  const { quantity, unit, train, test } = parts;
  const found = kolmogorovSmirnovTwoSampleTest(train, test, 'asymptotic');
  if (!found.ok) return [];
  return [
    {
      quantity,
      distribution: 'empirical',
      unit,
      parameters: {},
      fittedTo: train.length,
      testedOn: test.length,
      ...found.value,
    },
  ];
}

/** Fits an exponential distribution and tests it. */
export function exponentialTest(parts: Parts): readonly HeldOutTest[] {
  if (!enough(parts)) return [];
  const mean = parts.train.reduce((a, b) => a + b, 0) / parts.train.length;
  return againstCdf(parts, 'exponential', { mean }, (x) => -Math.expm1(-Math.max(0, x) / mean));
}

/** Fits a log-normal distribution to the positive values and tests it on positive ones. */
export function logNormalTest(parts: Parts): readonly HeldOutTest[] {
  const positive = {
    ...parts,
    train: parts.train.filter((x) => x > 0),
    test: parts.test.filter((x) => x > 0),
  };
  if (!enough(positive)) return [];
  const { logMean, logDeviation } = fitLogNormal(positive.train);
  if (!(logDeviation > 0)) return [];
  return againstCdf(positive, 'log-normal', { logMean, logDeviation }, (x) =>
    normalCdf((Math.log(x) - logMean) / logDeviation),
  );
}

/**
 * Fits a power law to the largest 5 % and tests it on the values above the same threshold.
 *
 *   P(X > x | X > u) = (u / x)^alpha
 */
export function powerTailTest(parts: Parts): readonly HeldOutTest[] {
  const { train } = parts;
  const k = Math.floor(train.length * TAIL_SHARE);
  if (k < FEWEST) return [];
  const from = train[train.length - k - 1]!;
  const found = hill(train, k);
  const test = parts.test.filter((x) => x > from);
  if (!found.ok || test.length < FEWEST) return [];
  const { tailIndex, standardError } = found.value;
  const tail = { ...parts, train: train.slice(-k), test };
  return againstCdf(tail, 'power tail', { tailIndex, standardError, from }, (x) =>
    x <= from ? 0 : 1 - (from / x) ** tailIndex,
  );
}

/** Tests values that are unit exponentials if a model of their times is right. */
export function residualTest(
  quantity: string,
  distribution: string,
  parameters: Readonly<Record<string, number>>,
  fittedTo: number,
  residuals: Float64Array,
): readonly HeldOutTest[] {
  const parts = { quantity, unit: 'rescaled time', train: new Float64Array(0), test: residuals };
  if (residuals.length < FEWEST) return [];
  return againstCdf(parts, distribution, parameters, (x) => -Math.expm1(-x)).map((each) => ({
    ...each,
    fittedTo,
  }));
}
