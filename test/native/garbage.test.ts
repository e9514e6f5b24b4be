import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { MarketDesk } from '../../src/app/trader/market-desk.ts';
import type { Recorder } from '../../src/app/trader/recorder.ts';
import { TradingHalt } from '../../src/app/trader/trading-halt.ts';
import { TradingState } from '../../src/app/trader/trading-state.ts';
import { money, parseE8 } from '../../src/model/index.ts';
import { Engine, type EngineTakePolicy, type IntentRecord } from '../../src/native/index.ts';
import { RISK_LIMITS, type RiskLimits } from '../../src/risk/index.ts';
import { instrumentNamed, START } from './venue-messages.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const encode = (value: string): Uint8Array => new TextEncoder().encode(value);

/**
 * The least bytes an operation of three rounds: what every operation leaves behind stands in each
 * of them, what a compiler allocates once in the background only in one.
 */
function leastGarbage(count: number, feed: (count: number) => void): number {
  const rounds = [0, 1, 2].map(() => {
    const before = getHeapStatistics().used_heap_size;
    feed(count);
    return Math.abs(getHeapStatistics().used_heap_size - before) / count;
  });
  return Math.min(...rounds);
}

/** First id: every later one has as many digits. */
const FIRST_ID = 100_000_000;

const snapshot = encode(
  `{"lastUpdateId":${FIRST_ID},"bids":[["100.0","0.5"]],"asks":[["101.0","0.5"]]}`,
);

/** One depth update whose ids and quantity are written anew in place: the test makes no garbage. */
class DepthUpdate {
  readonly bytes: Uint8Array;
  readonly #places: readonly number[];
  readonly #lots: number;
  #id = FIRST_ID;

  constructor() {
    const id = FIRST_ID;
    const text =
      `{"e":"depthUpdate","E":1,"T":1,"s":"AAAUSDT","U":${id},"u":${id},"pu":${id},` +
      '"b":[["100.0","0.100"]],"a":[]}';
    this.bytes = encode(text);
    this.#places = ['"U":', '"u":', '"pu":'].map((key) => text.indexOf(key) + key.length);
    this.#lots = text.indexOf('0.100') + 2;
  }

  next(): void {
    const previous = this.#id;
    this.#id += 1;
    this.#write(this.#places[0]!, 9, previous);
    this.#write(this.#places[1]!, 9, this.#id);
    this.#write(this.#places[2]!, 9, previous);
    this.#write(this.#lots, 3, 100 + (this.#id % 800));
  }

  #write(place: number, digits: number, value: number): void {
    let rest = value;
    for (let i = digits - 1; i >= 0; i -= 1) {
      this.bytes[place + i] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
  }
}

/** Every decision has a side, an edge and a size, and no rate holds it up. */
const TAKES_ALWAYS: EngineTakePolicy = {
  kind: 'take',
  model: {
    weights: { orderFlowImbalance: 0.3 },
    ...{ means: {}, deviations: {}, bias: 0, plattA: 1, plattB: 0 },
  },
  ...{ volatilityTargetBps: 0, volatilityScaleCap: 1, maxSpreadTicks: 1_000, warmUpUpdates: 0 },
  ...{ minIntervalMs: 0, budgetLots: 1_000, maxPositionLots: 1_000, maxOrderLots: 1_000 },
  ...{ minimumLots: 1, staleAfterMs: 500, maxIntentsPerS: 1e9, intentBurst: 1e6, payoff: 2 },
  ...{ cost: 0, kellyFraction: 0.5, kellyCap: 0.5, buyThreshold: 0.5, sellThreshold: 0.5 },
  collarTicks: 0,
};

describe('the hot entries of Engine', () => {
  it('make no garbage per message', { timeout: 120_000 }, () => {
    const engine = new Engine({ instruments: [instrumentNamed('AAAUSDT', 0)] });
    const update = new DepthUpdate();
    const nothing = (): void => {};
    let clock = 0;
    const feed = (count: number): void => {
      for (let i = 0; i < count; i += 1) {
        update.next();
        clock += 1;
        engine.pushAt(0, 1_700_000_000 + Math.floor(clock / 1000), clock % 1000, update.bytes);
        engine.run(null);
        engine.takeTrades(nothing);
        engine.takeIntents(nothing);
      }
    };
    engine.pushAt(0, 1_700_000_000, 0, snapshot);
    feed(600_000);
    collect();
    feed(600_000); // The compilers have done their work, and done again what the collector dropped.
    const garbage = leastGarbage(500_000, feed);
    expect(engine.state(0).counters).toMatchObject({ depthApplied: 2_700_000, gaps: 0 });
    // What remains is the measurement's own object. One bigint per message would be 24 bytes, and
    // negative growth if some were collected meanwhile.
    expect(garbage).toBeLessThan(0.05);
  });
});

describe('an intent that is read in its ring', () => {
  it('leaves no garbage, one a message', { timeout: 120_000 }, () => {
    const engine = new Engine({ instruments: [instrumentNamed('AAAUSDT', 0)] });
    expect(engine.setPolicy(0, TAKES_ALWAYS)).toMatchObject({ ok: true });
    const update = new DepthUpdate();
    let clock = 0;
    const sums = new Float64Array(2);
    const read = (intent: IntentRecord): void => {
      sums[0]! += intent.side === 'buy' ? intent.quantity : -intent.quantity;
      sums[1]! += intent.price * intent.edge * intent.probability;
    };
    const feed = (count: number): void => {
      for (let i = 0; i < count; i += 1) {
        update.next();
        clock += 1;
        engine.pushAt(0, 1_700_000_000 + Math.floor(clock / 1000), clock % 1000, update.bytes);
        while (engine.run(null) !== 'drained') engine.readIntents(read);
      }
    };
    engine.pushAt(0, 1_700_000_000, 0, snapshot);
    feed(300_000);
    collect();
    feed(300_000);
    const before = engine.totals().intents;
    const garbage = leastGarbage(250_000, feed);
    expect(engine.totals().intents - before).toBe(750_000);
    expect(sums[0]).not.toBe(0);
    expect(garbage).toBeLessThan(0.05);
  });
});

describe('the market desk', () => {
  it('adds no garbage of its own to a frame without records', { timeout: 120_000 }, () => {
    const instruments = [instrumentNamed('AAAUSDT', 0)];
    const engine = new Engine({ instruments });
    const limits = Object.fromEntries(
      RISK_LIMITS.map(({ name, kind, default: value }) => [
        name,
        kind === 'money' ? money(parseE8(String(value))!) : Number(value),
      ]),
    );
    const desk = new MarketDesk({
      engine,
      halt: new TradingHalt(engine, null),
      state: new TradingState(instruments, limits as unknown as RiskLimits),
      recorder: { failure: null } as unknown as Recorder,
      instruments,
      strategies: new Map(),
      feed: null,
      staleAfterMs: 1000,
      afterRun: null,
      onIntent: () => {},
    });
    const update = new DepthUpdate();
    const frame = {
      symbol: 0,
      seconds: Number(START / 1_000_000_000n),
      nanoseconds: 0,
      bytes: update.bytes,
    };
    const feed = (count: number): void => {
      for (let i = 0; i < count; i += 1) {
        update.next();
        desk.onFrame(frame);
      }
    };
    desk.onFrame({ ...frame, bytes: snapshot });
    feed(600_000);
    collect();
    feed(600_000);
    const garbage = leastGarbage(250_000, feed);
    expect(engine.state(0).counters).toMatchObject({ depthApplied: 1_950_000, gaps: 0 });
    expect(garbage).toBeLessThan(0.1);
  });
});
