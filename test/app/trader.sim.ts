import { describe, expect, it } from 'vitest';
import { TradingState } from '../../src/app/trader/trading-state.ts';
import { addMs, canonicalJson, type EventTimeNs, msBetween } from '../../src/core/index.ts';
import type { VenueAccount } from '../../src/execution/index.ts';
import { configFor, VirtualWorld } from './virtual-world.ts';

/** The venue's own account, asked for and waited for. */
function venueAccount(world: VirtualWorld): VenueAccount {
  let account: VenueAccount | null = null;
  world.venue.account(world.state.portfolio.fillHorizon, (result) => {
    if (result.ok) account = result.value;
  });
  for (let i = 0; i < 50 && account === null; i += 1) {
    world.now = addMs(world.now, 20);
    world.venue.advanceTo(world.now);
  }
  if (account === null) throw new Error('the venue did not answer within 1 s');
  return account;
}

/** Ends trading and waits until nothing is on its way any more. */
function settle(world: VirtualWorld, ms = 15_000): void {
  world.trader.beginStop(world.now);
  world.run(ms);
}

function expectEqualBooks(world: VirtualWorld): void {
  const account = venueAccount(world);
  const held = [...account.positions].filter(([, lots]) => lots !== 0);
  expect(new Map(held)).toEqual(world.state.portfolio.lots());
  expect(world.state.portfolio.cash).toBe(account.cash);
  expect(account.openOrders).toEqual([]);
  expect(world.state.orders.openCount).toBe(0);
}

