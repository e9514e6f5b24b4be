import { mkdtempSync, rmSync } from 'node:fs';
import { type HeapProfiler, Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeDepthStream } from '../../../src/app/bench/depth-stream.ts';
import { depthLoad } from '../../../src/app/bench/load.ts';
import { OrderLoad } from '../../../src/app/bench/orders/order-load.ts';
import { OrderPath } from '../../../src/app/bench/orders/order-path.ts';

/** Orders until the compilers have mostly done their work. */
const WARM_UP = 12_000;
const ORDERS = 1_000;

/** The least of so many rounds counts: on a busy machine the compilers come late. */
const MOST_ROUNDS = 6;

/**
 * What an order may leave behind in its whole life: intent, answers, journal, audit, requests. As the
 * service runs it is 7,800; here the bindings between modules keep functions from being inlined.
 */
const MOST_BYTES = 12_000;

/** Every reading takes 2 µs: no stall of the machine lets orders queue up. It makes no garbage. */
function steadyClock(): () => number {
  const ns = new Float64Array(1);
  return () => {
    ns[0]! += 2_000;
    return ns[0]!;
  };
}

const bytesOf = (node: HeapProfiler.SamplingHeapProfileNode): number =>
  node.children.reduce((sum, child) => sum + bytesOf(child), node.selfSize);

/** Bytes allocated meanwhile, those that were collected included, by samples of one in 1,024. */
async function allocated(session: Session, work: () => Promise<unknown>): Promise<number> {
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 1_024,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  } as HeapProfiler.StartSamplingParameterType);
  await work();
  const { profile } = await session.post('HeapProfiler.stopSampling');
  return bytesOf(profile.head);
}

describe('the path of an order', () => {
  it('leaves at most 12 kB of garbage an order, as the test runner compiles it', {
    timeout: 120_000,
  }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'bot4-orders-garbage-'));
    const session = new Session();
    session.connect();
    const stream = depthLoad(makeDepthStream(300, 42));
    const load = new OrderLoad((ready) => new OrderPath(stream, directory, ready), steadyClock());
    const { signal } = new AbortController();
    const offer = (orders: number): Promise<number> =>
      load.offer({ ordersPerSecond: 5_000, orders, signal }, () => {});
    try {
      await offer(WARM_UP);
      const rounds: number[] = [];
      while (rounds.length < MOST_ROUNDS && !rounds.some((bytes) => bytes < MOST_BYTES)) {
        rounds.push((await allocated(session, () => offer(ORDERS))) / ORDERS);
      }
      const { counts } = load.path.orders;
      expect(counts.submitted).toBe(WARM_UP + rounds.length * ORDERS);
      expect(counts.fills).toBe(counts.submitted / 2);
      // A round in which nothing was counted would prove nothing.
      expect(Math.min(...rounds)).toBeGreaterThan(1_000);
      expect(Math.min(...rounds)).toBeLessThan(MOST_BYTES);
    } finally {
      session.disconnect();
      load.path.close();
      rmSync(directory, { recursive: true, maxRetries: 5 });
    }
  });
});
