import { assert, type EventTimeNs, err, msBetween, ok, type Result } from '../../core/index.ts';
import {
  cancelAndEnd,
  decideParent,
  MAX_OPEN_PARENTS,
  type Parent,
  type ParentAction,
  type ParentFacts,
  type ParentMachine,
  ParentOrderIds,
  type ParentTouch,
  parentView,
  parseParentOrderId,
  WIND_DOWN,
} from '../../execution/index.ts';
import {
  type ClientOrderId,
  type Instrument,
  type InstrumentId,
  type MarketMoment,
  type ParentOrderId,
  type ParentSpec,
  qtyLots,
} from '../../model/index.ts';
import type { MarketTape } from './market-tape.ts';
import type { OrderDesk } from './order-desk.ts';
import type { Recorder } from './recorder.ts';
import type { TradingState } from './trading-state.ts';

/** Least time between two decisions of a parent on market data alone. */
const MARKET_INTERVAL_MS = 10;

/** Least time between two decisions of a parent on time alone. */
const TIMER_INTERVAL_MS = 20;

/** Least time between two cancels of one child: a venue that refuses one is not asked at once. */
const RECANCEL_MS = 500;

/** What the market is, as far as parents may know it. */
export interface ParentMarket {
  /** Best prices of a synchronised, fresh book; null otherwise. */
  freshTouch(instrument: Instrument): ParentTouch | null;
  readonly tape: Pick<MarketTape, 'lastTrade' | 'tradedLots' | 'volatility'>;
}

/** What the parent desk works with. */
export interface ParentDeskDeps {
  readonly state: TradingState;
  readonly recorder: Recorder;
  readonly orders: OrderDesk;
  readonly market: ParentMarket;
  /** The market that a parent is measured against; absent, or null while it is not fresh: none. */
  readonly momentOf?: (instrument: InstrumentId) => MarketMoment | null;
  readonly instruments: readonly Instrument[];
  readonly machines: ReadonlyMap<string, ParentMachine>;
  readonly runEpoch: number;
}

/** Why a parent order was not opened. */
export interface ParentRefusal {
  readonly code: 'parent-kind' | 'parent-spec' | 'parent-limit' | 'journal-refuses';
  readonly detail: string;
}

/** Lets parent orders live: asks their machines and brings what they want to the order desk. */
export class ParentDesk {
  readonly #deps: ParentDeskDeps;
  readonly #ids: ParentOrderIds;
  readonly #instruments: ReadonlyMap<InstrumentId, Instrument>;
  /** Traded lots of the instrument when a parent of this run, or of an earlier one, was first seen. */
  readonly #tradedAtStart = new Map<ParentOrderId, number>();
  readonly #cancelledAt = new Map<ClientOrderId, EventTimeNs>();
  #marketAt: EventTimeNs | null = null;
  #timerAt: EventTimeNs | null = null;
  /** Parents to ask once the one that is being asked is done. */
  readonly #waiting = new Set<ParentOrderId>();
  #asking = false;

  constructor(deps: ParentDeskDeps) {
    this.#deps = deps;
    this.#ids = new ParentOrderIds(deps.runEpoch);
    this.#instruments = new Map(deps.instruments.map((each) => [each.id, each]));
  }

  /** Parents that live, of one instrument when it is named. */
  open(instrument?: InstrumentId): readonly Parent[] {
    return this.#deps.state.parents.open(instrument);
  }

