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
import fc from '../fast-check.ts';
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

/** Runs every step by itself; hands back the events, the orders, and checks of each step. */
function live(steps: readonly Step[], afterStep: (engine: MatchingEngine, got: Recorder) => void) {
  const engine = fresh();
  const got = new Recorder();
  const placed = feed(steps, writer(engine), () => {
    engine.run(got);
    afterStep(engine, got);
  });
  return { lines: got.lines, placed };
}

const quick = { numRuns: 300 } as const;

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
  });
});

describe('whatever the commands, the matching engine', () => {
  it('never leaves the book crossed', () => {
    const touch = { bidTicks: 0, bidLots: 0, askTicks: 0, askLots: 0 };
    fc.assert(
      fc.property(sequence, (steps) => {
        live(steps, (engine) => {
          engine.touch(0, touch);
          if (touch.bidLots > 0 && touch.askLots > 0) {
            expect(touch.bidTicks).toBeLessThan(touch.askTicks);
          }
        });
      }),
      quick,
    );
  });

  it('conserves quantity: what was asked for traded, was prevented, ended or is still open', () => {
    fc.assert(
      fc.property(sequence, (steps) => {
        const { lines, placed } = live(steps, () => undefined);
        const open = new Map<number, number>();
        const take = (id: number, lots: number) => {
          const left = (open.get(id) ?? Number.NaN) - lots;
          expect(left).toBeGreaterThanOrEqual(0);
          open.set(id, left);
        };
        for (const [kind, ...v] of lines) {
          const id = v[0] as number;
          if (kind === 'accepted') open.set(id, placed.get(id)!.lots);
          else if (kind === 'amended') open.set(id, v[2] as number);
          else if (kind === 'cancelled' || kind === 'expired') expect(open.get(id)).toBe(v[1]);
          else if (kind === 'trade' || kind === 'prevented') {
            const lots = v[kind === 'trade' ? 4 : 2] as number;
            take(id, lots);
            take(v[1] as number, lots);
            expect(open.get(id)).toBe(v[kind === 'trade' ? 5 : 3]);
          }
          if (kind === 'cancelled' || kind === 'expired') open.delete(id);
        }
      }),
      quick,
    );
  });

  it('fills a fill-or-kill order wholly or not at all', () => {
    let filled = 0;
    fc.assert(
      fc.property(sequence, (steps) => {
        const { lines, placed } = live(steps, () => undefined);
        for (const order of placed.values()) {
          if ((order.flags & MATCH_FLAGS.fok) === 0) continue;
          const lots = lines
            .filter(([kind, , taker]) => kind === 'trade' && taker === order.id)
            .reduce((sum, line) => sum + (line[5] as number), 0);
          const asked = lines.findLast(([kind, id]) => kind === 'amended' && id === order.id);
          expect([0, asked?.[3] ?? order.lots]).toContain(lots);
          if (lots > 0) filled += 1;
        }
      }),
      // Such fills are rare: twice as many runs let any seed bring enough of them.
      { numRuns: 2 * quick.numRuns },
    );
    expect(filled).toBeGreaterThan(20);
  });

  it('never lets a reduce-only order enlarge or flip a position', () => {
    let trades = 0;
    fc.assert(
      fc.property(sequence, (steps) => {
        const positions = new Map<number, number>();
        const seen = { lines: 0, steps: 0 };
        const placed = new Map<number, PlacedOrder>();
        const engine = fresh();
        const got = new Recorder();
        const into = writer(engine);
        const note: Taker = {
          ...into,
          place(order) {
            placed.set(order.id, order);
            into.place(order);
          },
          replace(id, order) {
            placed.set(order.id, order);
            into.replace(id, order);
          },
          position(owner, lots) {
            positions.set(owner, lots);
            into.position(owner, lots);
          },
        };
        feed(steps, note, () => {
          engine.run(got);
          for (; seen.lines < got.lines.length; seen.lines += 1) {
            const [kind, maker, taker, side, , lots] = got.lines[seen.lines]!;
            if (kind !== 'trade') continue;
            for (const id of [maker, taker] as number[]) {
              const order = placed.get(id)!;
              const way = (side === BUY) === (id === taker) ? 1 : -1;
              const before = positions.get(order.owner) ?? 0;
              const after = before + way * (lots as number);
              positions.set(order.owner, after);
              if ((order.flags & MATCH_FLAGS.reduceOnly) === 0) continue;
              trades += 1;
              expect(Math.abs(after)).toBeLessThan(Math.abs(before));
              expect(after * before).toBeGreaterThanOrEqual(0);
            }
          }
        });
      }),
      quick,
    );
    expect(trades).toBeGreaterThan(20);
  });

  it('never trades two orders of one owner, the crowd apart', () => {
    fc.assert(
      fc.property(sequence, (steps) => {
        const { lines, placed } = live(steps, () => undefined);
        for (const [kind, maker, taker] of lines) {
          if (kind !== 'trade') continue;
          const owner = placed.get(maker as number)!.owner;
          if (owner !== 0) expect(placed.get(taker as number)!.owner).not.toBe(owner);
        }
      }),
      quick,
    );
  });

  it('cancels the others of an OCO group before any of them can trade', () => {
    let cancelled = 0;
    fc.assert(
      fc.property(sequence, (steps) => {
        const groups = new Map<number, number>();
        const doomed = new Set<number>();
        const over = (id: number) => {
          const group = groups.get(id);
          groups.delete(id);
          for (const [other, its] of groups) if (its === group) doomed.add(other);
        };
        const { lines, placed } = live(steps, () => undefined);
        for (const [kind, ...v] of lines) {
          const id = v[0] as number;
          const order = placed.get(id);
          const group = order === undefined || order.owner === 0 ? 0 : (order.group ?? 0);
          if (kind === 'accepted' && group !== 0) groups.set(id, group);
          if (kind === 'trade' || kind === 'triggered') {
            for (const each of kind === 'trade' ? [id, v[1] as number] : [id]) {
              expect(doomed.has(each)).toBe(false);
              over(each);
            }
          }
          if (kind !== 'cancelled' && kind !== 'expired') continue;
          if (doomed.delete(id)) cancelled += 1;
          over(id);
        }
        expect([...doomed]).toEqual([]);
      }),
      quick,
    );
    expect(cancelled).toBeGreaterThan(20);
  });

  it('gives the same events however its commands are batched', () => {
    fc.assert(
      fc.property(sequence, (steps) => {
        const one = live(steps, () => undefined).lines;
        const engine = fresh();
        const got = new Recorder();
        feed(steps, writer(engine));
        engine.run(got);
        expect(got.lines).toEqual(one);
      }),
      quick,
    );
  });
});
