import { describe, expect, it } from 'vitest';
import {
  addMs,
  assert,
  canonicalJson,
  eventTime,
  InvariantError,
  msBetween,
  seededRng,
  standardNormal,
  toIso,
  unreachable,
} from '../../src/core/index.ts';

describe('assertions', () => {
  it('throw an InvariantError that says what must hold', () => {
    expect(() => assert(false, 'the sum is zero')).toThrow('invariant broken: the sum is zero');
    expect(() => unreachable({ kind: 'new' } as never)).toThrow(InvariantError);
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order in which members were set', () => {
    expect(canonicalJson({ b: [1, { d: 2n, c: null }], a: 'x' })).toBe(
      '{"a":"x","b":[1,{"c":null,"d":"2"}]}',
    );
  });

  it('leaves absent members out', () => {
    expect(canonicalJson({ a: undefined, b: true })).toBe('{"b":true}');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol('s')])('refuses %s', (value) => {
    expect(() => canonicalJson({ value })).toThrow(InvariantError);
  });
});

describe('event time', () => {
  it('keeps nanoseconds over additions and differences', () => {
    const at = eventTime(1_723_161_256_172_216_566n);
    expect(addMs(at, 1.5) - at).toBe(1_500_000n);
    expect(msBetween(at, addMs(at, -2))).toBe(-2);
    expect(toIso(at)).toBe('2024-08-08T23:54:16.172Z');
  });
});

describe('the seeded generator', () => {
  it('repeats its stream for a seed and differs for another', () => {
    const draw = (seed: number): number[] => {
      const rng = seededRng(seed);
      return Array.from({ length: 8 }, () => rng.uint32());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('is uniform and its normal draws have mean 0 and variance 1', () => {
    const rng = seededRng(42);
    const n = 200_000;
    let [uniform, mean, square] = [0, 0, 0];
    for (let i = 0; i < n; i += 1) {
      uniform += rng.uniform();
      const z = standardNormal(rng);
      mean += z;
      square += z * z;
    }
    expect(Math.abs(uniform / n - 0.5)).toBeLessThan(0.003);
    expect(Math.abs(mean / n)).toBeLessThan(0.01);
    expect(Math.abs(square / n - 1)).toBeLessThan(0.02);
  });
});
