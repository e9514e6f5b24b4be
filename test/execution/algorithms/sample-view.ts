import type { EventTimeNs } from '../../../src/core/index.ts';
import { NO_TOTALS, type ParentView, type RoleTotals } from '../../../src/execution/index.ts';
import { type ParentSpec, priceTicks, qtyLots, type StrategyId } from '../../../src/model/index.ts';
import { at, BTC } from '../../portfolio/sample-account.ts';

export const OPENED: EventTimeNs = at(0);

/** A spec of 120 lots over a minute, without jitter. */
export const specOf = (kind: string, terms: ParentSpec['terms'] = {}): ParentSpec => ({
  kind,
  instrument: BTC.id,
  strategy: 'tester' as StrategyId,
  side: 'buy',
  quantity: qtyLots(120),
  terms: { durationMs: 60_000, ...terms },
});

/** A calm market `ms` after the opening, with what the slices came to. */
export const viewAt = (
  ms: number,
  slices: Partial<RoleTotals> = {},
  facts: Partial<ParentView> = {},
): ParentView => ({
  now: at(ms),
  instrument: BTC,
  mode: 'NORMAL',
  touch: {
    bid: priceTicks(600_000),
    bidLots: qtyLots(50),
    ask: priceTicks(600_001),
    askLots: qtyLots(40),
  },
  lastTrade: null,
  position: qtyLots(0),
  reducible: { buy: qtyLots(0), sell: qtyLots(0) },
  reducing: { buy: qtyLots(0), sell: qtyLots(0) },
  collarBps: 500,
  canAmend: false,
  volatility: 0.0001,
  tradedVolume: qtyLots(0),
  openedAt: OPENED,
  resumed: false,
  children: [],
  roles: new Map([['slice', { ...NO_TOTALS, ...slices }]]),
  ...facts,
});
