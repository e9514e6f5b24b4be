import { addMs, assert, type EventTimeNs, eventTime, msBetween } from '../../core/index.ts';
import {
  BarAggregator,
  type BookSync,
  type MarketFeed,
  type MarketFrame,
  SnapshotSteering,
  Staleness,
} from '../../market/index.ts';
import {
  type Bar,
  type Instrument,
  type InstrumentId,
  type Money,
  type PriceTicks,
  priceTicks,
} from '../../model/index.ts';
import type {
  Engine,
  EngineSyncState,
  EngineTouch,
  EngineTrade,
  IntentRecord,
  RunResult,
} from '../../native/index.ts';
import type { Intent, Strategy, Touch } from '../../strategy/index.ts';
import type { MarkSource } from './account-at.ts';
import { MarketTape } from './market-tape.ts';
import type { Recorder } from './recorder.ts';
import type { TouchSource } from './safety-desk.ts';
import { strategyIntent } from './strategy-intent.ts';
import type { TradingHalt } from './trading-halt.ts';
import type { TradingState } from './trading-state.ts';

/** Length of the bars that are kept, ms. */
export const BAR_INTERVAL_MS = 60_000;

/** A policy is made again after this, or when the price moved by `POLICY_MOVE`. */
const POLICY_AGE_MS = 60_000;
const POLICY_MOVE = 0.005;

/** Bit of a symbol's halt word: its data is stale. */
const HALT_STALE = 1;

/** What the market desk works with. */
export interface MarketDeskDeps {
  readonly engine: Engine;
  readonly halt: TradingHalt;
  readonly state: TradingState;
  readonly recorder: Recorder;
  readonly instruments: readonly Instrument[];
  readonly strategies: ReadonlyMap<InstrumentId, Strategy>;
  /** Asked for snapshots; null when a recording brings its own. */
  readonly feed: Pick<MarketFeed, 'requestSnapshot'> | null;
  readonly staleAfterMs: number;
  /**
   * Called after each run of the engine, before its intents: a replayed venue catches up here. null
   * where none does.
   */
  readonly afterRun: ((now: EventTimeNs, result: RunResult) => void) | null;
  /** Takes each intent before the next frame is processed. */
  readonly onIntent: (intent: Intent) => void;
}

/** An amount of money in ticks x lots of an instrument, rounded down but never to 0, "no bound". */
function tickLots({ tickSizeE8, stepSizeE8 }: Instrument, amount: Money): number {
  const products = (amount * 100_000_000n) / (tickSizeE8 * stepSizeE8);
  return Math.max(0.5, Math.min(Number(products), Number.MAX_SAFE_INTEGER));
}

/** Middle of the touch, rounded down to a tick. */
const middle = ({ bid, ask }: Pick<Touch, 'bid' | 'ask'>): PriceTicks =>
  priceTicks(Math.floor((bid + ask) / 2));

interface Policy {
  readonly madeAt: EventTimeNs;
  readonly reference: PriceTicks;
}

/** Steers the native engine and answers what the market is: books, marks, bars, staleness. */
export class MarketDesk implements MarkSource, TouchSource {
  readonly tape: MarketTape;
  readonly #deps: MarketDeskDeps;
  readonly #staleness: Staleness;
  readonly #snapshots = new SnapshotSteering();
  readonly #bars: readonly BarAggregator[];
  readonly #policies: (Policy | null)[];
  readonly #syncStates: (EngineSyncState | null)[];
  readonly #stale: boolean[];
  readonly #byId: ReadonlyMap<InstrumentId, Instrument>;
  readonly #marks = new Map<InstrumentId, PriceTicks>();
  #intents: Intent[] = [];
  #now: EventTimeNs = eventTime(0n);

  constructor(deps: MarketDeskDeps) {
    this.#deps = deps;
    this.#staleness = new Staleness(deps.instruments.length, deps.staleAfterMs);
    this.#bars = deps.instruments.map(({ id }) => new BarAggregator(id, BAR_INTERVAL_MS));
    this.#policies = deps.instruments.map(() => null);
    this.#syncStates = deps.instruments.map(() => null);
    this.#stale = deps.instruments.map(() => true);
    this.#byId = new Map(deps.instruments.map((each) => [each.id, each]));
    this.tape = new MarketTape(deps.engine);
    this.#holdLimits();
    this.holdPositions();
    deps.halt.set('mode', true);
  }

