import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, type FaultRule, ruleFault } from '../../../src/adapters/simulator/index.ts';
import { addMs, msBetween } from '../../../src/core/index.ts';
import type { VenueNotice } from '../../../src/execution/ports.ts';
import type { VenueReport } from '../../../src/model/index.ts';
import { BTC, BTC_MARKET, brief, ETH_MARKET, live, openVenue, order, START } from './fixture.ts';

/** A venue with faults, and everything that it says. */
function faulty(...rules: FaultRule[]) {
  const venue = openVenue({ faults: { rules }, instruments: [BTC_MARKET, ETH_MARKET] });
  const reports: VenueReport[] = [];
  const notices: VenueNotice[] = [];
  const frames: number[] = [];
  venue.onReport((report) => reports.push(report));
  venue.onNotice((notice) => notices.push(notice));
  venue.onFrame((frame) => frames.push(frame.symbol));
  return { venue, reports, notices, frames };
}

/** A resting buy far below the market. */
const resting = (id: string) => order(id);

describe('a rule of faults', () => {
  it.each([
    [{ kind: 'drop-frames', probability: 2 }, /probability 2 is not 0 to 1/],
    [{ kind: 'halt' }, /needs atMs or perHour/],
    [{ kind: 'maintenance', atMs: [1] }, /durationMs belongs/],
    [{ kind: 'ban', atMs: [9, 3], durationMs: 1 }, /not ascending/],
    [{ kind: 'ban', atMs: [9], perHour: 3, durationMs: 1 }, /not both/],
    [{ kind: 'delay-frames', delayMs: 0 }, /delayMs 0 is not above 0/],
  ] as const)('%j is refused', (rule, why) => {
    expect(ruleFault(rule as FaultRule)).toMatch(why);
    expect(() => openVenue({ faults: { rules: [rule as FaultRule] } })).toThrow(why);
  });

  it('is one of twenty kinds, each with its meaning', () => {
    expect(Object.keys(FAULT_KINDS)).toHaveLength(20);
  });
});

describe('requests', () => {
  it('are refused with 429 and the time to wait, and carried out after it', () => {
    const { venue, reports, notices } = faulty({
      kind: 'rate-limit',
      atMs: [0],
      durationMs: 100,
      retryAfterMs: 300,
    });
    venue.submit(resting('a'));
    live(venue, 50);
    venue.submit(resting('b'));
    live(venue, 50);
    expect(reports.map(brief)).toEqual([
      'order-rejected a rate-limited',
      'order-rejected b rate-limited',
    ]);
    expect(notices).toMatchObject([
      { kind: 'rate-limited', retryAfterMs: 300, banned: false },
      { kind: 'rate-limited', retryAfterMs: 250, banned: false },
    ]);
    live(venue, 250);
    venue.submit(resting('c'));
    live(venue, 10);
    expect(reports.map(brief).at(-1)).toBe('accepted c');
    expect([...venue.accountNow().ended.keys()]).toEqual([]);
  });

  it('in spite of a 429 are answered with a ban at the twenty-first', () => {
    const { venue, notices } = faulty({
      kind: 'rate-limit',
      atMs: [0],
      durationMs: 10,
      retryAfterMs: 5_000,
    });
    for (let n = 0; n < 22; n += 1) venue.submit(resting(`o${n}`));
    live(venue, 5);
    expect(venue.bans).toBe(1);
    expect(notices.filter((each) => each.kind === 'rate-limited' && each.banned)).toHaveLength(1);
  });

  it('are carried out every second time when they are answered with 5xx', () => {
    const { venue, reports } = faulty({ kind: 'server-errors' });
    venue.submit(resting('a'));
    venue.submit(resting('b'));
    live(venue, 10);
    expect(reports.map(brief)).toEqual(['accepted b']);
    const notices: VenueNotice[] = [];
    venue.onNotice((notice) => notices.push(notice));
    venue.cancel(resting('b'));
    live(venue, 10);
    expect(notices).toMatchObject([{ kind: 'cancel-failed', clientOrderId: 'b' }]);
    expect(venue.accountNow().openOrders).toHaveLength(1);
  });

  it('are carried out without a word when they stay unanswered', () => {
    const { venue, reports } = faulty({ kind: 'unanswered' });
    venue.submit(resting('a'));
    live(venue, 100);
    expect(reports).toEqual([]);
    expect(venue.accountNow().openOrders).toHaveLength(1);
  });

  it('that were held up beyond the window are refused, not carried out later', () => {
    const { venue, reports } = faulty({ kind: 'delay-requests', delayMs: 10_000 });
    venue.submit(resting('a'));
    for (let n = 0; n < 100 && reports.length === 0; n += 1) live(venue, 1_000);
    expect(reports.map(brief)).toEqual(['order-rejected a timestamp-outside-window']);
  });
});

