import { formatE8 } from '../../model/index.ts';
import { priceText, quantityText } from '../../observe/index.ts';
import type { InstrumentSummary, ProfitAndLoss } from '../contracts.ts';
import { executionSummary } from './execution-summary.ts';
import type { RecentActivity } from './recent-activity.ts';
import type { Trader } from './trader.ts';

/** The account in exact plain decimals, for reports and `bot4 status`. */
export function profitAndLoss(trader: Trader, currency: string): ProfitAndLoss {
  const { state, market } = trader;
  const value = state.portfolio.value(market.shownMarks());
  return {
    currency,
    deposits: formatE8(value.deposits),
    cash: formatE8(value.cash),
    realised: formatE8(value.realised),
    unrealised: formatE8(value.unrealised),
    fees: formatE8(value.fees),
    ...(value.charges === 0n ? {} : { charges: formatE8(value.charges) }),
    equity: formatE8(value.equity),
    maxDrawdownFraction: state.portfolio.deepestDrawdown,
  };
}

/** What each instrument did in this process. */
export function instrumentSummaries(
  trader: Trader,
  activity: RecentActivity,
): readonly InstrumentSummary[] {
  const marks = trader.market.shownMarks();
  return trader.instruments.map((instrument) => {
    const { counters } = trader.engine.state(instrument.index);
    const { orders, fills } = activity.countsOf(instrument.id);
    const mark = marks.get(instrument.id);
    const execution = executionSummary(trader.ledger, instrument);
    return {
      instrument: instrument.id,
      strategy: trader.strategies.get(instrument.id)?.id ?? 'none',
      messagesRead: counters.messages,
      bookUpdatesApplied: counters.depthApplied,
      decisions: counters.decisions,
      orders,
      fills,
      position: quantityText(instrument, trader.state.portfolio.position(instrument.id).lots),
      mark: mark === undefined ? null : priceText(instrument, mark),
      ...(execution === undefined ? {} : { execution }),
    };
  });
}
