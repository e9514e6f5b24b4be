import { afterEach, expect, it } from 'vitest';
import type { ClientOrderId } from '../../src/model/index.ts';
import { differingBooks } from '../campaigns/checks.ts';
import { settle } from '../campaigns/simulation.ts';
import { busySettings, CampaignWorld } from '../campaigns/world.ts';

let world: CampaignWorld;
afterEach(() => world.close());

it('an order that a power cut took from the journal, and that trades before reconciliation, is no contradiction', () => {
  world = new CampaignWorld({
    seed: 5,
    settings: { ...busySettings(2), safety: { clearAfterMs: 200 } },
    rules: [{ kind: 'fail-account', atMs: [4_000], durationMs: 4_000 }],
  });
  world.run(4_000);
  const known = new Set<ClientOrderId>();
  // Back to before the orders that work at the venue were sent.
  const working = new Set(world.venue.accountNow().openOrders.map((open) => open.clientOrderId));
  expect(working.size).toBeGreaterThan(0);
  const first = world.events.findIndex(
    (event) => event.kind === 'order-submitted' && working.has(event.clientOrderId),
  );
  world.restart(20, world.events.length - first);
  for (const event of world.events) {
    if (event.kind === 'order-submitted') known.add(event.clientOrderId);
  }
  expect([...working].some((id) => !known.has(id))).toBe(true);
  const reports: string[] = [];
  const causes = new Set<string>();
  world.run(3_800, () => {
    for (const { id } of world.state.safety.causes()) causes.add(id);
    for (const open of world.venue.accountNow().fills) {
      if (!known.has(open.clientOrderId)) reports.push(open.tradeId);
    }
  });
  expect(world.trader.isReconciled).toBe(false);
  expect(reports.length).toBeGreaterThan(0);
  expect([...causes]).not.toContain('order-contradiction');
  world.run(4_000);
  expect(world.trader.isReconciled).toBe(true);
  expect(world.state.safety.mode).toBe('NORMAL');
  expect([...settle(world), ...differingBooks(world)]).toEqual([]);
});
