import { describe, expect, it } from 'vitest';
import { fastIca, principalComponents } from '../../src/quant/index.ts';
import { value } from '../quant/results.ts';
import { Comparison, type Json, load, series } from './fixture.ts';

const fixture = load('pca_ica');

const matrix = (rows: Json) => ({
  data: series(rows.flat()),
  rows: rows.length as number,
  columns: rows[0].length as number,
});

const column = (data: Float64Array, columns: number, j: number): Float64Array =>
  data.filter((_, k) => k % columns === j);

function correlation(a: Float64Array, b: Float64Array): number {
  const centre = (v: Float64Array) => {
    const mean = v.reduce((sum, x) => sum + x, 0) / v.length;
    return v.map((x) => x - mean);
  };
  const [x, y] = [centre(a), centre(b)];
  const dot = (u: Float64Array, v: Float64Array) => u.reduce((sum, c, i) => sum + c * v[i]!, 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

/** All orders of 0 … k−1. */
const orders = (k: number): number[][] =>
  k === 0
    ? [[]]
    : orders(k - 1).flatMap((order) =>
        Array.from({ length: k }, (_, at) => order.toSpliced(at, 0, k - 1)),
      );

describe.skipIf(fixture === null)('principal and independent components', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('pca_ica', fixture);
  const eigen = { rel: tolerance.eigen_rel };
  // "up to sign, abs 1e-8"
  const upToSign = { abs: Number(/abs ([\d.e-]+)/.exec(tolerance.components)?.[1] ?? 1e-8) };

  it('has the eigenvalues, vectors and scores of the covariance', () => {
    const x = matrix(input.X);
    const p = x.columns;
    const pca = value(principalComponents(x));
    comparison.compare('/pca/eigenvalues', [...pca.eigenvalues], eigen);
    comparison.compare('/pca/ratio', [...pca.ratio], eigen);
    comparison.compare('/pca/mean', [...pca.mean], eigen);
    const signs = (expected.pca.components_rows as number[][]).map((row, c) =>
      Math.sign(row.reduce((sum, v, j) => sum + v * pca.components[c * p + j]!, 0)),
    );
    const rows = signs.map((sign, c) =>
      [...pca.components.subarray(c * p, (c + 1) * p)].map((v) => sign * v),
    );
    comparison.compare('/pca/components_rows', rows, upToSign);
    const scores = signs.map((sign, c) => sign * pca.scores[c]!);
    comparison.compare('/pca/scores_row0', scores, upToSign);
    const scaled = value(principalComponents(x, { scale: 'sample' }));
    comparison.compare('/pca/scaled_eigenvalues', [...scaled.eigenvalues], eigen);
  });

  it('recovers the sources that were mixed', () => {
    const x = matrix(input.mixed);
    const k = x.columns;
    const truth = matrix(input.true_sources);
    const { sources } = value(fastIca(x));
    const best = Array.from({ length: k }, (_, j) =>
      Math.max(
        ...Array.from({ length: k }, (_, c) =>
          Math.abs(correlation(column(truth.data, k, j), column(sources, k, c))),
        ),
      ),
    );
    expect(Math.min(...best)).toBeGreaterThan(tolerance.ica_min_abs_corr);
    // The reference reached this correlation with the truth; so must a fit of the same objective.
    comparison.compare('/ica/abs_corr_with_true_sources_best', best, {
      abs: 1 - tolerance.ica_min_abs_corr,
    });
    const wanted = expected.ica.recovered_first3 as number[][];
    const distance = (order: number[], signs: number[]): number =>
      Math.max(
        ...wanted.flatMap((row, i) =>
          row.map((v, j) => Math.abs(v - signs[j]! * sources[i * k + order[j]!]!)),
        ),
      );
    const signsOf = (order: number[]): number[] =>
      order.map((c, j) =>
        Math.sign(wanted.reduce((sum, row, i) => sum + row[j]! * sources[i * k + c]!, 0)),
      );
    const order = orders(k).sort((a, b) => distance(a, signsOf(a)) - distance(b, signsOf(b)))[0]!;
    const signs = signsOf(order);
    // Two packages with correlation c and unit variance differ by sqrt(2 − 2c) in the mean square.
    const between = Math.sqrt(2 - 2 * expected.ica.sklearn_vs_R_min_best_corr);
    comparison.compare(
      '/ica/recovered_first3',
      wanted.map((_, i) => order.map((c, j) => signs[j]! * sources[i * k + c]!)),
      { abs: Math.max(1e-4, 10 * between) },
    );
    comparison.leaveOut('/ica/sklearn_vs_R_min_best_corr', 'compares two packages with each other');
  });
});
