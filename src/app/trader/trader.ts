import { type EventTimeNs, msBetween } from '../../core/index.ts';
import {
  type ClientOrderIds,
  type CostTerms,
  type ExecutionLedger,
  isForeignDifference,
  NO_COSTS,
  type OrderGateway,
  PARENT_MACHINES,
  type Reconciliation,
  VenueAccess,
} from '../../execution/index.ts';
import type { MarketFeed, MarketFrame } from '../../market/index.ts';
import {
  type DomainEvent,
  type Instrument,
  type InstrumentId,
  reportedOrder,
  type VenueReport,
} from '../../model/index.ts';
import type { CircuitBreaker, Engine, RunResult } from '../../native/index.ts';
import type { CommandOutcome, SafetyCommand, SafetyThresholds } from '../../safety/index.ts';
import type { Strategy } from '../../strategy/index.ts';
import { ExecutionMemory } from './execution-memory.ts';
import { MarketDesk } from './market-desk.ts';
import { momentsOf } from './market-moment.ts';
import { OrderDesk } from './order-desk.ts';
import { ParentDesk } from './parent-desk.ts';
import type { Protection } from './protection.ts';
import { type EventLog, type EventObserver, Recorder, type WriteObserver } from './recorder.ts';
import { SafetyDesk } from './safety-desk.ts';
import { StrategyDesk } from './strategy-desk.ts';
import { TradingHalt } from './trading-halt.ts';
import type { TradingState } from './trading-state.ts';
import { VenueCircuits } from './venue-circuits.ts';
import type { EntryExecution } from './worked-entries.ts';

const STRATEGY_INTERVAL_MS = 250;
const SAFETY_INTERVAL_MS = 100;
const SAMPLE_INTERVAL_MS = 1_000;
const RECONCILE_RETRY_MS = 2_000;

/** A regular comparison waits at most this long for a moment without orders under way, ms. */
const QUIET_LIMIT_MS = 10_000;

/** Comparisons in a row that find other differences each time until they count all the same. */
const SUSPICIONS_ALLOWED = 3;

/** What a trader is made of. The same for paper and backtest; only the edges differ. */
export interface TraderDeps {
  readonly engine: Engine;
  /**
   * Tripped for all venues while the trader opens nothing, and for one that is gone. The engine, and
   * whatever else trades, is to watch the same one; absent: none does.
   */
  readonly breaker?: CircuitBreaker;
  readonly state: TradingState;
  readonly log: EventLog;
  readonly onApplied: readonly EventObserver[];
  readonly onWritten: readonly WriteObserver[];
  readonly gateway: OrderGateway;
  /** Asked for snapshots; null when a recording brings its own. */
  readonly feed: Pick<MarketFeed, 'requestSnapshot'> | null;
  /** Called after each run of the engine, before its intents; absent when the venue keeps time. */
  readonly afterRun?: (now: EventTimeNs, result: RunResult) => void;
  readonly ids: ClientOrderIds;
  readonly runEpoch: number;
  readonly instruments: readonly Instrument[];
  readonly strategies: ReadonlyMap<InstrumentId, Strategy>;
  /** Instruments whose taking entries are guarded by a bracket; absent: none. */
  readonly protections?: ReadonlyMap<InstrumentId, Protection>;
  /** How taking entries are executed; absent: each as one order. */
  readonly executions?: ReadonlyMap<InstrumentId, EntryExecution>;
  /** What the account pays and how long its orders travel, for the predictions of the ledger; absent: nothing. */
  readonly costs?: CostTerms;
  /** What the replayed events of earlier runs told; absent: nothing. */
  readonly memory?: ExecutionMemory;
  readonly thresholds: SafetyThresholds;
  readonly staleAfterMs: number;
  readonly ackTimeoutMs: number;
  /** Time between two comparisons with the venue while trading, ms; 0 or absent: none. */
  readonly reconcileEveryMs?: number;
}

/** What only the outside can measure; a backtest leaves it at rest. */
export interface OutsideReadings {
  /** Longest standstill of the event loop since the last timer, ms. */
  readonly eventLoopStallMs: number;
  /** Our clock less the venue's, ms; null when it is not known. */
  readonly clockSkewMs: number | null;
}

