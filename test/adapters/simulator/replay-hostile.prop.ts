import { describe, expect, it } from 'vitest';
import { addMs, seededRng } from '../../../src/core/index.ts';
import { type OrderRequest, priceTicks, qtyLots } from '../../../src/model/index.ts';
import fc from '../../fast-check.ts';
import { START } from './fixture.ts';
import { Replay } from './replay-world.ts';

type Draw = (most: number) => number;

/** A request of any type, with any terms that go with it or do not. */
function request(draw: Draw, price: number): Partial<OrderRequest> {
  const type = (['limit', 'limit', 'market', 'stop', 'stop-limit', 'trailing-stop'] as const)[
    draw(6)
  ]!;
  const timeInForce = (['gtc', 'gtc', 'ioc', 'fok', 'gtd'] as const)[draw(5)]!;
  return {
    type,
    timeInForce,
    side: draw(2) === 0 ? 'buy' : 'sell',
    price: priceTicks(price),
    quantity: qtyLots(1 + draw(20)),
    postOnly: draw(4) === 0,
    reduceOnly: draw(4) === 0,
    ...(type.startsWith('stop') && { triggerPrice: priceTicks(600_000 + 10 * (draw(7) - 3)) }),
    ...(type === 'trailing-stop' && { trailOffset: 10 * (1 + draw(3)) }),
    ...(timeInForce === 'gtd' && { expireAt: addMs(START, 1 + draw(400)) }),
    ...(draw(4) === 0 && { displayQuantity: qtyLots(1 + draw(5)) }),
    ...(draw(4) === 0 && { ocoGroup: `g${draw(3)}` as never }),
  };
}

/** A random life of the market and of our orders in it. */
function live(seed: number, steps: number): Replay {
  const rng = seededRng(seed);
  const draw: Draw = (most) => Math.floor(rng.uniform() * most);
  const replay = new Replay();
  replay.synchronise();
  const price = () => 600_000 + 10 * (draw(9) - 4);
  for (let i = 0; i < steps; i += 1) {
    const dice = draw(10);
    const known = `o${draw(i + 1)}`;
    if (dice < 3) replay.send(`o${i}`, request(draw, price()));
    else if (dice < 6) replay.amend(known, 1 + draw(6), price(), 1 + draw(25));
    else if (dice < 7) replay.trade(draw(4), price(), 1 + draw(15), draw(2) === 0);
    else if (dice < 9) {
      const [bid, ask] = [600_000 - 10 * draw(4), 600_010 + 10 * draw(4)];
      replay.depth(draw(4), [[bid, draw(12)]], [[ask, draw(12)]]);
    } else replay.pass(draw(30));
  }
  replay.pass(1_000);
  return replay;
}

describe('a replay of any orders and amends', () => {
  it('fills no order beyond its quantity, ends none twice, and repeats itself', () => {
    let fills = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seed) => {
        const replay = live(seed, 60);
        const open = new Map<string, number>();
        const ended = new Set<string>();
        let position = 0;
        for (const report of replay.reports) {
          if (report.kind === 'order-filled') {
            const { clientOrderId: id, quantity, side } = report.fill;
            position += side === 'buy' ? quantity : -quantity;
            expect(open.has(id) && !ended.has(id)).toBe(true);
            fills += 1;
            open.set(id, open.get(id)! + quantity);
          } else if (report.kind === 'order-accepted') {
            if (!open.has(report.clientOrderId)) open.set(report.clientOrderId, 0);
          } else if (report.kind === 'order-amended') {
            expect(report.filled).toBe(open.get(report.clientOrderId));
            expect(report.quantity).toBeGreaterThanOrEqual(report.filled);
          } else if (report.kind === 'order-cancelled' || report.kind === 'order-expired') {
            expect(ended.has(report.clientOrderId)).toBe(false);
            ended.add(report.clientOrderId);
          }
        }
        const { positions, openOrders } = replay.account();
        expect([...positions.values()].reduce((sum, lots) => sum + lots, 0)).toBe(position);
        for (const { clientOrderId, filled, quantity } of openOrders) {
          expect(filled).toBe(open.get(clientOrderId));
          expect(filled).toBeLessThan(quantity);
        }
        expect(live(seed, 60).reports).toEqual(replay.reports);
      }),
      { numRuns: 60 },
    );
    expect(fills).toBeGreaterThan(100);
  });
});
