import { describe, expect, it } from 'vitest';
import { type CauseView, type SystemView, whyNotTrading } from '../../src/observe/index.ts';
import { BTC, ETH, SAMPLE_AT_MS, SOL, sampleView } from './sample-view.ts';

const base = sampleView();
/** Everything trades: ETH has open orders, so its `none` decision says nothing. */
const trading = base;
const texts = (view: SystemView): string[] => whyNotTrading(view).map((reason) => reason.text);
/** As if nothing had been ordered on an instrument, nor filled lately. */
const idle = (instrument: string): SystemView => ({
  ...trading,
  orders: trading.orders.filter((order) => order.instrument !== instrument),
  fills: trading.fills.filter((fill) => fill.instrument !== instrument),
});
const refused = (instrument: string, ageMs: number, detail = 'a detail') => ({
  instrument,
  code: 'RISK_DUPLICATE_ORDER',
  detail,
  atMs: SAMPLE_AT_MS - ageMs,
});
const refusalTexts = (view: SystemView): string[] =>
  whyNotTrading(view)
    .filter((reason) => reason.kind === 'refusal')
    .map((reason) => reason.text);
const cause = (over: Partial<CauseView>): CauseView => ({
  id: 'x',
  mode: 'PAUSE',
  origin: 'automatic',
  detail: 'a detail',
  sinceMs: SAMPLE_AT_MS - 1_000,
  ...over,
});
const withMode = (mode: SystemView['mode']['mode'], causes: readonly CauseView[]): SystemView => ({
  ...trading,
  mode: { mode, sinceMs: SAMPLE_AT_MS - 5_000, causes },
});
const withFeed = (
  index: number,
  state: SystemView['feeds'][number]['state'],
  lastUpdateAgeMs: number | null,
): SystemView => ({
  ...trading,
  feeds: trading.feeds.map((feed, at) =>
    at === index ? { ...feed, state, lastUpdateAgeMs } : feed,
  ),
});

