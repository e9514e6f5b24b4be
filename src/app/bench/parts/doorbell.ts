import { clockPairs, closedLoop, DoorbellPath, garbagePerMessage, openLoop } from '../doorbell.ts';
import { depthLoad } from '../load.ts';
import { spreadOf } from '../paired.ts';
import type { PartContext } from './results.ts';

/** The load of the goal, messages per second. */
const GOAL_RATE = 100_000;
const REPETITIONS = 7;
/** Messages over which the heap is watched. */
const GARBAGE_MESSAGES = 1_000_000;

/** Measures the path through the addon's doorbell, as the service runs it. */
export async function doorbellPart(context: PartContext): Promise<void> {
  const { options, load, now, results, stream } = context;
  const { config, signal, onLine, messagesPerSecond, durationMs, quick } = options;
  const path = new DoorbellPath(load, config);
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

  const goal = new DoorbellPath(depthLoad(stream), config);
  const p50s: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    const slice = { messagesPerSecond: GOAL_RATE, durationMs: quick ? 500 : 2_000, signal };
    p50s.push((await openLoop(goal, now, slice)).latency.p50);
  }
  const checksum = goal.engine.stateHash();
  results.figures.set('doorbell.p50', { kind: 'measured', value: spreadOf(p50s), checksum });
  onLine(
    `  20 levels at ${GOAL_RATE} messages/s: p50 ${spreadOf(p50s).median.toFixed(2)} µs; ` +
      'garbage over a million messages',
  );
  const garbage = await garbagePerMessage(goal, quick ? 200_000 : GARBAGE_MESSAGES, signal);
  const rounded = (bytes: number): number => Math.max(0, Math.round(bytes * 10) / 10);
  results.figures.set('garbage', {
    kind: 'measured',
    // The heap is told in steps; a tenth of a byte per message is what can be seen.
    value: {
      median: rounded(garbage.median),
      low5: rounded(garbage.low5),
      high95: rounded(garbage.high95),
      n: garbage.n,
    },
    checksum: goal.engine.stateHash(),
  });
}
