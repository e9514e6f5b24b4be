import { describe, expect, it } from 'vitest';
import { seededRng } from '../../src/core/index.ts';
import { generalisedSymmetricEigen, symmetricEigen } from '../../src/quant/eigen.ts';
import { leastSquares } from '../../src/quant/least-squares.ts';
import {
  cholesky,
  choleskyInverse,
  choleskyLogDeterminant,
  determinant,
  gram,
  identity,
  inverse,
  ldl,
  multiply,
  solve,
  transpose,
} from '../../src/quant/linear-algebra.ts';

const random = (length: number, seed: number): Float64Array => {
  const rng = seededRng(seed);
  return Float64Array.from({ length }, () => 2 * rng.uniform() - 1);
};

const distance = (a: Float64Array, b: Float64Array): number =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);

const diagonal = (values: Float64Array): Float64Array => {
  const out = new Float64Array(values.length ** 2);
  values.forEach((value, i) => {
    out[i * values.length + i] = value;
  });
  return out;
};

const SIZES = [1, 2, 3, 5, 8, 13, 30];

describe('linear algebra', () => {
  it('multiplies the factors of a positive definite matrix back to it', () => {
    for (const n of SIZES) {
      const a = gram(random((n + 3) * n, n), n + 3, n);
      const l = cholesky(a, n)!;
      expect(distance(multiply(l, transpose(l, n, n), n, n, n), a)).toBeLessThan(1e-12);
      const factors = ldl(a, n)!;
      const left = multiply(factors.l, diagonal(factors.d), n, n, n);
      expect(distance(multiply(left, transpose(factors.l, n, n), n, n, n), a)).toBeLessThan(1e-12);
      expect(distance(multiply(choleskyInverse(l, n), a, n, n, n), identity(n))).toBeLessThan(1e-7);
      expect(choleskyLogDeterminant(l, n)).toBeCloseTo(Math.log(determinant(a, n)), 9);
    }
  });

  it('finds eigenvalues of elements whose squares are no doubles', () => {
    for (const size of [1e-170, 1e-220, 1e-100, 1e100]) {
      const a = Float64Array.of(1, 0.1, 0.2, 0.1, 2, 0.3, 0.2, 0.3, 3);
      const want = symmetricEigen(a, 3);
      const got = symmetricEigen(
        a.map((value) => value * size),
        3,
      );
      expect(
        distance(
          got.values.map((value) => value / size),
          want.values,
        ),
      ).toBeLessThan(1e-13);
      expect(distance(got.vectors, want.vectors)).toBeLessThan(1e-13);
    }
    const graded = Float64Array.of(1, 1e-170, 1e-171, 1e-170, 2, 2e-170, 1e-171, 2e-170, 3);
    expect(distance(symmetricEigen(graded, 3).values, Float64Array.of(3, 2, 1))).toBeLessThan(
      1e-13,
    );
    const low = Float64Array.of(1e-170, 1e-170, 1e-170, 1);
    expect(distance(symmetricEigen(low, 2).values, Float64Array.of(1, 1e-170))).toBeLessThan(1e-15);
  });

  it('solves and inverts a general matrix', () => {
    for (const n of SIZES) {
      const a = random(n * n, 100 + n);
      const b = random(n * 2, 200 + n);
      expect(distance(multiply(a, solve(a, b, n, 2)!, n, n, 2), b)).toBeLessThan(1e-11);
      expect(distance(multiply(a, inverse(a, n)!, n, n, n), identity(n))).toBeLessThan(1e-11);
    }
    expect(determinant(Float64Array.of(0, 2, 3, 1), 2)).toBe(-6);
  });

  it('has no factors of a matrix that is singular or not positive definite', () => {
    const rankOne = Float64Array.of(1, 2, 2, 4);
    expect(cholesky(rankOne, 2)).toBeNull();
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeNull();
    expect(cholesky(Float64Array.of(Number.NaN), 1)).toBeNull();
    expect(inverse(rankOne, 2)).toBeNull();
    expect(ldl(new Float64Array(4), 2)).toBeNull();
    expect(determinant(rankOne, 2)).toBe(0);
  });

  it('regresses with the textbook standard errors and refuses collinear columns', () => {
    const x = Float64Array.of(1, 1, 1, 2, 1, 3, 1, 4);
    const fit = leastSquares(x, Float64Array.of(6, 5, 7, 10), 4, 2)!;
    // Slope 7/5, intercept 7/2, RSS 21/5: sums done by hand.
    expect(fit.coefficients[0]).toBeCloseTo(3.5, 12);
    expect(fit.coefficients[1]).toBeCloseTo(1.4, 12);
    expect(fit.residualSumOfSquares).toBeCloseTo(4.2, 12);
    expect(fit.standardErrors[1]).toBeCloseTo(Math.sqrt(2.1 / 5), 12);
    expect(fit.standardErrors[0]).toBeCloseTo(Math.sqrt(2.1 * 1.5), 12);
    expect(
      leastSquares(Float64Array.of(1, 2, 2, 4, 3, 6), Float64Array.of(1, 2, 3), 3, 2),
    ).toBeNull();
  });

  it('diagonalises symmetric matrices, also a repeated eigenvalue and an indefinite one', () => {
    for (const n of SIZES) {
      const half = random(n * n, 300 + n);
      const a = half.map((value, k) => value + half[(k % n) * n + Math.floor(k / n)]!);
      const { values, vectors } = symmetricEigen(a, n);
      const right = transpose(vectors, n, n);
      const back = multiply(multiply(vectors, diagonal(values), n, n, n), right, n, n, n);
      expect(distance(back, a)).toBeLessThan(1e-12);
      expect(distance(multiply(right, vectors, n, n, n), identity(n))).toBeLessThan(1e-12);
      expect([...values]).toEqual([...values].sort((p, q) => q - p));
    }
    expect([...symmetricEigen(identity(3), 3).values]).toEqual([1, 1, 1]);
    expect([...symmetricEigen(Float64Array.of(0, 1, 1, 0), 2).values]).toEqual([
      expect.closeTo(1, 14),
      expect.closeTo(-1, 14),
    ]);
  });

  it('solves the generalised symmetric problem with B-orthonormal vectors', () => {
    const n = 6;
    const a = gram(random(9 * n, 1), 9, n);
    const b = gram(random(9 * n, 2), 9, n);
    const { values, vectors } = generalisedSymmetricEigen(a, b, n)!;
    const left = multiply(a, vectors, n, n, n);
    const right = multiply(multiply(b, vectors, n, n, n), diagonal(values), n, n, n);
    expect(distance(left, right)).toBeLessThan(1e-10);
    const metric = multiply(multiply(transpose(vectors, n, n), b, n, n, n), vectors, n, n, n);
    expect(distance(metric, identity(n))).toBeLessThan(1e-11);
    expect(generalisedSymmetricEigen(a, new Float64Array(n * n), n)).toBeNull();
  });
});
