import { OrderDesk } from '../../src/app/trader/order-desk.ts';
import { ParentDesk } from '../../src/app/trader/parent-desk.ts';
import { Recorder } from '../../src/app/trader/recorder.ts';
import { TradingState } from '../../src/app/trader/trading-state.ts';
import { addMs, type EventTimeNs, err, ok } from '../../src/core/index.ts';
import {
  type Amendment,
  ClientOrderIds,
  isFinal,
  PARENT_MACHINES,
  remainingLots,
  VenueAccess,
} from '../../src/execution/index.ts';
import {
  CLOSING_CAUSES,
  type ControlMode,
  type DomainEvent,
  type Order,
  type ParentOrderId,
  type ParentSpec,
  priceTicks,
  qtyLots,
  reportedOrder,
  type Side,
  type StrategyId,
  type VenueReport,
} from '../../src/model/index.ts';
import { type RiskLimits, riskLimits } from '../../src/risk/index.ts';
import { automaticCause } from '../../src/safety/index.ts';
import { at, BTC, throughDisk } from '../portfolio/sample-account.ts';
import { HostileVenue } from './hostile-venue.ts';

const wide = riskLimits({
  maxPositionNotional: '1000000000',
  maxOrderNotional: '1000000000',
  maxGrossNotional: '10000000000',
  maxLeverage: 20,
  priceCollarBps: 500,
  maxOrdersPerSecond: 1_000,
  orderBurst: 1_000,
  duplicateWindowMs: 0,
});
if (!wide.ok) throw new Error(JSON.stringify(wide.error));
const LIMITS: RiskLimits = wide.value;

const DISK_FULL = { code: 'disk-full', path: '/journal', detail: 'the disk is full' } as const;

const ACK_TIMEOUT_MS = 200;

/** What an order of a role may come to: everything that closes, and what undoes too much of it. */
export interface Flows {
  readonly filledIn: number;
  readonly filledOut: number;
  /** What the children that are not final could still fill on the closing side. */
  readonly workingOut: number;
}

const EXITS = new Set(['target', 'limit', 'exit', 'others', ...CLOSING_CAUSES]);

/** Kinds that close what was held before: their quantity, not the fills of an entry. */
const GUARDS = new Set(['stop', 'stop-limit', 'trailing-stop', 'oco', 'time-stop']);

/** Parent orders on a hostile venue: everything of the service below the strategies but no engine. */
export class ParentWorld {
  readonly venue: HostileVenue;
  readonly events: DomainEvent[] = [];
  readonly broken: string[] = [];
  /** Lots of fills that came after the end of their order, exits only: nobody can foresee them. */
  lateExitLots = 0;
  readonly opened: ParentOrderId[] = [];
  now: EventTimeNs = at(0);
  volatility: number | null = 0.0001;
  /** Lots that traded in the market. */
  traded = 0;
  runEpoch = 0;
  state: TradingState;
  access!: VenueAccess;
  orders!: OrderDesk;
  parents!: ParentDesk;
  /** Which events the journal refuses to write. */
  logRefuses: (event: DomainEvent) => boolean = () => false;
  #recorder!: Recorder;

  constructor(canAmend = true) {
    this.venue = new HostileVenue(this.now, canAmend);
    this.state = new TradingState([BTC], LIMITS);
    this.start();
  }

