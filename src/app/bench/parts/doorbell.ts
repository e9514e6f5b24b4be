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

/** The goal's load, of which the messages count that led to an intent: until it has been read. */
async function goalLoad({ options, now, results }: PartContext, path: DoorbellPath): Promise<void> {
  const { signal, quick, onLine } = options;
  const offered = { messagesPerSecond: GOAL_RATE, durationMs: quick ? 500 : 2_000, signal };
  const p50s: number[] = [];
  let least = Number.POSITIVE_INFINITY;
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
  const value = spreadOf(p50s);
  const checksum = path.engine.stateHash();
  const note =
    `until the intent has been read from its ring, each of ${REPETITIONS} repetitions over at ` +
    `least ${least} messages with an intent`;
  results.figures.set('doorbell.p50', {
    ...{ kind: 'measured', value, checksum, full: REPETITIONS, note },
  });
  onLine(
    `  20 levels at ${GOAL_RATE} messages/s: bytes to intent p50 ${value.median.toFixed(2)} µs, read`,
  );
}

/** What messages leave in the heap while intents flow and are read; and what keeping them leaves. */
async function garbage({ options, results }: PartContext, path: DoorbellPath): Promise<void> {
  const { signal, quick, onLine } = options;
  const messages = quick ? GARBAGE_MESSAGES / 5 : GARBAGE_MESSAGES;
  path.feed(GARBAGE_MESSAGES / 20);
  const before = path.intents;
  const value = await garbagePerMessage(path, messages, signal);
  const share = (path.intents - before) / messages;
  path.keepsIntents = true;
  path.feed(GARBAGE_MESSAGES / 20);
  const kept = await garbagePerMessage(path, messages / 5, signal);
  const note =
    'means of 20,000 messages: receive time, push, run, tape; an intent in ' +
    `${(Math.min(1, share) * 100).toFixed(0)} % of them, read from its ring (side, price, quantity, ` +
    'probability, edge, reasons). Made into an object of its own with its time as a bigint, as a ' +
    `strategy takes it, each leaves ${kept.median.toFixed(0)} B more`;
  results.figures.set('garbage', {
    ...{ kind: 'measured', value, checksum: path.engine.stateHash(), full: GARBAGE_GROUPS, note },
  });
  onLine(
    `  garbage ${value.median.toFixed(3)} B per message, ${kept.median.toFixed(0)} B where each ` +
      'intent becomes an object',
  );
}
