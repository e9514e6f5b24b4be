import { describe, expect, it } from 'vitest';
import type { Bot4Config } from '../../src/app/config.ts';
import { TradingState } from '../../src/app/trader/trading-state.ts';
import { addMs } from '../../src/core/index.ts';
import { configFor, VirtualWorld } from './virtual-world.ts';

/** One instrument, traded by a quick taker whose entries are guarded. */
function guarded(settings: Readonly<Record<string, string>> = {}): Bot4Config {
  const config = configFor(settings);
  const one = config.instruments.find(({ strategy }) => strategy === 'momentum-taker')!;
  const eager = { threshold: 0.6, roundTripCostBps: 0.5, warmUpUpdates: 20, maxHoldS: 60 };
  const protection = {
    stopVolatilities: 1,
    targetVolatilities: 1,
    horizonS: 20,
    leastBps: 1,
    timeStopMs: 20_000,
  };
  const market = { ...one.market, dailyVolatility: 0.1, tradesPerSecond: 8 };
  const instrument = { ...one.instrument, index: 0 };
  const parameters = { ...one.parameters, ...eager };
  return { ...config, instruments: [{ ...one, instrument, parameters, protection, market }] };
}

const parentsOf = (world: VirtualWorld) =>
  world.events.flatMap((event) => (event.kind === 'parent-opened' ? [event] : []));

/** Lives on until a bracket holds something. */
function untilGuarded(world: VirtualWorld): void {
  for (let i = 0; i < 600; i += 1) {
    world.run(500);
    const held = world.state.portfolio.lots().size > 0;
    if (held && world.trader.parents.open().length > 0) return;
  }
  throw new Error('no bracket held anything within 5 min');
}

describe('entries of a guarded instrument', () => {
  it('are brackets, each of which is closed before the next, and leave nothing behind', () => {
    const world = new VirtualWorld(guarded());
    world.run(240_000, () => {
      expect(world.trader.parents.open().length).toBeLessThanOrEqual(1);
    });
    const submitted = world.events.flatMap((event) =>
      event.kind === 'order-submitted' ? [event.request] : [],
    );
    expect(parentsOf(world).length).toBeGreaterThan(2);
    expect(submitted.every(({ parent }) => parent !== undefined)).toBe(true);
    const roles = new Set(submitted.map(({ parent }) => parent?.role));
    expect([...roles].sort()).toEqual(['entry', 'exit', 'target']);
    const reasons = world.events.flatMap((event) =>
      event.kind === 'parent-ended' ? [event.reason] : [],
    );
    expect(new Set(reasons).size).toBeGreaterThan(1);
    expect(world.state.portfolio.position(world.trader.instruments[0]!.id).fills).toBeGreaterThan(
      4,
    );
  });

  it('are guarded again after the process vanished: the bracket goes on from the journal', () => {
    const first = new VirtualWorld(guarded());
    untilGuarded(first);
    const [guard] = first.trader.parents.open();
    first.venue.close();
    const instruments = first.config.instruments.map((one) => one.instrument);
    const replayed = new TradingState(instruments, first.config.risk);
    for (const event of first.events) replayed.apply(event);
    expect(replayed.hash()).toBe(first.state.hash());
    const second = new VirtualWorld(first.config, {}, replayed, addMs(first.now, 3_000), 2);
    second.run(1_000);
    expect(second.trader.parents.open().map(({ id }) => id)).toEqual([guard!.id]);
    second.run(30_000);
    const ended = second.events.find((event) => event.kind === 'parent-ended');
    expect(ended).toMatchObject({ parent: guard!.id });
    const exits = second.events.filter(
      (event) => event.kind === 'order-submitted' && event.request.parent?.id === guard!.id,
    );
    expect(exits.length).toBeGreaterThan(0);
  });

  it('are left to safety in EMERGENCY: every parent ends and the position is closed', () => {
    const world = new VirtualWorld(guarded());
    untilGuarded(world);
    world.trader.command({ kind: 'emergency' }, world.now);
    world.run(30_000);
    expect(world.trader.parents.open()).toEqual([]);
    expect(world.state.orders.openCount).toBe(0);
    expect(world.state.portfolio.lots().size).toBe(0);
  });

  it('give way to the stages of REDUCE: their resting exits are withdrawn, nothing is added', () => {
    const world = new VirtualWorld(guarded({ 'safety.reduceStageIntervalMs': '1000' }));
    untilGuarded(world);
    world.trader.command({ kind: 'reduce' }, world.now);
    const from = world.events.length;
    world.run(20_000);
    const sent = world.events
      .slice(from)
      .flatMap((event) => (event.kind === 'order-submitted' ? [event.request] : []));
    expect(sent.every(({ reduceOnly, parent }) => reduceOnly && parent?.role !== 'target')).toBe(
      true,
    );
    world.run(60_000);
    expect(world.state.portfolio.lots().size).toBe(0);
    expect(world.trader.parents.open()).toEqual([]);
    expect(world.state.orders.openCount).toBe(0);
  });
});
