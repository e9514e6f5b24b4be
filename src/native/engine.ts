import { assert, type EventTimeNs, err, ok, type Result } from '../core/index.ts';
import { type PriceTicks, priceTicks, type QtyLots, qtyLots } from '../model/index.ts';
import { Arena, placeOf } from './arena.ts';
import { CompositeReader, type EngineCompositeTop } from './composites.ts';
import {
  ConnectionReader,
  type EngineConnectionState,
  type EngineControlFrame,
} from './connections.ts';
import { type EngineOptions, nativeOptions } from './engine-options.ts';
import { type EnginePolicy, type PolicyError, PolicyWriter } from './engine-policy.ts';
import { type EngineTotals, readTotals } from './engine-totals.ts';
import { toNativeError } from './error.ts';
import { Inbox } from './inbox.ts';
import type { EngineSyncState, NativeAddon, NativeEngine } from './layout.ts';
import { loadAddon, requireArenaVersion } from './load.ts';
import { type MemoryPreparation, preparationOf } from './memory.ts';
import { NO_RECORD, RecordRing } from './record-ring.ts';
import {
  type EngineIntent,
  type EngineTrade,
  IntentCursor,
  type IntentRecord,
  TradeReader,
} from './records.ts';
import { type Steering, SteeringWriter } from './steering.ts';
import {
  type EngineDecision,
  type EngineSymbolState,
  type EngineTouch,
  StateReader,
} from './symbol-state.ts';

/**
 * Why `Engine.run` returned, by the integer of the doorbell. `attention` goes before `intent`: one
 * frame can fill an order and write intents, so intents may wait after either.
 */
export const RUN_RESULTS = ['drained', 'until', 'intent', 'attention'] as const;

/**
 * Inbox empty; next frame is later than asked for; an intent was written; the matcher has fills,
 * and intents may have been written, too.
 */
export type RunResult = (typeof RUN_RESULTS)[number];

/** One side of a book, best price first. */
export interface EngineLevel {
  readonly price: PriceTicks;
  readonly quantity: QtyLots;
}

const NO_LIMIT = 2n ** 63n - 1n;

/**
 * The native engine: venue bytes in, intents out.
 *
 * Frames are copied into the inbox by `push` and processed by `run`, in order. After each run the
 * caller takes trades and intents; a run returns early after every intent, so that the caller can
 * act before the next frame. Nothing here reads a clock: time is the frames' receive time.
 *
 * With `threads` the symbols are decided for on threads of their own: `run` then hands the frames
 * over and takes what the shards have written since the last run, so it is to be called again when
 * no frame came; intents do not hold up the frames behind them, states and books are the latest
 * views (at most 32 levels of a side), and frames stay in the inbox while a shard's ring is full.
 *
 * Not reentrant: a visitor must not call `run` or `push`.
 */
export class Engine {
  /** The kernel target in use: sse2, avx2 or avx512. */
  readonly target: string;
  /** Names of the features by slot. */
  readonly featureNames: readonly string[];
  /** Names of the reason bits, lowest first. */
  readonly reasonNames: readonly string[];
  /** Whether the engine runs on threads of its own. */
  readonly isThreaded: boolean;
  /** What became of the memory that was asked for; null when nothing was. */
  readonly memory: MemoryPreparation | null;
  /** The addon's own object, for the replay matcher. */
  readonly handle: NativeEngine;
  readonly #statuses: readonly string[];
  readonly #arena: Arena;
  readonly #nowPlace: number;
  readonly #symbols: number;
  readonly #inbox: Inbox;
  readonly #policy: PolicyWriter;
  readonly #states: StateReader;
  /** The one record that intents are read through. */
  readonly #intent: IntentCursor;
  readonly #trades: TradeReader;
  readonly #intentRing: RecordRing;
  readonly #tradeRing: RecordRing;
  readonly #controlRing: RecordRing;
  readonly #connections: ConnectionReader;
  readonly #composites: CompositeReader;
  readonly #steering: SteeringWriter;
  readonly #haltPlace: number;
  readonly #untilPlace: number;
  #until: bigint = NO_LIMIT;
  #droppedFrames = 0;

