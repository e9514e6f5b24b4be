import { describe, expect, it } from 'vitest';
import {
  dueAfter,
  lotsAfter,
  type SlicePlan,
  sliceBegin,
} from '../../../src/execution/algorithms/slices.ts';
import fc from '../../fast-check.ts';

const plans = fc
  .record({
    quantity: fc.integer({ min: 1, max: 1_000_000 }),
    weights: fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 60 }),
    sizeJitter: fc.double({ min: 0, max: 1, noNaN: true }),
    timeJitter: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.nat(),
  })
  .map(({ weights, ...rest }): SlicePlan => {
    const total = weights.reduce((a, b) => a + b, 1e-9);
    const sums = weights.map((_, k) => weights.slice(0, k + 1).reduce((a, b) => a + b, 0) / total);
    return { ...rest, slices: weights.length, cumulative: (k) => (k === 0 ? 0 : sums[k - 1]!) };
  });

describe('slices', () => {
  it('never shrink what is due and sum to the quantity, whatever the jitter', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        for (let k = 1; k <= plan.slices; k += 1) {
          expect(lotsAfter(plan, k)).toBeGreaterThanOrEqual(lotsAfter(plan, k - 1));
          expect(Number.isInteger(lotsAfter(plan, k))).toBe(true);
        }
        expect(lotsAfter(plan, 0)).toBe(0);
        expect(lotsAfter(plan, plan.slices)).toBe(plan.quantity);
      }),
    );
  });

  it('begin in order within the horizon, and what is due is what began', () => {
    fc.assert(
      fc.property(
        plans,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (plan, at) => {
          const begins = Array.from({ length: plan.slices }, (_, k) => sliceBegin(plan, k));
          expect([...begins].sort((a, b) => a - b)).toEqual(begins);
          expect(begins.at(-1)!).toBeLessThan(1);
          const begun = begins.filter((begin) => begin <= at).length;
          expect(dueAfter(plan, at).due).toBe(lotsAfter(plan, begun));
          expect(dueAfter(plan, at).overdue).toBe(lotsAfter(plan, begun - 1));
        },
      ),
    );
  });
});