  /** Takes one frame and processes it at once. */
  onFrame({ symbol, seconds, nanoseconds, bytes }: MarketFrame): void {
    const { engine } = this.#deps;
    if (!engine.pushAt(symbol, seconds, nanoseconds, bytes)) {
      this.pump(null);
      const fits = engine.pushAt(symbol, seconds, nanoseconds, bytes);
      // On threads the inbox is full while the shards are behind: the frame is lost, and the books
      // that missed it lose their proof.
      assert(fits || engine.isThreaded, 'a drained inbox takes a frame');
      if (!fits) engine.countDroppedFrame();
    }
    this.pump(null);
  }

  /** Runs the engine until it has no more frames received up to `until`, handling its intents. */
  pump(until: EventTimeNs | null): void {
    for (let result = this.step(until); result !== 'drained' && result !== 'until'; ) {
      result = this.step(until);
    }
  }

  /** One run of the engine: bars and intents are handled before this returns. */
  step(until: EventTimeNs | null): RunResult {
    const { engine, halt, recorder, afterRun } = this.#deps;
    const result = engine.run(until);
    if (afterRun !== null) afterRun(engine.now(), result);
    engine.takeTrades(this.#addToBar);
    // Whatever the result: a frame that filled an order and led to an intent returns `attention`.
    engine.readIntents(this.#collect);
    if (this.#intents.length > 0) this.#handleIntents();
    if (recorder.failure !== null) halt.set('journal', true);
    return result;
  }

  // Made once: a frame without records makes no garbage here.
  readonly #addToBar = (trade: EngineTrade): void => {
    this.tape.add(trade);
    const bar = this.#bars[trade.symbol]!.add(trade);
    if (bar !== null) this.#closeBar(bar, trade.at);
  };
  readonly #collect = (record: IntentRecord): void => {
    const { id } = this.#deps.instruments[record.symbol]!;
    this.#intents.push(strategyIntent(record, id));
  };

  /** Handles what was collected; an intent may run the engine again, which collects anew. */
  #handleIntents(): void {
    const intents = this.#intents;
    this.#intents = [];
    for (const intent of intents) this.#deps.onIntent(intent);
  }

