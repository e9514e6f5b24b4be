import type { BenchAddon, NativePath, NativeStalls } from './addon.ts';
import type { Load } from './load.ts';
import { nextTurn } from './paired.ts';
import { carriedPercentiles, percentilesOf } from './percentiles.ts';
import type { BenchStage, BenchStalls } from './report.ts';

/** The stages of a row, in the order of StageClock::ticks (native/core/stage_clock.h). */
export const STAGES = [
  'frame',
  'decode',
  'book',
  'features',
  'decision',
  'gate',
  'intent',
  'state',
] as const;

const SLICE_MS = 250;
const WARM_UP_MESSAGES = 50_000;

/** Most messages of a block; the method asks for ten thousand where the time allows. */
export const BLOCK_MESSAGES = 10_000;

/** Puts the messages of a load into the bench addon. */
export function nativePath(addon: BenchAddon, { messages, instruments }: Load): NativePath {
  const bytes = new Uint8Array(messages.reduce((sum, each) => sum + each.bytes.length, 0));
  let offset = 0;
  for (const message of messages) {
    bytes.set(message.bytes, offset);
    offset += message.bytes.length;
  }
  return addon.createPath(
    instruments.map(({ symbol, tickSizeE8, stepSizeE8, sequenceRule }) => ({
      symbol,
      tickSizeE8,
      stepSizeE8,
      sequenceRule,
    })),
    bytes,
    Uint32Array.from(messages, (each) => each.bytes.length),
    Int32Array.from(messages, (each) => each.symbol),
    BigInt64Array.from(messages, (each) => each.at),
  );
}

/** One load of the open loop. */
export interface Offered {
  readonly load: string;
  readonly messagesPerSecond: number;
  readonly durationMs: number;
}

async function inSlices(
  addon: BenchAddon,
  path: NativePath,
  { messagesPerSecond, durationMs }: Offered,
  block: number,
  signal: AbortSignal,
): Promise<void> {
  const slices = Math.max(1, Math.round(durationMs / SLICE_MS));
  const perSlice = Math.max(1, Math.round((messagesPerSecond * durationMs) / 1_000 / slices));
  for (let slice = 0; slice < slices; slice += 1) {
    await nextTurn(signal);
    addon.openLoop(path, messagesPerSecond, perSlice, block);
  }
}

/** What one open loop found. */
export interface PathLatency {
  /** Every message. */
  readonly whole: BenchStage;
  /** The messages that led to an intent; null when none did. */
  readonly toIntent: BenchStage | null;
  readonly stalls: NativeStalls;
}

/** The whole path, each message from its intended arrival. */
export async function pathLatency(
  addon: BenchAddon,
  path: NativePath,
  offered: Offered,
  signal: AbortSignal,
): Promise<PathLatency> {
  addon.saturate(path, WARM_UP_MESSAGES);
  addon.measures(path);
  await inSlices(addon, path, offered, 0, signal);
  const { latency, intentLatency, stalls } = addon.measures(path);
  const common = {
    load: offered.load,
    messagesPerSecond: offered.messagesPerSecond,
    unit: 'ns',
    method: 'message',
    messagesPerBlock: null,
  } as const;
  return {
    whole: { stage: 'whole-path', ...common, ...carriedPercentiles(latency) },
    toIntent:
      intentLatency.n === 0
        ? null
        : { stage: 'bytes-to-intent', ...common, ...carriedPercentiles(intentLatency) },
    stalls,
  };
}

/**
 * Every stage under a load: means over blocks of messages, from the sums of the stage clock with
 * its own cost taken off. At saturation (`messagesPerSecond` infinite) messages follow each other.
 */
export async function stageTimes(
  addon: BenchAddon,
  path: NativePath,
  offered: Offered,
  signal: AbortSignal,
): Promise<readonly BenchStage[]> {
  const saturated = !Number.isFinite(offered.messagesPerSecond);
  const rate = saturated ? 1e9 : offered.messagesPerSecond;
  const messages = saturated
    ? Math.round((offered.durationMs / 1_000) * 1e6)
    : (rate * offered.durationMs) / 1_000;
  const block = Math.max(100, Math.min(BLOCK_MESSAGES, Math.floor(messages / 40)));
  addon.saturate(path, WARM_UP_MESSAGES);
  addon.measures(path);
  if (saturated) {
    for (let done = 0; done < messages; done += block * 10) {
      await nextTurn(signal);
      addon.openLoop(path, rate, block * 10, block);
    }
  } else await inSlices(addon, path, offered, block, signal);
  const { stageRows } = addon.measures(path);
  const rows = stageRows.length / STAGES.length;
  return STAGES.map((stage, place) => ({
    stage,
    load: offered.load,
    messagesPerSecond: saturated ? null : offered.messagesPerSecond,
    unit: 'ns',
    method: 'block',
    messagesPerBlock: block,
    ...percentilesOf(
      Array.from({ length: rows }, (_, row) => stageRows[row * STAGES.length + place]!),
    ),
  }));
}

/** ns per message of messages that follow each other, over `rounds` blocks of them. */
export async function saturation(
  addon: BenchAddon,
  path: NativePath,
  rounds: number,
  signal: AbortSignal,
): Promise<readonly number[]> {
  addon.saturate(path, WARM_UP_MESSAGES);
  const means: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 16 === 0) await nextTurn(signal);
    means.push(addon.saturate(path, BLOCK_MESSAGES) / BLOCK_MESSAGES);
  }
  return means;
}

/** The whole path at saturation, as the distribution of its block means. */
export const saturatedStage = (means: readonly number[]): BenchStage => ({
  stage: 'whole-path',
  load: 'saturation',
  messagesPerSecond: null,
  unit: 'ns',
  method: 'block',
  messagesPerBlock: BLOCK_MESSAGES,
  ...percentilesOf(means),
});

/** The ledgers of native loops on one load, for people. */
export function stallsOf(load: string, ledgers: readonly NativeStalls[]): BenchStalls {
  const sum = (of: (ledger: NativeStalls) => number): number =>
    ledgers.reduce((total, each) => total + of(each), 0);
  const watchedNs = sum((each) => each.watchedNs);
  return {
    load,
    gaps: Array.from(ledgers[0]?.fromNs ?? [], (ns, i) => ({
      fromUs: ns / 1_000,
      count: sum((each) => each.counts[i] ?? 0),
    })),
    longestUs: Math.max(0, ...ledgers.map((each) => each.longestNs)) / 1_000,
    lostFraction: watchedNs > 0 ? sum((each) => each.lostNs) / watchedNs : 0,
    watchedMs: watchedNs / 1e6,
  };
}
