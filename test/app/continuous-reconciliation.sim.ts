import { describe, expect, it } from 'vitest';
import { addMs } from '../../src/core/index.ts';
import type { VenueAccount } from '../../src/execution/index.ts';
import type { VenueOrderId } from '../../src/model/index.ts';
import { type ClientOrderId, type Money, priceTicks, qtyLots } from '../../src/model/index.ts';
import { configFor, VirtualWorld } from './virtual-world.ts';

const EVERY_MS = 5_000;

const worldOf = (faults = {}): VirtualWorld =>
  new VirtualWorld(configFor({ reconcileEveryMs: String(EVERY_MS) }), faults);

/** Lets the venue say something else about the account than what is true. */
function doctor(world: VirtualWorld, change: (account: VenueAccount) => VenueAccount): () => void {
  const { venue } = world;
  const honest = venue.account.bind(venue);
  venue.account = (since, answer) =>
    honest(since, (result) =>
      answer(result.ok ? { ok: true, value: change(result.value) } : result),
    );
  return () => {
    venue.account = honest;
  };
}

const reconciliations = (world: VirtualWorld) =>
  world.events.flatMap((event) => (event.kind === 'reconciled' ? [event] : []));

const foreign = (account: VenueAccount): VenueAccount => ({
  ...account,
  openOrders: [
    ...account.openOrders,
    {
      clientOrderId: 'somebody-1' as ClientOrderId,
      venueOrderId: 'v-77' as VenueOrderId,
      instrument: 'sim:BTCUSDT' as never,
      side: 'buy',
      price: priceTicks(500_000),
      quantity: qtyLots(3),
      filled: qtyLots(0),
    },
  ],
});

