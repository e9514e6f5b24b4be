import { type EventTimeNs, msBetween } from '../../core/index.ts';
import type { Instrument, InstrumentId, Money, PriceTicks, QtyLots } from '../../model/index.ts';
import {
  bookView,
  type ConnectionView,
  causeView,
  type DatabaseView,
  type DecisionView,
  type EquityView,
  epochMs,
  type FeedView,
  type InstrumentView,
  MAX_VIEW_LEVELS,
  MAX_VIEW_ORDERS,
  moneyText,
  orderView,
  type PositionView,
  type ProcessView,
  positionView,
  quantityText,
  type SystemView,
  type TradingEnvironment,
} from '../../observe/index.ts';
import { averageEntryE8, positionValue } from '../../portfolio/index.ts';
import { lossesOf } from './losses.ts';
import { messageStatuses } from './message-statuses.ts';
import type { RecentActivity } from './recent-activity.ts';
import type { Trader } from './trader.ts';

/** What the view says about everything around the trader. */
export interface Surroundings {
  readonly environment: TradingEnvironment;
  readonly version: string;
  readonly runEpoch: number;
  readonly currency: string;
  readonly database: DatabaseView;
  readonly journalSeq: bigint;
  readonly journalDurableSeq: bigint;
  readonly process: ProcessView;
}

/** The engine's reason bits in plain words, by their names. */
const REASON_WORDS: Readonly<Record<string, string>> = {
  'not-finite': 'an input was not a number',
  'no-signal': 'the probability lies between the thresholds',
  'no-edge': 'the expected value after cost is not positive',
  'below-minimum': 'the size is below the minimum',
  halted: 'the control mode stops new intents',
  capped: 'the Kelly fraction was cut to its cap',
  'no-policy': 'no strategy is set',
  unsynchronised: 'the book is not proven complete',
  'one-sided-book': 'a side of the book is empty',
  'not-warm': 'too few updates since the book was synchronised',
  stale: 'the market data is stale',
  'spread-too-wide': 'the spread is wider than the limit',
  'position-limit': 'the position limit leaves no room',
  reduced: 'the size was cut to a limit',
  interval: 'the least time between two intents has not passed',
  rate: 'the intent rate is used up',
  'ring-full': 'the intent ring is full',
  unchanged: 'the quotes moved less than the requote threshold',
  'breaker-open': 'the circuit breaker is open',
};

const words = (reason: string): string => REASON_WORDS[reason] ?? reason;

interface Rate {
  readonly at: EventTimeNs;
  readonly messages: number;
  readonly perSecond: number;
}

/** Makes the views that people and metrics are shown; remembers only rates and the last touch. */
export class SystemViewer {
  readonly #trader: Trader;
  readonly #activity: RecentActivity;
  readonly #rates = new Map<InstrumentId, Rate>();

  constructor(trader: Trader, activity: RecentActivity) {
    this.#trader = trader;
    this.#activity = activity;
  }

  /** The whole system at `now`, as plain JSON that holds no live state. */
  view(now: EventTimeNs, around: Surroundings): SystemView {
    const { state, market, orders, instruments, engine } = this.#trader;
    const { safety } = state;
    const freshest = market.freshestAgeMs(now);
    const open = state.orders.open();
    const totals = engine.totals();
    const decisions = instruments.map(({ index }) => engine.state(index).counters.decisions);
    return {
      atMs: epochMs(now),
      environment: around.environment,
      version: around.version,
      runEpoch: around.runEpoch,
      kernelTarget: engine.target,
      currency: around.currency,
      mode: {
        mode: safety.mode,
        sinceMs: epochMs(safety.modeSince),
        causes: safety.causes().map(causeView),
      },
      venues: [
        {
          venue: instruments[0]?.venue ?? 'none',
          connected: orders.venueFailure === null && freshest !== null && freshest < 5_000,
          lastMessageAgeMs: freshest,
          latencyMs: orders.acknowledgementMs,
          breaker: this.#trader.circuits.open()[0]?.reason ?? null,
        },
      ],
      feeds: instruments.map((instrument) => this.#feed(instrument, now)),
      connections: this.#connections(),
      equity: this.#equity(now),
      positions: this.#positions(),
      orders: open.slice(0, MAX_VIEW_ORDERS).flatMap((order) => {
        const instrument = instruments.find(({ id }) => id === order.request.instrument);
        return instrument === undefined ? [] : [orderView(instrument, order)];
      }),
      orderCount: open.length,
      fills: this.#activity.fills(),
      charges: this.#activity.charges(),
      refusals: this.#activity.refusals(),
      instruments: instruments.map((instrument) => this.#instrument(instrument)),
      database: around.database,
      journal: {
        writable: this.#trader.recorder.failure === null,
        seq: String(around.journalSeq),
        durableSeq: String(around.journalDurableSeq),
      },
      totals: {
        messages: totals.frames,
        decisions: decisions.reduce((sum, count) => sum + count, 0),
        intents: totals.intents,
        ordersSubmitted: orders.counts.submitted,
        ordersRefused: orders.counts.refused,
        entriesLeftOut: this.#trader.entriesLeftOut,
        ordersRejected: orders.counts.rejected,
        fills: orders.counts.fills,
        unassigned: totals.refused,
        losses: lossesOf(totals),
        clockBackwards: totals.clockBackwards,
      },
      process: around.process,
    };
  }

  #feed(instrument: Instrument, now: EventTimeNs): FeedView {
    const { engine, market } = this.#trader;
    const { sync, lastMessageAt, lastDepthAt, counters } = engine.state(instrument.index);
    const seen = lastMessageAt > 0n;
    const state: FeedView['state'] = !seen
      ? 'waiting'
      : sync !== 'synchronised'
        ? 'synchronising'
        : market.isFresh(instrument)
          ? 'synchronised'
          : 'stale';
    return {
      instrument: instrument.id,
      state,
      lastUpdateAgeMs: lastDepthAt > 0n ? Math.max(0, msBetween(lastDepthAt, now)) : null,
      messagesPerSecond: this.#rate(instrument, counters.messages, now),
      gaps: counters.gaps,
      refused: Object.values(messageStatuses(counters.refused).refused).reduce(
        (sum, count) => sum + count,
        0,
      ),
      statuses: counters.refused,
      checksumChecks: counters.checksumChecks,
      checksumMismatches: counters.checksumMismatches,
    };
  }

  #connections(): ConnectionView[] {
    const { engine } = this.#trader;
    return Array.from({ length: engine.connectionCount }, (_, connection) => {
      const { messages, fallbacks, sequenceGaps } = engine.connection(connection);
      return { connection, messages, fallbacks, sequenceGaps };
    });
  }

