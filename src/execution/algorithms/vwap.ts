import type { ParentSpec, PlainJson } from '../../model/index.ts';
import { algorithmMachine, SLICE_TERMS, slicePlan } from './algorithm.ts';
import { dueAfter } from './slices.ts';

const MAX_POINTS = 1_000;

const isVolume = (value: PlainJson): value is number =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_VALUE;

function checkProfile({ terms }: ParentSpec): string | null {
  const profile = terms['profile'];
  const allowed = `1 to ${MAX_POINTS} numbers of at least 0, one above 0`;
  if (!Array.isArray(profile)) return `profile of vwap is not a list; allowed: ${allowed}`;
  const fits = profile.every(isVolume) && profile.some((volume) => volume > 0);
  if (fits && profile.length <= MAX_POINTS) return null;
  return `profile of vwap has ${profile.length} entries; allowed: ${allowed}`;
}

/** Share of the volume before the point `at` (0 to 1) of the time, straight between the points. */
function shareBefore(profile: readonly number[], at: number): number {
  const place = at * profile.length;
  const whole = Math.floor(place);
  let before = 0;
  let total = 0;
  profile.forEach((volume, i) => {
    total += volume;
    if (i < whole) before += volume;
    else if (i === whole) before += volume * (place - whole);
  });
  return before / total;
}

/**
 * Volume-weighted average price: slices in proportion to the volume that is expected to trade in
 * their time. The term `profile` holds these volumes for equal parts of the duration.
 *
 *   due[k] = quantity * expected volume until slice k ends / expected volume of the duration
 */
export const VWAP = algorithmMachine({
  kind: 'vwap',
  terms: SLICE_TERMS,
  lists: ['profile'],
  atDeadline: 'take',
  check: checkProfile,
  plan(spec, _memory, view, elapsed) {
    const profile = spec.terms['profile'] as readonly number[];
    const shares = slicePlan(spec, view, (k, slices) => shareBefore(profile, k / slices));
    return dueAfter(shares, elapsed);
  },
});
