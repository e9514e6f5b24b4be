import type { SystemView } from '../../../src/observe/index.ts';
import { BTC, ETH } from '../../observe/sample-view.ts';

/** The same view later, as if the market had stood still and the trader had not. */
export function shifted(view: SystemView, ms: number): SystemView {
  return {
    ...view,
    atMs: view.atMs + ms,
    equity: { ...view.equity, atMs: view.equity.atMs + ms },
    instruments: view.instruments.map((shown) => ({
      ...shown,
      book: shown.book && { ...shown.book, atMs: shown.book.atMs + ms },
      decision: shown.decision && { ...shown.decision, atMs: shown.decision.atMs + ms },
    })),
  };
}

/** A process in its first second: nothing connected, nothing known. */
export function unborn(view: SystemView): SystemView {
  return {
    ...view,
    mode: {
      mode: 'PAUSE',
      sinceMs: view.atMs - 700,
      causes: [
        {
          id: 'awaiting-reconciliation',
          mode: 'PAUSE',
          origin: 'start-up',
          detail: 'the account has not been compared with the venue yet',
          sinceMs: view.atMs - 700,
        },
      ],
    },
    venues: [
      { venue: 'sim', connected: false, lastMessageAgeMs: null, latencyMs: null, breaker: null },
    ],
    feeds: view.feeds.map((feed) => ({ ...feed, state: 'waiting', lastUpdateAgeMs: null })),
    positions: [],
    orders: [],
    orderCount: 0,
    fills: [],
    instruments: view.instruments.map((shown) => ({ ...shown, book: null, decision: null })),
    database: { state: 'starting', lagEntries: 0, detail: null },
  };
}

/** Everything at once goes wrong. */
export function troubled(view: SystemView): SystemView {
  return {
    ...view,
    mode: {
      mode: 'EMERGENCY',
      sinceMs: view.atMs - 83_000,
      causes: [
        {
          id: 'human-pause',
          mode: 'PAUSE',
          origin: 'human',
          detail: 'watching the venue after its outage',
          sinceMs: view.atMs - 4_100_000,
        },
        {
          id: 'daily-loss',
          mode: 'EMERGENCY',
          origin: 'automatic',
          detail: 'the daily loss limit of 1,000.00 USDT is reached',
          sinceMs: view.atMs - 83_000,
        },
      ],
    },
    venues: [
      { venue: 'sim', connected: false, lastMessageAgeMs: 6_400, latencyMs: 3.2, breaker: null },
    ],
    feeds: view.feeds.map((feed) => ({ ...feed, state: 'stale', lastUpdateAgeMs: 6_400 })),
    refusals: [
      {
        instrument: BTC.id,
        code: 'RISK_POSITION_LIMIT',
        detail: 'the position would be 0.284 BTC, allowed are 0.250 BTC',
        atMs: view.atMs - 9_000,
      },
      {
        instrument: ETH.id,
        code: 'RISK_PRICE_COLLAR',
        detail: 'the price is 2.1 % away from the mark, allowed are 1.0 %',
        atMs: view.atMs - 12_000,
      },
    ],
    orders: [{ ...view.orders[0]!, status: 'unknown', cancelRequested: true }],
    orderCount: 1,
    database: { state: 'unavailable', lagEntries: 40_312, detail: 'connection refused' },
    process: { ...view.process, eventLoopDelayP99Ms: 143 },
  };
}
