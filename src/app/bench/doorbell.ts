import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { DoorbellPath } from './doorbell-path.ts';
import { nextTurn, spreadOf } from './paired.ts';
import { carried } from './percentiles.ts';
import type { LatencyPercentilesUs, Spread } from './report.ts';
import type { Now } from './runners.ts';

/** Between slices the bench listens for an interruption. */
const SLICE_MS = 250;
const SLICE_MESSAGES = 10_000;

/** An empty histogram of ns, 1 ns to a minute. */
export const histogram = (): RecordableHistogram =>
  createHistogram({ lowest: 1, highest: 60_000_000_000, figures: 3 });

/** What a histogram of ns holds, in µs. */
export function latencyOf(from: RecordableHistogram): LatencyPercentilesUs {
  const us = (p: number): number => from.percentile(p) / 1_000;
  return {
    p50: us(50),
    p90: us(90),
    p95: us(95),
    p99: carried(us(99), 0.99, from.count),
    p999: carried(us(99.9), 0.999, from.count),
    p9999: carried(us(99.99), 0.9999, from.count),
    max: from.max / 1_000,
    samples: from.count,
  };
}

/** What an open loop found. */
export interface OpenLoop {
  /** Every message. */
  readonly latency: LatencyPercentilesUs;
  /** The messages that led to an intent. */
  readonly intentLatency: LatencyPercentilesUs;
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
  const latencies = { all: histogram(), intent: histogram() };
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
    latency: latencyOf(latencies.all),
    intentLatency: latencyOf(latencies.intent),
    achieved: (slices * perSlice * 1e9) / elapsed,
    longestStallUs: stall / 1_000,
  };
}

/** Offers `count` messages from `start` on, ns; gives the longest gap seen while waiting, ns. */
function offer(
  path: DoorbellPath,
  now: Now,
  latencies: { readonly all: RecordableHistogram; readonly intent: RecordableHistogram },
  start: number,
  interval: number,
  count: number,
): number {
  let seen = start;
  let stall = 0;
  for (let i = 0; i < count; i += 1) {
    const due = start + i * interval;
    for (;;) {
      // The look that ends the waiting counts, too: a stall mostly ends beyond the intended time.
      const at = now();
      if (at - seen > stall && seen > start) stall = at - seen;
      seen = at;
      if (at >= due) break;
    }
    const intents = path.intents;
    path.next();
    seen = now();
    const ns = Math.max(1, Math.round(seen - due));
    latencies.all.record(ns);
    if (path.intents > intents) latencies.intent.record(ns);
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
  return latencyOf(pairs);
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
/** Chunks behind one mean. */
const GROUP_CHUNKS = 20;

/** Bytes of heap in use. */
const heapUsed = (): number => process.memoryUsage().heapUsed;

/** The collector, which Node shows only to those who ask by name. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return typeof collect === 'function' ? (collect as () => void) : () => {};
}

/**
 * JavaScript heap that each message leaves behind, bytes: means over groups of twenty chunks of 1,000
 * messages, `messages` in all. Chunks in which the collector ran are left out; the cost of looking is
 * taken off. The recording begins anew between groups, if at all.
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
  const means: number[] = [];
  for (let done = 0; done < messages; ) {
    await nextTurn(signal);
    if (path.left < GROUP_CHUNKS * GARBAGE_CHUNK) path.feed(path.left + 1);
    collect();
    let [grown, chunks] = [0, 0];
    for (let i = 0; i < GROUP_CHUNKS && path.left >= GARBAGE_CHUNK; i += 1) {
      const before = heapUsed();
      path.feed(GARBAGE_CHUNK);
      const growth = heapUsed() - before - look;
      done += GARBAGE_CHUNK;
      if (growth <= -GARBAGE_CHUNK) continue;
      grown += growth;
      chunks += 1;
    }
    if (chunks > 0) means.push(grown / chunks / GARBAGE_CHUNK);
  }
  return spreadOf(means.length > 0 ? means : [Number.NaN]);
}
