import { loadAddon } from '../../../native/index.ts';
import { depthLoad } from '../load.ts';
import { nativePath } from '../native-path.ts';
import { measureAlone } from '../paired.ts';
import type { BenchBatch } from '../report.ts';
import { namedRunner, pathRunner } from '../runners.ts';
import { effortOf, type PartContext } from './results.ts';

/** Workloads that run on the kernels. */
const WORKLOADS = ['decision.batch64', 'decision.single', 'decision.bound-single'];

/** Messages of the session whose fingerprint is compared. */
const MESSAGES = 4_000;

/**
 * Measures the decision with every instruction set of this machine, and lets a whole session give
 * its fingerprint on each: all must have the same bits.
 */
export async function targetsPart(context: PartContext): Promise<void> {
  const { results, options } = context;
  const before = process.env['BOT4_TARGET'];
  try {
    for (const target of loadAddon().supportedTargets) await oneTarget(context, target);
  } finally {
    if (before === undefined) delete process.env['BOT4_TARGET'];
    else process.env['BOT4_TARGET'] = before;
  }
  const [first, ...others] = results.targets;
  for (const other of others) {
    if (other.stateHash !== first!.stateHash) {
      results.faults.push(
        `a session ends in ${first!.stateHash} on ${first!.target} and in ${other.stateHash} on ${other.target}`,
      );
    }
    other.batches.forEach(({ name, checksum }, i) => {
      const expected = first!.batches[i]?.checksum;
      if (checksum !== expected) {
        results.faults.push(
          `${name} gives ${expected} on ${first!.target} and ${checksum} on ${other.target}`,
        );
      }
    });
  }
  options.onLine(`  ${results.targets.map(({ target }) => target).join(', ')}: compared`);
}

async function oneTarget(context: PartContext, target: string): Promise<void> {
  const { addon, options, recordings, stream, results } = context;
  if (addon === null) return;
  // Workloads and sessions choose their kernels by this name when they are made.
  process.env['BOT4_TARGET'] = target;
  const batches: BenchBatch[] = [];
  const effort = effortOf(options);
  for (const name of WORKLOADS) {
    const runner = namedRunner(addon, name, recordings);
    if (runner === null) continue;
    const slow = { ...effort, rounds: effort.fewestRounds, budgetMs: 0 };
    batches.push((await measureAlone(runner, slow, options.signal)).batch);
  }
  const messages = stream.messages.slice(0, MESSAGES);
  const path = nativePath(addon, depthLoad({ ...stream, messages }));
  const runner = pathRunner(addon, 'path', path, 'path');
  results.targets.push({ target, batches, stateHash: runner.run().checksum });
  options.onLine(
    `  ${target}: ${batches.map(({ ns }) => `${ns.median.toFixed(1)} ns`).join(', ')}`,
  );
}