/** The reading that is further from zero; null when neither is known. */
function largerSkew(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.abs(a) >= Math.abs(b) ? a : b;
}

/** Nothing to report from outside. */
export const QUIET: OutsideReadings = { eventLoopStallMs: 0, clockSkewMs: null };

/**
 * The trading core: market bytes, venue reports, time and commands in; orders, cancels and recorded
 * events out.
 *
 * Determinism: a function of the calls and of the state it starts from; it reads no clock.
 */
export class Trader {
  readonly state: TradingState;
  readonly engine: Engine;
  readonly market: MarketDesk;
  readonly orders: OrderDesk;
  readonly safety: SafetyDesk;
  readonly parents: ParentDesk;
  readonly recorder: Recorder;
  readonly ledger: ExecutionLedger;
  readonly instruments: readonly Instrument[];
  readonly strategies: ReadonlyMap<InstrumentId, Strategy>;
  readonly circuits: VenueCircuits;
  readonly access: VenueAccess;
  readonly #halt: TradingHalt;
  readonly #strategyDesk: StrategyDesk;
  readonly #startedAt: EventTimeNs;
  #stopping = false;
  #reconciling = false;
  #reconcileAskedAt: EventTimeNs | null = null;
  readonly #reconcileEveryMs: number;
  /** An order younger than this may still be on its way to the venue, ms. */
  readonly #settleMs: number;
  #reconciledAt: EventTimeNs | null = null;
  #suspects: readonly string[] | null = null;
  #suspicions = 0;
  #differences: readonly string[] = [];
  #strategyAt: EventTimeNs | null = null;
  #safetyAt: EventTimeNs | null = null;
  #sampleAt: EventTimeNs | null = null;

  constructor(deps: TraderDeps, startedAt: EventTimeNs) {
    const { state, engine, instruments, strategies } = deps;
    const gateway = new VenueAccess(deps.gateway);
    this.access = gateway;
    this.state = state;
    this.engine = engine;
    this.instruments = instruments;
    this.strategies = strategies;
    this.#startedAt = startedAt;
    this.#reconcileEveryMs = deps.reconcileEveryMs ?? 0;
    const memory = deps.memory ?? new ExecutionMemory(instruments, deps.costs ?? NO_COSTS);
    this.ledger = memory.ledger;
    this.#settleMs = Math.max(RECONCILE_RETRY_MS, deps.ackTimeoutMs);
    this.recorder = new Recorder({
      log: deps.log,
      state,
      onApplied: [...deps.onApplied, memory.observe],
      onWritten: deps.onWritten,
    });
    this.#halt = new TradingHalt(engine, deps.breaker ?? null);
    this.circuits = new VenueCircuits(deps.breaker ?? null, instruments);
    this.market = new MarketDesk({
      engine,
      halt: this.#halt,
      state,
      recorder: this.recorder,
      instruments,
      strategies,
      feed: deps.feed,
      staleAfterMs: deps.staleAfterMs,
      afterRun: deps.afterRun ?? null,
      onIntent: (intent) => {
        if (!this.#stopping) this.#strategyDesk.onIntent(intent);
      },
    });
    const momentOf = momentsOf(this.market, instruments);
    this.orders = new OrderDesk({
      state,
      recorder: this.recorder,
      gateway,
      ids: deps.ids,
      runEpoch: deps.runEpoch,
      instruments: new Map(instruments.map((each) => [each.id, each])),
      marks: this.market,
      momentOf,
      ackTimeoutMs: deps.ackTimeoutMs,
    });
    this.safety = new SafetyDesk({
      state,
      recorder: this.recorder,
      orders: this.orders,
      instruments,
      touches: this.market,
      thresholds: deps.thresholds,
    });
    this.parents = new ParentDesk({
      state,
      recorder: this.recorder,
      orders: this.orders,
      market: this.market,
      momentOf,
      instruments,
      machines: PARENT_MACHINES,
      runEpoch: deps.runEpoch,
    });
    this.#strategyDesk = new StrategyDesk({
      state,
      orders: this.orders,
      parents: this.parents,
      protections: deps.protections ?? new Map(),
      executions: deps.executions ?? new Map(),
      costs: deps.costs ?? NO_COSTS,
      volumes: memory.volumes,
      momentOf,
      strategies,
      freshTouch: (instrument) => this.market.freshTouch(instrument),
    });
    gateway.onReport((report) => this.#onReport(report));
  }

