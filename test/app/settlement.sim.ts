import { describe, expect, it } from 'vitest';
import { eventTime } from '../../src/core/index.ts';
import { configFor, VirtualWorld } from './virtual-world.ts';

/** 20 seconds before 16:00 UTC, when funding is due. */
const BEFORE_FUNDING = eventTime(1_750_003_180_000_000_000n);

const worldOf = (settings: Readonly<Record<string, string>>, faults = {}): VirtualWorld =>
  new VirtualWorld(
    configFor({ reconcileEveryMs: '5000', ...settings }),
    faults,
    undefined,
    BEFORE_FUNDING,
  );

const FUNDED = {
  'simulator.fundingRate': '0.003',
  'simulator.fundingIntervalHours': '1',
  'simulator.borrowRate': '2.5',
};

const chargesOf = (world: VirtualWorld) =>
  world.events.flatMap((event) => (event.kind === 'account-charged' ? [event.charge] : []));

/** Both sides know the same cash and positions, and our books know every charge of the venue once. */
function expectEqualBooks(world: VirtualWorld): void {
  const { portfolio } = world.state;
  const venue = world.venue.accountNow();
  expect(portfolio.cash).toBe(venue.cash);
  expect(portfolio.lots()).toEqual(venue.positions);
  const ours = chargesOf(world).map(({ chargeId }) => chargeId);
  expect([...ours].sort()).toEqual((venue.charges ?? []).map(({ chargeId }) => chargeId).sort());
  expect(new Set(ours).size).toBe(ours.length);
}

describe('funding and interest in a whole service', () => {
  it('are booked as the venue charges them, and trading goes on', () => {
    const world = worldOf(FUNDED);
    world.run(60_000);
    expect(chargesOf(world).length).toBeGreaterThan(0);
    expectEqualBooks(world);
    expect(world.state.portfolio.charges).not.toBe(0n);
    expect(world.state.safety.mode).toBe('NORMAL');
  });

  it('are booked once when every report comes twice', () => {
    const rules = [{ kind: 'duplicate-reports', probability: 1 }];
    const world = worldOf(FUNDED, { rules });
    world.run(60_000);
    expect(chargesOf(world).length).toBeGreaterThan(0);
    expectEqualBooks(world);
  });

  it('are booked by the next comparison when their reports are lost', () => {
    const rules = [{ kind: 'lose-reports', atMs: [19_500], durationMs: 1_000 }];
    const world = worldOf(FUNDED, { rules });
    world.run(60_000);
    const charges = chargesOf(world);
    expect(charges.length).toBeGreaterThan(0);
    const ours = charges.map(({ chargeId }) => chargeId).sort();
    const theirs = (world.venue.accountNow().charges ?? []).map(({ chargeId }) => chargeId).sort();
    expect(ours).toEqual(theirs);
  });
});

describe('a liquidation in a whole service', () => {
  it('reaches our books with its price and fee, and pauses until somebody has looked', () => {
    const world = worldOf({
      'simulator.marginTiers': 'rest:0.99',
      'simulator.initialCash': '1000',
    });
    world.run(60_000);
    const closed = world.events.filter(({ kind }) => kind === 'position-closed');
    expect(closed.length).toBeGreaterThan(0);
    expect(world.state.safety.cause('position-closed-by-venue')).not.toBeNull();
    const { portfolio } = world.state;
    expect(portfolio.cash).toBe(world.venue.accountNow().cash);
    expect(portfolio.lots()).toEqual(world.venue.accountNow().positions);
    expect(world.trader.differences).toEqual([]);
  });
});
