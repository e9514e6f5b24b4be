import { describe, expect, it } from 'vitest';
import { LatestMap } from '../../src/core/index.ts';
import fc from '../fast-check.ts';

/** The same by a plain map: its oldest key goes for each new one beyond the capacity. */
function plainSet(map: Map<string, number>, capacity: number, key: string, value: number) {
  const isNew = !map.has(key);
  map.set(key, value);
  if (!isNew || map.size <= capacity) return undefined;
  const [oldest, dropped] = map.entries().next().value as [string, number];
  map.delete(oldest);
  return dropped;
}

describe('a map of the latest keys', () => {
  it('is a plain map whose oldest key is deleted', () => {
    const step = fc.tuple(fc.nat(12).map(String), fc.nat(1000));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 60 }), (n, steps) => {
        const plain = new Map<string, number>();
        const latest = new LatestMap<string, number>(n);
        for (const [key, value] of steps) {
          expect(latest.set(key, value)).toBe(plainSet(plain, n, key, value));
          expect([...latest.entries()]).toEqual([...plain]);
          expect([...latest.values()]).toEqual([...plain.values()]);
          expect(latest.size).toBe(plain.size);
          for (let each = 0; each <= 12; each += 1) {
            expect(latest.has(`${each}`)).toBe(plain.has(`${each}`));
            expect(latest.get(`${each}`)).toBe(plain.get(`${each}`));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a capacity below one', () => {
    expect(() => new LatestMap(0)).toThrow('at least one key, not 0');
  });
});
