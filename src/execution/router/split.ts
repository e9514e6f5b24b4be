import { assert } from '../../core/index.ts';
import {
  type RankedLevel,
  type RouteQuestion,
  rankedLevels,
  type VenueLiquidity,
} from './liquidity.ts';

/** Venues among which an order is split, at most: every subset of them is tried. */
export const MAX_VENUES = 8;

/** What one venue is to do. */
export interface RouteLeg {
  readonly venue: string;
  readonly quantityE8: bigint;
  /** The worst level that it takes: the limit price of the order. */
  readonly worstPriceE8: bigint;
}

/** A split of a quantity over venues. */
export interface RouteSplit {
  /** By venue name. */
  readonly legs: readonly RouteLeg[];
  /** What no allowed level, whole step or minimum takes. */
  readonly unfilledE8: bigint;
  /** Sum of quantity * effective price, 1e-24 quote units; negative for a sell. The lower the better. */
  readonly costE24: bigint;
}

interface Share {
  quantityE8: bigint;
  worstPriceE8: bigint;
  costE24: bigint;
}

const floorTo = (value: bigint, step: bigint): bigint => (value / step) * step;
const ceilTo = (value: bigint, step: bigint): bigint => floorTo(value + step - 1n, step);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Smallest quantity of whole steps that the venue takes at its allowed levels; null: none does. */
function minimumE8(venue: VenueLiquidity, levels: readonly RankedLevel[]): bigint | null {
  let depth = 0n;
  let lowest: bigint | null = null;
  for (const level of levels) {
    if (level.venue !== venue) continue;
    depth += level.quantityE8;
    lowest = lowest === null ? level.priceE8 : least(lowest, level.priceE8);
    const needed = ceilTo((venue.minNotional * 100_000_000n + lowest - 1n) / lowest, venue.stepE8);
    if (needed <= depth) return needed > 0n ? needed : venue.stepE8;
  }
  return null;
}

const isBelowMinimum = (venue: VenueLiquidity, side: 'buy' | 'sell', share: Share): boolean => {
  const levels = venue.levels.map(({ priceE8 }) => priceE8);
  // The lowest price used: the worst one of a sell, the best one of a buy.
  const price = side === 'sell' ? share.worstPriceE8 : (levels[0] ?? share.worstPriceE8);
  return share.quantityE8 * price < venue.minNotional * 100_000_000n;
};

/** Takes the cheapest levels first; `reserved` is taken at its venue before anything else. */
function fill(
  levels: readonly RankedLevel[],
  quantityE8: bigint,
  reserved: ReadonlyMap<VenueLiquidity, bigint>,
): { readonly shares: Map<VenueLiquidity, Share>; readonly left: bigint } {
  const shares = new Map<VenueLiquidity, Share>();
  const taken = new Map<RankedLevel, bigint>();
  let left = quantityE8;
  const take = (level: RankedLevel, most: bigint): bigint => {
    const free = level.quantityE8 - (taken.get(level) ?? 0n);
    const lots = floorTo(least(least(free, most), left), level.venue.stepE8);
    if (lots <= 0n) return 0n;
    taken.set(level, (taken.get(level) ?? 0n) + lots);
    const share = shares.get(level.venue) ?? { quantityE8: 0n, worstPriceE8: 0n, costE24: 0n };
    share.quantityE8 += lots;
    share.worstPriceE8 = level.priceE8;
    share.costE24 += lots * level.costE16;
    shares.set(level.venue, share);
    left -= lots;
    return lots;
  };
  for (const level of levels) {
    const before = shares.get(level.venue)?.quantityE8 ?? 0n;
    take(level, (reserved.get(level.venue) ?? 0n) - before);
  }
  for (const level of levels) take(level, left);
  return { shares, left };
}

/** The split over exactly these venues or fewer; null where a minimum cannot be kept. */
function splitOver(
  venues: readonly VenueLiquidity[],
  ranked: readonly RankedLevel[],
  { side, quantityE8 }: RouteQuestion,
): RouteSplit | null {
  const levels = ranked.filter(({ venue }) => venues.includes(venue));
  const reserved = new Map<VenueLiquidity, bigint>();
  for (let round = 0; round <= venues.length; round += 1) {
    const { shares, left } = fill(levels, quantityE8, reserved);
    const low = [...shares].filter(([venue, share]) => isBelowMinimum(venue, side, share));
    if (low.length === 0) {
      const legs = [...shares].map(([venue, share]) => ({ venue: venue.venue, ...share }));
      legs.sort((a, b) => (a.venue < b.venue ? -1 : 1));
      return {
        legs: legs.map(({ costE24: _, ...leg }) => leg),
        unfilledE8: left,
        costE24: legs.reduce((sum, { costE24 }) => sum + costE24, 0n),
      };
    }
    for (const [venue] of low) {
      const minimum = minimumE8(venue, levels);
      if (minimum === null || reserved.has(venue)) return null;
      reserved.set(venue, minimum);
    }
    if ([...reserved.values()].reduce((a, b) => a + b, 0n) > quantityE8) return null;
  }
  return null;
}

/** Whether `a` fills more, or as much for less, or that at fewer venues. */
function isBetter(a: RouteSplit, b: RouteSplit): boolean {
  if (a.unfilledE8 !== b.unfilledE8) return a.unfilledE8 < b.unfilledE8;
  if (a.costE24 !== b.costE24) return a.costE24 < b.costE24;
  return a.legs.length < b.legs.length;
}

/**
 * Splits a quantity over venues: as much as the levels allow, at the least expected cost.
 *
 * Without minimums and steps the cheapest levels first are optimal; with them every subset of the
 * venues is tried, a venue below its minimum being given it first. So the result is never worse than
 * the best single venue.
 *
 * Requires:    at most `MAX_VENUES` venues with different names, levels best first.
 * Determinism: ties go to fewer venues, then to the first names.
 */
export function splitOrder(venues: readonly VenueLiquidity[], question: RouteQuestion): RouteSplit {
  assert(venues.length <= MAX_VENUES, () => `at most ${MAX_VENUES} venues, got ${venues.length}`);
  assert(new Set(venues.map(({ venue }) => venue)).size === venues.length, 'venues differ by name');
  const up = venues.filter(({ isDown }) => !isDown).sort((a, b) => (a.venue < b.venue ? -1 : 1));
  const ranked = rankedLevels(up, question);
  let best: RouteSplit = { legs: [], unfilledE8: question.quantityE8, costE24: 0n };
  for (let subset = 1; subset < 1 << up.length; subset += 1) {
    const chosen = up.filter((_, i) => (subset & (1 << i)) !== 0);
    const split = splitOver(chosen, ranked, question);
    if (split !== null && isBetter(split, best)) best = split;
  }
  return best;
}
