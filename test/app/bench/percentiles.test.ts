import { describe, expect, it } from 'vitest';
import { saysNotInstalled } from '../../../src/app/bench/peers.ts';
import { percentilesOf } from '../../../src/app/bench/percentiles.ts';

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('percentiles', () => {
  it('are nearest ranks', () => {
    expect(percentilesOf(upTo(10_000))).toEqual({
      ...{ p50: 5_000, p90: 9_000, p95: 9_500, p99: 9_900, p999: 9_990, p9999: 9_999 },
      ...{ max: 10_000, n: 10_000 },
    });
  });

  it.each([
    [99, [null, null, null]],
    [100, [99, null, null]],
    [999, [990, null, null]],
    [1_000, [990, 999, null]],
    [9_999, [9_900, 9_990, null]],
  ])('of %i values are null where none would lie beyond them', (n, expected) => {
    const { p99, p999, p9999 } = percentilesOf(upTo(n));
    expect([p99, p999, p9999]).toEqual(expected);
  });
});

describe('a peer that does not load', () => {
  const notFound = (message: string): Error =>
    Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });

  it('is not installed when its own package is missing', () => {
    const error = notFound("Cannot find package 'ccxt' imported from /a/peers.ts");
    expect(saysNotInstalled(error, 'ccxt')).toBe(true);
  });

  it('is broken when a package that it imports is missing, or it throws', () => {
    const inner = notFound("Cannot find package 'ws' imported from /node_modules/ccxt/index.js");
    expect(saysNotInstalled(inner, 'ccxt')).toBe(false);
    const file = notFound("Cannot find module '/node_modules/ccxt/index.js'");
    expect(saysNotInstalled(file, 'ccxt')).toBe(false);
    expect(saysNotInstalled(new Error("Cannot find package 'ccxt'"), 'ccxt')).toBe(false);
  });
});