describe('reconciliation while trading', () => {
  it('compares the whole account regularly and goes on trading', () => {
    const world = worldOf();
    world.run(40_000);
    const found = reconciliations(world);
    expect(found.length).toBeGreaterThanOrEqual(6);
    expect(found.length).toBeLessThanOrEqual(9);
    // After the first, which takes the opening balance, nothing is left to correct.
    expect(found.slice(1).flatMap(({ resolutions }) => resolutions)).toEqual([]);
    expect(world.state.safety.mode).toBe('NORMAL');
    expect(world.counts()['order-filled']).toBeGreaterThan(3);
  });

  it('is left out at 0', () => {
    const world = new VirtualWorld(configFor({ reconcileEveryMs: '0' }));
    world.run(20_000);
    expect(reconciliations(world)).toHaveLength(1);
  });

  it('books fills and ends of which the report was lost, under ids that tell them', () => {
    const world = worldOf({ loseReport: 0.4 });
    world.run(60_000);
    const lines = reconciliations(world)
      .slice(1)
      .flatMap(({ resolutions }) => resolutions);
    expect(lines.some((line) => /^rc-[0-9a-f]{16}: order-filled /.test(line))).toBe(true);
    world.trader.beginStop(world.now);
    world.run(20_000);
    let account: VenueAccount | null = null;
    world.venue.account(world.state.portfolio.fillHorizon, (result) => {
      if (result.ok) account = result.value;
    });
    world.run(100);
    expect(account!.cash).toBe(world.state.portfolio.cash);
  });

  it('pauses at once for a foreign order and names it, and resumes when it is gone', () => {
    const world = worldOf();
    world.run(12_000);
    expect(world.state.safety.mode).toBe('NORMAL');
    const honest = doctor(world, foreign);
    world.run(EVERY_MS + 1_000);
    expect(world.state.safety.mode).toBe('PAUSE');
    const cause = world.state.safety.cause('reconciliation-mismatch');
    expect(cause!.detail).toContain('foreign order somebody-1: buy 3 lots of sim:BTCUSDT');
    expect(world.trader.differences.join('\n')).toContain('somebody-1');
    const before = world.counts()['order-submitted'];
    world.run(10_000);
    expect(world.counts()['order-submitted']).toBe(before);
    honest();
    world.run(30_000);
    expect(world.state.safety.mode).toBe('NORMAL');
  });

  it('does not pause for a difference that is gone when it looks again', () => {
    const world = worldOf();
    world.run(12_000);
    let answers = 0;
    doctor(world, (account) => {
      answers += 1;
      return answers === 1 ? { ...account, cash: (account.cash + 1n) as Money } : account;
    });
    world.run(15_000);
    expect(answers).toBeGreaterThan(1);
    expect(world.counts()['cause-raised'] ?? 0).toBe(0);
    expect(world.state.safety.mode).toBe('NORMAL');
  });

  it('pauses for a difference that stays, by a single unit, and says it', () => {
    const world = worldOf();
    world.run(12_000);
    doctor(world, (account) => ({ ...account, cash: (account.cash + 1n) as Money }));
    world.run(EVERY_MS + 5_000);
    expect(world.state.safety.mode).toBe('PAUSE');
    expect(world.state.safety.cause('reconciliation-mismatch')!.detail).toMatch(
      /cash: [\d.]+ here, [\d.]+ at the venue/,
    );
  });

  it('pauses even when the difference is another one each time', () => {
    const world = worldOf();
    world.run(12_000);
    let answers = 0n;
    doctor(world, (account) => {
      answers += 1n;
      return { ...account, cash: (account.cash + answers) as Money };
    });
    world.run(EVERY_MS + 12_000);
    expect(world.state.safety.mode).toBe('PAUSE');
  });

  it('keeps a contradiction that came while the question was under way', () => {
    const world = worldOf();
    world.run(11_000);
    const { venue } = world;
    const honest = venue.account.bind(venue);
    let contradicted = false;
    venue.account = (since, answer) => {
      honest(since, answer);
      if (contradicted) return;
      contradicted = true;
      world.trader.orders.onReport({
        kind: 'order-accepted',
        at: world.now,
        clientOrderId: 'b4-1-zzzz' as ClientOrderId,
        venueOrderId: 'v' as VenueOrderId,
      });
    };
    while (!contradicted) world.run(20);
    expect(world.trader.orders.mismatch).toBe(true);
    const before = reconciliations(world).length;
    while (reconciliations(world).length === before) world.run(20);
    expect(world.trader.orders.mismatch).toBe(true);
    // A question that is asked after it may lift it.
    world.run(4_000);
    expect(world.trader.orders.mismatch).toBe(false);
  });

  it('rejects no order whose answer may still come', () => {
    const world = new VirtualWorld(configFor({ reconcileEveryMs: '1000', ackTimeoutMs: '20000' }));
    const { venue } = world;
    const arrives = venue.submit.bind(venue);
    const onTheWay: Parameters<typeof arrives>[0][] = [];
    // Orders take four seconds to the venue, questions much less.
    venue.submit = (order) => {
      onTheWay.push(order);
    };
    world.run(60_000, (now) => {
      const [next] = onTheWay;
      if (next !== undefined && addMs(next.createdAt, 4_000) <= now) arrives(onTheWay.shift()!);
    });
    expect(world.counts()['order-accepted']).toBeGreaterThan(3);
    const absent = world.events.filter(
      (event) => event.kind === 'order-rejected' && event.reason === 'never arrived at the venue',
    );
    expect(absent).toEqual([]);
  });

  it('counts a foreign order once', () => {
    const world = worldOf();
    world.run(12_000);
    doctor(world, foreign);
    world.run(EVERY_MS + 1_000);
    const cause = world.state.safety.cause('reconciliation-mismatch');
    expect(cause!.detail).toContain('somebody-1');
    expect(cause!.detail).not.toContain('more)');
  });

  it('waits for orders in doubt as for those without an answer', () => {
    const world = worldOf();
    world.run(12_000);
    while (!world.trader.orders.isQuiet) world.run(20);
    const open = world.state.orders.open()[0]!;
    const { clientOrderId } = open;
    world.record({ kind: 'order-doubted', at: world.now, clientOrderId, reason: 'test' });
    expect(world.trader.orders.isQuiet).toBe(false);
  });
});
