import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { AppFailure } from '../contracts.ts';

/** A prepared workload; opaque. */
export type NativeWorkload = object & { readonly brand?: 'workload' };
/** Frames and the session that they are fed to; opaque. */
export type NativePath = object & { readonly brand?: 'path' };

/** Percentiles of a native histogram, ns. */
export interface NativePercentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly p9999: number;
  readonly max: number;
  readonly n: number;
}

/** Gaps of a loop that only waited: how many from each bound on, and the longest, ns. */
export interface NativeStalls {
  readonly fromNs: Float64Array;
  readonly counts: Float64Array;
  readonly longestNs: number;
  readonly lostNs: number;
  readonly watchedNs: number;
}

/** An instrument of recorded frames. */
export interface PathInstrument {
  readonly symbol: string;
  readonly tickSizeE8: bigint;
  readonly stepSizeE8: bigint;
  readonly sequenceRule: string;
}

/** What a workload over a path does; see make_path_workload in bench/native/recorded_path.h. */
export type PathKind = 'decode' | 'book' | 'framed-book' | 'path';

/** What the bench addon exports; see bench/native/binding.cc. */
export interface BenchAddon {
  readonly target: string;
  list(): readonly string[];
  /** null: this machine or build cannot run it. */
  make(name: string, recordings: string): NativeWorkload | null;
  operations(workload: NativeWorkload): number;
  /** [ns of one batch, checksum]. */
  run(workload: NativeWorkload): readonly [number, string];
  createPath(
    instruments: readonly PathInstrument[],
    bytes: Uint8Array,
    lengths: Uint32Array,
    symbols: Int32Array,
    receivedAtNs: BigInt64Array,
  ): NativePath;
  pathWorkload(path: NativePath, kind: PathKind): NativeWorkload;
  /** Triples of side (0 buy, 1 sell), ticks, lots. */
  createBook(words: Int32Array): NativeWorkload;
  /** Fives of cancel (0 add, 1 cancel), id, side, ticks, lots. */
  createOrders(words: Int32Array): NativeWorkload;
  /** Messages at their intended times; the measures add up in the path. ns taken. */
  openLoop(path: NativePath, messagesPerSecond: number, count: number, block: number): number;
  saturate(path: NativePath, count: number): number;
  allocations(path: NativePath, count: number): number;
  measures(path: NativePath): {
    /** Of every message. */
    readonly latency: NativePercentiles;
    /** Of the messages that led to an intent. */
    readonly intentLatency: NativePercentiles;
    readonly stalls: NativeStalls;
    /** Rows of the eight stages' means, ns per message. */
    readonly stageRows: Float64Array;
    readonly intents: number;
    readonly stateHash: string;
  };
  machine(): {
    readonly effectiveGhz: number;
    readonly tscGhz: number;
    readonly tscStepNs: number;
    readonly clockPairNs: NativePercentiles;
    readonly compiler: string;
  };
  watchStalls(ms: number): NativeStalls;
  /** From the trip on one core to its sight on another; `n` is 0 where it cannot be measured. */
  tripLatency(trips: number): NativePercentiles;
}

/** The root of the project, seen from src/app/bench and from dist/app/bench. */
export const PROJECT_ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const ADDON = `${PROJECT_ROOT}.cache/bench-addon/build/Release/bot4_bench.node`;

/** Builds the workloads when they are missing or older than their sources. */
async function build(signal: AbortSignal): Promise<void> {
  const script = `${PROJECT_ROOT}scripts/build-bench.mjs`;
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 2, 2], signal });
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
  if (signal.aborted) throw new AppFailure('interrupted', 'the bench was interrupted');
  if (status !== 0) {
    throw new AppFailure(
      'failed',
      'the workloads of the bench did not build; the lines above say why',
      'With "bot4 bench --only doorbell" the path through Node is measured without them.',
    );
  }
}

/**
 * Loads the bench addon, built first where it is not.
 *
 * Errors: `AppFailure` when it cannot be built or loaded, and for an interruption.
 */
export async function loadBenchAddon(signal: AbortSignal): Promise<BenchAddon> {
  await build(signal);
  try {
    return createRequire(import.meta.url)(ADDON) as BenchAddon;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AppFailure('failed', `the workloads of the bench do not load: ${why}`);
  }
}
