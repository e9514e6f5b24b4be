import { describe, expect, it } from 'vitest';
import type { SimulatedVenue, VenueFaults } from '../../../src/adapters/simulator/index.ts';
import { addMs, type EventTimeNs } from '../../../src/core/index.ts';
import { type MarketFrame, receivedAt } from '../../../src/market/index.ts';
import { priceTicks, qtyLots } from '../../../src/model/index.ts';
import { Engine } from '../../../src/native/index.ts';
import {
  BTC,
  BTC_MARKET,
  brief,
  ETH,
  ETH_MARKET,
  freshDirectory,
  live,
  openVenue,
  order,
  reportsOf,
  START,
} from './fixture.ts';

const both = { instruments: [BTC_MARKET, ETH_MARKET] };

const typeOf = (frame: MarketFrame): string =>
  /"e":"(\w+)"/.exec(Buffer.from(frame.bytes).toString('latin1'))?.[1] ?? 'snapshot';

/** Feeds a venue's frames to an engine and asks for snapshots as a market client would. */
function follow(venue: SimulatedVenue, instruments = [BTC, ETH]): Engine {
  const engine = new Engine({ instruments });
  const lastAsked = instruments.map(() => Number.NEGATIVE_INFINITY);
  venue.onFrame((frame) => {
    engine.push(frame.symbol, receivedAt(frame), frame.bytes);
    engine.run(null);
    engine.takeTrades(() => undefined);
    const now = Number(receivedAt(frame) / 1_000_000n);
    for (const { index } of instruments) {
      if (engine.syncState(index) === 'synchronised' || now - lastAsked[index]! < 300) continue;
      lastAsked[index] = now;
      venue.requestSnapshot(index);
    }
  });
  return engine;
}

describe('the generated market', () => {
  it('keeps an engine that follows it synchronised, without a gap or a refused message', () => {
    const venue = openVenue({
      ...both,
      latency: { feedMs: 1, orderMs: 2, responseMs: 2, sigma: 0.3 },
    });
    const engine = follow(venue);
    live(venue, 120_000);
    for (const { index } of [BTC, ETH]) {
      const state = engine.state(index);
      expect(engine.syncState(index)).toBe('synchronised');
      expect(state.counters).toMatchObject({ gaps: 0, duplicates: 0 });
      expect(Object.values(state.counters.refused).reduce((sum, n) => sum + n, 0)).toBe(0);
      expect(state.bidLevels).toBeGreaterThan(200);
      expect(state.askLevels).toBeGreaterThan(200);
    }
  });

  it('shows an engine at every depth message exactly the best prices of the venue', () => {
    const venue = openVenue({ instruments: [BTC_MARKET] });
    const engine = follow(venue, [BTC]);
    live(venue, 3_000);
    const receive = { checked: 0 };
    const step = () => {
      // Without delays a depth message is delivered at the moment that it describes.
      const before = engine.state(0).counters.depthApplied;
      venue.advanceTo(venue.nextEventAt());
      if (engine.state(0).counters.depthApplied === before) return;
      const mine = engine.touch(0)!;
      const theirs = venue.touch(0);
      expect([mine.bid, mine.bidLots, mine.ask, mine.askLots]).toEqual([
        theirs.bidTicks,
        theirs.bidLots,
        theirs.askTicks,
        theirs.askLots,
      ]);
      receive.checked += 1;
    };
    const until = addMs(venue.now(), 20_000);
    while (venue.now() < until) step();
    expect(receive.checked).toBeGreaterThan(150);
  });

  it('tells a client that comes late the same book as one that was there from the start', () => {
    const venue = openVenue();
    const early = follow(venue, [BTC]);
    live(venue, 60_000);
    const late = new Engine({ instruments: [BTC] });
    venue.requestSnapshot(0);
    venue.onFrame((frame) => {
      if (typeOf(frame) !== 'snapshot') early.push(frame.symbol, receivedAt(frame), frame.bytes);
      late.push(frame.symbol, receivedAt(frame), frame.bytes);
      early.run(null);
      late.run(null);
    });
    live(venue, 60_000);
    expect(late.syncState(0)).toBe('synchronised');
    expect(late.state(0).updateId).toBe(early.state(0).updateId);
    const book = late.book(0, 100_000);
    expect(book).toEqual(early.book(0, 100_000));
    expect(book.bids.length).toBeGreaterThan(200);
  });

  it('sends 30 to 80 messages a second for an instrument', () => {
    const venue = openVenue(both);
    const counts = [0, 0];
    venue.onFrame((frame) => {
      counts[frame.symbol]! += 1;
    });
    live(venue, 300_000);
    for (const count of counts) {
      expect(count / 300).toBeGreaterThan(30);
      expect(count / 300).toBeLessThan(80);
    }
  });

  it('answers a snapshot once for all requests under way, and again afterwards', () => {
    const venue = openVenue();
    let snapshots = 0;
    venue.onFrame((frame) => {
      if (typeOf(frame) === 'snapshot') snapshots += 1;
    });
    venue.requestSnapshot(0);
    venue.requestSnapshot(0);
    live(venue, 2000);
    expect(snapshots).toBe(1);
    venue.requestSnapshot(0);
    live(venue, 2000);
    expect(snapshots).toBe(2);
    expect(() => venue.requestSnapshot(1)).toThrow('symbol 1 is traded here');
  });

  it('moves against an account that takes: its orders have impact', () => {
    const drift = (side: 'buy' | 'sell') => {
      let sum = 0;
      for (let seed = 1; seed <= 6; seed += 1) {
        const venue = openVenue({ seed, maxLeverage: 1e6 });
        reportsOf(venue);
        for (let n = 0; n < 20; n += 1) {
          const far = priceTicks(side === 'buy' ? 700_000 : 500_000);
          const request = { side, type: 'market', price: far, quantity: qtyLots(3000) } as const;
          venue.submit(order(`${seed}-${n}`, request));
          live(venue, 500);
        }
        sum += venue.touch(0).bidTicks - 600_000;
        venue.close();
      }
      return sum / 6;
    };
    expect(drift('buy')).toBeGreaterThan(30);
    expect(drift('sell')).toBeLessThan(-30);
  });

  it('sweeps a stale order of the account when the price has gone past it', () => {
    const venue = openVenue({ maxLeverage: 100 });
    const reports = reportsOf(venue);
    for (let n = 0; n < 10; n += 1) {
      const price = priceTicks(venue.touch(0).askTicks + 40 * n);
      venue.submit(order(`s${n}`, { side: 'sell', price, quantity: qtyLots(20) }));
    }
    live(venue, 900_000);
    const { askTicks } = venue.touch(0);
    const open = reports.filter((report) => report.kind === 'order-accepted').length;
    expect(open).toBe(10);
    const fills = reports.flatMap((r) => (r.kind === 'order-filled' ? [r.fill] : []));
    expect(fills.length).toBeGreaterThan(0);
    for (const fill of fills) expect(fill.liquidity).toBe('maker');
    expect(askTicks).toBeGreaterThan(0);
  });
});

