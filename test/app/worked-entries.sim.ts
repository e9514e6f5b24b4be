import { describe, expect, it } from 'vitest';
import type { Bot4Config } from '../../src/app/config.ts';
import { executionSummary } from '../../src/app/trader/execution-summary.ts';
import { TradingState } from '../../src/app/trader/trading-state.ts';
import type { EntryExecution } from '../../src/app/trader/worked-entries.ts';
import { addMs } from '../../src/core/index.ts';
import { money, parseE8 } from '../../src/model/index.ts';
import { configFor, VirtualWorld } from './virtual-world.ts';

const TWAP: EntryExecution = {
  algorithm: 'twap',
  aboveNotional: money(0n),
  durationMs: 4_000,
  slices: 4,
  style: 'take',
  limitBps: 20,
  participation: 0.1,
  riskAversion: 0.001,
  impactBps: 2,
  expectedMoveBps: null,
};

/** One instrument, traded by a quick taker whose entries are worked. */
function worked(changed: Partial<EntryExecution> = {}): Bot4Config {
  const config = configFor({});
  const one = config.instruments.find(({ strategy }) => strategy === 'momentum-taker')!;
  const eager = { threshold: 0.6, roundTripCostBps: 0.5, warmUpUpdates: 20, maxHoldS: 20 };
  const market = { ...one.market, dailyVolatility: 0.1, tradesPerSecond: 8 };
  const instrument = { ...one.instrument, index: 0 };
  const parameters = { ...one.parameters, ...eager };
  const execution = { ...TWAP, ...changed };
  return { ...config, instruments: [{ ...one, instrument, parameters, execution, market }] };
}

const of = <K extends VirtualWorld['events'][number]['kind']>(world: VirtualWorld, kind: K) =>
  world.events.flatMap((event) =>
    event.kind === kind ? [event as Extract<typeof event, { readonly kind: K }>] : [],
  );

const entriesOf = (world: VirtualWorld) =>
  of(world, 'order-submitted').filter(({ request }) => !request.reduceOnly);

describe('entries that are worked', () => {
  for (const algorithm of ['twap', 'vwap', 'pov', 'is', 'adaptive', 'sniper'] as const) {
    it(`by ${algorithm} are children of one parent at a time and never exceed it`, () => {
      const world = new VirtualWorld(worked({ algorithm }));
      world.run(90_000, () => {
        expect(world.trader.parents.open().length).toBeLessThanOrEqual(1);
      });
      const parents = of(world, 'parent-opened');
      expect(parents.length).toBeGreaterThan(0);
      const entries = entriesOf(world);
      expect(entries.length).toBeGreaterThan(0);
      for (const { request } of entries) expect(request.parent?.role).toBe('slice');
      const filled = new Map<string, number>();
      const parentOf = new Map(
        entries.map((each) => [each.clientOrderId, each.request.parent!.id] as const),
      );
      for (const { fill } of of(world, 'order-filled')) {
        const id = parentOf.get(fill.clientOrderId);
        if (id !== undefined) filled.set(id, (filled.get(id) ?? 0) + fill.quantity);
      }
      for (const { parent, spec } of parents) {
        expect(filled.get(parent) ?? 0).toBeLessThanOrEqual(spec.quantity);
      }
      for (const { reason } of of(world, 'parent-ended')) expect(reason).not.toBe('');
    });
  }

  it('are measured in the ledger, expected and realised, by causes that sum to the total', () => {
    const world = new VirtualWorld(worked());
    world.run(90_000);
    const [instrument] = world.trader.instruments;
    const summary = executionSummary(world.trader.ledger, instrument!)!;
    expect(summary.parents.length).toBeGreaterThan(0);
    expect(summary.predictedBps).toBeGreaterThan(0);
    const parts = [summary.fees, summary.spread, summary.impact, summary.delay];
    const sum = parts.reduce((total, part) => total + parseE8(part)!, 0n);
    expect(sum).toBe(parseE8(summary.total));
    expect(parseE8(summary.fees)).toBe(
      of(world, 'order-filled').reduce((total, { fill }) => total + fill.fee, 0n),
    );
  });

  it('go on after the process vanished, within the same quantity', () => {
    const first = new VirtualWorld(worked({ durationMs: 30_000, slices: 30 }));
    for (let i = 0; i < 600 && first.trader.parents.open().length === 0; i += 1) first.run(100);
    first.run(3_000);
    const [parent] = first.trader.parents.open();
    first.venue.close();
    const instruments = first.config.instruments.map((one) => one.instrument);
    const replayed = new TradingState(instruments, first.config.risk);
    for (const event of first.events) replayed.apply(event);
    expect(replayed.hash()).toBe(first.state.hash());
    const second = new VirtualWorld(first.config, {}, replayed, addMs(first.now, 1_000), 2);
    second.run(60_000);
    const { roles, spec, endedBecause } = second.state.parents.get(parent!.id)!;
    expect(roles.get('slice')!.filled).toBeLessThanOrEqual(spec.quantity);
    expect(endedBecause).not.toBeNull();
  });

  it('are sent as one order below the size that was set', () => {
    const world = new VirtualWorld(worked({ aboveNotional: money(10n ** 18n) }));
    world.run(60_000);
    expect(of(world, 'parent-opened')).toEqual([]);
    expect(entriesOf(world).length).toBeGreaterThan(0);
  });

  it('are left out when the expected move does not pay for the round trip', () => {
    const world = new VirtualWorld(worked({ expectedMoveBps: 5 }));
    world.run(60_000);
    expect(entriesOf(world)).toEqual([]);
    const paying = new VirtualWorld(worked({ expectedMoveBps: 500 }));
    paying.run(60_000);
    expect(entriesOf(paying).length).toBeGreaterThan(0);
  });

  it('are cancelled in EMERGENCY and leave no position', () => {
    const world = new VirtualWorld(worked({ durationMs: 30_000, slices: 30 }));
    for (let i = 0; i < 600 && world.state.portfolio.lots().size === 0; i += 1) world.run(100);
    world.trader.command({ kind: 'emergency' }, world.now);
    world.run(30_000);
    expect(world.trader.parents.open()).toEqual([]);
    expect(world.state.orders.openCount).toBe(0);
    expect(world.state.portfolio.lots().size).toBe(0);
  });
});
