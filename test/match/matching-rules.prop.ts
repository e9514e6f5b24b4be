import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BUY,
  MATCH_FLAGS,
  MatchingEngine,
  type MatchSide,
  type MatchVisitor,
  type PlacedOrder,
  SELL,
} from '../../src/native/index.ts';
import { type Line, ReferenceMatcher } from './reference-matcher.ts';

/** What one step asks for; ids and times are counted as it runs. */
type Step =
  | {
      readonly kind: 'place' | 'replace';
      readonly order: Omit<PlacedOrder, 'id'>;
      readonly back: number;
    }
  | { readonly kind: 'cancel'; readonly back: number }
  | {
      readonly kind: 'amend';
      readonly back: number;
      readonly to: { readonly ticks: number; readonly lots: number; readonly trigger: number };
    }
  | { readonly kind: 'clock'; readonly by: number }
  | { readonly kind: 'position'; readonly owner: number; readonly lots: number };

const ticks = fc.integer({ min: 990, max: 1010 });
const lots = fc.integer({ min: 1, max: 30 });
const back = fc.integer({ min: 0, max: 25 });
const sometimes = (value: fc.Arbitrary<number>, weight: number) =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(0) }, { weight, arbitrary: value });

const order = fc
  .record({
    side: fc.constantFrom<MatchSide>(BUY, SELL),
    owner: fc.integer({ min: 0, max: 3 }),
    ticks,
    lots,
    style: fc.constantFrom(0, 0, 0, 0, 1, 2, 4, 16),
    reduceOnly: sometimes(fc.constant(8), 2),
    allowFailure: sometimes(fc.constant(32), 5),
    prevention: fc.integer({ min: 0, max: 3 }),
    trigger: sometimes(ticks, 3),
    trail: sometimes(fc.integer({ min: 1, max: 8 }), 1),
    display: sometimes(fc.integer({ min: 1, max: 8 }), 2),
    expiresAt: sometimes(fc.integer({ min: 1, max: 60 }), 2),
    group: sometimes(fc.integer({ min: 1, max: 3 }), 3),
  })
  .map(({ style, reduceOnly, allowFailure, prevention, group, owner, ...rest }) => ({
    ...rest,
    symbol: 0,
    owner,
    flags: style + reduceOnly + allowFailure + prevention * MATCH_FLAGS.prevention,
    group: group === 0 ? 0 : 10 * owner + group,
  }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 60, arbitrary: fc.record({ kind: fc.constant('place' as const), order, back }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('replace' as const), order, back }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('cancel' as const), back }) },
  {
    weight: 14,
    arbitrary: fc.record({
      kind: fc.constant('amend' as const),
      back,
      to: fc.record({
        ticks: sometimes(ticks, 4),
        lots: sometimes(lots, 7),
        trigger: sometimes(ticks, 2),
      }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('clock' as const), by: fc.nat({ max: 9 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('position' as const),
      owner: fc.integer({ min: 1, max: 3 }),
      lots: fc.integer({ min: -40, max: 40 }),
    }),
  },
);

/** Writes down every event that is not a level; keeps the levels. */
class Recorder implements MatchVisitor {
  readonly lines: Line[] = [];
  readonly levels = [new Map<number, number>(), new Map<number, number>()] as const;

  accepted = (_: number, id: number) => void this.lines.push(['accepted', id]);
  rejected = (_: number, id: number, why: string) => void this.lines.push(['rejected', id, why]);
  trade = (_: number, ...values: [number, number, MatchSide, number, number, number]) =>
    void this.lines.push(['trade', ...values]);
  cancelled = (_: number, ...values: [number, number, string]) =>
    void this.lines.push(['cancelled', ...values]);
  expired = (_: number, ...values: [number, number, string]) =>
    void this.lines.push(['expired', ...values]);
  cancelRejected = (_: number, ...values: [number, string]) =>
    void this.lines.push(['cancel-rejected', ...values]);
  triggered = (_: number, ...values: [number, number]) =>
    void this.lines.push(['triggered', ...values]);
  amended = (_: number, ...values: [number, number, number, boolean]) =>
    void this.lines.push(['amended', ...values]);
  amendRejected = (_: number, ...values: [number, string]) =>
    void this.lines.push(['amend-rejected', ...values]);
  prevented = (_: number, ...values: [number, number, number, number]) =>
    void this.lines.push(['prevented', ...values]);
  trailed = (_: number, ...values: [number, number]) =>
    void this.lines.push(['trailed', ...values]);

  level(_: number, side: MatchSide, at: number, total: number): void {
    if (total === 0) this.levels[side].delete(at);
    else this.levels[side].set(at, total);
  }
}

/** Where the steps of a sequence go, in numbers that are the same for every taker of them. */
interface Taker {
  place(order: PlacedOrder): void;
  replace(target: number, order: PlacedOrder): void;
  cancel(id: number): void;
  amend(id: number, to: { ticks: number; lots: number; trigger: number }): void;
  clock(now: number): void;
  position(owner: number, lots: number): void;
}

/** Feeds steps; answers the orders by id. `after` is called after each step. */
function feed(steps: readonly Step[], into: Taker, after: () => void = () => undefined) {
  const placed = new Map<number, PlacedOrder>();
  let id = 0;
  let now = 0;
  for (const one of steps) {
    if ('order' in one) {
      const target = Math.max(1, id - one.back);
      id += 1;
      const { expiresAt = 0 } = one.order;
      const order = { ...one.order, id, expiresAt: expiresAt === 0 ? 0 : now + expiresAt - 2 };
      if (order.expiresAt < 0) order.expiresAt = 0;
      placed.set(id, order);
      if (one.kind === 'place') into.place(order);
      else into.replace(target, order);
    } else if (one.kind === 'cancel') into.cancel(Math.max(1, id - one.back));
    else if (one.kind === 'amend') into.amend(Math.max(1, id - one.back), one.to);
    else if (one.kind === 'position') into.position(one.owner, one.lots);
    else {
      now += one.by;
      into.clock(now);
    }
    after();
  }
  return placed;
}

const fresh = () => new MatchingEngine({ symbols: 1, maxOrders: 256, maxCommands: 256 });

const writer = (engine: MatchingEngine): Taker => ({
  place: (order) => engine.place(order),
  replace: (target, order) => engine.replace(target, order),
  cancel: (id) => engine.cancel(0, id),
  amend: (id, to) => engine.amend(0, id, to),
  clock: (now) => engine.clock(now),
  position: (owner, lots) => engine.position(0, owner, lots),
});

const sequence = fc.array(step, { minLength: 20, maxLength: 80 });

describe('the matching engine under random commands', () => {
  it('does what the plain matcher does, level for level, in 1,000 sequences', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(sequence, (steps) => {
        const engine = fresh();
        const got = new Recorder();
        const reference = new ReferenceMatcher();
        feed(steps, writer(engine), () => engine.run(got));
        feed(steps, reference);
        expect(got.lines).toEqual(reference.lines);
        for (const side of [BUY, SELL] as const) {
          expect(new Map([...got.levels[side]].sort())).toEqual(
            new Map([...reference.levels(side)].sort()),
          );
        }
        for (const [kind, , ...rest] of got.lines) {
          const key = kind === 'trade' || kind === 'prevented' ? kind : `${kind} ${rest.at(-1)}`;
          seen.set(key, (seen.get(key) ?? 0) + 1);
        }
      }),
      { numRuns: 1000 },
    );
    for (const common of ['trade', 'prevented', 'expired timed-out', 'expired not-fillable']) {
      expect(seen.get(common) ?? 0, common).toBeGreaterThan(20);
    }
    expect(seen.get('cancelled one-cancels-other') ?? 0).toBeGreaterThan(20);
    expect(seen.get('cancelled reduce-only') ?? 0).toBeGreaterThan(5);
  }, 60_000);
});
