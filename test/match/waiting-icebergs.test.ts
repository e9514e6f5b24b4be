import { describe, expect, it } from 'vitest';
import { BUY, MatchingEngine, type MatchVisitor, SELL } from '../../src/native/index.ts';

const TRIGGER = 1000;

/** Takes every event; only what was refused is kept. */
class Refusals {
  readonly reasons: string[] = [];

  rejected(_symbol: number, _id: number, reason: string): void {
    this.reasons.push(reason);
  }
}

const visitorOf = (refusals: Refusals): MatchVisitor =>
  new Proxy(refusals, {
    get: (target, name) => (name === 'rejected' ? target.rejected.bind(target) : () => undefined),
  }) as unknown as MatchVisitor;

function engineWithTouch(visitor: MatchVisitor): MatchingEngine {
  const engine = new MatchingEngine({ symbols: 1, maxOrders: 64, maxCommands: 64 });
  engine.limit(0, 1000, 0, BUY, TRIGGER, 1, 0);
  engine.limit(0, 1001, 0, SELL, TRIGGER + 10, 1, 0);
  engine.run(visitor);
  return engine;
}

const stopIceberg = (id: number, lots = 32) =>
  ({ symbol: 0, id, owner: 1, side: SELL, ticks: 1100, lots, flags: 0, display: 1 }) as const;

describe('stops that become icebergs', () => {
  it('take the room of their slices while they wait, so that no trigger overfills the book', () => {
    const refusals = new Refusals();
    const visitor = visitorOf(refusals);
    const engine = engineWithTouch(visitor);
    for (let id = 1; id <= 20; id += 1) engine.place({ ...stopIceberg(id), trigger: TRIGGER });
    engine.run(visitor);
    expect(refusals.reasons).toEqual(Array(19).fill('too-many-slices'));
    engine.market(0, 2000, 0, SELL, 1, 1);
    engine.limit(0, 3000, 0, BUY, 900, 1, 0);
    engine.run(visitor);
    expect(engine.restingOrders).toBe(3);
  });

  it('give their room back when they are cancelled, triggered and filled, or made smaller', () => {
    const refusals = new Refusals();
    const visitor = visitorOf(refusals);
    const engine = engineWithTouch(visitor);
    for (let id = 1; id <= 100; id += 1) {
      engine.place({ ...stopIceberg(id), trigger: TRIGGER - 1 });
      engine.cancel(0, id);
      engine.run(visitor);
    }
    engine.place({ ...stopIceberg(200), trigger: TRIGGER });
    engine.market(0, 2000, 0, SELL, 1, 1);
    engine.limit(0, 3000, 0, BUY, 1100, 33, 0);
    engine.place({ ...stopIceberg(201), trigger: TRIGGER - 1 });
    engine.amend(0, 201, { lots: 16 });
    engine.place({ ...stopIceberg(202, 18), trigger: TRIGGER - 1 });
    engine.run(visitor);
    expect(refusals.reasons).toEqual([]);
    engine.place({ ...stopIceberg(203, 2), trigger: TRIGGER - 1 });
    engine.run(visitor);
    expect(refusals.reasons).toEqual(['too-many-slices']);
  });
});
