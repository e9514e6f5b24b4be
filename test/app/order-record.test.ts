import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { runBacktest } from '../../src/app/backtest.ts';
import type { BacktestReport } from '../../src/app/contracts.ts';
import { configFor } from './virtual-world.ts';

const capture = resolve(process.cwd(), '../shared/market/binance_raw/usdm_btcusdt_20240808.ws.gz');
const present = existsSync(capture);
if (!present) console.warn(`skipped: no recorded capture at ${capture}`);

const dir = mkdtempSync(join(tmpdir(), 'bot4-order-record-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** The first lines of the capture, and a record in which each trade met an order of its own. */
function record(): { readonly data: string; readonly orders: string } {
  const lines = gunzipSync(readFileSync(capture)).toString().split('\n').slice(0, 25_000);
  const changes: string[] = [];
  for (const line of lines) {
    const at = line.slice(0, 19);
    const { data = {} } = JSON.parse(line.slice(20)) as { data?: Record<string, unknown> };
    if (data['e'] !== 'trade' || data['q'] === '0' || data['X'] === 'NA') continue;
    const side = data['m'] === true ? 'buy' : 'sell';
    const [id, price, quantity] = [data['t'], data['p'], data['q']];
    changes.push(`${at} BTCUSDT add ${side} ${id} ${price} ${quantity}`);
    changes.push(`${at} BTCUSDT execute ${side} ${id} ${quantity}`);
  }
  const paths = { data: join(dir, 'market.ws'), orders: join(dir, 'orders.gz') };
  writeFileSync(paths.data, `${lines.join('\n')}\n`);
  writeFileSync(paths.orders, gzipSync(`${changes.join('\n')}\n`));
  return paths;
}

function backtest(data: string, orderRecordFile: string): Promise<BacktestReport> {
  const config = configFor();
  const simulator = { ...config.simulator, queueModel: 'exact', orderRecordFile } as const;
  return runBacktest({
    files: [data],
    config: { ...config, simulator },
    onLine: () => {},
    signal: new AbortController().signal,
  });
}

describe.skipIf(!present)('a backtest over a record of orders', () => {
  it('fills from the recorded orders, the same each time', async () => {
    const { data, orders } = record();
    const once = await backtest(data, orders);
    expect(once.orders).toBeGreaterThan(10);
    expect(once.fills).toBeGreaterThan(0);
    expect((await backtest(data, orders)).stateHash).toBe(once.stateHash);
  });

  it('refuses a record that cannot be read, is wrong, or lacks an instrument', async () => {
    const data = join(dir, 'market.ws');
    const wrong = join(dir, 'wrong');
    await expect(backtest(data, join(dir, 'nowhere'))).rejects.toThrow('ENOENT');
    writeFileSync(wrong, '1723075200000000000 BTCUSDT add buy 1 60000.1\n');
    await expect(backtest(data, wrong)).rejects.toThrow('line 1 is no change');
    writeFileSync(wrong, '# nothing\n');
    await expect(backtest(data, wrong)).rejects.toThrow('tells no order of BTCUSDT');
  });
});