describe('whyNotTrading', () => {
  it('is empty while orders are working everywhere', () => {
    expect(whyNotTrading(trading)).toEqual([]);
  });

  it('names the cause of a pause, who asked for it and what a pause does', () => {
    const view = withMode('PAUSE', [
      cause({ origin: 'human', detail: 'maintenance of the host.' }),
    ]);
    expect(whyNotTrading(view)).toEqual([
      {
        kind: 'mode',
        weight: 'stops-all',
        instrument: null,
        text: 'PAUSE by a person: maintenance of the host. Nothing new is opened, quotes that could open a position are being withdrawn, reducing orders are kept.',
        sinceMs: SAMPLE_AT_MS - 1_000,
      },
    ]);
  });

  it('puts the most severe cause first, then hardware, people, automatic trips and start-up', () => {
    const view = withMode('EMERGENCY', [
      cause({ origin: 'start-up', detail: 'four' }),
      cause({ origin: 'automatic', detail: 'three' }),
      cause({ origin: 'human', detail: 'two' }),
      cause({ origin: 'hardware', detail: 'one' }),
      cause({ mode: 'REDUCE', detail: 'reducing' }),
      cause({ mode: 'EMERGENCY', detail: 'loss limit' }),
    ]);
    expect(texts(view).map((text) => text.split(': ')[1]!.split('.')[0])).toEqual([
      'loss limit',
      'reducing',
      'one',
      'two',
      'three',
      'four',
    ]);
    expect(texts(view)[0]).toContain('Orders are being cancelled and positions closed.');
    expect(texts(view)[1]).toContain('Positions are being made smaller.');
  });

  it('puts the older of two equal causes first', () => {
    const view = withMode('PAUSE', [
      cause({ detail: 'younger', sinceMs: SAMPLE_AT_MS - 10 }),
      cause({ detail: 'older', sinceMs: SAMPLE_AT_MS - 900 }),
    ]);
    expect(texts(view)[0]).toContain('older');
  });

  it('does not stay silent about a mode without a cause', () => {
    const reasons = whyNotTrading(withMode('REDUCE', []));
    expect(reasons[0]).toMatchObject({ kind: 'mode', sinceMs: SAMPLE_AT_MS - 5_000 });
    expect(reasons[0]!.text).toBe(
      'REDUCE, without a recorded cause: positions are being made smaller.',
    );
  });

  it('says that an unwritable journal stops every order', () => {
    const view = { ...trading, journal: { ...trading.journal, writable: false } };
    expect(whyNotTrading(view)).toMatchObject([{ kind: 'journal', weight: 'stops-all' }]);
  });

  it('names a venue that is gone and how long ago it was last heard', () => {
    const view: SystemView = {
      ...trading,
      venues: [
        { venue: 'sim', connected: false, lastMessageAgeMs: 12_340, latencyMs: 3, breaker: null },
      ],
    };
    expect(whyNotTrading(view)).toMatchObject([
      {
        kind: 'venue',
        weight: 'stops-all',
        text: 'Venue sim is not connected: its last message came 12.3 s ago.',
        sinceMs: SAMPLE_AT_MS - 12_340,
      },
    ]);
  });

  it('names a venue that never answered', () => {
    const view: SystemView = {
      ...trading,
      venues: [
        ...trading.venues,
        {
          venue: 'other',
          connected: false,
          lastMessageAgeMs: null,
          latencyMs: null,
          breaker: null,
        },
      ],
    };
    expect(whyNotTrading(view)).toMatchObject([
      {
        weight: 'stops-one',
        text: 'Venue other is not connected and has not answered yet.',
        sinceMs: null,
      },
    ]);
  });

  it('names an open circuit breaker of a venue that is connected', () => {
    const breaker = 'it does not answer orders (timed out)';
    const view: SystemView = { ...trading, venues: [{ ...trading.venues[0]!, breaker }] };
    expect(whyNotTrading(view)).toMatchObject([
      {
        kind: 'venue',
        text: 'The circuit breaker of venue sim is open: it does not answer orders (timed out).',
      },
    ]);
  });

  it('says so when there is no venue or no market at all', () => {
    const view = { ...trading, venues: [], feeds: [] };
    expect(whyNotTrading(view)).toMatchObject([
      { kind: 'venue', weight: 'stops-all', text: 'No venue is connected yet.' },
      { kind: 'feed', weight: 'stops-all', text: 'No market is subscribed yet.' },
    ]);
  });

  it.each([
    ['waiting', null, 'no market data has arrived yet'],
    ['synchronising', 90, 'the book is being rebuilt from a snapshot'],
    ['stale', 1_740, 'the book is stale, 1.7 s old'],
    ['stale', null, 'the book is stale, and'],
  ] as const)('explains a book that is %s (age %s ms)', (state, age, words) => {
    const reasons = whyNotTrading(withFeed(1, state, age));
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatchObject({ kind: 'feed', weight: 'stops-one', instrument: ETH.id });
    expect(reasons[0]!.text).toContain(`${ETH.id}: ${words}`);
  });

  it('calls it a full stop when no book at all can be used', () => {
    const view = {
      ...trading,
      feeds: trading.feeds.map((feed) => ({ ...feed, state: 'stale' as const })),
    };
    expect(whyNotTrading(view).map((reason) => reason.weight)).toEqual(Array(3).fill('stops-all'));
  });

  it('groups the refusals of the last minute by instrument and code', () => {
    const refusal = (code: string, ageMs: number, detail = 'too large') => ({
      instrument: BTC.id,
      code,
      detail,
      atMs: SAMPLE_AT_MS - ageMs,
    });
    const view = {
      ...idle(BTC.id),
      refusals: [
        refusal('RISK_PRICE_COLLAR', 200, 'price 1 is outside the collar.'),
        refusal('RISK_POSITION_LIMIT', 300, 'latest words'),
        refusal('RISK_POSITION_LIMIT', 500),
        refusal('RISK_POSITION_LIMIT', 59_000),
        refusal('RISK_POSITION_LIMIT', 61_000),
        refusal('RISK_ORDER_RATE', 70_000),
      ],
    };
    expect(refusalTexts(view)).toEqual([
      `${BTC.id}: risk refused 3 orders in the last minute: ` +
        'the position could have grown beyond its limit (RISK_POSITION_LIMIT).',
      `${BTC.id}: risk refused an order in the last minute: ` +
        'the price was too far from the market (RISK_PRICE_COLLAR).',
    ]);
  });

  it('says a refusal in plain words and keeps ticks, lots and times out of the sentence', () => {
    const detail =
      'buy 666 lots at 149995 ticks was sent at 2026-03-11T14:32:07.100Z; allowed: once in 100 ms';
    const view = { ...idle(BTC.id), refusals: [refused(BTC.id, 100, detail)] };
    expect(refusalTexts(view)).toEqual([
      `${BTC.id}: risk refused an order in the last minute: ` +
        'an equal order had just been sent (RISK_DUPLICATE_ORDER).',
    ]);
    expect(view.refusals[0]!.detail).toBe(detail);
  });

  it('gives the own words of a refusal whose code it does not know', () => {
    const refusal = { ...refused(BTC.id, 100, 'the moon is full.'), code: 'RISK_MOON' };
    expect(refusalTexts({ ...idle(BTC.id), refusals: [refusal] })).toEqual([
      `${BTC.id}: risk refused an order in the last minute: the moon is full (RISK_MOON).`,
    ]);
  });

  it('does not name a refusal where an order is open now', () => {
    const view = { ...trading, refusals: [refused(BTC.id, 100), refused(ETH.id, 100)] };
    expect(whyNotTrading(view)).toEqual([]);
    const one = { ...view, orders: view.orders.filter((order) => order.instrument === ETH.id) };
    expect(refusalTexts(one)).toEqual([expect.stringContaining(BTC.id)]);
  });

  it('does not name a refusal that a fill of the same instrument followed', () => {
    const fill = (instrument: string, ageMs: number) => ({
      ...trading.fills[0]!,
      instrument,
      atMs: SAMPLE_AT_MS - ageMs,
    });
    const refusals = [refused(BTC.id, 1_000), refused(ETH.id, 1_000), refused(SOL.id, 1_000)];
    const fills = [fill(ETH.id, 999), fill(SOL.id, 1_000), fill(ETH.id, 40_000)];
    expect(refusalTexts({ ...trading, orders: [], refusals, fills })).toEqual([
      expect.stringContaining(BTC.id),
      expect.stringContaining(SOL.id),
    ]);
  });

  it('gives the engine’s own reasons where nothing is working', () => {
    const view = { ...trading, orders: trading.orders.filter((o) => o.instrument !== ETH.id) };
    expect(whyNotTrading(view)).toMatchObject([
      {
        kind: 'decision',
        weight: 'by-choice',
        instrument: ETH.id,
        text:
          `${ETH.id}: the engine prefers not to trade: ` +
          'the expected gain does not cover the cost; spread is one tick.',
      },
    ]);
  });

  it('says when the engine has not decided yet, or gave no words', () => {
    const view: SystemView = {
      ...trading,
      orders: [],
      instruments: trading.instruments.map((shown) => {
        if (shown.instrument === SOL.id) return { ...shown, decision: null };
        return { ...shown, decision: { ...shown.decision!, side: 'none', reasons: [] } };
      }),
    };
    expect(texts(view)).toEqual([
      `${BTC.id}: the engine prefers not to trade: no side is good enough.`,
      `${ETH.id}: the engine prefers not to trade: no side is good enough.`,
      `${SOL.id}: the engine has not decided anything yet.`,
    ]);
  });

  it('does not give a decision as a reason where the book itself is the reason', () => {
    const view = { ...withFeed(1, 'stale', 900), orders: [] };
    expect(whyNotTrading(view).filter((reason) => reason.instrument === ETH.id)).toHaveLength(1);
  });

  it('orders everything at once from the gravest to the mildest', () => {
    const view: SystemView = {
      ...withFeed(0, 'stale', 900),
      mode: { mode: 'PAUSE', sinceMs: 0, causes: [cause({})] },
      journal: { ...trading.journal, writable: false },
      venues: [
        { venue: 'sim', connected: false, lastMessageAgeMs: 5, latencyMs: null, breaker: null },
      ],
      refusals: [{ instrument: SOL.id, code: 'c', detail: 'd', atMs: SAMPLE_AT_MS }],
      orders: [],
    };
    expect(whyNotTrading(view).map((reason) => reason.kind)).toEqual([
      'mode',
      'journal',
      'venue',
      'feed',
      'refusal',
      'decision',
    ]);
  });

  it('ends every text with exactly one full stop', () => {
    const view = withMode('PAUSE', [cause({ detail: 'ends here.' }), cause({ detail: 'or here' })]);
    for (const text of texts({ ...view, venues: [], orders: [] })) expect(text).toMatch(/[^.]\.$/);
  });
});