  /** Takes one market message; its intents are acted on before this returns. */
  onFrame(frame: MarketFrame): void {
    this.market.onFrame(frame);
    if (this.state.parents.openCount === 0 || !this.#mayTrade()) return;
    this.parents.onMarket(this.engine.now());
  }

  /** What the last reconciliation could not explain, one line each. */
  get differences(): readonly string[] {
    return [...this.#differences, ...this.orders.doubts];
  }

  /** Entries that were not tried in this process, by the reason. */
  get entriesLeftOut(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#strategyDesk.leftOut);
  }

  /** Whether the account was reconciled with the venue in this run. */
  get isReconciled(): boolean {
    return this.state.safety.cause('awaiting-reconciliation') === null;
  }

  #onReport(report: VenueReport): void {
    const ended = this.orders.onReport(report);
    const filled = report.kind === 'order-filled';
    if (filled || report.kind === 'position-closed') this.market.holdPositions();
    const id = reportedOrder(report);
    if ((filled || ended !== null) && id !== null && this.#mayTrade()) {
      this.parents.onChild(id, report.at);
    }
    if (report.kind === 'position-closed' && this.#mayTrade()) {
      this.parents.onPositionClosed(report.fill.instrument, report.at);
    }
    if (ended !== null && !this.#stopping) this.#strategyDesk.onOrderEnded(ended, report.at);
  }

  /** Gives the trader the time: to be called every few 10 ms of event time. */
  onTimer(now: EventTimeNs, outside: OutsideReadings): void {
    this.recorder.retry();
    this.access.onTimer(now);
    // Quotes on an instrument that just went stale are withdrawn at once.
    const wentStale = this.market.onTimer(now);
    this.orders.onTimer(now);
    this.circuits.observe(
      ({ index }) => this.market.isStale(index),
      (instrument) => this.orders.venueFailureOf(instrument) ?? this.access.refusal(instrument),
    );
    this.#reconcileWhenDue(now);
    if (this.#isDue(this.#safetyAt, now, SAFETY_INTERVAL_MS)) {
      this.#safetyAt = now;
      this.#watch(now, outside);
    }
    if (this.#mayTrade()) this.parents.onTimer(now);
    const due = wentStale || this.#isDue(this.#strategyAt, now, STRATEGY_INTERVAL_MS);
    if (this.#mayTrade() && due) {
      this.#strategyAt = now;
      // PAUSE too: what a strategy does by time alone, stops and withdrawals, lowers the risk.
      const { mode } = this.state.safety;
      if (mode === 'NORMAL' || mode === 'PAUSE') this.#strategyDesk.onTimer(now);
    }
    if (this.isReconciled && this.#isDue(this.#sampleAt, now, SAMPLE_INTERVAL_MS)) {
      this.#sampleAt = now;
      this.#sample(now);
    }
  }

  /** Nothing but cancels goes out before the books are proven, or once the run is ending. */
  #mayTrade(): boolean {
    return this.isReconciled && !this.#stopping;
  }

  #isDue(last: EventTimeNs | null, now: EventTimeNs, intervalMs: number): boolean {
    return last === null || msBetween(last, now) >= intervalMs;
  }

  #watch(at: EventTimeNs, outside: OutsideReadings): void {
    const { state, orders, market, recorder } = this;
    const doubted = state.orders.doubted().map((order) => msBetween(order.updatedAt, at));
    const { equity } = state.portfolio.value(market.marks());
    this.safety.onTimer(
      {
        at,
        drawdown: state.portfolio.drawdown(equity).fraction,
        journalWritable: recorder.failure === null,
        freshestFeedAgeMs: market.freshestAgeMs(at) ?? msBetween(this.#startedAt, at),
        venueReachable: orders.venueFailure === null,
        reconciliationMismatch: orders.mismatch,
        mismatchDetail: this.#mismatchDetail(),
        oldestUnknownOrderMs: Math.max(0, ...doubted),
        eventLoopStallMs: outside.eventLoopStallMs,
        clockSkewMs: largerSkew(outside.clockSkewMs, this.access.clockSkewMs),
      },
      this.#mayTrade(),
    );
  }

  #mismatchDetail(): string {
    // A foreign order is also one of the differences.
    const others = this.differences.filter((line) => !isForeignDifference(line));
    const [first, ...more] = [...this.orders.foreign, ...others];
    const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
    return `our books and the venue differ${first === undefined ? '' : `: ${first}${rest}`}`;
  }

