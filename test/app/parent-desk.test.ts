import { describe, expect, it } from 'vitest';
import { addMs } from '../../src/core/index.ts';
import { MAX_OPEN_PARENTS } from '../../src/execution/index.ts';
import {
  type ParentOrderId,
  type ParentSpec,
  qtyLots,
  type StrategyId,
} from '../../src/model/index.ts';
import { BTC } from '../portfolio/sample-account.ts';
import { bracket, ParentWorld } from './parent-world.ts';

const guard = (kind: string, terms: ParentSpec['terms'], quantity = 8): ParentSpec => ({
  kind,
  instrument: BTC.id,
  strategy: 'guarded' as StrategyId,
  side: 'sell',
  quantity: qtyLots(quantity),
  terms,
});

/** Lets everything out and gives machines a moment. */
function breathe(world: ParentWorld, ms = 30): void {
  world.pass(ms);
  while (world.venue.waiting > 0) world.venue.deliver();
  world.pass(ms);
}

const working = (world: ParentWorld) =>
  world.venue.working().map(({ request }) => {
    return [request.parent?.role, request.side, request.quantity, request.price] as const;
  });

describe('opening a parent order', () => {
  it.each([
    [guard('stopp', {}), /kind stopp; allowed: stop, stop-limit/],
    [guard('stop', {}), /stopPrice of stop is missing; allowed: 1 to/],
    [guard('stop', { stopPrice: 0.5 }), /stopPrice of stop is 0.5; allowed: 1 to .*, whole/],
    [
      guard('stop', { stopPrice: 5, stop: 1 }),
      /stop has no term stop; allowed: stopPrice, trigger/,
    ],
    [guard('stop', { stopPrice: 5 }, 0), /quantity 0 lots; allowed: whole, above 0/],
    [
      guard('stop', { stopPrice: 5, trigger: 'mid' }),
      /trigger of stop is "mid"; allowed: touch, last/,
    ],
    [bracket('buy', { stopTicks: null, targetTicks: null, timeStopMs: null }), /allowed: one/],
    [bracket('buy', { entryType: 'market' }), /market entry is "gtc"; allowed: ioc/],
  ])('refuses a spec that names something wrong, with what is allowed', (spec, words) => {
    const world = new ParentWorld();
    const started = world.parents.start(spec, world.now);
    expect(started.ok ? '' : started.error.detail).toMatch(words);
    expect(world.events.some(({ kind }) => kind === 'parent-opened')).toBe(false);
  });

  it('refuses one more than may live', () => {
    const world = new ParentWorld();
    world.hold('buy', 10);
    for (let n = 0; n < MAX_OPEN_PARENTS; n += 1) world.open(guard('stop', { stopPrice: 5 }, 1));
    const started = world.parents.start(guard('stop', { stopPrice: 5 }), world.now);
    expect(started).toMatchObject({ ok: false, error: { code: 'parent-limit' } });
  });
});

describe('opening a parent order while the journal refuses it', () => {
  it('is answered with the reason, and leaves nothing that lives', () => {
    const world = new ParentWorld();
    world.logRefuses = ({ kind }) => kind === 'parent-opened';
    const started = world.parents.start(bracket(), world.now);
    expect(started).toMatchObject({
      ok: false,
      error: { code: 'journal-refuses', detail: 'the disk is full' },
    });
    expect(world.parents.open()).toEqual([]);
    breathe(world);
    expect(world.venue.working()).toEqual([]);
  });
});