  /**
   * Opens a parent order and lets it act at once.
   *
   * Errors:  an unknown kind, a spec that its machine refuses, too many parents, or a journal that
   *          refuses writes: a parent that is not on record would not survive a restart.
   */
  start(spec: ParentSpec, at: EventTimeNs): Result<ParentOrderId, ParentRefusal> {
    const { state, recorder, machines } = this.#deps;
    const refusal = this.#refusal(spec, machines.get(spec.kind));
    if (refusal !== null) return err(refusal);
    if (state.parents.openCount >= MAX_OPEN_PARENTS) {
      const detail = `${MAX_OPEN_PARENTS} parent orders live already; allowed: ${MAX_OPEN_PARENTS}`;
      return err({ code: 'parent-limit', detail });
    }
    if (recorder.failure !== null) {
      return err({ code: 'journal-refuses', detail: recorder.failure.detail });
    }
    const parent = this.#ids.next();
    if (
      !recorder.record({
        kind: 'parent-opened',
        at,
        parent,
        spec,
        ...this.#moment(spec.instrument),
      })
    ) {
      const detail = this.#deps.recorder.failure?.detail ?? 'the journal refuses writes';
      return err({ code: 'journal-refuses', detail });
    }
    this.#ask(parent, at);
    return ok(parent);
  }

