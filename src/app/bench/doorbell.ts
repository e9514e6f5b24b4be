import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type EventTimeNs, eventTime } from '../../core/index.ts';
import { Engine } from '../../native/index.ts';
import { findStrategy } from '../../strategy/index.ts';
import type { Bot4Config } from '../config.ts';
import type { Load } from './load.ts';
import { nextTurn, spreadOf } from './paired.ts';
import type { LatencyPercentilesUs, Spread } from './report.ts';
import type { Now } from './runners.ts';

/** Between slices the bench listens for an interruption. */
const SLICE_MS = 250;
const SLICE_MESSAGES = 10_000;

/** Messages fed before policies are set: books are synchronised by then, and prices known. */
const FIRST_MESSAGES = 2_000;

/** Messages replayed before measuring, so that the JIT and the caches are warm. */
const WARM_UP_MESSAGES = 20_000;

/** Between the end of the recording and its repetition, ns. */
const PAUSE_NS = 1_000_000n;

/** The bytes of no message. */
const NOTHING = new TextEncoder().encode('{');

const ignoreTrade = (): void => {};

/** The path through the addon's doorbell, with every instrument's configured policy. */
export class DoorbellPath {
  readonly engine: Engine;
  readonly #load: Load;
  readonly #times: EventTimeNs[];
  #cursor = 0;
  #intents = 0;
  readonly #countIntent = (): void => {
    this.#intents += 1;
  };

  constructor(load: Load, config: Bot4Config) {
    this.#load = load;
    this.#times = load.messages.map(({ at }) => at);
    this.engine = new Engine({ instruments: load.instruments, inboxBytes: 4 << 20 });
    this.feed(Math.min(FIRST_MESSAGES, load.messages.length));
    this.#setPolicies(config);
    this.feed(WARM_UP_MESSAGES);
  }

  #setPolicies(config: Bot4Config): void {
    for (const instrument of this.#load.instruments) {
      const touch = this.engine.touch(instrument.index);
      const given =
        config.instruments.find((each) => each.instrument.symbol === instrument.symbol) ??
        config.instruments[0];
      const definition = given === undefined ? null : findStrategy(given.strategy);
      if (touch === null || given === undefined || definition === null) continue;
      const strategy = definition.create(given.parameters, instrument);
      const equity = config.simulator.initialCash;
      this.engine.setPolicy(
        instrument.index,
        strategy.policy({ referencePrice: touch.bid, equity }),
      );
    }
  }

  /** Pushes the next message and runs the engine until it is processed, intents taken. */
  next(): void {
    const { messages } = this.#load;
    if (this.#cursor === messages.length) this.restart();
    const { symbol, bytes } = messages[this.#cursor]!;
    const at = this.#times[this.#cursor]!;
    this.#cursor += 1;
    this.engine.push(symbol, at, bytes);
    while (this.engine.run(null) !== 'drained') this.engine.takeIntents(this.#countIntent);
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
    const times = this.#times;
    for (const { index } of this.#load.instruments) {
      this.engine.push(index, times[times.length - 1]!, NOTHING);
      while (this.engine.run(null) !== 'drained') this.engine.takeIntents(this.#countIntent);
    }
    const shift = times[times.length - 1]! - times[0]! + PAUSE_NS;
    for (let i = 0; i < times.length; i += 1) times[i] = eventTime(times[i]! + shift);
    this.#cursor = 0;
  }

  /** Messages until the recording begins anew. */
  get left(): number {
    return this.#load.messages.length - this.#cursor;
  }

  get intents(): number {
    return this.#intents;
  }
}

const histogram = (): RecordableHistogram =>
  createHistogram({ lowest: 1, highest: 60_000_000_000, figures: 3 });

function percentiles(from: RecordableHistogram): LatencyPercentilesUs {
  const us = (p: number): number => from.percentile(p) / 1_000;
  return {
    p50: us(50),
    p90: us(90),
    p95: us(95),
    p99: us(99),
    p999: us(99.9),
    p9999: us(99.99),
    max: from.max / 1_000,
    samples: from.count,
  };
}

/** What an open loop found. */
export interface OpenLoop {
  readonly latency: LatencyPercentilesUs;
  readonly achieved: number;
  readonly longestStallUs: number;
}

/**
 * Offers messages on a fixed schedule and counts each latency from its intended arrival, so that a
 * stall is charged to every message that it delayed. Between arrivals the loop spins and watches
 * for gaps: those are the machine's stalls. The schedule pauses between slices of 250 ms, so that an
 * interruption is heard.
 */
export async function openLoop(
  path: DoorbellPath,
  now: Now,
  load: {
    readonly messagesPerSecond: number;
    readonly durationMs: number;
    readonly signal: AbortSignal;
  },
): Promise<OpenLoop> {
  const { messagesPerSecond, durationMs, signal } = load;
  const latencies = histogram();
  const interval = 1e9 / messagesPerSecond;
  const slices = Math.max(1, Math.round(durationMs / SLICE_MS));
  const perSlice = Math.max(1, Math.round((messagesPerSecond * durationMs) / 1_000 / slices));
  let stall = 0;
  let elapsed = 0;
  for (let slice = 0; slice < slices; slice += 1) {
    await nextTurn(signal);
    const start = now() + 1_000_000;
    stall = Math.max(stall, offer(path, now, latencies, start, interval, perSlice));
    elapsed += Math.max(now() - start, perSlice * interval);
  }
  return {
    latency: percentiles(latencies),
    achieved: (slices * perSlice * 1e9) / elapsed,
    longestStallUs: stall / 1_000,
  };
}

/** Offers `count` messages from `start` on, ns; gives the longest gap seen while waiting, ns. */
function offer(
  path: DoorbellPath,
  now: Now,
  latencies: RecordableHistogram,
  start: number,
  interval: number,
  count: number,
): number {
  let seen = start;
  let stall = 0;
  for (let i = 0; i < count; i += 1) {
    const due = start + i * interval;
    let at = now();
    while (at < due) {
      if (at - seen > stall && seen > start) stall = at - seen;
      seen = at;
      at = now();
    }
    path.next();
    seen = now();
    latencies.record(Math.max(1, Math.round(seen - due)));
  }
  return stall;
}

/** Latencies of nothing: two readings of the clock, one after the other. */
export function clockPairs(now: Now): LatencyPercentilesUs {
  const pairs = histogram();
  for (let i = 0; i < 100_000; i += 1) {
    const a = now();
    pairs.record(Math.max(1, now() - a));
  }
  return percentiles(pairs);
}

/** Messages per second, one after the other. */
export async function closedLoop(
  path: DoorbellPath,
  now: Now,
  messages: number,
  signal: AbortSignal,
): Promise<number> {
  let elapsed = 0;
  for (let done = 0; done < messages; done += SLICE_MESSAGES) {
    await nextTurn(signal);
    const start = now();
    path.feed(SLICE_MESSAGES);
    elapsed += now() - start;
  }
  return (Math.ceil(messages / SLICE_MESSAGES) * SLICE_MESSAGES * 1e9) / elapsed;
}

/** Messages between two looks at the heap. */
const GARBAGE_CHUNK = 1_000;

/** Bytes of heap in use. */
const heapUsed = (): number => process.memoryUsage().heapUsed;

/** The collector, which Node shows only to those who ask by name. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return typeof collect === 'function' ? (collect as () => void) : () => {};
}

/**
 * JavaScript heap that each message leaves behind, bytes, over `messages` messages in chunks. Chunks
 * in which the collector ran, or the recording began anew, are left out; the cost of looking is
 * taken off.
 */
export async function garbagePerMessage(
  path: DoorbellPath,
  messages: number,
  signal: AbortSignal,
): Promise<Spread> {
  const collect = collector();
  const looks: number[] = [];
  for (let i = 0; i < 200; i += 1) {
    const before = heapUsed();
    looks.push(heapUsed() - before);
  }
  const look = spreadOf(looks).median;
  const chunks: number[] = [];
  for (let done = 0; done < messages; ) {
    await nextTurn(signal);
    if (path.left < GARBAGE_CHUNK) path.feed(path.left + 1);
    collect();
    for (let i = 0; i < 20 && path.left >= GARBAGE_CHUNK; i += 1, done += GARBAGE_CHUNK) {
      const before = heapUsed();
      path.feed(GARBAGE_CHUNK);
      const grown = heapUsed() - before - look;
      if (grown > -GARBAGE_CHUNK) chunks.push(grown / GARBAGE_CHUNK);
    }
  }
  return spreadOf(chunks.length > 0 ? chunks : [Number.NaN]);
}
