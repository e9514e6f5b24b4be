import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LEDGER_FILE, Ledger } from '../../../src/adapters/simulator/ledger.ts';
import { toEventTime } from '../../../src/adapters/simulator/schedule.ts';
import { KEPT_ENDED, KEPT_FILLS, VenueTruth } from '../../../src/adapters/simulator/truth.ts';
import type { HeldOrder, TruthRecord } from '../../../src/adapters/simulator/truth-record.ts';
import { type EventTimeNs, eventTime } from '../../../src/core/index.ts';
import type { VenueAccount } from '../../../src/execution/ports.ts';
import {
  type ClientOrderId,
  type Fill,
  money,
  priceTicks,
  qtyLots,
  type TradeId,
  type VenueOrderId,
} from '../../../src/model/index.ts';
import { BTC, freshDirectory, live, openVenue } from './fixture.ts';

const BEGAN_US = 1_700_000_000_000_000;
const ORDER_EVERY_US = 100_000;
const atUs = (n: number): number => BEGAN_US + n * ORDER_EVERY_US;
const timeOf = (n: number): EventTimeNs => toEventTime(atUs(n));
const idOf = (n: number): ClientOrderId => `c${n}` as ClientOrderId;

/** Order `n` of a long life: every `fillEvery`-th one is filled, the others are cancelled. */
function orderLife(n: number, fillEvery: number): TruthRecord[] {
  const at = atUs(n);
  const order: HeldOrder = {
    clientOrderId: idOf(n),
    venueOrderId: `v${n}` as VenueOrderId,
    instrument: BTC.id,
    side: Math.floor(n / fillEvery) % 2 === 0 ? 'buy' : 'sell',
    type: 'limit',
    price: priceTicks(600_000),
    quantity: qtyLots(1),
    taken: qtyLots(1),
    filled: qtyLots(0),
    timeInForce: 'gtc',
    postOnly: false,
    reduceOnly: false,
  };
  const { clientOrderId, venueOrderId, instrument, side, price, quantity } = order;
  if (n % fillEvery !== 0) {
    const end = { clientOrderId, venueOrderId, state: 'cancelled', reason: 'requested' } as const;
    return [
      { kind: 'order', at, order },
      { kind: 'end', at, end: { ...end, at } },
    ];
  }
  const fill: Fill = {
    tradeId: `t${n}` as TradeId,
    clientOrderId,
    instrument,
    side,
    price,
    quantity,
    fee: money(1_000n),
    liquidity: 'maker',
    at: toEventTime(at),
  };
  return [
    { kind: 'order', at, order },
    { kind: 'fill', at, fill },
  ];
}

/** A venue directory in which `orders` orders have ended. */
function livedIn(orders: number, fillEvery: number): string {
  const directory = freshDirectory();
  const ledger = Ledger.open(directory, new VenueTruth([BTC]));
  if (!ledger.ok) throw new Error(ledger.error.detail);
  ledger.value.append([
    { kind: 'session', at: BEGAN_US, session: 1 },
    { kind: 'deposit', at: BEGAN_US, amount: money(10_000_000_000_000n) },
  ]);
  for (let n = 0; n < orders; n += 500) {
    const batch = Array.from({ length: Math.min(500, orders - n) }, (_, i) => n + i);
    ledger.value.append(batch.flatMap((one) => orderLife(one, fillEvery)));
  }
  ledger.value.close();
  return directory;
}

type Answer = { readonly account: VenueAccount } | { readonly refused: string };

/** What a venue that is opened on the directory answers. */
function asked(directory: string, at: EventTimeNs, since: readonly EventTimeNs[]): Answer[] {
  const venue = openVenue({ directory }, at);
  const answers: Answer[] = [];
  for (const one of since) {
    venue.account(one, (result) => {
      answers.push(result.ok ? { account: result.value } : { refused: result.error.detail });
    });
  }
  live(venue, 10);
  venue.close();
  return answers;
}

const accountIn = (answer: Answer | undefined): VenueAccount => {
  if (answer === undefined || !('account' in answer)) throw new Error(JSON.stringify(answer));
  return answer.account;
};

describe('a venue on which thousands of orders have ended', () => {
  it('answers after a restart about all of its life, and says from when it knows what ended', () => {
    const orders = 26_000;
    const recent = timeOf(orders - 100);
    const answers = asked(livedIn(orders, 4), timeOf(orders), [eventTime(0n), recent]);
    const whole = accountIn(answers[0]);
    expect(whole.fills).toHaveLength(6_500);
    expect(whole.ended.size).toBeGreaterThanOrEqual(KEPT_ENDED);
    expect(whole.ended.size).toBeLessThan(orders);
    const firstKept = orders - whole.ended.size;
    expect(whole.ended.has(idOf(firstKept))).toBe(true);
    expect(whole.ended.has(idOf(firstKept - 1))).toBe(false);
    expect(whole.endedSince).toBeGreaterThan(timeOf(firstKept - 1));
    expect(whole.endedSince).toBeLessThanOrEqual(timeOf(firstKept));
    const latest = accountIn(answers[1]);
    expect(latest.endedSince).toBe(recent);
    expect([...latest.ended.keys()]).toEqual(
      Array.from({ length: 100 }, (_, i) => idOf(orders - 100 + i)),
    );
    expect(latest.fills.map((fill) => fill.clientOrderId)).toEqual(
      Array.from({ length: 25 }, (_, i) => idOf(orders - 100 + 4 * i)),
    );
    expect(latest.cash).toBe(whole.cash);
  });

  it('says that it knows all that ended since the question while nothing is forgotten', () => {
    const answers = asked(livedIn(100, 4), timeOf(100), [eventTime(0n), timeOf(90)]);
    expect(answers.map((answer) => accountIn(answer).endedSince)).toEqual([0n, timeOf(90)]);
    expect(accountIn(answers[0]).ended.size).toBe(100);
  });

  it('refuses only a question about a time of which fills may be forgotten, to the microsecond', () => {
    const orders = KEPT_FILLS + 1_001;
    const directory = livedIn(orders, 1);
    const lastForgotten = timeOf(orders - KEPT_FILLS - 2);
    const since = [eventTime(0n), lastForgotten, eventTime(lastForgotten + 1_000n)];
    const answers = asked(directory, timeOf(orders), since);
    for (const answer of answers.slice(0, 2)) {
      expect('refused' in answer && answer.refused).toContain(
        'keeps only the fills that came after',
      );
    }
    expect(accountIn(answers[2]).fills).toHaveLength(KEPT_FILLS + 1);
  });

  it('opens the ledger of its longest life within the time that a start may take', () => {
    const directory = livedIn(KEPT_FILLS + 900, 1);
    const path = join(directory, LEDGER_FILE);
    const asLeft = readFileSync(path);
    // Time on the processor, and the best of five: other tests run on the same cores.
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 5; run += 1) {
      writeFileSync(path, asLeft);
      const before = process.cpuUsage();
      const ledger = Ledger.open(directory, new VenueTruth([BTC]));
      const { user, system } = process.cpuUsage(before);
      if (!ledger.ok) throw new Error(ledger.error.detail);
      ledger.value.close();
      best = Math.min(best, (user + system) / 1000);
    }
    const [size, compacted] = [asLeft, readFileSync(path)].map((bytes) => bytes.length >> 10);
    console.info(`a ledger of ${size} KiB, compacted to ${compacted} KiB: opened in ${best} ms`);
    expect(best).toBeLessThan(3_000);
  }, 120_000);
});
