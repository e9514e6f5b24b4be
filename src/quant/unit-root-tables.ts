import { normalCdf } from './distributions.ts';

/** Terms of a unit-root regression: none, constant, constant and trend, and the trend squared. */
export type Deterministic = 'n' | 'c' | 'ct' | 'ctt';

interface Surface {
  /** Below `lowest` p is 0, above `highest` 1; `split` parts the two polynomials. */
  readonly lowest: number;
  readonly split: number;
  readonly highest: number;
  readonly small: readonly number[];
  readonly large: readonly number[];
  /** Rows 1 %, 5 %, 10 %: coefficients of 1/n^0..3. */
  readonly critical: readonly (readonly number[])[];
}

// MacKinnon (1994), J. Business & Economic Statistics 12(2), tables 3 and 4, one variable; critical
// values of MacKinnon (2010), Queen's University working paper 1227 ("n": 1996).
const SURFACES: Record<Deterministic, Surface> = {
  n: {
    lowest: -19.04,
    split: -1.04,
    highest: Number.POSITIVE_INFINITY,
    small: [0.6344, 1.2378, 0.032496],
    large: [0.4797, 0.93557, -0.06999, 0.033066],
    critical: [
      [-2.56574, -2.2358, -3.627, 0],
      [-1.941, -0.2686, -3.365, 31.223],
      [-1.61682, 0.2656, -2.714, 25.364],
    ],
  },
  c: {
    lowest: -18.83,
    split: -1.61,
    highest: 2.74,
    small: [2.1659, 1.4412, 0.038269],
    large: [1.7339, 0.93202, -0.12745, -0.010368],
    critical: [
      [-3.43035, -6.5393, -16.786, -79.433],
      [-2.86154, -2.8903, -4.234, -40.04],
      [-2.56677, -1.5384, -2.809, 0],
    ],
  },
  ct: {
    lowest: -16.18,
    split: -2.89,
    highest: 0.7,
    small: [3.2512, 1.6047, 0.049588],
    large: [2.5261, 0.61654, -0.37956, -0.060285],
    critical: [
      [-3.95877, -9.0531, -28.428, -134.155],
      [-3.41049, -4.3904, -9.036, -45.374],
      [-3.12705, -2.5856, -3.925, -22.38],
    ],
  },
  ctt: {
    lowest: -17.17,
    split: -3.21,
    highest: 0.54,
    small: [4.0003, 1.658, 0.048288],
    large: [3.0778, 0.49529, -0.41477, -0.059359],
    critical: [
      [-4.37113, -11.5882, -35.819, -334.047],
      [-3.83239, -5.9057, -12.49, -118.284],
      [-3.55326, -3.6596, -5.293, -63.559],
    ],
  },
};

const polynomial = (x: number, ascending: readonly number[]): number =>
  ascending.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

/** The asymptotic p-value of a Dickey-Fuller t ratio from MacKinnon's response surface. */
export function mackinnonPValue(statistic: number, deterministic: Deterministic): number {
  const { lowest, split, highest, small, large } = SURFACES[deterministic];
  if (statistic > highest) return 1;
  if (statistic < lowest) return 0;
  return normalCdf(polynomial(statistic, statistic <= split ? small : large));
}

/** Critical values of a Dickey-Fuller t ratio over n observations. */
export interface CriticalValues {
  readonly '1%': number;
  readonly '5%': number;
  readonly '10%': number;
}

/** MacKinnon's critical values for n observations. */
export function mackinnonCriticalValues(n: number, deterministic: Deterministic): CriticalValues {
  const [one, five, ten] = SURFACES[deterministic].critical.map((row) => polynomial(1 / n, row));
  return { '1%': one!, '5%': five!, '10%': ten! };
}

/** Linear interpolation of y over rising x, level outside. */
export function interpolate(x: readonly number[], y: readonly number[], at: number): number {
  if (at <= x[0]!) return y[0]!;
  for (let i = 1; i < x.length; i += 1) {
    if (at <= x[i]!) {
      const share = (at - x[i - 1]!) / (x[i]! - x[i - 1]!);
      return y[i - 1]! + share * (y[i]! - y[i - 1]!);
    }
  }
  return y[y.length - 1]!;
}

// Banerjee et al. (1993), Co-integration, Error Correction, tables 4.1 and 4.2, with constant and
// trend: a row per sample size, a column per probability.
const SIZES = [25, 50, 100, 250, 500, 100_000];
const PROBABILITIES = [0.01, 0.025, 0.05, 0.1, 0.9, 0.95, 0.975, 0.99];
const TABLES = {
  'z-t': [
    [-4.38, -3.95, -3.6, -3.24, -1.14, -0.8, -0.5, -0.15],
    [-4.15, -3.8, -3.5, -3.18, -1.19, -0.87, -0.58, -0.24],
    [-4.04, -3.73, -3.45, -3.15, -1.22, -0.9, -0.62, -0.28],
    [-3.99, -3.69, -3.43, -3.13, -1.23, -0.92, -0.64, -0.31],
    [-3.98, -3.68, -3.42, -3.13, -1.24, -0.93, -0.65, -0.32],
    [-3.96, -3.66, -3.41, -3.12, -1.25, -0.94, -0.66, -0.33],
  ],
  'z-alpha': [
    [-22.5, -19.9, -17.9, -15.6, -3.66, -2.51, -1.53, -0.43],
    [-25.7, -22.4, -19.8, -16.8, -3.71, -2.6, -1.66, -0.65],
    [-27.4, -23.6, -20.7, -17.5, -3.74, -2.62, -1.73, -0.75],
    [-28.4, -24.4, -21.3, -18, -3.75, -2.64, -1.78, -0.82],
    [-28.9, -24.8, -21.5, -18.1, -3.76, -2.65, -1.78, -0.84],
    [-29.5, -25.1, -21.8, -18.3, -3.77, -2.66, -1.79, -0.87],
  ],
};

/** The p-value interpolated in a printed table with constant and trend, held to [0.01, 0.99]. */
export function tablePValue(statistic: number, n: number, table: 'z-t' | 'z-alpha'): number {
  const quantiles = PROBABILITIES.map((_, column) =>
    interpolate(
      SIZES,
      TABLES[table].map((row) => row[column]!),
      n,
    ),
  );
  return interpolate(quantiles, PROBABILITIES, statistic);
}