  #rate({ id }: Instrument, messages: number, now: EventTimeNs): number {
    const last = this.#rates.get(id);
    if (last === undefined) {
      this.#rates.set(id, { at: now, messages, perSecond: 0 });
      return 0;
    }
    const elapsed = msBetween(last.at, now);
    if (elapsed < 1_000) return last.perSecond;
    const perSecond = ((messages - last.messages) * 1_000) / elapsed;
    this.#rates.set(id, { at: now, messages, perSecond });
    return perSecond;
  }

  #equity(now: EventTimeNs): EquityView {
    const { state, market } = this.#trader;
    const value = state.portfolio.value(market.shownMarks());
    return {
      atMs: epochMs(now),
      equity: moneyText(value.equity),
      cash: moneyText(value.cash),
      realised: moneyText(value.realised),
      unrealised: moneyText(value.unrealised),
      fees: moneyText(value.fees),
      charges: moneyText(value.charges),
      drawdown: state.curve.drawdown,
      maxDrawdown: state.curve.maxDrawdown,
    };
  }

  #positions(): PositionView[] {
    const { state, market, instruments } = this.#trader;
    const marks = market.shownMarks();
    return instruments.flatMap((instrument) => {
      const position = state.portfolio.position(instrument.id);
      const mark: PriceTicks | null = marks.get(instrument.id) ?? position.lastPrice;
      const entryPriceE8 = averageEntryE8(position, instrument);
      if (position.lots === 0 || mark === null || entryPriceE8 === null) return [];
      const unrealised = (positionValue(position, instrument, mark) - position.cost) as Money;
      const { lots: quantity, realised } = position;
      return [positionView(instrument, { quantity, entryPriceE8, mark, unrealised, realised })];
    });
  }

  #instrument(instrument: Instrument): InstrumentView {
    const { engine } = this.#trader;
    const { id, symbol, base, quote, index } = instrument;
    const synchronised = engine.syncState(index) === 'synchronised';
    const { bids, asks } = engine.book(index, MAX_VIEW_LEVELS);
    const pairs = (side: typeof bids): (readonly [PriceTicks, QtyLots])[] =>
      side.map(({ price, quantity }) => [price, quantity]);
    const at = engine.state(index).lastDepthAt;
    return {
      instrument: id,
      symbol,
      base,
      quote,
      book: synchronised ? bookView(instrument, at, pairs(bids), pairs(asks)) : null,
      decision: this.#decision(instrument),
    };
  }

  #decision(instrument: Instrument): DecisionView | null {
    const { engine } = this.#trader;
    const { decision, policy } = engine.state(instrument.index);
    if (decision === null) return null;
    return {
      atMs: epochMs(decision.at),
      side: decision.side,
      quantity: quantityText(instrument, decision.quantity),
      probability: decision.probability,
      edge: policy === 'quote' ? null : decision.edge,
      reasons: engine.reasons(decision.reasonBits).map(words),
    };
  }
}