  /** Begins a run on the state as it is. */
  start(): void {
    this.runEpoch += 1;
    const { state } = this;
    this.access = new VenueAccess(this.venue);
    this.access.onTimer(this.now);
    const recorder = new Recorder({
      log: {
        append: (event) => {
          if (this.logRefuses(event)) return err(DISK_FULL);
          this.#judge(event);
          return ok(BigInt(this.events.push(event)));
        },
      },
      state,
      onApplied: [],
      onWritten: [],
    });
    this.#recorder = recorder;
    const touch = () => ({
      bid: priceTicks(this.venue.bid),
      bidLots: qtyLots(100),
      ask: priceTicks(this.venue.ask),
      askLots: qtyLots(100),
    });
    const mark = () => priceTicks(this.venue.bid);
    this.orders = new OrderDesk({
      state,
      recorder,
      gateway: this.access,
      ids: new ClientOrderIds(this.runEpoch),
      runEpoch: this.runEpoch,
      instruments: new Map([[BTC.id, BTC]]),
      marks: { freshMark: mark, marks: () => new Map([[BTC.id, mark()]]) },
      ackTimeoutMs: ACK_TIMEOUT_MS,
    });
    this.parents = new ParentDesk({
      state,
      recorder,
      orders: this.orders,
      market: {
        freshTouch: touch,
        tape: {
          lastTrade: () => mark(),
          tradedLots: () => this.traded,
          volatility: () => this.volatility,
        },
      },
      instruments: [BTC],
      machines: PARENT_MACHINES,
      runEpoch: this.runEpoch,
    });
    const { parents, orders } = this;
    this.access.onReport((report) => this.#onReport(report, orders, parents));
    const kernelTarget = 'sse2';
    const head = { at: this.now, runEpoch: this.runEpoch, kernelTarget };
    recorder.record({ kind: 'run-started', ...head, configurationHash: '', version: 'test' });
    this.venue.silentMs = 0;
    orders.reconcile(0, (outcome) => {
      if (outcome?.kind !== 'resolved') this.broken.push(JSON.stringify(outcome?.differences));
    });
    this.venue.silentMs = ACK_TIMEOUT_MS;
  }

  /** The process is killed and starts again from a snapshot taken in the middle, or from nothing. */
  restart(snapshotAt: number): void {
    const cut = snapshotAt % (this.events.length + 1);
    const first = new TradingState([BTC], LIMITS);
    for (const event of this.events.slice(0, cut)) first.apply(event);
    const state = new TradingState([BTC], LIMITS, throughDisk(first.snapshot()));
    for (const event of this.events.slice(cut)) state.apply(event);
    if (state.hash() !== this.state.hash()) this.broken.push('a restart changes the state');
    this.state = state;
    this.start();
  }

  /** The process is killed right after it wrote these events, before it acted on them. */
  restartAfter(events: readonly DomainEvent[]): void {
    for (const event of events) {
      this.events.push(event);
      this.state.apply(event);
    }
    this.restart(0);
  }

  #onReport(report: VenueReport, orders: OrderDesk, parents: ParentDesk): void {
    const id = reportedOrder(report);
    const ended = orders.onReport(report);
    if (id !== null && (report.kind === 'order-filled' || ended !== null))
      parents.onChild(id, report.at);
    if (report.kind === 'position-closed') {
      parents.onPositionClosed(report.fill.instrument, report.at);
    }
  }

  /** Time passes: what is due by time alone happens. */
  pass(ms: number): void {
    this.now = addMs(this.now, ms);
    this.venue.now = this.now;
    this.access.onTimer(this.now);
    this.orders.onTimer(this.now);
    this.parents.onTimer(this.now);
  }

  /** The market moves by ticks. */
  move(ticks: number): void {
    this.venue.moveTo(this.venue.bid + ticks);
    this.parents.onMarket(this.now);
  }

  /** A condition asks for a control mode; it stays. */
  raise(mode: ControlMode): void {
    const cause = automaticCause('order-contradiction', mode, 'a test', this.now);
    const raised = this.state.safety.raise({ ...cause, id: `condition-${mode}` });
    if (raised !== null) this.#recorder.record(raised);
  }

  /** Opens a parent. */
  open(spec: ParentSpec): ParentOrderId {
    const started = this.parents.start(spec, this.now);
    if (!started.ok) throw new Error(started.error.detail);
    this.opened.push(started.value);
    return started.value;
  }

  /** Takes a position without a parent, reported and booked. */
  hold(side: Side, lots: number): void {
    const refusal = this.orders.place(
      {
        instrument: BTC.id,
        strategy: 'tester' as StrategyId,
        side,
        type: 'market',
        price: priceTicks(side === 'buy' ? this.venue.ask : this.venue.bid),
        quantity: qtyLots(lots),
        timeInForce: 'ioc',
        postOnly: false,
        reduceOnly: false,
      },
      this.now,
    );
    if (refusal !== null) throw new Error(refusal);
    while (this.venue.waiting > 0) this.venue.deliver();
  }

  /**
   * The venue behaves from now on, everything is let out and time passes. Only an entry that nobody
   * fills is called off; what holds something must come to its end by itself.
   */
  settle(until: () => boolean): void {
    this.venue.fates.length = 0;
    this.venue.cancelFates.length = 0;
    this.venue.amendFates.length = 0;
    this.venue.depth = 1_000_000;
    for (let i = 0; i < 400 && !until(); i += 1) {
      while (this.venue.waiting > 0) this.venue.deliver();
      for (const { id, spec } of this.parents.open()) {
        if (spec.kind !== 'bracket' || this.flows(id).filledIn > 0) continue;
        this.parents.windDown(id, 'nothing came of it', this.now);
      }
      this.pass(i < 40 ? 60 : 2_000);
    }
  }

