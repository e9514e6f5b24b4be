import { assert, eventTime } from '../../core/index.ts';
import { Engine, type EngineTakePolicy, type IntentRecord } from '../../native/index.ts';
import type { Intent } from '../../strategy/index.ts';
import { connectionsByVenue } from '../backtest/recorded-instruments.ts';
import { strategyIntent } from '../trader/strategy-intent.ts';
import type { Load } from './load.ts';

/** Messages replayed before measuring, so that the JIT and the caches are warm. */
const WARM_UP_MESSAGES = 20_000;

/** Between the end of the recording and its repetition, ns. */
const PAUSE_NS = 1_000_000;
const NS_PER_S = 1_000_000_000;

/** The bytes of no message. */
const NOTHING = new TextEncoder().encode('{');

const ignoreTrade = (): void => {};

/**
 * The policy of bench/native/recorded_path.cc: a taker whose every decision has a side, an edge and
 * a size, and that no rate holds up, so that an intent follows from every message decided on.
 */
const POLICY: EngineTakePolicy = {
  kind: 'take',
  model: {
    weights: { orderFlowImbalance: 0.3, micropriceReturn1s: 0.8 },
    means: {},
    deviations: {},
    bias: 0,
    plattA: 1,
    plattB: 0,
  },
  volatilityTargetBps: 0,
  volatilityScaleCap: 1,
  maxSpreadTicks: 100,
  warmUpUpdates: 0,
  minIntervalMs: 0,
  budgetLots: 1_000,
  maxPositionLots: 1_000,
  maxOrderLots: 1_000,
  minimumLots: 1,
  staleAfterMs: 500,
  maxIntentsPerS: 1e9,
  intentBurst: 1e6,
  payoff: 2,
  cost: 0,
  kellyFraction: 0.5,
  kellyCap: 0.5,
  buyThreshold: 0.5,
  sellThreshold: 0.5,
  collarTicks: 0,
};

/** The path through the addon's doorbell, with a policy that takes at every decision. */
export class DoorbellPath {
  readonly engine: Engine;
  readonly #load: Load;
  /** By symbol: spot and futures may use one name, and are then told apart by their connection. */
  readonly #connections: Int32Array;
  /** Receive times: whole seconds, and nanoseconds within, as the service's clock gives them. */
  readonly #seconds: Float64Array;
  readonly #nanoseconds: Float64Array;
  /** What is added to them: the recording is repeated later and later. */
  #shiftSeconds = 0;
  #shiftNanoseconds = 0;
  #cursor = 0;
  #intents = 0;
  /** Signed ticks x lots of all intents, and their expected values: of use to nobody but read. */
  readonly #sums = new Float64Array(2);
  // Made once, as in the service's market desk. What an order is made from is read.
  readonly #read = (intent: IntentRecord): void => {
    this.#intents += 1;
    const signed = intent.side === 'buy' ? intent.quantity : -intent.quantity;
    this.#sums[0]! += intent.price * signed;
    this.#sums[1]! += intent.reasonBits === 0 ? intent.edge * intent.probability : 0;
  };

  #kept: Intent | null = null;
  readonly #keep = (intent: IntentRecord): void => {
    this.#intents += 1;
    this.#kept = strategyIntent(intent, this.#load.instruments[intent.symbol]!.id);
  };
  #visit = this.#read;

  constructor(load: Load) {
    this.#load = load;
    this.#seconds = Float64Array.from(load.messages, ({ at }) => Number(at / BigInt(NS_PER_S)));
    this.#nanoseconds = Float64Array.from(load.messages, ({ at }) => Number(at % BigInt(NS_PER_S)));
    const connections = connectionsByVenue(load.instruments);
    this.#connections = new Int32Array(load.instruments.length);
    connections.forEach(({ instruments }, connection) => {
      for (const index of instruments ?? []) this.#connections[index] = connection;
    });
    this.engine = new Engine({
      ...{ instruments: load.instruments, connections },
      inboxBytes: 4 << 20,
    });
    for (const { index } of load.instruments) {
      const set = this.engine.setPolicy(index, POLICY);
      assert(set.ok, () => `the bench's policy is in bounds: ${JSON.stringify(set)}`);
    }
    this.feed(WARM_UP_MESSAGES);
  }

  /** Whether each intent is made into an object, as a strategy takes it; false at first. */
  set keepsIntents(keeps: boolean) {
    this.#visit = keeps ? this.#keep : this.#read;
  }

  /** The last intent that was made into an object; null while none was. */
  get lastKept(): Intent | null {
    return this.#kept;
  }

  /** Pushes the next message and runs the engine until it is processed, intents read. */
  next(): void {
    const { messages } = this.#load;
    if (this.#cursor === messages.length) this.restart();
    const { symbol, bytes } = messages[this.#cursor]!;
    let seconds = this.#seconds[this.#cursor]! + this.#shiftSeconds;
    let nanoseconds = this.#nanoseconds[this.#cursor]! + this.#shiftNanoseconds;
    if (nanoseconds >= NS_PER_S) {
      seconds += 1;
      nanoseconds -= NS_PER_S;
    }
    this.#cursor += 1;
    this.engine.pushAt(symbol, seconds, nanoseconds, bytes, this.#connections[symbol]!);
    while (this.engine.run(null) !== 'drained') this.engine.readIntents(this.#visit);
    this.engine.takeTrades(ignoreTrade);
  }

  /** Pushes the next `count` messages. */
  feed(count: number): void {
    for (let i = 0; i < count; i += 1) this.next();
  }

  /**
   * The recording begins anew, later in event time. Its update ids have been seen by then and would
   * be passed over, so a message that says nothing costs every book its proof first: the books
   * start from the recorded snapshot again.
   */
  restart(): void {
    const { messages, instruments } = this.#load;
    const [first, last] = [messages[0]!.at, messages[messages.length - 1]!.at];
    const shift = BigInt(this.#shiftSeconds) * BigInt(NS_PER_S) + BigInt(this.#shiftNanoseconds);
    for (const { index } of instruments) {
      this.engine.push(index, eventTime(last + shift), NOTHING, this.#connections[index]!);
      while (this.engine.run(null) !== 'drained') this.engine.readIntents(this.#visit);
    }
    const next = shift + last - first + BigInt(PAUSE_NS);
    this.#shiftSeconds = Number(next / BigInt(NS_PER_S));
    this.#shiftNanoseconds = Number(next % BigInt(NS_PER_S));
    this.#cursor = 0;
  }

  /** Messages until the recording begins anew. */
  get left(): number {
    return this.#load.messages.length - this.#cursor;
  }

  /** Signed value of the intents read, ticks x lots. */
  get value(): number {
    return this.#sums[0]!;
  }

  /** Intents read. */
  get intents(): number {
    return this.#intents;
  }
}
