import { describe, expect, it } from 'vitest';
import { addMs, type EventTimeNs } from '../../src/core/index.ts';
import {
  type Amendment,
  type OrderGateway,
  VenueAccess,
  type VenueAccount,
  type VenueNotice,
} from '../../src/execution/index.ts';
import type { Order, VenueReport } from '../../src/model/index.ts';
import { at, BTC, ETH } from '../portfolio/sample-account.ts';
import { id, life, ordersOf } from './sample-orders.ts';

type Answer = Parameters<OrderGateway['account']>[1];

/** A venue that writes down what it is sent. */
class ListeningVenue implements OrderGateway {
  readonly heard: string[] = [];
  readonly questions: Answer[] = [];
  report: (report: VenueReport) => void = () => {};
  notice: (notice: VenueNotice) => void = () => {};

  submit(order: Order): void {
    this.heard.push(`submit ${order.clientOrderId}`);
  }

  amend(order: Order, { amendment }: Amendment): void {
    this.heard.push(`amend ${amendment} of ${order.clientOrderId}`);
  }

  cancel(order: Order): void {
    this.heard.push(`cancel ${order.clientOrderId}`);
  }

  onReport(receive: (report: VenueReport) => void): void {
    this.report = receive;
  }

  onNotice(receive: (notice: VenueNotice) => void): void {
    this.notice = receive;
  }

  account(_since: EventTimeNs, answer: Answer): void {
    this.heard.push('account');
    this.questions.push(answer);
  }
}

const order = (counter = 1): Order => ordersOf(life.submitted(counter)).get(id(counter))!;

function meet(): { venue: ListeningVenue; access: VenueAccess; reports: VenueReport[] } {
  const venue = new ListeningVenue();
  const access = new VenueAccess(venue);
  const reports: VenueReport[] = [];
  access.onReport((report) => reports.push(report));
  access.onTimer(at(0));
  return { venue, access, reports };
}

const limited = (ms: number, retryAfterMs = 1_000, banned = false): VenueNotice => ({
  kind: 'rate-limited',
  at: at(ms),
  retryAfterMs,
  banned,
});

const account = (ms: number): VenueAccount => ({
  at: at(ms),
  openOrders: [],
  fills: [],
  positions: new Map(),
  cash: 0n as VenueAccount['cash'],
  ended: new Map(),
  endedSince: at(0),
});

describe('an amend', () => {
  const amended = (access: VenueAccess, lowers: boolean) => access.amendRefusal(BTC, lowers);
  const bothRefused = (access: VenueAccess, why: RegExp) => {
    for (const lowers of [true, false]) expect(amended(access, lowers)).toMatch(why);
  };

  it('goes out while orders may', () => {
    const { venue, access } = meet();
    const event = life.amendRequested(3) as Amendment;
    expect([amended(access, false), amended(access, true)]).toEqual([null, null]);
    access.amend(order(), event);
    expect(venue.heard).toEqual(['amend 3 of b4-1-1']);
  });

  it('is refused while the venue takes no requests or has halted the instrument', () => {
    const { venue, access } = meet();
    venue.notice({ kind: 'halted', at: at(1), instrument: BTC.id });
    bothRefused(access, /halted/);
    expect(access.amendRefusal(ETH, false)).toBeNull();
    venue.notice(limited(100));
    bothRefused(access, /limits our requests/);
    const other = meet();
    other.venue.notice({ kind: 'disconnected', at: at(1) });
    bothRefused(other.access, /connection/);
  });

  it('that only lessens what its order does waits for no comparison and no cancel', () => {
    const { venue, access } = meet();
    venue.notice({ kind: 'disconnected', at: at(1) });
    access.cancel(order());
    venue.notice({ kind: 'reconnected', at: at(2) });
    expect(amended(access, true)).toBeNull();
    expect(amended(access, false)).toMatch(/compared/);
    access.noteCompared();
    expect(amended(access, false)).toMatch(/cancels that wait/);
  });

  it('is refused where the venue cannot amend', () => {
    const { submit, cancel, onReport, account: ask } = new ListeningVenue();
    const access = new VenueAccess({ submit, cancel, onReport, account: ask });
    expect(access.canAmend).toBe(false);
    bothRefused(access, /cannot amend/);
  });

  it('that is answered says nothing of a cancel under way, which is repeated when it fails', () => {
    const { venue, access } = meet();
    access.cancel(order());
    venue.report(life.amended(1, {}, 1, 5));
    venue.notice({ kind: 'cancel-failed', at: at(6), clientOrderId: id(1), detail: 'error' });
    access.onTimer(at(500));
    expect(venue.heard).toEqual(['cancel b4-1-1', 'cancel b4-1-1']);
  });
});

