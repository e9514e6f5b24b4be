import { describe, expect, it } from 'vitest';
import { addMs, type EventTimeNs } from '../../../src/core/index.ts';
import {
  nextRoute,
  type RouteQuestion,
  type SentLeg,
  splitOrder,
  type VenueLiquidity,
  venuePenaltyE8,
} from '../../../src/execution/index.ts';
import { money, type Side } from '../../../src/model/index.ts';
import fc from '../../fast-check.ts';
import { at } from '../../portfolio/sample-account.ts';

const E8 = 100_000_000n;

interface Terms {
  readonly step: bigint;
  readonly minimum: bigint;
  readonly fee: bigint;
  readonly latencyMs: number;
  readonly fillProbability: number;
  readonly isDown: boolean;
  readonly levels: readonly (readonly [number, number])[];
}

const terms: fc.Arbitrary<Terms> = fc.record({
  step: fc.constantFrom(1_000_000n, 2_500_000n, 10_000_000n),
  minimum: fc.constantFrom(0n, 5n, 20n, 60n),
  fee: fc.constantFrom(-10_000n, 0n, 50_000n, 100_000n),
  latencyMs: fc.constantFrom(1, 20, 200),
  fillProbability: fc.constantFrom(1, 0.9, 0.5),
  isDown: fc.constantFrom(false, false, false, true),
  levels: fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 60 })), {
    maxLength: 5,
  }),
});

/** A venue with prices around 100, best first, in steps of 0.01 and quantities of 0.01. */
function venueOf(name: string, side: Side, each: Terms): VenueLiquidity {
  let price = 10_000;
  const levels = each.levels.map(([step, quantity]) => {
    price += side === 'buy' ? step + 1 : -step - 1;
    return { priceE8: BigInt(price) * 1_000_000n, quantityE8: BigInt(quantity) * 1_000_000n };
  });
  const { step, minimum, fee, latencyMs, fillProbability, isDown } = each;
  return {
    ...{ venue: name, levels, stepE8: step, minNotional: money(minimum * E8) },
    ...{ takerFeeE8: fee, latencyMs, fillProbability, isDown },
  };
}

const questions = fc.record({
  side: fc.constantFrom('buy' as const, 'sell' as const),
  quantityE8: fc.integer({ min: 1, max: 300 }).map((n) => BigInt(n) * 500_000n),
  volatility: fc.constantFrom(0, 0.0005),
  missCostBps: fc.constantFrom(0, 5),
  limitE8: fc.constantFrom(null, 100n * E8 + 20_000_000n),
  breakEvenE8: fc.constantFrom(null, 100n * E8 + 30_000_000n),
});

const cases = fc.tuple(questions, fc.array(terms, { maxLength: 4 })).map(([question, list]) => {
  const venues = list.map((each, i) => venueOf(`v${i}`, question.side, each));
  return { question: question as RouteQuestion, venues };
});

/** What the best levels of a venue within the question come to; an own count, without the router's. */
function single(venue: VenueLiquidity, question: RouteQuestion) {
  const sign = question.side === 'buy' ? 1n : -1n;
  const penalty = venuePenaltyE8(venue, question);
  let left = question.quantityE8;
  let cost = 0n;
  let lowest: bigint | null = null;
  for (const { priceE8, quantityE8 } of venue.levels) {
    const unit = sign * priceE8 * (E8 + sign * penalty);
    if (question.limitE8 !== null && sign * priceE8 > sign * question.limitE8) continue;
    if (question.breakEvenE8 !== null && unit > sign * question.breakEvenE8 * E8) continue;
    const whole = quantityE8 - (quantityE8 % venue.stepE8);
    const lots = whole < left ? whole : left - (left % venue.stepE8);
    if (lots <= 0n) continue;
    left -= lots;
    cost += lots * unit;
    lowest = lowest === null || priceE8 < lowest ? priceE8 : lowest;
  }
  const taken = question.quantityE8 - left;
  const isOpen = !venue.isDown && taken > 0n && taken * (lowest ?? 0n) >= venue.minNotional * E8;
  return isOpen ? { left, cost } : null;
}

