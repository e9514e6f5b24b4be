import { describe, expect, it } from 'vitest';
import { seededRng } from '../../src/core/index.ts';
import { fastIca, principalComponents } from '../../src/quant/index.ts';
import { multiply, transpose } from '../../src/quant/linear-algebra.ts';
import { normals, refusal, value } from './results.ts';

describe('principal components', () => {
  it('rotate the input without loss, and their scores are uncorrelated', () => {
    const [n, p] = [50, 6];
    const data = multiply(normals(n * p, 1), normals(p * p, 2), n, p, p);
    const pca = value(principalComponents({ data, rows: n, columns: p }));
    const back = multiply(pca.scores, pca.components, n, p, p);
    for (let k = 0; k < n * p; k += 1) {
      expect(back[k]! + pca.mean[k % p]!).toBeCloseTo(data[k]!, 10);
    }
    const second = multiply(transpose(pca.scores, n, p), pca.scores, p, n, p);
    for (let i = 0; i < p; i += 1) {
      for (let j = 0; j < p; j += 1) {
        const wanted = i === j ? pca.eigenvalues[i]! : 0;
        expect(second[i * p + j]! / (n - 1)).toBeCloseTo(wanted, 10);
      }
    }
    expect(pca.ratio.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('takes more columns than rows, and keeps as many components as asked', () => {
    const x = { data: normals(40, 3), rows: 4, columns: 10 };
    const pca = value(principalComponents(x, { components: 3 }));
    expect(pca.ratio.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
    expect(pca.scores.length).toBe(12);
    expect(value(principalComponents(x)).eigenvalues.every((v) => v >= 0)).toBe(true);
  });

  it('of scaled columns have eigenvalues that sum to the number of columns', () => {
    const x = { data: normals(60, 4), rows: 20, columns: 3 };
    const sum = (scale: 'population' | 'sample') =>
      value(principalComponents(x, { scale })).eigenvalues.reduce((s, v) => s + v, 0);
    expect(sum('sample')).toBeCloseTo(3, 12);
    expect(sum('population')).toBeCloseTo((3 * 20) / 19, 12);
  });

  it('name what is wrong with the input', () => {
    const flat = { data: new Float64Array(6).fill(2), rows: 3, columns: 2 };
    expect(refusal(principalComponents(flat))).toContain('the same row throughout');
    expect(refusal(principalComponents(flat, { scale: 'sample' }))).toContain('column 0 of x');
    expect(refusal(principalComponents(flat, { components: 3 }))).toContain('components is 3');
    expect(refusal(principalComponents({ ...flat, rows: 1 }))).toContain('x is 1 by 2');
    const vast = { ...flat, data: flat.data.with(4, 1e200) };
    expect(refusal(principalComponents(vast))).toContain('x[2][0] is 1e+200');
  });
});

describe('independent components', () => {
  const rng = seededRng(8);
  const rows = 2000;
  const sources = Float64Array.from({ length: rows * 2 }, (_, k) =>
    k % 2 === 0 ? Math.sign(Math.sin(k / 30)) : 2 * rng.uniform() - 1,
  );
  const x = {
    data: multiply(sources, Float64Array.of(1, 0.5, 0.7, 1), rows, 2, 2),
    rows,
    columns: 2,
  };

  it('are the sources but for order, sign and scale, under every contrast', () => {
    for (const contrast of ['logcosh', 'exp', 'cube'] as const) {
      const ica = value(fastIca(x, { contrast }));
      for (let s = 0; s < 2; s += 1) {
        const best = [0, 1].map((c) => {
          let [dot, square] = [0, 0];
          for (let i = 0; i < rows; i += 1) {
            dot += sources[i * 2 + s]! * ica.sources[i * 2 + c]!;
            square += sources[i * 2 + s]! ** 2;
          }
          return Math.abs(dot) / Math.sqrt(square * rows);
        });
        expect(Math.max(...best)).toBeGreaterThan(0.99);
      }
    }
  });

  it('mix back to the input, and unmix it', () => {
    const ica = value(fastIca(x));
    const back = multiply(ica.sources, transpose(ica.mixing, 2, 2), rows, 2, 2);
    const centred = x.data.map((v, k) => v - ica.mean[k % 2]!);
    const unmixed = multiply(centred, transpose(ica.unmixing, 2, 2), rows, 2, 2);
    for (let k = 0; k < rows * 2; k += 97) {
      expect(back[k]).toBeCloseTo(centred[k]!, 10);
      expect(unmixed[k]).toBeCloseTo(ica.sources[k]!, 10);
    }
  });

  it('say where there are fewer directions than components, and where the search did not end', () => {
    const data = x.data.map((v, k) => (k % 2 === 1 ? x.data[k - 1]! : v));
    expect(refusal(fastIca({ ...x, data }))).toContain('varies in 1 directions only');
    expect(fastIca(x, { maxIterations: 1 })).toMatchObject({
      ok: false,
      error: { code: 'not-converged' },
    });
    expect(refusal(fastIca(x, { slope: 3 }))).toContain('slope is 3');
  });
});