  /** What a parent's children came to, by our books. */
  flows(id: ParentOrderId): Flows {
    const parent = this.state.parents.get(id);
    const spec = parent?.spec;
    const given = spec !== undefined && GUARDS.has(spec.kind) ? spec.quantity : 0;
    let [filledIn, filledOut, workingOut]: [number, number, number] = [given, 0, 0];
    for (const [role, { filled }] of parent?.roles ?? []) {
      if (EXITS.has(role)) filledOut += filled;
      else filledIn += filled;
    }
    for (const [child, role] of parent?.working ?? []) {
      const order = this.state.orders.get(child);
      if (order === null || !EXITS.has(role)) continue;
      workingOut += remainingLots(order);
    }
    return { filledIn, filledOut, workingOut };
  }

  /** Holds every event against what must never be, before it is folded. */
  #judge(event: DomainEvent): void {
    if (event.kind === 'order-filled')
      this.#noteLate(event.fill.clientOrderId, event.fill.quantity);
    // What worked to close it when the venue did: cancelled, unless it fills first.
    if (event.kind === 'position-closed') this.lateExitLots += event.fill.quantity;
    if (event.kind === 'order-submitted' && event.request.strategy !== 'tester') {
      const { parent } = event.request;
      const known = parent === undefined ? null : this.state.parents.get(parent.id);
      if (parent === undefined || known === null || known.endedBecause !== null) {
        this.broken.push(`order ${event.clientOrderId} has no parent that lives`);
      } else if (parent.role === 'entry' && known.roles.has('entry')) {
        this.broken.push(`${parent.id} enters twice`);
      } else if (EXITS.has(parent.role)) {
        const { filledIn, filledOut, workingOut } = this.flows(parent.id);
        const worst = filledOut + workingOut + event.request.quantity;
        if (worst > filledIn) this.broken.push(`exits of ${worst} against ${filledIn}`);
      }
    }
    if (event.kind === 'amend-requested') this.#judgeAmend(event);
    if (event.kind === 'parent-ended') {
      const parent = this.state.parents.get(event.parent);
      if (parent === null || parent.working.size > 0) {
        this.broken.push(`${event.parent} ended before its children: ${event.reason}`);
      }
    }
  }

  #judgeAmend({ clientOrderId, quantity }: Amendment): void {
    const order = this.state.orders.get(clientOrderId);
    const parent = order?.request.parent;
    if (order === null || parent === undefined || !EXITS.has(parent.role)) return;
    if (order.cancelRequested || order.amend !== undefined) {
      this.broken.push(`${clientOrderId} is amended while something else is under way`);
    }
    const { filledIn, filledOut, workingOut } = this.flows(parent.id);
    const worst = filledOut + workingOut - remainingLots(order) + quantity - order.filled;
    if (worst > filledIn) this.broken.push(`amended exits of ${worst} against ${filledIn}`);
  }

  #noteLate(id: Order['clientOrderId'], lots: number): void {
    const order = this.state.orders.get(id);
    const role = order?.request.parent?.role;
    if (order === null || role === undefined || !EXITS.has(role)) return;
    if (isFinal(order.status)) this.lateExitLots += lots;
  }

  /** What is wrong by now, beside what was noted: exits beyond the entry that no late fill explains. */
  faults(): readonly string[] {
    const faults = [...this.broken];
    for (const id of this.opened) {
      const { filledIn, filledOut, workingOut } = this.flows(id);
      if (filledOut + workingOut > filledIn + this.lateExitLots) {
        faults.push(`${id}: ${filledOut} + ${workingOut} out, ${filledIn} in`);
      }
    }
    if (this.venue.sentTwice.length > 0) faults.push(`sent twice: ${this.venue.sentTwice.join()}`);
    return faults;
  }
}

/** A bracket of 10 lots with stop and target 40 ticks away, and the given terms changed. */
export const bracket = (
  side: Side = 'buy',
  terms: ParentSpec['terms'] = {},
  quantity = 10,
): ParentSpec => ({
  kind: 'bracket',
  instrument: BTC.id,
  strategy: 'guarded' as StrategyId,
  side,
  quantity: qtyLots(quantity),
  terms: {
    entryType: 'limit',
    entryTimeInForce: 'gtc',
    entryPrice: side === 'buy' ? 599_990 : 600_011,
    stopTicks: 40,
    stopVolatilities: 1,
    targetTicks: 40,
    targetVolatilities: 1,
    timeStopMs: 60_000,
    reachBps: 100,
    ...terms,
  },
});
