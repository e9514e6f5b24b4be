import { describe, expect, it } from 'vitest';
import { ChurnMap } from '../../src/core/index.ts';
import fc from '../fast-check.ts';

const walked = (map: ChurnMap<string, number>): number[] => {
  const values: number[] = [];
  for (let place = map.oldest; place >= 0; place = map.after(place)) values.push(map.at(place));
  return values;
};

/** Keys of all lengths, few enough to meet again, some of one hash bucket. */
const key = fc.oneof(
  fc.nat(40).map((n) => `b4-1-${n.toString(36)}`),
  fc.string({ maxLength: 2 }),
);

describe('a map for entries that come and go', () => {
  it('is a plain map, in its order too, over any sets and deletions', () => {
    const step = fc.tuple(key, fc.option(fc.nat(1_000)));
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 400 }), (steps) => {
        const plain = new Map<string, number>();
        const churn = new ChurnMap<string, number>();
        for (const [each, value] of steps) {
          if (value === null) expect(churn.delete(each)).toBe(plain.delete(each));
          else {
            plain.set(each, value);
            churn.set(each, value);
          }
          expect(churn.size).toBe(plain.size);
          expect(churn.has(each)).toBe(plain.has(each));
          expect(churn.get(each)).toBe(plain.get(each));
        }
        expect(churn.entries()).toEqual([...plain]);
        expect(churn.values()).toEqual([...plain.values()]);
        expect(walked(churn)).toEqual([...plain.values()]);
      }),
      { numRuns: 200 },
    );
  });

  it('finds every one of a hundred thousand keys, and none after their deletion', () => {
    const churn = new ChurnMap<string, number>();
    for (let i = 0; i < 100_000; i += 1) churn.set(`key ${i}`, i);
    for (let i = 0; i < 100_000; i += 1) expect(churn.get(`key ${i}`) === i).toBe(true);
    for (let i = 0; i < 100_000; i += 1) expect(churn.delete(`key ${i}`)).toBe(true);
    expect(churn.size).toBe(0);
    expect(churn.oldest).toBe(-1);
  });
});