describe('a paper service on virtual time', () => {
  it('reconciles first, then trades every instrument with its strategy', () => {
    const world = new VirtualWorld(configFor());
    world.run(60_000);
    const kinds = world.events.map(({ kind }) => kind);
    expect(kinds.indexOf('order-submitted')).toBeGreaterThan(kinds.indexOf('reconciled'));
    expect(world.state.safety.mode).toBe('NORMAL');
    expect(world.counts()['order-filled']).toBeGreaterThan(5);
    const quoted = new Set(
      world.events.flatMap((event) =>
        event.kind === 'order-submitted' ? [event.request.instrument] : [],
      ),
    );
    expect([...quoted].sort()).toEqual(['sim:BTCUSDT', 'sim:ETHUSDT', 'sim:SOLUSDT']);
    settle(world);
    expectEqualBooks(world);
  });

  it('repeats every event for the same seed and differs for another', () => {
    const eventsOf = (seed: string): string => {
      const world = new VirtualWorld(configFor({ 'simulator.seed': seed }));
      world.run(20_000);
      return canonicalJson(
        world.events.filter(({ kind }) => kind !== 'run-started').map((event) => ({ ...event })),
      );
    };
    expect(eventsOf('7')).toBe(eventsOf('7'));
    expect(eventsOf('7')).not.toBe(eventsOf('8'));
  });

  it('has the state that its recorded events fold to', () => {
    const world = new VirtualWorld(configFor());
    world.run(30_000);
    const instruments = world.config.instruments.map((one) => one.instrument);
    const replayed = new TradingState(instruments, world.config.risk);
    for (const event of world.events) replayed.apply(event);
    expect(replayed.hash()).toBe(world.state.hash());
    const restored = new TradingState(
      instruments,
      world.config.risk,
      JSON.parse(canonicalJson(world.state.snapshot())),
    );
    expect(restored.hash()).toBe(world.state.hash());
  });

  it('takes up the same positions, orders and cash after it vanished, and trades on', () => {
    const first = new VirtualWorld(configFor());
    first.run(30_000);
    const before = first.state;
    const openBefore = before.orders.open().map((order) => order.clientOrderId);
    expect(openBefore.length).toBeGreaterThan(0);
    first.venue.close();
    const replayed = new TradingState(
      first.config.instruments.map((one) => one.instrument),
      first.config.risk,
    );
    for (const event of first.events) replayed.apply(event);
    expect(replayed.portfolio.cash).toBe(before.portfolio.cash);
    const second = new VirtualWorld(first.config, {}, replayed, addMs(first.now, 5_000), 2);
    expect(second.state.safety.mode).toBe('PAUSE');
    second.run(30_000);
    expect(second.trader.isReconciled).toBe(true);
    expect(second.trader.differences).toEqual([]);
    expect(second.state.safety.mode).toBe('NORMAL');
    expect(second.counts()['order-submitted']).toBeGreaterThan(0);
    settle(second);
    expectEqualBooks(second);
  });

  it('keeps its books equal to the venue while requests, answers and account questions get lost', () => {
    const faults = { loseRequest: 0.05, loseReport: 0.05, failAccount: 0.2 };
    const world = new VirtualWorld(configFor({ ackTimeoutMs: '500' }), faults);
    world.run(120_000);
    expect(world.counts()['order-doubted']).toBeGreaterThan(0);
    settle(world, 60_000);
    const seen = new Set<string>();
    for (const event of world.events) {
      if (event.kind !== 'order-filled') continue;
      expect(seen.has(event.fill.tradeId)).toBe(false);
      seen.add(event.fill.tradeId);
    }
    const account = (() => {
      for (;;) {
        try {
          return venueAccount(world);
        } catch {
          // Lost or failed: asked again.
        }
      }
    })();
    const held = [...account.positions].filter(([, lots]) => lots !== 0);
    expect(new Map(held)).toEqual(world.state.portfolio.lots());
    expect(world.state.portfolio.cash).toBe(account.cash);
  });

  it('resynchronises a book after lost, repeated, swapped and damaged messages, and never trades on a broken one', () => {
    const faults = {
      dropFrame: 0.002,
      duplicateFrame: 0.005,
      reorderFrame: 0.002,
      corruptFrame: 0.002,
    };
    const world = new VirtualWorld(configFor(), faults);
    world.run(90_000);
    const counts = world.counts();
    expect(counts['book-desynchronised']).toBeGreaterThan(3);
    expect(counts['book-synchronised']).toBeGreaterThan(3);
    const synchronised = new Set<string>();
    for (const event of world.events) {
      if (event.kind === 'book-synchronised') synchronised.add(event.instrument);
      if (event.kind === 'book-desynchronised') synchronised.delete(event.instrument);
      if (event.kind === 'order-submitted' && !event.request.reduceOnly) {
        expect(synchronised.has(event.request.instrument)).toBe(true);
      }
    }
  });

  it('withdraws its quotes within 100 ms after data became stale, and opens nothing meanwhile', () => {
    const world = new VirtualWorld(configFor());
    world.run(20_000);
    expect(world.state.orders.openCount).toBeGreaterThan(0);
    world.venue.onFrame(() => {});
    const silentSince = world.now;
    const recordedBefore = world.events.length;
    world.run(3_000);
    const later = world.events.slice(recordedBefore);
    const since = (event: { readonly at: EventTimeNs }): number => msBetween(silentSince, event.at);
    const opened = later.filter((event) => event.kind === 'order-submitted' && since(event) > 600);
    expect(opened).toEqual([]);
    // Depth comes every 100 ms, so the latest is up to that old when the silence begins.
    const cancels = later.filter((event) => event.kind === 'cancel-requested').map(since);
    const limit = world.config.staleAfterMs + 100;
    expect(cancels.length).toBeGreaterThan(0);
    expect(Math.max(...cancels)).toBeLessThanOrEqual(limit);
    const quotes = world.state.orders.open().filter((order) => !order.request.reduceOnly);
    expect(quotes).toEqual([]);
  });
});

describe('before reconciliation', () => {
  it('sends no order, not even one that reduces, while the venue does not answer', () => {
    const world = new VirtualWorld(configFor());
    world.run(60_000);
    expect(world.state.portfolio.lots().size).toBeGreaterThan(0);
    world.venue.close();
    const again = new VirtualWorld(
      world.config,
      { failAccount: 1 },
      world.state,
      addMs(world.now, 1_000),
      2,
    );
    again.trader.command({ kind: 'emergency' }, again.now);
    again.run(20_000);
    expect(again.trader.isReconciled).toBe(false);
    expect(again.counts()['order-submitted']).toBeUndefined();
    expect(again.trader.differences.join()).toMatch(/the venue did not answer/);
  });
});

