import { clockPairs, closedLoop, garbagePerMessage, openLoop } from '../doorbell.ts';
import { DoorbellPath } from '../doorbell-path.ts';
import { LEAST_INTENTS } from '../goals.ts';
import { depthLoad } from '../load.ts';
import { spreadOf } from '../paired.ts';
import type { PartContext } from './results.ts';

/** The load of the goal, messages per second. */
const GOAL_RATE = 100_000;
const REPETITIONS = 7;
/** Messages over which the heap is watched. */
const GARBAGE_MESSAGES = 1_000_000;

/** Groups behind the garbage of a full run. */
const GARBAGE_GROUPS = 50;
/** A quick run's open loop is this long at most, ms. */
const QUICK_MS = 3_000;

/** Measures the path through the addon's doorbell, as the service runs it. */
export async function doorbellPart(context: PartContext): Promise<void> {
  const { options, load, now, results, stream } = context;
  const { signal, onLine, messagesPerSecond, quick } = options;
  const durationMs = quick ? Math.min(options.durationMs, QUICK_MS) : options.durationMs;
  const path = new DoorbellPath(load);
  onLine(`  open loop: ${messagesPerSecond} messages/s for ${durationMs / 1_000} s`);
  const open = await openLoop(path, now, { messagesPerSecond, durationMs, signal });
  onLine('  closed loop');
  const throughput = await closedLoop(path, now, load.messages.length * 2, signal);
  results.doorbell = {
    ...open,
    clockPair: clockPairs(now),
    throughput,
    intents: path.intents,
    checksum: path.engine.stateHash(),
  };
  const goal = new DoorbellPath(depthLoad(stream));
  await goalLoad(context, goal);
  await garbage(context, goal);
}

/**
 * The goal's load, of which the messages count that led to an intent: it stands in its ring when the
 * doorbell returns. Acting on as many orders a second as that is no load that anybody has.
 */
async function goalLoad({ options, now, results }: PartContext, path: DoorbellPath): Promise<void> {
  const { signal, quick, onLine } = options;
  const offered = { messagesPerSecond: GOAL_RATE, durationMs: quick ? 500 : 2_000, signal };
  const p50s: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  path.readsIntents = false;
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    const { intentLatency } = await openLoop(path, now, offered);
    p50s.push(intentLatency.p50);
    least = Math.min(least, intentLatency.samples);
  }
  if (least < LEAST_INTENTS) {
    const why = `a repetition saw only ${least} intents, of at least ${LEAST_INTENTS}`;
    results.figures.set('doorbell.p50', { kind: 'absent', why });
    onLine(`  ${why}`);
    return;
  }
  path.readsIntents = true;
  const read = (await openLoop(path, now, offered)).intentLatency.p50;
  const value = spreadOf(p50s);
  const checksum = path.engine.stateHash();
  const note =
    `to the return of the doorbell with the intent in its ring, each of ${REPETITIONS} repetitions ` +
    `over at least ${least} messages with an intent; with every intent read as an object, too: ` +
    `p50 ${read.toFixed(2)} µs`;
  results.figures.set('doorbell.p50', {
    ...{ kind: 'measured', value, checksum, full: REPETITIONS, note },
  });
  onLine(
    `  20 levels at ${GOAL_RATE} messages/s: bytes to intent p50 ${value.median.toFixed(2)} µs, ` +
      `${read.toFixed(2)} µs with intents read`,
  );
}

/** What messages leave in the heap while intents flow: passed over in their ring, then read. */
async function garbage({ options, results }: PartContext, path: DoorbellPath): Promise<void> {
  const { signal, quick, onLine } = options;
  const messages = quick ? GARBAGE_MESSAGES / 5 : GARBAGE_MESSAGES;
  path.readsIntents = false;
  path.feed(GARBAGE_MESSAGES / 20);
  const before = path.intents;
  const value = await garbagePerMessage(path, messages, signal);
  const share = (path.intents - before) / messages;
  path.readsIntents = true;
  path.feed(GARBAGE_MESSAGES / 20);
  const read = await garbagePerMessage(path, messages / 5, signal);
  const note =
    'means of 20,000 messages: receive time, push, run, tape; an intent in ' +
    `${(Math.min(1, share) * 100).toFixed(0)} % of them, passed over in their ring. Reading each as ` +
    `the object that the steering plane acts on leaves ${read.median.toFixed(1)} B per message`;
  results.figures.set('garbage', {
    ...{ kind: 'measured', value, checksum: path.engine.stateHash(), full: GARBAGE_GROUPS, note },
  });
  onLine(
    `  garbage ${value.median.toFixed(3)} B per message, ${read.median.toFixed(1)} with intents read`,
  );
}
