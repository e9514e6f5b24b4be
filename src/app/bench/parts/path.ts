import type { BenchAddon, NativeStalls } from '../addon.ts';
import { depthLoad, peakOf } from '../load.ts';
import {
  nativePath,
  type Offered,
  pathLatency,
  saturation,
  stageTimes,
  stallsOf,
} from '../native-path.ts';
import { spreadOf } from '../paired.ts';
import type { PartContext } from './results.ts';

/** Loads as multiples of the recorded peak rate. */
const MULTIPLES = [1, 5, 20];

/** The load of the goal, messages per second. */
export const GOAL_RATE = 100_000;

/** Repetitions of the goal's load: each gives one p50 and one p99. */
const REPETITIONS = 7;

/** Measures the path in C++: stages and whole under the recorded loads, and the goal's load. */
export async function pathPart(context: PartContext): Promise<void> {
  const { addon } = context;
  if (addon === null) return;
  await recordedLoads(context, addon);
  await goalLoad(context, addon);
}

async function recordedLoads(context: PartContext, addon: BenchAddon): Promise<void> {
  const { options, load, results } = context;
  const { signal, quick, onLine } = options;
  const path = nativePath(addon, load);
  const { perSecond } = peakOf(load);
  const durationMs = quick ? 1_000 : 8_000;
  for (const multiple of MULTIPLES) {
    const offered: Offered = {
      load: `${multiple}x`,
      messagesPerSecond: perSecond * multiple,
      durationMs,
    };
    const { stage } = await pathLatency(addon, path, offered, signal);
    results.stages.push(stage, ...(await stageTimes(addon, path, offered, signal)));
    onLine(
      `  ${offered.load}, ${offered.messagesPerSecond} messages/s: p50 ${stage.p50.toFixed(0)} ns, ` +
        `p99 ${stage.p99.toFixed(0)} ns`,
    );
  }
  const saturated = { load: 'saturation', messagesPerSecond: Number.POSITIVE_INFINITY, durationMs };
  results.stages.push(...(await stageTimes(addon, path, saturated, signal)));
  const rounds = quick ? 11 : 31;
  const rate = await saturation(addon, path, load.messages.length, rounds, signal);
  results.batches.push({
    name: 'path.saturation',
    operations: load.messages.length,
    ns: {
      median: 1e9 / rate.median,
      low5: 1e9 / rate.high95,
      high95: 1e9 / rate.low5,
      n: rate.n,
    },
    checksum: addon.measures(path).stateHash,
  });
  onLine(`  saturation: ${(rate.median / 1e6).toFixed(2)} million messages/s`);
}

async function goalLoad(context: PartContext, addon: BenchAddon): Promise<void> {
  const { options, stream, results } = context;
  const { signal, quick, onLine } = options;
  const path = nativePath(addon, depthLoad(stream));
  const offered: Offered = {
    load: 'depth20 at 100,000/s',
    messagesPerSecond: GOAL_RATE,
    durationMs: quick ? 500 : 2_000,
  };
  const [p50s, p99s]: number[][] = [[], []];
  let last: NativeStalls | null = null;
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    const { stage, stalls } = await pathLatency(addon, path, offered, signal);
    p50s!.push(stage.p50 / 1_000);
    p99s!.push(stage.p99 / 1_000);
    last = stalls;
    if (repetition === REPETITIONS - 1) results.stages.push(stage);
  }
  results.stages.push(...(await stageTimes(addon, path, offered, signal)));
  results.stalls = last === null ? null : stallsOf(last);
  // Half a pass at most, so that the recording does not begin anew meanwhile.
  const counted = Math.floor(stream.messages.length / 2);
  const fresh = nativePath(addon, depthLoad(stream));
  addon.saturate(fresh, stream.messages.length + 100);
  const allocations = addon.allocations(fresh, counted);
  const checksum = addon.measures(fresh).stateHash;
  const perMessage = allocations / counted;
  const one = { median: perMessage, low5: perMessage, high95: perMessage, n: counted };
  results.figures.set('allocations', { kind: 'measured', value: one, checksum });
  results.figures.set('path.p50', { kind: 'measured', value: spreadOf(p50s!), checksum });
  results.figures.set('path.p99', { kind: 'measured', value: spreadOf(p99s!), checksum });
  onLine(
    `  20 levels at ${GOAL_RATE} messages/s: p50 ${spreadOf(p50s!).median.toFixed(2)} µs, ` +
      `p99 ${spreadOf(p99s!).median.toFixed(2)} µs; ${allocations} allocations in ${counted} messages`,
  );
}
