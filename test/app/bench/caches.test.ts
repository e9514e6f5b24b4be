import { describe, expect, it } from 'vitest';
import { ArcCache } from '../../../src/core/index.ts';

interface Rates {
  readonly trace: string;
  readonly capacity: number;
  readonly arc: number;
  readonly lru: number;
  readonly optimum: number;
}

const url = new URL('../../../bench/peers/cache-traces.mjs', import.meta.url).href;
const { cacheTraces, generatedTraces, levelsOf, lruHitRate, optimalHitRate } = (await import(
  url
)) as {
  cacheTraces(options: { ArcCache: typeof ArcCache; traces: object }): readonly Rates[];
  generatedTraces(length: number): Readonly<Record<string, readonly number[]>>;
  levelsOf(text: string): readonly string[];
  lruHitRate(trace: readonly unknown[], capacity: number): number;
  optimalHitRate(trace: readonly unknown[], capacity: number): number;
};

/** How far ARC may fall behind LRU, as a part of all requests: it pays for learning. */
const TOLERANCE = 0.005;

describe('the comparison of caches', () => {
  const rates = cacheTraces({ ArcCache, traces: generatedTraces(20_000) });

  it.each(rates)('finds ARC between LRU and the optimum on $trace, $capacity keys', (row) => {
    expect(row.arc).toBeGreaterThanOrEqual(row.lru - TOLERANCE);
    expect(row.arc).toBeLessThanOrEqual(row.optimum);
  });

  it('finds ARC ahead of LRU where scans come in between', () => {
    for (const row of rates.filter(({ trace }) => trace === 'zipf-and-scans')) {
      expect(row.arc).toBeGreaterThan(row.lru);
    }
  });

  it('knows what LRU and the optimum answer of a loop that does not fit', () => {
    const loop = [1, 2, 3, 1, 2, 3, 1, 2, 3];
    expect(lruHitRate(loop, 2)).toBe(0);
    // Keeps one key of the loop for its next round: hits at 1, 2 or 3 in turn.
    expect(optimalHitRate(loop, 2)).toBeCloseTo(3 / 9);
  });

  it('takes the prices of depth levels as keys', () => {
    const text = '{"b":[["1.5","2"],["1.4","0"]],"a":[["1.6","3.25"]]}';
    expect(levelsOf(text)).toEqual(['1.5', '1.4', '1.6']);
  });
});
