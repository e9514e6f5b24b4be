import { describe, expect, it } from 'vitest';
import {
  type ClientOrderId,
  type Order,
  priceTicks,
  qtyLots,
  type StrategyId,
} from '../../src/model/index.ts';
import { BTC } from '../portfolio/sample-account.ts';
import { ParentWorld } from './parent-world.ts';

/** A world in which one buy of 10 lots rests, and the terms of its amends. */
function resting(canAmend = true) {
  const world = new ParentWorld(canAmend);
  const refusal = world.orders.place(
    {
      instrument: BTC.id,
      strategy: 'tester' as StrategyId,
      side: 'buy',
      type: 'limit',
      price: priceTicks(599_000),
      quantity: qtyLots(10),
      timeInForce: 'gtc',
      postOnly: false,
      reduceOnly: false,
    },
    world.now,
  );
  expect(refusal).toBeNull();
  world.venue.deliver();
  const order = (): Order => world.state.orders.get('b4-1-1' as ClientOrderId)!;
  const amend = (price: number, quantity: number) => {
    const terms = { price: priceTicks(price), quantity: qtyLots(quantity) };
    return world.orders.amend({ clientOrderId: 'b4-1-1' as ClientOrderId, ...terms }, world.now);
  };
  const kinds = () => world.events.map(({ kind }) => kind);
  const reserved = () => world.state.orders.reserved(BTC.id).buyLots;
  return { world, order, amend, kinds, reserved };
}

describe('an order that is amended', () => {
  it('has the new terms when the venue has answered, and reserves the worse until then', () => {
    const { world, order, amend, kinds, reserved } = resting();
    expect(amend(599_500, 25)).toBeNull();
    expect(kinds().at(-1)).toBe('amend-requested');
    expect([reserved(), order().request.quantity]).toEqual([25, 10]);
    expect(amend(599_400, 5)).toMatch(/^amend-under-way/);
    world.venue.deliver();
    expect(order()).toMatchObject({ request: { price: 599_500, quantity: 25 }, amendments: 1 });
    expect(amend(599_500, 5)).toBeNull();
    expect(reserved()).toBe(25);
    world.venue.deliver();
    expect(reserved()).toBe(5);
  });

  it('is not amended when the journal refuses to write, nor at a venue that cannot', () => {
    const { world, order, amend, reserved } = resting();
    world.logRefuses = ({ kind }) => kind === 'amend-requested';
    expect(amend(599_500, 25)).toMatch(/journal refuses/);
    expect([reserved(), world.venue.waiting]).toEqual([10, 0]);
    expect(order()).not.toHaveProperty('amend');
    expect(resting(false).amend(599_500, 25)).toMatch(/^VENUE_CLOSED: the venue cannot amend/);
  });

  it('is refused by risk in PAUSE when it would do more, and lessened in every mode', () => {
    const { world, amend, kinds } = resting();
    world.raise('PAUSE');
    expect(amend(599_500, 25)).toMatch(/^RISK_MODE/);
    expect(kinds().at(-1)).toBe('order-refused');
    expect(amend(598_000, 5)).toBeNull();
  });

  it('is in doubt when the venue stays silent, and then has the terms of its account', () => {
    for (const fate of ['lost', 'silent'] as const) {
      const { world, order, amend, reserved } = resting();
      world.venue.amendFates.push(fate);
      expect(amend(599_500, 25)).toBeNull();
      world.pass(100);
      expect([order().status, reserved()]).toEqual(['accepted', 25]);
      world.pass(2_000);
      const quantity = fate === 'lost' ? 10 : 25;
      expect([order().status, reserved()]).toEqual(['accepted', quantity]);
      expect(order().request.quantity).toBe(quantity);
      expect(order()).not.toHaveProperty('amend');
    }
  });

  it('takes the terms of an amend that arrived after it was given up, and compares the accounts', () => {
    for (const isHeard of [true, false]) {
      const { world, order, amend, reserved } = resting();
      world.venue.amendFates.push('late');
      expect(amend(599_500, 25)).toBeNull();
      world.pass(2_000);
      expect([order().request.quantity, reserved()]).toEqual([10, 10]);
      expect(order()).toHaveProperty('amendRefused');
      world.venue.arriveLate();
      if (isHeard) {
        world.venue.deliver();
        expect([order().request.quantity, reserved()]).toEqual([25, 25]);
        expect(world.orders.mismatch).toBe(true);
        expect(world.state.safety.mode).toBe('PAUSE');
      }
      let outcome = '';
      world.orders.reconcile(200, (found) => {
        outcome = found?.kind ?? 'no answer';
      });
      expect(outcome).toBe('resolved');
      expect([order().request.quantity, reserved(), order().amend]).toEqual([25, 25, undefined]);
      expect(order()).not.toHaveProperty('amendRefused');
      expect(world.orders.mismatch).toBe(false);
    }
  });

  it('keeps what a fill that crosses the amend did, and is not amended after its end', () => {
    const { world, order, amend, kinds } = resting();
    world.venue.trade(0, 9);
    while (world.venue.waiting > 0) world.venue.deliver();
    expect(order()).toMatchObject({ status: 'filled' });
    const other = resting();
    other.world.venue.amendFates.push('crossed', 'crossed');
    expect(other.amend(599_500, 25)).toBeNull();
    while (other.world.venue.waiting > 0) other.world.venue.deliver();
    expect(other.order()).toMatchObject({ filled: 5, request: { quantity: 25 } });
    expect(amend(599_500, 25)).toMatch(/^order-final/);
    expect(kinds()).not.toContain('amend-requested');
  });
});
