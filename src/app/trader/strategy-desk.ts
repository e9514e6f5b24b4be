import { type EventTimeNs, msBetween } from '../../core/index.ts';
import type { CostTerms, Parent } from '../../execution/index.ts';
import type {
  Instrument,
  InstrumentId,
  MarketMoment,
  Order,
  OrderRequest,
  ParentOrderId,
  ParentSpec,
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

/** After risk refused a guarded entry, no other is tried on its instrument for so long, ms. */
const ENTRY_QUIET_MS = 1_000;

/** Code of a request that was not tried, since risk had just refused one like it. */
const ENTRY_QUIET = 'ENTRY_QUIET';

/** The cost check found the expected gain no larger than the cost of going in and out. */
const EDGE_BELOW_COST = 'EDGE_BELOW_COST';

/** Cost, or the terms of an algorithm, could not be told without a fresh book. */
const NO_FRESH_MARKET = 'NO_FRESH_MARKET';

/** Why an entry was left out. */
type LeftOut = typeof EDGE_BELOW_COST | typeof NO_FRESH_MARKET;

const NO_GUARDS: readonly Parent[] = [];

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
  readonly #entryRefusedAt = new Map<InstrumentId, EventTimeNs>();
  /** Entries that the engine wanted and that were not tried in this process, by their reason. */
  readonly leftOut = new Map<LeftOut, number>();

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
    const market = momentOf(intent.instrument);
    const pays = entryPays(intent, execution, costs, market);
    if (!pays) this.#leaveOut(market === null ? NO_FRESH_MARKET : EDGE_BELOW_COST);
    return pays;
  }

  #leaveOut(reason: LeftOut): void {
    this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + 1);
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
   * closes brings the bracket to its end, which closes whatever it holds. Parents of other kinds, and
   * those of somebody else, are left alone.
   */
  #place(request: OrderRequest, at: EventTimeNs): void {
    const { orders, parents, protections } = this.#deps;
    const protection = protections.get(request.instrument);
    const guards = protection === undefined ? NO_GUARDS : this.#brackets(request);
    if (request.reduceOnly && guards.length > 0) {
      for (const { id } of guards) parents.windDown(id, 'closed by the strategy', at);
    } else if (protection === undefined) this.#execute(request, at);
    else if (request.reduceOnly) orders.place(request, at);
    else if (guards.length === 0) this.#enter(request, protection, at);
  }

  /** The brackets that live of the strategy and instrument of a request. */
  #brackets({ instrument, strategy }: OrderRequest): readonly Parent[] {
    const open = this.#deps.parents.open(instrument);
    return open.filter(({ spec }) => spec.kind === 'bracket' && spec.strategy === strategy);
  }

  /** Opens the bracket of an entry; what refuses it is counted, and quiet for a while. */
  #enter(request: OrderRequest, protection: Protection, at: EventTimeNs): void {
    const { orders, state } = this.#deps;
    const { instrument } = request;
    const refusedAt = this.#entryRefusedAt.get(instrument);
    if (refusedAt !== undefined && msBetween(refusedAt, at) < ENTRY_QUIET_MS) {
      orders.countRefusal(ENTRY_QUIET);
      return;
    }
    const started = this.#start(protectedEntry(request, protection), request, at);
    if (started === null) return;
    const entry = state.parents.get(started)?.roles.get('entry');
    if (entry !== undefined && entry.submitted === 0) this.#entryRefusedAt.set(instrument, at);
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
      if (market === null) {
        this.#leaveOut(NO_FRESH_MARKET);
        return;
      }
      const profile = volumes.of(request.instrument);
      this.#start(workedEntry(request, execution, market, profile, at), request, at);
    }
  }

  /** Opens the parent order of an entry; null, and counted, where it is refused. */
  #start(spec: ParentSpec, request: OrderRequest, at: EventTimeNs): ParentOrderId | null {
    const { orders, parents } = this.#deps;
    const started = parents.start(spec, at);
    if (started.ok) return started.value;
    const code = started.error.code.toUpperCase().replaceAll('-', '_');
    // A journal that refuses writes is on record as a condition of safety.
    if (code === 'JOURNAL_REFUSES') orders.countRefusal(code);
    else orders.refuse(request, code, started.error.detail, at);
    this.#entryRefusedAt.set(request.instrument, at);
    return null;
  }

  #working(strategy: Strategy): readonly Order[] {
    const { id, instrument } = strategy;
    // Children are their parents' affair.
    const mine = { instrument: instrument.id, strategy: id, withoutParent: true };
    return this.#deps.state.orders.open(mine);
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
