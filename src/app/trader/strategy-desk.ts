import { type EventTimeNs, msBetween } from '../../core/index.ts';
import type { Parent } from '../../execution/index.ts';
import type { Instrument, InstrumentId, Order, OrderRequest } from '../../model/index.ts';
import { averageEntryTicks } from '../../portfolio/index.ts';
import type { Intent, PositionView, QuoteIntent, Strategy, Touch } from '../../strategy/index.ts';
import type { OrderDesk } from './order-desk.ts';
import type { ParentDesk } from './parent-desk.ts';
import { type Protection, protectedEntry } from './protection.ts';
import type { TradingState } from './trading-state.ts';

/** A quote intent older than this is not quoted again after one of its orders ended. */
const QUOTE_MEMORY_MS = 2_000;

/** After risk refused a guarded entry, no other is tried on its instrument for so long, ms. */
const ENTRY_QUIET_MS = 1_000;

/** Code of a request that was not tried, since risk had just refused one like it. */
const ENTRY_QUIET = 'ENTRY_QUIET';

/** What the strategy desk works with. */
export interface StrategyDeskDeps {
  readonly state: TradingState;
  readonly orders: OrderDesk;
  readonly parents: ParentDesk;
  /** Instruments whose entries are guarded by a bracket. */
  readonly protections: ReadonlyMap<InstrumentId, Protection>;
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

  constructor(deps: StrategyDeskDeps) {
    this.#deps = deps;
  }

  /** Takes an intent of the engine. */
  onIntent(intent: Intent): void {
    const strategy = this.#deps.strategies.get(intent.instrument);
    if (strategy === undefined) return;
    if (intent.kind === 'quote') this.#quotes.set(intent.instrument, intent);
    this.#follow(strategy, intent, intent.at);
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
    const guards = protection === undefined ? [] : this.#brackets(request);
    if (request.reduceOnly && guards.length > 0) {
      for (const { id } of guards) parents.windDown(id, 'closed by the strategy', at);
    } else if (request.reduceOnly || protection === undefined) orders.place(request, at);
    else if (guards.length === 0) this.#enter(request, protection, at);
  }

  /** The brackets that live of the strategy and instrument of a request. */
  #brackets({ instrument, strategy }: OrderRequest): readonly Parent[] {
    const open = this.#deps.parents.open(instrument);
    return open.filter(({ spec }) => spec.kind === 'bracket' && spec.strategy === strategy);
  }

  /** Opens the bracket of an entry; what refuses it is counted, and quiet for a while. */
  #enter(request: OrderRequest, protection: Protection, at: EventTimeNs): void {
    const { orders, parents, state } = this.#deps;
    const { instrument } = request;
    const refusedAt = this.#entryRefusedAt.get(instrument);
    if (refusedAt !== undefined && msBetween(refusedAt, at) < ENTRY_QUIET_MS) {
      orders.countRefusal(ENTRY_QUIET);
      return;
    }
    const started = parents.start(protectedEntry(request, protection), at);
    if (!started.ok) {
      const code = started.error.code.toUpperCase().replaceAll('-', '_');
      // A journal that refuses writes is on record as a condition of safety.
      if (code === 'JOURNAL_REFUSES') orders.countRefusal(code);
      else orders.refuse(request, code, started.error.detail, at);
      this.#entryRefusedAt.set(instrument, at);
      return;
    }
    const entry = state.parents.get(started.value)?.roles.get('entry');
    if (entry !== undefined && entry.submitted === 0) this.#entryRefusedAt.set(instrument, at);
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
