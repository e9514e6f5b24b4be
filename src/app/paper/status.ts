import { type EventTimeNs, msBetween, toIso } from '../../core/index.ts';
import { formatE8, type Money } from '../../model/index.ts';
import { priceText, quantityText, type SystemView, whyNotTrading } from '../../observe/index.ts';
import { positionValue } from '../../portfolio/index.ts';
import type { SafetyCommand } from '../../safety/index.ts';
import type { ModeChangeReport, StatusReport } from '../contracts.ts';
import { profitAndLoss } from '../trader/profit-and-loss.ts';
import type { Trader } from '../trader/trader.ts';

/** What `bot4 status` is told about the process around the trader. */
export interface StatusFacts {
  readonly view: SystemView;
  readonly startedAt: EventTimeNs;
  readonly now: EventTimeNs;
  readonly dashboardUrl: string | null;
}

/** Answers `bot4 status`. */
export function statusReport(trader: Trader, facts: StatusFacts): StatusReport {
  const { view, startedAt, now } = facts;
  const { safety, portfolio } = trader.state;
  const restores = new Map(safety.pendingRestores().map((each) => [each.causeId, each.dueAt]));
  const marks = trader.market.shownMarks();
  return {
    pid: process.pid,
    version: view.version,
    runEpoch: view.runEpoch,
    startedAt: toIso(startedAt),
    uptimeMs: Math.round(msBetween(startedAt, now)),
    kernelTarget: view.kernelTarget,
    mode: safety.mode,
    modeSince: toIso(safety.modeSince),
    causes: safety.causes().map((cause) => {
      const dueAt = restores.get(cause.id);
      return {
        id: cause.id,
        mode: cause.mode,
        origin: cause.origin,
        detail: cause.detail,
        since: toIso(cause.since),
        restoreDueAt: dueAt === undefined ? null : toIso(dueAt),
      };
    }),
    notTradingBecause: [
      ...trader.differences,
      ...whyNotTrading(view)
        .filter(({ kind }) => kind !== 'decision' && kind !== 'refusal')
        .map(({ text }) => text),
    ],
    breakers: trader.circuits.open(),
    pnl: profitAndLoss(trader, view.currency),
    positions: trader.instruments.flatMap((instrument) => {
      const position = portfolio.position(instrument.id);
      const mark = marks.get(instrument.id) ?? position.lastPrice;
      if (position.lots === 0) return [];
      const unrealised =
        mark === null ? 0n : positionValue(position, instrument, mark) - position.cost;
      return [
        {
          instrument: instrument.id,
          position: quantityText(instrument, position.lots),
          mark: mark === null ? null : priceText(instrument, mark),
          unrealised: formatE8(unrealised as Money),
        },
      ];
    }),
    openOrders: trader.state.orders.openCount,
    entriesLeftOut: trader.entriesLeftOut,
    fills: trader.orders.counts.fills,
    journalSeq: view.journal.seq,
    database:
      view.database.detail === null
        ? `${view.database.state}, ${view.database.lagEntries} ${view.database.lagEntries === 1 ? 'entry' : 'entries'} behind`
        : `${view.database.state}: ${view.database.detail}`,
    dashboardUrl: facts.dashboardUrl,
  };
}

/** Answers a command that changed the mode. */
export function modeChangeReport(
  trader: Trader,
  kind: SafetyCommand['kind'],
  detail: string,
): ModeChangeReport {
  const { safety } = trader.state;
  const dueAt =
    kind === 'restore'
      ? safety
          .pendingRestores()
          .reduce<EventTimeNs | null>(
            (latest, restore) =>
              latest === null || restore.dueAt > latest ? restore.dueAt : latest,
            null,
          )
      : null;
  return {
    mode: safety.mode,
    detail,
    causes: safety.causes().map((cause) => `${cause.id} (${cause.mode}): ${cause.detail}`),
    dueAt: dueAt === null ? null : toIso(dueAt),
  };
}