  /** Reconciles at the start, again while the venue and the books differ, and now and then. */
  #reconcileWhenDue(now: EventTimeNs): void {
    if (this.#reconciling || this.#stopping) return;
    const needed = !this.isReconciled || this.orders.mismatch || this.access.comparisonDue;
    if (!needed && !this.#isRegularDue(now)) return;
    if (!this.#isDue(this.#reconcileAskedAt, now, RECONCILE_RETRY_MS)) return;
    this.#reconcileAskedAt = now;
    this.#reconciling = true;
    const counting = needed || this.#suspicions >= SUSPICIONS_ALLOWED;
    this.orders.reconcile(
      this.isReconciled ? this.#settleMs : 0,
      (outcome) => {
        this.#reconciling = false;
        this.#noteOutcome(outcome, now);
      },
      counting ? null : (this.#suspects ?? []),
    );
  }

  /** Whether the account is to be compared though nothing asks for it, and this is the moment. */
  #isRegularDue(now: EventTimeNs): boolean {
    const every = this.#reconcileEveryMs;
    if (every === 0) return false;
    if (this.#suspects !== null) return true;
    const last = this.#reconciledAt ?? this.#startedAt;
    if (msBetween(last, now) < every) return false;
    if (msBetween(last, now) >= every + QUIET_LIMIT_MS) return true;
    return this.orders.isQuiet;
  }

  #noteOutcome(outcome: Reconciliation | null, at: EventTimeNs): void {
    if (outcome === null) {
      this.#differences = [`the venue did not answer: ${this.orders.venueFailure}`];
      return;
    }
    if (outcome.kind === 'resolved') this.access.noteCompared();
    this.#reconciledAt = at;
    const suspected = outcome.kind === 'refused' && !this.orders.mismatch;
    this.#suspects = suspected ? outcome.differences : null;
    this.#suspicions = suspected ? this.#suspicions + 1 : 0;
    this.#differences = outcome.kind === 'refused' && !suspected ? outcome.differences : [];
    this.market.holdPositions();
  }

  #sample(at: EventTimeNs): void {
    this.recorder.record(this.state.portfolio.sample(at, this.market.marks()));
    for (const { id, index } of this.instruments) {
      const decision = this.engine.decision(index);
      if (decision === null || msBetween(decision.at, at) > SAMPLE_INTERVAL_MS) continue;
      const { side, quantity, probability, edge, reasonBits } = decision;
      this.recorder.record({
        kind: 'decision-sampled',
        at,
        instrument: id,
        side,
        quantity,
        probability,
        edge,
        reasonBits,
      });
    }
  }

  /** Answers a person's command. */
  command(command: SafetyCommand, at: EventTimeNs): CommandOutcome {
    const outcome = this.safety.command(command, at, this.#mayTrade());
    if (this.state.safety.mode !== 'NORMAL') this.#halt.set('mode', true);
    return outcome;
  }

  /**
   * Places nothing any more and cancels every order that is not being cancelled; reports are still
   * taken. May be called again. Gives the number of orders that are not final.
   */
  beginStop(at: EventTimeNs): number {
    this.#stopping = true;
    this.#halt.set('stopping', true);
    return this.orders.cancelAll(at);
  }

  /** Records an event that comes from the composition, such as the start of a run. */
  record(event: DomainEvent): boolean {
    return this.recorder.record(event);
  }
}
