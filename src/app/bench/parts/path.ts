import type { BenchAddon, NativeStalls } from '../addon.ts';
import { type Figure, LEAST_INTENTS } from '../goals.ts';
import { depthLoad, peakOf } from '../load.ts';
import {
  BLOCK_MESSAGES,
  nativePath,
  type Offered,
  pathLatency,
  saturatedStage,
  saturation,
  stageTimes,
  stallsOf,
} from '../native-path.ts';
import { spreadOf } from '../paired.ts';
import type { BenchStage } from '../report.ts';
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

/** Nanoseconds for a line of progress. */
const shown = (ns: number | null): string => (ns === null ? '–' : `${ns.toFixed(0)} ns`);

async function recordedLoads(context: PartContext, addon: BenchAddon): Promise<void> {
  const { options, load, results } = context;
  const { signal, quick, onLine } = options;
  const path = nativePath(addon, load);
  const { perSecond } = peakOf(load);
  const durationMs = quick ? 1_000 : 4_000;
  for (const multiple of MULTIPLES) {
    const offered: Offered = {
      load: `${multiple}x`,
      messagesPerSecond: perSecond * multiple,
      durationMs,
    };
    const { whole, toIntent, stalls } = await pathLatency(addon, path, offered, signal);
    results.stages.push(whole);
    if (toIntent !== null) results.stages.push(toIntent);
    results.stages.push(...(await stageTimes(addon, path, offered, signal)));
    results.stalls.push(stallsOf(offered.load, [stalls]));
    onLine(
      `  ${offered.load}, ${offered.messagesPerSecond} messages/s: p50 ${shown(whole.p50)}, ` +
        `p99 ${shown(whole.p99)}; ${toIntent?.n ?? 0} intents, ` +
        `p50 ${shown(toIntent?.p50 ?? null)}, p99 ${shown(toIntent?.p99 ?? null)}`,
    );
  }
  const saturated = { load: 'saturation', messagesPerSecond: Number.POSITIVE_INFINITY, durationMs };
  results.stages.push(...(await stageTimes(addon, path, saturated, signal)));
  const means = await saturation(addon, path, quick ? 100 : 500, signal);
  results.stages.push(saturatedStage(means));
  const ns = spreadOf(means);
  const checksum = addon.measures(path).stateHash;
  results.batches.push({ name: 'path.saturation', operations: BLOCK_MESSAGES, ns, checksum });
  // At saturation nothing waits, so that the machine is watched right after it.
  results.stalls.push(stallsOf('after saturation', [addon.watchStalls(quick ? 500 : 2_000)]));
  onLine(`  saturation: ${(1e3 / ns.median).toFixed(2)} million messages/s`);
}

/** The percentile of each repetition, where each saw enough intents. */
function overIntents(
  repetitions: readonly (BenchStage | null)[],
  percentile: 'p50' | 'p99',
  checksum: string,
): Figure {
  const least = Math.min(...repetitions.map((each) => each?.n ?? 0));
  if (least < LEAST_INTENTS) {
    const why = `a repetition saw only ${least} intents, of at least ${LEAST_INTENTS}`;
    return { kind: 'absent', why };
  }
  const us = repetitions.map((each) => (each?.[percentile] ?? Number.NaN) / 1_000);
  const note = `each of ${us.length} repetitions over at least ${least} messages with an intent`;
  return { kind: 'measured', value: spreadOf(us), checksum, full: REPETITIONS, note };
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
  const repetitions: (BenchStage | null)[] = [];
  const ledgers: NativeStalls[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    const { whole, toIntent, stalls } = await pathLatency(addon, path, offered, signal);
    repetitions.push(toIntent);
    ledgers.push(stalls);
    if (repetition < REPETITIONS - 1) continue;
    results.stages.push(whole);
    if (toIntent !== null) results.stages.push(toIntent);
  }
  results.stages.push(...(await stageTimes(addon, path, offered, signal)));
  results.stalls.push(stallsOf(offered.load, ledgers));
  const checksum = steadyState(context, addon);
  for (const percentile of ['p50', 'p99'] as const) {
    const figure = overIntents(repetitions, percentile, checksum);
    results.figures.set(`path.${percentile}`, figure);
    const found = figure.kind === 'absent' ? figure.why : `${figure.value.median.toFixed(2)} µs`;
    onLine(`  20 levels at ${GOAL_RATE} messages/s, bytes to intent ${percentile}: ${found}`);
  }
}

/** Counts allocations while intents flow; gives the fingerprint that the messages led to. */
function steadyState({ options, stream, results }: PartContext, addon: BenchAddon): string {
  // Half a pass at most, so that the recording does not begin anew meanwhile.
  const counted = Math.floor(stream.messages.length / 2);
  const fresh = nativePath(addon, depthLoad(stream));
  addon.saturate(fresh, stream.messages.length + 100);
  addon.measures(fresh);
  const allocations = addon.allocations(fresh, counted);
  const { stateHash: checksum, intents } = addon.measures(fresh);
  const perMessage = allocations / counted;
  const value = { median: perMessage, low5: perMessage, high95: perMessage, n: counted };
  const note = `in C++, ${counted} messages with ${intents} intents`;
  results.figures.set('allocations', { kind: 'measured', value, checksum, full: 1, note });
  options.onLine(`  ${allocations} allocations in ${counted} messages with ${intents} intents`);
  return checksum;
}