describe('an outage', () => {
  it('of the connection loses reports, requests and market messages, and says when it ends', () => {
    const { venue, reports, notices, frames } = faulty({
      kind: 'disconnect',
      atMs: [100],
      durationMs: 1_000,
    });
    live(venue, 110);
    const before = frames.length;
    venue.submit(resting('a'));
    live(venue, 900);
    expect([reports.length, frames.length - before]).toEqual([0, 0]);
    live(venue, 500);
    expect(notices.map(({ kind }) => kind)).toEqual(['disconnected', 'reconnected']);
    expect(frames.length).toBeGreaterThan(before);
    expect(venue.accountNow().openOrders).toEqual([]);
  });

  it('for maintenance refuses everything, and the market stands still', () => {
    const { venue, reports, notices, frames } = faulty({
      kind: 'maintenance',
      atMs: [1_000],
      durationMs: 2_000,
      retryAfterMs: 700,
    });
    live(venue, 1_200);
    const before = frames.length;
    venue.submit(resting('a'));
    live(venue, 1_700);
    expect(reports.map(brief)).toEqual(['order-rejected a maintenance']);
    expect(notices).toMatchObject([{ kind: 'maintenance', retryAfterMs: 700 }]);
    expect(frames.length).toBe(before);
    live(venue, 1_000);
    expect(frames.length).toBeGreaterThan(before);
  });

  it('of one symbol leaves the other alone, and lets cancels pass', () => {
    const { venue, reports, notices, frames } = faulty({
      kind: 'halt',
      symbol: 0,
      atMs: [500],
      durationMs: 1_000,
    });
    venue.submit(resting('early'));
    live(venue, 700);
    frames.length = 0;
    venue.submit(resting('late'));
    venue.cancel(resting('early'));
    live(venue, 700);
    expect(reports.map(brief)).toEqual([
      'accepted early',
      'order-rejected late symbol-halted',
      'order-cancelled early requested',
    ]);
    expect(frames.filter((symbol) => symbol === 1).length).toBeGreaterThan(5);
    live(venue, 500);
    expect(notices).toMatchObject([
      { kind: 'halted', instrument: BTC.id },
      { kind: 'resumed', instrument: BTC.id },
    ]);
  });

  it('of the clock stamps answers wrongly, and refuses orders from its far future', () => {
    const { venue, reports } = faulty({
      kind: 'clock-skew',
      atMs: [0],
      durationMs: 1_000,
      skewMs: -3_000,
    });
    let skewMs = Number.NaN;
    venue.account(START, (result) => {
      if (result.ok) skewMs = msBetween(venue.now(), result.value.at);
    });
    venue.submit(resting('a'));
    live(venue, 10);
    expect(skewMs).toBe(-3_000);
    expect(reports.map(brief)).toEqual(['order-rejected a timestamp-outside-window']);
  });

  it('comes at random times of the stated rate, the same for the same seed', () => {
    const begun = (seed: number): number[] => {
      const times: number[] = [];
      const venue = openVenue({
        seed,
        faults: { rules: [{ kind: 'disconnect', perHour: 1_200, durationMs: 100 }] },
      });
      venue.onNotice(({ kind, at }) => {
        if (kind === 'disconnected') times.push(msBetween(START, at));
      });
      venue.advanceTo(addMs(START, 60_000));
      return times;
    };
    expect(begun(1)).toEqual(begun(1));
    expect(begun(1)).not.toEqual(begun(2));
    expect(begun(1).length).toBeGreaterThan(8);
    expect(begun(1).length).toBeLessThan(40);
  });
});

describe('reports', () => {
  it('come twice, late, or after those that followed them', () => {
    const { venue, reports } = faulty(
      { kind: 'duplicate-reports', atMs: [0], durationMs: 10 },
      { kind: 'reorder-reports', atMs: [20], durationMs: 10 },
    );
    venue.submit(resting('a'));
    live(venue, 20);
    venue.submit(resting('b'));
    live(venue, 11);
    venue.submit(resting('c'));
    live(venue, 100);
    expect(reports.map(brief)).toEqual(['accepted a', 'accepted a', 'accepted c', 'accepted b']);
  });
});

it('every kind stands in docs/simulated-venue.md with its meaning', () => {
  const page = readFileSync(new URL('../../../docs/simulated-venue.md', import.meta.url), 'utf8');
  for (const [kind, meaning] of Object.entries(FAULT_KINDS)) {
    expect(page).toContain(`| \`${kind}\` | ${meaning} |`);
  }
});