/** Everything that a venue sends in a minute with some orders, as text. */
function transcript(seed: number, stepMs: number, faults: VenueFaults = {}): string {
  const venue = openVenue({
    ...both,
    seed,
    faults,
    latency: { feedMs: 1, orderMs: 2, responseMs: 2, sigma: 0.3 },
  });
  const lines: string[] = [];
  venue.onFrame((frame) => {
    lines.push(
      `${receivedAt(frame)} ${frame.symbol} ${Buffer.from(frame.bytes).toString('latin1')}`,
    );
    if (lines.length % 50 !== 0) return;
    const price = priceTicks(venue.touch(0).bidTicks - (lines.length % 7));
    venue.submit(order(`o${lines.length}`, { price, quantity: qtyLots(5) }));
    if (lines.length % 150 === 0) venue.cancel(order(`o${lines.length - 100}`));
  });
  venue.onReport((report) => lines.push(`${report.at} ${brief(report)}`));
  for (let ms = 0; ms < 30_000; ms += stepMs) live(venue, stepMs);
  return lines.join('\n');
}

describe('determinism', () => {
  it('gives the same frames and reports, byte for byte, for the same seed and commands', () => {
    const first = transcript(7, 100);
    expect(transcript(7, 100)).toBe(first);
    expect(first).toContain('filled');
    expect(first).toContain('order-cancelled');
  });

  it('does not depend on how the owner slices time', () => {
    expect(transcript(7, 1000)).toBe(transcript(7, 7.5));
  });

  it('gives another market for another seed', () => {
    expect(transcript(8, 1000)).not.toBe(transcript(7, 1000));
  });

  it('repeats its faults as well', () => {
    const faults = {
      dropFrame: 0.01,
      duplicateFrame: 0.01,
      corruptFrame: 0.01,
      reorderFrame: 0.01,
    };
    expect(transcript(7, 500, faults)).toBe(transcript(7, 250, faults));
    expect(transcript(7, 500, faults)).not.toBe(transcript(7, 500));
  });
});

