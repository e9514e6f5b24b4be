import { existsSync, mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { loadAddon } from '../native/index.ts';
import { type BenchAddon, loadBenchAddon, PROJECT_ROOT } from './bench/addon.ts';
import {
  baselineOf,
  compareWith,
  readBaseline,
  requireComparable,
  unexplained,
  writeText,
} from './bench/baseline.ts';
import { makeDepthStream } from './bench/depth-stream.ts';
import { goalsOf } from './bench/goals.ts';
import { generatedLoad, type Load, peakOf, recordedLoad } from './bench/load.ts';
import { describeMachine, loadNow } from './bench/machine.ts';
import { backtestPart } from './bench/parts/backtest.ts';
import { cachesPart } from './bench/parts/caches.ts';
import { doorbellPart } from './bench/parts/doorbell.ts';
import { ordersPart } from './bench/parts/orders.ts';
import { pathPart } from './bench/parts/path.ts';
import { peersPart } from './bench/parts/peers.ts';
import { emptyResults, type PartContext, type PartResults } from './bench/parts/results.ts';
import { targetsPart } from './bench/parts/targets.ts';
import { BENCH_PARTS, type BenchPart, type BenchReport } from './bench/report.ts';
import { stopwatch } from './bench/runners.ts';
import type { BenchOptions } from './contracts.ts';
import { MANIFEST_FILE } from './manifest-file.ts';
import { packageVersion } from './version.ts';

/** Seed of every generated input. */
const SEED = 42;

/** Depth updates of the generated stream. */
const STREAM_UPDATES = 20_000;

/** The capture that is taken when none is named, within the recordings. */
const USUAL_CAPTURE = 'binance_raw/usdm_btcusdt_20240808.ws.gz';

const PARTS: Readonly<Record<BenchPart, (context: PartContext) => Promise<void>>> = {
  doorbell: doorbellPart,
  path: pathPart,
  orders: ordersPart,
  peers: peersPart,
  targets: targetsPart,
  caches: cachesPart,
  backtest: backtestPart,
};

/**
 * Measures in the order in which later parts disturb earlier ones least. Orders come first: the
 * garbage collector, which makes their longest times, is slower the more others left in the heap.
 */
const ORDER: readonly BenchPart[] = [
  'orders',
  'peers',
  'path',
  'doorbell',
  'targets',
  'caches',
  'backtest',
];

/** Parts that need the compiled workloads. */
const NATIVE: readonly BenchPart[] = ['peers', 'path', 'targets'];

interface Input {
  readonly files: readonly string[];
  readonly load: Load;
  readonly recordings: string;
}

async function inputOf(options: BenchOptions): Promise<Input> {
  const recordings = options.recordings ?? resolve(PROJECT_ROOT, '..', 'shared', 'market');
  const usual = join(recordings, USUAL_CAPTURE);
  const files =
    options.files.length > 0 ? options.files : existsSync(usual) ? [usual] : options.files;
  const load =
    files.length > 0 ? await recordedLoad(files, options.config) : generatedLoad(options.config);
  return { files, load, recordings };
}

function report(
  options: BenchOptions,
  input: Input,
  results: PartResults,
  addon: BenchAddon | null,
  { loadBefore, startedAt }: { readonly loadBefore: number; readonly startedAt: number },
): Omit<BenchReport, 'comparison'> {
  const { doorbell } = results;
  const machine = describeMachine(addon, SEED, loadBefore);
  return {
    version: packageVersion(),
    kernelTarget: machine.kernelTarget,
    nodeVersion: process.version,
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    source: input.load.source,
    offeredMessagesPerSecond: doorbell === null ? null : options.messagesPerSecond,
    achievedMessagesPerSecond: doorbell?.achieved ?? null,
    messageUs: doorbell?.latency ?? null,
    messageToIntentUs: doorbell?.intentLatency ?? null,
    clockPairUs: doorbell?.clockPair ?? null,
    longestStallUs: doorbell?.longestStallUs ?? null,
    throughputMessagesPerSecond: doorbell?.throughput ?? null,
    intents: doorbell?.intents ?? null,
    checksum: doorbell?.checksum ?? null,
    quick: options.quick,
    elapsedS: (performance.now() - startedAt) / 1_000,
    parts: asked(options.parts),
    goals: goalsOf({ ...results, kernelTarget: machine.kernelTarget }),
    stages: results.stages,
    batches: results.batches,
    peers: [...results.pairs.values()],
    absentPeers: [...results.absentPairs].map(([peer, why]) => ({ peer, ...why })),
    targets: results.targets,
    caches: results.caches,
    peak: peakOf(input.load),
    stalls: results.stalls,
    nativeClockPairNs: addon?.machine().clockPairNs ?? null,
    machine,
    faults: results.faults,
  };
}

const asked = (parts: readonly BenchPart[]): readonly BenchPart[] =>
  BENCH_PARTS.filter((part) => parts.length === 0 || parts.includes(part));

/**
 * Measures this machine: pairs with peers, the path from bytes to intent in C++ and through Node's
 * doorbell, every kernel target, and a backtest. What was found is judged by `goals`.
 *
 * Errors: throws `AppFailure` for unreadable captures or baselines, workloads that do not build,
 *         and an interruption. Checksums that differ are `faults` of the report.
 */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const { onLine, signal } = options;
  const baseline = options.baseline === null ? null : await readBaseline(options.baseline);
  const parts = asked(options.parts);
  const loadBefore = loadNow();
  // The product's own engine first: what it refuses (BOT4_TARGET) is said before anything compiles.
  const product = loadAddon();
  if (baseline !== null) requireComparable(options.baseline ?? '', baseline, product.target, parts);
  const addon = parts.some((part) => NATIVE.includes(part)) ? await loadBenchAddon(signal) : null;
  const startedAt = performance.now();
  const input = await inputOf(options);
  onLine(`load: ${input.load.messages.length} messages, ${input.load.source}`);
  const results = emptyResults();
  const context: PartContext = {
    ...input,
    options,
    addon,
    stream: makeDepthStream(STREAM_UPDATES, SEED),
    now: stopwatch(),
    results,
  };
  for (const part of ORDER) {
    if (!parts.includes(part)) continue;
    onLine(`${part}:`);
    await PARTS[part](context);
  }
  const measured = report(options, input, results, addon, { loadBefore, startedAt });
  const comparison =
    baseline === null || options.baseline === null
      ? null
      : compareWith(options.baseline, baseline, measured.peers);
  if (comparison !== null) results.faults.push(...unexplained(comparison, measured.absentPeers));
  const whole: BenchReport = { ...measured, comparison };
  if (options.saveBaseline !== null) {
    await writeText(options.saveBaseline, `${JSON.stringify(baselineOf(whole), null, 2)}\n`);
  }
  if (options.save) {
    mkdirSync(dirname(MANIFEST_FILE), { recursive: true });
    await writeText(MANIFEST_FILE, `${JSON.stringify(whole, null, 2)}\n`);
  }
  return whole;
}