describe('control modes', () => {
  it('PAUSE opens nothing new and withdraws quotes, until a restore that takes 24 h', () => {
    const world = new VirtualWorld(configFor());
    world.run(20_000);
    const outcome = world.trader.command({ kind: 'pause' }, world.now);
    expect(outcome.accepted).toBe(true);
    expect(world.state.safety.mode).toBe('PAUSE');
    const from = world.events.length;
    world.run(10_000);
    const opened = world.events
      .slice(from)
      .filter((event) => event.kind === 'order-submitted' && !event.request.reduceOnly);
    expect(opened).toEqual([]);
    expect(world.state.orders.open().filter(({ request }) => !request.reduceOnly)).toEqual([]);
    const restore = world.trader.command({ kind: 'restore' }, world.now);
    expect(restore.message).toMatch(/takes effect at/);
    world.run(1_000);
    expect(world.state.safety.mode).toBe('PAUSE');
  });

  it('REDUCE shrinks every position in stages and never adds to one', () => {
    const world = new VirtualWorld(configFor({ 'safety.reduceStageIntervalMs': '1000' }));
    world.run(60_000);
    const held = world.state.portfolio.lots();
    expect(held.size).toBeGreaterThan(0);
    world.trader.command({ kind: 'reduce' }, world.now);
    const size = new Map([...held].map(([id, lots]) => [id, Math.abs(lots)]));
    for (let i = 0; i < 120 && world.state.portfolio.lots().size > 0; i += 1) {
      world.run(1_000);
      for (const [id, before] of size) {
        const lots = Math.abs(world.state.portfolio.position(id).lots);
        expect(lots).toBeLessThanOrEqual(before);
        size.set(id, lots);
      }
    }
    expect(world.state.portfolio.lots().size).toBe(0);
  });

  it('EMERGENCY cancels everything, then flattens with reduce-only orders', () => {
    const world = new VirtualWorld(configFor());
    world.run(60_000);
    expect(world.state.portfolio.lots().size).toBeGreaterThan(0);
    const from = world.events.length;
    world.trader.command({ kind: 'emergency' }, world.now);
    const cancelled = world.events.slice(from).filter(({ kind }) => kind === 'cancel-requested');
    expect(cancelled.length).toBe(world.state.orders.openCount);
    world.run(30_000);
    expect(world.state.portfolio.lots().size).toBe(0);
    expect(world.state.orders.openCount).toBe(0);
    const sent = world.events.slice(from).filter((event) => event.kind === 'order-submitted');
    expect(sent.length).toBeGreaterThan(0);
    expect(
      sent.every((event) => event.kind === 'order-submitted' && event.request.reduceOnly),
    ).toBe(true);
  });

  it('pauses when the log refuses writes, sends nothing that is not recorded, and writes what waited, human trips too, when it works again', () => {
    const world = new VirtualWorld(configFor({ 'safety.clearAfterMs': '1000' }));
    world.run(20_000);
    const submitted = world.trader.orders.counts.submitted;
    expect(submitted).toBeGreaterThan(0);
    world.logFailure = { code: 'disk-full', path: '/journal', detail: 'no space left' };
    world.run(1_000);
    expect(world.state.safety.mode).toBe('PAUSE');
    expect(world.state.safety.cause('journal-unwritable')?.detail).toMatch(/no space left/);
    const during = world.trader.orders.counts.submitted;
    world.run(10_000);
    expect(world.trader.orders.counts.submitted).toBe(during);
    expect(world.state.orders.open().filter(({ request }) => !request.reduceOnly)).toEqual([]);
    expect(world.trader.recorder.unwritten).toBeGreaterThan(0);
    const pause = world.trader.command({ kind: 'pause' }, world.now);
    expect(pause.accepted).toBe(true);
    world.logFailure = null;
    world.run(20_000);
    expect(world.trader.recorder.unwritten).toBe(0);
    expect(world.state.safety.causes().map(({ id }) => id)).toEqual(['human-pause']);
    settle(world);
    expectEqualBooks(world);
    const replayed = new TradingState(
      world.config.instruments.map((one) => one.instrument),
      world.config.risk,
    );
    for (const event of world.events) replayed.apply(event);
    expect(replayed.hash()).toBe(world.state.hash());
    expect(replayed.safety.cause('human-pause')).not.toBeNull();
  });
});
