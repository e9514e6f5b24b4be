import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { AppFailure } from '../../contracts.ts';
import { PROJECT_ROOT } from '../addon.ts';
import { spreadOf } from '../paired.ts';
import { effortOf, type PartContext } from './results.ts';

/** What bench/peers/thread-ring.mjs gives: ns per record of each round, rounds alternating. */
interface ThreadRingRun {
  readonly ns: readonly number[];
  readonly peerNs: readonly number[];
  readonly checksum: number;
}

/** Records of one batch, through the ring as through the port. */
const RECORDS = 204_800;

const SUBJECT = 'script.thread-ring';
const PEER = 'script.thread-ring/postMessage';
const MODULE = `${PROJECT_ROOT}bench/peers/thread-ring.mjs`;
const RING = `${PROJECT_ROOT}dist/native/shared-ring.js`;

/** Measures the shared ring between two Node threads against postMessage, batched by 32. */
export async function threadRing({ options, results }: PartContext): Promise<void> {
  const missing = [MODULE, RING].find((path) => !existsSync(path));
  if (missing !== undefined) {
    const why = `not built: ${missing.slice(PROJECT_ROOT.length)}`;
    results.absentPairs.set(PEER, { reason: 'not-built', why });
    return;
  }
  try {
    const { threadRing: measure } = (await import(MODULE)) as {
      threadRing(options: {
        readonly module: string;
        readonly rounds: number;
        readonly records: number;
      }): Promise<ThreadRingRun>;
    };
    const run = await measure({
      module: pathToFileURL(RING).href,
      rounds: effortOf(options).fewestRounds,
      records: RECORDS,
    });
    const ratios = run.peerNs.map((peer, i) => peer / run.ns[i]!);
    results.pairs.set(PEER, {
      subject: SUBJECT,
      peer: PEER,
      operations: RECORDS,
      subjectNs: spreadOf(run.ns),
      peerNs: spreadOf(run.peerNs),
      ratio: spreadOf(ratios),
      checksum: String(run.checksum),
    });
    options.onLine(`  ${PEER}: ${spreadOf(ratios).median.toFixed(1)}x`);
  } catch (error) {
    if (error instanceof AppFailure) throw error;
    const fault = error instanceof Error ? error.message : String(error);
    results.absentPairs.set(PEER, { reason: 'failed', why: `failed: ${fault}` });
    results.faults.push(`${PEER}: ${fault}`);
  }
}
