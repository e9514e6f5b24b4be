import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileJournal } from '../../../src/adapters/journal/index.ts';
import { makeDepthStream } from '../../../src/app/bench/depth-stream.ts';
import { depthLoad } from '../../../src/app/bench/load.ts';
import { OrderLoad } from '../../../src/app/bench/orders/order-load.ts';
import { OrderPath } from '../../../src/app/bench/orders/order-path.ts';
import { VenueRequests } from '../../../src/app/bench/orders/venue-requests.ts';
import { TradingState } from '../../../src/app/trader/trading-state.ts';
import { eventTime } from '../../../src/core/index.ts';
import type { ClientOrderId, Order } from '../../../src/model/index.ts';

const ORDERS = 400;
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bot4-orders-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A clock of which every reading takes a microsecond. */
function steadyClock(): () => number {
  let ns = 0;
  return () => {
    ns += 1_000;
    return ns;
  };
}

describe('the load of orders', () => {
  it('sends every order, fills half of them, and its journal replays to the same state', async () => {
    const load = depthLoad(makeDepthStream(300, 42));
    const orders = new OrderLoad((ready) => new OrderPath(load, directory, ready), steadyClock());
    const latencies: number[] = [];
    const { signal } = new AbortController();
    const schedule = { ordersPerSecond: 5_000, orders: ORDERS, signal };
    const elapsed = await orders.offer(schedule, (ns) => latencies.push(ns));
    const { path, cancels } = orders;
    const { counts } = path.orders;
    expect(counts).toMatchObject({ submitted: ORDERS, fills: ORDERS / 2, refused: 0 });
    expect(latencies).toHaveLength(ORDERS);
    expect(elapsed).toBeGreaterThan((ORDERS / 5_000) * 1e9);
    expect(cancels).toBeGreaterThan(ORDERS / 4);
    expect(path.isSettled).toBe(true);
    path.close();
    const journal = FileJournal.open({ directory: join(directory, 'journal') });
    if (!journal.ok) throw new Error(journal.error.detail);
    const replayed = new TradingState(load.instruments, path.state.risk.limits);
    const read = journal.value.replay(({ event }) => replayed.apply(event), 'beginning');
    journal.value.close();
    expect(read.ok).toBe(true);
    expect(replayed.hash()).toBe(path.state.hash());
  });

  it('counts a stall for every order that it delayed', async () => {
    const clock = steadyClock();
    let late = 0;
    const load = depthLoad(makeDepthStream(300, 42));
    const make = (): OrderLoad =>
      new OrderLoad(
        (ready) => new OrderPath(load, directory, ready),
        () => clock() + late,
      );
    const orders = make();
    const latencies: number[] = [];
    const { signal } = new AbortController();
    await orders.offer({ ordersPerSecond: 5_000, orders: 50, signal }, (ns) => {
      latencies.push(ns);
      if (latencies.length === 10) late = 2_000_000;
    });
    expect(latencies.filter((ns) => ns > 1_000_000).length).toBeGreaterThanOrEqual(5);
    orders.path.close();
  });
});

describe('a request of the venue', () => {
  it('names the order and is signed over its query', () => {
    const [instrument] = depthLoad(makeDepthStream(1, 1)).instruments;
    const requests = new VenueRequests([instrument!]);
    const at = eventTime(1_723_161_256_000_000_000n);
    const order = {
      clientOrderId: 'b4-1-1' as ClientOrderId,
      createdAt: at,
      request: {
        instrument: instrument!.id,
        ...{ side: 'buy', type: 'limit', price: 618_001, quantity: 12 },
        ...{ timeInForce: 'gtc', postOnly: true, reduceOnly: false },
      },
    } as unknown as Order;
    const length = requests.submit(order);
    const text = Buffer.from(requests.last).toString('latin1');
    expect(text).toHaveLength(length);
    const [, query, signature] = /^POST \/fapi\/v1\/order\?(.*)&signature=([0-9a-f]{64}) /.exec(
      text,
    )!;
    expect(query).toBe(
      'symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=0.012&price=61800.1' +
        '&reduceOnly=false&newClientOrderId=b4-1-1&timestamp=1723161256000',
    );
    const secret = 'bench'.padEnd(64, '0');
    expect(signature).toBe(createHmac('sha256', secret).update(query!).digest('hex'));
    expect(text.endsWith('\r\n\r\n')).toBe(true);
  });
});
