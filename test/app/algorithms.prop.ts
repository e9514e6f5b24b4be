import { describe, expect, it } from 'vitest';
import { type ParentSpec, qtyLots, type StrategyId } from '../../src/model/index.ts';
import fc from '../fast-check.ts';
import { BTC } from '../portfolio/sample-account.ts';
import { AlgorithmJudge, filledLots } from './algorithm-judge.ts';
import { OPS, type Op } from './parent-ops.ts';
import { ParentWorld } from './parent-world.ts';

const RUNS = { numRuns: 300 };

const TROUBLES: readonly (Op | 'traffic')[] = [
  'deliver',
  'deliver',
  'trade',
  'move',
  'pass',
  'pass',
  'traffic',
  'thin',
  'deep',
  'refuse',
  'drop',
  'refuseCancel',
  'loseCancel',
  'silence',
  'loseOrder',
  'delayFill',
  'twice',
  'restart',
  'calm',
];

const sequences = fc.array(
  fc.tuple(fc.constantFrom(...TROUBLES), fc.nat({ max: 9_999 }), fc.nat({ max: 20 })),
  { minLength: 5, maxLength: 50 },
);

const common = {
  seed: fc.nat({ max: 4_294_967_295 }),
  style: fc.constantFrom('take', 'rest'),
  atDeadline: fc.constantFrom('take', 'end'),
  limitPrice: fc.option(fc.integer({ min: 599_950, max: 600_050 })),
};
const sliced = {
  slices: fc.integer({ min: 1, max: 20 }),
  sizeJitter: fc.double({ min: 0, max: 1, noNaN: true }),
  timeJitter: fc.double({ min: 0, max: 1, noNaN: true }),
};
const weighed = {
  riskAversion: fc.double({ min: 0, max: 100, noNaN: true }),
  impactBps: fc.double({ min: 0.1, max: 100, noNaN: true }),
};
const volume = fc.double({ min: 0, max: 1_000, noNaN: true });

/** What each kind needs beside the common terms. */
const KINDS: Readonly<Record<string, fc.Arbitrary<ParentSpec['terms']>>> = {
  twap: fc.record({ ...common, ...sliced }),
  vwap: fc.record({
    ...common,
    ...sliced,
    profile: fc.array(volume, { minLength: 1, maxLength: 24 }).map((list) => [...list, 1]),
  }),
  pov: fc.record({
    ...common,
    rate: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
    catchUp: fc.double({ min: 1, max: 10, noNaN: true }),
  }),
  is: fc.record({ ...common, ...sliced, ...weighed }),
  adaptive: fc.record({
    ...common,
    ...sliced,
    ...weighed,
    gain: fc.double({ min: 0, max: 10, noNaN: true }),
  }),
  sniper: fc.record({
    seed: common.seed,
    atDeadline: common.atDeadline,
    limitPrice: fc.integer({ min: 599_950, max: 600_050 }),
    leastDisplayed: fc.integer({ min: 1, max: 120 }),
    share: fc.double({ min: 0.01, max: 1, noNaN: true }),
  }),
  iceberg: fc.record({
    price: fc.integer({ min: 599_950, max: 600_050 }),
    displayLots: fc.integer({ min: 1, max: 10 }),
    displayVariation: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: common.seed,
  }),
};

const specs = (kind: string): fc.Arbitrary<ParentSpec> =>
  fc
    .tuple(
      KINDS[kind]!,
      fc.constantFrom('buy' as const, 'sell' as const),
      fc.integer({ min: 1, max: 60 }),
    )
    .map(([terms, side, quantity]) => ({
      kind,
      instrument: BTC.id,
      strategy: 'worker' as StrategyId,
      side,
      quantity: qtyLots(quantity),
      // An iceberg has no time; all others have some seconds.
      terms: kind === 'iceberg' ? terms : { ...terms, durationMs: 4_000, graceMs: 2_000 },
    }));

describe('algorithms, whatever happens', () => {
  for (const kind of Object.keys(KINDS)) {
    it(`a parent of kind ${kind} never works more than its quantity, and ends with a reason`, () => {
      fc.assert(
        fc.property(specs(kind), sequences, (spec, sequence) => {
          const world = new ParentWorld();
          const judge = new AlgorithmJudge();
          const id = world.open(spec);
          for (const [op, a, b] of sequence) {
            if (op === 'traffic') world.traded += a % 60;
            else OPS[op](world, a, b);
            judge.read(world.events);
            expect(judge.faults).toEqual([]);
            expect(judge.worstCase(id)).toBeLessThanOrEqual(spec.quantity + judge.lateLots);
          }
          if (kind === 'iceberg') world.parents.windDown(id, 'enough', world.now);
          world.settle(() => world.parents.open().length === 0 && world.venue.waiting === 0);
          judge.read(world.events);
          expect([...judge.faults, ...world.faults()]).toEqual([]);
          const { endedBecause, working } = judge.parents.get(id)!;
          expect(endedBecause).not.toBeNull();
          expect(working.size).toBe(0);
          const filled = filledLots(judge.parents, id);
          expect(filled).toBeLessThanOrEqual(spec.quantity + judge.lateLots);
          if (endedBecause === 'filled') expect(filled).toBeGreaterThanOrEqual(spec.quantity);
        }),
        RUNS,
      );
    });
  }

  for (const kind of ['twap', 'vwap', 'is', 'adaptive']) {
    it(`a parent of kind ${kind} on a calm venue fills to the last lot in its time`, () => {
      fc.assert(
        fc.property(specs(kind), (spec) => {
          const world = new ParentWorld();
          const terms = { ...spec.terms, limitPrice: null, atDeadline: 'take' };
          const id = world.open({ ...spec, terms });
          for (let ms = 0; ms < 4_500; ms += 50) {
            world.pass(50);
            while (world.venue.waiting > 0) world.venue.deliver();
          }
          const parent = world.state.parents.get(id)!;
          expect(parent.endedBecause).toBe('filled');
          expect(filledLots(world.state.parents, id)).toBe(spec.quantity);
        }),
        { numRuns: 100 },
      );
    });
  }
});
