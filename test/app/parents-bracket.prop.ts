import { describe, expect, it } from 'vitest';
import fc from '../fast-check.ts';
import { live, type Op, sequences } from './parent-ops.ts';
import { bracket, ParentWorld } from './parent-world.ts';

const RUNS = { numRuns: 1_000 };

/** Nothing is left: no parent, no order here or there, no position, and both books are equal. */
function expectNothingLeft(world: ParentWorld): void {
  world.settle(() => world.parents.open().length === 0 && world.venue.waiting === 0);
  expect(world.faults()).toEqual([]);
  expect(world.parents.open().map(({ id, roles }) => [id, [...roles]])).toEqual([]);
  expect(world.venue.working()).toEqual([]);
  expect(world.state.orders.openCount).toBe(0);
  expect(world.venue.lots).toBe(0);
  expect(world.state.portfolio.lots().size).toBe(0);
}

const withBracket = (side: 'buy' | 'sell', ...troubles: Op[]) =>
  fc.property(sequences(...troubles), fc.boolean(), (sequence, canAmend) => {
    const world = new ParentWorld(canAmend);
    world.open(bracket(side));
    expect(live(world, sequence)).toEqual([]);
    expectNothingLeft(world);
  });

/** A bracket whose target rests long enough to be amended with each fill of a large entry. */
const withWideBracket = (side: 'buy' | 'sell', ...troubles: Op[]) =>
  fc.property(sequences(...troubles), (sequence) => {
    const world = new ParentWorld();
    world.open(bracket(side, { stopTicks: 900, targetTicks: 200, stopVolatilities: 0 }, 90));
    for (const [op, a, b] of sequence) {
      const filled = [op, a, b] as const;
      expect(live(world, [filled, ['tradeFirst', a, b], ['deliver', b, a]])).toEqual([]);
    }
    const amends = world.events.filter(({ kind }) => kind === 'amend-requested').length;
    expectNothingLeft(world);
    AMENDS.sent += amends;
  });

/** Two such brackets over one position. */
const withTwoBrackets = (side: 'buy' | 'sell', ...troubles: Op[]) =>
  fc.property(sequences(...troubles), (sequence) => {
    const world = new ParentWorld();
    const terms = { stopTicks: 900, targetTicks: 200, stopVolatilities: 0 };
    const entryPrice = side === 'buy' ? 599_995 : 600_006;
    world.open(bracket(side, terms, 90));
    const closer = { ...terms, stopTicks: 700, targetTicks: 150, entryPrice };
    world.open(bracket(side, closer, 50));
    for (const [op, a, b] of sequence) {
      const filled = [op, a, b] as const;
      expect(live(world, [filled, ['tradeFirst', a, b], ['deliver', b, a]])).toEqual([]);
    }
    expectNothingLeft(world);
  });

const AMENDS = { sent: 0 };