describe('a bracket', () => {
  it('rests its target for what the entry filled, at the weighted price, and makes it anew with each fill', () => {
    const world = new ParentWorld();
    world.volatility = null;
    world.open(bracket('buy', { entryPrice: 599_990 }));
    breathe(world);
    world.venue.trade(0, 3);
    breathe(world);
    expect(working(world)).toEqual([
      ['entry', 'buy', 10, 599_990],
      ['target', 'sell', 4, 600_030],
    ]);
    world.volatility = 0.0002;
    world.venue.trade(0, 1);
    breathe(world);
    breathe(world);
    // 0.0002 a root second of 599,990 ticks is 119.998 ticks.
    expect(working(world)).toEqual([
      ['entry', 'buy', 10, 599_990],
      ['target', 'sell', 6, 600_110],
    ]);
    world.volatility = 0.0004;
    breathe(world);
    expect(working(world).at(-1)).toEqual(['target', 'sell', 6, 600_110]);
    world.venue.trade(0, 0);
    breathe(world);
    breathe(world);
    expect(working(world).at(-1)).toEqual(['target', 'sell', 7, 600_230]);
  });

  it('lets the stop shrink when the target fills in part, and withdraws the rest of the entry', () => {
    const world = new ParentWorld();
    world.open(bracket('buy'));
    breathe(world);
    world.venue.trade(0, 6);
    breathe(world);
    world.venue.trade(1, 2);
    breathe(world);
    expect(working(world).map(([role]) => role)).toEqual(['target']);
    world.move(-200);
    breathe(world);
    breathe(world);
    const exits = world.events.flatMap((event) =>
      event.kind === 'order-submitted' && event.request.parent?.role === 'exit'
        ? [event.request.quantity]
        : [],
    );
    expect(exits).toEqual([4]);
    expect(world.venue.lots).toBe(0);
    expect(world.state.parents.ended()[0]?.endedBecause).toBe('closed: stop');
  });

  it('makes an exit smaller when a fill of the one before it is reported late', () => {
    const world = new ParentWorld();
    world.open(bracket('buy'));
    breathe(world);
    world.venue.trade(0, 9);
    breathe(world);
    world.venue.trade(0, 2);
    world.venue.drop(0);
    world.venue.delayFill();
    world.venue.deliver();
    world.pass(300);
    expect(working(world).map(([role, , lots]) => [role, lots])).toEqual([['target', 10]]);
    breathe(world);
    breathe(world);
    expect(working(world).map(([role, , lots]) => [role, lots])).toEqual([['target', 7]]);
    expect(world.venue.lots).toBe(7);
  });

  it('closes after its stop was reached, also when the market comes back and the process restarts', () => {
    const world = new ParentWorld();
    world.open(bracket('buy'));
    breathe(world);
    world.venue.trade(0, 9);
    breathe(world);
    world.venue.cancelFates.push('lost');
    world.now = addMs(world.now, 20);
    world.move(-110);
    world.move(110);
    expect(world.venue.lots).toBe(10);
    world.restart(5);
    for (let i = 0; i < 10 && world.parents.open().length > 0; i += 1) breathe(world, 100);
    expect(world.venue.lots).toBe(0);
    expect(world.state.parents.ended()[0]?.endedBecause).toBe('closed: stop');
  });

  it('gives a target up for the market when the venue refuses it five times', () => {
    const world = new ParentWorld();
    world.open(bracket('buy'));
    breathe(world);
    world.venue.fates.push('refused', 'refused', 'refused', 'refused', 'refused');
    world.venue.trade(0, 9);
    for (let i = 0; i < 60 && world.parents.open().length > 0; i += 1) breathe(world, 200);
    expect(world.venue.lots).toBe(0);
    expect(world.state.parents.ended()[0]?.endedBecause).toBe('closed: target-refused');
  });

  it('keeps the quantity of an exit in doubt until its fate is known', () => {
    const world = new ParentWorld();
    world.open(bracket('buy'));
    breathe(world);
    world.venue.fates.push('silent');
    world.venue.trade(0, 9);
    while (world.venue.waiting > 0) world.venue.deliver();
    world.move(-200);
    world.pass(100);
    expect(working(world).some(([role]) => role === 'exit')).toBe(false);
    expect(world.state.orders.open().map(({ request }) => request.parent?.role)).toEqual([
      'target',
    ]);
    for (let i = 0; i < 40 && world.parents.open().length > 0; i += 1) breathe(world, 100);
    expect(world.venue.lots).toBe(0);
    expect(world.faults()).toEqual([]);
  });

  it('does not send an entry that an earlier run had not sent', () => {
    const world = new ParentWorld();
    world.restartAfter([
      { kind: 'parent-opened', at: world.now, parent: 'p-1-9' as ParentOrderId, spec: bracket() },
    ]);
    breathe(world);
    expect(world.events.some(({ kind }) => kind === 'order-submitted')).toBe(false);
    expect(world.state.parents.ended()[0]?.endedBecause).toBe('the entry filled nothing');
  });
});

describe('a trailing stop', () => {
  it('follows the market up, not down, and closes at its distance', () => {
    const world = new ParentWorld();
    world.volatility = null;
    world.hold('buy', 8);
    world.open(guard('trailing-stop', { trailTicks: 100 }));
    for (const ticks of [80, 80, -60]) {
      world.move(ticks);
      breathe(world);
    }
    expect(world.venue.lots).toBe(8);
    world.move(-39);
    breathe(world);
    expect(world.venue.lots).toBe(8);
    world.move(-1);
    breathe(world);
    expect(world.venue.lots).toBe(0);
  });
});

