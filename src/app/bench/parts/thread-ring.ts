import { existsSync } from 'node:fs';
import { AppFailure } from '../../contracts.ts';
import { PROJECT_ROOT } from '../addon.ts';
import { spreadOf } from '../paired.ts';
import { effortOf, type PartContext } from './results.ts';

/** What bench/peers/thread-ring.mjs gives: ns per record of each round, rounds alternating. */
interface ThreadRingRun {
  readonly operations: number;
  readonly ns: readonly number[];
  readonly peerNs: readonly number[];
  readonly checksum: string;
}

const SUBJECT = 'script.thread-ring';
const PEER = 'script.thread-ring/postMessage';
const MODULE = `${PROJECT_ROOT}bench/peers/thread-ring.mjs`;

/** Measures the shared ring between two Node threads against postMessage, batched by 32. */
export async function threadRing({ options, results }: PartContext): Promise<void> {
  if (!existsSync(MODULE)) {
    results.absentPairs.set(PEER, 'absent: no bench/peers/thread-ring.mjs');
    return;
  }
  try {
    const { measure } = (await import(MODULE)) as {
      measure(options: { readonly rounds: number }): Promise<ThreadRingRun>;
    };
    const run = await measure({ rounds: effortOf(options).fewestRounds });
    const ratios = run.peerNs.map((peer, i) => peer / run.ns[i]!);
    results.pairs.set(PEER, {
      subject: SUBJECT,
      peer: PEER,
      operations: run.operations,
      subjectNs: spreadOf(run.ns),
      peerNs: spreadOf(run.peerNs),
      ratio: spreadOf(ratios),
      checksum: run.checksum,
    });
    options.onLine(`  ${PEER}: ${spreadOf(ratios).median.toFixed(1)}x`);
  } catch (error) {
    if (error instanceof AppFailure) throw error;
    const fault = error instanceof Error ? error.message : String(error);
    results.absentPairs.set(PEER, `failed: ${fault}`);
    results.faults.push(`${PEER}: ${fault}`);
  }
}