  /** Errors: `NativeError` when the addon does not load or refuses the options. */
  constructor(options: EngineOptions) {
    const addon: NativeAddon = loadAddon();
    options.instruments.forEach((instrument, position) => {
      assert(instrument.index === position, `instrument ${instrument.id} has index ${position}`);
    });
    try {
      this.handle = addon.createEngine(nativeOptions(options));
    } catch (error) {
      throw toNativeError(error);
    }
    const { memory } = this.handle;
    this.memory = memory === null ? null : preparationOf(memory);
    this.target = addon.target;
    this.featureNames = addon.featureNames;
    this.reasonNames = addon.reasonNames;
    this.#statuses = addon.statusNames;
    const { layout } = this.handle;
    requireArenaVersion(layout.version);
    this.#arena = new Arena(this.handle.arena);
    this.#nowPlace = placeOf(this.handle.layout.control, 'nowNs', 'i64');
    this.#symbols = options.instruments.length;
    this.#inbox = new Inbox(this.#arena, layout);
    this.#policy = new PolicyWriter(this.#arena, layout.policy, addon.featureNames);
    this.#states = new StateReader(this.#arena, layout.states, addon);
    this.#intent = new IntentCursor(this.#arena, layout.intents);
    this.#trades = new TradeReader(this.#arena, layout.trades);
    this.#intentRing = new RecordRing(this.#arena, layout, 'intent');
    this.#tradeRing = new RecordRing(this.#arena, layout, 'trade');
    this.#controlRing = new RecordRing(this.#arena, layout, 'controlFrame');
    this.#connections = new ConnectionReader(
      this.#arena,
      layout.connections,
      layout.controlFrames,
      addon.framingErrorNames,
    );
    this.#composites = new CompositeReader(
      this.#arena,
      layout.composites,
      options.composites ?? [],
    );
    this.isThreaded = options.threads !== undefined && options.threads !== null;
    this.#steering = new SteeringWriter(this.#arena, layout.steering);
    this.#haltPlace = placeOf(layout.control, 'halt', 'u32');
    this.#untilPlace = placeOf(layout.control, 'untilNs', 'i64');
  }

  /**
   * Copies one frame into the inbox; false when it is full: run first, then push again. `symbol` is
   * the instrument's index, or -1 when the message names it. A frame that is longer than the whole
   * inbox is dropped and counted; the sequence check finds what it held. `connection` is the index
   * of the connection it came by.
   */
  push(symbol: number, receivedAt: EventTimeNs, bytes: Uint8Array, connection = 0): boolean {
    return this.#inbox.push(symbol, receivedAt, bytes, connection);
  }

  /**
   * `push` with the receive time as whole seconds since the epoch and nanoseconds within: two small
   * integers, where a bigint would be garbage for each frame.
   */
  pushAt(
    symbol: number,
    seconds: number,
    nanoseconds: number,
    bytes: Uint8Array,
    connection = 0,
  ): boolean {
    return this.#inbox.pushAt(symbol, seconds, nanoseconds, bytes, connection);
  }

  /**
   * Counts a frame that found no room even after a run and is lost, as it may happen on threads. The
   * sequence rules find what it held.
   */
  countDroppedFrame(): void {
    this.#droppedFrames += 1;
  }

  /**
   * Processes frames in order until the inbox is empty, an intent was written, the match observer
   * has something to report, or the next frame was received after `until` (null: no limit). Take
   * the intents after every run, whatever it returned: `attention` may come with intents of the
   * same frame, which would otherwise wait for the next run and be acted on late.
   *
   * Cost: workload engine.path of bench/native.
   */
  run(until: EventTimeNs | null): RunResult {
    const limit = until ?? NO_LIMIT;
    if (limit !== this.#until) {
      this.#until = limit;
      this.#arena.i64[this.#untilPlace] = limit;
    }
    const result = RUN_RESULTS[this.handle.run()];
    assert(result !== undefined, 'the inbox holds whole frames');
    return result;
  }

  /**
   * Shows the intents since the last call, oldest first, each where it stands: the record that the
   * visitor gets is the same for all, and valid until the visitor returns. Makes no garbage.
   */
  readIntents(visit: (intent: IntentRecord) => void): void {
    const ring = this.#intentRing;
    for (let slot = ring.oldest(); slot !== NO_RECORD; slot = ring.oldest()) {
      this.#intent.moveTo(slot);
      visit(this.#intent);
      ring.release();
    }
  }

  /** Hands over the intents since the last call, oldest first, as objects to keep. */
  takeIntents(visit: (intent: EngineIntent) => void): void {
    const ring = this.#intentRing;
    for (let slot = ring.oldest(); slot !== NO_RECORD; slot = ring.oldest()) {
      this.#intent.moveTo(slot);
      visit(this.#intent.copy());
      ring.release();
    }
  }

  /** Hands over the trades since the last call, oldest first; none is lost when called per run. */
  takeTrades(visit: (trade: EngineTrade) => void): void {
    const ring = this.#tradeRing;
    for (let slot = ring.oldest(); slot !== NO_RECORD; slot = ring.oldest()) {
      visit(this.#trades.at(slot));
      ring.release();
    }
  }

  /** Hands over the control frames of WebSocket connections since the last call, oldest first. */
  takeControlFrames(visit: (frame: EngineControlFrame) => void): void {
    const ring = this.#controlRing;
    for (let slot = ring.oldest(); slot !== NO_RECORD; slot = ring.oldest()) {
      visit(this.#connections.controlFrame(slot));
      ring.release();
    }
  }

  /** What is known of one connection. */
  connection(index: number): EngineConnectionState {
    assert(
      Number.isInteger(index) && index >= 0 && index < this.#connections.count,
      () => `connection ${index} is an index below ${this.#connections.count}`,
    );
    return this.#connections.state(index);
  }

  /**
   * Forgets what a connection had begun: the next frame is the first of a new one. Books without
   * update ids of their own (Kraken, Coinbase) lose their proof until the next snapshot.
   */
  resetConnection(index: number): void {
    this.handle.resetConnection(index);
  }

  /**
   * Runs until the shards have processed everything pushed; false when `timeoutMs` were too short.
   * Blocks the event loop: for tests, benches and stops. Without threads there is nothing to wait for.
   */
  settle(timeoutMs: number): boolean {
    return this.handle.settle(timeoutMs);
  }

  /**
   * Puts a policy in force, with its bounds of position, order and budget. null: the symbol decides
   * nothing, and quotes that it wanted are taken back with the next message.
   *
   * Errors: `PolicyError` names a feature that does not exist or the field that is out of bounds;
   *         the former policy stays.
   */
  setPolicy(symbol: number, policy: EnginePolicy | null): Result<void, PolicyError> {
    this.#checkSymbol(symbol);
    if (policy === null) {
      this.#policy.clear();
    } else {
      const written = this.#policy.write(policy);
      if (!written.ok) return written;
    }
    const field = this.handle.applyPolicy(symbol);
    if (field !== null) return err(this.#policy.refusal(field));
    if (policy !== null) {
      const { budgetLots, maxPositionLots, maxOrderLots } = policy;
      this.setSteering(symbol, { budgetLots, maxPositionLots, maxOrderLots });
    }
    return ok(undefined);
  }

  /** Tells the gate the position and its bounds; read at the symbol's next decision. */
  setSteering(symbol: number, steering: Steering): void {
    this.#checkSymbol(symbol);
    this.#steering.set(symbol, steering);
  }

  /** Sets the bits that stop every new intent of every symbol; 0 lets them go. */
  setHalt(bits: number): void {
    Atomics.store(this.#arena.u32, this.#haltPlace, bits);
  }

  /** Sets the bits that stop one symbol's intents; 0 lets them go. */
  setSymbolHalt(symbol: number, bits: number): void {
    this.#checkSymbol(symbol);
    this.#steering.setHalt(symbol, bits);
  }

  /** The best `depth` levels of each side of the verified book. */
  book(
    symbol: number,
    depth: number,
  ): { readonly bids: readonly EngineLevel[]; readonly asks: readonly EngineLevel[] } {
    this.#checkSymbol(symbol);
    const raw = this.handle.book(symbol, depth);
    const level = (i: number): EngineLevel => ({
      price: priceTicks(raw[2 + 2 * i]!),
      quantity: qtyLots(raw[3 + 2 * i]!),
    });
    const [bids, asks] = [raw[0]!, raw[1]!];
    return {
      bids: Array.from({ length: bids }, (_, i) => level(i)),
      asks: Array.from({ length: asks }, (_, i) => level(bids + i)),
    };
  }

  /** How far the symbol's book is proven. */
  syncState(symbol: number): EngineSyncState {
    this.#checkSymbol(symbol);
    return this.#states.sync(symbol);
  }

  /** Receive time of the symbol's last depth update in the book; 0 before the first. */
  lastDepthAt(symbol: number): EventTimeNs {
    this.#checkSymbol(symbol);
    return this.#states.lastDepthAt(symbol);
  }

  /** Age of the symbol's last depth update at the last processed frame, ns. */
  depthAgeNs(symbol: number): number {
    this.#checkSymbol(symbol);
    return this.#states.depthAgeNs(symbol, this.#nowPlace);
  }

  /** The best prices; null while the book is not synchronised or a side is empty. */
  touch(symbol: number): EngineTouch | null {
    this.#checkSymbol(symbol);
    return this.#states.touch(symbol);
  }

  /**
   * The best bid and offer of a composite at the time of the last frame, on threads of its shard's
   * last view; null while no member's book is synchronised and young enough.
   */
  composite(index: number): EngineCompositeTop | null {
    assert(
      Number.isInteger(index) && index >= 0 && index < this.#composites.count,
      () => `composite ${index} is an index below ${this.#composites.count}`,
    );
    this.handle.refreshComposites();
    return this.#composites.top(index);
  }

  /** How many connections the engine reads. */
  get connectionCount(): number {
    return this.#connections.count;
  }

  /** The last decision; null before the first. */
  decision(symbol: number): EngineDecision | null {
    this.#checkSymbol(symbol);
    return this.#states.decision(symbol);
  }

  /** Everything about one symbol, for people and steering. */
  state(symbol: number): EngineSymbolState {
    this.#checkSymbol(symbol);
    return this.#states.state(symbol);
  }

  /** Counters of the whole engine. */
  totals(): EngineTotals {
    return readTotals(this.#arena, this.handle.layout.control, this.#statuses, {
      oversizedFrames: this.#inbox.oversizedFrames,
      droppedFrames: this.#droppedFrames,
    });
  }

  /** Receive time of the last processed frame. */
  now(): EventTimeNs {
    return this.#arena.i64[this.#nowPlace]! as EventTimeNs;
  }

  /** Names of the reasons whose bits are set. */
  reasons(bits: number): readonly string[] {
    return this.reasonNames.filter((_, bit) => (bits & (1 << bit)) !== 0);
  }

  /** Fingerprint of every decision so far and every book: 16 hexadecimal digits. */
  stateHash(): string {
    return this.handle.stateHash().toString(16).padStart(16, '0');
  }

  #checkSymbol(symbol: number): void {
    assert(
      Number.isInteger(symbol) && symbol >= 0 && symbol < this.#symbols,
      () => `symbol ${symbol} is an index below ${this.#symbols}`,
    );
  }
}