describe('a bracket never leaves an orphan leg or a double exit', () => {
  it('while entry and exits fill in parts and the market jumps', () => {
    fc.assert(withBracket('buy', 'thin', 'deep', 'calm'), RUNS);
  });

  it('while the venue refuses and withdraws its orders', () => {
    fc.assert(withBracket('sell', 'refuse', 'drop', 'thin'), RUNS);
  });

  it('while cancels are refused or get no answer', () => {
    fc.assert(withBracket('buy', 'refuseCancel', 'loseCancel', 'windDown'), RUNS);
  });

  it('while fills come after the end of their order', () => {
    fc.assert(withBracket('sell', 'delayFill', 'crossCancel', 'crossEnd', 'thin'), RUNS);
  });

  it('while amends are refused, lost, answered late or crossed by fills', () => {
    const known: Op[] = ['refuseAmend', 'loseAmend', 'silenceAmend', 'crossAmend', 'delayAmend'];
    const troubles: Op[] = [...known, 'lateAmend', 'arriveLate'];
    const fewer = { numRuns: RUNS.numRuns / 4 };
    fc.assert(withWideBracket('buy', ...troubles, 'thin', 'calm'), fewer);
    const more: Op[] = ['restart', 'crossEnd', 'loseCancel', 'twice', 'delayFill', 'windDown'];
    fc.assert(withWideBracket('sell', ...troubles, ...more), fewer);
    expect(AMENDS.sent).toBeGreaterThan(250);
  });

  it('while orders become unknown and are resolved later', () => {
    fc.assert(withBracket('buy', 'silence', 'loseOrder', 'loseCancel'), RUNS);
  });

  it('while the process is killed and starts again from any point of its journal', () => {
    fc.assert(withBracket('buy', 'restart', 'drop'), RUNS);
  });

  it('while every report may come twice', () => {
    fc.assert(withBracket('sell', 'twice', 'twice', 'thin'), RUNS);
  });

  it('while it is wound down at any moment', () => {
    fc.assert(withBracket('sell', 'windDown', 'thin', 'delayFill'), RUNS);
  });

  it('while all of that happens together', () => {
    const all: Op[] = ['refuse', 'drop', 'refuseCancel', 'loseCancel', 'silence', 'loseOrder'];
    const more: Op[] = [
      'delayFill',
      'crossCancel',
      'twice',
      'restart',
      'windDown',
      'thin',
      'deep',
      'calm',
      'refuseAmend',
      'loseAmend',
      'silenceAmend',
      'crossAmend',
      'delayAmend',
    ];
    fc.assert(withBracket('buy', ...all, ...more), RUNS);
  });

  it('while the mode becomes PAUSE and REDUCE, which keep what guards', () => {
    fc.assert(withBracket('sell', 'pause', 'reduce', 'thin', 'deep', 'loseCancel'), RUNS);
  });

  it('while the venue liquidates and deleverages what it guards', () => {
    fc.assert(withBracket('buy', 'liquidate', 'deleverage', 'deleverage', 'thin'), RUNS);
  });

  it('while the venue closes positions and nothing else goes well either', () => {
    const troubles: Op[] = ['liquidate', 'deleverage', 'drop', 'refuse', 'loseCancel', 'twice'];
    const more: Op[] = ['delayFill', 'crossCancel', 'crossEnd', 'restart', 'silence', 'windDown'];
    fc.assert(withBracket('sell', ...troubles, ...more), RUNS);
  });

  it('while the venue closes a position that several of them share', () => {
    fc.assert(
      fc.property(sequences('liquidate', 'deleverage', 'refuse', 'thin'), (sequence) => {
        const world = new ParentWorld();
        world.open(bracket('sell'));
        world.open(bracket('sell', { stopTicks: 20, targetTicks: 15, entryPrice: 600_006 }, 7));
        expect(live(world, sequence)).toEqual([]);
        expectNothingLeft(world);
      }),
      RUNS,
    );
  });

  it('when EMERGENCY comes at any moment: no parent and no order is left, safety closes the rest', () => {
    const troubles: Op[] = ['refuseCancel', 'loseCancel', 'crossCancel', 'silence', 'restart'];
    fc.assert(
      fc.property(sequences(...troubles), fc.nat(), (sequence, cut) => {
        const world = new ParentWorld();
        world.open(bracket('buy'));
        const before = sequence.slice(0, cut % sequence.length);
        expect(live(world, before)).toEqual([]);
        world.raise('EMERGENCY');
        const sent = world.events.length;
        expect(live(world, sequence.slice(before.length))).toEqual([]);
        world.settle(() => world.parents.open().length === 0 && world.venue.waiting === 0);
        expect(world.faults()).toEqual([]);
        expect(world.parents.open()).toEqual([]);
        expect(world.venue.working()).toEqual([]);
        const after = world.events.slice(sent);
        expect(after.filter(({ kind }) => kind === 'order-submitted')).toEqual([]);
      }),
      RUNS,
    );
  });

  it('while late fills and the venue close what several of them share', () => {
    const late: Op[] = ['crossCancel', 'crossEnd', 'delayFill', 'windDown', 'twice', 'restart'];
    const more: Op[] = ['liquidate', 'deleverage', 'crossAmend', 'loseAmend', 'silenceAmend'];
    fc.assert(withTwoBrackets('buy', ...late, ...more), RUNS);
  });

  it('while one undoes its late fills, and the other, whose position is gone, waits for that', () => {
    const story = (['deliver 0 1', 'crossCancel 0 0', 'crossAmend 0 0', 'deliver 0 0'] as string[])
      .concat('restart 0 0', 'loseCancel 0 0', 'windDown 647 0', 'deliver 1546 0')
      .concat('crossCancel 7846 14', 'windDown 2528 0', 'deliver 0 0', 'deliver 0 0')
      .concat('deliver 572 0', 'deliver 121 0', 'deliver 0 0')
      .map((step): [Op, number, number] => {
        const [op, a, b] = step.split(' ');
        return [op as Op, Number(a), Number(b)];
      });
    fc.assert(withTwoBrackets('sell'), { examples: [[story]], numRuns: 1 });
  });

  it('while several of them share the position', () => {
    const troubles: Op[] = ['refuse', 'drop', 'loseCancel', 'twice', 'windDown', 'thin'];
    fc.assert(
      fc.property(sequences(...troubles), (sequence) => {
        const world = new ParentWorld();
        world.open(bracket('buy'));
        world.open(bracket('buy', { stopTicks: 20, targetTicks: 15, entryPrice: 599_995 }, 7));
        expect(live(world, sequence)).toEqual([]);
        expectNothingLeft(world);
      }),
      RUNS,
    );
  });
});