  #refusal(spec: ParentSpec, machine: ParentMachine | undefined): ParentRefusal | null {
    if (machine === undefined) {
      const known = [...this.#deps.machines.keys()].join(', ');
      return { code: 'parent-kind', detail: `kind ${spec.kind}; allowed: ${known}` };
    }
    if (!this.#instruments.has(spec.instrument)) {
      const known = [...this.#instruments.keys()].join(', ');
      return { code: 'parent-spec', detail: `instrument ${spec.instrument}; allowed: ${known}` };
    }
    if (!Number.isSafeInteger(spec.quantity) || spec.quantity <= 0) {
      const detail = `quantity ${spec.quantity} lots; allowed: whole, above 0`;
      return { code: 'parent-spec', detail };
    }
    const fault = machine.check(spec);
    return fault === null ? null : { code: 'parent-spec', detail: fault };
  }

  /**
   * Brings a parent to its end: entries are cancelled, what it guards is closed, and it ends once
   * nothing is left. False when it does not live.
   */
  windDown(id: ParentOrderId, reason: string, at: EventTimeNs): boolean {
    const parent = this.#deps.state.parents.get(id);
    if (parent === null || parent.endedBecause !== null) return false;
    if (parent.memory[WIND_DOWN] === undefined) {
      const memory = { ...parent.memory, [WIND_DOWN]: reason };
      this.#deps.recorder.record({ kind: 'parent-updated', at, parent: id, memory });
    }
    this.#ask(id, at);
    return true;
  }

  /** To be called after a fill or the end of an order was recorded. */
  onChild(id: ClientOrderId, at: EventTimeNs): void {
    const parent = this.#deps.state.parents.parentOf(id);
    if (parent !== null) this.#ask(parent.id, at);
  }

  /** To be called after it was recorded that the venue closed a position, or a part of one. */
  onPositionClosed(instrument: InstrumentId, at: EventTimeNs): void {
    for (const { id } of this.#deps.state.parents.open(instrument)) this.#ask(id, at);
  }

  /** To be called after market data was processed. */
  onMarket(now: EventTimeNs): void {
    if (this.#deps.state.parents.openCount === 0) return;
    if (this.#marketAt !== null && msBetween(this.#marketAt, now) < MARKET_INTERVAL_MS) return;
    this.#marketAt = now;
    this.#askAll(now);
  }

  /** To be called with the time. */
  onTimer(now: EventTimeNs): void {
    if (this.#deps.state.parents.openCount === 0) return;
    if (this.#timerAt !== null && msBetween(this.#timerAt, now) < TIMER_INTERVAL_MS) return;
    this.#timerAt = now;
    this.#askAll(now);
  }

  #askAll(now: EventTimeNs): void {
    for (const { id } of this.#deps.state.parents.open()) this.#ask(id, now);
  }

  /** Asks a parent's machine; a parent that is touched meanwhile is asked afterwards, once. */
  #ask(id: ParentOrderId, at: EventTimeNs): void {
    if (this.#asking) {
      this.#waiting.add(id);
      return;
    }
    this.#asking = true;
    this.#decide(id, at);
    this.#asking = false;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    this.#asking = true;
    for (const each of waiting) this.#decide(each, at);
    this.#asking = false;
    // What these set off is left to the next timer: a chain without end would hold the loop.
    this.#waiting.clear();
  }

  #decide(id: ParentOrderId, at: EventTimeNs): void {
    const { state, machines } = this.#deps;
    const parent = state.parents.get(id);
    if (parent === null || parent.endedBecause !== null) return;
    const machine = machines.get(parent.spec.kind);
    const instrument = this.#instruments.get(parent.spec.instrument);
    if (instrument === undefined) return;
    const resumed = parseParentOrderId(id)?.runEpoch !== this.#deps.runEpoch;
    const facts = { ...this.#facts(parent, instrument, at), resumed };
    const view = parentView(parent, state.orders, facts);
    const actions =
      machine === undefined
        ? cancelAndEnd(view, `this version knows no parent order of kind ${parent.spec.kind}`)
        : decideParent(machine, parent, view);
    this.#carryOut(parent, actions, at);
  }

  #facts(parent: Parent, instrument: Instrument, now: EventTimeNs): ParentFacts {
    const { state, market, orders } = this.#deps;
    const { lots } = state.portfolio.position(instrument.id);
    const { reduceOnlyBuyLots, reduceOnlySellLots } = state.orders.reserved(instrument.id);
    const traded = market.tape.tradedLots(instrument);
    const before = this.#tradedAtStart.get(parent.id) ?? traded;
    this.#tradedAtStart.set(parent.id, before);
    return {
      now,
      instrument,
      mode: state.safety.mode,
      touch: market.freshTouch(instrument),
      lastTrade: market.tape.lastTrade(instrument),
      position: lots,
      reducible: {
        buy: qtyLots(Math.max(0, -lots - reduceOnlyBuyLots)),
        sell: qtyLots(Math.max(0, lots - reduceOnlySellLots)),
      },
      reducing: { buy: reduceOnlyBuyLots, sell: reduceOnlySellLots },
      canAmend: orders.canAmend,
      collarBps: state.risk.limits.priceCollarBps,
      volatility: market.tape.volatility(instrument),
      tradedVolume: qtyLots(traded - before),
    };
  }

  #moment(id: InstrumentId): { readonly market?: MarketMoment } {
    const market = this.#deps.momentOf?.(id) ?? null;
    return market === null ? {} : { market };
  }

  #cancel(child: ClientOrderId, at: EventTimeNs): void {
    const { state, orders } = this.#deps;
    const before = this.#cancelledAt.get(child);
    if (before !== undefined && msBetween(before, at) < RECANCEL_MS) return;
    this.#cancelledAt.set(child, at);
    orders.cancel(child, at);
    for (const id of this.#cancelledAt.keys()) {
      if (!state.orders.isOpen(id)) this.#cancelledAt.delete(id);
    }
  }

  #carryOut(parent: Parent, actions: readonly ParentAction[], at: EventTimeNs): void {
    const { orders, recorder } = this.#deps;
    const { id, spec } = parent;
    for (const action of actions) {
      if (action.kind !== 'remember') continue;
      recorder.record({ kind: 'parent-updated', at, parent: id, memory: action.memory });
    }
    for (const action of actions) {
      if (action.kind === 'cancel') this.#cancel(action.clientOrderId, at);
    }
    for (const action of actions) {
      if (action.kind === 'amend') orders.amend(action, at);
    }
    for (const action of actions) {
      if (action.kind !== 'submit') continue;
      const { instrument, strategy } = spec;
      const link = { id, role: action.role };
      orders.place({ ...action.request, instrument, strategy, parent: link }, at);
    }
    for (const action of actions) {
      if (action.kind !== 'end') continue;
      assert(parent.working.size === 0, () => `parent ${id} ends after its last child`);
      const { reason } = action;
      const moment = this.#moment(spec.instrument);
      recorder.record({ kind: 'parent-ended', at, parent: id, reason, ...moment });
      this.#tradedAtStart.delete(id);
    }
  }
}
