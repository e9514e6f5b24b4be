import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { Capture, MergedCaptures } from '../adapters/capture/index.ts';
import { SimulatedVenue } from '../adapters/simulator/index.ts';
import { addMs, type EventTimeNs, eventTime } from '../core/index.ts';
import type { Instrument } from '../model/index.ts';
import { Engine, loadAddon } from '../native/index.ts';
import { findStrategy } from '../strategy/index.ts';
import { recordedMarket } from './backtest/recorded-instruments.ts';
import type { Bot4Config } from './config.ts';
import {
  AppFailure,
  type BenchOptions,
  type BenchReport,
  type LatencyPercentilesUs,
} from './contracts.ts';
import { packageVersion } from './version.ts';

/** Messages replayed before measuring, so that the JIT and the caches are warm. */
const WARM_UP_MESSAGES = 20_000;

/** Most messages kept in memory as the load; they are repeated when the run is longer. */
const MAX_MESSAGES = 200_000;

/** Between slices the bench listens for an interruption. */
const SLICE_MS = 250;
const SLICE_MESSAGES = 10_000;

interface Message {
  readonly symbol: number;
  readonly at: EventTimeNs;
  readonly bytes: Uint8Array;
}

interface Load {
  readonly source: string;
  readonly instruments: readonly Instrument[];
  readonly messages: readonly Message[];
}

async function recordedLoad(files: readonly string[], config: Bot4Config): Promise<Load> {
  const market = await recordedMarket(files, config);
  const captures: Capture[] = [];
  const messages: Message[] = [];
  try {
    for (const path of files) captures.push(await Capture.open(path));
    const merged = new MergedCaptures(captures);
    while (messages.length < MAX_MESSAGES) {
      const line = merged.next();
      if (line !== null) {
        const symbol = market.indexOfFile[merged.source]!;
        messages.push({ symbol, at: line.receivedAt, bytes: Uint8Array.from(line.bytes) });
      } else if (!(await merged.fill())) break;
    }
  } finally {
    for (const capture of captures) await capture.close();
  }
  const instruments = market.instruments.map((each) => each.instrument);
  return { source: files.join(', '), instruments, messages };
}

/** The generated market of the configuration, recorded on virtual time. */
function generatedLoad(config: Bot4Config): Load {
  const directory = mkdtempSync(join(tmpdir(), 'bot4-bench-'));
  try {
    return generate(config, directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function generate(config: Bot4Config, directory: string): Load {
  const start = eventTime(1_750_000_000_000_000_000n);
  const opened = SimulatedVenue.open(
    { ...config.simulator, instruments: config.instruments, directory },
    start,
  );
  if (!opened.ok) throw new AppFailure('failed', opened.error.detail);
  const venue = opened.value;
  const messages: Message[] = [];
  venue.onFrame(({ symbol, receivedAt, bytes }) => {
    messages.push({ symbol, at: receivedAt, bytes: Uint8Array.from(bytes) });
  });
  for (const { instrument } of config.instruments) venue.requestSnapshot(instrument.index);
  for (let at = start; messages.length < 50_000; ) {
    at = addMs(at, 100);
    venue.advanceTo(at);
  }
  venue.close();
  const instruments = config.instruments.map((each) => each.instrument);
  return { source: `generated market, seed ${config.simulator.seed}`, instruments, messages };
}

/** An engine with every instrument's policy set, fed to where its books are synchronised. */
class Path {
  readonly engine: Engine;
  readonly #load: Load;
  readonly #config: Bot4Config;
  #cursor = 0;
  #shift = 0n;
  #intents = 0;

  constructor(load: Load, config: Bot4Config) {
    this.#load = load;
    this.#config = config;
    this.engine = new Engine({ instruments: load.instruments, inboxBytes: 4 << 20 });
  }

  /** Sets the configured policies once prices are known. */
  setPolicies(): void {
    const { config, instruments } = { config: this.#config, instruments: this.#load.instruments };
    for (const instrument of instruments) {
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
    if (this.#cursor === messages.length) this.#restart();
    const { symbol, at, bytes } = messages[this.#cursor]!;
    this.#cursor += 1;
    this.engine.push(symbol, eventTime(at + this.#shift), bytes);
    while (this.engine.run(null) !== 'drained') {
      this.engine.takeIntents(() => {
        this.#intents += 1;
      });
    }
    this.engine.takeTrades(() => {});
  }

  /** The recording begins anew, later in event time; its snapshot synchronises the books again. */
  #restart(): void {
    const { messages } = this.#load;
    this.#shift += messages[messages.length - 1]!.at - messages[0]!.at + 1_000_000n;
    this.#cursor = 0;
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

/** Monotonic time, ns. */
type Now = () => number;

/** A clock that makes no garbage: every clock of Node does, and its collection would show. */
function stopwatch(): Now {
  const { memory, read } = loadAddon().createStopwatch();
  const ns = new Float64Array(memory);
  return () => {
    read();
    return ns[0]!;
  };
}

interface OpenLoop {
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
async function openLoop(path: Path, now: Now, options: BenchOptions): Promise<OpenLoop> {
  const { messagesPerSecond, durationMs, signal } = options;
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
  path: Path,
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

/** Lets signals in. Errors: throws `AppFailure` when the bench was interrupted. */
async function nextTurn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw new AppFailure('interrupted', 'the bench was interrupted');
}

function clockPairs(now: Now): LatencyPercentilesUs {
  const pairs = histogram();
  for (let i = 0; i < 100_000; i += 1) {
    const a = now();
    pairs.record(Math.max(1, now() - a));
  }
  return percentiles(pairs);
}

async function closedLoop(
  path: Path,
  now: Now,
  messages: number,
  signal: AbortSignal,
): Promise<number> {
  let elapsed = 0;
  for (let done = 0; done < messages; done += SLICE_MESSAGES) {
    await nextTurn(signal);
    const start = now();
    for (let i = 0; i < SLICE_MESSAGES; i += 1) path.next();
    elapsed += now() - start;
  }
  return (Math.ceil(messages / SLICE_MESSAGES) * SLICE_MESSAGES * 1e9) / elapsed;
}

/**
 * Measures the whole path in this process, message bytes to decision and intent, through the
 * addon's doorbell: open loop at the offered rate, then closed loop.
 *
 * Errors: throws `AppFailure` for unreadable captures and for an interruption.
 */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const { files, config, onLine, messagesPerSecond, durationMs, signal } = options;
  const load = files.length > 0 ? await recordedLoad(files, config) : generatedLoad(config);
  onLine(`load: ${load.messages.length} messages, ${load.source}`);
  const path = new Path(load, config);
  const now = stopwatch();
  for (let i = 0; i < Math.min(2_000, load.messages.length); i += 1) path.next();
  path.setPolicies();
  for (let i = 0; i < WARM_UP_MESSAGES; i += 1) path.next();
  await nextTurn(signal);
  onLine(`open loop: ${messagesPerSecond} messages/s for ${durationMs / 1_000} s`);
  const open = await openLoop(path, now, options);
  onLine('closed loop');
  const throughput = await closedLoop(path, now, load.messages.length * 2, signal);
  return {
    version: packageVersion(),
    kernelTarget: path.engine.target,
    nodeVersion: process.version,
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    source: load.source,
    offeredMessagesPerSecond: messagesPerSecond,
    achievedMessagesPerSecond: open.achieved,
    messageToIntentUs: open.latency,
    clockPairUs: clockPairs(now),
    longestStallUs: open.longestStallUs,
    throughputMessagesPerSecond: throughput,
    intents: path.intents,
    checksum: path.engine.stateHash(),
  };
}
