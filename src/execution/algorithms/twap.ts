import { algorithmMachine, SLICE_TERMS, slicePlan } from './algorithm.ts';
import { dueAfter } from './slices.ts';

/**
 * Time-weighted average price: equal slices at equal distances, shifted at random.
 *
 *   due[k] = quantity * k / slices
 */
export const TWAP = algorithmMachine({
  kind: 'twap',
  terms: SLICE_TERMS,
  atDeadline: 'take',
  plan: (spec, _memory, view, elapsed) =>
    dueAfter(
      slicePlan(spec, view, (k, slices) => k / slices),
      elapsed,
    ),
});