describe('time', () => {
  it('does nothing for a moment that has passed, and never goes back', () => {
    const venue = openVenue();
    live(venue, 1000);
    let frames = 0;
    venue.onFrame(() => {
      frames += 1;
    });
    const now = venue.now();
    venue.advanceTo(START);
    expect(frames).toBe(0);
    expect(venue.now()).toBe(now);
  });

  it('says when it has something to do, and does nothing before', () => {
    const venue = openVenue();
    let frames = 0;
    venue.onFrame(() => {
      frames += 1;
    });
    for (let i = 0; i < 200; i += 1) {
      const next = venue.nextEventAt();
      const before = frames;
      venue.advanceTo((next - 1000n) as EventTimeNs);
      expect(frames).toBe(before);
      venue.advanceTo(next);
    }
    expect(frames).toBeGreaterThan(5);
  });

  it('can be skipped over a suspension: no catch-up, nothing lost, time in order', () => {
    const venue = openVenue({ latency: { feedMs: 1, orderMs: 20, responseMs: 20, sigma: 0.3 } });
    const reports = reportsOf(venue);
    live(venue, 1000);
    venue.submit(order('a', { price: priceTicks(590_000) }));
    const times: bigint[] = [];
    venue.onFrame((frame) => times.push(receivedAt(frame)));
    const woken = addMs(venue.now(), 3_600_000);
    venue.skipTo(woken);
    expect(times).toHaveLength(0);
    expect(venue.now()).toBe(woken);
    live(venue, 1000);
    expect(reports.map(brief)).toEqual(['accepted a']);
    expect(times.length).toBeGreaterThan(10);
    expect(times.length).toBeLessThan(300);
    expect(times[0]).toBeGreaterThan(woken);
    expect([...times].sort((x, y) => Number(x - y))).toEqual(times);
  });
});

describe('a client behind a faulty line', () => {
  it.each([
    ['drops', { dropFrame: 0.02 }],
    ['duplicates', { duplicateFrame: 0.05 }],
    ['reorders', { reorderFrame: 0.02 }],
    ['corrupts', { corruptFrame: 0.02 }],
    [
      'does all of it to',
      { dropFrame: 0.01, duplicateFrame: 0.01, reorderFrame: 0.01, corruptFrame: 0.01 },
    ],
  ] satisfies [string, VenueFaults][])(
    'that %s frames is never shown a crossed book, and resynchronises',
    (_, faults) => {
      const venue = openVenue({
        ...both,
        faults,
        latency: { feedMs: 1, orderMs: 2, responseMs: 2, sigma: 0.3 },
      });
      const engine = follow(venue);
      let synchronised = 0;
      for (let i = 0; i < 600; i += 1) {
        live(venue, 100);
        for (const { index } of [BTC, ETH]) {
          const touch = engine.touch(index);
          if (touch === null) continue;
          synchronised += 1;
          expect(touch.bid).toBeLessThan(touch.ask);
        }
      }
      expect(synchronised).toBeGreaterThan(600);
      const counters = [BTC, ETH].map(({ index }) => engine.state(index).counters);
      const trouble = counters.map(
        ({ gaps, duplicates, refused }) =>
          gaps + duplicates + Object.values(refused).reduce((sum, n) => sum + n, 0),
      );
      const unread = Object.values(engine.totals().refused).reduce((sum, n) => sum + n, 0);
      expect(trouble[0]! + trouble[1]! + unread).toBeGreaterThan(5);
    },
  );

  it('loses requests and reports as asked, and the account still tells the truth', () => {
    const venue = openVenue({ faults: { loseRequest: 0.3, loseReport: 0.3 } });
    const reports = reportsOf(venue);
    for (let n = 0; n < 300; n += 1) {
      venue.submit(order(`o${n}`, { price: priceTicks(590_000), quantity: qtyLots(1) }));
    }
    live(venue, 10);
    let arrived = 0;
    venue.account(START, (result) => {
      if (result.ok) arrived = result.value.openOrders.length;
    });
    live(venue, 10);
    expect(arrived).toBeGreaterThan(180);
    expect(arrived).toBeLessThan(240);
    expect(reports.length).toBeGreaterThan(arrived * 0.55);
    expect(reports.length).toBeLessThan(arrived * 0.85);
  });

  it('is told when the account question fails', () => {
    const venue = openVenue({ faults: { failAccount: 1 }, directory: freshDirectory() });
    const codes: string[] = [];
    venue.account(START, (result) => codes.push(result.ok ? 'ok' : result.error.code));
    live(venue, 10);
    expect(codes).toEqual(['venue-unavailable']);
  });
});
