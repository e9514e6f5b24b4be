import { type ParentSpec, type PlainRecord, sideSign } from '../../model/index.ts';
import { holdingShares } from '../costs/index.ts';
import { type ParentView, totalsOf } from '../parent-machine.ts';
import { numberTerm } from '../parents/terms.ts';
import { algorithmMachine, slicePlan } from './algorithm.ts';
import { fixedKappa, SHORTFALL_TERMS } from './shortfall.ts';
import { dueAfter } from './slices.ts';
import { SLICE } from './work.ts';

/** Looks at the market this many times a slice. */
const LOOKS_A_SLICE = 4;

interface Progress {
  /** Place on the schedule, 0 to 1. */
  readonly progress: number;
  /** Share of the time at the latest look. */
  readonly lookedAt: number;
  /** Twice the mid price at the opening, ticks. */
  readonly arrival: number;
}

function progressOf(memory: PlainRecord, view: ParentView): Progress | null {
  const { touch } = view;
  const arrival = memory['arrival'];
  if (typeof arrival === 'number') {
    const progress = numberTerm(memory, 'progress', 0);
    return { progress, lookedAt: numberTerm(memory, 'lookedAt', 0), arrival };
  }
  return touch === null ? null : { progress: 0, lookedAt: 0, arrival: touch.bid + touch.ask };
}

/**
 * How much better than at the opening it is to trade now, in standard deviations of the move over the
 * duration: the price's move in our favour, less what the fills cost beyond `impactBps`.
 */
function favour(spec: ParentSpec, view: ParentView, arrival: number): number {
  const { touch, volatility } = view;
  if (touch === null || volatility === null || volatility <= 0) return 0;
  const seconds = numberTerm(spec.terms, 'durationMs', 1) / 1_000;
  const deviation = volatility * Math.sqrt(seconds);
  const sign = sideSign(spec.side);
  const gain = (sign * (arrival - touch.bid - touch.ask)) / arrival;
  const { filled, filledTickLots } = totalsOf(view, SLICE);
  const paid = filled === 0 ? arrival / 2 : Number(filledTickLots) / filled;
  const cost = (sign * (2 * paid - arrival)) / arrival;
  const excess = Math.max(0, cost - numberTerm(spec.terms, 'impactBps', 1) / 10_000);
  return (gain - excess) / deviation;
}

/** The slowest and the fastest progress after a share of the time: both end at 1. */
export const progressBounds = (
  elapsed: number,
  slowest: number,
  fastest: number,
): { readonly least: number; readonly most: number } => ({
  least: elapsed ** (1 / slowest),
  most: 1 - (1 - elapsed) ** fastest,
});

function look(spec: ParentSpec, view: ParentView, before: Progress, elapsed: number): Progress {
  const { terms } = spec;
  const slowest = numberTerm(terms, 'slowest', 0.5);
  const fastest = numberTerm(terms, 'fastest', 2);
  const wish = 1 + numberTerm(terms, 'gain', 1) * favour(spec, view, before.arrival);
  const speed = Math.min(fastest, Math.max(slowest, wish));
  const { least, most } = progressBounds(elapsed, slowest, fastest);
  const moved = before.progress + speed * (elapsed - before.lookedAt);
  const progress = Math.max(before.progress, Math.min(most, Math.max(least, moved)));
  return { progress, lookedAt: elapsed, arrival: before.arrival };
}

/**
 * An implementation shortfall that goes faster along its schedule while the price is in our favour and
 * slower while it is not or the fills cost more than expected, within bounds that both end in time.
 *
 *   speed = clamp(1 + gain * favour, slowest, fastest)
 *   elapsed^(1/slowest) <= progress <= 1 - (1 - elapsed)^fastest
 *
 * Source: the aggressive-in-the-money strategies of Almgren & Lorenz (2007), Adaptive arrival price.
 */
export const ADAPTIVE = algorithmMachine({
  kind: 'adaptive',
  terms: [
    ...SHORTFALL_TERMS,
    { name: 'gain', kind: 'number', min: 0, max: 10, default: 1 },
    { name: 'slowest', kind: 'number', min: 0.1, max: 1, default: 0.5 },
    { name: 'fastest', kind: 'number', min: 1, max: 10, default: 2 },
  ],
  atDeadline: 'take',
  plan(spec, memory, view, elapsed) {
    const slices = Math.min(spec.quantity, numberTerm(spec.terms, 'slices', 12));
    const before = progressOf(memory, view);
    if (before === null) return { due: 0, overdue: 0 };
    const { kappa, memory: fixed } = fixedKappa(spec, memory, view);
    const durationMs = numberTerm(spec.terms, 'durationMs', 1);
    const sinceMs = (elapsed - before.lookedAt) * durationMs;
    const looks = sinceMs * slices * LOOKS_A_SLICE >= durationMs;
    const now = looks ? look(spec, view, before, elapsed) : before;
    const held = holdingShares(kappa, slices);
    const due = dueAfter(
      slicePlan(spec, view, (k) => 1 - held[k]!),
      now.progress,
    );
    const isNew = looks || memory['arrival'] === undefined;
    if (!isNew && fixed === undefined) return due;
    return { ...due, memory: { ...fixed, ...now } };
  },
});
