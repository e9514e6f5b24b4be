import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { histogram, latencyOf } from '../doorbell.ts';
import type { FigureName } from '../goals.ts';
import { depthLoad } from '../load.ts';
import { OrderLoad } from '../orders/order-load.ts';
import { OrderPath } from '../orders/order-path.ts';
import { spreadOf } from '../paired.ts';
import type { PartContext } from './results.ts';

/** The load of the goal. */
const ORDERS_PER_SECOND = 5_000;
const SECONDS = 12;
const QUICK_SECONDS = 2;
const REPETITIONS = 5;
/** Orders before the first that counts, so that the code is compiled. */
const WARM_UP = 30_000;

/** Measures an order from its intent to the bytes of the venue's request, journal included. */
export async function ordersPart(context: PartContext): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bot4-bench-orders-'));
  try {
    await measure(context, directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure({ options, now, results, stream }: PartContext, directory: string) {
  const { signal, quick, onLine } = options;
  const load = new OrderLoad((ready) => new OrderPath(depthLoad(stream), directory, ready), now);
  const { counts } = load.path.orders;
  const orders = ORDERS_PER_SECOND * (quick ? QUICK_SECONDS : SECONDS);
  const schedule = { ordersPerSecond: ORDERS_PER_SECOND, signal };
  try {
    for (const ordersPerSecond of [
      ORDERS_PER_SECOND / 5,
      ORDERS_PER_SECOND / 2,
      ORDERS_PER_SECOND,
    ]) {
      await load.offer({ ordersPerSecond, orders: WARM_UP / 3, signal }, () => {});
    }
    const p99s: number[] = [];
    let dropped = 0;
    let rate = Number.POSITIVE_INFINITY;
    for (let repetition = 0; repetition < (quick ? 1 : REPETITIONS); repetition += 1) {
      const latencies = histogram();
      const before = { ...counts };
      const elapsed = await load.offer({ ...schedule, orders }, (ns) => latencies.record(ns));
      const submitted = counts.submitted - before.submitted;
      dropped += orders - submitted;
      rate = Math.min(rate, (submitted * 1e9) / elapsed);
      const us = latencyOf(latencies);
      p99s.push(us.p99 ?? Number.NaN);
      onLine(
        `  ${orders} orders at ${ORDERS_PER_SECOND}/s, intent to bytes: p50 ${us.p50.toFixed(1)}, ` +
          `p90 ${us.p90.toFixed(1)}, p99 ${us.p99?.toFixed(1)}, p99.9 ${us.p999?.toFixed(1)}, ` +
          `p99.99 ${us.p9999?.toFixed(1)}, max ${us.max.toFixed(1)} µs; ` +
          `${counts.fills - before.fills} fills, ${orders - submitted} dropped`,
      );
    }
    void ([] as FigureName[]);
    void spreadOf;
    void results;
    onLine(`  ${dropped} ${rate} ${JSON.stringify([...load.path.orders.refusalsByCode])}`);
  } finally {
    load.path.close();
  }
}