describe('a parent order', () => {
  it('ends when something else closed the position that it guards', () => {
    const world = new ParentWorld();
    world.hold('buy', 8);
    world.open(guard('oco', { limitPrice: 600_040, stopPrice: 599_900 }));
    breathe(world);
    world.parents.windDown(world.parents.open()[0]!.id, 'not wanted', world.now);
    breathe(world);
    expect(world.venue.working()).toEqual([]);
    expect(world.venue.lots).toBe(8);
    world.open(guard('stop', { stopPrice: 599_900 }));
    world.hold('sell', 8);
    breathe(world);
    expect(world.state.parents.ended().map(({ endedBecause }) => endedBecause)).toEqual([
      'not wanted',
      'the position was closed elsewhere',
    ]);
  });

  it('is told at once when the venue liquidates what it guards, and ends with that reason', () => {
    const world = new ParentWorld();
    const id = world.open(bracket('buy', { entryPrice: 600_001 }));
    breathe(world);
    expect(working(world).map(([role]) => role)).toEqual(['target']);
    world.venue.closePosition('liquidation', 1);
    // No timer and no market message in between: the report alone withdraws the target.
    while (world.venue.waiting > 0) world.venue.deliver();
    expect(world.venue.working()).toEqual([]);
    expect(world.state.parents.get(id)?.endedBecause).toBe(
      'closed by the venue, liquidation of 10 lots',
    );
  });

  it('shrinks its target to what the venue left when it was deleveraged', () => {
    const world = new ParentWorld();
    const id = world.open(bracket('buy', { entryPrice: 600_001 }));
    breathe(world);
    world.venue.closePosition('auto-deleveraging', 0.4);
    // The venue withdrew the target too; it is placed again after a quarter of a second.
    breathe(world, 300);
    expect(working(world).map(([role, side, lots]) => [role, side, lots])).toEqual([
      ['target', 'sell', 6],
    ]);
    world.move(100);
    breathe(world);
    expect(world.venue.lots).toBe(0);
    expect(world.state.parents.get(id)?.endedBecause).toBe(
      'closed: target, and by the venue, auto-deleveraging of 4 lots',
    );
  });

  it('loses of a shared position only what nobody guards does not cover', () => {
    const world = new ParentWorld();
    world.hold('buy', 4);
    world.open(bracket('buy', { entryPrice: 600_001 }));
    breathe(world);
    world.venue.closePosition('auto-deleveraging', 0.5);
    // The venue withdrew the target too; it is placed again after a quarter of a second.
    breathe(world, 300);
    expect(working(world).map(([role, , lots]) => [role, lots])).toEqual([['target', 7]]);
    expect(world.venue.lots).toBe(7);
  });

  it('keeps what the venue closed of it over a restart', () => {
    const world = new ParentWorld();
    const id = world.open(bracket('buy', { entryPrice: 600_001 }));
    breathe(world);
    world.venue.closePosition('auto-deleveraging', 0.4);
    breathe(world);
    world.restart(world.events.length - 1);
    breathe(world);
    expect(world.state.parents.get(id)?.roles.get('auto-deleveraging')?.filled).toBe(4);
    expect(world.faults()).toEqual([]);
  });

  it('of a kind that this version does not know ends instead of living on unwatched', () => {
    const world = new ParentWorld();
    const spec = guard('of-tomorrow', {});
    const parent = 'p-1-9' as ParentOrderId;
    world.restartAfter([{ kind: 'parent-opened', at: world.now, parent, spec }]);
    breathe(world);
    expect(world.state.parents.get(parent)?.endedBecause).toMatch(
      /no parent order of kind of-tomo/,
    );
  });

  it('keeps a target that risk would refuse here until the market is near enough', () => {
    const world = new ParentWorld();
    world.hold('buy', 8);
    world.open(guard('oco', { limitPrice: 640_000, stopPrice: 500_000 }));
    breathe(world);
    expect(world.venue.working()).toEqual([]);
    expect(world.orders.counts.refused).toBe(0);
    world.move(30_000);
    breathe(world);
    expect(working(world)).toEqual([['target', 'sell', 8, 640_000]]);
  });
});
