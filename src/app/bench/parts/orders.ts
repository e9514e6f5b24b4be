import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { histogram, latencyOf } from '../doorbell.ts';
import type { FigureName } from '../goals.ts';
import { depthLoad } from '../load.ts';
import { OrderLoad } from '../orders/order-load.ts';
import { OrderPath } from '../orders/order-path.ts';
import { spreadOf } from '../paired.ts';
import type { LatencyPercentilesUs } from '../report.ts';
import type { PartContext } from './results.ts';

/** The load of the goal. */
const ORDERS_PER_SECOND = 5_000;
const SECONDS = 10;
const QUICK_SECONDS = 2;
const REPETITIONS = 7;

/** Offered before the first order that counts, faster and faster, until the code is compiled. */
const WARM_UP = [
  { ordersPerSecond: 1_000, orders: 4_000 },
  { ordersPerSecond: 2_500, orders: 5_000 },
  { ordersPerSecond: 5_000, orders: 20_000 },
] as const;

/** What one repetition came to. */
interface Repetition {
  readonly us: LatencyPercentilesUs;
  readonly rate: number;
  readonly dropped: number;
  readonly fills: number;
  readonly cancels: number;
}

/** Measures an order from its intent to the bytes of the venue's request, journal included. */
export async function ordersPart(context: PartContext): Promise<void> {
  const { options, now, stream } = context;
  const { quick } = options;
  const directory = mkdtempSync(join(tmpdir(), 'bot4-bench-orders-'));
  const load = new OrderLoad((ready) => new OrderPath(depthLoad(stream), directory, ready), now);
  const repetitions: Repetition[] = [];
  try {
    for (const schedule of WARM_UP) {
      await load.offer({ ...schedule, signal: options.signal }, () => {});
    }
    while (repetitions.length < (quick ? 1 : REPETITIONS)) {
      repetitions.push(await repeat(context, load));
    }
    note(context, repetitions);
  } finally {
    load.path.close();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function repeat({ options, results }: PartContext, load: OrderLoad): Promise<Repetition> {
  const { signal, quick, onLine } = options;
  const { counts, refusalsByCode } = load.path.orders;
  const orders = ORDERS_PER_SECOND * (quick ? QUICK_SECONDS : SECONDS);
  const before = { ...counts, cancels: load.cancels };
  const latencies = histogram();
  const schedule = { ordersPerSecond: ORDERS_PER_SECOND, orders, signal };
  const elapsed = await load.offer(schedule, (ns) => latencies.record(ns));
  const submitted = counts.submitted - before.submitted;
  const found = {
    us: latencyOf(latencies),
    rate: (submitted * 1e9) / elapsed,
    dropped: orders - submitted,
    fills: counts.fills - before.fills,
    cancels: load.cancels - before.cancels,
  };
  if (!load.path.isSettled) results.faults.push('orders: an order did not come to its end');
  const { us, dropped, fills, cancels } = found;
  const shown = (value: number | null): string => (value === null ? '-' : value.toFixed(1));
  const why = dropped === 0 ? '' : ` (${[...refusalsByCode.keys()].join(', ')})`;
  onLine(
    `  ${us.samples} orders at ${ORDERS_PER_SECOND}/s, intent to bytes: p50 ${shown(us.p50)}, ` +
      `p90 ${shown(us.p90)}, p99 ${shown(us.p99)}, p99.9 ${shown(us.p999)}, ` +
      `p99.99 ${shown(us.p9999)}, max ${shown(us.max)} µs; ` +
      `${fills} fills, ${cancels} cancels, ${dropped} dropped${why}`,
  );
  return found;
}

function note({ results }: PartContext, repetitions: readonly Repetition[]): void {
  const worst = (of: (us: LatencyPercentilesUs) => number | null): string =>
    Math.max(...repetitions.map(({ us }) => of(us) ?? Number.NaN)).toFixed(1);
  const latency =
    `strategy, risk, journal write(2), books and the signed HTTP request of Binance USD-M; each of ` +
    `${repetitions.length} repetitions over ${repetitions[0]!.us.samples} orders, half filled and ` +
    `half cancelled on the same thread; worst repetition: p50 ${worst(({ p50 }) => p50)}, ` +
    `p90 ${worst(({ p90 }) => p90)}, p99.9 ${worst(({ p999 }) => p999)}, ` +
    `p99.99 ${worst(({ p9999 }) => p9999)}, max ${worst(({ max }) => max)} µs`;
  const figure = (name: FigureName, of: (each: Repetition) => number, text?: string): void => {
    const value = spreadOf(repetitions.map(of));
    results.figures.set(name, {
      ...{ kind: 'measured', value, checksum: null, full: REPETITIONS },
      ...(text === undefined ? {} : { note: text }),
    });
  };
  figure('orders.p99', ({ us }) => us.p99 ?? Number.POSITIVE_INFINITY, latency);
  figure('orders.rate', ({ rate }) => rate);
  figure('orders.dropped', ({ dropped }) => dropped);
}
