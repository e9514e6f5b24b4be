import { type EventTimeNs, msBetween } from '../../core/index.ts';
import type {
  CauseOrigin,
  ClientOrderId,
  Instrument,
  InstrumentId,
  OrderRequest,
  PriceTicks,
} from '../../model/index.ts';
import {
  type CommandOutcome,
  ConditionMonitor,
  type ExposureView,
  handleCommand,
  planEmergency,
  planPause,
  planReduce,
  type SafetyCommand,
  type SafetyPlan,
  type SafetyReadings,
  type SafetyThresholds,
} from '../../safety/index.ts';
import type { OrderDesk } from './order-desk.ts';
import type { Recorder } from './recorder.ts';
import type { TradingState } from './trading-state.ts';

/** Best prices as far as they are known, for reducing orders. */
export interface TouchSource {
  /** Best bid and ask of the latest book, stale ones included; null sides when there is none. */
  lastTouch(instrument: Instrument): {
    readonly bid: PriceTicks | null;
    readonly ask: PriceTicks | null;
  };
}

/** What the safety desk works with. */
export interface SafetyDeskDeps {
  readonly state: TradingState;
  readonly recorder: Recorder;
  readonly orders: OrderDesk;
  readonly instruments: readonly Instrument[];
  readonly touches: TouchSource;
  readonly thresholds: SafetyThresholds;
}

/** Least time between two identical cancel requests of a plan, ms. */
const RECANCEL_MS = 1_000;

/** A pause that somebody asked for withdraws quotes at once; others leave it to the engine. */
const ASKED_FOR: ReadonlySet<CauseOrigin> = new Set(['human', 'hardware']);

/** Watches the conditions, answers people, and carries out what the control mode asks for. */
export class SafetyDesk {
  readonly #deps: SafetyDeskDeps;
  readonly #monitor: ConditionMonitor;
  readonly #cancelledAt = new Map<ClientOrderId, EventTimeNs>();
  readonly #refusals = new Map<InstrumentId, string>();
  #plan: SafetyPlan = planPause([]);

  constructor(deps: SafetyDeskDeps) {
    this.#deps = deps;
    this.#monitor = new ConditionMonitor(deps.thresholds);
  }

  /** The latest plan, for people. */
  get plan(): SafetyPlan {
    return this.#plan;
  }

  /**
   * Judges the readings, lifts what is due, then acts on the mode. Called every few 10 ms. Cancels
   * always go out; orders only when `mayPlace`: not before reconciliation and not while stopping.
   */
  onTimer(readings: SafetyReadings, mayPlace: boolean): void {
    const { state, recorder } = this.#deps;
    const { safety } = state;
    const { events, red } = this.#monitor.observe(readings, safety);
    for (const event of events) recorder.record(event);
    for (const event of safety.dueRestores(readings.at, red)) recorder.record(event);
    this.#act(readings.at, mayPlace);
  }

  /** Answers a command; what it changes is recorded and acted on before this returns. */
  command(command: SafetyCommand, at: EventTimeNs, mayPlace: boolean): CommandOutcome {
    const outcome = handleCommand(this.#deps.state.safety, command, at);
    for (const event of outcome.events) this.#deps.recorder.record(event);
    this.#act(at, mayPlace);
    return outcome;
  }

  #act(at: EventTimeNs, mayPlace: boolean): void {
    const { state, orders } = this.#deps;
    this.#plan = this.#planFor(at);
    for (const id of this.#plan.cancels) {
      const before = this.#cancelledAt.get(id);
      if (before !== undefined && msBetween(before, at) < RECANCEL_MS) continue;
      this.#cancelledAt.set(id, at);
      orders.cancel(id, at);
    }
    if (mayPlace) for (const request of this.#plan.requests) this.#place(request, at);
    for (const id of this.#cancelledAt.keys()) {
      if (!state.orders.isOpen(id)) this.#cancelledAt.delete(id);
    }
  }

  #place(request: OrderRequest, at: EventTimeNs): void {
    const refusal = this.#deps.orders.place(request, at);
    if (refusal === null) this.#refusals.delete(request.instrument);
    else this.#refusals.set(request.instrument, refusal);
  }

  #planFor(at: EventTimeNs): SafetyPlan {
    const { state, thresholds } = this.#deps;
    const { safety } = state;
    switch (safety.mode) {
      case 'NORMAL':
        return planPause([]);
      case 'PAUSE': {
        const asked = safety.causes().some(({ origin }) => ASKED_FOR.has(origin));
        return planPause(asked ? state.orders.open() : []);
      }
      case 'REDUCE':
        return planReduce(this.#views(), state.orders.open(), at, thresholds);
      case 'EMERGENCY':
        return planEmergency(this.#views(), state.orders.open(), at, safety.modeSince, thresholds);
    }
  }

  #views(): ExposureView[] {
    const { state, instruments, touches } = this.#deps;
    return instruments.map((instrument) => ({
      instrument,
      lots: state.portfolio.position(instrument.id).lots,
      ...touches.lastTouch(instrument),
      lastReductionAt: state.safety.lastReductionAt(instrument.id),
      lastRefusal: this.#refusals.get(instrument.id) ?? null,
    }));
  }
}