describe('a rate limit', () => {
  it('holds everything back for the time that the venue names, then cancels go first', () => {
    const { venue, access } = meet();
    venue.notice(limited(100));
    expect(access.refusal(BTC)).toMatch(/limits our requests/);
    access.cancel(order());
    access.onTimer(at(1_000));
    expect(venue.heard).toEqual([]);
    access.onTimer(at(1_100));
    expect(venue.heard).toEqual(['cancel b4-1-1']);
    expect(access.refusal(BTC)).toBeNull();
    expect(access.failure).toBeNull();
  });

  it('waits twice as long each time it repeats itself, until something succeeds', () => {
    const { venue, access } = meet();
    const waitedAt = (ms: number): number => {
      venue.notice(limited(ms));
      let now = ms;
      while (access.refusal(BTC) !== null) {
        now += 100;
        access.onTimer(at(now));
      }
      return now - ms;
    };
    expect([waitedAt(0), waitedAt(10_000), waitedAt(20_000)]).toEqual([1_000, 2_000, 4_000]);
    venue.report(life.accepted(1, 30_000));
    expect(waitedAt(40_000)).toBe(1_000);
  });

  it('counts answers to requests that were under way together as one', () => {
    const { venue, access } = meet();
    for (let n = 0; n < 5; n += 1) venue.notice(limited(n));
    access.onTimer(at(1_005));
    expect(access.refusal(BTC)).toBeNull();
  });

  it('lets a question wait a short while, and refuses it at once for a long ban', () => {
    const { venue, access } = meet();
    const answers: boolean[] = [];
    venue.notice(limited(0));
    access.account(at(0), ({ ok }) => answers.push(ok));
    access.onTimer(at(1_000));
    expect(venue.heard).toEqual(['account']);
    venue.notice(limited(2_000, 60_000, true));
    access.account(at(0), ({ ok }) => answers.push(ok));
    expect(answers).toEqual([false]);
    expect(access.failure).toMatch(/banned/);
  });
});

describe('a cancel that failed', () => {
  it('holds nothing new back while it waits for its next attempt', () => {
    const { venue, access } = meet();
    access.cancel(order());
    venue.notice({ kind: 'cancel-failed', at: at(0), clientOrderId: id(1), detail: '503' });
    access.onTimer(at(50));
    expect(access.refusal(BTC)).toBeNull();
    venue.report(life.accepted(2, 150));
    expect(access.refusal(BTC)).toMatch(/cancels that wait go first/);
    expect(access.refusal(BTC, true)).toBeNull();
    access.onTimer(at(151));
    expect(access.refusal(BTC)).toBeNull();
  });

  it('goes before new orders while it was never sent, and lets what only reduces pass', () => {
    const { venue, access } = meet();
    venue.notice(limited(0));
    for (let n = 1; n <= 25; n += 1) access.cancel(order(n));
    access.onTimer(at(1_000));
    expect(venue.heard).toHaveLength(20);
    expect(access.refusal(BTC)).toMatch(/cancels that wait go first/);
    expect(access.refusal(BTC, true)).toBeNull();
    access.onTimer(at(1_010));
    expect(access.refusal(BTC)).toBeNull();
  });

  it('is sent again with growing waits, and given up with a report after ten times', () => {
    const { venue, access, reports } = meet();
    access.cancel(order());
    const sentAt: number[] = [0];
    for (let ms = 0; ms < 60_000; ms += 50) {
      const before = venue.heard.length;
      access.onTimer(at(ms));
      if (venue.heard.length > before) sentAt.push(ms);
      if (venue.heard.length > before || ms === 0) {
        const clientOrderId = id(1);
        venue.notice({ kind: 'cancel-failed', at: at(ms), clientOrderId, detail: '503' });
      }
    }
    const waits = sentAt.slice(1).map((ms, i) => ms - sentAt[i]!);
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
    expect(reports).toMatchObject([
      { kind: 'cancel-rejected', clientOrderId: id(1), reason: 'failed 10 times: 503' },
    ]);
  });

  it('is not repeated once its order ended', () => {
    const { venue, access } = meet();
    access.cancel(order());
    const failed = { kind: 'cancel-failed', clientOrderId: id(1), detail: '503' } as const;
    venue.notice({ ...failed, at: at(10) });
    venue.report(life.cancelled(1, 20));
    access.onTimer(at(10_000));
    expect(venue.heard).toEqual(['cancel b4-1-1']);
  });
});

describe('an outage', () => {
  it('opens nothing until the account was compared after maintenance', () => {
    const { venue, access } = meet();
    venue.notice({ kind: 'maintenance', at: at(0), retryAfterMs: 500 });
    expect(access.failure).toMatch(/maintenance/);
    access.noteCompared();
    access.onTimer(at(500));
    expect(access.failure).toBeNull();
    expect(access.refusal(BTC)).toMatch(/compared with the venue first/);
    access.noteCompared();
    expect(access.refusal(BTC)).toBeNull();
  });

  it('keeps cancels until the connection is back', () => {
    const { venue, access } = meet();
    venue.notice({ kind: 'disconnected', at: at(0) });
    access.cancel(order());
    access.onTimer(at(5_000));
    expect(venue.heard).toEqual([]);
    venue.notice({ kind: 'reconnected', at: at(5_100) });
    access.onTimer(at(5_120));
    expect(venue.heard).toEqual(['cancel b4-1-1']);
    expect(access.refusal(BTC)).toMatch(/compared/);
  });

  it('of one instrument stops the orders of that instrument alone', () => {
    const { venue, access } = meet();
    venue.notice({ kind: 'halted', at: at(0), instrument: BTC.id });
    expect([access.refusal(BTC), access.refusal(ETH)]).toEqual([
      'the venue has halted sim:BTCUSDT',
      null,
    ]);
    venue.notice({ kind: 'resumed', at: at(9), instrument: BTC.id });
    expect(access.refusal(BTC)).toBeNull();
  });
});

describe("the venue's clock", () => {
  it('is measured, and cannot make an order look older than it is', () => {
    const { venue, access } = meet();
    access.onTimer(at(1_000));
    const answered: EventTimeNs[] = [];
    access.account(at(0), (result) => {
      if (result.ok) answered.push(result.value.at);
    });
    access.onTimer(at(1_020));
    venue.questions[0]!({ ok: true, value: account(9_010) });
    expect(answered).toEqual([at(1_000)]);
    expect(access.clockSkewMs).toBe(-8_000);
    access.onTimer(addMs(at(1_020), 120_001));
    expect(access.clockSkewMs).toBeNull();
  });
});