describe('a split over venues', () => {
  it('never exceeds the quantity, a venue’s levels, its steps or its minimum', () => {
    fc.assert(
      fc.property(cases, ({ question, venues }) => {
        const { legs, unfilledE8 } = splitOrder(venues, question);
        const sum = legs.reduce((total, leg) => total + leg.quantityE8, 0n);
        expect(sum + unfilledE8).toBe(question.quantityE8);
        const sign = question.side === 'buy' ? 1n : -1n;
        for (const { venue: name, quantityE8, worstPriceE8 } of legs) {
          const venue = venues.find((each) => each.venue === name)!;
          expect(venue.isDown).toBe(false);
          expect(quantityE8 % venue.stepE8).toBe(0n);
          const within = venue.levels.filter((l) => sign * l.priceE8 <= sign * worstPriceE8);
          const depth = within.reduce((total, level) => total + level.quantityE8, 0n);
          expect(quantityE8).toBeLessThanOrEqual(depth);
          const lowest = question.side === 'sell' ? worstPriceE8 : venue.levels[0]!.priceE8;
          expect(quantityE8 * lowest).toBeGreaterThanOrEqual(venue.minNotional * E8);
          if (question.limitE8 !== null) {
            expect(sign * worstPriceE8).toBeLessThanOrEqual(sign * question.limitE8);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not worse than the best single venue by the same model', () => {
    fc.assert(
      fc.property(cases, ({ question, venues }) => {
        const split = splitOrder(venues, question);
        for (const venue of venues) {
          const alone = single(venue, question);
          if (alone === null) continue;
          expect(split.unfilledE8).toBeLessThanOrEqual(alone.left);
          if (split.unfilledE8 === alone.left) {
            expect(split.costE24).toBeLessThanOrEqual(alone.cost);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not depend on the order in which the venues are named', () => {
    fc.assert(
      fc.property(cases, ({ question, venues }) => {
        expect(splitOrder([...venues].reverse(), question)).toEqual(splitOrder(venues, question));
      }),
      { numRuns: 500 },
    );
  });
});

type Step = readonly ['route' | 'fill' | 'end' | 'refuse' | 'doubt' | 'settle' | 'down', number];
const steps = fc.array(
  fc.tuple(
    fc.constantFrom('route', 'fill', 'end', 'refuse', 'doubt', 'settle', 'down'),
    fc.nat({ max: 1_000 }),
  ),
  { maxLength: 60 },
) as fc.Arbitrary<Step[]>;

/** A parent whose legs live through what happens to them. */
class RoutedParent {
  readonly legs: SentLeg[] = [];
  now: EventTimeNs = at(0);
  readonly #question: RouteQuestion;
  #venues: readonly VenueLiquidity[];

  constructor(question: RouteQuestion, venues: readonly VenueLiquidity[]) {
    this.#question = question;
    this.#venues = venues;
  }

  live([op, n]: Step): void {
    this.now = addMs(this.now, n);
    if (op === 'route') this.#route();
    else if (op === 'down') this.#turn(n);
    else this.#change(op, n);
  }

  #route(): void {
    for (const { venue, quantityE8 } of this.next().legs) {
      this.legs.push({ venue, quantityE8, filledE8: 0n, state: 'working', since: this.now });
    }
  }

  next() {
    return nextRoute(this.#question, this.legs, this.#venues, this.now);
  }

  #turn(n: number): void {
    this.#venues = this.#venues.map((venue, i) =>
      i === n % this.#venues.length ? { ...venue, isDown: !venue.isDown } : venue,
    );
  }

  #change(op: string, n: number): void {
    const open = this.legs.filter(({ state }) => state === 'working' || state === 'unknown');
    const leg = open[n % Math.max(1, open.length)];
    if (leg === undefined) return;
    const fills = op === 'fill' || (op === 'settle' && n % 2 === 0);
    const more = fills ? (leg.quantityE8 - leg.filledE8) / BigInt((n % 3) + 1) : 0n;
    const filledE8 = leg.filledE8 + more;
    const states = { fill: leg.state, doubt: 'unknown', settle: 'ended', end: 'ended' } as const;
    const state =
      op === 'refuse' ? (filledE8 === 0n ? 'refused' : 'ended') : states[op as keyof typeof states];
    this.legs[this.legs.indexOf(leg)] = { ...leg, filledE8, state, since: this.now };
  }

  /** Filled, and what may still fill. */
  worstCaseE8(): bigint {
    return this.legs.reduce((sum, { state, quantityE8, filledE8 }) => {
      const open = state === 'working' || state === 'unknown';
      return sum + (open ? quantityE8 : filledE8);
    }, 0n);
  }
}

describe('a routed parent', () => {
  it('never has more filled, working and in doubt than its quantity, whatever happens', () => {
    fc.assert(
      fc.property(cases, steps, ({ question, venues }, sequence) => {
        const parent = new RoutedParent(question, venues);
        for (const step of [['route', 0] as const, ...sequence]) {
          parent.live(step);
          expect(parent.worstCaseE8()).toBeLessThanOrEqual(question.quantityE8);
          for (const leg of parent.next().legs) {
            const doubts = parent.legs.some((l) => l.venue === leg.venue && l.state === 'unknown');
            expect(doubts).toBe(false);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