  #closeBar(bar: Bar, at: EventTimeNs): void {
    this.#deps.recorder.record({ kind: 'bar-closed', at, bar });
  }

  /**
   * Looks after staleness, snapshots, bars, halts and policies. Called every few 10 ms. True when an
   * instrument became stale since the last call.
   */
  onTimer(now: EventTimeNs): boolean {
    const { engine, halt, state, recorder, instruments, feed } = this.#deps;
    if (now > this.#now) this.#now = now;
    // What shards wrote since the last frame.
    if (engine.isThreaded) this.pump(null);
    const books: BookSync[] = instruments.map((instrument) => this.#sync(instrument));
    const { requests, events } = this.#snapshots.observe(books, now);
    for (const event of events) recorder.record(event);
    if (feed !== null) for (const symbol of requests) feed.requestSnapshot(symbol);
    halt.set('mode', state.safety.mode !== 'NORMAL');
    halt.set('journal', recorder.failure !== null);
    let wentStale = false;
    for (const instrument of instruments) {
      const { index } = instrument;
      const stale = this.#staleness.isStale(index, now);
      if (stale && this.#stale[index] === false) wentStale = true;
      this.#stale[index] = stale;
      engine.setSymbolHalt(index, stale ? HALT_STALE : 0);
      const bar = this.#bars[index]!.closeUntil(now);
      if (bar !== null) this.#closeBar(bar, now);
      this.#refreshPolicy(instrument, now);
    }
    return wentStale;
  }

  #sync(instrument: Instrument): BookSync {
    const { engine } = this.#deps;
    const { index, id } = instrument;
    // Depth, not just any message: trades that go on do not make a frozen book fresh.
    const lastDepthAt = engine.lastDepthAt(index);
    if (lastDepthAt > 0n) this.#staleness.note(index, lastDepthAt);
    const state = engine.syncState(index);
    if (state === this.#syncStates[index]) {
      return { symbol: index, instrument: id, state, updateId: 0n, reason: null };
    }
    this.#syncStates[index] = state;
    const { updateId, brokenBy: reason } = engine.state(index);
    return { symbol: index, instrument: id, state, updateId, reason };
  }

  #refreshPolicy(instrument: Instrument, now: EventTimeNs): void {
    const { engine, state, strategies, staleAfterMs } = this.#deps;
    const strategy = strategies.get(instrument.id);
    const reference = this.#mid(instrument);
    if (strategy === undefined || reference === null) return;
    const policy = this.#policies[instrument.index] ?? null;
    if (policy !== null) {
      const moved = Math.abs(reference - policy.reference) > POLICY_MOVE * policy.reference;
      if (!moved && now < addMs(policy.madeAt, POLICY_AGE_MS)) return;
    }
    this.#policies[instrument.index] = { madeAt: now, reference };
    const { equity } = state.portfolio.value(this.marks());
    const set = engine.setPolicy(instrument.index, {
      ...strategy.policy({ referencePrice: reference, equity }),
      staleAfterMs,
    });
    assert(set.ok, `the engine takes the policy of ${strategy.id} for ${instrument.id}`);
  }

  /** Tells the engine every position anew. To be called after fills. */
  holdPositions(): void {
    const { engine, state, instruments } = this.#deps;
    for (const { id, index } of instruments) {
      engine.setSteering(index, { positionLots: state.portfolio.position(id).lots });
    }
  }

  /** Tells the engine's gate the limits of risk, which judges every order once more. */
  #holdLimits(): void {
    const { engine, state, instruments } = this.#deps;
    const { maxPositionNotional, maxOrderNotional, priceCollarBps } = state.risk.limits;
    for (const instrument of instruments) {
      engine.setSteering(instrument.index, {
        maxPositionNotional: tickLots(instrument, maxPositionNotional),
        maxOrderNotional: tickLots(instrument, maxOrderNotional),
        collarBps: priceCollarBps,
      });
    }
  }

  #mid(instrument: Instrument): PriceTicks | null {
    const touch = this.#deps.engine.touch(instrument.index);
    if (touch === null) return null;
    const mid = middle(touch);
    this.#marks.set(instrument.id, mid);
    return mid;
  }

  #instrument(id: InstrumentId): Instrument {
    const found = this.#byId.get(id);
    assert(found !== undefined, () => `${id} is one of the traded instruments`);
    return found;
  }

  /** Mark of a synchronised, fresh book: the mid price, rounded down to a tick; null otherwise. */
  freshMark(id: InstrumentId): PriceTicks | null {
    const instrument = this.#instrument(id);
    return this.isFresh(instrument) ? this.#mid(instrument) : null;
  }

  /** Latest known marks, stale ones included. */
  marks(): ReadonlyMap<InstrumentId, PriceTicks> {
    for (const instrument of this.#deps.instruments) this.#mid(instrument);
    return this.#marks;
  }

  /**
   * The same for people. It remembers nothing, so how often somebody looks changes no decision.
   */
  shownMarks(): ReadonlyMap<InstrumentId, PriceTicks> {
    const shown = new Map(this.#marks);
    for (const { id, index } of this.#deps.instruments) {
      const touch = this.#deps.engine.touch(index);
      if (touch !== null) shown.set(id, middle(touch));
    }
    return shown;
  }

  /** Whether an instrument's book is proven and its data young enough to trade on. */
  isFresh(instrument: Instrument): boolean {
    const { engine, staleAfterMs } = this.#deps;
    if (engine.syncState(instrument.index) !== 'synchronised') return false;
    const { index } = instrument;
    const age =
      engine.now() < this.#now
        ? msBetween(engine.lastDepthAt(index), this.#now)
        : engine.depthAgeNs(index) / 1e6;
    return age <= staleAfterMs;
  }

  /** Whether an instrument's data was too old, or had not come yet, at the last timer. */
  isStale(index: number): boolean {
    return this.#stale[index] ?? true;
  }

  /** Best bid and ask of a synchronised, fresh book; null otherwise. */
  freshTouch(instrument: Instrument): EngineTouch | null {
    return this.isFresh(instrument) ? this.#deps.engine.touch(instrument.index) : null;
  }

  lastTouch(instrument: Instrument): { bid: PriceTicks | null; ask: PriceTicks | null } {
    const touch = this.#deps.engine.touch(instrument.index);
    return { bid: touch?.bid ?? null, ask: touch?.ask ?? null };
  }

  /** Age of the freshest data over all instruments, ms; null before the first. */
  freshestAgeMs(now: EventTimeNs): number | null {
    return this.#staleness.freshestAgeMs(now);
  }
}
