import { type EventTimeNs, msBetween } from '../../core/index.ts';
import type { CostTerms } from '../../execution/index.ts';
import type {
  Instrument,
  InstrumentId,
  MarketMoment,
  Order,
  OrderRequest,
} from '../../model/index.ts';
import { averageEntryTicks } from '../../portfolio/index.ts';
import type {
  Intent,
  PositionView,
  QuoteIntent,
  Strategy,
  TakeIntent,
  Touch,
} from '../../strategy/index.ts';
import type { OrderDesk } from './order-desk.ts';
import type { ParentDesk } from './parent-desk.ts';
import { type Protection, protectedEntry } from './protection.ts';
import type { TradingState } from './trading-state.ts';
import {
  type EntryExecution,
  entryPays,
  isWorked,
  type VolumeProfiles,
  workedEntry,
} from './worked-entries.ts';

/** A quote intent older than this is not quoted again after one of its orders ended. */
const QUOTE_MEMORY_MS = 2_000;

/** What the strategy desk works with. */
export interface StrategyDeskDeps {
  readonly state: TradingState;
  readonly orders: OrderDesk;
  readonly parents: ParentDesk;
  /** Instruments whose entries are guarded by a bracket. */
  readonly protections: ReadonlyMap<InstrumentId, Protection>;
  /** How entries are executed, where that was said. */
  readonly executions: ReadonlyMap<InstrumentId, EntryExecution>;
  readonly costs: CostTerms;
  readonly volumes: Pick<VolumeProfiles, 'of'>;
  /** The market that an entry is held against; null while it is not fresh. */
  readonly momentOf: (instrument: InstrumentId) => MarketMoment | null;
  /** At most one strategy an instrument. */
  readonly strategies: ReadonlyMap<InstrumentId, Strategy>;
  /** Best bid and ask of a synchronised, fresh book; null otherwise. */
  freshTouch(instrument: Instrument): Touch | null;
}

/** Lets each instrument's strategy turn intents into order requests and cancels. */
export class StrategyDesk {
  readonly #deps: StrategyDeskDeps;
  readonly #quotes = new Map<InstrumentId, QuoteIntent>();

  constructor(deps: StrategyDeskDeps) {
    this.#deps = deps;
  }

  /** Takes an intent of the engine. */
  onIntent(intent: Intent): void {
    const strategy = this.#deps.strategies.get(intent.instrument);
    if (strategy === undefined) return;
    if (intent.kind === 'quote') this.#quotes.set(intent.instrument, intent);
    else if (!this.#pays(intent)) return;
    this.#follow(strategy, intent, intent.at);
  }

  /** Whether an entry pays for its cost; what closes is never held back. */
  #pays(intent: TakeIntent): boolean {
    const { executions, costs, momentOf, state } = this.#deps;
    const execution = executions.get(intent.instrument);
    if (execution === undefined || execution.expectedMoveBps === null) return true;
    if (state.portfolio.position(intent.instrument).lots !== 0) return true;
    return entryPays(intent, execution, costs, momentOf(intent.instrument));
  }

  /**
   * Quotes again after an order ended, since the place it left may be free now. Not after a
   * rejection: the market has moved, and the engine's next intent knows where to.
   */
  onOrderEnded(order: Order, at: EventTimeNs): void {
    if (order.status === 'rejected') return;
    const { instrument, strategy: owner } = order.request;
    const strategy = this.#deps.strategies.get(instrument);
    const quote = this.#quotes.get(instrument);
    if (strategy === undefined || strategy.id !== owner || quote === undefined) return;
    const fresh =
      msBetween(quote.at, at) <= QUOTE_MEMORY_MS &&
      this.#deps.freshTouch(strategy.instrument) !== null;
    if (this.#deps.state.safety.mode === 'NORMAL' && fresh) this.#follow(strategy, quote, at);
  }

  /** Gives every strategy the time. */
  onTimer(now: EventTimeNs): void {
    for (const strategy of this.#deps.strategies.values()) {
      const touch = this.#deps.freshTouch(strategy.instrument);
      const working = this.#working(strategy);
      const actions = strategy.onTime(now, touch, working, this.#position(strategy.instrument));
      for (const action of actions) this.#act(action, now);
    }
  }

  #follow(strategy: Strategy, intent: Intent, at: EventTimeNs): void {
    const position = this.#position(strategy.instrument);
    for (const action of strategy.onIntent(intent, this.#working(strategy), position)) {
      this.#act(action, at);
    }
  }

  #act(action: ReturnType<Strategy['onIntent']>[number], at: EventTimeNs): void {
    if (action.kind === 'cancel') this.#deps.orders.cancel(action.clientOrderId, at);
    else this.#place(action.request, at);
  }

  /**
   * Places a request; on a guarded instrument an entry becomes a bracket, one at a time, and what
   * closes brings the bracket to its end, which closes whatever it holds.
   */
  #place(request: OrderRequest, at: EventTimeNs): void {
    const { orders, parents, protections } = this.#deps;
    const protection = protections.get(request.instrument);
    const guards = protection === undefined ? [] : parents.open(request.instrument);
    if (request.reduceOnly && guards.length > 0) {
      for (const { id } of guards) parents.windDown(id, 'closed by the strategy', at);
    } else if (protection === undefined) this.#execute(request, at);
    else if (request.reduceOnly) orders.place(request, at);
    else if (guards.length === 0) parents.start(protectedEntry(request, protection), at);
  }

  /**
   * Places a request as one order, or as an algorithm's parent where it is an entry that is large
   * enough, one at a time. What closes calls the entry off and goes out at once.
   */
  #execute(request: OrderRequest, at: EventTimeNs): void {
    const { orders, parents, executions, volumes, momentOf } = this.#deps;
    const execution = executions.get(request.instrument);
    const instrument = this.#deps.strategies.get(request.instrument)?.instrument;
    if (execution === undefined || execution.algorithm === null || instrument === undefined) {
      orders.place(request, at);
      return;
    }
    const worked = parents.open(request.instrument);
    if (request.reduceOnly) {
      for (const { id } of worked) parents.windDown(id, 'called off by the strategy', at);
      orders.place(request, at);
    } else if (worked.length > 0) return;
    else if (!isWorked(execution, request, instrument)) orders.place(request, at);
    else {
      const market = momentOf(request.instrument);
      if (market === null) return;
      const profile = volumes.of(request.instrument);
      parents.start(workedEntry(request, execution, market, profile, at), at);
    }
  }

  #working(strategy: Strategy): readonly Order[] {
    const { id, instrument } = strategy;
    const open = this.#deps.state.orders.open({ instrument: instrument.id, strategy: id });
    // Children are their parents' affair.
    return open.filter(({ request }) => request.parent === undefined);
  }

  #position(instrument: Instrument): PositionView {
    const position = this.#deps.state.portfolio.position(instrument.id);
    return {
      lots: position.lots,
      openedAt: position.openedAt,
      entryTicks: averageEntryTicks(position, instrument),
    };
  }
}
