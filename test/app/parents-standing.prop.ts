import { describe, expect, it } from 'vitest';
import { type ParentSpec, qtyLots, type StrategyId } from '../../src/model/index.ts';
import fc from '../fast-check.ts';
import { BTC } from '../portfolio/sample-account.ts';
import { live, type Op, sequences } from './parent-ops.ts';
import { ParentWorld } from './parent-world.ts';

const RUNS = { numRuns: 1_000 };
const TROUBLES: readonly Op[] = [
  'refuse',
  'drop',
  'refuseCancel',
  'loseCancel',
  'silence',
  'loseOrder',
  'delayFill',
  'crossCancel',
  'crossEnd',
  'twice',
  'restart',
  'thin',
  'deep',
];

const spec = (kind: string, side: 'buy' | 'sell', terms: ParentSpec['terms']): ParentSpec => ({
  kind,
  instrument: BTC.id,
  strategy: 'guarded' as StrategyId,
  side,
  quantity: qtyLots(8),
  terms,
});

/** A guard of 8 of the 12 lots that are held, until the market has come to its price. */
function expectGuard(kind: string, terms: ParentSpec['terms'], side: 'buy' | 'sell' = 'sell') {
  const held = side === 'sell' ? 1 : -1;
  return fc.property(sequences(...TROUBLES), (sequence) => {
    const world = new ParentWorld();
    world.hold(side === 'sell' ? 'buy' : 'sell', 12);
    const id = world.open(spec(kind, side, terms));
    expect(live(world, sequence)).toEqual([]);
    world.venue.depth = 1_000;
    world.move(-held * 500);
    world.settle(() => world.parents.open().length === 0 && world.venue.waiting === 0);
    // A stop whose limit the market passed by rests there until the market comes back.
    world.move(held * 700);
    world.settle(() => world.parents.open().length === 0 && world.venue.waiting === 0);
    expect(world.faults()).toEqual([]);
    const { filledIn, filledOut } = world.flows(id);
    expect(filledOut).toBeGreaterThanOrEqual(filledIn);
    // Only a fill reported after the end of its order, which nobody can foresee, may exceed it.
    expect(filledOut - filledIn).toBeLessThanOrEqual(world.lateExitLots);
    expect(world.venue.lots).toBe(held * (12 - filledOut + filledIn - 8));
    expect(world.venue.working()).toEqual([]);
    expect(world.parents.open()).toEqual([]);
  });
}

describe('a guard of a position closes its quantity once, whatever happens', () => {
  it('as a stop', () => {
    fc.assert(expectGuard('stop', { stopPrice: 599_960 }), RUNS);
  });

  it('as a stop-limit, at the market where its limit is refused again and again', () => {
    fc.assert(expectGuard('stop-limit', { stopPrice: 599_960, limitPrice: 599_400 }), RUNS);
  });

  it('as a trailing stop of a short position', () => {
    const terms = { trailTicks: 60, trailVolatilities: 2, horizonS: 1 };
    fc.assert(expectGuard('trailing-stop', terms, 'buy'), RUNS);
  });

  it('as a pair of which one cancels the other', () => {
    fc.assert(expectGuard('oco', { limitPrice: 600_040, stopPrice: 599_950 }), RUNS);
  });

  it('as a time stop', () => {
    fc.assert(expectGuard('time-stop', { afterMs: 1_500 }), RUNS);
  });
});

describe('an iceberg', () => {
  it('never shows more than a slice and never fills more than its quantity', () => {
    fc.assert(
      fc.property(sequences(...TROUBLES, 'windDown'), (sequence) => {
        const world = new ParentWorld();
        const terms = { price: 599_995, displayLots: 3 };
        const id = world.open({ ...spec('iceberg', 'buy', terms), quantity: qtyLots(20) });
        for (const step of sequence) {
          expect(live(world, [step])).toEqual([]);
          const shown = world.venue.working().map(({ request }) => request.quantity);
          expect(shown.length).toBeLessThanOrEqual(1);
          for (const lots of shown) expect(lots).toBeLessThanOrEqual(3);
          expect(world.venue.lots).toBeLessThanOrEqual(20);
        }
        world.move(-200);
        world.parents.windDown(id, 'enough', world.now);
        world.settle(() => world.parents.open().length === 0 && world.venue.waiting === 0);
        expect(world.parents.open()).toEqual([]);
        expect(world.venue.working()).toEqual([]);
        expect(world.flows(id).filledIn).toBe(world.venue.lots);
      }),
      RUNS,
    );
  });
});
